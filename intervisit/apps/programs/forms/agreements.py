"""What a director writes into a memorandum, and with what it is accepted."""

from dataclasses import replace
from typing import Any

from django import forms

from intervisit.core.memoranda import Memorandum, Part
from intervisit.kit.forms import DateField, TextField


class AgreementForm(forms.Form):
    """The whole draft: its heading, then each part with its text and its clauses, one on a line."""

    title = TextField(label="Heading", limit=240)
    intro = TextField(label="Above everything else", kind="long", limit=4000, required=False)
    note = TextField(
        label="What is new in this version, in a sentence", limit=400, required=False,
        help_text="Goes into the mail to those who accepted the version before.",
    )  # fmt: skip
    due = DateField(label="To be accepted by", required=False)

    def __init__(self, *args: Any, memorandum: Memorandum, **options: Any) -> None:
        super().__init__(*args, **options)
        self.memorandum = memorandum
        self.fields["intro"].widget.attrs["rows"] = 3
        for n, part in enumerate(memorandum.parts):
            self.fields[f"title-{n}"] = TextField(label="Heading", limit=240, initial=part.title)
            text = TextField(label="Text", kind="long", limit=8000, required=False, initial=part.text)
            text.widget.attrs["rows"] = 9 if part.text else 3
            self.fields[f"text-{n}"] = text
            clauses = TextField(
                label="Promises, one on a line", kind="long", limit=12_000, required=False,
                initial="\n".join(part.clauses),
            )  # fmt: skip
            clauses.widget.attrs["rows"] = max(3, 2 * len(part.clauses))
            self.fields[f"clauses-{n}"] = clauses

    def parts(self) -> list[tuple[Part, list[forms.BoundField]]]:
        """Each part with its fields, for the page."""
        return [
            (part, [self[f"{name}-{n}"] for name in ("title", "text", "clauses")])
            for n, part in enumerate(self.memorandum.parts)
        ]

    def head(self) -> list[forms.BoundField]:
        return [self[name] for name in ("title", "intro", "note", "due")]

    def written(self) -> Memorandum:
        """The memorandum as it was typed; keys, roles and order stay."""
        values = self.cleaned_data
        parts = [
            replace(
                part,
                title=values[f"title-{n}"],
                text=values[f"text-{n}"].strip(),
                clauses=tuple(" ".join(c.split()) for c in values[f"clauses-{n}"].splitlines() if c.strip()),
            )
            for n, part in enumerate(self.memorandum.parts)
        ]
        return Memorandum(values["title"], values["intro"].strip(), tuple(parts))


class AcceptForm(forms.Form):
    """One's own name, typed."""

    name = TextField(
        label="Your name", limit=120, kind="name", widget=forms.TextInput(attrs={"autocomplete": "name"})
    )


class WithdrawForm(forms.Form):
    note = TextField(
        label="Why?", kind="long", limit=2000, help_text="The program’s director reads it, and your school."
    )
