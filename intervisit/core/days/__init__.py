"""School holidays, testing windows and staff days, read from CSV, XLSX and iCalendar.

Parts: named (the values, and what a day is called), listed (tables), events (iCalendar), reading (either).
"""

from intervisit.core.days.listed import DAY_COLUMNS, days_of_table
from intervisit.core.days.named import DAY_KINDS, DayKind, DayList, NamedDays, kind_of
from intervisit.core.days.reading import read_days

__all__ = [
    "DAY_COLUMNS",
    "DAY_KINDS",
    "DayKind",
    "DayList",
    "NamedDays",
    "days_of_table",
    "kind_of",
    "read_days",
]
