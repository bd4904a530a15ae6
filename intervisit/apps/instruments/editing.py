"""What a director types when editing a form: one question, or the heading of a part."""

from collections.abc import Mapping
from typing import Any

from django import forms

from intervisit.core.designs import Design
from intervisit.core.designs.drafting import keys_of, new_key
from intervisit.kit.forms import TextField

KINDS: tuple[tuple[str, str, str], ...] = (
    ("text", "One line", "A name, a number of a room, a short answer."),
    ("long_text", "A text", "With a limit of words that is counted while one types."),
    ("choice", "One choice", "One of several answers."),
    ("choices", "Several choices", "Tick what applies."),
    ("ranking", "A ranking", "Put things in order, such as the criteria of the matching."),
    (
        "focus_areas",
        "Areas to work on",
        "One or two from the program’s list, or named in one’s own words within one.",
    ),
    ("schools", "Named schools", "By name or code; or of the schools accepted in an earlier call."),
    ("number", "A number", "With bounds."),
    ("yes_no", "Yes or no", ""),
    ("date", "A date", ""),
    ("table", "A table", "Rows with the same columns, such as the people of a team."),
    ("file", "Files", "PDF, Office files, pictures or plain text."),
    ("fact", "Shown from the record", "Nothing to answer: what the district knows of the school."),
)
KIND_WORDS = {key: label for key, label, _ in KINDS}
_FEEDS = {
    "focus_areas": [("focus", "what the school wants to work on")],
    "ranking": [("ranking", "which criteria count most for it")],
    "schools": [
        ("wishes", "schools it would like"),
        ("known", "schools it knows"),
        ("avoid", "schools to keep apart"),
    ],
    "yes_no": [("prefers_new", "whether it likes new principals")],
}
_OF_KIND: dict[str, tuple[str, ...]] = {
    "text": ("max_words", "max_chars"),
    "long_text": ("max_words", "max_chars"),
    "choice": ("choices_from", "choices"),
    "choices": ("choices_from", "choices", "min_choices", "max_choices"),
    "ranking": ("choices_from", "choices", "min_choices", "max_choices"),
    "schools": ("choices_from", "min_choices", "max_choices", "ranked"),
    "focus_areas": ("min_choices", "max_choices", "own_words"),
    "number": ("min_value", "max_value"),
    "table": ("columns", "max_rows"),
    "file": ("max_rows",),
    "fact": ("fact",),
}
_COUNTS = ("max_words", "max_chars", "min_choices", "max_choices", "max_rows")
_CELLS = {"text": "text", "number": "number", "yes or no": "yes_no", "date": "date"}


class SectionForm(forms.Form):
    title = TextField(label="Heading", limit=240)
    intro = TextField(label="A sentence or two below it", kind="long", limit=4000, required=False)
    for_roles = forms.MultipleChoiceField(
        label="Shown only to",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Nobody ticked: to all.",
    )

    def __init__(self, *args: Any, design: Design, **options: Any) -> None:
        super().__init__(*args, **options)
        _roles(self.fields["for_roles"], design)

    def value(self, key: str) -> dict[str, Any]:
        found = self.cleaned_data
        return {"key": key, "title": found["title"], "intro": found["intro"], "for_roles": found["for_roles"]}


def _roles(field: forms.Field, design: Design) -> None:
    assert isinstance(field, forms.MultipleChoiceField)
    field.choices = [(r.key, r.many[:1].upper() + r.many[1:]) for r in design.roles.values() if r.may_apply]


class QuestionForm(forms.Form):
    """One question of a kind; only the fields that its kind has."""

    label = TextField(label="Question", limit=240)
    help = TextField(label="What helps to answer", kind="long", limit=4000, required=False)
    section = forms.ChoiceField(label="Part of the form")
    required = forms.BooleanField(label="Must be answered", required=False)
    for_roles = forms.MultipleChoiceField(
        label="Asked only of",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Nobody ticked: of all.",
    )
    private = forms.BooleanField(
        label="Never shown to other schools", required=False, help_text="Nor used as a reason that they read."
    )

    def __init__(
        self, *args: Any, kind: str, design: Design, form: Mapping[str, Any], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.kind, self.design, self.of = kind, design, form
        section = self.fields["section"]
        assert isinstance(section, forms.ChoiceField)
        section.choices = [(s["key"], s["title"]) for s in form["sections"]]
        _roles(self.fields["for_roles"], design)
        for name in _OF_KIND.get(kind, ()):
            self.fields[name] = _field(name, kind, design)
        if kind in _FEEDS:
            known = [("", "nothing"), *_FEEDS[kind]]
            label = "What the matching reads from it"
            self.fields["feeds"] = forms.ChoiceField(label=label, choices=known, required=False)
        if kind == "fact":
            del self.fields["required"], self.fields["private"]

    def clean(self) -> dict[str, Any]:
        """What a question of its kind cannot be without, said beside the field, before the design's reader says it."""
        found = super().clean() or self.cleaned_data
        if "choices" in self.fields and not found.get("choices") and not found.get("choices_from"):
            other = " Or take them from a list." if "choices_from" in self.fields else ""
            self._lacks("choices", f"Write the choices, one on each line.{other}")
        if "columns" in self.fields and not found.get("columns"):
            self._lacks("columns", "Write the columns, one on each line.")
        written = len([line for line in (found.get("choices") or "").splitlines() if line.strip()])
        if written and not found.get("choices_from") and (found.get("max_choices") or 0) > written:
            self._lacks("max_choices", f"There are only {written} choices. Write {written} or fewer.")
        for low, high in (("min_choices", "max_choices"), ("min_value", "max_value")):
            one, other_one = found.get(low), found.get(high)
            if one is not None and other_one is not None and one > other_one:
                self._lacks(low, f"{one:g} is above {other_one:g}, the most. Exchange them.")
        return found

    def _lacks(self, name: str, message: str) -> None:
        if name not in self.errors:
            self.add_error(name, message)

    def question(self, was: Mapping[str, Any] | None) -> dict[str, Any]:
        """The question as the form keeps it. A changed one keeps its key, and its choices and columns keep theirs."""
        found = self.cleaned_data
        key = was["key"] if was else new_key(found["label"], keys_of(self.of))
        made: dict[str, Any] = {"key": key, "kind": self.kind, "label": found["label"], "help": found["help"]}
        for name in ("required", "private", "for_roles", "feeds", "choices_from", "own_words", "fact"):
            if name in self.fields:
                made[name] = found[name]
        for name in (*_COUNTS, "min_value", "max_value", "ranked"):
            if name in self.fields:
                made[name] = found[name]
        if "choices" in self.fields:
            before = (was or {}).get("choices", [])
            made["choices"] = [] if made.get("choices_from") else _keyed(found["choices"], before)
        if "columns" in self.fields:
            made["columns"] = _columns(found["columns"], (was or {}).get("columns", []))
        return made


def _field(name: str, kind: str, design: Design) -> forms.Field:
    if name in _COUNTS:
        label = {
            "max_words": "At most so many words", "max_chars": "At most so many characters",
            "min_choices": "At least so many", "max_choices": "At most so many",
            "max_rows": "At most so many files" if kind == "file" else "Rows",
        }[name]  # fmt: skip
        widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "short"})
        return forms.IntegerField(label=label, required=False, min_value=0, max_value=10_000, widget=widget)
    if name in ("min_value", "max_value"):
        widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "short"})
        label = "Not below" if name == "min_value" else "Not above"
        return forms.FloatField(label=label, required=False, min_value=-1e9, max_value=1e9, widget=widget)
    if name == "choices_from":
        own = [("", "Any school of the district"), ("hosts", "Those accepted in an earlier call")]
        lists = [
            ("", "The list below"),
            ("criteria", "The criteria of the matching"),
            ("focus_areas", "The areas"),
        ]
        return forms.ChoiceField(
            label="Taken from", choices=own if kind == "schools" else lists, required=False
        )
    if name == "own_words":
        return forms.BooleanField(label="May be named in own words within an area", required=False)
    if name == "ranked":
        label, alike = "Named in order", "People read the order; the matching counts each of them alike."
        return forms.BooleanField(label=label, required=False, help_text=alike)
    if name == "fact":
        facts = [(key, fact.label) for key, fact in design.facts.items()]
        return forms.ChoiceField(label="What is shown", choices=facts)
    line = "One on each line."
    help_text = line if name == "choices" else f"{line} After a bar what it holds: Age | number."
    return TextField(label=name.capitalize(), kind="long", limit=8000, required=False, help_text=help_text)


def _keyed(text: str, before: list[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Lines as choices. A line that stood there keeps its key; so does a reworded one in the same place."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    by_label, taken, found = {c["label"]: c["key"] for c in before}, [c["key"] for c in before], []
    for place, line in enumerate(lines):
        key = by_label.get(line, "")
        if not key and len(lines) == len(before) and before[place]["label"] not in lines:
            key = before[place]["key"]
        if not key:
            key = new_key(line, taken)
            taken.append(key)
        found.append({"key": key, "label": line})
    return found


def _columns(text: str, before: list[Mapping[str, Any]]) -> list[dict[str, str]]:
    parts = [line.partition("|") for line in text.splitlines() if line.strip()]
    keyed = _keyed("\n".join(label.strip() for label, _, _ in parts), before)
    kinds = [_CELLS.get(kind.strip().lower() or "text", "text") for _, _, kind in parts]
    return [{**one, "kind": kind} for one, kind in zip(keyed, kinds, strict=True)]


def initial_of(question: Mapping[str, Any], section: str) -> dict[str, Any]:
    """A kept question as the form shows it."""
    words = {v: k for k, v in _CELLS.items()}
    kinds = [(c["label"], c["kind"]) for c in question.get("columns", [])]
    columns = [label if kind == "text" else f"{label} | {words[kind]}" for label, kind in kinds]
    return {
        **question,
        "section": section,
        "choices": "\n".join(c["label"] for c in question.get("choices", [])),
        "columns": "\n".join(columns),
    }
