"""School holidays, testing windows and staff days, read from CSV, XLSX and iCalendar.

Parts: named (the values, and what a day is called), listed (tables), events (iCalendar), reading
(either), wire (for a parser in another process); blocked (a school's own days as stretches), pasted (dates in a text),
counted (numbers for single days).
"""

from intervisit.core.days.blocked import Stretch, covered, regroup
from intervisit.core.days.counted import Counted, read_counted
from intervisit.core.days.listed import DAY_COLUMNS, days_of_table
from intervisit.core.days.named import DAY_KINDS, DayKind, DayList, NamedDays, kind_of
from intervisit.core.days.pasted import Pasted, read_pasted
from intervisit.core.days.reading import read_days
from intervisit.core.days.wire import days_from_wire, days_to_wire

__all__ = [
    "DAY_COLUMNS",
    "DAY_KINDS",
    "Counted",
    "DayKind",
    "DayList",
    "NamedDays",
    "Pasted",
    "Stretch",
    "covered",
    "days_from_wire",
    "days_of_table",
    "days_to_wire",
    "kind_of",
    "read_counted",
    "read_days",
    "read_pasted",
    "regroup",
]
