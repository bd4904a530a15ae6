"""Fields for the kinds of question that Django has no field for: rankings, schools, focus areas, tables, numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from intervisit.apps.instruments.answers import choices_of
from intervisit.apps.instruments.markup import cell, options
from intervisit.core.designs import Column, Design, FocusArea, Question
from intervisit.core.text import BadValue, clean, finite_number, read_date


def refuse(error: BadValue) -> ValidationError:
    return ValidationError([ValidationError(t.message, code=t.code) for t in error.troubles])


class NumberField(forms.Field):
    """A finite number, within the question's bounds (B04)."""

    def __init__(self, *, lowest: float | None, highest: float | None, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "short", "autocomplete": "off"})
        super().__init__(widget=widget, **options)
        self.lowest, self.highest = lowest, highest

    def to_python(self, value: Any) -> Any:
        text = str("" if value is None else value).strip()
        if not text:
            return None
        try:
            return finite_number(text, field="", minimum=self.lowest, maximum=self.highest)
        except BadValue as error:
            raise refuse(error) from None


class _Several(forms.Widget):
    """A widget of several inputs named `<name>-<part>`."""

    use_fieldset = True
    parts: tuple[str, ...] = ()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        return {part: data.get(f"{name}-{part}", "") for part in self.parts}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(f"{name}-{part}" in data for part in self.parts)

    def id_for_label(self, id_: str, index: Any = None) -> str:
        return f"{id_}_0" if id_ else ""


class RankingWidget(_Several):
    """A numbered select for each choice; the script turns it into a list to put in order."""

    template_name = "instruments/ranking.html"

    def __init__(self, choices: Sequence[tuple[str, str]], most: int | None) -> None:
        super().__init__()
        self.choices = list(choices)
        self.most = most or len(self.choices)
        self.parts = (*(key for key, _ in choices), "mine")

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        ranks = value if isinstance(value, dict) else {k: str(i + 1) for i, k in enumerate(value or [])}
        numbers = [(str(n + 1), str(n + 1)) for n in range(self.most)]
        mine = bool(ranks.get("mine")) if isinstance(value, dict) else bool(value)
        context["widget"] |= {
            "rows": [
                {
                    "name": f"{name}-{k}",
                    "id": f"id_{name}_{i}",
                    "label": label,
                    "options": options([("", numbers)], str(ranks.get(k) or "")),
                }
                for i, (k, label) in enumerate(self.choices)
            ],
            "mine_name": f"{name}-mine",
            "mine": mine,
            "enhance": self.most >= len(self.choices),
        }
        return context


class RankingField(forms.Field):
    """Keys in order. Untouched, it is no answer: the box says that the order is meant."""

    def __init__(self, question: Question, design: Design, **options: Any) -> None:
        choices = [(c.key, c.label) for c in choices_of(question, design)]
        self.keys = [key for key, _ in choices]
        super().__init__(widget=RankingWidget(choices, question.max_choices), **options)

    def to_python(self, value: Any) -> list[str]:
        if isinstance(value, list):
            return value
        given = {k: str(v).strip() for k, v in (value or {}).items() if k in self.keys and str(v).strip()}
        numbers: dict[str, int] = {}
        for key, text in given.items():
            if not text.isascii() or not text.isdigit() or not 1 <= int(text[:4]) <= len(self.keys):
                raise ValidationError("Use the numbers 1, 2, 3 …", code="out-of-range")
            numbers[key] = int(text)
        order = sorted(numbers, key=lambda key: numbers[key])
        if not (value or {}).get("mine") and order == self.keys:
            return []  # the script numbers what nobody has touched
        if len(set(numbers.values())) < len(numbers):
            raise ValidationError("Use each number only once.", code="duplicate-rank")
        return order


class SchoolsWidget(_Several):
    """Some lines to name schools in; a list below each offers what fits."""

    template_name = "instruments/schools.html"

    def __init__(self, most: int, labels: Mapping[str, str], search_url: str) -> None:
        super().__init__()
        self.most, self.labels, self.search_url = most, labels, search_url
        self.parts = tuple(str(n) for n in range(most))

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        if isinstance(value, dict):
            texts = [t for t in value.values() if t]
        else:
            texts = [self.labels.get(i, i) for i in value or []]
        shown = min(self.most, max(3, len(texts) + 1))
        texts += [""] * (shown - len(texts))
        context["widget"] |= {
            "rows": [
                {"name": f"{name}-{n}", "id": f"id_{name}_{n}", "value": text, "number": n + 1}
                for n, text in enumerate(texts[: self.most])
            ],
            "search_url": self.search_url,
        }
        return context


class SchoolsField(forms.Field):
    """Ids of schools, found by what was typed. `found` is filled for all such fields of a form in one query."""

    def __init__(
        self, question: Question, labels: Mapping[str, str], search_url: str, **options: Any
    ) -> None:
        self.found: Mapping[str, Any] = {}
        widget = SchoolsWidget(question.max_choices or 5, labels, search_url)
        super().__init__(widget=widget, **options)

    def to_python(self, value: Any) -> list[str]:
        if isinstance(value, list):
            return value
        ids: list[str] = []
        errors = []
        for text in (value or {}).values():
            text = text.strip()
            if not text:
                continue
            known = self.found.get(text)
            if not isinstance(known, str):
                message = known.message if known is not None else "This school is not known."
                errors.append(ValidationError(message, code=getattr(known, "code", "unknown-school")))
            elif known not in ids:
                ids.append(known)
        if errors:
            raise ValidationError(errors)
        return ids


class FocusWidget(_Several):
    """One select per place, the first counts more; with own words beside it where the design allows."""

    template_name = "instruments/focus.html"

    def __init__(self, areas: Sequence[FocusArea], places: int, own_words: bool) -> None:
        super().__init__()
        self.areas, self.places, self.own_words = list(areas), places, own_words
        kinds = ("area", "words") if own_words else ("area",)
        self.parts = tuple(f"{kind}{n}" for n in range(places) for kind in kinds)

    def groups(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Heading → (key, label) of each area below it."""
        labels = {a.key: a.label for a in self.areas}
        found: dict[str, list[tuple[str, str]]] = {}
        for area in self.areas:
            found.setdefault(area.group or labels.get(area.within, ""), []).append((area.key, area.label))
        return list(found.items())

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        given, groups = value if isinstance(value, dict) else _focus_parts(value), self.groups()
        context["widget"] |= {
            "own_words": self.own_words,
            "rows": [
                {
                    "name": f"{name}-area{n}",
                    "id": f"id_{name}_{n}",
                    "options": options(groups, given.get(f"area{n}", "")),
                    "words_name": f"{name}-words{n}",
                    "words": given.get(f"words{n}", ""),
                    "number": n + 1,
                }
                for n in range(self.places)
            ],
        }
        return context


def _focus_parts(value: Any) -> dict[str, str]:
    keys, words = value if isinstance(value, tuple) else (value or [], [])
    return {f"area{n}": k for n, k in enumerate(keys)} | {f"words{n}": w for n, w in enumerate(words)}


class FocusField(forms.Field):
    """Keys of focus areas, the first counts more, and the school's own words for each: (keys, words)."""

    def __init__(self, question: Question, design: Design, **options: Any) -> None:
        self.known = {a.key for a in design.focus_areas}
        places = question.max_choices or 2
        super().__init__(widget=FocusWidget(design.focus_areas, places, question.own_words), **options)

    def to_python(self, value: Any) -> tuple[list[str], list[str]]:
        if isinstance(value, tuple):
            return value
        given = value or {}
        keys: list[str] = []
        words: list[str] = []
        for part, key in given.items():
            if not part.startswith("area") or not key:
                continue
            if key not in self.known:
                raise ValidationError("Choose from the list.", code="unknown-choice")
            if key in keys:
                raise ValidationError("Choose two different ones.", code="duplicate-choice")
            keys.append(key)
            words.append(_line(given.get(f"words{part[4:]}", ""), 200))
        return keys, (words if any(words) else [])


def _line(text: str, limit: int) -> str:
    try:
        return clean(text, field="", max_length=limit, label="text")
    except BadValue as error:
        raise refuse(error) from None


class TableWidget(_Several):
    """Rows of inputs; on a phone each row is a block with its labels."""

    template_name = "instruments/table.html"

    def __init__(self, columns: Sequence[Column], rows: int) -> None:
        super().__init__()
        self.columns, self.rows = list(columns), rows
        self.parts = tuple(f"{r}-{c.key}" for r in range(rows) for c in columns)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        if isinstance(value, dict):
            given = value
        else:
            given = {f"{r}-{k}": _typed(v) for r, row in enumerate(value or []) for k, v in row.items()}
        context["widget"] |= {
            "columns": self.columns,
            "rows": [
                [
                    {
                        "heading": c.label,
                        "input": cell(
                            c.kind,
                            f"id_{name}_{r * len(self.columns) + i}",
                            f"{name}-{r}-{c.key}",
                            f"{c.label}, row {r + 1}",
                            given.get(f"{r}-{c.key}", ""),
                        ),
                    }
                    for i, c in enumerate(self.columns)
                ]
                for r in range(self.rows)
            ],
        }
        return context


def _typed(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


class TableField(forms.Field):
    """Rows with the question's columns; empty rows are left out."""

    def __init__(self, question: Question, **options: Any) -> None:
        self.columns = list(question.columns)
        super().__init__(widget=TableWidget(self.columns, question.max_rows or 5), **options)

    def to_python(self, value: Any) -> list[dict[str, Any]]:
        if isinstance(value, list):
            return value
        rows: dict[str, dict[str, Any]] = {}
        kinds = {c.key: c for c in self.columns}
        for part, text in (value or {}).items():
            number, _, key = part.partition("-")
            if text.strip():
                rows.setdefault(number, {})[key] = _cell(kinds[key], text, int(number) + 1)
        return [rows[number] for number in sorted(rows, key=int)]


def _cell(column: Column, text: str, row: int) -> Any:
    try:
        if column.kind == "number":
            return finite_number(text, field="")
        if column.kind == "date":
            return read_date(text, field="").isoformat()
        if column.kind == "yes_no":
            return text == "yes"
        return clean(text, field="", max_length=500, label=column.label.lower())
    except BadValue as error:
        raise ValidationError(
            [ValidationError(f"Row {row}, {column.label}: {t.message}", code=t.code) for t in error.troubles]
        ) from None
