"""What the program types when it decides."""

from typing import Any

from django import forms

from intervisit.core.designs import Design
from intervisit.kit.forms import TextField


class DecideForm(forms.Form):
    decision = forms.ChoiceField(label="Decision", widget=forms.RadioSelect)
    reason = TextField(
        label="Reason",
        kind="long",
        limit=4000,
        required=False,
        help_text="The school reads this in its letter, once decisions are released.",
    )

    def __init__(self, *args: Any, design: Design, **options: Any) -> None:
        super().__init__(*args, **options)
        choice = self.fields["decision"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(d.key, d.label) for d in design.decisions]
