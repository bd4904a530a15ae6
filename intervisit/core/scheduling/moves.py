"""The repair of one group of networks: fewest moves first, then most points, with CP-SAT."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from intervisit.core.scheduling.check import violations_on
from intervisit.core.scheduling.conflicts import Situation, explain
from intervisit.core.scheduling.cpsat import Answer, Spot, YearModel, visits_at
from intervisit.core.scheduling.grid import Course, Grid, Group
from intervisit.core.scheduling.model import Infeasible, PlannedVisit
from intervisit.core.scheduling.solve import Limit

Spare = Mapping[tuple[str, int], int]  # substitutes that others leave, by district and day

MOST_IN_TURN = 8  # networks of a group that are tried one by one; of more, all at once


@dataclass(frozen=True)
class Changes:
    """One group's part of a plan: what stays for certain, what is lost, what could move if it must."""

    group: Group
    fixed: tuple[PlannedVisit, ...]
    lost: tuple[PlannedVisit, ...]
    free: tuple[PlannedVisit, ...]

    @property
    def kept(self) -> tuple[PlannedVisit, ...]:
        """The visits that are not lost."""
        return (*self.fixed, *self.free)

    @property
    def missing(self) -> int:
        """Visits owed that have no day any more."""
        return sum(course.owed for course in self.group.courses) - len(self.kept)


@dataclass(frozen=True)
class Repaired:
    """A group's new visits; `fewest`: proven, no repair of this group moves fewer."""

    visits: tuple[PlannedVisit, ...]
    moves: int
    fewest: int
    bound: int  # points of the group at most, with that number of moves


class Repair:
    """What can be done for one group when others leave it `spare` substitutes and new dates lie within `span`."""

    def __init__(
        self, grid: Grid, part: Changes, *, spare: Spare, span: tuple[date, date], seed: int, limit: Limit
    ) -> None:
        self.grid, self.part, self.spare, self.seed, self.limit = grid, part, spare, seed, limit
        self.span = span
        self.refused = {(visit.network, visit.date) for visit in part.lost}

    def best(self) -> Repaired | None:
        """The repair with the fewest moves; None: there is none."""
        if self.part.missing == 0 and self._sound():
            return Repaired(self.part.kept, 0, 0, 0)
        answer = self._without_others(self.spare) if self._sound() else None
        if answer is not None and answer.status in ("optimal", "feasible"):
            return Repaired(self._visits(answer.spots), self.part.missing, self.part.missing, answer.bound)
        return self._fewest(one_more=answer is None or answer.status == "infeasible")

    def refusal(self) -> Infeasible:
        """Why there is none."""
        problem = replace(self.grid.problem, fixed=self.part.fixed)
        situation = Situation(self._open, self.spare, self.span[0])
        return explain(Grid(problem), self.part.group, seed=self.seed, situation=situation)

    def _sound(self) -> bool:
        """Do the visits that are not lost keep every rule that a part of a plan can break?"""
        used: dict[tuple[str, int], int] = defaultdict(int)
        courses = {course.network.id: course for course in self.part.group.courses}
        for visit in self.part.kept:
            for district, teachers in self.grid.teachers(courses[visit.network], visit.date).items():
                used[district, self.grid.index.get(visit.date, -1)] += teachers
        if any(number > self.spare.get(key, self.grid.supply(*key)) for key, number in used.items()):
            return False
        return self._rules_kept

    @cached_property
    def _rules_kept(self) -> bool:
        """The same, as if no other group needed substitutes."""
        networks = tuple(course.network for course in self.part.group.courses)
        alone = Grid(replace(self.grid.problem, networks=networks, fixed=()))
        return not violations_on(alone, self.part.kept, whole=False)

    def _without_others(self, spare: Spare | None) -> Answer:
        """Move what must move and nothing else: if that is possible, nothing moves less."""
        model = self._model(self.part.kept, spare, {visit.network for visit in self.part.lost})
        model.maximise_points()
        return model.run(seed=self.seed, seconds=max(1.0, self.limit.left))

    def _fewest(self, *, one_more: bool) -> Repaired | None:
        """The fewest moves; then the most points with that number of moves. `one_more`: moving the lost visits alone
        is known to be impossible, so that a plan that moves one more needs no further proof."""
        free = len(self.part.free)
        if one_more and free:
            # what stays is taken as it is, so that it has to be sound by itself
            few = len(self.part.group.courses) <= MOST_IN_TURN and self._sound()
            quick = self._one_more() if few else self._most_points(free - 1, self.part.kept)
            if quick.status in ("optimal", "feasible"):
                return self._repaired(quick, free - 1, free - 1)
        model = self._keeping(self.spare, at_most=free - 2 if one_more and free else free)
        answer = model.run(seed=self.seed, seconds=max(10.0, self.limit.left))
        if answer.status not in ("optimal", "feasible"):
            return None
        better = self._most_points(answer.value, (), answer.spots)
        found = better if better.status in ("optimal", "feasible") else replace(answer, bound=10**9)
        return self._repaired(found, answer.value, answer.bound)

    def _one_more(self) -> Answer:
        """The most points when one visit moves besides the lost ones: of each network in turn, all others staying."""
        lost = {visit.network for visit in self.part.lost}
        best, bound = Answer("infeasible"), 0
        for network in dict.fromkeys(visit.network for visit in self.part.free):
            mine = [visit for visit in self.part.free if visit.network == network]
            fixed = (visit for visit in self.part.kept if visit not in mine)
            model = self._model(fixed, self.spare, {*lost, network})
            model.model.add(sum(model.keep(self._spots(mine))) >= len(mine) - 1)
            model.maximise_points(at_least=best.value + 1 if best.spots else None)
            answer = model.run(seed=self.seed, seconds=max(1.0, self.limit.left))
            if answer.status in ("optimal", "feasible"):
                best, bound = answer, max(bound, answer.bound)
            elif answer.status == "unknown":
                return self._most_points(len(self.part.free) - 1, self.part.kept)
        return replace(best, bound=bound)

    def _most_points(self, kept: int, like: Iterable[PlannedVisit], spots: Iterable[Spot] = ()) -> Answer:
        """The most points of a plan that keeps so many visits, looked for near `like` or `spots`."""
        model = self._model(self.part.fixed, self.spare)
        model.model.add(sum(model.keep(self._spots(self.part.free))) >= kept)
        model.hint([*self._spots(like), *spots])
        model.maximise_points()
        return model.run(seed=self.seed, seconds=max(1.0, self.limit.left))

    def _repaired(self, found: Answer, kept: int, most_kept: int) -> Repaired:
        """An answer that keeps so many visits; with these substitutes nothing keeps more than `most_kept`."""
        owed = sum(course.owed for course in self.part.group.courses) - len(self.part.fixed)
        if self._shares():
            most_kept = self._most_kept(kept)
        return Repaired(self._visits(found.spots), owed - kept, owed - most_kept, found.bound)

    def _most_kept(self, found: int) -> int:
        """A bound on the visits kept whatever the others do: with every substitute of the districts."""
        free = len(self.part.free)
        alone = self._without_others(None).status if self._rules_kept else "infeasible"
        if alone in ("optimal", "feasible"):
            return free
        one_more = alone == "infeasible"
        if one_more and found == free - 1:
            return found
        model = self._keeping(None, at_most=free - 1 if one_more and free else free)
        relaxed = model.run(seed=self.seed, seconds=max(1.0, self.limit.left))
        return relaxed.bound if relaxed.status in ("optimal", "feasible") else free

    def _keeping(self, spare: Spare | None, *, at_most: int) -> YearModel:
        """A model that keeps as many visits as possible, of which it is known that they are `at_most` so many."""
        model = self._model(self.part.fixed, spare)
        kept = sum(model.keep(self._spots(self.part.free)))
        if at_most < len(self.part.free):
            model.model.add(kept <= at_most)
        model.model.maximize(kept)
        return model

    def _shares(self) -> bool:
        """Do others use substitutes that this group could use?"""
        mine = {district for course in self.part.group.courses for district in self.grid.teachers(course)}
        return any(d in mine and left < self.grid.supply(d, day) for (d, day), left in self.spare.items())

    def _open(self, course: Course, day: int) -> bool:
        """May a visit be put on this day, or stay there?"""
        date_ = self.grid.dates[day]
        return self.span[0] <= date_ <= self.span[1] and (course.network.id, date_) not in self.refused

    def _model(
        self, fixed: Iterable[PlannedVisit], spare: Spare | None, hit: Collection[str] | None = None
    ) -> YearModel:
        """The model of the group; with `hit`, only these networks get new days."""

        def open_days(course: Course, day: int) -> bool:
            return (hit is None or course.network.id in hit) and self._open(course, day)

        return YearModel(self.grid, self.part.group, fixed=fixed, spare=spare, open_days=open_days)

    def _spots(self, visits: Iterable[PlannedVisit]) -> list[tuple[int, int, int]]:
        courses = {course.network.id: (c, course) for c, course in enumerate(self.part.group.courses)}
        found = []
        for visit in visits:
            c, course = courses[visit.network]
            if visit.school in course.places:
                found.append((c, course.places.index(visit.school), self.grid.index[visit.date]))
        return found

    def _visits(self, spots: Iterable[Spot]) -> tuple[PlannedVisit, ...]:
        return self._numbered(visits_at(self.grid, self.part.group, spots))

    def _numbered(self, visits: Iterable[PlannedVisit]) -> tuple[PlannedVisit, ...]:
        """Kept visits keep their number; the others take the free numbers in the order of their dates."""
        kept = {(visit.network, visit.school, visit.date): visit for visit in self.part.kept}
        numbers: dict[tuple[str, str], set[int]] = defaultdict(set)
        ordered = sorted(visits, key=lambda each: each.date)
        for visit in ordered:
            if same := kept.get((visit.network, visit.school, visit.date)):
                numbers[visit.network, visit.school].add(same.number)
        found = []
        for visit in ordered:
            same = kept.get((visit.network, visit.school, visit.date))
            if same is None:
                used = numbers[visit.network, visit.school]
                number = next(n for n in range(1, len(used) + 2) if n not in used)
                used.add(number)
                same = replace(visit, number=number)
            found.append(same)
        return tuple(found)
