"""Which column of somebody's file is what: as shown to her, and as she says.

Every import asks the same question before it reads a file: here are your headings with their first values; what is
each of them? What the answer may be, and what is done with it, is the import's own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from intervisit.core.tables import ORDERS, DatesWritten, Table, readings
from intervisit.core.text import long_date
from intervisit.kit.pages import Request
from intervisit.kit.refusal import Refused

EXAMPLES, LONGEST, LOOKED_AT = 3, 40, 300


@dataclass(frozen=True)
class FileColumn:
    """One column of the file: its heading, its first values, and what it is (""; it is left out)."""

    place: int
    heading: str
    examples: str
    chosen: str


@dataclass(frozen=True)
class Columns:
    """The question as it stands: what was chosen, and what is wrong with that."""

    columns: list[FileColumn]
    problems: list[dict[str, str]] = field(default_factory=list)
    status: int = 200
    taken: bool = False  # the choice was kept; go on


def ask_columns(
    request: Request, table: Table, mapping: Mapping[str, str], choose: Callable[[dict[str, str]], object]
) -> Columns:
    """Show the columns; on POST hand what was said (heading → what it is) to `choose`, which may refuse it.

    `mapping`: what it is → heading, as it stands. A column that is left out is not handed on.
    """
    chosen = {heading: key for key, heading in mapping.items()}
    if request.method != "POST":
        return Columns(shown(table, chosen))
    chosen = {name: request.POST.get(f"c{place}", "") for place, name in enumerate(table.header)}
    try:
        choose({heading: key for heading, key in chosen.items() if key})
    except Refused as refusal:
        problems = [{"text": t.message, "url": ""} for t in refusal.troubles]
        return Columns(shown(table, chosen), problems, refusal.status)
    return Columns([], taken=True)


@dataclass(frozen=True)
class DateOrder:
    """One way to write dates, and how the first of the file would be read then."""

    key: str
    label: str
    readings: list[str]
    chosen: bool


def date_orders(written: DatesWritten | None, chosen: str = "") -> list[DateOrder]:
    """The question which comes first, the day or the month; empty where the file leaves nothing open.

    What the file tells elsewhere stands chosen until somebody says otherwise.
    """
    if written is None or not written.open:
        return []
    labels = {"month-first": "The month comes first", "day-first": "The day comes first"}
    both = [(text, readings(text)) for text in written.examples]
    return [
        DateOrder(key, labels[key], [f"{t} is {r[key]:%A} {long_date(r[key])}" for t, r in both],
                  key == (chosen or written.told))
        for key in ORDERS
    ]  # fmt: skip


def shown(table: Table, chosen: Mapping[str, str], other: str = "") -> list[FileColumn]:
    """The columns of a file. `other`: what one is that nothing was chosen for."""
    return [FileColumn(n, h, examples(table, n), chosen.get(h, other)) for n, h in enumerate(table.header)]


def examples(table: Table, place: int) -> str:
    """The first different values of a column."""
    found: dict[str, None] = {}
    for row in table.rows[:LOOKED_AT]:
        if text := row.cells[place].strip():
            found.setdefault(text[:LONGEST])
        if len(found) == EXAMPLES:
            break
    return " · ".join(found)
