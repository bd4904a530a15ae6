"""The workbench: scenarios side by side, a board, moves and what they cost."""

import json
from dataclasses import dataclass
from typing import Any, ClassVar

from django.http import HttpResponse
from django.urls import reverse

from intervisit.apps.networks import actions, bridge, queries
from intervisit.apps.networks.bridge import accepted
from intervisit.apps.networks.forms import ApartForm, NameForm, ScenarioForm
from intervisit.apps.networks.models import Scenario, Veto
from intervisit.apps.networks.states import ScenarioState
from intervisit.apps.programs.models import Program
from intervisit.kit import access
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused

READS = "program staff. What schools wished, and what each match is worth, stays in this office."


def crumbs(program: Program, *more: Crumb) -> list[Crumb]:
    return [
        Crumb(str(program), reverse("program", args=[program.pk])),
        Crumb("Matching", reverse("scenarios", args=[program.pk])),
        *more,
    ]


@dataclass(frozen=True)
class ScenariosPage(PageRecord):
    template: ClassVar[str] = "networks/scenarios.html"
    page_title: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    scenarios: Any
    archived: bool
    put_away: int
    schools: int
    form: ScenarioForm
    vetoes: Any
    apart: ApartForm
    status: int = 200


def _scenarios_page(
    program: Program,
    form: ScenarioForm,
    apart: ApartForm | None = None,
    status: int = 200,
    archived: bool = False,
) -> ScenariosPage:
    return ScenariosPage(
        page_title="Matching",
        program=program,
        reads=READS,
        breadcrumbs=[Crumb(str(program), reverse("program", args=[program.pk])), Crumb("Matching")],
        scenarios=queries.scenarios_of(program, archived=archived),
        archived=archived,
        put_away=Scenario.objects.filter(program=program, archived__isnull=False).count(),
        schools=len(form.applications),
        form=form,
        vetoes=queries.vetoes_of(program),
        apart=apart or ApartForm(()),
        status=status,
    )


@page(
    "program.work",
    at="programs/<uuid:program>/matching/",
    model=Program,
    methods=("GET", "POST"),
    name="scenarios",
)
def scenarios_page(request: Request, program: Program) -> ScenariosPage | Go:
    """Every scenario side by side, and the form for another."""
    if request.method == "GET":
        number = Scenario.objects.filter(program=program).count() + 1
        form = ScenarioForm(program, initial={"name": f"Scenario {number}"})
        return _scenarios_page(program, form, archived=request.GET.get("archived") == "1")
    form = ScenarioForm(program, request.POST)
    if form.is_valid():
        try:
            made = actions.draft_scenario(
                program, by=request.actor, name=form.cleaned_data["name"], wanted=form.wanted(),
                note=form.cleaned_data["note"], seconds=form.cleaned_data["seconds"],
            )  # fmt: skip
            return Go(reverse("scenario", args=[made.pk]))
        except Refused as refusal:
            add_refusal(form, refusal)
    return _scenarios_page(program, form, status=422)


@page(
    "program.work",
    at="programs/<uuid:program>/matching/apart/",
    model=Program,
    methods=("POST",),
    name="keep_apart",
)
def keep_apart_page(request: Request, program: Program) -> ScenariosPage | Go:
    """Keep two schools apart, or together."""
    form = ApartForm([a.school for a in accepted(program)], request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            veto = actions.keep_apart(
                program,
                data["first"],
                data["second"],
                by=request.actor,
                together=bool(data["together"]),
                note=data["note"],
            )
            if queries.vetoes_of(program).filter(pk=veto.pk, broken_in__isnull=False).exists():
                return Go(reverse("apart_ways", args=[veto.pk]), "Kept in mind for the next scenarios.")
            return Go(reverse("scenarios", args=[program.pk]), "Kept in mind for the next scenarios.")
        except Refused as refusal:
            add_refusal(form, refusal)
    return _scenarios_page(program, ScenarioForm(program), form, 422)


@page(
    "veto.view",
    at="apart/<uuid:veto>/lift/",
    model=Veto,
    acts="veto.write",
    methods=("POST",),
    name="lift_veto",
)
def lift_veto_page(request: Request, veto: Veto) -> Go:
    program = veto.program_id
    actions.lift_veto(veto, by=request.actor)
    return Go(reverse("scenarios", args=[program]), "Lifted.")


@dataclass(frozen=True)
class ScenarioPage(PageRecord):
    template: ClassVar[str] = "networks/scenario.html"
    parts: ClassVar[tuple[str, ...]] = ("progress", "board", "map")
    page_title: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    scenario: Scenario
    board: bridge.Board | None
    shown: bridge.Shown
    columns: tuple[bridge.Column, ...]
    waiting: tuple[bridge.SchoolCard, ...]
    choices: bridge.Choices | None
    may_adopt: bool
    solving: bool
    poll_url: str
    can_undo: bool
    can_redo: bool
    kinds: list[Any]
    names: NameForm
    editable: bool
    reviewed: str


@page("scenario.view", at="scenarios/<uuid:scenario>/", model=Scenario, name="scenario")
def scenario_page(request: Request, scenario: Scenario) -> ScenarioPage | HttpResponse:
    """One scenario: solving, impossible, or its board."""
    solving = scenario.state == ScenarioState.SOLVING and not (scenario.job and scenario.job.over)
    asked_part = request.GET.get("part") == "progress"
    if asked_part and not solving and request.headers.get("HX-Request"):
        return HttpResponse(status=200, headers={"HX-Redirect": request.path})
    return board_page(request, scenario, solving=solving)


def board_page(request: Request, scenario: Scenario, *, solving: bool = False) -> ScenarioPage:
    """The page of a scenario as it stands; after an edit a browser asks for its board alone."""
    boarded = scenario.state in (ScenarioState.READY, ScenarioState.ADOPTED)
    design = scenario.program.design
    # After an edit the browser asks for the board first, and for the map when nobody waits for it.
    with_map = request.headers.get("HX-Part") != "board"
    board = bridge.board(scenario, with_map=with_map) if boarded else None
    shown = bridge.Shown.of(request.GET)
    editable = scenario.state == ScenarioState.READY
    return ScenarioPage(
        page_title=scenario.name,
        program=scenario.program,
        reads=READS,
        breadcrumbs=crumbs(scenario.program, Crumb(scenario.name)),
        scenario=scenario,
        board=board,
        shown=shown,
        columns=shown.columns(board) if board else (),
        waiting=shown.waiting(board) if board else (),
        choices=bridge.choices_of(board, design) if board else None,
        may_adopt=editable and bool(access.may(request.actor, "scenario.adopt", scenario)),
        solving=solving,
        poll_url=f"{request.path}?part=progress" if solving else "",
        can_undo=scenario.edits.filter(undone=False).exists() if boarded else False,
        can_redo=scenario.edits.filter(undone=True).exists() if boarded else False,
        kinds=list(design.shapes.values()),
        names=NameForm(initial={"name": scenario.name, "note": scenario.note}),
        editable=editable,
        reviewed=bridge.strength_told(scenario.program, scenario.problem) if boarded else "",
    )


def to_board(scenario: Scenario, said: str = "", undo: bool = False) -> Go:
    undo_path = reverse("scenario_undo", args=[scenario.pk]) if undo else ""
    return Go(reverse("scenario", args=[scenario.pk]), said, undo_path)


@page(
    "scenario.view",
    at="scenarios/<uuid:scenario>/stop/",
    model=Scenario,
    acts="scenario.solve",
    methods=("POST",),
)
def scenario_stop(request: Request, scenario: Scenario) -> Go:
    actions.stop_solving(scenario, by=request.actor)
    return to_board(scenario, "It ends with the best arrangement found so far.")


@page(
    "scenario.view",
    at="scenarios/<uuid:scenario>/undo/",
    model=Scenario,
    acts="scenario.edit",
    methods=("POST",),
)
def scenario_undo(request: Request, scenario: Scenario) -> Go:
    return to_board(scenario, actions.undo_edit(scenario, by=request.actor))


@page(
    "scenario.view",
    at="scenarios/<uuid:scenario>/redo/",
    model=Scenario,
    acts="scenario.edit",
    methods=("POST",),
)
def scenario_redo(request: Request, scenario: Scenario) -> Go:
    return to_board(scenario, actions.undo_edit(scenario, by=request.actor, redo=True))


@page(
    "scenario.view",
    at="scenarios/<uuid:scenario>/copy/",
    model=Scenario,
    acts="scenario.solve",
    methods=("POST",),
)
def scenario_copy(request: Request, scenario: Scenario) -> Go:
    return to_board(actions.duplicate_scenario(scenario, by=request.actor), "This is the copy.")


@page(
    "scenario.view",
    at="scenarios/<uuid:scenario>/archive/",
    model=Scenario,
    acts="scenario.solve",
    methods=("POST",),
)
def scenario_archive(request: Request, scenario: Scenario) -> Go:
    """Put a scenario away, or take it out again."""
    away = request.POST.get("archived") != "0"
    actions.archive_scenario(scenario, by=request.actor, away=away)
    said = "Put away, with everything it was made of." if away else "Back in the list."
    return Go(reverse("scenarios", args=[scenario.program_id]), said)


@page(
    "scenario.view",
    at="scenarios/<uuid:scenario>/rest/",
    model=Scenario,
    acts="scenario.solve",
    methods=("POST",),
)
def scenario_rest(request: Request, scenario: Scenario) -> Go:
    return to_board(actions.solve_rest(scenario, by=request.actor))


@page(
    "scenario.view",
    at="scenarios/<uuid:scenario>/name/",
    model=Scenario,
    acts="scenario.solve",
    methods=("POST",),
)
def scenario_name(request: Request, scenario: Scenario) -> Go:
    form = NameForm(request.POST)
    if not form.is_valid():
        raise Refused(
            "not-valid",
            " ".join(f"{form.fields[k].label}: {' '.join(map(str, v))}" for k, v in form.errors.items()),
        )
    actions.rename_scenario(
        scenario, by=request.actor, name=form.cleaned_data["name"], note=form.cleaned_data["note"]
    )
    return to_board(scenario, "Renamed.")


@page(
    "scenario.view",
    at="scenarios/<uuid:scenario>/add/",
    model=Scenario,
    acts="scenario.edit",
    methods=("POST",),
)
def scenario_add(request: Request, scenario: Scenario) -> Go:
    made = actions.add_network(scenario, request.POST.get("kind", ""), by=request.actor)
    return to_board(scenario, f"Network {made.number} is empty; move schools into it.")


@page(
    "scenario.view",
    at="scenarios/<uuid:scenario>/adopt/",
    model=Scenario,
    acts="scenario.adopt",
    methods=("POST",),
)
def scenario_adopt(request: Request, scenario: Scenario) -> Go:
    made = actions.adopt_scenario(scenario, by=request.actor)
    return Go(
        reverse("program_networks", args=[scenario.program_id]),
        f"{len(made)} adopted. Nobody has been told yet: give them facilitators, then publish.",
    )


@page(
    "scenario.view",
    at="scenarios/<uuid:scenario>/lock/",
    model=Scenario,
    acts="scenario.edit",
    methods=("POST",),
)
def scenario_lock(request: Request, scenario: Scenario) -> Go:
    number = request.POST.get("network", "")
    network = (
        scenario.networks.filter(number=int(number)).first() if number.isdigit() and len(number) < 6 else None
    )
    if network is None:
        raise access.Hidden
    locked = request.POST.get("locked") == "1"
    actions.lock_network(scenario, network, by=request.actor, locked=locked)
    return to_board(scenario, f"Network {network.number} is {'locked' if locked else 'open again'}.")


@page(
    "scenario.view",
    at="scenarios/<uuid:scenario>/instance.json",
    model=Scenario,
    acts="scenario.export",
    name="scenario_instance",
)
def scenario_instance_page(request: Request, scenario: Scenario) -> HttpResponse:
    """The instance as a file: the command line solves it again."""
    access.require(request.actor, "scenario.export", scenario)
    body = json.dumps(scenario.problem, indent=1, ensure_ascii=False)
    headers = {"Content-Disposition": 'attachment; filename="instance.json"'}
    return HttpResponse(body, content_type="application/json", headers=headers)
