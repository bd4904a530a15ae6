"""All networks shared out among the facilitators at once, as well as possible."""

from collections.abc import Sequence

from intervisit.apps.networks import bridge
from intervisit.apps.networks.actions.networks import set_facilitator
from intervisit.apps.networks.models import Network, NetworkMember
from intervisit.apps.networks.states import NetworkState
from intervisit.apps.people.models import Person, RoleHeld, in_force
from intervisit.apps.programs.models import Program
from intervisit.core import matching
from intervisit.core.access import Actor
from intervisit.kit.access import require
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Refused


@action("networks.assign")
def assign_all(program: Program, *, by: Actor) -> str:
    """Give every network a facilitator by load, travel, expertise, continuity and new schools first. Says how it went.

    Networks that have one keep theirs. Refuses, with the reason, when the loads of the design cannot be kept.
    """
    require(by, "program.work", program)
    open_ones = program.networks.exclude(state=NetworkState.CLOSED)
    networks = list(open_ones.select_related("group", "program", "scenario").order_by("number"))
    pool = list(_pool(program))
    if not pool:
        raise Refused("no-facilitators", "Add facilitators to the program first.")
    if not networks or networks[0].scenario is None:
        raise Refused("no-networks", "Adopt a scenario first.")
    problem = bridge.problem_of(networks[0].scenario)
    board = [_matched(n) for n in networks]
    held = {n.pk: _now(n) for n in networks}
    fixed = {k: str(held[n.pk]) for k, n in enumerate(networks) if held[n.pk] in {p.pk for p in pool}}
    found = matching.assign_facilitators(
        board,
        _facilitators(program, pool, len(networks)),
        problem=problem,
        fixed=fixed,
        new_schools=_new(program, board),
    )
    if isinstance(found, matching.Infeasible):
        names = {str(p.pk): p.name for p in pool} | {m: m for n in board for m in n.members}
        raise Refused("loads", "; ".join(bridge.in_words(r, names) for r in found.reasons))
    people = {str(p.pk): p for p in pool}
    for network, who in zip(networks, found.facilitator_of, strict=True):
        if held[network.pk] is None or str(held[network.pk]) != who:
            set_facilitator(network, people[who], by=by)
    record(by, "networks.assign", program, group=program.group)
    spread = sorted(found.loads.values())
    return f"Shared out: {spread[0]} to {spread[-1]} each, the best fit there is."


def _pool(program: Program) -> Sequence[Person]:
    held = RoleHeld.objects.filter(in_force(), role="facilitator", group=program.group)
    return list(Person.objects.filter(pk__in=held.values("person"), is_active=True).order_by("name"))


def _now(network: Network) -> object:
    held = RoleHeld.objects.filter(in_force(), role="facilitator", group=network.group).first()
    return held.person_id if held else None


def _matched(network: Network) -> matching.MatchedNetwork:
    members = list(network.members.filter(left__isnull=True).select_related("school"))
    host = next((m.school.code for m in members if m.hosts), None)
    return matching.MatchedNetwork(network.type, host, tuple(m.school.code for m in members if not m.hosts))


def _facilitators(program: Program, pool: Sequence[Person], networks: int) -> list[matching.Facilitator]:
    """The pool with the design's loads. A load that too few networks could fill is lowered to an even share."""
    rule = program.design.facilitators
    least = min(rule.min_networks, networks // len(pool))
    groups = {
        str(p.pk): list(
            RoleHeld.objects.filter(in_force(), person=p, role__in=("principal", "team")).values_list(
                "group_id", flat=True
            )
        )
        for p in pool
    }
    own = {m.school.group_id: m.school.code for m in _members(program)}
    return [
        matching.Facilitator(
            id=str(p.pk),
            min_load=least,
            max_load=rule.max_networks,
            served=_served(p, program),
            conflicts=tuple(own[g] for g in groups[str(p.pk)] if g in own),
        )
        for p in pool
    ]


def _members(program: Program) -> Sequence[NetworkMember]:
    found = NetworkMember.objects.filter(network__program=program, left__isnull=True)
    return list(found.select_related("school"))


def _served(person: Person, program: Program) -> tuple[str, ...]:
    """Codes of the schools this person accompanied in another year."""
    groups = RoleHeld.objects.filter(person=person, role="facilitator").values("group_id")
    past = NetworkMember.objects.filter(network__group__in=groups).exclude(network__program=program)
    return tuple(past.values_list("school__code", flat=True).distinct())


def _new(program: Program, board: Sequence[matching.MatchedNetwork]) -> frozenset[str]:
    """Codes of schools in their first year."""
    codes = {c for n in board for c in n.members}
    earlier = NetworkMember.objects.filter(school__code__in=codes, school__district=program.district)
    old = set(earlier.exclude(network__program=program).values_list("school__code", flat=True))
    return frozenset(codes - old)
