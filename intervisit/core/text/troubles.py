"""What is wrong with something a person gave us: where, what, and what to do. One shape for every surface."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

MOST = 100  # troubles told at once; the rest are counted (bad-inputs contract, point 5)
SHOWN_LENGTH = 40  # characters of a refused value that a message repeats


@dataclass(frozen=True, slots=True)
class Trouble:
    """One refusal. `code` is stable (docs/reference/error-codes.md), `message` is for people.

    `field` names a form field or key; `file`, `line` (from 1) and `column` name a place in a file;
    `position` counts characters of the value, or bytes of the file, from 1; `offers`: values that would do.
    """

    code: str
    message: str
    field: str = ""
    position: int | None = None
    file: str = ""
    line: int | None = None
    column: str = ""
    offers: tuple[str, ...] = ()

    def at(self, *, line: int, column: str = "", file: str = "") -> "Trouble":
        """The same trouble found in a cell of a table: the message begins with the place."""
        place = f"Line {line}, column {shown_name(column)}: " if column else f"Line {line}: "
        message = self.message if self.message.startswith("Line ") else place + self.message
        return replace(self, message=message, line=line, column=column, file=file or self.file)

    def as_json(self) -> dict[str, str | int | list[str]]:
        """The entry of an API answer's `errors`; empty parts are left out."""
        entry: dict[str, str | int | list[str]] = {"code": self.code, "message": self.message}
        for key in ("field", "file", "column"):
            if getattr(self, key):
                entry[key] = getattr(self, key)
        for key in ("line", "position"):
            if getattr(self, key) is not None:
                entry[key] = getattr(self, key)
        if self.offers:
            entry["offers"] = list(self.offers)
        return entry


@dataclass(frozen=True, slots=True)
class Troubles:
    """All that is wrong with one input: at most `MOST` troubles, and how many `more` there were."""

    items: tuple[Trouble, ...] = ()
    more: int = 0

    def __iter__(self) -> Iterator[Trouble]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items) + self.more

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(trouble.code for trouble in self.items)

    def messages(self) -> tuple[str, ...]:
        """Every message, and a last line `and N more` when some were left out."""
        told = tuple(trouble.message for trouble in self.items)
        return (*told, f"and {self.more:,} more") if self.more else told

    def as_json(self) -> dict[str, list[dict[str, str | int | list[str]]]]:
        """The body of an API refusal."""
        errors = [trouble.as_json() for trouble in self.items]
        if self.more:
            errors.append({"code": "and-more", "message": f"and {self.more:,} more"})
        return {"errors": errors}


class Collector:
    """Gathers troubles in the order found; keeps the first `MOST` and counts the rest."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._items: list[Trouble] = []
        self._more = 0

    def add(self, trouble: Trouble) -> None:
        if len(self._items) < self._most:
            self._items.append(trouble)
        else:
            self._more += 1

    def extend(self, troubles: Iterable[Trouble]) -> None:
        for trouble in troubles:
            self.add(trouble)
        if isinstance(troubles, Troubles):
            self._more += troubles.more

    def __len__(self) -> int:
        return len(self._items) + self._more

    def done(self) -> Troubles:
        return Troubles(tuple(self._items), self._more)


class BadValue(ValueError):
    """A single value was refused; `troubles` says why (never empty). All that `core.text` raises."""

    def __init__(self, *troubles: Trouble) -> None:
        super().__init__(" ".join(trouble.message for trouble in troubles))
        self.troubles: tuple[Trouble, ...] = troubles


def shown(value: str, length: int = SHOWN_LENGTH) -> str:
    """A value for a message: shortened to `length`, everything unprintable escaped, in quotation marks."""
    return f"“{_printable(value, length)}”"


def shown_name(value: str) -> str:
    """A column's or file's name for a message: like `shown`, without quotation marks."""
    return _printable(value, SHOWN_LENGTH)


def label_of(field: str) -> str:
    """How a message calls a field: `school_name` → `school name`."""
    return field.replace("_", " ").strip() or "value"


def _printable(value: str, length: int) -> str:
    cut = value[:length]
    if not cut.isascii() or not cut.isprintable():
        cut = "".join(_visible(character) for character in cut)
    return cut + "…" if len(value) > length else cut


def _visible(character: str) -> str:
    if character.isprintable() and unicodedata.category(character) not in ("Mn", "Me"):
        return character
    point = ord(character)
    return f"\\x{point:02x}" if point < 256 else f"\\u{point:04x}"
