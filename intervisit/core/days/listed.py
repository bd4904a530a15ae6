"""Days from a table: one row per day or stretch of days."""

from datetime import date

from intervisit.core.days.named import NAME_LENGTH, DayList, NamedDays, in_order, kind_of
from intervisit.core.tables import Column, Table, apply_mapping, dates_written, guess_mapping
from intervisit.core.text import Collector, Order, Trouble, Troubles, long_date, shown

DAY_COLUMNS: tuple[Column, ...] = (
    Column("start", "first day", "date", (
        "start date", "date", "from", "begin", "begin date", "starts", "day", "dtstart", "start day",
    ), required=True),
    Column("end", "last day", "date", ("end date", "to", "until", "through", "ends", "thru", "dtend")),
    Column("name", "name", "text", (
        "event", "event name", "holiday", "title", "summary", "subject", "description", "occasion", "what",
    ), required=True, max_length=NAME_LENGTH),
    Column("kind", "kind", "text", ("category", "type", "event type", "day type", "status")),
    Column("applies_to", "applies to", "text", ("who", "schools", "for", "applies", "audience", "grades")),
    Column("students_attend", "students attend", "flag", ("students", "in session", "school day")),
)  # fmt: skip


def days_of_table(table: Table, filename: str, order: Order | None = None) -> DayList:
    """The rows that are good, and every trouble of the others. `order`: how dates are written, if they do not tell."""
    mapping = guess_mapping(table.header, DAY_COLUMNS)
    if mapping.missing:
        return DayList((), mapping.troubles(table.header, DAY_COLUMNS), table.notes)
    places = [mapping.places[key] for key in ("start", "end") if key in mapping.places]
    written = dates_written(table, places, together=True)
    told = (written and written.told) or order
    mapped = apply_mapping(table, mapping, DAY_COLUMNS, facts=False, order=told, file=filename)
    found = Collector()
    found.extend(mapped.troubles)
    days: list[NamedDays] = []
    for row in mapped.rows:
        start, end, name = row.values["start"], row.values.get("end"), str(row.values["name"])
        if not isinstance(start, date):
            continue
        last = end if isinstance(end, date) else start
        if last < start:
            found.add(ends_before(name, start, last, f"Line {row.line}", row.line, filename))
            continue
        attend = row.values.get("students_attend")
        kind = kind_of(str(row.values.get("kind") or ""), name, attend if isinstance(attend, bool) else None)
        applies_to = str(row.values.get("applies_to") or "")
        days.append(NamedDays(start, last, name, kind, applies_to, row.line))
    return DayList(in_order(days), _by_line(found.done()), table.notes, written)


def ends_before(name: str, start: date, end: date, place: str, line: int, file: str) -> Trouble:
    """The trouble `ends-before-it-starts`."""
    what = f"{shown(name)} ends on {long_date(end)}, before it starts on {long_date(start)}"
    return Trouble(
        "ends-before-it-starts", f"{place}: {what}. Correct one of the dates.", file=file, line=line
    )


def _by_line(troubles: Troubles) -> Troubles:
    return Troubles(tuple(sorted(troubles.items, key=lambda trouble: trouble.line or 0)), troubles.more)
