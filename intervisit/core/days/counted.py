"""Numbers for single days as people paste them from a table: a place, a date and a number a line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from intervisit.core.text import (
    BadValue,
    Collector,
    Order,
    Trouble,
    Troubles,
    date_order,
    long_date,
    read_date,
    shown,
    whole_number,
)

LONGEST_TEXT = 100_000  # characters
MOST_LINES = 5_000
MOST_NUMBER = 100_000
_CELLS = re.compile(r"\s*[\t;|]\s*|\s*,\s*|\s{2,}")
_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.]\d{1,2}[/.]\d{4}")
_HEADER = re.compile(r"[^\d]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Counted:
    """What was understood, each with its line, and what was not."""

    rows: tuple[tuple[int, str, date, int], ...]  # line, place, date, number
    troubles: Troubles = field(default_factory=Troubles)


def read_counted(
    text: str, *, places: Sequence[str], first: date, last: date, order: Order | None = None
) -> Counted:
    """Lines such as "D15; 2027-03-09; 12"; with one place it may be left out. Never raises.

    Cells are parted by tabs, semicolons, commas or several blanks; a first line without a digit is a heading.
    """
    lines = re.split("\r\n|\n|\r", text)
    if len(text) > LONGEST_TEXT or len(lines) > MOST_LINES:
        size = f"The text has {len(text):,} characters in {len(lines):,} lines"
        limit = f"at most {LONGEST_TEXT:,} in {MOST_LINES:,} are read. Paste less of it."
        return Counted((), Troubles((Trouble("too-long", f"{size}; {limit}", "text"),)))
    order = order or date_order(m[0] for line in lines for m in _DATE.finditer(line) if "-" not in m[0])
    known = {place.casefold(): place for place in places}
    found, rows = Collector(), []
    seen: dict[tuple[str, date], int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or (number == 1 and _HEADER.fullmatch(line)):
            continue
        try:
            place, day, count = _row(line.strip(), known, first, last, order)
        except BadValue as bad:
            found.add(bad.troubles[0].at(line=number))
            continue
        before = seen.setdefault((place, day), number)
        if before != number:
            what = f"{place or 'This place'} on {long_date(day)} stands in line {before} already. Keep one."
            found.add(Trouble("duplicate-in-file", what, "text").at(line=number))
            continue
        rows.append((number, place, day, count))
    if not rows and not len(found.done()):
        what = "There is nothing to read. Paste lines like 2027-03-09; 12."
        found.add(Trouble("nothing-to-read", what, "text"))
    return Counted(tuple(rows), found.done())


def _row(
    line: str, known: dict[str, str], first: date, last: date, order: Order | None
) -> tuple[str, date, int]:
    cells = [cell for cell in _CELLS.split(line) if cell]
    if len(cells) == 2 and len(known) == 1:
        cells = [next(iter(known)), *cells]
    if len(cells) != 3:
        example = "Write the district, the date and the number: D15; 2027-03-09; 12."
        what = f"{shown(line)} has {len(cells)} {'cell' if len(cells) == 1 else 'cells'}. {example}"
        raise BadValue(Trouble("row-not-understood", what, "text"))
    place = known.get(cells[0].casefold())
    if place is None:
        what = f"There is no {shown(cells[0])} here. Write one of: {', '.join(list(known.values())[:12])}."
        raise BadValue(Trouble("unknown", what, "text"))
    day = read_date(cells[1], field="text", order=order)
    if not first <= day <= last:
        bounds = f"{long_date(first)} to {long_date(last)}"
        what = f"{long_date(day)} is not in the school year, {bounds}. Correct the date."
        raise BadValue(Trouble("date-out-of-range", what, "text"))
    return place, day, whole_number(cells[2], field="text", minimum=0, maximum=MOST_NUMBER)
