"""A plan in the making: who is where on which day, and what is left for the others."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from intervisit.core.scheduling.grid import Course, Grid, Group
from intervisit.core.scheduling.model import PlannedVisit


class Place(NamedTuple):
    """A visit of a course: the number of the place in the course, and the day."""

    place: int
    day: int


class Timetable:
    """The years given to courses so far; knows what that leaves of facilitators, schools and substitutes."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.years: dict[str, tuple[tuple[int, int], ...]] = {}
        self._courses = {course.network.id: course for course in grid.courses}
        self._points = {course.network.id: grid.points(course) for course in grid.courses}
        self._needs = {course.network.id: grid.teachers(course) for course in grid.courses}
        self._led: dict[tuple[str, int], int] = defaultdict(int)  # halves of a day
        self._busy: dict[tuple[str, int], int] = defaultdict(int)
        self._used: dict[tuple[str, int], int] = defaultdict(int)

    def put(self, course: Course, year: Iterable[tuple[int, int]]) -> None:
        """Give a course its year, in place of the one it had."""
        self._count(course, -1)
        self.years[course.network.id] = tuple(sorted(year, key=lambda spot: spot[1]))
        self._count(course, 1)

    def clear(self, *groups: Group) -> None:
        """Take the years of these groups away."""
        for group in groups:
            for course in group.courses:
                self._count(course, -1)
                self.years.pop(course.network.id, None)

    def has(self, group: Group) -> bool:
        """Has this group a plan?"""
        return all(course.network.id in self.years for course in group.courses)

    def taken(self, course: Course) -> set[int]:
        """Days a course cannot have because of what others do."""
        network, days = course.network, range(len(self.grid.dates))
        room = 2 - max((self._load(course, p) for p in range(len(course.places))), default=2)
        schools = {member.school for member in network.members}
        led = network.facilitator
        needs = self._needs[network.id]
        return {
            d
            for d in days
            if (led is not None and self._led[led, d] > room)
            or any(self._busy[school, d] for school in schools)
            or any(
                self._used[district, d] + need > self.grid.supply(district, d)
                for district, need in needs.items()
            )
        }

    def load(self) -> dict[int, int]:
        """Visits on each day that has any."""
        return Counter(d for year in self.years.values() for _, d in year)

    def spare(self, *groups: Group) -> dict[tuple[str, int], int]:
        """Substitutes that courses outside these groups leave, by district and day."""
        used = dict(self._used)
        for group in groups:
            for course in group.courses:
                for _, d in self.years.get(course.network.id, ()):
                    for district, need in self._needs[course.network.id].items():
                        used[district, d] -= need
        return {key: self.grid.supply(*key) - number for key, number in used.items()}

    def fits(
        self, group: Group, spots: Iterable[tuple[int, int, int]], spare: Mapping[tuple[str, int], int]
    ) -> bool:
        """Do these spots get by with the substitutes that are left?"""
        needed: dict[tuple[str, int], int] = defaultdict(int)
        for c, _, d in spots:
            for district, need in self._needs[group.courses[c].network.id].items():
                needed[district, d] += need
        return all(number <= spare.get(key, self.grid.supply(*key)) for key, number in needed.items())

    def share_district(self, one: Group, other: Group) -> bool:
        """Do two groups draw on the substitutes of a common district?"""
        districts = [
            {d for course in group.courses for d in self._needs[course.network.id]} for group in (one, other)
        ]
        return not districts[0].isdisjoint(districts[1])

    def contend(self, one: Group, other: Group) -> bool:
        """Do two groups draw on a common district that cannot serve all of its networks on one day?"""
        wanted: dict[str, int] = defaultdict(int)
        for needs in self._needs.values():
            for district, need in needs.items():
                wanted[district] += need
        tight = {district for district, need in wanted.items() if need > self.grid.least_supply(district)}
        districts = [
            {d for course in group.courses for d in self._needs[course.network.id]} for group in (one, other)
        ]
        return not tight.isdisjoint(districts[0] & districts[1])

    def keeps_absences(self, group: Group) -> bool:
        """Is no school of the group away too often in any month?"""
        limit = self.grid.problem.limits.absences_per_month
        if limit is None:
            return True
        away: dict[tuple[str, int], int] = defaultdict(int)
        for course in group.courses:
            for p, d in self.years.get(course.network.id, ()):
                for member in course.network.members:
                    away[member.school, self.grid.month[d]] += member.school != course.places[p]
        return all(times <= limit for times in away.values())

    def is_fixed(self, course: Course) -> bool:
        """Has this course visits that stay where they are?"""
        return any(visit.network == course.network.id for visit in self.grid.problem.fixed)

    def has_fixed(self, group: Group) -> bool:
        """Has any course of a group such visits?"""
        return any(self.is_fixed(course) for course in group.courses)

    def value(self, course: Course) -> int:
        """Points of the year a course has."""
        year, points = self.years[course.network.id], self._points[course.network.id]
        months = {self.grid.month[d] for _, d in year} if course.network.pattern.monthly else set()
        return sum(points[p][d] for p, d in year) + self.grid.problem.weights.month * len(months)

    def most(self, course: Course) -> int:
        """A bound on the points of a course that needs no search."""
        points = self._points[course.network.id]
        best = sum(times * max(points[p], default=0) for p, times in enumerate(course.times))
        return best + self.grid.problem.weights.month * self.grid.month_wishes(course)

    def spots(self, group: Group) -> list[tuple[int, int, int]]:
        """The plan of a group as spots of its model."""
        return [(c, p, d) for c, course in enumerate(group.courses) for p, d in self.years[course.network.id]]

    def visits(self) -> tuple[PlannedVisit, ...]:
        """All visits by date, numbered by network and school."""
        found = []
        for network, year in self.years.items():
            course = self._courses[network]
            seen: dict[int, int] = defaultdict(int)
            for p, d in year:
                seen[p] += 1
                found.append(
                    PlannedVisit(network, course.places[p], seen[p], self.grid.dates[d], course.parts[p])
                )
        return tuple(sorted(found, key=lambda visit: (visit.date, visit.network)))

    def _load(self, course: Course, place: int) -> int:
        facilitator = self.grid.facilitators.get(course.network.facilitator or "")
        return (
            1 if facilitator is not None and facilitator.two_halves and course.parts[place] == "half" else 2
        )

    def _count(self, course: Course, sign: int) -> None:
        for p, d in self.years.get(course.network.id, ()):
            if course.network.facilitator is not None:
                self._led[course.network.facilitator, d] += sign * self._load(course, p)
            for member in course.network.members:
                self._busy[member.school, d] += sign
            for district, need in self._needs[course.network.id].items():
                self._used[district, d] += sign * need
