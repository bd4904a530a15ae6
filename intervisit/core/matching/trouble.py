"""What is wrong with an instance: file, place, what, remedy; and the reader that collects all of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from reprlib import Repr
from typing import Any

MOST = 100  # faults told at once
TOLD = 300  # characters of a place or a fault
LONGEST = 200  # characters of an id or a name
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")  # control, direction and joining characters, halves of a pair


@dataclass(frozen=True)
class Trouble:
    """One problem in an instance file and what to do about it."""

    file: str
    place: str  # as in `schools[3].grades`
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}: {_plain(self.place)}: {_plain(self.what)}. {self.remedy}"


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
        self.note(place, f"{shown(value)} is not an object", "Write { … } with the keys of the format.")
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
        self.note(where, f"{shown(data[key])} is not a list", "Write [ … ].")
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
                where, f"{shown(value)} is not a whole number", f"Give a whole number from {low} to {high}."
            )
            return low
        if not low <= value <= high:
            self.note(where, f"{shown(value)} is out of range", f"Give a whole number from {low} to {high}.")
            return low
        return value

    def flag(self, data: dict[str, Any], key: str, place: str, default: bool | None = None) -> bool:
        """true or false."""
        value = data.get(key, default)
        if isinstance(value, bool):
            return value
        what = "is missing" if value is None else f"{shown(value)} is neither true nor false"
        self.note(f"{place}{key}", what, "Write true or false.")
        return False

    def text(self, data: dict[str, Any], key: str, place: str, empty: bool = True) -> str:
        """A text; whole numbers are taken as text where a code may be a number (district 12)."""
        value = data.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, str) and (empty or value.strip()):
            self.readable(value, f"{place}{key}")
            return value
        what = "is missing" if key not in data else f"{shown(value)} is not a text"
        self.note(f"{place}{key}", what, f"Write a {'' if empty else 'non-empty '}text in quotation marks.")
        return ""

    def readable(self, value: str, where: str) -> None:
        """Note what could not be read on a list, or not be stored: too long, or characters nobody sees."""
        if len(value) > LONGEST:
            self.note(where, f"{len(value)} characters", f"Use at most {LONGEST}.")
        for k, char in enumerate(value[:LONGEST]):
            if unicodedata.category(char) in UNSEEN:
                what = f"contains a character that cannot be seen (U+{ord(char):04X}, the {k + 1}. character)"
                self.note(where, what, "Remove it.")
                return

    def choice(self, value: Any, where: str, choices: tuple[str, ...]) -> str:
        """One of `choices`."""
        if isinstance(value, str) and value in choices:
            return value
        self.note(where, f"{shown(value)} is not known", f"Choose one of {', '.join(choices)}.")
        return choices[0]

    def ids(self, values: list[Any], where: str, known: set[str], distinct: bool = True) -> tuple[str, ...]:
        """School ids that exist, each once."""
        out: list[str] = []
        for k, value in enumerate(values):
            place = f"{where}[{k}]"
            if not isinstance(value, str) or value not in known:
                self.note(place, f"there is no school {shown(value)}", "Use an id from `schools`.")
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
            elif isinstance(value, dict):
                self.note(place, "is empty", "Give its keys, or remove it.")

    def finish(self) -> None:
        """Raise BadInstance when anything was noted."""
        if (more := len(self.problems) - MOST) > 0:
            rest = Trouble(self.file, "file", f"and {more} more", "Correct these first.")
            raise BadInstance((*self.problems[:MOST], rest))
        if self.problems:
            raise BadInstance(tuple(self.problems))


def _plain(text: str) -> str:
    """What a file says may not steer a terminal nor fill it."""
    seen = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text[: TOLD + 1])
    return seen if len(seen) <= TOLD else seen[:TOLD] + "…"


_SHORT = Repr()
_SHORT.maxlevel, _SHORT.maxlist, _SHORT.maxdict, _SHORT.maxstring, _SHORT.maxlong = 3, 4, 3, 60, 20


def shown(value: Any) -> str:
    """A value as it is told: shortened, also one that is large or deep; what cannot be seen is escaped."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 10**18:
        return "a number with very many digits"
    if value is None or isinstance(value, bool):
        text = {None: "null", True: "true", False: "false"}[value]
    elif isinstance(value, str):
        text = repr(value[:60]) if value[:60].isprintable() else ascii(value[:60])
    else:
        text = _SHORT.repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
