"""What people type about days and plans."""

from django import forms

from intervisit.apps.calendar.states import DayKind
from intervisit.kit.forms import DateField, TextField

_KINDS = [
    (DayKind.CLOSED.value, "Schools are closed"),
    (DayKind.TESTING.value, "Testing"),
    (DayKind.STAFF.value, "Staff day, no students"),
    (DayKind.CONFERENCE.value, "Conferences"),
    (DayKind.OTHER.value, "Something else to know"),
]
_LEVELS = [("", "All schools"), ("elementary", "Elementary"), ("middle", "Middle"), ("high", "High")]


class DistrictDaysForm(forms.Form):
    """Days of the whole district."""

    name = TextField(label="What is it?", limit=160)
    starts = DateField(label="First day")
    ends = DateField(label="Last day", required=False, help_text="Empty: the same day.")
    kind = forms.ChoiceField(label="Kind", choices=_KINDS)
    applies_to = forms.ChoiceField(label="For", choices=_LEVELS, required=False)


class SchoolDaysForm(forms.Form):
    """Days that do not suit one school."""

    starts = DateField(label="First day")
    ends = DateField(label="Last day", required=False, help_text="Empty: the same day.")
    name = TextField(label="Why", limit=160, required=False, help_text="For your own team and program staff.")


class DaysFileForm(forms.Form):
    """A file with holidays and testing windows."""

    file = forms.FileField(label="A CSV, XLSX or iCalendar file", help_text="At most 5 MB.")


class PlanForm(forms.Form):
    """A new plan."""

    name = TextField(label="Name", limit=80)
    seconds = forms.IntegerField(
        label="Seconds to look", min_value=1, max_value=600, initial=20,
        help_text="It ends earlier when nothing better is possible. You can stop it at any time.",
    )  # fmt: skip


class MoveForm(forms.Form):
    """Another day for a visit."""

    date = DateField(label="Another day")
