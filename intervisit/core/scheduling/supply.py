"""Substitutes as a year of visits draws on them, day by day."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from intervisit.core.scheduling.grid import Grid
from intervisit.core.scheduling.model import PlannedVisit, Problem


@dataclass(frozen=True, order=True)
class Draw:
    """What one district's substitutes are needed for on one day. `full`: no further visit there would fit."""

    day: date
    district: str
    used: int
    supply: int
    full: bool


def draws(problem: Problem, visits: Iterable[PlannedVisit]) -> tuple[Draw, ...]:
    """Every day on which a district with a limit has visits, by date."""
    grid = Grid(problem)
    needs = {course.network.id: grid.teachers(course) for course in grid.courses}
    used: dict[tuple[date, str], int] = defaultdict(int)
    for visit in visits:
        for district, teachers in needs.get(visit.network, {}).items():
            used[visit.date, district] += teachers
    least: dict[str, int] = {}
    for network in needs.values():
        for district, teachers in network.items():
            least[district] = min(teachers, least.get(district, teachers))
    found = []
    for (day, district), number in used.items():
        supply = grid.supply(district, grid.index.get(day, -1))
        found.append(Draw(day, district, number, supply, number + least[district] > supply))
    return tuple(sorted(found))
