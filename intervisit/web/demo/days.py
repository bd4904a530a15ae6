"""The demo district's school days for any year: the holidays of an American city, by rule."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Day:
    """Days of the district calendar; `kind` as in the calendar chapter."""

    name: str
    starts: dt.date
    ends: dt.date
    kind: str = "closed"
    applies_to: str = ""


def _nth(year: int, month: int, weekday: int, n: int) -> dt.date:
    """The n-th weekday of a month (Monday 0); n = -1: the last."""
    if n > 0:
        first = dt.date(year, month, 1)
        return first + dt.timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))
    last = dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
    return last - dt.timedelta(days=(last.weekday() - weekday) % 7)


def school_year(today: dt.date) -> int:
    """The year in which the school year of a day begins; after its last day of school it is the next one."""
    return today.year - 1 if today <= bounds(today.year - 1)[1] else today.year


def bounds(year: int) -> tuple[dt.date, dt.date]:
    """First and last day of school: after Labor Day, and the last Friday of June."""
    return _nth(year, 9, 0, 1) + dt.timedelta(days=3), _nth(year + 1, 6, 4, -1)


def days(year: int) -> list[Day]:
    """Closings, staff days and testing of the school year that begins in `year`."""
    after = year + 1
    thanks = _nth(year, 11, 3, 4)
    winter = dt.date(year, 12, 24)
    midwinter = _nth(after, 2, 0, 3)
    spring = _nth(after, 4, 0, 3)
    election = _nth(year, 11, 0, 1) + dt.timedelta(days=1)
    found = [
        Day("Indigenous Peoples' Day", _nth(year, 10, 0, 2), _nth(year, 10, 0, 2)),
        Day("Staff development, no students", election, election, "staff"),
        Day("Veterans Day", dt.date(year, 11, 11), dt.date(year, 11, 11)),
        Day("Thanksgiving recess", thanks, thanks + dt.timedelta(days=1)),
        Day("Winter recess", winter, dt.date(after, 1, 1)),
        Day("Martin Luther King Jr. Day", _nth(after, 1, 0, 3), _nth(after, 1, 0, 3)),
        Day("Midwinter recess", midwinter, midwinter + dt.timedelta(days=4)),
        Day("Spring recess", spring, spring + dt.timedelta(days=4)),
        Day(
            "State tests in reading",
            dt.date(after, 4, 5),
            dt.date(after, 4, 9),
            "testing",
            "elementary and middle",
        ),
        Day(
            "State tests in mathematics",
            dt.date(after, 5, 3),
            dt.date(after, 5, 7),
            "testing",
            "elementary and middle",
        ),
        Day("Regents examinations", dt.date(after, 1, 25), dt.date(after, 1, 29), "testing", "high"),
        Day("Memorial Day", _nth(after, 5, 0, -1), _nth(after, 5, 0, -1)),
        Day("Juneteenth", dt.date(after, 6, 19), dt.date(after, 6, 19)),
    ]
    return sorted(found, key=lambda d: d.starts)
