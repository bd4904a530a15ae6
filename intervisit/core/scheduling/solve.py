"""A year for all networks: first a plan, then a better one, then a proof.

1. Every network alone (`one_network`): the sum of the best years bounds every plan.
2. One network after the other on the days its facilitator, schools and districts still have: the first plan.
3. Group by group (networks with a common facilitator or school) with CP-SAT, where there may be a better one.
   Groups meet only in the substitutes of a district: each is solved with all of them, which bounds it, and
   where that takes too many, again with those the others leave.
4. Network by network again: a year worth as much whose visits are evenly apart, on days with few others.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from intervisit.core.scheduling.conflicts import explain
from intervisit.core.scheduling.crowding import crowded
from intervisit.core.scheduling.grid import Course, Grid, Group
from intervisit.core.scheduling.model import Infeasible, Plan, Problem
from intervisit.core.scheduling.one_network import OneNetwork
from intervisit.core.scheduling.score import wishes_missed
from intervisit.core.scheduling.timetable import Place, Timetable

if TYPE_CHECKING:
    from intervisit.core.scheduling.cpsat import Answer

TURNS = 4  # orders in which the networks of a group are tried one after the other
MOST_JOINED = 16  # networks in one model when groups are joined; beyond, the proof takes too long
ALWAYS_EVEN = (
    60  # networks whose rhythm is evened out although the time is over; that takes less than a second
)
EFFORT = 30.0  # CP-SAT's deterministic seconds for one group; a group of four networks takes 1 to 5


@dataclass(frozen=True)
class Progress:
    """How far a run is. `value` is None until there is a whole plan; `bound` until one is known."""

    elapsed_seconds: float
    value: int | None
    bound: int | None
    step: str


@dataclass(eq=False)
class _Standing:
    """What is known about one group."""

    group: Group
    value: int = 0
    bound: int = 0
    closed: bool = False  # the search of this group has ended with a proof


@dataclass(frozen=True)
class Limit:
    """When to end: a clock in seconds, the moment it may show at most, and somebody who may call a halt."""

    clock: Callable[[], float]
    end: float
    stop: Callable[[], bool] | None

    @property
    def left(self) -> float:
        """Seconds left; none once a halt was called."""
        return 0.0 if self.stop is not None and self.stop() else max(0.0, self.end - self.clock())


def solve(
    problem: Problem,
    *,
    seed: int,
    seconds: float,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
    clock: Callable[[], float] = monotonic,
    cores: int = 1,
) -> Plan | Infeasible:
    """Plan a year.

    `seconds` is a wish for the length of the run: a first plan is always finished. The same problem and
    seed give the same plan whenever the run ends by itself before that; `proof` says which it was. With more `cores`
    it is the same plan, sooner.
    Returns the plan with a proven bound, or the rules that collide.
    """
    return _Run(Grid(problem), seed, Limit(clock, clock() + seconds, stop), progress, cores).plan()


class _Run:
    def __init__(
        self, grid: Grid, seed: int, limit: Limit, progress: Callable[[Progress], None] | None, cores: int = 1
    ) -> None:
        self.grid, self.seed, self.limit, self.progress = grid, seed, limit, progress
        self.cores = cores
        self.started = limit.clock()
        self.table = Timetable(grid)
        self.standings = [_Standing(group) for group in grid.groups]
        self.alone: dict[str, OneNetwork] = {}
        self.complete = False

    def plan(self) -> Plan | Infeasible:
        for standing in self.standings:
            refused = self._first_plan(standing)
            if refused is not None:
                return refused
            self._tell("first plan")
        self.complete = True
        self._tell("first plan")
        self._improve_all()
        self._join_open()
        self._even_out()
        return self._result()

    def _even_out(self) -> None:
        """Of the years that are worth as much, give each network one with an even rhythm on days with few visits."""
        done = 0
        for standing in self.standings:
            for course in standing.group.courses:
                if done >= ALWAYS_EVEN and self.limit.left <= 0:
                    return
                self._even_one(standing.group, course)
                done += 1
            standing.value = sum(self.table.value(course) for course in standing.group.courses)

    def _even_one(self, group: Group, course: Course) -> None:
        one, was = self.alone.get(course.network.id), self.table.years[course.network.id]
        if one is None or not one.small or self.table.is_fixed(course):
            return
        worth = self.table.value(course)
        self.table.put(course, ())
        days, taken = self.grid.allowed(course.network), self.table.taken(course)
        found = one.even(days, taken, self.table.load())
        self.table.put(course, was if found is None else found)
        if self.table.value(course) < worth or not self.table.keeps_absences(group):
            self.table.put(course, was)

    def _join_open(self) -> None:
        """Where substitutes keep groups from their best: look at them together with those in their way."""
        while self.limit.left > 0:
            for standing in self.standings:
                joint = (
                    self._joined(standing) if standing.value < standing.bound and standing.closed else None
                )
                if joint is not None:
                    self._improve(joint, self._search(joint, None))
                    break
            else:
                return

    def _joined(self, standing: _Standing) -> _Standing | None:
        """A group made one with those that use the substitutes it would need, if there are not too many."""
        near = [
            each
            for each in self.standings
            if each is not standing and self.table.contend(each.group, standing.group)
        ]
        courses = sum(len(each.group.courses) for each in near) + len(standing.group.courses)
        if not near or courses > MOST_JOINED:
            return None
        together = [standing, *near]
        joint = _Standing(
            self.grid.joint(course for each in together for course in each.group.courses),
            sum(each.value for each in together),
            sum(each.bound for each in together),
        )
        self.standings = [each for each in self.standings if each not in together] + [joint]
        return joint

    def _first_plan(self, standing: _Standing) -> Infeasible | None:
        group = standing.group
        alone = [self._alone(course) for course in group.courses]
        for course, best in zip(group.courses, alone, strict=True):
            if best is not None and best < 0:
                return explain(self.grid, self.grid.joint([course]), seed=self.seed)
        standing.bound = sum(
            self.table.most(course) if best is None else best
            for course, best in zip(group.courses, alone, strict=True)
        )
        if not self.table.has_fixed(group) and None not in alone and self._one_by_one(group):
            standing.value = sum(self.table.value(course) for course in group.courses)
            return None
        return self._first_by_search(standing)

    def _alone(self, course: Course) -> int | None:
        """Points of the best year of a network alone; −1: none exists; None: too large, or partly fixed."""
        one = self.alone.setdefault(course.network.id, OneNetwork(self.grid, course))
        if not one.small or self.table.is_fixed(course):
            return None
        best = one.best(self.grid.allowed(course.network))
        return -1 if best is None else best[1]

    def _one_by_one(self, group: Group) -> bool:
        """Give every network of a group its best year on the days that are left, in a few orders."""
        size = len(group.courses)
        for turn in range(min(size, TURNS)):
            self.table.clear(group)
            for i in range(size):
                course = group.courses[(i + turn + self.seed) % size]
                best = self.alone[course.network.id].best(
                    self.grid.allowed(course.network), self.table.taken(course)
                )
                if best is None:
                    break
                self.table.put(course, best[0])
            else:
                if self.table.keeps_absences(group):
                    return True
        self.table.clear(group)
        return False

    def _first_by_search(self, standing: _Standing) -> Infeasible | None:
        # ortools takes a second to load; a plan that needs no search should not wait for it
        from intervisit.core.scheduling.cpsat import YearModel  # noqa: PLC0415

        group = standing.group
        self.table.clear(group)
        if crowded(self.grid, group):
            return explain(self.grid, group, seed=self.seed)
        answer = YearModel(
            self.grid, group, fixed=self.grid.problem.fixed, spare=self.table.spare(group)
        ).run(seed=self.seed, seconds=max(60.0, self.limit.left))
        if answer.status in ("optimal", "feasible"):
            self._take(standing, answer.spots)
            return None
        return self._make_room(standing)

    def _make_room(self, standing: _Standing) -> Infeasible | None:
        """Plan a group again together with more and more of those that share substitutes with it."""
        from intervisit.core.scheduling.cpsat import YearModel  # noqa: PLC0415 — as above

        together = [standing]
        while True:
            joint = Group(
                tuple(course for each in together for course in each.group.courses),
                tuple(who for each in together for who in each.group.facilitators),
            )
            others = self.table.spare(*(each.group for each in together))
            answer = YearModel(self.grid, joint, fixed=self.grid.problem.fixed, spare=others).run(
                seed=self.seed, seconds=max(60.0, self.limit.left)
            )
            if answer.status in ("optimal", "feasible"):
                self._share(together, joint, answer.spots)
                return None
            planned = [each for each in self.standings if self.table.has(each.group) and each not in together]
            near = [each for each in planned if self.table.share_district(each.group, joint)]
            if not near:
                return explain(self.grid, joint, seed=self.seed)
            together += near[: len(together)]

    def _share(
        self, together: list[_Standing], joint: Group, spots: tuple[tuple[int, int, int], ...]
    ) -> None:
        start = 0
        for each in together:
            end = start + len(each.group.courses)
            self._take(each, tuple((c - start, p, d) for c, p, d in spots if start <= c < end))
            start = end

    def _take(self, standing: _Standing, spots: tuple[tuple[int, int, int], ...]) -> None:
        self.table.clear(standing.group)
        for c, course in enumerate(standing.group.courses):
            self.table.put(course, tuple(Place(p, d) for k, p, d in spots if k == c))
        standing.value = sum(self.table.value(course) for course in standing.group.courses)

    def _improve_all(self) -> None:
        """Every group that may have a better plan, in order. With several cores the searches that ask nothing of other
        groups run ahead, beside each other; what comes of them is the same."""
        waiting = [each for each in self.standings if each.value < each.bound]
        if self.cores < 2 or len(waiting) < 2:
            for standing in waiting:
                if self.limit.left <= 0:
                    return
                self._improve(standing, self._search(standing, None))
            return
        from intervisit.core.scheduling import cpsat  # noqa: F401, PLC0415 — loaded once, before the threads

        with ThreadPoolExecutor(self.cores) as pool:
            for standing, answer in zip(waiting, pool.map(self._unbounded, waiting), strict=True):
                if answer is not None:
                    self._improve(standing, answer)

    def _unbounded(self, standing: _Standing) -> "Answer | None":
        return self._search(standing, None) if self.limit.left > 0 else None

    def _improve(self, standing: _Standing, answer: "Answer") -> None:
        """`answer`: with every substitute of the district, which bounds the group; else with those the others leave."""
        standing.closed = answer.status == "optimal"
        if answer.status in ("optimal", "feasible"):
            standing.bound = min(standing.bound, answer.bound)
            if not self._took(standing, answer) and standing.value < standing.bound and self.limit.left > 0:
                answer = self._search(standing, self.table.spare(standing.group))
                standing.closed = answer.status == "optimal"
                self._took(standing, answer)
        self._tell("improving")

    def _search(self, standing: _Standing, spare: dict[tuple[str, int], int] | None) -> "Answer":
        from intervisit.core.scheduling.cpsat import YearModel  # noqa: PLC0415 — as above

        model = YearModel(self.grid, standing.group, fixed=self.grid.problem.fixed, spare=spare)
        model.hint(self.table.spots(standing.group))
        model.maximise_points(at_least=standing.value)
        return model.run(seed=self.seed, seconds=self.limit.left, effort=EFFORT, stop=self.limit.stop)

    def _took(self, standing: _Standing, answer: "Answer") -> bool:
        """Take an answer that is better and gets by with the substitutes that are left."""
        group = standing.group
        better = answer.status in ("optimal", "feasible") and answer.value > standing.value
        if not better or not self.table.fits(group, answer.spots, self.table.spare(group)):
            return False
        self._take(standing, answer.spots)
        return True

    def _tell(self, step: str) -> None:
        if self.progress is not None:
            value = sum(each.value for each in self.standings) if self.complete else None
            bound = sum(each.bound for each in self.standings) if self.complete else None
            self.progress(Progress(self.limit.clock() - self.started, value, bound, step))

    def _result(self) -> Plan:
        value, bound = (sum(getattr(each, what) for each in self.standings) for what in ("value", "bound"))
        visits = self.table.visits()
        return Plan(visits, value, bound, self._proof(value, bound), wishes_missed(self.grid, visits))

    def _proof(self, value: int, bound: int) -> str:
        if value == bound:
            return "Proven: no plan that keeps the rules has more points."
        open_ = [each for each in self.standings if each.value < each.bound]
        gap = f"No plan has more than {bound} points, this one has {value}."
        if any(not each.closed for each in open_):
            return f"{gap} The search was ended by the clock; another run may find another plan."
        return f"{gap} Between them are substitutes that several facilitators would need on one day."
