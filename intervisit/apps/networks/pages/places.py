"""One school on a board: where else it could go, and why it is where it is."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.template.defaultfilters import floatformat
from django.urls import reverse

from intervisit.apps.applications.models import Application
from intervisit.apps.networks import actions, bridge
from intervisit.apps.networks.models import DraftPlace, Scenario
from intervisit.apps.networks.pages.scenarios import READS, ScenarioPage, board_page, crumbs, to_board
from intervisit.apps.programs.models import Program
from intervisit.kit import access
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page


@dataclass(frozen=True)
class MovePage(PageRecord):
    template: ClassVar[str] = "networks/move.html"
    page_title: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    scenario: Scenario
    place: DraftPlace
    mates: list[Application]
    moves: list[bridge.Move]  # that keep the rules, and where it is now
    breaking: list[bridge.Move]
    swaps: list[bridge.Swap]


def _place(scenario: Scenario, application: UUID) -> DraftPlace:
    rows = scenario.places.select_related("application__school", "network")
    found = rows.filter(application_id=application).first()
    if found is None:
        raise access.Hidden
    return found


def _may_host(scenario: Scenario, place: DraftPlace) -> bool:
    role = scenario.program.design.roles.get(place.application.role)
    return role is not None and role.hosts


@page(
    "scenario.view",
    at="scenarios/<uuid:scenario>/weigh/<uuid:application>/",
    model=Scenario,
    name="scenario_weigh",
)
def scenario_weigh_page(request: Request, scenario: Scenario, application: UUID) -> HttpResponse:
    """What every place of the board would do to one school and to everybody, for the hand that drags it."""
    place = _place(scenario, application)
    found = {}
    for move in bridge.moves(scenario, place, hosts=_may_host(scenario, place)):
        if move.here:
            continue
        found[str(move.network.number) if move.network else "off"] = {
            "total": floatformat(move.points, "0g"),  # as the board itself rounds
            "change": f"{move.change:+,}",
            "points": f"{move.entered:,}",
            "behind_points": f"{move.left:,}",
            "minutes": move.farthest,
            "behind_minutes": move.behind,
            "broken": list(move.broken[:4]),
            "mended": move.mended,
            "locked": bool(move.network and move.network.locked),
        }
    return JsonResponse(found)


@page(
    "scenario.view", at="scenarios/<uuid:scenario>/move/<uuid:application>/", model=Scenario, acts="scenario.edit",
    methods=("GET", "POST"), name="scenario_move",
)  # fmt: skip
def scenario_move_page(
    request: Request, scenario: Scenario, application: UUID
) -> MovePage | ScenarioPage | Go:
    """Where one school could go, the best place first, with what each move would do to everybody."""
    place = _place(scenario, application)
    if request.method == "POST":
        went = _move(request, scenario, place.application, _may_host(scenario, place))
        # Dragged: the browser asks for the board alone, as it stands now.
        return board_page(request, scenario) if request.headers.get("HX-Part") == "board" else went
    moves = [m for m in bridge.moves(scenario, place, hosts=_may_host(scenario, place)) if m.network]
    return MovePage(
        page_title=f"Move {place.application.school.name}",
        program=scenario.program,
        reads=READS,
        breadcrumbs=crumbs(
            scenario.program,
            Crumb(scenario.name, reverse("scenario", args=[scenario.pk])),
            Crumb(f"Move {place.application.school.name}"),
        ),
        scenario=scenario,
        place=place,
        mates=_mates(place),
        moves=[m for m in moves if not m.broken],
        breaking=[m for m in moves if m.broken],
        swaps=bridge.swaps(scenario, place),
    )


def _mates(place: DraftPlace) -> list[Application]:
    """Who shares its network now."""
    if place.network is None:
        return []
    rows = place.network.places.exclude(pk=place.pk).select_related("application__school")
    return [p.application for p in rows.order_by("-hosts", "application__school__code_key")]


@page(
    "scenario.view",
    at="scenarios/<uuid:scenario>/apart/<uuid:application>/",
    model=Scenario,
    acts="scenario.edit",
    methods=("POST",),
    name="scenario_apart",
)
def scenario_apart_page(request: Request, scenario: Scenario, application: UUID) -> Go:
    """Never these two: kept in mind for later scenarios, and a broken rule on this board from now on."""
    place = _place(scenario, application)
    wanted = request.POST.get("other", "")
    other = next((a for a in _mates(place) if str(a.pk) == wanted), None)
    if other is None:
        raise access.Hidden
    said = actions.veto_on_board(scenario, place.application, other, by=request.actor)
    return to_board(scenario, said)


def _move(request: Request, scenario: Scenario, application: Application, hosts: bool) -> Go:
    number, version = request.POST.get("to", ""), request.POST.get("version", "")
    if "swap" in request.POST:
        return _swap(request, scenario, application)
    network = None
    if number != "off":
        network = (
            scenario.networks.filter(number=int(number)).first()
            if number.isdigit() and len(number) < 6
            else None
        )
        if network is None:
            raise access.Hidden
    said = actions.move_school(
        scenario, application, network, by=request.actor, hosts=hosts,
        version=int(version) if version.isdigit() and len(version) < 10 else None,
    )  # fmt: skip
    return to_board(scenario, said, undo=True)


def _swap(request: Request, scenario: Scenario, application: Application) -> Go:
    wanted = request.POST["swap"]
    places = scenario.places.select_related("application__school")
    other = next((p for p in places if str(p.application_id) == wanted), None)
    if other is None:
        raise access.Hidden
    said = actions.swap_schools(scenario, application, other.application, by=request.actor)
    return to_board(scenario, said, undo=True)


@dataclass(frozen=True)
class WhyPage(PageRecord):
    template: ClassVar[str] = "networks/why.html"
    page_title: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    scenario: Scenario
    why: bridge.Why


@page(
    "scenario.view",
    at="scenarios/<uuid:scenario>/why/<uuid:application>/",
    model=Scenario,
    name="scenario_why",
)
def scenario_why_page(request: Request, scenario: Scenario, application: UUID) -> WhyPage:
    """Why one school is where it is, and what the next best place would cost everybody."""
    place = _place(scenario, application)
    school = place.application.school
    return WhyPage(
        page_title=f"Why {school.name} is here",
        program=scenario.program,
        reads=READS,
        breadcrumbs=crumbs(
            scenario.program,
            Crumb(scenario.name, reverse("scenario", args=[scenario.pk])),
            Crumb(school.name),
        ),
        scenario=scenario,
        why=bridge.why_on_board(scenario, place),
    )
