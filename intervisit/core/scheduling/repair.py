"""Planning again after a snow day, a closure, a lost facilitator or a postponed visit.

Visits that were held, and those inside the notice period, stay. A visit is lost when its day is closed, was
asked to be postponed, or is no longer possible for its schools or facilitator; only lost visits must move.
Each group of networks is repaired by itself; groups that stand in each other's way, because a district's
substitutes run out, are repaired together.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from time import monotonic
from typing import TYPE_CHECKING

from intervisit.core.scheduling.grid import Grid, Group
from intervisit.core.scheduling.model import Closed, Infeasible, Plan, PlannedVisit, Problem
from intervisit.core.scheduling.score import value_on, wishes_missed
from intervisit.core.scheduling.solve import Limit
from intervisit.core.scheduling.words import count

if TYPE_CHECKING:
    from intervisit.core.scheduling.moves import Changes, Repair, Repaired

GROWTH = (
    3  # groups asked to join, for each that could not be repaired alone: fewer steps to the whole district
)


def resolve(
    problem: Problem,
    visits: Iterable[PlannedVisit],
    *,
    closed: Iterable[Closed] = (),
    postponed: Iterable[PlannedVisit] = (),
    today: date,
    seed: int,
    seconds: float,
    new_from: date | None = None,
    new_until: date | None = None,
    reasons: bool = True,
    stop: Callable[[], bool] | None = None,
    clock: Callable[[], float] = monotonic,
) -> Plan | Infeasible:
    """A plan that repairs `visits` with as few moved as possible.

    `closed`: days that fall away for everybody; `postponed`: visits that must leave their date. Other
    changes (a school's blocked day, another facilitator) are made in `problem` itself. Nobody gets a visit
    sooner than the notice period after `today`, and nobody inside it is moved unless the visit is lost.
    `new_from` and `new_until` are the first and the last day of a new date instead: to look sooner, for those
    who are asked, or not too late. Kept visits keep their numbers. `Plan.moved` lists the new visits,
    `Plan.moved_bound` the proven minimum; `Plan.bound` holds for plans that move what this one moves. A plan
    that still holds comes back as it is. Without `reasons` nobody waits for words why there is none.
    """
    limit = Limit(clock, clock() + seconds, stop)
    days = problem.days
    problem = replace(problem, days=replace(days, closed=(*days.closed, *closed)))
    old = tuple(visits)
    horizon = today + timedelta(days=problem.limits.notice_days)
    span = (new_from or horizon, new_until or problem.days.last)
    return _Round(Grid(problem), old, frozenset(postponed), today, seed, limit, span, reasons).plan()


def lost_visits(
    problem: Problem, visits: Iterable[PlannedVisit], *, postponed: Iterable[PlannedVisit] = (), today: date
) -> tuple[PlannedVisit, ...]:
    """The visits from `today` on that cannot stay where they are: closed, blocked, or asked to be postponed."""
    grid, away = Grid(problem), frozenset(postponed)
    possible = {
        course.network.id: {grid.dates[d] for d in grid.allowed(course.network)} for course in grid.courses
    }
    return tuple(
        visit
        for visit in visits
        if visit in away or (visit.date >= today and visit.date not in possible.get(visit.network, ()))
    )


class _Round:
    """One re-planning of all groups; knows the visits each group has at the moment."""

    def __init__(
        self,
        grid: Grid,
        old: Sequence[PlannedVisit],
        postponed: frozenset[PlannedVisit],
        today: date,
        seed: int,
        limit: Limit,
        span: tuple[date, date],
        reasons: bool,
    ) -> None:
        self.grid, self.old, self.seed, self.limit, self.span = grid, old, seed, limit, span
        self.reasons = reasons
        self.horizon = today + timedelta(days=grid.problem.limits.notice_days)
        self.parts = [self._sort(group, postponed, today) for group in grid.groups]
        self.now: list[tuple[PlannedVisit, ...]] = [part.kept for part in self.parts]
        self.answers: list[Repaired | None] = [None] * len(self.parts)
        self.joint: list[list[int]] = [[i] for i in range(len(self.parts))]  # repaired together
        self.needs = {course.network.id: grid.teachers(course) for course in grid.courses}

    def plan(self) -> Plan | Infeasible:
        for i in range(len(self.parts)):
            if self.answers[i] is None:
                refused = self._settle([i])
                if refused is not None:
                    return refused
        return self._result([answer for answer in self.answers if answer is not None])

    def _settle(self, together: list[int]) -> Infeasible | None:
        """Repair a group; with it, where that is not the best for all, the groups that stand in its way."""
        least = 0
        while True:
            repair = self._repair(together)
            answer = repair.best()
            least = max(least, answer.fewest if answer is not None else 0)
            near = self._near(together)
            if answer is not None and (answer.moves <= least or not near or self.limit.left <= 0):
                self._take(together, answer)
                return None
            if not near:
                return repair.refusal() if self.reasons else Infeasible(())
            also = {each for i in near[: GROWTH * len(together)] for each in self.joint[i]}
            together = together + sorted(also - set(together))

    def _repair(self, together: list[int]) -> "Repair":
        # CP-SAT takes a second to load: nobody waits for it who only reads plans
        from intervisit.core.scheduling.moves import Changes, Repair  # noqa: PLC0415

        parts = [self.parts[i] for i in together]
        joint = Changes(
            self.grid.joint(course for part in parts for course in part.group.courses),
            tuple(visit for part in parts for visit in part.fixed),
            tuple(visit for part in parts for visit in part.lost),
            tuple(visit for part in parts for visit in part.free),
        )
        others = (visit for i, visits in enumerate(self.now) if i not in together for visit in visits)
        return Repair(
            self.grid,
            joint,
            spare=self._spare(others),
            span=self.span,
            seed=self.seed,
            limit=self.limit,
        )

    def _take(self, together: list[int], answer: "Repaired") -> None:
        from intervisit.core.scheduling.moves import Repaired  # noqa: PLC0415 — as above

        for i in together:
            networks = {course.network.id for course in self.parts[i].group.courses}
            self.now[i] = tuple(visit for visit in answer.visits if visit.network in networks)
            self.joint[i] = together
            # the answer stands with the first of them; the others add nothing to it
            self.answers[i] = answer if i == together[0] else Repaired((), 0, 0, 0)

    def _near(self, together: list[int]) -> list[int]:
        """Other groups that draw on the substitutes of the same districts."""
        mine = {d for i in together for d in self._districts(i)}
        return [
            i for i in range(len(self.parts)) if i not in together and not mine.isdisjoint(self._districts(i))
        ]

    def _districts(self, i: int) -> set[str]:
        return {d for course in self.parts[i].group.courses for d in self.needs[course.network.id]}

    def _spare(self, visits: Iterable[PlannedVisit]) -> dict[tuple[str, int], int]:
        used: dict[tuple[str, int], int] = defaultdict(int)
        courses = {course.network.id: course for course in self.grid.courses}
        for visit in visits:
            if visit.date in self.grid.index:
                for district, teachers in self.grid.teachers(courses[visit.network], visit.date).items():
                    used[district, self.grid.index[visit.date]] += teachers
        return {key: self.grid.supply(*key) - number for key, number in used.items()}

    def _sort(self, group: Group, postponed: frozenset[PlannedVisit], today: date) -> "Changes":
        from intervisit.core.scheduling.moves import Changes  # noqa: PLC0415 — as above

        grid = self.grid
        possible = {
            course.network.id: {grid.dates[d] for d in grid.allowed(course.network)}
            for course in group.courses
        }
        pinned = {(visit.network, visit.school, visit.date) for visit in grid.problem.fixed}
        fixed, lost, free = [], [], []
        for visit in self.old:
            if visit.network not in possible:
                continue
            held = visit.date < today and visit.date in grid.index
            if visit in postponed or (not held and visit.date not in possible[visit.network]):
                lost.append(visit)
            elif visit.date < self.horizon or (visit.network, visit.school, visit.date) in pinned:
                fixed.append(visit)
            else:
                free.append(visit)
        return Changes(group, tuple(fixed), tuple(lost), tuple(free))

    def _result(self, repaired: Sequence["Repaired"]) -> Plan:
        found = tuple(
            sorted((v for each in repaired for v in each.visits), key=lambda v: (v.date, v.network))
        )
        before = set(self.old)
        moved = tuple(visit for visit in found if visit not in before)
        fewest = sum(each.fewest for each in repaired)
        least = len(moved) == fewest
        proven = (
            "proven: no plan that keeps the rules moves fewer." if least else f"at least {fewest} must move."
        )
        value = value_on(self.grid, found)
        bound = value if not moved else max(value, self._points_bound(repaired))
        proof = f"{count(len(moved), 'visit')} moved; {proven}"
        return Plan(found, value, bound, proof, wishes_missed(self.grid, found), moved, fewest)

    def _points_bound(self, repaired: Sequence["Repaired"]) -> int:
        still = [visit for each in repaired if each.moves == 0 for visit in each.visits]
        return value_on(self.grid, still) + sum(each.bound for each in repaired if each.moves)
