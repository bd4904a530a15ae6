"""Networks as they were decided: facilitators, publishing, and the page each school finds."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.http import QueryDict
from django.urls import reverse

from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.networks import actions, bridge, queries
from intervisit.apps.networks.bridge.releases import being, untold
from intervisit.apps.networks.forms import FacilitatorForm, NameForm
from intervisit.apps.networks.models import Network, NetworkMember, Pod
from intervisit.apps.networks.states import NetworkState
from intervisit.apps.people.models import Person
from intervisit.apps.programs.models import Program
from intervisit.core.charts import Chart
from intervisit.kit import access
from intervisit.kit.pages import SIGNED_IN, Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused


@dataclass(frozen=True)
class NetworkRow:
    """One network in the director's list."""

    network: Network
    shape: str
    focus: str
    members: list[NetworkMember]
    facilitator: Person | None


@dataclass(frozen=True)
class NetworksPage(PageRecord):
    template: ClassVar[str] = "networks/networks.html"
    page_title: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    rows: list[NetworkRow]
    people: list[Person]
    published: bool
    without: int  # networks without a facilitator
    may_publish: bool
    news: int  # networks whose people have not been told of what they are now
    closed: list[Network]
    gone: list[NetworkMember]  # in a network, and the place is given back


@page("program.work", at="programs/<uuid:program>/networks/", model=Program, name="program_networks")
def program_networks_page(request: Request, program: Program) -> NetworksPage:
    """All networks of a program with their facilitators: the last look before publishing."""
    design = program.design
    labels = {a.key: a.label for a in design.focus_areas}
    standing = queries.Standing.of(program)
    rows = [
        NetworkRow(
            n.network,
            design.shapes[n.network.type].word if n.network.type in design.shapes else n.network.type,
            labels.get(n.network.focus, ""),
            n.members,
            n.facilitator,
        )
        for n in standing.with_people()
    ]
    published = any(r.network.state == NetworkState.PUBLISHED for r in rows)
    return NetworksPage(
        page_title=design.words["network"].many.capitalize(),
        program=program,
        reads="program staff. Each school sees its own page once they are published.",
        breadcrumbs=[
            Crumb(str(program), reverse("program", args=[program.pk])),
            Crumb(design.words["network"].many.capitalize()),
        ],
        rows=rows,
        people=list(queries.facilitators_of(program)),
        published=published,
        without=sum(r.facilitator is None for r in rows),
        may_publish=bool(access.may(request.actor, "program.manage", program)),
        news=untold(standing),
        gone=[
            m
            for r in rows
            for m in r.members
            if m.application and m.application.state != ApplicationState.ACCEPTED
        ],
        closed=standing.closed,
    )


@page(
    "program.work",
    at="programs/<uuid:program>/networks/publish/",
    model=Program,
    acts="program.manage",
    methods=("POST",),
)
def networks_publish(request: Request, program: Program) -> Go:
    told = actions.publish_networks(program, by=request.actor)
    said = (
        f"Published. {being(told)}" if told else "Published. Nothing is new for anybody, so nobody is told."
    )
    return Go(reverse("program_networks", args=[program.pk]), said)


@page(
    "program.work",
    at="programs/<uuid:program>/networks/withdraw/",
    model=Program,
    acts="program.manage",
    methods=("POST",),
)
def networks_withdraw(request: Request, program: Program) -> Go:
    actions.withdraw_networks(program, by=request.actor)
    return Go(
        reverse("program_networks", args=[program.pk]),
        "Taken back. Their schools no longer see them and are told so.",
    )


@page("program.work", at="programs/<uuid:program>/networks/assign/", model=Program, methods=("POST",))
def networks_assign(request: Request, program: Program) -> Go:
    """Share the networks out among the facilitators, as well as possible."""
    said = actions.assign_all(program, by=request.actor)
    return Go(reverse("program_networks", args=[program.pk]), said)


@page(
    "network.view",
    at="networks/<uuid:network>/facilitator/",
    model=Network,
    acts="network.assign",
    methods=("POST",),
)
def network_facilitator(request: Request, network: Network) -> Go:
    form = FacilitatorForm(queries.facilitators_of(network.program), request.POST)
    if not form.is_valid():
        raise access.Hidden  # somebody who is not in the pool: as if she did not exist
    person = form.cleaned_data["person"]
    actions.set_facilitator(network, person, by=request.actor)
    said = f"{person.name} facilitates {network.name}." if person else f"{network.name} has nobody yet."
    return Go(reverse("program_networks", args=[network.program_id]), said)


@page(
    "network.view",
    at="networks/<uuid:network>/name/",
    model=Network,
    acts="network.assign",
    methods=("POST",),
)
def network_name(request: Request, network: Network) -> Go:
    form = NameForm(QueryDict.copy(request.POST))
    if not form.is_valid():
        raise Refused("not-valid", "Give a name of at most 80 characters.", "name")
    actions.rename_network(network, form.cleaned_data["name"], by=request.actor)
    return Go(reverse("network", args=[network.pk]), "Renamed.")


@dataclass(frozen=True)
class NetworkPage(PageRecord):
    template: ClassVar[str] = "networks/network.html"
    page_title: str
    kicker: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    network: Network
    focus: str
    members: list[bridge.Member]
    facilitator: Person | None
    chart: Chart
    reasons: list[bridge.Story]
    panels: list[Any]
    pods: list[Pod]
    earlier: list[NetworkMember]
    may_assign: bool


@page("network.view", at="networks/<uuid:network>/", model=Network, name="network")
def network_page(request: Request, network: Network) -> NetworkPage:
    """A network for those who are in it: who, why together, when."""
    program, design = network.program, network.program.design
    everybody = network.members.select_related("school", "application", "to")
    rows = list(everybody.order_by("-hosts", "school__code_key"))
    members = [m for m in rows if m.left is None]
    labels = {a.key: a.label for a in design.focus_areas}
    word = design.words["network"].one
    return NetworkPage(
        page_title=network.name,
        kicker=f"{program}",
        program=program,
        reads=f"the schools of this {word}, its {design.words['facilitator'].one} and program staff.",
        breadcrumbs=[
            Crumb(design.words["network"].many.capitalize(), reverse("my_networks")),
            Crumb(network.name),
        ],
        network=network,
        focus=labels.get(network.focus, ""),
        members=bridge.members_for(design, members),
        facilitator=queries.facilitator_of(network),
        chart=bridge.network_chart(network, members),
        reasons=bridge.stories_for(request.actor, network, members, bridge.shown_in(program)),
        panels=[panel(request.actor, network) for panel in queries.NETWORK_PANELS],
        pods=queries.pods_of(network),
        earlier=sorted(
            (m for m in rows if m.left is not None), key=lambda m: m.left or m.joined, reverse=True
        ),
        may_assign=bool(access.may(request.actor, "network.assign", network)),
    )


@dataclass(frozen=True)
class MyNetworksPage(PageRecord):
    template: ClassVar[str] = "networks/mine.html"
    page_title: str
    networks: Any


@page(SIGNED_IN, at="networks/", name="my_networks")
def my_networks_page(request: Request) -> MyNetworksPage:
    """The networks I may open."""
    return MyNetworksPage("Networks", queries.with_schools(queries.networks_for(request.actor)))
