"""One group of networks as a CP-SAT model.

A variable for every network, place and day; a network's day is the sum over its places. Where a first
round is asked for, first visits and later ones are different variables, parted by a step in time: before
it only first visits, after it only later ones. That form stays close to the convex hull, so that bounds
are proven quickly. Any rule can be left out (`off`), which is how collisions are explained.

ortools is imported here and nowhere else in this room: it takes a second to load.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from ortools.sat.python import cp_model

from intervisit.core.scheduling.grid import Course, Grid, Group
from intervisit.core.scheduling.model import PlannedVisit
from intervisit.core.scheduling.rules import Kind, Rule

Spot = tuple[int, int, int]  # course, place, day
Status = Literal["optimal", "feasible", "infeasible", "unknown"]
Var = Any  # ortools ships types that mypy --strict does not accept in sums
STATUS: dict[int, Status] = {
    int(cp_model.OPTIMAL): "optimal",
    int(cp_model.FEASIBLE): "feasible",
    int(cp_model.INFEASIBLE): "infeasible",
}


@dataclass(frozen=True)
class Answer:
    """What one run found: the spots taken, their points, and a bound on the points of any answer."""

    status: Status
    spots: tuple[Spot, ...] = ()
    value: int = 0
    bound: int = 0
    effort: float = 0.0  # deterministic seconds of the run
    seconds: float = 0.0  # by the clock


@dataclass
class _CourseVars:
    days: tuple[int, ...]
    first: list[dict[int, Var]] = field(default_factory=list)  # by place: day → variable
    more: list[dict[int, Var]] = field(default_factory=list)
    day: dict[int, Var] = field(default_factory=dict)  # day → the network meets


class YearModel:
    """The model of one group. `spare`: substitutes that other groups leave, (district, day) → teachers."""

    def __init__(
        self,
        grid: Grid,
        group: Group,
        *,
        off: frozenset[Rule] = frozenset(),
        fixed: Iterable[PlannedVisit] = (),
        spare: Mapping[tuple[str, int], int] | None = None,
        open_days: Callable[[Course, int], bool] | None = None,
    ) -> None:
        self.grid, self.group, self.off = grid, group, off
        self.model: Any = cp_model.CpModel()
        self.fixed = self._spots(fixed)
        self.vars = [self._course(c, course, open_days) for c, course in enumerate(group.courses)]
        for c, course in enumerate(group.courses):
            self._order(c, course)
            self._rhythm(c, course)
        self._one_place()
        self._absences()
        self._substitutes(spare)

    def spot(self, c: int, p: int, day: int) -> Var:
        """The expression that is 1 if course c visits place p on that day, or None if it cannot."""
        these = [part[p][day] for part in (self.vars[c].first, self.vars[c].more) if day in part[p]]
        return sum(these[1:], these[0]) if these else None

    def maximise_points(self, at_least: int | None = None) -> None:
        """Ask for as many points as possible."""
        terms, months = [], []
        for c, course in enumerate(self.group.courses):
            points = self.grid.points(course)
            for part in (self.vars[c].first, self.vars[c].more):
                terms += [points[p][d] * var for p, days in enumerate(part) for d, var in days.items()]
            months += self._months(c, course)
        objective = sum(terms) + self.grid.problem.weights.month * sum(months)
        if at_least is not None:
            self.model.add(objective >= at_least)
        self.model.maximize(objective)

    def keep(self, spots: Iterable[Spot]) -> list[Var]:
        """Expressions that are 1 where a spot of an earlier plan is kept."""
        return [expression for spot in spots if (expression := self.spot(*spot)) is not None]

    def hint(self, spots: Iterable[Spot]) -> None:
        """Start the search from an earlier answer."""
        chosen = set(spots)
        met = {(c, d) for c, _, d in chosen}
        for c, these in enumerate(self.vars):
            seen: set[int] = set()
            for d in these.days:
                self.model.add_hint(these.day[d], int((c, d) in met))
                for p in range(len(these.first)):
                    here = (c, p, d) in chosen
                    again = (here and p in seen and d in these.more[p]) or (here and d not in these.first[p])
                    if d in these.first[p]:
                        self.model.add_hint(these.first[p][d], int(here and not again))
                    if d in these.more[p]:
                        self.model.add_hint(these.more[p][d], int(again))
                    if here:
                        seen.add(p)

    def run(
        self,
        *,
        seed: int,
        seconds: float,
        effort: float | None = None,
        gap: float = 0.0,
        stop: Callable[[], bool] | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Answer:
        """Solve within `seconds` of wall time and `effort` of CP-SAT's deterministic time."""
        solver: Any = cp_model.CpSolver()
        solver.parameters.num_workers = 1  # one worker: the same seed gives the same answer
        solver.parameters.random_seed = seed % 2**31
        solver.parameters.max_time_in_seconds = max(seconds, 0.01)
        solver.parameters.linearization_level = 2
        if effort is not None:
            solver.parameters.max_deterministic_time = effort
        if gap:
            solver.parameters.relative_gap_limit = gap
        status = STATUS.get(int(solver.solve(self.model, _Watch(stop, progress))), "unknown")
        if status in ("infeasible", "unknown"):
            return Answer(status, effort=solver.response_proto.deterministic_time, seconds=solver.wall_time)
        value = round(solver.objective_value) if self.model.has_objective() else 0
        bound = int(solver.best_objective_bound + 1e-6) if self.model.has_objective() else 0
        effort = solver.response_proto.deterministic_time
        return Answer(status, self._taken(solver), value, bound, effort, solver.wall_time)

    def _spots(self, visits: Iterable[PlannedVisit]) -> set[Spot]:
        courses = {course.network.id: (c, course) for c, course in enumerate(self.group.courses)}
        found = set()
        for visit in visits:
            if visit.network in courses and visit.date in self.grid.index:
                c, course = courses[visit.network]
                if visit.school in course.places:
                    found.add((c, course.places.index(visit.school), self.grid.index[visit.date]))
        return found

    def _taken(self, solver: Any) -> tuple[Spot, ...]:
        return tuple(
            (c, p, d)
            for c, these in enumerate(self.vars)
            for part in (these.first, these.more)
            for p, days in enumerate(part)
            for d, var in days.items()
            if solver.boolean_value(var)
        )

    def _is_off(self, kind: Kind, subject: str) -> bool:
        return Rule(kind, subject) in self.off

    def _course(self, c: int, course: Course, open_days: Callable[[Course, int], bool] | None) -> _CourseVars:
        network, model = course.network, self.model
        days = [d for d in self.grid.allowed(network, self.off) if open_days is None or open_days(course, d)]
        kept = {d for k, _, d in self.fixed if k == c}
        these = _CourseVars(tuple(sorted({*days, *kept})))
        rounds = network.pattern.first_round and not self._is_off("round", network.id)
        for p, times in enumerate(course.times):
            in_round = rounds and course.places[p] not in course.late
            open_to = [d for d in these.days if d not in kept or (c, p, d) in self.fixed]
            first = {d: model.new_bool_var("") for d in open_to} if in_round else {}
            more = {d: model.new_bool_var("") for d in open_to} if not in_round or times > 1 else {}
            owed = not self._is_off("owed", network.id)
            for part, due in ((first, 1), (more, times - 1 if in_round else times)):
                if part:
                    model.add(sum(part.values()) == due) if owed else model.add(sum(part.values()) <= due)
                elif due and owed and (part is first) == in_round:
                    model.add_bool_or([])  # no day is left for a visit that is owed
            these.first.append(first)
            these.more.append(more)
        for d in these.days:
            here = [
                part[p][d]
                for part in (these.first, these.more)
                for p in range(len(course.places))
                if d in part[p]
            ]
            these.day[d] = model.new_bool_var("")
            model.add(sum(here) == these.day[d])
            if d in kept:
                model.add(these.day[d] == 1)
        return these

    def _order(self, c: int, course: Course) -> None:
        these, model, network = self.vars[c], self.model, course.network
        places = [p for p, place in enumerate(course.places) if place not in course.late]
        if network.pattern.first_round and not self._is_off("round", network.id):
            before = None
            for d in these.days:
                after = model.new_bool_var("")
                model.add(sum(these.first[p][d] for p in places if d in these.first[p]) + after <= 1)
                model.add(sum(these.more[p][d] for p in places if d in these.more[p]) <= after)
                if before is not None:
                    model.add_implication(before, after)
                before = after
        if all(course.starts) or self._is_off("start", network.id):
            return
        opened: Var = 0
        opening = (
            these.first
            if network.pattern.first_round and not self._is_off("round", network.id)
            else these.more
        )
        for d in these.days:
            others = [opening[p][d] for p in places if not course.starts[p] and d in opening[p]]
            if others:
                model.add(sum(others) <= opened)
            begun = model.new_bool_var("")
            model.add(
                begun <= opened + sum(opening[p][d] for p in places if course.starts[p] and d in opening[p])
            )
            opened = begun

    def _rhythm(self, c: int, course: Course) -> None:
        these, pattern, network = self.vars[c], course.network.pattern, course.network
        kept = {d for k, _, d in self.fixed if k == c}
        if pattern.min_gap_days > 1 and not self._is_off("gap", network.id):
            for window in windows(these.days, self.grid.dates, pattern.min_gap_days):
                limit = max(1, sum(d in kept for d in window))
                self.model.add(sum(these.day[d] for d in window) <= limit)
        if not self._is_off("monthly", network.id):
            for month in self._by_month(these.days).values():
                limit = max(pattern.max_per_month, sum(d in kept for d in month))
                if len(month) > limit:
                    self.model.add(sum(these.day[d] for d in month) <= limit)

    def _by_month(self, days: Iterable[int]) -> dict[int, list[int]]:
        months: dict[int, list[int]] = defaultdict(list)
        for d in days:
            months[self.grid.month[d]].append(d)
        return months

    def _months(self, c: int, course: Course) -> list[Var]:
        if not course.network.pattern.monthly or not self.grid.problem.weights.month:
            return []
        these, covered = self.vars[c], []
        for days in self._by_month(these.days).values():
            met = self.model.new_bool_var("")
            self.model.add(met <= sum(these.day[d] for d in days))
            covered.append(met)
        return covered

    def _one_place(self) -> None:
        for facilitator in self.group.facilitators:
            if self._is_off("one_place", facilitator.id):
                continue
            led = [c for c, k in enumerate(self.group.courses) if k.network.facilitator == facilitator.id]
            if len(led) > 1:
                self._at_most_one(led, facilitator.two_halves)
        attends: dict[str, list[int]] = defaultdict(list)
        for c, course in enumerate(self.group.courses):
            for school in {member.school for member in course.network.staying}:
                attends[school].append(c)
        for school, courses in attends.items():
            if len(courses) > 1 and not self._is_off("one_visit", school):
                self._at_most_one(courses, halves=False)

    def _at_most_one(self, courses: list[int], halves: bool) -> None:
        for d in range(len(self.grid.dates)):
            here = [c for c in courses if d in self.vars[c].day]
            if len(here) < 2:
                continue
            kept = [spot for spot in self.fixed if spot[0] in here and spot[2] == d]
            if not halves:
                self.model.add(sum(self.vars[c].day[d] for c in here) <= max(1, len(kept)))
                continue
            load = [
                (1 if self.group.courses[c].parts[p] == "half" else 2) * self.spot(c, p, d)
                for c in here
                for p in range(len(self.group.courses[c].places))
                if self.spot(c, p, d) is not None
            ]
            taken = sum(1 if self.group.courses[c].parts[p] == "half" else 2 for c, p, _ in kept)
            self.model.add(sum(load) <= max(2, taken))

    def _absences(self) -> None:
        limit = self.grid.problem.limits.absences_per_month
        if limit is None:
            return
        most: dict[str, int] = defaultdict(int)  # visits in a month that the networks of a school allow
        for c, course in enumerate(self.group.courses):
            held_here = any(k == c for k, _, _ in self.fixed)
            free = held_here or self._is_off("monthly", course.network.id)
            for school in {m.school for m in course.network.staying}:
                most[school] += limit + 1 if free else course.network.pattern.max_per_month
        away: dict[tuple[str, int], list[Var]] = defaultdict(list)
        held: dict[tuple[str, int], int] = defaultdict(int)
        for c, course in enumerate(self.group.courses):
            for member in {m.school for m in course.network.staying}:
                if most[member] <= limit or self._is_off("absences", member):
                    continue
                home = course.places.index(member) if member in course.places else -1
                for d, met in self.vars[
                    c
                ].day.items():  # where the network meets, less where it meets at home
                    key = (member, self.grid.month[d])
                    here = self.spot(c, home, d) if home >= 0 else None
                    away[key].append(met if here is None else met - here)
                for k, p, d in self.fixed:
                    held[member, self.grid.month[d]] += k == c and p != home
        for key, terms in away.items():
            self.model.add(sum(terms) <= max(limit, held[key]))

    def _substitutes(self, spare: Mapping[tuple[str, int], int] | None) -> None:
        terms: dict[tuple[str, int], list[Var]] = defaultdict(list)
        most: dict[tuple[str, int], int] = defaultdict(int)
        held: dict[tuple[str, int], int] = defaultdict(int)
        kept = {(c, d) for c, _, d in self.fixed}
        for c, course in enumerate(self.group.courses):
            for district, teachers in self.grid.teachers(course).items():
                if self._is_off("substitutes", district):
                    continue
                for d, var in self.vars[c].day.items():
                    terms[district, d].append(teachers * var)
                    most[district, d] += teachers
                    held[district, d] += teachers * ((c, d) in kept)
        for (district, d), these in terms.items():
            limit = self.grid.supply(district, d)
            if spare is not None:
                limit = spare.get((district, d), limit)
            if most[district, d] > limit:
                self.model.add(sum(these) <= max(limit, held[district, d]))


class _Watch(cp_model.CpSolverSolutionCallback):
    """Reports each better answer; asks whether to stop."""

    def __init__(self, stop: Callable[[], bool] | None, progress: Callable[[int, int], None] | None) -> None:
        super().__init__()
        self._stop, self._progress = stop, progress

    def on_solution_callback(self) -> None:
        if self._progress is not None:
            self._progress(round(self.objective_value), int(self.best_objective_bound + 1e-6))
        if self._stop is not None and self._stop():
            self.stop_search()


def windows(days: tuple[int, ...], dates: tuple[date, ...], gap: int) -> Iterable[list[int]]:
    """Longest runs of days of which only one can be used when visits are `gap` calendar days apart."""
    last = -1
    for i, start in enumerate(days):
        end = i
        while end + 1 < len(days) and (dates[days[end + 1]] - dates[start]).days < gap:
            end += 1
        if end > last and end > i:
            yield list(days[i : end + 1])
        last = max(last, end)


def visits_at(grid: Grid, group: Group, spots: Iterable[Spot]) -> tuple[PlannedVisit, ...]:
    """Spots of a group as visits, numbered by date."""
    number: dict[tuple[int, int], int] = defaultdict(int)
    found = []
    for c, p, d in sorted(spots, key=lambda spot: spot[2]):
        number[c, p] += 1
        course = group.courses[c]
        found.append(
            PlannedVisit(course.network.id, course.places[p], number[c, p], grid.dates[d], course.parts[p])
        )
    return tuple(found)
