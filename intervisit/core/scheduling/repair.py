"""Planning again after a snow day, a closure, a lost facilitator or a postponed visit.

Visits that were held, and those inside the notice period, stay. A visit is lost when its day is closed, was
asked to be postponed, or is no longer possible for its schools or facilitator; only lost visits must move.
First the fewest moves are found, then, with that number kept, the most wishes met.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from time import monotonic
from typing import TYPE_CHECKING

from intervisit.core.scheduling.check import violations_on
from intervisit.core.scheduling.conflicts import Situation, explain
from intervisit.core.scheduling.grid import Course, Grid, Group
from intervisit.core.scheduling.model import Closed, Infeasible, Plan, PlannedVisit, Problem
from intervisit.core.scheduling.score import value_on, wishes_missed
from intervisit.core.scheduling.solve import Limit
from intervisit.core.scheduling.words import count

if TYPE_CHECKING:
    from intervisit.core.scheduling.cpsat import YearModel


@dataclass(frozen=True)
class _Changes:
    """One group's part of the plan: what stays for certain, what is lost, what could move if it must."""

    group: Group
    fixed: tuple[PlannedVisit, ...]
    lost: tuple[PlannedVisit, ...]
    free: tuple[PlannedVisit, ...]


@dataclass(frozen=True)
class _Repaired:
    visits: tuple[PlannedVisit, ...]
    moves: int
    fewest: int  # proven: no repair of this group moves fewer
    bound: int  # points of the group at most, with that number of moves


def resolve(
    problem: Problem,
    visits: Iterable[PlannedVisit],
    *,
    closed: Iterable[Closed] = (),
    postponed: Iterable[PlannedVisit] = (),
    today: date,
    seed: int,
    seconds: float,
    stop: Callable[[], bool] | None = None,
    clock: Callable[[], float] = monotonic,
) -> Plan | Infeasible:
    """A plan that repairs `visits` with as few moved as possible.

    `closed`: days that fall away for everybody; `postponed`: visits that must leave their date. Other
    changes (a school's blocked day, another facilitator) are made in `problem` itself. Nobody gets a visit
    sooner than the notice period after `today`, and nobody inside it is moved unless the visit is lost.
    Kept visits keep their numbers. `Plan.moved` lists the new visits, `Plan.moved_bound` the proven minimum;
    `Plan.bound` holds for plans with this number of moves. A plan that still holds is
    returned as it is.
    """
    limit = Limit(clock, clock() + seconds, stop)
    days = problem.days
    problem = replace(problem, days=replace(days, closed=(*days.closed, *closed)))
    grid = Grid(problem)
    old = tuple(visits)
    parts = [_sort(grid, group, old, frozenset(postponed), today) for group in grid.groups]
    others = _usage(grid, old)
    repaired: list[_Repaired] = []
    for part in parts:
        mine = [*part.fixed, *part.lost, *part.free]
        _add(grid, others, mine, -1)
        answer = _repair(grid, part, _left(grid, others), today, seed, limit)
        if isinstance(answer, Infeasible):
            return answer
        _add(grid, others, answer.visits, 1)
        repaired.append(answer)
    return _plan(grid, old, repaired)


def _plan(grid: Grid, old: Sequence[PlannedVisit], repaired: Sequence[_Repaired]) -> Plan:
    found = tuple(sorted((v for each in repaired for v in each.visits), key=lambda v: (v.date, v.network)))
    moved = tuple(visit for visit in found if visit not in set(old))
    moves, fewest = sum(each.moves for each in repaired), sum(each.fewest for each in repaired)
    proof = f"{count(moves, 'visit')} moved; " + (
        "proven: no plan that keeps the rules moves fewer."
        if moves == fewest
        else f"at least {fewest} must move."
    )
    bound = sum(each.bound for each in repaired)
    return Plan(found, value_on(grid, found), bound, proof, wishes_missed(grid, found), moved, fewest)


def _sort(
    grid: Grid, group: Group, old: Sequence[PlannedVisit], postponed: frozenset[PlannedVisit], today: date
) -> _Changes:
    courses = {course.network.id: course for course in group.courses}
    possible = {key: {grid.dates[d] for d in grid.allowed(course.network)} for key, course in courses.items()}
    pinned = {(visit.network, visit.school, visit.date) for visit in grid.problem.fixed}
    horizon = _horizon(grid, today)
    fixed, lost, free = [], [], []
    for visit in old:
        if visit.network not in courses:
            continue
        held = visit.date < today and visit.date in grid.index
        if visit in postponed or (not held and visit.date not in possible[visit.network]):
            lost.append(visit)
        elif visit.date < horizon or (visit.network, visit.school, visit.date) in pinned:
            fixed.append(visit)
        else:
            free.append(visit)
    return _Changes(group, tuple(fixed), tuple(lost), tuple(free))


def _horizon(grid: Grid, today: date) -> date:
    """The first date that is far enough away to be given to anybody."""
    return today + timedelta(days=grid.problem.limits.notice_days)


def _repair(
    grid: Grid, part: _Changes, spare: Mapping[tuple[str, int], int], today: date, seed: int, limit: Limit
) -> _Repaired | Infeasible:
    owed = sum(course.owed for course in part.group.courses)
    missing = owed - len(part.fixed) - len(part.free)
    if not part.lost and missing == 0 and _sound(grid, part):
        kept = (*part.fixed, *part.free)
        return _Repaired(kept, 0, 0, value_on(grid, kept))
    search = _Search(grid, part, spare, _horizon(grid, today), seed, limit)
    return search.only_the_lost() or search.fewest()


def _sound(grid: Grid, part: _Changes) -> bool:
    """Do the visits of a group keep every rule among themselves?"""
    networks = tuple(course.network for course in part.group.courses)
    limits = replace(grid.problem.limits, substitutes=())
    alone = Grid(replace(grid.problem, networks=networks, limits=limits, fixed=()))
    return not violations_on(alone, [*part.fixed, *part.free])


class _Search:
    """The repair of one group with CP-SAT."""

    def __init__(
        self,
        grid: Grid,
        part: _Changes,
        spare: Mapping[tuple[str, int], int],
        horizon: date,
        seed: int,
        limit: Limit,
    ) -> None:
        # ortools takes a second to load, and most groups of a plan need no search
        from intervisit.core.scheduling.cpsat import YearModel  # noqa: PLC0415

        self.grid, self.part, self.spare, self.seed, self.limit = grid, part, spare, seed, limit
        self.horizon = horizon
        self.first_day = next((d for d, day in enumerate(grid.dates) if day >= horizon), len(grid.dates))
        self.refused = {(visit.network, visit.date) for visit in part.lost}
        self.year_model = YearModel

    def only_the_lost(self) -> _Repaired | None:
        """Move what must move and nothing else: if that is possible, nothing moves less."""
        model = self._model([*self.part.fixed, *self.part.free])
        model.maximise_points()
        answer = model.run(seed=self.seed, seconds=max(1.0, self.limit.left))
        if answer.status not in ("optimal", "feasible"):
            return None
        visits = self._numbered(model.visits(answer.spots))
        moves = sum(visit not in self._before() for visit in visits)
        return _Repaired(visits, moves, moves, answer.bound)

    def fewest(self) -> _Repaired | Infeasible:
        """The fewest moves; then the most points with that number of moves."""
        model = self._model(self.part.fixed)
        kept = model.keep(self._spots(self.part.free))
        model.model.maximize(sum(kept))
        answer = model.run(seed=self.seed, seconds=max(10.0, self.limit.left))
        if answer.status not in ("optimal", "feasible"):
            return self._refusal()
        owed = sum(course.owed for course in self.part.group.courses)
        moves, fewest = (owed - len(self.part.fixed) - number for number in (answer.value, answer.bound))
        better = self._model(self.part.fixed)
        better.model.add(sum(better.keep(self._spots(self.part.free))) >= answer.value)
        better.hint(answer.spots)
        better.maximise_points()
        second = better.run(seed=self.seed, seconds=max(1.0, self.limit.left))
        best = second if second.status in ("optimal", "feasible") else answer
        visits = self._numbered(model.visits(best.spots))
        bound = second.bound if best is second else 10**9
        return _Repaired(visits, moves, fewest, bound)

    def _open(self, course: Course, day: int) -> bool:
        """May a visit be put on this day, or stay there?"""
        where = course.network.id, self.grid.dates[day]
        return day >= self.first_day and where not in self.refused

    def _model(self, fixed: Iterable[PlannedVisit]) -> "YearModel":
        return self.year_model(
            self.grid, self.part.group, fixed=fixed, spare=self.spare, open_days=self._open
        )

    def _refusal(self) -> Infeasible:
        problem = replace(self.grid.problem, fixed=self.part.fixed)
        situation = Situation(self._open, self.spare, self.horizon)
        return explain(Grid(problem), self.part.group, seed=self.seed, situation=situation)

    def _before(self) -> set[PlannedVisit]:
        return {*self.part.fixed, *self.part.free}

    def _spots(self, visits: Iterable[PlannedVisit]) -> list[tuple[int, int, int]]:
        courses = {course.network.id: (c, course) for c, course in enumerate(self.part.group.courses)}
        found = []
        for visit in visits:
            c, course = courses[visit.network]
            found.append((c, course.places.index(visit.school), self.grid.index[visit.date]))
        return found

    def _numbered(self, visits: Iterable[PlannedVisit]) -> tuple[PlannedVisit, ...]:
        """Kept visits keep their number; the others take the free numbers in the order of their dates."""
        kept = {(visit.network, visit.school, visit.date): visit for visit in self._before()}
        numbers: dict[tuple[str, str], set[int]] = defaultdict(set)
        for visit in kept.values():
            numbers[visit.network, visit.school].add(visit.number)
        found = []
        for visit in sorted(visits, key=lambda each: each.date):
            same = kept.get((visit.network, visit.school, visit.date))
            if same is None:
                used = numbers[visit.network, visit.school]
                number = next(n for n in range(1, len(used) + 2) if n not in used)
                used.add(number)
                same = replace(visit, number=number)
            found.append(same)
        return tuple(found)


def _usage(grid: Grid, visits: Iterable[PlannedVisit]) -> dict[tuple[str, int], int]:
    used: dict[tuple[str, int], int] = defaultdict(int)
    _add(grid, used, visits, 1)
    return used


def _add(grid: Grid, used: dict[tuple[str, int], int], visits: Iterable[PlannedVisit], sign: int) -> None:
    courses = {course.network.id: course for course in grid.courses}
    for visit in visits:
        if visit.network in courses and visit.date in grid.index:
            for district, teachers in grid.teachers(courses[visit.network]).items():
                used[district, grid.index[visit.date]] += sign * teachers


def _left(grid: Grid, used: Mapping[tuple[str, int], int]) -> dict[tuple[str, int], int]:
    return {key: grid.capacity[key[0]] - number for key, number in used.items()}
