"""Whether the month or the day comes first: told by the column, by the file, or asked."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intervisit.core.days import DayList, days_from_wire, days_to_wire, read_days
from intervisit.core.tables import (
    Column,
    DatesWritten,
    Row,
    Table,
    apply_mapping,
    chosen_mapping,
    dates_written,
    readings,
)
from intervisit.core.text import Order


def table(*columns: list[str]) -> Table:
    rows = zip(*columns, strict=True)
    return Table(tuple(f"c{n}" for n in range(len(columns))), tuple(Row(n, r) for n, r in enumerate(rows, 2)))


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ([["2026-03-04", "x"], ["", ""]], None),
        ([["13/1/2026", "2/1/2026"]], DatesWritten("day-first")),
        ([["1/13/2026", "2/1/2026 8:15:01"]], DatesWritten("month-first")),
        ([["3/4/2026", "5/5/2026"]], DatesWritten(None, (0,), ("3/4/2026",))),
        ([["5/5/2026", "6/6/2026"]], DatesWritten()),  # the same day either way
        ([["3/4/2026", "5/6/2026"], ["1/13/2026", ""]], DatesWritten("month-first", (0,), ("3/4/2026", "5/6/2026"))),
        ([["13/1/2026", "1/13/2026", "2/3/2026"]], DatesWritten(None, (0,), ("2/3/2026",))),
        ([["see 3/4/2026", "3/4/2026", "none"]], None),  # one date among words makes no column of dates
    ],
)  # fmt: skip
def test_what_a_table_tells(columns: list[list[str]], found: DatesWritten | None) -> None:
    assert dates_written(table(*columns)) == found


def test_what_one_column_tells_may_hold_for_all() -> None:
    both = table(["3/4/2026", "5/6/2026"], ["1/13/2026", ""])
    assert dates_written(both, together=True) == DatesWritten("month-first")
    assert dates_written(both, [0], together=True) == DatesWritten(None, (0,), ("3/4/2026", "5/6/2026"))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dates(date(2020, 1, 1), date(2030, 12, 31)), min_size=1, max_size=8), st.booleans())
def test_read_as_said_every_column_gives_the_days_it_was_written_from(
    days: list[date], month_first: bool
) -> None:
    order: Order = "month-first" if month_first else "day-first"
    written = [f"{d:%m/%d/%Y}" if month_first else f"{d:%d/%m/%Y}" for d in days]
    made, columns = table(written), [Column("day", "day", "date")]
    told = dates_written(made)
    assert told is not None
    assert told.told in (None, order)
    assert bool(told.open) == (
        all(d.day <= 12 for d in days) and any(d.day != d.month for d in days)
    )  # asked exactly when no cell tells, and only where it matters
    mapping = chosen_mapping(made.header, columns, {"day": 0})
    read = apply_mapping(made, mapping, columns, facts=False, order=order)
    assert [row.values["day"] for row in read.rows] == days
    for text in told.examples:
        assert readings(text)[order] in days


def test_a_list_of_days_asks_and_reads_as_it_is_told() -> None:
    data = b"Start date,End date,Event\n10/11/2026,10/12/2026,Fair\n11/12/2026,,Trip\n"
    asked = read_days(data, "x.csv")
    assert (asked.days, asked.written) == (
        (),
        DatesWritten(None, (0, 1), ("10/11/2026", "11/12/2026", "10/12/2026")),
    )
    assert {t.code for t in asked.troubles.items} == {"ambiguous-date"}

    def read(found: DayList) -> list[tuple[date, date]]:
        return [(d.start, d.end) for d in found.days]

    told = read_days(data, "x.csv", order="day-first")
    assert read(told) == [(date(2026, 11, 10), date(2026, 12, 10)), (date(2026, 12, 11), date(2026, 12, 11))]
    assert days_from_wire(days_to_wire(asked)) == asked
    itself = read_days(
        data + b"12/13/2026,,Party\n", "x.csv", order="day-first"
    )  # the file's own word counts
    assert read(itself)[0] == (date(2026, 10, 11), date(2026, 10, 12))
    last_only = read_days(b"Start date,End date,Event\n10/11/2026,10/13/2026,Fair\n", "x.csv")
    assert read(last_only) == [(date(2026, 10, 11), date(2026, 10, 13))]
