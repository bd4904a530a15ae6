"""What a plan is worth: points of the wishes met, wishes missed in words, and the ledger of visits owed."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from intervisit.core.scheduling.grid import Course, Grid
from intervisit.core.scheduling.model import PlannedVisit, Problem
from intervisit.core.scheduling.words import WEEKDAYS, count, listed, say_date, say_month


@dataclass(frozen=True, order=True)
class LedgerLine:
    """Visits of one network to one school: owed by the pattern, planned so far."""

    network: str
    school: str
    owed: int
    planned: int

    @property
    def missing(self) -> int:
        """Visits still to be planned; negative when there are too many."""
        return self.owed - self.planned


def ledger(problem: Problem, visits: Iterable[PlannedVisit]) -> tuple[LedgerLine, ...]:
    """Owed and planned for every network and school, by id; schools visited without being owed included."""
    planned = Counter((visit.network, visit.school) for visit in visits)
    owed = {
        (course.network.id, place): times
        for course in Grid(problem).courses
        for place, times in zip(course.places, course.times, strict=True)
    }
    keys = sorted({*owed, *planned})
    return tuple(LedgerLine(*key, owed.get(key, 0), planned.get(key, 0)) for key in keys)


@dataclass(frozen=True, order=True)
class Account:
    """One school's visits in one network, counted: owed = held + planned + missed, unless there are too many."""

    network: str
    school: str
    owed: int  # by the pattern, those given up included
    held: int
    planned: int  # still to come
    made_up: int  # of those held and planned: they had lost an earlier day
    missed: int  # neither held nor planned any more


def accounts(
    problem: Problem,
    visits: Iterable[PlannedVisit],
    *,
    today: date,
    off: Collection[PlannedVisit] = (),
    made_up: Collection[PlannedVisit] = (),
) -> tuple[Account, ...]:
    """The ledger of a year under way, by id. `off`: visits that do not take place; `made_up`: with a second day."""
    taking = [visit for visit in visits if visit not in off]
    whole = Grid(replace(problem, missed=()))
    owed = {
        (course.network.id, place): times
        for course in whole.courses
        for place, times in zip(course.places, course.times, strict=True)
    }
    held, planned, again = (
        Counter((v.network, v.school) for v in taking if v.date < today),
        Counter((v.network, v.school) for v in taking if v.date >= today),
        Counter((v.network, v.school) for v in taking if v in made_up),
    )
    return tuple(
        Account(
            *key, owed.get(key, 0), held[key], planned[key], again[key],
            max(0, owed.get(key, 0) - held[key] - planned[key]),
        )
        for key in sorted({*owed, *held, *planned})
    )  # fmt: skip


def value(problem: Problem, visits: Iterable[PlannedVisit]) -> int:
    """Points of the wishes these visits meet; visits of unknown networks or without school have none."""
    return value_on(Grid(problem), tuple(visits))


def value_on(grid: Grid, visits: Iterable[PlannedVisit]) -> int:
    """Like `value`, on a grid already built."""
    by_network = _by_network(visits)
    return sum(_course_value(grid, course, by_network[course.network.id]) for course in grid.courses)


def wishes_missed(grid: Grid, visits: Iterable[PlannedVisit]) -> tuple[str, ...]:
    """One sentence for each wish that is not met, by network and date."""
    by_network = _by_network(visits)
    found: list[str] = []
    for course in sorted(grid.courses, key=lambda each: each.network.id):
        these = by_network[course.network.id]
        for visit in sorted(these, key=lambda each: each.date):
            found += _missed_by(grid, course, visit)
        found += _empty_months(grid, course, these)
    return tuple(found)


def _course_value(grid: Grid, course: Course, visits: list[PlannedVisit]) -> int:
    points = grid.points(course)
    spots = [
        (course.places.index(visit.school), grid.index[visit.date])
        for visit in visits
        if visit.school in course.places and visit.date in grid.index
    ]
    months = {grid.month[d] for _, d in spots} if course.network.pattern.monthly else set()
    return sum(points[p][d] for p, d in spots) + grid.problem.weights.month * len(months)


def _by_network(visits: Iterable[PlannedVisit]) -> dict[str, list[PlannedVisit]]:
    found: dict[str, list[PlannedVisit]] = defaultdict(list)
    for visit in visits:
        found[visit.network].append(visit)
    return found


def _missed_by(grid: Grid, course: Course, visit: PlannedVisit) -> list[str]:
    what = (
        f"{course.network.name}: visit {visit.number} to {grid.name(visit.school)} on {say_date(visit.date)}"
    )
    found: list[str] = []
    if visit.date not in grid.index:  # it has no day of the year, so no wish is asked of it
        return found
    for member in course.network.members:
        if not member.on(visit.date):
            continue
        school = grid.school(member.school)
        if school.weekdays and visit.date.weekday() not in school.weekdays:
            liked = listed(WEEKDAYS[weekday] + "s" for weekday in sorted(school.weekdays))
            found.append(f"{what}; {grid.name(member.school)} prefers {liked}.")
        if visit.date in grid.unwelcome(school):
            found.append(f"{what}; {grid.name(member.school)} would rather not have that day.")
    return found


def _empty_months(grid: Grid, course: Course, visits: list[PlannedVisit]) -> list[str]:
    met = {(visit.date.year, visit.date.month) for visit in visits}
    possible = grid.month_wishes(course)
    empty = [month for month in grid.month_names if month not in met]
    if len(met) >= possible:
        return []
    months = count(len(met), "month")
    return [f"{course.network.name}: visits in {months}, not in {listed(map(say_month, empty))}."]
