"""What pages of this chapter read: scenarios, networks and who facilitates them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Prefetch, QuerySet, Subquery, When

from intervisit.apps.applications.models import Application
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.networks.models import BoardEdit, Network, NetworkMember, Pod, PodMember, Scenario, Veto
from intervisit.apps.networks.states import NetworkState
from intervisit.apps.people.models import Person, RoleHeld, in_force
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor
from intervisit.core.designs import Design
from intervisit.kit.access import visible

# Chapters above add panels to a network's page: name of a template part -> what it shows.
NETWORK_PANELS: list[Callable[[Actor, Network], Any]] = []


def scenarios_of(program: Program, *, archived: bool = False) -> QuerySet[Scenario]:
    """The scenarios of a program, newest first, with how many networks each board has; or those put away."""
    found = Scenario.objects.filter(program=program, archived__isnull=not archived)
    edits = BoardEdit.objects.filter(scenario=OuterRef("pk"), undone=False)
    found = found.annotate(size=Count("networks"), edited=Exists(edits))
    # The instance is as long as the city is large, and no list shows it.
    return found.defer("problem").select_related("job", "person").order_by("-created")


def vetoes_of(program: Program) -> QuerySet[Any]:
    """Who is kept apart or together; `broken_in` names the network in which two sit who should not."""
    both = NetworkMember.objects.filter(
        school=OuterRef("first"), left__isnull=True, network__program=OuterRef("program"),
        network__members__school=OuterRef("second"), network__members__left__isnull=True,
    )  # fmt: skip
    rows = Veto.objects.filter(program=program).select_related("first", "second")
    broken = Case(When(together=False, then=Subquery(both.values("network__name")[:1])))
    return rows.annotate(broken_in=broken).order_by("first__code_key")


def waiting_for_place(program: Program) -> QuerySet[Application]:
    """Accepted schools that are in no network of today."""
    placed = NetworkMember.objects.filter(network__program=program, left__isnull=True).values("school")
    found = Application.objects.filter(program=program, state=ApplicationState.ACCEPTED)
    found = found.exclude(school__in=placed).defer("answers", "editors", "reason")
    return found.select_related("school").order_by("school__code_key")


@dataclass(frozen=True)
class NetworkWithPeople:
    """A network, its schools of today and who facilitates it."""

    network: Network
    members: list[NetworkMember]
    facilitator: Person | None


@dataclass(frozen=True)
class Standing:
    """All networks of a program, who was ever in them and who facilitates them today, in three queries."""

    program: Program
    networks: list[Network]  # by number, those that have ended among them
    rows: list[NetworkMember]  # hosts first; also those that have left
    held: list[RoleHeld]  # facilitators of today

    @classmethod
    def of(cls, program: Program) -> "Standing":
        networks = list(
            Network.objects.filter(program=program).select_related("group", "into").order_by("number")
        )
        rows = NetworkMember.objects.filter(network__in=networks).select_related("school", "application")
        rows = rows.defer("application__answers", "application__editors", "application__reason")
        known = {n.pk: n for n in networks}
        for network in networks:
            network.program = program  # a join would bring the program along with every row
        members = list(rows.order_by("-hosts", "school__code_key"))
        for member in members:
            member.network = known[member.network_id]
        groups = [n.group_id for n in networks]
        held = RoleHeld.objects.filter(in_force(), role="facilitator", group__in=groups)
        return cls(program, networks, members, list(held.select_related("person")))

    @property
    def present(self) -> dict[Any, list[NetworkMember]]:
        """Network -> its schools of today."""
        found: dict[Any, list[NetworkMember]] = {}
        for row in self.rows:
            if row.left is None:
                found.setdefault(row.network_id, []).append(row)
        return found

    @property
    def closed(self) -> list[Network]:
        return [n for n in self.networks if n.state == NetworkState.CLOSED]

    def with_people(self) -> list[NetworkWithPeople]:
        """Those that have not ended."""
        guides, present = {r.group_id: r.person for r in self.held}, self.present
        return [
            NetworkWithPeople(n, present.get(n.pk, []), guides.get(n.group_id))
            for n in self.networks
            if n.state != NetworkState.CLOSED
        ]


def facilitators_of(program: Program) -> QuerySet[Person]:
    """Who may be given networks: facilitators of the program today."""
    held = RoleHeld.objects.filter(in_force(), role="facilitator", group=program.group_id)
    return Person.objects.filter(pk__in=held.values("person"), is_active=True).order_by("name")


def facilitator_of(network: Network) -> Person | None:
    held = (
        RoleHeld.objects.filter(in_force(), role="facilitator", group=network.group_id)
        .select_related("person")
        .first()
    )
    return held.person if held else None


def without_place(program: Program) -> list[NetworkMember]:
    """Schools in networks of today whose application is accepted no more: they have given their place back."""
    rows = NetworkMember.objects.filter(
        network__program=program, left__isnull=True, application__isnull=False
    )
    rows = rows.exclude(network__state=NetworkState.CLOSED).exclude(
        application__state=ApplicationState.ACCEPTED
    )
    return list(rows.select_related("school", "network").order_by("network__number", "school__code_key"))


def networks_for(actor: Actor) -> QuerySet[Network]:
    """The networks this actor may open, with their programs."""
    return visible(actor, "network.view", Network).prefetch_related("program__version").order_by("number")


def focus_labels(design: Design, keys: Iterable[str]) -> tuple[str, ...]:
    labels = {area.key: area.label for area in design.focus_areas}
    return tuple(labels.get(k, k) for k in keys)


def with_schools(networks: QuerySet[Network]) -> QuerySet[Network]:
    """The same networks, each with the rows of its schools of today as `present`, hosts first."""
    rows = NetworkMember.objects.filter(left__isnull=True).select_related("school")
    return networks.prefetch_related(
        Prefetch("members", rows.order_by("-hosts", "school__code_key"), to_attr="present")
    )


def pods_of(network: Network) -> list[Pod]:
    """The smaller groups a network works in today, each with its seats as `taken`, hosts first."""
    seats = PodMember.objects.filter(member__left__isnull=True).select_related("member__school")
    rows = Pod.objects.filter(network=network, ends__isnull=True).prefetch_related(
        Prefetch("seats", seats.order_by("-member__hosts", "member__school__code_key"), to_attr="taken")
    )
    return list(rows.order_by("number"))


def earlier_members(network: Network) -> list[NetworkMember]:
    """Who was in a network and has left it, the latest first."""
    rows = network.members.filter(left__isnull=False).select_related("school", "to")
    return list(rows.order_by("-left", "school__code_key"))
