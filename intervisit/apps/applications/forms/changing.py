"""What staff type when they ask for changes, check a rule, settle a call or give a school more time."""

from typing import Any

from django import forms

from intervisit.apps.programs.forms import MomentForm, moment_field
from intervisit.core.designs import Question, Rule
from intervisit.kit.forms import TextField


class AskChangesForm(forms.Form):
    questions = forms.MultipleChoiceField(
        label="Which answers should change?", widget=forms.CheckboxSelectMultiple
    )
    note = TextField(
        label="What should change?",
        kind="long",
        limit=4000,
        help_text="The school’s team and its principal read this.",
    )

    def __init__(self, *args: Any, asked: list[Question], **options: Any) -> None:
        super().__init__(*args, **options)
        choice = self.fields["questions"]
        assert isinstance(choice, forms.MultipleChoiceField)
        choice.choices = [(q.key, q.label) for q in asked]


class RuleForm(forms.Form):
    rule = forms.ChoiceField(label="Rule")
    met = forms.ChoiceField(
        label="What have you found?",
        choices=[("yes", "It is met"), ("no", "It is not met")],
        widget=forms.RadioSelect,
    )
    reason = TextField(
        label="What have you seen?", kind="long", limit=1000,
        help_text="The school reads this, with your name and today’s date. Never write a rating of a person.",
    )  # fmt: skip

    def __init__(self, *args: Any, rules: list[Rule], **options: Any) -> None:
        super().__init__(*args, **options)
        choice = self.fields["rule"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(r.key, r.label) for r in rules]


class CallForm(MomentForm):
    moments = ("opens", "closes")
    opens = moment_field("Opens", "Empty: as soon as you open it.")
    closes = moment_field("Closes", "Empty: when you close it.")
    rolling = forms.BooleanField(
        label="Rolling: read and decided as they come", required=False,
        help_text="Otherwise all are read together after the closing day.",
    )  # fmt: skip


class ReopenForm(MomentForm):
    moments = ("closes",)
    closes = moment_field("New closing moment", "Empty: when you close it.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, auto_id="again_%s", **options)  # beside CallForm, which has the same field


class LateForm(MomentForm):
    moments = ("until",)
    school = TextField(label="Which school?", limit=300, help_text="Its name or its code.")
    until = moment_field("Until when?")
    reason = TextField(
        label="Why?", kind="long", limit=1000, help_text="The school reads this, and whoever asks later."
    )
