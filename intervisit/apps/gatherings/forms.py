"""What people type about a day."""

from typing import Any

from django import forms

from intervisit.apps.gatherings.actions.notes import LONGEST
from intervisit.apps.gatherings.queries import Sheet
from intervisit.apps.gatherings.states import Presence
from intervisit.kit.forms import TextField


class NoteForm(forms.Form):
    """What to bring, and where to come in."""

    text = TextField(label="What to bring, and where to come in", kind="long", limit=LONGEST, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class StandInForm(forms.Form):
    """Somebody who is not on the list."""

    name = TextField(label="Name", kind="name", limit=120)
    title = TextField(label="Role", limit=80, required=False, help_text="Such as assistant principal.")
    school = forms.ChoiceField(label="From")
    instead_of = forms.ChoiceField(label="Instead of", required=False)

    def __init__(self, sheet: Sheet, *args: Any) -> None:
        super().__init__(*args)
        mine = [g for g in sheet.schools if g.may_mark and g.school is not None]
        self.fields["school"].choices = [(str(g.school.pk), g.name) for g in mine if g.school]  # type: ignore[attr-defined]
        waiting = [(r.key, f"{r.name}, {g.name}") for g in mine for r in g.rows
                   if not r.alternate and r.state in (Presence.EXPECTED, Presence.EXCUSED)]  # fmt: skip
        self.fields["instead_of"].choices = [("", "Nobody: besides"), *waiting]  # type: ignore[attr-defined]


class SheetFileForm(forms.Form):
    """A sign-in sheet as a file."""

    file = forms.FileField(
        label="A CSV or XLSX file", help_text="With a header and a column of names. At most 2 MB."
    )
