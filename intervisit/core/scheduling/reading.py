"""An instance (JSON-ready values) read into a problem, or every fault of it at once with place and remedy."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from intervisit.core.scheduling.fields import Fields, Reader
from intervisit.core.scheduling.model import (
    Closed,
    Facilitator,
    Limits,
    Meeting,
    Member,
    Network,
    Pattern,
    PlannedVisit,
    Problem,
    SchoolDays,
    SchoolWishes,
    VisitRule,
    Weights,
    Window,
)
from intervisit.core.scheduling.writing import FORMAT

# How levels of schooling are usually cut in the United States; an instance may always give grades instead.
LEVELS = {"elementary": range(-1, 6), "middle": range(6, 9), "high": range(9, 13)}
T = TypeVar("T")
LONGEST_YEAR = 400  # days; a year of visits lies within one school year


def read_instance(data: object, file: str) -> Problem:
    """A problem from parsed JSON. `file` is named in every fault. Raises BadInstance with all of them."""
    reader = Reader(file)
    top = reader.object(data, "")
    top.expect("format", FORMAT)
    patterns = {
        name: _pattern(reader.object(value, f"patterns.{name}"))
        for name, value in top.mapping("patterns", "Describe at least one pattern of visits.").items()
    }
    problem = Problem(
        _days(top.child("days")),
        tuple(_network(each, patterns) for each in top.objects("networks", least=1)),
        tuple(_facilitator(each) for each in top.objects("facilitators")),
        tuple(_school(each) for each in top.objects("schools")),
        _limits(top.child("limits", optional=True)),
        tuple(_meeting(each) for each in top.objects("meetings")),
        _weights(top.child("weights", optional=True)),
    )
    fixed, missed = (tuple(_visit(each) for each in top.objects(key)) for key in ("fixed", "missed"))
    problem = replace(problem, fixed=fixed, missed=missed)
    top.done()
    _check_ids(reader, problem)
    reader.finish()
    return problem


def _days(at: Fields) -> SchoolDays:
    first, last = at.date("first"), at.date("last")
    if last < first:
        at.fault("last", f"the year ends on {last}, before it begins on {first}.", "Exchange the two dates.")
    elif (last - first).days > LONGEST_YEAR:
        at.fault("last", f"the year is longer than {LONGEST_YEAR} days.", "Plan one school year at a time.")
    closed = []
    for each in at.objects("closed"):
        name = each.text("name", "closed")
        if each.has("date"):
            closed.append(Closed(each.date("date"), name))
        else:
            start, end = each.span()
            closed += [Closed(start + timedelta(days=i), name) for i in range((end - start).days + 1)]
        each.done()
    return _end(
        at, SchoolDays(first, last, tuple(closed), tuple(_window(each) for each in at.objects("windows")))
    )


def _window(at: Fields) -> Window:
    first, last = at.span()
    grades = at.grades("grades")
    level = at.text("level", "")
    if level and level not in LEVELS:
        at.fault("level", f'"{level}" is not a level.', "Write elementary, middle or high, or give grades.")
    grades |= frozenset(LEVELS.get(level, ()))
    return _end(at, Window(first, last, at.text("name", "tests"), grades, at.flag("wish", False)))


def _pattern(at: Fields) -> Pattern:
    rules = []
    for each in at.objects("visits", least=1):
        role = each.choice("role", ("host", "partner", "member"))
        part = each.choice("part", ("whole", "half"), "whole")
        rules.append(_end(each, VisitRule(role, each.number("times", 0, 60), part)))  # type: ignore[arg-type]
    for i, rule in enumerate(rules):
        if rule.kind in {other.kind for other in rules[:i]}:
            at.fault(
                f"visits[{i}].role", f"a second rule for {rule.kind} schools.", "Keep one rule for each role."
            )
    return _end(
        at,
        Pattern(
            tuple(rules),
            at.choice("starts_at", ("host", "any"), "host"),  # type: ignore[arg-type]
            at.flag("first_round", True),
            at.number("min_gap_days", 1, 200, 7),
            at.number("max_per_month", 1, 31, 2),
            at.flag("monthly", True),
        ),
    )


def _network(at: Fields, patterns: dict[str, Pattern]) -> Network:
    name = at.text("id")
    pattern = at.text("pattern")
    if pattern not in patterns:
        at.fault(
            "pattern", f'there is no pattern "{pattern}".', f"Use one of: {', '.join(sorted(patterns))}."
        )
    members = []
    for each in at.objects("members", least=2):
        role = each.choice("role", ("host", "partner", "member"), "member")
        members.append(_end(each, Member(each.text("school"), role)))  # type: ignore[arg-type]
    found = patterns.get(pattern, Pattern(()))
    known = {rule.kind for rule in found.rules}
    for i, member in enumerate(members):
        if known and member.role not in known:
            at.fault(
                f"members[{i}].role",
                f'the pattern "{pattern}" says nothing about {member.role} schools.',
                f"Give it one of these roles: {', '.join(sorted(known))}; or add a rule to the pattern.",
            )
    if len({member.school for member in members}) < len(members):
        at.fault("members", "a school is named twice.", "Name every school of the network once.")
    label = at.text("name", "") or name
    return _end(at, Network(name, label, tuple(members), found, at.text("facilitator", "") or None))


def _facilitator(at: Fields) -> Facilitator:
    weekday = at.weekday("meets_on") if at.has("meets_on") else None
    return _end(
        at,
        Facilitator(
            at.text("id"), at.dates("blocked"), weekday, at.text("name", ""), at.flag("two_halves", False)
        ),
    )


def _school(at: Fields) -> SchoolWishes:
    return _end(
        at,
        SchoolWishes(
            at.text("id"),
            at.dates("blocked"),
            at.weekdays("weekdays"),
            at.grades("grades"),
            at.dates("avoid"),
            at.text("name", ""),
            at.text("district", ""),
            at.number("teachers", 0, 1000, 0),
        ),
    )


def _limits(at: Fields) -> Limits:
    substitutes, other_days = [], []
    for each in at.objects("substitutes"):
        district, number = each.text("district"), each.number("per_day", 0, 100_000)
        for day in each.objects("days"):
            other_days.append(_end(day, (district, day.date("date"), day.number("per_day", 0, 100_000))))
        substitutes.append(_end(each, (district, number)))
    absences = at.number("absences_per_month", 0, 31) if at.has("absences_per_month") else None
    notice = at.number("notice_days", 0, 365, 7)
    return _end(at, Limits(tuple(substitutes), absences, notice, tuple(other_days)))


def _meeting(at: Fields) -> Meeting:
    return _end(at, Meeting(at.text("name", "meeting"), at.dates("dates"), frozenset(at.texts("schools"))))


def _weights(at: Fields) -> Weights:
    usual = Weights()
    return _end(
        at,
        Weights(
            at.number("weekday_visited", 0, 1000, usual.weekday_visited),
            at.number("weekday_visiting", 0, 1000, usual.weekday_visiting),
            at.number("month", 0, 1000, usual.month),
            at.number("avoid", 0, 1000, usual.avoid),
        ),
    )


def _visit(at: Fields) -> PlannedVisit:
    part = at.choice("part", ("whole", "half"), "whole")
    number = at.number("number", 1, 60, 1)
    return _end(at, PlannedVisit(at.text("network"), at.text("school"), number, at.date("date"), part))  # type: ignore[arg-type]


def _end(at: Fields, value: T) -> T:
    """The value, once nothing in its object is left unread: a mistyped key must not pass in silence."""
    at.done()
    return value


def _check_ids(reader: Reader, problem: Problem) -> None:
    """Everything named exists, and nothing is named twice."""
    known = {
        "schools": [school.school for school in problem.schools],
        "facilitators": [each.id for each in problem.facilitators],
        "networks": [network.id for network in problem.networks],
    }
    for what, ids in known.items():
        _twice(reader, what, ids)
    districts = [district for district, _ in problem.limits.substitutes]
    _twice(reader, "limits.substitutes", districts)
    exceptions = [f"{district} on {day}" for district, day, _ in problem.limits.substitute_days]
    _twice(reader, "days of limits.substitutes", exceptions)
    for i, network in enumerate(problem.networks):
        if network.facilitator and network.facilitator not in known["facilitators"]:
            place = f"networks[{i}].facilitator"
            reader.fault(
                place, f'there is no facilitator "{network.facilitator}".', "Add it to facilitators."
            )
        for j, member in enumerate(network.members):
            if member.school and member.school not in known["schools"]:
                place = f"networks[{i}].members[{j}].school"
                reader.fault(place, f'there is no school "{member.school}".', "Add it to schools.")
    members = {(n.id, m.school) for n in problem.networks for m in n.members}
    for key, visits in (("fixed", problem.fixed), ("missed", problem.missed)):
        for i, visit in enumerate(visits):
            if (visit.network, visit.school) not in members:
                what = f'"{visit.school}" is not a school of network "{visit.network}".'
                reader.fault(f"{key}[{i}]", what, "Correct the network or the school.")


def _twice(reader: Reader, what: str, ids: Iterable[str]) -> None:
    first: dict[str, int] = {}
    for i, each in enumerate(ids):
        if each and first.setdefault(each, i) != i:
            reader.fault(f"{what}[{i}]", f'"{each}" is also {what}[{first[each]}].', "Name it once.")
