"""What a school has said, as a grid to tap; and as wishes of the planning method."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from intervisit.apps.calendar.bridge.year import SHUT, grades_of_level
from intervisit.apps.calendar.models import NamedDays
from intervisit.apps.calendar.queries import availability as queries
from intervisit.apps.calendar.states import DayKind
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.core.days import Stretch, covered
from intervisit.kit.clock import today


@dataclass(frozen=True)
class GridDay:
    """One school day to tap. `locked`: why it cannot be (closed, testing, from the school's own calendar)."""

    date: dt.date
    blocked: bool
    locked: str
    past: bool


@dataclass(frozen=True)
class Month:
    """One month in weeks of five days; None where the month has no such day."""

    first: dt.date
    weeks: tuple[tuple[GridDay | None, ...], ...]
    notes: tuple[str, ...]  # what is known already, such as holidays
    blocked: int


@dataclass(frozen=True)
class Grid:
    """The months of a school year that are still to come."""

    months: tuple[Month, ...]
    first: dt.date
    last: dt.date

    @property
    def days(self) -> frozenset[dt.date]:
        """The days that can be tapped."""
        return frozenset(
            d.date for m in self.months for week in m.weeks for d in week if d and not d.locked and not d.past
        )


def bounds(school: Organization, program: Program | None) -> tuple[dt.date, dt.date]:
    """The school year that is asked about: the program's, else the one that runs now (from July on the next)."""
    if program is not None:
        return program.first_day, program.last_day
    day = today(school.zone)
    year = day.year if day.month >= 7 else day.year - 1
    return dt.date(year, 9, 1), dt.date(year + 1, 6, 30)


def grid_of(school: Organization, program: Program | None, said: queries.Said) -> Grid:
    """The days of the school year to tap, month by month, from this month on."""
    first, last = bounds(school, program)
    day = today(school.zone)
    mine, theirs = covered(said.entered), covered(said.followed)
    known, notes = _known(school, first, last)
    reasons = known | {d: "from your own calendar" for d in theirs if d not in known}
    months = []
    for start in _months(max(first, day.replace(day=1)), last):
        weeks = _weeks(start, first, last, mine, reasons, day)
        if weeks:
            told = tuple(name for a, b, name in notes if a <= _end(start) and b >= start)
            count = sum(d is not None and d.blocked for week in weeks for d in week)
            months.append(Month(start, weeks, tuple(dict.fromkeys(told)), count))
    return Grid(tuple(months), first, last)


def _known(
    school: Organization, first: dt.date, last: dt.date
) -> tuple[dict[dt.date, str], list[tuple[dt.date, dt.date, str]]]:
    """Days of the district on which this school has no visit anyhow, each with its name."""
    rows = NamedDays.objects.filter(organization=school.district_id, starts__lte=last, ends__gte=first)
    found: dict[dt.date, str] = {}
    notes = []
    for row in rows.order_by("starts"):
        grades = grades_of_level(row.applies_to)
        concerned = not grades or bool(grades & set(school.grades))
        if concerned and (row.kind in SHUT or row.kind == DayKind.TESTING):
            for date in Stretch(row.starts, row.ends).dates():
                found.setdefault(date, row.name)
            notes.append((row.starts, row.ends, row.name))
    return found, notes


def _months(first: dt.date, last: dt.date) -> Iterable[dt.date]:
    at = first.replace(day=1)
    while at <= last:
        yield at
        at = (at + dt.timedelta(days=32)).replace(day=1)


def _end(start: dt.date) -> dt.date:
    return (start + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)


def _weeks(
    start: dt.date, first: dt.date, last: dt.date, mine: frozenset[dt.date], reasons: dict[dt.date, str], day: dt.date
) -> tuple[tuple[GridDay | None, ...], ...]:  # fmt: skip
    weeks = []
    monday = start - dt.timedelta(days=start.weekday())
    while monday <= _end(start):
        week = []
        for n in range(5):
            date = monday + dt.timedelta(days=n)
            inside = date.month == start.month and first <= date <= last
            week.append(GridDay(date, date in mine, reasons.get(date, ""), date < day) if inside else None)
        if any(week):
            weeks.append(tuple(week))
        monday += dt.timedelta(days=7)
    return tuple(weeks)
