"""Which rules a plan breaks, in words; it may be finished, half edited or made by hand."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from intervisit.core.scheduling.grid import SATURDAY, Course, Grid
from intervisit.core.scheduling.model import Member, Network, PlannedVisit, Problem
from intervisit.core.scheduling.words import WEEKDAYS, count, say_date, say_month

Visits = Sequence[PlannedVisit]


def violations(problem: Problem, visits: Iterable[PlannedVisit]) -> tuple[str, ...]:
    """Every rule these visits break, one sentence each; empty for a plan that is complete and sound."""
    return violations_on(Grid(problem), tuple(visits))


def violations_on(grid: Grid, visits: Visits, *, whole: bool = True) -> tuple[str, ...]:
    """Like `violations`, on a grid already built; `whole=False`: a part of a plan, so nothing is missing."""
    courses = {course.network.id: course for course in grid.courses}
    found = [
        f"A visit on {say_date(visit.date)} belongs to no network of this plan ({visit.network})."
        for visit in visits
        if visit.network not in courses
    ]
    known = [visit for visit in visits if visit.network in courses]
    for course in courses.values():
        these = sorted((v for v in known if v.network == course.network.id), key=lambda v: v.date)
        found += _rhythm(course, these)
        found += [*_owed(grid, course, these), *_order(grid, course, these)] if whole else ()
        for visit in these:
            found += _day(grid, course, visit)
    found += [*_facilitators(grid, courses, known), *_schools(grid, courses, known)]
    found += [*_absences(grid, courses, known), *_substitutes(grid, courses, known)]
    found += [
        f"The visit to {grid.name(visit.school)} on {say_date(visit.date)} is fixed and is missing."
        for visit in grid.problem.fixed
        if not any((v.network, v.school, v.date) == (visit.network, visit.school, visit.date) for v in visits)
    ]
    return tuple(found)


def free_dates(problem: Problem, visits: Iterable[PlannedVisit], visit: PlannedVisit) -> tuple[date, ...]:
    """The other dates on which one visit could be without breaking a rule that is kept now.

    What others do on other days is asked only of networks with a common school, which count absences by month: the
    facilitator and the substitutes of a day are a matter of that day.
    """
    whole = Grid(problem)
    mine = next(course.network for course in whole.courses if course.network.id == visit.network)
    close, joined = _near(whole, mine)
    fixed = tuple(each for each in problem.fixed if each.network in close)
    networks = tuple(network for network in problem.networks if network.id in close)
    grid = Grid(replace(problem, networks=networks, fixed=fixed))
    others = [each for each in visits if each != visit and each.network in close]

    def is_free(day: date) -> bool:
        here = [each for each in others if each.network in joined or each.date == day]
        after = violations_on(grid, [*here, replace(visit, date=day)])
        return set(after) <= set(violations_on(grid, [*here, visit]))

    allowed = {grid.dates[d] for d in grid.allowed(mine)}
    return tuple(day for day in grid.dates if day != visit.date and day in allowed and is_free(day))


def _near(grid: Grid, mine: Network) -> tuple[set[str], set[str]]:
    """The networks whose visits could be in the way of one: those that share the facilitator, a school or substitutes;
    and among them those with a common school."""
    schools = {member.school for member in mine.staying}
    districts = {d for course in grid.courses if course.network is mine for d in grid.teachers(course)}
    close, joined = set(), set()
    for course in grid.courses:
        other = course.network
        led = mine.facilitator is not None and other.facilitator == mine.facilitator
        if not schools.isdisjoint(member.school for member in other.staying):
            joined.add(other.id)
        elif led or not districts.isdisjoint(grid.teachers(course)):
            close.add(other.id)
    return close | joined, joined


def _owed(grid: Grid, course: Course, visits: Visits) -> Iterator[str]:
    for member in course.network.members:
        planned = sum(visit.school == member.school for visit in visits)
        owed = dict(zip(course.places, course.times, strict=True)).get(member.school, 0)
        if planned != owed:
            what = f"is owed {count(owed, 'visit')}; {planned} planned."
            yield f"{course.network.name}: {grid.name(member.school)} {what}"
    parts = dict(zip(course.places, course.parts, strict=True))
    for visit in visits:
        where = f"{course.network.name}: the visit to {grid.name(visit.school)} on {say_date(visit.date)}"
        if all(visit.school != member.school for member in course.network.members):
            yield f"{where} is to a school that is not in this network."
        elif visit.part != parts.get(visit.school, visit.part):
            yield f"{where} takes a {visit.part} day, the pattern says a {parts[visit.school]} one."


def _order(grid: Grid, course: Course, visits: Visits) -> Iterator[str]:
    pattern, name = course.network.pattern, course.network.name
    starts = {place for place, start in zip(course.places, course.starts, strict=True) if start}
    first = next((visit.school for visit in visits if visit.school not in course.late), None)
    if first is not None and starts and first not in starts and first in course.places:
        yield f"{name}: the first visit goes to {grid.name(first)}, not to the host."
    if not pattern.first_round:
        return
    seen: set[str] = set()
    for visit in visits:
        unseen = [place for place in course.places if place not in seen and place not in course.late]
        if visit.school in seen and unseen:
            yield (
                f"{name}: {grid.name(visit.school)} is visited again on {say_date(visit.date)}"
                f" before {grid.name(unseen[0])} has been seen once."
            )
            return
        seen.add(visit.school)


def _rhythm(course: Course, visits: Visits) -> Iterator[str]:
    pattern, name = course.network.pattern, course.network.name
    for one, other in pairwise(visits):
        apart = (other.date - one.date).days
        if apart == 0:
            yield f"{name}: two visits on {say_date(one.date)}."
        elif apart < pattern.min_gap_days:
            yield (
                f"{name}: {say_date(one.date)} and {say_date(other.date)} are {count(apart, 'day')} apart,"
                f" at least {pattern.min_gap_days} are asked for."
            )
    months: dict[tuple[int, int], int] = defaultdict(int)
    for visit in visits:
        months[visit.date.year, visit.date.month] += 1
    for month, number in months.items():
        if number > pattern.max_per_month:
            yield f"{name}: {number} visits in {say_month(month)}, {pattern.max_per_month} are allowed."


def _day(grid: Grid, course: Course, visit: PlannedVisit) -> Iterator[str]:
    day, problem = visit.date, grid.problem
    where = f"{course.network.name}, {say_date(day)}:"
    if day not in grid.index:
        names = [each.name for each in problem.days.closed if each.date == day]
        if names:
            yield f"{where} schools are closed ({names[0]})."
        elif day.weekday() >= SATURDAY:
            yield f"{where} there is no school at the weekend."
        else:
            yield f"{where} the day is outside the year of visits."
        return
    present = _present(course, visit)
    for window in problem.days.windows:
        if not window.wish and window.first <= day <= window.last:
            for member in present:
                grades = grid.school(member.school).grades
                if not window.grades or not window.grades.isdisjoint(grades):
                    yield f"{where} {window.name} at {grid.name(member.school)}."
                    break
    for meeting in problem.meetings:
        if day in meeting.dates:
            if not meeting.schools:
                yield f"{where} {meeting.name}."
            for member in present:
                if member.school in meeting.schools:
                    yield f"{where} {meeting.name} at {grid.name(member.school)}."
    for member in present:
        if day in grid.school(member.school).blocked:
            yield f"{where} {grid.name(member.school)} has blocked this day."
    facilitator = grid.facilitators.get(course.network.facilitator or "")
    if facilitator is not None and day in facilitator.blocked:
        yield f"{where} {facilitator.name or facilitator.id} is away."
    if facilitator is not None and day.weekday() == facilitator.weekly_meeting_weekday:
        yield f"{where} {facilitator.name or facilitator.id} meets centrally on {WEEKDAYS[day.weekday()]}s."


def _present(course: Course, visit: PlannedVisit) -> list[Member]:
    return [member for member in course.network.members if member.on(visit.date)]


def _facilitators(grid: Grid, courses: dict[str, Course], visits: Visits) -> Iterator[str]:
    led: dict[tuple[str, date], list[PlannedVisit]] = defaultdict(list)
    for visit in visits:
        facilitator = courses[visit.network].network.facilitator
        if facilitator is not None:
            led[facilitator, visit.date].append(visit)
    for (who, day), these in sorted(led.items()):
        facilitator_ = grid.facilitators[who]
        halves = facilitator_.two_halves
        load = sum(1 if halves and visit.part == "half" else 2 for visit in these)
        networks = {visit.network for visit in these}
        if load > 2 and len(networks) > 1:
            names = " and ".join(sorted(courses[each].network.name for each in networks))
            yield f"{facilitator_.name or who} would be in two places on {say_date(day)}: {names}."


def _schools(grid: Grid, courses: dict[str, Course], visits: Visits) -> Iterator[str]:
    busy: dict[tuple[str, date], set[str]] = defaultdict(set)
    for visit in visits:
        for member in _present(courses[visit.network], visit):
            busy[member.school, visit.date].add(visit.network)
    for (school, day), networks in sorted(busy.items()):
        if len(networks) > 1:
            names = " and ".join(sorted(courses[each].network.name for each in networks))
            yield f"{grid.name(school)} would be in two places on {say_date(day)}: {names}."


def _absences(grid: Grid, courses: dict[str, Course], visits: Visits) -> Iterator[str]:
    limit = grid.problem.limits.absences_per_month
    if limit is None:
        return
    away: dict[tuple[str, tuple[int, int]], int] = defaultdict(int)
    for visit in visits:
        for school in {m.school for m in _present(courses[visit.network], visit)} - {visit.school}:
            away[school, (visit.date.year, visit.date.month)] += 1
    for (school, month), times in sorted(away.items()):
        if times > limit:
            yield f"{grid.name(school)} is away {times} times in {say_month(month)}, {limit} are allowed."


def _substitutes(grid: Grid, courses: dict[str, Course], visits: Visits) -> Iterator[str]:
    needed: dict[tuple[str, date], int] = defaultdict(int)
    for visit in visits:
        for district, teachers in grid.teachers(courses[visit.network], visit.date).items():
            needed[district, visit.date] += teachers
    for (district, day), teachers in sorted(needed.items()):
        supply = grid.supply(district, grid.index.get(day, -1))
        if teachers > supply:
            needs = count(teachers, "substitute")
            yield f"District {district} would need {needs} on {say_date(day)}, it has {supply}."
