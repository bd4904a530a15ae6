"""What a value in a design file may be, written beside its type.

A record field says `Annotated[str, Text(...)]`, `Annotated[int, Span(...)]` or `Annotated[str, Ref(...)]`.
The reader (`reading.py`) obeys it and the reference page (`reference.py`) prints it: they cannot disagree.
"""

from dataclasses import MISSING, dataclass, field
from typing import Annotated, Any

MAX_FILE_BYTES = 256 * 1024
MAX_FILES = 200
MAX_BYTES = 1024 * 1024  # all files together
MAX_DEPTH = 12  # tables within tables
MAX_ITEMS = 500  # entries of one list or table
MAX_PROBLEMS = 100  # bad-inputs contract 5: all errors at once, at most 100


@dataclass(frozen=True, slots=True)
class Text:
    """Limits of a text: its length in characters, a pattern with its meaning, and whether it may be empty."""

    most: int
    pattern: str = ""
    means: str = ""
    lines: bool = False
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Limits of a number, both ends included."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Ref:
    """The text must be a key the design defines as `to` (roles, forms, facts …); empty only if `optional`."""

    to: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class AtLeast:
    """A list or table needs at least this many entries."""

    count: int


_KEY = r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*"

Key = Annotated[str, Text(60, _KEY, "small letters, digits, - or _, starting with a letter")]
Code = Annotated[
    str, Text(60, r"[A-Za-z0-9][A-Za-z0-9 _.+-]*", "letters, digits, blanks and _ . + -, as in the data")
]
Line = Annotated[str, Text(240)]
Note = Annotated[str, Text(240, empty=True)]
Prose = Annotated[str, Text(4000, lines=True)]
Help = Annotated[str, Text(4000, lines=True, empty=True)]
_DAY = (  # 29 February is left out: the day must exist in every year
    r"(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    r"|02-(?:0[1-9]|1[0-9]|2[0-8])"
)
_DAY_MEANS = 'a month and day of every year, like "05-02"'
MonthDay = Annotated[str, Text(5, _DAY, _DAY_MEANS)]
MaybeMonthDay = Annotated[str, Text(5, _DAY, _DAY_MEANS, empty=True)]
Clock = Annotated[str, Text(5, r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", 'a time of day like "08:30"')]
Month = Annotated[int, Span(1, 12)]
Points = Annotated[int, Span(0, 1000)]
Minutes = Annotated[int, Span(0, 600)]
Count = Annotated[int, Span(0, 10_000)]
MaybeCount = Annotated[int | None, Span(0, 10_000)]
Scalar = str | int | float | bool
Value = Scalar | tuple[Scalar, ...]  # what a condition compares with

RoleKey = Annotated[str, Ref("roles")]
FactKey = Annotated[str, Ref("facts")]


def say(doc: str, default: Any = MISSING, *, unit: str = "") -> Any:
    """A record field with the sentence the reference page prints about it."""
    metadata = {"doc": doc, "unit": unit}
    return field(metadata=metadata) if default is MISSING else field(default=default, metadata=metadata)
