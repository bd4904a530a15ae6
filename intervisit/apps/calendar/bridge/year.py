"""Rows of networks and days become a year to be planned; a plan becomes visits a person may move."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any

from intervisit.apps.calendar.bridge import bounds
from intervisit.apps.calendar.models import NamedDays, Visit, YearPlan
from intervisit.apps.calendar.queries.availability import weekdays_of
from intervisit.apps.calendar.queries.bounds import supply_area
from intervisit.apps.calendar.states import DayKind
from intervisit.apps.networks.models import Network, NetworkMember
from intervisit.apps.people.models import Organization, Person, RoleHeld, in_force
from intervisit.apps.programs.models import Program
from intervisit.core import scheduling
from intervisit.core.designs import Design

SHUT = (DayKind.CLOSED, DayKind.STAFF)


def problem(program: Program) -> scheduling.Problem:
    """The year of a program as it stands: its networks, school days, blocked days and facilitators."""
    design = program.design
    networks = list(Network.objects.filter(program=program, closed=None).order_by("number"))
    members = _members(networks)
    guides = _facilitators(networks)
    schools = {m.school_id: m.school for rows in members.values() for m in rows}
    return scheduling.Problem(
        days=school_days(program),
        networks=tuple(
            network_of(n, members.get(n.pk, []), design, guides.get(n.group_id))
            for n in networks
            if n.pk in members
        ),
        facilitators=bounds.facilitators(program, sorted(set(guides.values()), key=lambda p: p.name)),
        schools=schools_of(list(schools.values()), design),
        limits=bounds.limits(program),
        meetings=bounds.meetings(program, members),
    )


def _members(networks: Iterable[Network]) -> dict[Any, list[NetworkMember]]:
    rows: dict[Any, list[NetworkMember]] = {}
    found = NetworkMember.objects.filter(network__in=list(networks), left__isnull=True).select_related(
        "school"
    )
    for m in found.order_by("-hosts", "school__code_key"):
        rows.setdefault(m.network_id, []).append(m)
    return rows


def _facilitators(networks: Iterable[Network]) -> dict[Any, Person]:
    held = RoleHeld.objects.filter(in_force(), role="facilitator", group__in=[n.group_id for n in networks])
    return {r.group_id: r.person for r in held.select_related("person")}


def guides_of(program: Program) -> dict[str, Person]:
    """Who facilitates each network today, by the network's id."""
    networks = list(Network.objects.filter(program=program))
    found = _facilitators(networks)
    return {str(n.pk): found[n.group_id] for n in networks if n.group_id in found}


def role_kinds(design: Design) -> dict[str, scheduling.model.Role]:
    """Design's role key -> the role the method knows: the host, and up to two kinds of others."""
    others: tuple[scheduling.model.Role, ...] = ("partner", "member")
    if not any(r.hosts for r in design.roles.values()):
        others = ("member", "partner")
    found: dict[str, scheduling.model.Role] = {}
    for key, role in design.roles.items():
        met = sum(kind != "host" for kind in found.values())
        found[key] = "host" if role.hosts else others[min(met, 1)]
    return found


def _pattern(design: Design) -> scheduling.Pattern:
    kinds, rule = role_kinds(design), design.visits
    rules: dict[scheduling.model.Role, scheduling.VisitRule] = {}
    for r in rule.rules:
        part: scheduling.model.Part = "half" if r.part == "half_day" else "whole"
        rules.setdefault(kinds[r.role], scheduling.VisitRule(kinds[r.role], r.times, part))
    starts = kinds.get(rule.starts_at) == "host"
    return scheduling.Pattern(
        rules=tuple(rules.values()),
        starts_at="host" if starts else "any",
        first_round=rule.first_round,
        min_gap_days=rule.min_gap_days,
        max_per_month=rule.per_month,
    )


def network_of(
    network: Network, members: list[NetworkMember], design: Design, guide: Person | None
) -> scheduling.Network:
    """One network with its pattern, its members as they are, and whoever leads it."""
    kinds = role_kinds(design)
    return scheduling.Network(
        id=str(network.pk),
        name=network.name,
        members=tuple(
            scheduling.Member(str(m.school_id), "host" if m.hosts else kinds.get(m.role, "member"))
            for m in members
        ),
        pattern=_pattern(design),
        facilitator=None if guide is None else str(guide.pk),
    )


def school_days(program: Program) -> scheduling.SchoolDays:
    """Monday to Friday of the program's year without the district's closed and staff days and without the
    months in which the design has no visits; testing windows by level of school."""
    months = set(program.design.visits.months)
    rows = list(NamedDays.objects.filter(organization=program.district))
    closed: dict[dt.date, str] = {}
    for row in rows:
        if row.kind in SHUT and not row.applies_to:
            closed |= dict.fromkeys(_each(row.starts, row.ends), row.name)
    for day in _each(program.first_day, program.last_day):
        if day.month not in months:
            closed.setdefault(day, "no visits in this month")
    windows = tuple(
        scheduling.Window(
            first=row.starts, last=row.ends, name=row.name, grades=grades_of_level(row.applies_to)
        )
        for row in rows
        if row.kind == DayKind.TESTING or (row.kind in SHUT and row.applies_to)
    )
    return scheduling.SchoolDays(
        first=program.first_day,
        last=program.last_day,
        closed=tuple(scheduling.Closed(day, name) for day, name in sorted(closed.items())),
        windows=windows,
    )


_LEVELS = (("elementary", range(-1, 6)), ("middle", range(6, 9)), ("high", range(9, 13)))


def grades_of_level(words: str) -> frozenset[int]:
    """Grades a remark such as "elementary and middle schools" is about; none named: every school."""
    found = {g for word, grades in _LEVELS if word in words.lower() for g in grades}
    return frozenset(found)


def _each(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


def schools_of(schools: list[Organization], design: Design) -> tuple[scheduling.SchoolWishes, ...]:
    """What schools bring: blocked days, weekdays, grades, part of the district."""
    blocked: dict[Any, set[dt.date]] = {}
    for row in NamedDays.objects.filter(organization__in=schools):
        blocked.setdefault(row.organization_id, set()).update(_each(row.starts, row.ends))
    preferred = weekdays_of(schools)
    return tuple(
        scheduling.SchoolWishes(
            school=str(s.pk),
            blocked=frozenset(blocked.get(s.pk, ())),
            weekdays=preferred.get(s.pk, frozenset()),
            grades=frozenset(s.grades),
            name=s.name,
            district=supply_area(s),
            teachers=design.visits.team_size,
        )
        for s in sorted(schools, key=lambda s: s.code_key)
    )


def problem_of(plan: YearPlan) -> scheduling.Problem:
    """The problem a plan was made of, exactly as it was then."""
    return scheduling.read_instance(plan.problem, f"plan {plan.name}")


def visits_of(plan: YearPlan) -> list[scheduling.PlannedVisit]:
    """The plan's visits as they stand, in the core's terms."""
    return [as_planned(v) for v in plan.visits.filter(state="planned").order_by("date", "network_id")]


def as_planned(visit: Visit) -> scheduling.PlannedVisit:
    part: scheduling.model.Part = "half" if visit.part == "half" else "whole"
    return scheduling.PlannedVisit(
        str(visit.network_id), str(visit.school_id), turn_of(visit), visit.date, part
    )


def departed(plan: YearPlan, off: Iterable[Visit]) -> set[Any]:
    """Of visits that do not take place, the ids of those to a school that has left its network: owed no more."""
    rows = NetworkMember.objects.filter(network__program=plan.program_id, left__isnull=True)
    present = set(rows.values_list("network", "school"))
    return {v.pk for v in off if (v.network_id, v.school_id) not in present}


def turn_of(visit: Visit) -> int:
    """The method numbers visits of a network to one school, the page those of a network: the entry knows the first."""
    turn = visit.uid.rpartition(".")[2]
    return int(turn) if turn.isdecimal() else visit.number


def times(design: Design, part: str) -> tuple[dt.time, dt.time]:
    """When a visit begins and ends, in the district's local time."""
    rule = design.visits
    end = rule.half_day_end if part == "half" else rule.day_end
    return dt.time.fromisoformat(rule.day_start), dt.time.fromisoformat(end)


def lay_out(plan: YearPlan, planned: Iterable[scheduling.PlannedVisit]) -> None:
    """Write a plan's visits. The k-th visit of a network to a school keeps its calendar entry in every plan."""
    design = plan.program.design
    plan.visits.all().delete()
    seen: Counter[tuple[str, str]] = Counter()
    numbers: Counter[str] = Counter()
    rows = []
    for v in sorted(planned, key=lambda v: (v.network, v.date)):
        seen[v.network, v.school] += 1
        numbers[v.network] += 1
        starts, ends = times(design, v.part)
        rows.append(
            Visit(
                plan=plan, network_id=v.network, school_id=v.school, number=numbers[v.network], date=v.date,
                starts=starts,
                ends=ends, part=v.part, uid=f"{v.network}.{v.school}.{seen[v.network, v.school]}",
            )
        )  # fmt: skip
    Visit.objects.bulk_create(rows)
