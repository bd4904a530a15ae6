"""A school's own days: stretches with a name, and the same days as dates to be tapped one by one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

LONGEST = 120  # days of one stretch


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """Days in a row with a name, `last` included. `source` says how they came in."""

    first: date
    last: date
    name: str = ""
    source: str = ""

    def dates(self) -> Iterable[date]:
        return (self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))


def covered(stretches: Iterable[Stretch]) -> frozenset[date]:
    """Every date of these stretches."""
    return frozenset(day for stretch in stretches for day in stretch.dates())


def regroup(
    stretches: Sequence[Stretch], wanted: Iterable[date], shown: Iterable[date], *, fresh: Stretch
) -> tuple[Stretch, ...]:
    """The stretches after somebody chose exactly `wanted` among the dates `shown`.

    What was not shown stays as it is. A stretch from which a date was taken falls into parts with its name; dates that
    are new form stretches with the name and source of `fresh`, whose dates do not count.
    """
    on, grid = frozenset(wanted) & frozenset(shown), sorted(set(shown))
    seen = frozenset(grid)
    kept = [part for stretch in stretches for part in _parts(stretch, on, seen)]
    taken = covered(kept)
    return tuple(sorted((*kept, *_runs(sorted(on - taken), grid, fresh, taken))))


def _parts(stretch: Stretch, on: frozenset[date], seen: frozenset[date]) -> Iterable[Stretch]:
    """What is left of a stretch. Days between that were not shown (a weekend) hold their neighbours together."""
    dates = list(stretch.dates())
    if not any(day in seen for day in dates):
        return [stretch]
    found: list[Stretch] = []
    run: list[date] = []
    for day in [*dates, None]:
        if day is not None and (day not in seen or day in on):
            run.append(day)
            continue
        if run and (len(run) == len(dates) or any(d in seen for d in run)):
            found.append(replace(stretch, first=run[0], last=run[-1]))
        run = []
    return found


def _runs(
    days: Sequence[date], grid: Sequence[date], fresh: Stretch, taken: frozenset[date]
) -> Iterable[Stretch]:
    """New dates in stretches: those that follow each other among the dates shown, within a few calendar days.

    No stretch reaches over a date that another one has `taken`: a weekend may have its own.
    """
    place = {day: n for n, day in enumerate(grid)}
    first = last = None
    for day in days:
        joined = (
            last is not None
            and first is not None
            and place[day] == place[last] + 1
            and (day - last).days <= 3
            and (day - first).days < LONGEST
            and not any(last + timedelta(days=n) in taken for n in range(1, (day - last).days))
        )
        if not joined:
            if first is not None and last is not None:
                yield replace(fresh, first=first, last=last)
            first = day
        last = day
    if first is not None and last is not None:
        yield replace(fresh, first=first, last=last)
