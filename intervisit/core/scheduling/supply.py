"""Substitutes as a year of visits draws on them, day by day."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from intervisit.core.scheduling.grid import Grid
from intervisit.core.scheduling.model import PlannedVisit, Problem


@dataclass(frozen=True, order=True)
class Draw:
    """What one district's substitutes are needed for on one day. `full`: a network there has no room on it."""

    day: date
    district: str
    used: int
    supply: int
    full: bool


def draws(problem: Problem, visits: Iterable[PlannedVisit]) -> tuple[Draw, ...]:
    """Every day on which a district with a limit has visits, by date."""
    grid = Grid(problem)
    needs = {course.network.id: grid.teachers(course) for course in grid.courses}
    out: dict[tuple[date, str], set[str]] = defaultdict(set)
    for visit in visits:
        for district in needs.get(visit.network, {}):
            out[visit.date, district].add(visit.network)
    found = []
    for (day, district), networks in out.items():
        supply = grid.supply(district, grid.index.get(day, -1))
        used = sum(needs[network][district] for network in networks)
        others = (need.get(district, 0) for network, need in needs.items() if network not in networks)
        found.append(Draw(day, district, used, supply, any(used + more > supply for more in others)))
    return tuple(sorted(found))
