"""What happens to a network during the year: a school leaves, comes or moves; networks are put together or split."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.urls import reverse

from intervisit.apps.applications.models import Application
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.networks import actions, queries
from intervisit.apps.networks.bridge.living import living
from intervisit.apps.networks.bridge.pods import Proposal, proposals
from intervisit.apps.networks.bridge.ways import WayOn, leaves, ways_on
from intervisit.apps.networks.forms import LeaveForm
from intervisit.apps.networks.models import Network, NetworkMember, Pod
from intervisit.apps.networks.states import NetworkState, PodBasis
from intervisit.apps.programs.models import Program
from intervisit.kit import access
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused

READS = "program staff. Notes on why a school left stay in this office."
GROUPS = 9


def _crumbs(network: Network, *more: Crumb) -> list[Crumb]:
    many = network.program.design.words["network"].many.capitalize()
    return [
        Crumb(many, reverse("program_networks", args=[network.program_id])),
        Crumb(network.name, reverse("network", args=[network.pk])),
        *more,
    ]


def _present(network: Network) -> list[NetworkMember]:
    rows = network.members.filter(left__isnull=True).select_related(
        "school", "application", "network__program"
    )
    return list(rows.order_by("-hosts", "school__code_key"))


def _member(network: Network, wanted: object) -> NetworkMember:
    found = next((m for m in _present(network) if str(m.pk) == str(wanted)), None)
    if found is None:
        raise access.Hidden
    return found


def _other(request: Request, network: Network, wanted: str) -> Network:
    """Another network of the same program that this person may change."""
    rows = access.visible(request.actor, "network.assign", Network).filter(program=network.program_id)
    try:
        found = rows.select_related("program__district", "group").filter(pk=wanted).first()
    except ValidationError:
        found = None
    if found is None:
        raise access.Hidden
    return found


@dataclass(frozen=True)
class ChangesPage(PageRecord):
    template: ClassVar[str] = "networks/changes.html"
    page_title: str
    lead: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    network: Network
    members: list[NetworkMember]
    others: list[Network]
    waiting: list[Application]
    pods: list[Pod]
    proposals: list[Proposal]
    earlier: list[NetworkMember]
    open_: bool
    by_hand: list[tuple[NetworkMember, str]]
    problem: str
    status: int = 200


@page("network.assign", at="networks/<uuid:network>/changes/", model=Network, name="network_changes")
def network_changes_page(request: Request, network: Network) -> ChangesPage:
    """Everything that can happen to a network during the year, and what has."""
    return _changes(network)


def _changes(network: Network, numbers: Mapping[str, str] | None = None, problem: str = "") -> ChangesPage:
    """The page; with `problem`, as it comes back from groups by hand, which keep their numbers."""
    program, members = network.program, _present(network)
    others = Network.objects.filter(program=program).exclude(pk=network.pk).exclude(state=NetworkState.CLOSED)
    is_open = network.state != NetworkState.CLOSED
    return ChangesPage(
        page_title="Changes during the year",
        lead=network.name,
        program=program,
        reads=READS,
        breadcrumbs=_crumbs(network, Crumb("Changes")),
        network=network,
        members=members,
        others=list(others.order_by("number")) if is_open else [],
        waiting=list(queries.waiting_for_place(program)) if is_open else [],
        pods=queries.pods_of(network),
        proposals=proposals(network, members) if is_open else [],
        earlier=queries.earlier_members(network),
        open_=is_open,
        by_hand=[(m, (numbers or {}).get(f"group-{m.pk}", "")) for m in members],
        problem=problem,
        status=422 if problem else 200,
    )


def _back(network: Network, said: str) -> Go:
    return Go(
        reverse("network_changes", args=[network.pk]),
        f"{said} Nobody has been told yet: publish the changes.",
    )


@dataclass(frozen=True)
class LeavePage(PageRecord):
    template: ClassVar[str] = "networks/leave.html"
    page_title: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    network: Network
    ways: list[WayOn]
    remaining: int
    form: LeaveForm
    status: int = 200


@page("network.assign", at="networks/<uuid:network>/leave/<uuid:member>/", model=Network, methods=("GET", "POST"),
      name="network_leave")  # fmt: skip
def network_leave_page(request: Request, network: Network, member: UUID) -> LeavePage | Go:
    """A school leaves: what can be made of the networks then, and what each way costs everybody."""
    leaving = _member(network, member)
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        actions.leave_network(leaving, by=request.actor, note=data["note"], way=data["way"])
        return _back(network, f"{leaving.school.name} has left {network.name}.")
    now = living(network.program)
    return LeavePage(
        page_title=f"{leaving.school.name} leaves",
        program=network.program,
        reads=READS,
        breadcrumbs=_crumbs(
            network, Crumb("Changes", reverse("network_changes", args=[network.pk])), Crumb("Leaving")
        ),
        network=network,
        ways=ways_on(now, leaves(leaving)) if now else [],
        remaining=network.members.filter(left__isnull=True).count() - 1,
        form=form,
        status=422 if form.is_bound else 200,
    )


@page("network.assign", at="networks/<uuid:network>/move/", model=Network, methods=("POST",))
def network_move(request: Request, network: Network) -> Go:
    """A school goes to another network."""
    member = _member(network, request.POST.get("member", ""))
    to = _other(request, network, request.POST.get("other", ""))
    note = request.POST.get("note", "")
    if len(note) > 200:
        raise Refused("too-long", f"The note has {len(note)} characters; at most 200 are kept.", "note")
    actions.move_member(member, to, by=request.actor, note=note)
    return _back(network, f"{member.school.name} is in {to.name} now.")


@page("network.assign", at="networks/<uuid:network>/join/", model=Network, methods=("POST",))
def network_join(request: Request, network: Network) -> Go:
    """An accepted school without a network comes into this one."""
    rows = access.visible(request.actor, "application.decide", Application)
    wanted = request.POST.get("application", "")
    try:
        found = rows.filter(program=network.program_id, state=ApplicationState.ACCEPTED, pk=wanted)
        application = found.select_related("school").first()
    except ValidationError:
        application = None
    if application is None:
        raise access.Hidden
    actions.join_network(network, application, by=request.actor)
    return _back(network, f"{application.school.name} is in {network.name} now.")


@page("network.assign", at="networks/<uuid:network>/merge/", model=Network, methods=("POST",))
def network_merge(request: Request, network: Network) -> Go:
    """Another network comes into this one, and ends."""
    other = _other(request, network, request.POST.get("other", ""))
    actions.merge_networks(network, other, by=request.actor)
    return _back(network, f"The schools of {other.name} are in {network.name} now.")


@page("network.assign", at="networks/<uuid:network>/groups/", model=Network, methods=("POST",))
def network_groups(request: Request, network: Network) -> ChangesPage | Go:
    """Split into smaller groups: as proposed, or as numbered by hand."""
    members = _present(network)
    wanted = request.POST.get("split", "")
    chosen = next((p for p in proposals(network, members) if p.key == wanted), None)
    if chosen is not None:
        groups: list[tuple[str, Any]] = list(chosen.groups)
        basis = chosen.basis
    elif wanted == "own":
        groups, basis = _by_hand(request, members), PodBasis.OWN
    else:
        raise Refused("unknown-split", "Choose one of the ways to split it.", "split")
    try:
        actions.split_network(network, groups, basis, by=request.actor)
    except Refused as refusal:
        if basis != PodBasis.OWN:
            raise
        return _changes(network, request.POST, refusal.message)
    return _back(network, f"{network.name} works in {len(groups)} groups now.")


def _by_hand(request: Request, members: list[NetworkMember]) -> list[tuple[str, Any]]:
    found: dict[int, list[NetworkMember]] = {}
    for member in members:
        number = request.POST.get(f"group-{member.pk}", "")
        if number.isdigit() and len(number) == 1 and 1 <= int(number) <= GROUPS:
            found.setdefault(int(number), []).append(member)
    return [(f"Group {n}", found[n]) for n in sorted(found)]


@page("network.assign", at="networks/<uuid:network>/groups/end/", model=Network, methods=("POST",))
def network_groups_end(request: Request, network: Network) -> Go:
    """Work as one group again."""
    actions.end_pods(network, by=request.actor)
    return _back(network, f"{network.name} works as one group again.")
