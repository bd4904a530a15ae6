"""How a table writes its dates: `03/04/2026` is two days, and only the file itself or a person can say which."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args

from intervisit.core.tables.table import Table
from intervisit.core.text import Order, date_order

EXAMPLES = 3
ORDERS: tuple[Order, ...] = get_args(Order)

_DATE = re.compile(r"\s*(([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4}))(?![0-9])")


@dataclass(frozen=True, slots=True)
class DatesWritten:
    """What the dates with strokes of a table tell together. `told`: the order, where the columns that tell it agree.

    `open`: the places of columns with a date that can be two days, and nothing in the column that tells which.
    `examples`: the first different ones of these dates.
    """

    told: Order | None = None
    open: tuple[int, ...] = ()
    examples: tuple[str, ...] = ()


def dates_written(
    table: Table, places: Iterable[int] | None = None, *, together: bool = False
) -> DatesWritten | None:
    """How the columns at `places` (all) write their dates; None where none holds such dates.

    A column holds dates if most of its cells are some. `together`: what one column tells holds for all of them.
    """
    columns = {n: _dates_of(table, n) for n in (range(len(table.header)) if places is None else places)}
    columns = {n: found for n, found in columns.items() if found}
    if not columns:
        return None
    tells = {n: date_order(found) for n, found in columns.items()}
    orders = {order for order in tells.values() if order}
    told = orders.pop() if len(orders) == 1 else None
    if together and told:
        return DatesWritten(told)
    unsure = {n: [t for t in columns[n] if _is_two_days(t)] for n, order in tells.items() if order is None}
    examples = dict.fromkeys(text for found in unsure.values() for text in found)
    return DatesWritten(told, tuple(n for n, found in unsure.items() if found), tuple(examples)[:EXAMPLES])


def readings(text: str) -> dict[Order, date]:
    """Both days that a date with strokes can be."""
    found = _DATE.match(text)
    if found is None:
        raise ValueError("no date with strokes")
    first, second, year = (int(part) for part in found.groups()[1:])
    return {"month-first": date(year, first, second), "day-first": date(year, second, first)}


def _dates_of(table: Table, place: int) -> Sequence[str]:
    """The dates of a column, without times of day; none if most of its cells are something else."""
    filled = [text for row in table.rows if (text := row.cells[place].strip())]
    found = [match[1] for text in filled if (match := _DATE.match(text))]
    return found if 2 * len(found) > len(filled) else ()


def _is_two_days(text: str) -> bool:
    first, second = re.split("[/.]", text)[:2]
    return 1 <= int(first) <= 12 and 1 <= int(second) <= 12 and int(first) != int(second)
