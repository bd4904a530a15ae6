"""What pages of this chapter read: scenarios, networks and who facilitates them."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Count, Prefetch, QuerySet

from intervisit.apps.networks.models import Network, NetworkMember, Scenario, Veto
from intervisit.apps.people.models import Person, RoleHeld, in_force
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor
from intervisit.core.designs import Design
from intervisit.kit.access import visible

# Chapters above add panels to a network's page: name of a template part -> what it shows.
NETWORK_PANELS: list[Callable[[Actor, Network], Any]] = []


def scenarios_of(program: Program) -> QuerySet[Scenario]:
    """Every scenario of a program, newest first, with how many networks its board has."""
    found = Scenario.objects.filter(program=program).annotate(size=Count("networks"))
    return found.select_related("job", "person").order_by("-created")


def vetoes_of(program: Program) -> QuerySet[Veto]:
    return Veto.objects.filter(program=program).select_related("first", "second").order_by("first__code_key")


def networks_of(program: Program) -> list[Network]:
    """The program's networks with schools and facilitators, in a constant number of queries."""
    members = (
        NetworkMember.objects.filter(left__isnull=True)
        .select_related("school")
        .order_by("-hosts", "school__code_key")
    )
    found = list(
        Network.objects.filter(program=program)
        .select_related("group", "program")
        .prefetch_related(Prefetch("members", members, to_attr="present"))
        .order_by("number")
    )
    held = RoleHeld.objects.filter(in_force(), role="facilitator", group__in=[n.group_id for n in found])
    by_group = {r.group_id: r.person for r in held.select_related("person")}
    for network in found:
        network.facilitator = by_group.get(network.group_id)  # type: ignore[attr-defined]
    return found


def facilitators_of(program: Program) -> QuerySet[Person]:
    """Who may be given networks: facilitators of the program today."""
    held = RoleHeld.objects.filter(in_force(), role="facilitator", group=program.group)
    return Person.objects.filter(pk__in=held.values("person"), is_active=True).order_by("name")


def facilitator_of(network: Network) -> Person | None:
    held = (
        RoleHeld.objects.filter(in_force(), role="facilitator", group=network.group)
        .select_related("person")
        .first()
    )
    return held.person if held else None


def networks_for(actor: Actor) -> QuerySet[Network]:
    """The networks this actor may open, with their programs."""
    return visible(actor, "network.view", Network).select_related("program__version").order_by("number")


def focus_labels(design: Design, keys: Iterable[str]) -> tuple[str, ...]:
    labels = {area.key: area.label for area in design.focus_areas}
    return tuple(labels.get(k, k) for k in keys)
