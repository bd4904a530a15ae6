"""The year as numbers: school days in a row, months, and for each network its places, days and points.

The order of everything here follows from what things are, not from their names or their order in the
instance, so that renaming a school or sorting a list differently gives the same year.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from intervisit.core.scheduling.model import Facilitator, Network, Part, Problem, SchoolWishes, Window
from intervisit.core.scheduling.rules import Rule

SATURDAY = 5


@dataclass(frozen=True)
class Course:
    """One network on the grid: `places` are the schools that are visited, host first."""

    network: Network
    places: tuple[str, ...]
    times: tuple[int, ...]  # visits owed, by place
    parts: tuple[Part, ...]  # by place
    starts: tuple[bool, ...]  # by place: may the year begin here?
    late: frozenset[str] = frozenset()  # places that came during the year: no first round waits for them

    @property
    def owed(self) -> int:
        """Visits of the year."""
        return sum(self.times)


@dataclass(frozen=True)
class Group:
    """Networks that share a facilitator or a school and are therefore planned together."""

    courses: tuple[Course, ...]
    facilitators: tuple[Facilitator, ...]


class Grid:
    """A problem prepared for solving; built once, read by everything that counts."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.dates = school_days(problem)
        self.index = {day: i for i, day in enumerate(self.dates)}
        months = sorted({(day.year, day.month) for day in self.dates})
        self.month_names = tuple(months)
        self.month = [months.index((day.year, day.month)) for day in self.dates]
        self.wishes = {school.school: school for school in problem.schools}
        self.facilitators = {each.id: each for each in problem.facilitators}
        self.capacity = dict(problem.limits.substitutes)
        self.other_days = {
            (district, self.index[day]): number
            for district, day, number in problem.limits.substitute_days
            if day in self.index and district in self.capacity
        }
        self._closed: dict[Rule, frozenset[date]] = {}
        self._points: dict[tuple[str, tuple[str, ...]], list[list[int]]] = {}

    def school(self, school: str) -> SchoolWishes:
        """Wishes of a school; a school that said nothing has none."""
        return self.wishes.get(school) or SchoolWishes(school)

    def name(self, school: str) -> str:
        """What people call a school."""
        return self.school(school).name or school

    @cached_property
    def courses(self) -> tuple[Course, ...]:
        """Every network, in an order that does not depend on names unless two are alike."""
        return tuple(self._course(each) for each in sorted(self.problem.networks, key=self._network_key))

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Networks joined by a common facilitator or school, the largest joint load first."""
        parent = list(range(len(self.courses)))

        def root(i: int) -> int:
            while parent[i] != i:
                parent[i] = parent[parent[i]]
                i = parent[i]
            return i

        seen: dict[tuple[str, str], int] = {}
        for i, course in enumerate(self.courses):
            keys = [("school", member.school) for member in course.network.staying]
            if course.network.facilitator is not None:
                keys.append(("facilitator", course.network.facilitator))
            for key in keys:
                parent[root(i)] = root(seen.setdefault(key, i))
        together: dict[int, list[Course]] = defaultdict(list)
        for i, course in enumerate(self.courses):
            together[root(i)].append(course)
        parts = sorted(together.values(), key=lambda part: -sum(course.owed for course in part))
        return tuple(Group(tuple(part), self._led(part)) for part in parts)

    def joint(self, courses: Iterable[Course]) -> Group:
        """These courses as one group."""
        these = tuple(courses)
        return Group(these, self._led(these))

    def closed_to(self, rule: Rule) -> frozenset[date]:
        """The dates one rule about days takes away from those it concerns."""
        if rule not in self._closed:
            self._closed[rule] = self._closed_to(rule)
        return self._closed[rule]

    def _closed_to(self, rule: Rule) -> frozenset[date]:
        problem = self.problem
        if rule.kind == "blocked":
            return self.school(rule.subject).blocked
        if rule.kind == "window":
            return frozenset(span(problem.days.windows[int(rule.subject)]))
        if rule.kind == "meeting":
            return problem.meetings[int(rule.subject)].dates
        facilitator = self.facilitators[rule.subject]
        if rule.kind == "away":
            return facilitator.blocked
        weekday = facilitator.weekly_meeting_weekday
        return frozenset(day for day in self.dates if day.weekday() == weekday)

    def day_rules(self, network: Network) -> tuple[Rule, ...]:
        """The rules that take days away from a network, most general first."""
        schools = [member.school for member in network.staying]
        rules = []
        for i, window in enumerate(self.problem.days.windows):
            if not window.wish and any(touches(window.grades, self.school(s).grades) for s in schools):
                rules.append(Rule("window", str(i)))
        for i, meeting in enumerate(self.problem.meetings):
            if not meeting.schools or not meeting.schools.isdisjoint(schools):
                rules.append(Rule("meeting", str(i)))
        led = self.facilitators.get(network.facilitator or "")
        if led is not None and led.weekly_meeting_weekday is not None:
            rules.append(Rule("central", led.id))
        if led is not None and led.blocked:
            rules.append(Rule("away", led.id))
        rules += [Rule("blocked", s) for s in schools if self.school(s).blocked]
        return tuple(rules)

    def allowed(self, network: Network, off: frozenset[Rule] = frozenset()) -> tuple[int, ...]:
        """Days (indices) on which a network may meet when the rules in `off` are given up."""
        taken: set[date] = set()
        for rule in self.day_rules(network):
            if rule not in off:
                taken |= self.closed_to(rule)
        return tuple(i for i, day in enumerate(self.dates) if day not in taken)

    def points(self, course: Course) -> list[list[int]]:
        """Points of the wishes a visit meets, by place and day (index). Made once: not to be changed."""
        key = (course.network.id, course.places)
        if key not in self._points:
            self._points[key] = self._points_of(course)
        return self._points[key]

    def _points_of(self, course: Course) -> list[list[int]]:
        weights = self.problem.weights
        everywhere = [0] * len(self.dates)
        by_place = {place: [0] * len(self.dates) for place in course.places}
        for member in course.network.staying:
            school = self.school(member.school)
            unwelcome = self.unwelcome(school)
            for i, day in enumerate(self.dates):
                if unwelcome and day not in unwelcome:
                    everywhere[i] += weights.avoid
                if day.weekday() in school.weekdays:
                    everywhere[i] += weights.weekday_visiting
                    if member.school in by_place:
                        by_place[member.school][i] += weights.weekday_visited - weights.weekday_visiting
        return [[a + b for a, b in zip(everywhere, by_place[place], strict=True)] for place in course.places]

    def teachers(self, course: Course, day: date | None = None) -> dict[str, int]:
        """Teachers to be replaced on a visit day of a network (None: any to come), by district with a limit."""
        needed: dict[str, int] = {}
        network = course.network
        for member in network.staying if day is None else [m for m in network.members if m.on(day)]:
            school = self.school(member.school)
            if school.district in self.capacity and school.teachers:
                needed[school.district] = needed.get(school.district, 0) + school.teachers
        return needed

    def supply(self, district: str, day: int) -> int:
        """Teachers of a district that can be replaced on a day (index)."""
        return self.other_days.get((district, day), self.capacity[district])

    def least_supply(self, district: str) -> int:
        """The same on the day on which they are fewest."""
        others = (number for (name, _), number in self.other_days.items() if name == district)
        return min(others, default=self.capacity[district])

    def unwelcome(self, school: SchoolWishes) -> frozenset[date]:
        """Days a school would rather not have: its own and the windows that are wishes."""
        soft = [w for w in self.problem.days.windows if w.wish and touches(w.grades, school.grades)]
        return school.avoid.union(*(span(window) for window in soft)) if soft else school.avoid

    def month_wishes(self, course: Course) -> int:
        """How many months could have a visit of this network at most, as far as it owes visits."""
        return min(course.owed, len(self.month_names)) if course.network.pattern.monthly else 0

    def _course(self, network: Network) -> Course:
        rules = {rule.kind: rule for rule in network.pattern.rules}
        members = sorted(network.members, key=lambda m: (m.role != "host", self._school_key(m.school)))
        missed = Counter(visit.school for visit in self.problem.missed if visit.network == network.id)
        owed = {
            m.school: (rules[m.role].times if m.owed is None else m.owed) - missed[m.school]
            for m in members
            if m.role in rules
        }
        members = [m for m in members if owed.get(m.school, 0) > 0]
        at_host = network.pattern.starts_at == "host" and any(
            m.role == "host" and m.since is None for m in members
        )
        return Course(
            network,
            tuple(m.school for m in members),
            tuple(owed[m.school] for m in members),
            tuple(rules[m.role].part for m in members),
            tuple(m.role == "host" or not at_host for m in members),
            frozenset(m.school for m in members if m.since is not None),
        )

    def _school_key(self, school: str) -> tuple[object, ...]:
        it = self.school(school)
        dates = (sorted(it.blocked), sorted(it.avoid))
        return (*dates, sorted(it.weekdays), sorted(it.grades), it.teachers, school)

    def _network_key(self, network: Network) -> tuple[object, ...]:
        members = sorted((m.role, self._school_key(m.school)[:-1]) for m in network.members)
        led = self.facilitators.get(network.facilitator or "")
        leads = (sorted(led.blocked), led.weekly_meeting_weekday or 0) if led else ()
        rules = sorted((rule.kind, rule.times, rule.part) for rule in network.pattern.rules)
        return (rules, leads, members, network.id)

    def _led(self, courses: Iterable[Course]) -> tuple[Facilitator, ...]:
        ids = dict.fromkeys(course.network.facilitator for course in courses)
        return tuple(self.facilitators[each] for each in ids if each is not None)


def school_days(problem: Problem) -> tuple[date, ...]:
    """Every Monday to Friday of the year that is not closed."""
    closed = {each.date for each in problem.days.closed}
    length = (problem.days.last - problem.days.first).days + 1
    every = (problem.days.first + timedelta(days=i) for i in range(length))
    return tuple(day for day in every if day.weekday() < SATURDAY and day not in closed)


def span(window: Window) -> Iterable[date]:
    """Every date from the first to the last of a window."""
    first, last = window.first, window.last
    return (first + timedelta(days=i) for i in range((last - first).days + 1))


def touches(grades: frozenset[int], school: frozenset[int]) -> bool:
    """Does a window for these grades (empty: all) concern a school with those?"""
    return not grades or not grades.isdisjoint(school)
