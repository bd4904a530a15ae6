"""What people type about days and plans."""

from typing import Any

from django import forms

from intervisit.apps.calendar.states import DayKind, MeetsOn, Which
from intervisit.kit.forms import DateField, TextField

_KINDS = [
    (DayKind.CLOSED.value, "Schools are closed"),
    (DayKind.TESTING.value, "Testing"),
    (DayKind.STAFF.value, "Staff day, no students"),
    (DayKind.CONFERENCE.value, "Conferences"),
    (DayKind.OTHER.value, "Something else to know"),
]
_LEVELS = [("", "All schools"), ("elementary", "Elementary"), ("middle", "Middle"), ("high", "High")]


def _date_order(example: str) -> forms.ChoiceField:
    """What a date of figures means that may be read in two ways."""
    return forms.ChoiceField(
        label=f"How are {example} and the like meant?", required=False, widget=forms.RadioSelect,
        choices=[("month-first", "The month comes first: 3/4 is 4 March"),
                 ("day-first", "The day comes first: 3/4 is 3 April")],
    )  # fmt: skip


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


_SCHOOL_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


class GuideForm(forms.Form):
    """The week of somebody who facilitates."""

    meets_on = forms.ChoiceField(label="Central meeting")
    two_halves = forms.BooleanField(
        label="Two half days on one day", required=False,
        help_text="May be at one place in the morning and at another in the afternoon.",
    )  # fmt: skip
    away = TextField(
        label="Days away", kind="long", limit=20_000, required=False,
        help_text="One or more in a line: 2026-10-12, Oct 12, Dec 1–3. Travel, leave, a course: why is not asked.",
    )  # fmt: skip
    order = _date_order("3/4")

    def __init__(self, usual: int | None, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        design = "no meeting" if usual is None else f"{_SCHOOL_WEEK[usual]}s"
        self.fields["meets_on"].choices = [  # type: ignore[attr-defined] # a field of choices, declared above
            (MeetsOn.DESIGN.value, f"As the program says: {design}"),
            *((name.lower(), f"{name}s") for name in _SCHOOL_WEEK),
            (MeetsOn.NONE.value, "No central meeting"),
        ]


class RegularMeetingForm(forms.Form):
    """A meeting that comes again and again."""

    name = TextField(label="What is it?", limit=80)
    weekday = forms.TypedChoiceField(label="On", choices=list(enumerate(_SCHOOL_WEEK)), coerce=int)
    every_weeks = forms.TypedChoiceField(
        label="How often?", coerce=int, initial=2,
        choices=[(1, "Every week"), (2, "Every second week"), (3, "Every third week"), (4, "Every fourth week")],
    )  # fmt: skip
    starts = DateField(label="First on or after")
    ends = DateField(label="Last day", required=False, help_text="Empty: to the end of the year.")
    whom = forms.ChoiceField(label="Who meets?")

    def __init__(self, whom: list[tuple[str, str]], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["whom"].choices = whom  # type: ignore[attr-defined] # as above


class SupplyDaysForm(forms.Form):
    """Numbers of substitutes for single days, as they stand in a table."""

    text = TextField(
        label="Other numbers", kind="long", limit=100_000,
        help_text="A line for each day, as copied from a table: the district, the date, the number.",
    )  # fmt: skip
    order = _date_order("3/4/2027")


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


class PastedDaysForm(forms.Form):
    """Dates from a mail, a web page or a document."""

    text = TextField(
        label="Your dates", kind="long", limit=20_000,
        help_text="One or more in a line, as you like: 2026-10-12, Oct 12, Mon 12 October, Dec 1–3: Winter fair.",
    )  # fmt: skip
    order = _date_order("3/4")


class OwnCalendarForm(forms.Form):
    """The address of a school's own calendar."""

    url = forms.CharField(
        label="Its iCal address", max_length=500, widget=forms.URLInput(attrs={"inputmode": "url"}),
        help_text="It begins with https:// or webcal://. Your calendar program shows it where calendars are shared.",
    )  # fmt: skip
    which = forms.ChoiceField(
        label="Which entries are days that do not suit you?", widget=forms.RadioSelect, initial=Which.SHUT,
        choices=[(Which.SHUT.value, "Closings, tests, staff days and conferences, by their names"),
                 (Which.WORD.value, "Those with a word of ours in their name"),
                 (Which.EVERY.value, "Every entry")],
    )  # fmt: skip
    word = TextField(label="The word", limit=60, required=False, help_text="Such as “no visitors”.")


class AskForDaysForm(forms.Form):
    """Until when schools should say which days do not suit them."""

    closes = DateField(label="Answers until")
    again = forms.BooleanField(
        label="Answers given before do not count any more", required=False,
        help_text="For a new school year. Every school then owes an answer again.",
    )  # fmt: skip


class DayForm(forms.Form):
    """A day to look at: nothing is changed by it."""

    to = DateField(
        label="Any other day", required=False, help_text="If it breaks a rule, the page says which."
    )


class ReleaseForm(forms.Form):
    """The draft becomes the calendar."""

    name = TextField(label="Name of this release", limit=80, required=False,
                     help_text="How you will find it again, such as “After the snow day”.")  # fmt: skip
    note = TextField(label="A word to those concerned", limit=500, required=False, kind="long",
                     help_text="It stands in their mail, above their own days.")  # fmt: skip


class ClosingForm(forms.Form):
    """A school is closed."""

    first = DateField(label="Which day?")
    last = DateField(label="Until", required=False, help_text="Empty: that day only.")
    reason = TextField(label="Why", limit=60, help_text="Such as “Snow day”. Everybody concerned reads it.")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("first") and found.get("last") and found["last"] < found["first"]:
            self.add_error(
                "last", "This day lies before the first one. Change one of them, or leave it empty."
            )
        return found


class HappeningForm(forms.Form):
    """What happened to the year of a program."""

    kind = forms.ChoiceField(
        label="What happened?", widget=forms.RadioSelect, initial="closed",
        choices=[("closed", "Schools are closed for everybody"), ("facilitator", "Somebody who leads visits is away")],
    )  # fmt: skip
    facilitator = forms.ChoiceField(
        label="Who is away", required=False, help_text="Only if somebody is away."
    )
    first = DateField(label="From")
    last = DateField(label="Until", required=False, help_text="Empty: that day only.")
    reason = TextField(label="Why", limit=60, help_text="Such as “Snow day”. Everybody concerned reads it.")

    def __init__(self, *args: Any, facilitators: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["facilitator"].choices = [("", "Nobody"), *facilitators]  # type: ignore[attr-defined]


class ProposeForm(forms.Form):
    """Another day, proposed by a school."""

    date = DateField(label="The day you propose")
    reason = TextField(label="Why", limit=300, required=False, help_text="Read by those who are asked.")
