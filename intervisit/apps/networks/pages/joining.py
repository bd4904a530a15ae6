"""After the networks were made: a school comes and looks for its place, or two that sit together are kept apart."""

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.urls import reverse

from intervisit.apps.applications.models import Application
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.networks import actions, queries
from intervisit.apps.networks.bridge.living import living
from intervisit.apps.networks.bridge.ways import Entry, WayOn, apart, comes, entries, ways_on
from intervisit.apps.networks.models import Veto
from intervisit.apps.networks.states import NetworkState
from intervisit.apps.programs.models import Program
from intervisit.kit import access
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused

READS = "program staff. What each way costs, and who is kept apart, stays in this office."
UNTOLD = "Nobody has been told yet: publish the changes."


def _crumbs(program: Program, *more: Crumb) -> list[Crumb]:
    many = program.design.words["network"].many.capitalize()
    return [
        Crumb(str(program), reverse("program", args=[program.pk])),
        Crumb(many, reverse("program_networks", args=[program.pk])),
        *more,
    ]


def _waiting_crumb(program: Program) -> Crumb:
    return Crumb("Without a place", reverse("network_waiting", args=[program.pk]))


@dataclass(frozen=True)
class WaitingPage(PageRecord):
    template: ClassVar[str] = "networks/waiting.html"
    page_title: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    made: bool  # there are networks
    waiting: list[Application]
    broken: list[Any]  # kept apart, and in one network


@page("program.work", at="programs/<uuid:program>/networks/waiting/", model=Program, name="network_waiting")
def network_waiting_page(request: Request, program: Program) -> WaitingPage:
    """Accepted schools that are in no network, and those who are together although they are kept apart."""
    return WaitingPage(
        page_title="Without a place",
        program=program,
        reads=READS,
        breadcrumbs=_crumbs(program, Crumb("Without a place")),
        made=program.networks.exclude(state=NetworkState.CLOSED).exists(),
        waiting=list(queries.waiting_for_place(program)),
        broken=[veto for veto in queries.vetoes_of(program) if veto.broken_in],
    )


@dataclass(frozen=True)
class WaysPage(PageRecord):
    template: ClassVar[str] = "networks/ways.html"
    page_title: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    ways: list[WayOn]
    entries: list[Entry]  # for a choice by hand
    application: str  # id of the school's, "" where two are kept apart
    back: str
    joins: bool  # else two are kept apart
    about: str  # the school that comes, or where the two are together
    placed: str  # where the school is already


def _chosen(request: Request) -> str:
    way = str(request.POST.get("way", ""))
    if not way:
        raise Refused("no-way", "Choose one of the ways first.", "way")
    return way


@page("program.work", at="programs/<uuid:program>/networks/waiting/<uuid:application>/", model=Program,
      methods=("GET", "POST"), name="network_place")  # fmt: skip
def network_place_page(request: Request, program: Program, application: UUID) -> WaysPage | Go:
    """A school comes during the year: where it could go, who would move for it, and what each way costs."""
    rows = access.visible(request.actor, "application.decide", Application).select_related("school")
    found = rows.filter(program=program.pk, state=ApplicationState.ACCEPTED, pk=application).first()
    if found is None:
        raise access.Hidden
    if request.method == "POST":
        made = actions.place_school(program, found, by=request.actor, way=_chosen(request))
        said = f"{found.school.name} is in {made.name} now. {UNTOLD}"
        return Go(reverse("network_changes", args=[made.pk]), said)
    home = program.networks.filter(members__school=found.school_id, members__left__isnull=True).first()
    now = None if home else living(program, found)
    return WaysPage(
        page_title=f"A place for {found.school.name}",
        program=program,
        reads=READS,
        breadcrumbs=_crumbs(program, _waiting_crumb(program), Crumb(found.school.name)),
        ways=ways_on(now, comes(found)) if now else [],
        entries=entries(now) if now else [],
        application=str(found.pk),
        back=reverse("network_waiting", args=[program.pk]),
        joins=True,
        about=found.school.name,
        placed=home.name if home else "",
    )


@page("veto.view", at="apart/<uuid:veto>/ways/", model=Veto, acts="veto.write", methods=("GET", "POST"),
      name="apart_ways")  # fmt: skip
def apart_ways_page(request: Request, veto: Veto) -> WaysPage | Go:
    """Two schools that are together are kept apart from now on: how the networks can go on, and what it costs."""
    program = veto.program
    if request.method == "POST":
        actions.separate_schools(veto, by=request.actor, way=_chosen(request))
        return Go(
            reverse("program_networks", args=[program.pk]),
            f"{veto.first} and {veto.second} are apart now. {UNTOLD}",
        )
    where = queries.vetoes_of(program).filter(pk=veto.pk).values_list("broken_in", flat=True).first()
    now = living(program) if where else None
    return WaysPage(
        page_title=f"{veto.first} and {veto.second} apart",
        program=program,
        reads=READS,
        breadcrumbs=_crumbs(program, _waiting_crumb(program), Crumb("Apart")),
        ways=ways_on(now, apart(veto)) if now else [],
        entries=[],
        application="",
        back=reverse("network_waiting", args=[program.pk]),
        joins=False,
        about=where or "",
        placed="",
    )
