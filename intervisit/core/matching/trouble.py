"""What is wrong with an instance: file, place, what, remedy; and the reader that collects all of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Trouble:
    """One problem in an instance file and what to do about it."""

    file: str
    place: str  # as in `schools[3].grades`
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}: {self.place}: {self.what}. {self.remedy}"


class BadInstance(ValueError):
    """An instance that cannot be read. `problems` names all of them at once."""

    def __init__(self, problems: tuple[Trouble, ...]) -> None:
        super().__init__("\n".join(str(p) for p in problems))
        self.problems = problems


@dataclass
class Reader:
    """Takes typed values out of parsed JSON and notes whatever is not as it should be."""

    file: str
    problems: list[Trouble] = field(default_factory=list)

    def note(self, place: str, what: str, remedy: str) -> None:
        """Add one problem."""
        self.problems.append(Trouble(self.file, place, what, remedy))

    def table(self, value: Any, place: str) -> dict[str, Any]:
        """A JSON object, or an empty one with a note."""
        if isinstance(value, dict):
            return value
        self.note(place, f"{_shown(value)} is not an object", "Write { … } with the keys of the format.")
        return {}

    def items(self, data: dict[str, Any], key: str, place: str, needed: bool = True) -> list[Any]:
        """A JSON list under `key`; a missing one is noted when it is needed."""
        where = f"{place}{key}"
        if key not in data:
            if needed:
                self.note(where, "is missing", f'Add "{key}": [ … ].')
            return []
        if isinstance(data[key], list):
            return list(data[key])
        self.note(where, f"{_shown(data[key])} is not a list", "Write [ … ].")
        return []

    def whole(
        self, data: dict[str, Any], key: str, place: str, low: int, high: int, default: int | None = None
    ) -> int:
        """A whole number in low..high; a missing one takes the default when there is one."""
        where = f"{place}{key}"
        if key not in data:
            if default is None:
                self.note(where, "is missing", f"Give a whole number from {low} to {high}.")
                return low
            return default
        return self.number(data[key], where, low, high)

    def number(self, value: Any, where: str, low: int, high: int) -> int:
        """`value` as a whole number in low..high."""
        if isinstance(value, bool) or not isinstance(value, int):
            self.note(
                where, f"{_shown(value)} is not a whole number", f"Give a whole number from {low} to {high}."
            )
            return low
        if not low <= value <= high:
            self.note(where, f"{_shown(value)} is out of range", f"Give a whole number from {low} to {high}.")
            return low
        return value

    def flag(self, data: dict[str, Any], key: str, place: str, default: bool | None = None) -> bool:
        """true or false."""
        value = data.get(key, default)
        if isinstance(value, bool):
            return value
        what = "is missing" if value is None else f"{_shown(value)} is neither true nor false"
        self.note(f"{place}{key}", what, "Write true or false.")
        return False

    def text(self, data: dict[str, Any], key: str, place: str, empty: bool = True) -> str:
        """A text; whole numbers are taken as text where a code may be a number (district 12)."""
        value = data.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, str) and (empty or value.strip()):
            if any(ord(c) < 32 for c in value):
                self.note(f"{place}{key}", "contains a control character", "Remove it.")
            return value
        what = "is missing" if key not in data else f"{_shown(value)} is not a text"
        self.note(f"{place}{key}", what, f"Write a {'' if empty else 'non-empty '}text in quotation marks.")
        return ""

    def choice(self, value: Any, where: str, choices: tuple[str, ...]) -> str:
        """One of `choices`."""
        if isinstance(value, str) and value in choices:
            return value
        self.note(where, f"{_shown(value)} is not known", f"Choose one of {', '.join(choices)}.")
        return choices[0]

    def ids(self, values: list[Any], where: str, known: set[str], distinct: bool = True) -> tuple[str, ...]:
        """School ids that exist, each once."""
        out: list[str] = []
        for k, value in enumerate(values):
            place = f"{where}[{k}]"
            if not isinstance(value, str) or value not in known:
                self.note(place, f"there is no school {_shown(value)}", "Use an id from `schools`.")
            elif distinct and value in out:
                self.note(place, f"school {value} is named twice", "Name each school once.")
            else:
                out.append(value)
        return tuple(out)

    def rows(self, values: list[Any], key: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """(place, object) of each row of a list of objects."""
        for k, value in enumerate(values):
            place = f"{key}[{k}]"
            row = self.table(value, place)
            if row:
                yield f"{place}.", row

    def finish(self) -> None:
        """Raise BadInstance when anything was noted."""
        if self.problems:
            raise BadInstance(tuple(self.problems))


def _shown(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 10**18:
        return "a number with very many digits"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
