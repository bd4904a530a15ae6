"""Holidays and testing windows from a file, whichever of the usual kinds it is."""

import re

from intervisit.core.days.events import days_of_calendar
from intervisit.core.days.listed import days_of_table
from intervisit.core.days.named import DayList
from intervisit.core.tables import Limits, read_table
from intervisit.core.tables.encodings import decode
from intervisit.core.text import BadValue, Order, Trouble, Troubles, time_zone

CALENDAR_BYTES = 5_000_000

_CALENDAR = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*BEGIN:VCALENDAR", re.IGNORECASE)


def read_days(
    data: bytes, filename: str, *, zone: str | None = None, limits: Limits | None = None, order: Order | None = None
) -> DayList:  # fmt: skip
    """The named days of a CSV file, an XLSX workbook or iCalendar text; never raises.

    `zone` (an IANA name) is where the schools are: it decides on which day a moment given in UTC falls.
    `order`: how a table writes its dates, where it does not tell.
    What is good can be taken after a person has seen `troubles` and `notes`.
    """
    if zone is not None:
        try:
            time_zone(zone)
        except BadValue as bad:
            return DayList((), Troubles(bad.troubles))
    if not _CALENDAR.match(data[:2000]) and not (filename.lower().endswith(".ics") and b"VEVENT" in data):
        if filename.lower().endswith(".ics"):
            message = (
                "This is no iCalendar file: it does not begin with BEGIN:VCALENDAR. Export it once more."
            )
            return DayList((), Troubles((Trouble("no-calendar", message, file=filename),)))
        table = read_table(data, filename, limits=limits)
        return DayList((), table) if isinstance(table, Troubles) else days_of_table(table, filename, order)
    if len(data) > CALENDAR_BYTES:
        message = (
            f"The calendar has {len(data) / 1e6:,.1f} MB; at most {CALENDAR_BYTES / 1e6:,.0f} MB are read."
        )
        return DayList((), Troubles((Trouble("file-too-large", f"{message} Split it.", file=filename),)))
    decoded = decode(data)
    if isinstance(decoded, Trouble):
        return DayList((), Troubles((decoded,)))
    days = days_of_calendar(decoded.text, filename, zone)
    return DayList(days.days, days.troubles, (*decoded.notes, *days.notes))
