"""What people type about posts."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from intervisit.apps.people.models import RoleHeld
from intervisit.apps.programs.forms import MomentForm, moment_field
from intervisit.core.designs import Question, Side
from intervisit.kit.forms import DateField, EmailField, TextField


class CallForm(forms.Form):
    """Until when applications for posts are taken."""

    closes = DateField(
        label="Last day", required=False, help_text="To midnight there. Empty: until you close it."
    )


class SharesForm(forms.Form):
    """What principals may see of somebody who qualified: name, school and post always, the rest only if chosen."""

    shares = forms.MultipleChoiceField(
        label="What principals may see of you in the pool", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Your name, your school and the post are shown to those who can choose you. Tick what else may be.",
    )  # fmt: skip

    def __init__(self, *args: Any, questions: Iterable[Question], **options: Any) -> None:
        super().__init__(*args, **options)
        found = [("email", "Your e-mail address"), *((q.key, f"Your answer: {q.label}") for q in questions)]
        self.fields["shares"].choices = found  # type: ignore[attr-defined]


class ArrangeForm(MomentForm):
    """Day, place and members of an interview."""

    moments = ("at",)
    at = moment_field("When", "In the district’s time.")
    place = TextField(label="Where", limit=200, required=False)
    seats = forms.MultipleChoiceField(label="Who interviews", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, members: Sequence[RoleHeld], shut: dict[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [
            (str(m.pk), f"{m.person.name}, {m.title}") for m in members if str(m.person_id) not in shut
        ]
        self.fields["seats"].choices = choices  # type: ignore[attr-defined]


class DecideForm(forms.Form):
    """The committee's one outcome."""

    outcome = forms.ChoiceField(
        label="Outcome",
        choices=[("qualified", "Qualified: goes into the pool"), ("not_yet", "Not yet")],
        widget=forms.RadioSelect,
    )
    sentence = TextField(
        label="A sentence for the person", kind="long", limit=600,
        help_text="She or he reads it. Say what was convincing, or what would help next time. Name nobody.",
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["sentence"].widget.attrs["rows"] = 3


class MemberForm(forms.Form):
    """Somebody for the committee."""

    name = TextField(label="Name", limit=120, kind="name", required=False, help_text="Only if new here.")
    email = EmailField(label="E-mail address")
    side = forms.ChoiceField(label="Sent by", widget=forms.RadioSelect)
    sure = forms.BooleanField(label="I have checked: this is somebody new", required=False)

    def __init__(self, *args: Any, sides: Sequence[Side], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["side"].choices = [(s.key, s.label) for s in sides]  # type: ignore[attr-defined]
        if not self.data:
            del self.fields["sure"]


class EndForm(forms.Form):
    """The last day of a post."""

    last_day = DateField(label="Last day")

    @classmethod
    def of(cls, ends: dt.date, **options: Any) -> "EndForm":
        return cls(initial={"last_day": ends}, **options)
