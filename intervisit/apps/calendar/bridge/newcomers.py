"""Schools that came into a network after its year was planned: the year as it is now, and what it owes them."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from intervisit.apps.calendar.bridge import bounds
from intervisit.apps.calendar.bridge.year import guides_of, network_of, problem_of, role_kinds, schools_of
from intervisit.apps.calendar.models import Visit, YearPlan
from intervisit.apps.calendar.states import PlanState, VisitState
from intervisit.apps.networks.models import NetworkMember
from intervisit.apps.programs.models import Program
from intervisit.core import scheduling

Pair = tuple[str, str]  # ids of a network and a school


def _pair(row: NetworkMember | Visit) -> Pair:
    return str(row.network_id), str(row.school_id)


def _seats(plan: YearPlan) -> dict[Pair, NetworkMember]:
    """Who sits, or last sat, in which network of the program. One query."""
    rows = NetworkMember.objects.filter(network__program=plan.program_id).select_related("network", "school")
    seats: dict[Pair, NetworkMember] = {}
    for row in rows.order_by("joined", "pk"):
        before = seats.get(_pair(row))
        if before is None or before.left is not None:
            seats[_pair(row)] = row
    return seats


def problem_now(plan: YearPlan, visits: Iterable[Visit]) -> scheduling.Problem:
    """The problem of a published year with its networks as they are today; of another plan as it was made.

    Who has come counts from that day on, with its own blocked days, and is owed the visits that its rows are; who has
    left counts until that day. One query more than `problem_of`, and a few where somebody has come.
    """
    problem = problem_of(plan)
    if plan.state != PlanState.PUBLISHED:
        return problem
    seats = _seats(plan)
    rows = Counter(_pair(v) for v in visits)
    planned = {(n.id, m.school) for n in problem.networks for m in n.members}
    came = [m for pair, m in seats.items() if pair not in planned and (m.left is None or rows[pair])]
    networks = tuple(_as_today(n, seats, rows, plan, came) for n in problem.networks)
    if not came:
        return replace(problem, networks=networks)
    known = {n.id for n in networks}
    fresh = _founded(plan, [m for m in came if str(m.network_id) not in known], rows)
    return _with_wishes(plan, replace(problem, networks=(*networks, *fresh)), came)


def _as_today(
    network: scheduling.Network,
    seats: Mapping[Pair, NetworkMember],
    rows: Counter[Pair],
    plan: YearPlan,
    came: Sequence[NetworkMember],
) -> scheduling.Network:
    times = {rule.kind: rule.times for rule in network.pattern.rules}
    members = []
    for m in network.members:
        pair = (network.id, m.school)
        seat = seats.get(pair)
        more = rows[pair] if rows[pair] > times.get(m.role, 0) else None
        members.append(replace(m, until=seat.left if seat is not None else None, owed=more))
    new = [_member(m, plan, rows) for m in came if str(m.network_id) == network.id]
    return replace(network, members=(*members, *new))


def _member(row: NetworkMember, plan: YearPlan, rows: Counter[Pair]) -> scheduling.Member:
    role = role_of(row, plan)
    return scheduling.Member(str(row.school_id), role, row.joined, row.left, rows[_pair(row)])


def role_of(row: NetworkMember, plan: YearPlan) -> scheduling.model.Role:
    """The role of a school in the method's terms."""
    return "host" if row.hosts else role_kinds(plan.program.design).get(row.role, "member")


def _founded(
    plan: YearPlan, came: Sequence[NetworkMember], rows: Counter[Pair]
) -> tuple[scheduling.Network, ...]:
    """Networks that came into being during the year."""
    by_network: dict[Any, list[NetworkMember]] = {}
    for m in came:
        by_network.setdefault(m.network_id, []).append(m)
    guides = guides_of(plan.program) if by_network else {}
    found = []
    for key, members in by_network.items():
        made = network_of(members[0].network, members, plan.program.design, guides.get(str(key)))
        found.append(replace(made, members=tuple(_member(m, plan, rows) for m in members)))
    return tuple(found)


def _with_wishes(
    plan: YearPlan, problem: scheduling.Problem, came: Sequence[NetworkMember]
) -> scheduling.Problem:
    """With the days, weekdays and meetings of those who have come, and whoever leads a network that is new."""
    mine = schools_of([m.school for m in came], plan.program.design)
    before = {s.school: s for s in problem.schools}
    wishes = [
        replace(s, blocked=s.blocked | before[s.school].blocked) if s.school in before else s for s in mine
    ]
    new = {s.school for s in wishes}
    groups: dict[Any, list[NetworkMember]] = {}
    for m in came:
        groups.setdefault(m.network_id, []).append(m)
    meetings = [m for m in bounds.meetings(plan.program, groups) if m.schools]
    known = {f.id for f in problem.facilitators}
    leads = {n.facilitator for n in problem.networks if n.facilitator is not None} - known
    guides = {p.pk: p for p in guides_of(plan.program).values() if str(p.pk) in leads} if leads else {}
    more = bounds.facilitators(plan.program, guides.values()) if guides else ()
    return replace(
        problem,
        schools=(*(s for s in problem.schools if s.school not in new), *wishes),
        meetings=(*problem.meetings, *meetings),
        facilitators=(*problem.facilitators, *more),
    )


def newcomers(plan: YearPlan) -> list[NetworkMember]:
    """Those who sit in a network today and did not when the year was planned."""
    planned = {(n.id, m.school) for n in problem_of(plan).networks for m in n.members}
    return [m for pair, m in _seats(plan).items() if pair not in planned and m.left is None]


def owed_to(plan: YearPlan, row: NetworkMember, day: dt.date) -> int:
    """Visits that the year still owes to a school in a network it has come into, and that have no row yet.

    What took place at it this year counts, wherever it was a member then; what is planned or waits for a day in this
    very network is there already.
    """
    here = list(plan.visits.filter(network=row.network_id, school=row.school_id))
    ahead = sum(v.state != VisitState.PLANNED or v.date >= day for v in here)
    elsewhere = NetworkMember.objects.filter(school=row.school_id, left__isnull=True)
    had = plan.visits.filter(school=row.school_id, state=VisitState.PLANNED, date__lt=day)
    had = had.exclude(network__in=elsewhere.exclude(network=row.network_id).values("network"))
    pattern = network_of(row.network, [row], plan.program.design, None).pattern
    due = scheduling.still_owed(problem_of(plan), pattern, role_of(row, plan), day, had.count())
    return max(0, due - ahead)


def part_for(plan: YearPlan, row: NetworkMember) -> scheduling.model.Part:
    """How much of a day a visit to this school takes."""
    pattern, role = network_of(row.network, [row], plan.program.design, None).pattern, role_of(row, plan)
    return next((rule.part for rule in pattern.rules if rule.kind == role), "whole")


def no_day(program: Program) -> dt.date:
    """What stands for the day of a visit that never had one: the eve of the year, on which there is no visit."""
    return program.first_day - dt.timedelta(days=1)
