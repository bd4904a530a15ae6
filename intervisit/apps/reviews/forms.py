"""What the office and reviewers type besides the rubric itself."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from intervisit.apps.people.models import RoleHeld
from intervisit.core.designs import ReviewCriterion
from intervisit.kit.forms import DateField, EmailField, TextField


class UntilForm(forms.Form):
    until = DateField(
        label="Last day", required=False, help_text="To midnight. Leave it empty to close the stage by hand."
    )


class ReviewerForm(forms.Form):
    email = EmailField(label="E-mail address")
    name = TextField(
        label="Name", kind="name", limit=120, required=False, help_text="Only if they are new to Intervisit."
    )
    most = forms.IntegerField(
        label="Applications at most",
        required=False,
        min_value=0,
        max_value=500,
        widget=forms.NumberInput(attrs={"class": "short"}),
        help_text="Empty: as the design says.",
    )
    sure = forms.BooleanField(
        label="This is somebody else", required=False, help_text="Only if a name that looks alike is known."
    )


class MostForm(forms.Form):
    most = forms.IntegerField(label="Applications at most", required=False, min_value=0, max_value=500)


class VisitForm(forms.Form):
    day = DateField(label="Day of the visit", required=False)
    starts = forms.TimeField(
        label="Begins", required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    visitors = forms.MultipleChoiceField(
        label="Who goes", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, people: Iterable[RoleHeld], **options: Any) -> None:
        super().__init__(*args, **options)
        choice = self.fields["visitors"]
        assert isinstance(choice, forms.MultipleChoiceField)
        choice.choices = [(str(h.pk), h.person.name) for h in people]


def levels_in(posted: Mapping[str, str], criteria: Iterable[ReviewCriterion]) -> dict[str, int]:
    """The levels chosen on the rubric, by criterion; what is no level of it is left for the action to refuse."""
    found = {}
    for criterion in criteria:
        text = posted.get(f"level-{criterion.key}", "")
        if text.isascii() and text.isdigit() and len(text) < 6:
            found[criterion.key] = int(text)
    return found
