"""Days and numbers of posts: when a term begins and ends, how long a pool holds, what is free at a school."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """From a day to a day, both included."""

    starts: dt.date
    ends: dt.date


def later_year(day: dt.date, years: int) -> dt.date:
    """The same day so many years later; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def term(first_day: dt.date, last_day: dt.date, years: int, *, on: dt.date | None = None) -> Term:
    """A term of whole school years: to the last day of the last one. `on`: begun later in its first year."""
    starts = first_day if on is None else min(max(first_day, on), last_day)
    return Term(starts, later_year(last_day, years - 1))


def in_pool_until(last_day: dt.date, years: int) -> dt.date:
    """How long somebody who qualified for the year that ends on `last_day` can be chosen."""
    return later_year(last_day, years - 1)


def asked_on(ends: dt.date, days_before: int) -> dt.date:
    """When somebody is asked whether to go on."""
    return ends - dt.timedelta(days=days_before)


def free(most: int | None, taken: int) -> int | None:
    """How many more a school can have; None: as many as it wants. Never below nothing."""
    return None if most is None else max(0, most - taken)
