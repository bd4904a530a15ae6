"""Travel times from a spreadsheet: upload, columns, what would change, apply."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.db.models import Q
from django.urls import reverse

from intervisit.apps.networks.actions.travel import (
    WHAT,
    apply_travel,
    choose_travel_columns,
    drop_travel,
    preview_travel,
    stage_travel,
)
from intervisit.apps.networks.bridge.travel import COLUMNS, Ways, table_of
from intervisit.apps.networks.forms import TravelForm
from intervisit.apps.networks.models import TravelTime
from intervisit.apps.networks.pages.scenarios import crumbs
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.core.text import MOST, Troubles, search_key
from intervisit.kit.access import Hidden, visible
from intervisit.kit.columns import FileColumn, ask_columns
from intervisit.kit.forms import add_refusal
from intervisit.kit.models import ImportRun, ImportState
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused

SHOWN = 100


@dataclass(frozen=True)
class TravelPage(PageRecord):
    template: ClassVar[str] = "networks/travel.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    form: TravelForm
    runs: Sequence[ImportRun]
    columns: Sequence[str]
    times: Sequence[TravelTime]
    count: int
    q: str
    homeless: Sequence[Organization]
    status: int = 200


@page(
    "program.work",
    at="programs/<uuid:program>/travel/",
    model=Program,
    methods=("GET", "POST"),
    name="travel",
)
def travel_page(request: Request, program: Program) -> TravelPage | Go:
    """The measured ways, the schools without a position, and a file to bring."""
    form, status = TravelForm(), 200
    if request.method == "POST":
        form, status = TravelForm(request.POST, request.FILES), 422
        if form.is_valid():
            upload = form.cleaned_data["table"]
            try:
                run = stage_travel(program, by=request.actor, filename=upload.name, data=upload.read())
                return Go(reverse("travel_columns", args=[run.pk]))
            except Refused as refusal:
                add_refusal(form, refusal)
    q = request.GET.get("q", "")[:80]
    times = _times(program, q)
    return TravelPage(
        page_title="Travel times",
        lead="Minutes between schools are estimated from where they lie. Bring a table, and what was measured counts.",
        program=program,
        breadcrumbs=crumbs(program, Crumb("Travel times")),
        form=form,
        runs=_runs(request, program),
        columns=[c.label for c in COLUMNS],
        times=times,
        count=TravelTime.objects.filter(program=program).count(),
        q=q,
        homeless=_homeless(program),
        status=status,
    )


def _times(program: Program, q: str) -> list[TravelTime]:
    """Measured ways, as far as one page shows them; of the schools somebody looks for."""
    found = TravelTime.objects.filter(program=program)
    for word in search_key(q).split():
        found = found.filter(Q(first__search_key__contains=word) | Q(second__search_key__contains=word))
    found = found.select_related("first", "second").order_by("first__code_key", "second__code_key")
    return list(found[:SHOWN])


def _runs(request: Request, program: Program) -> list[ImportRun]:
    """Earlier files."""
    rows = visible(request.actor, "import.view", ImportRun).filter(what=WHAT, group=program.group_id)
    return list(rows.defer("data").select_related("person").order_by("-created")[:20])


def _homeless(program: Program) -> list[Organization]:
    """Accepted schools without a position on file."""
    accepted = program.applications.filter(state="accepted").values("school")
    rows = Organization.objects.filter(pk__in=accepted).filter(Q(latitude=None) | Q(longitude=None))
    return list(rows.order_by("code_key")[:SHOWN])


@page("program.work", at="programs/<uuid:program>/travel/remove/", model=Program, methods=("POST",))
def travel_remove(request: Request, program: Program) -> Go:
    count = drop_travel(program, by=request.actor)
    return Go(
        reverse("travel", args=[program.pk]), f"{count:,} ways removed. From now on they are estimated."
    )


def _program(request: Request, run: ImportRun) -> Program:
    rows = visible(request.actor, "program.work", Program).select_related("version", "district")
    found = rows.filter(group=run.group_id).first()
    if found is None or run.what != WHAT:
        raise Hidden
    return found


def _way(program: Program, last: str) -> list[Crumb]:
    return crumbs(program, Crumb("Travel times", reverse("travel", args=[program.pk])), Crumb(last))


@dataclass(frozen=True)
class TravelColumnsPage(PageRecord):
    template: ClassVar[str] = "networks/travel_columns.html"
    page_title: str
    program: Program
    breadcrumbs: list[Crumb]
    run: ImportRun
    columns: Sequence[FileColumn]
    choices: Sequence[tuple[str, str]]
    problems: Sequence[dict[str, str]]
    rows: int
    status: int = 200


@page("import.view", at="travel-imports/<uuid:run>/columns/", model=ImportRun, acts="import.apply",
      methods=("GET", "POST"), name="travel_columns")  # fmt: skip
def travel_columns_page(request: Request, run: ImportRun) -> TravelColumnsPage | Go:
    program = _program(request, run)
    table = table_of(run)
    if isinstance(table, Troubles):
        raise Refused.of(table)
    asked = ask_columns(
        request,
        table,
        run.mapping,
        lambda choices: choose_travel_columns(run, program, by=request.actor, choices=choices),
    )
    if asked.taken:
        return Go(reverse("travel_import", args=[run.pk]))
    return TravelColumnsPage(
        page_title="What is in the columns?",
        program=program,
        breadcrumbs=_way(program, run.filename),
        run=run,
        columns=asked.columns,
        choices=[("", "Leave it out"), *((c.key, c.label[:1].upper() + c.label[1:]) for c in COLUMNS)],
        problems=asked.problems,
        rows=len(table.rows),
        status=asked.status,
    )


@dataclass(frozen=True)
class TravelImportPage(PageRecord):
    template: ClassVar[str] = "networks/travel_import.html"
    page_title: str
    program: Program
    breadcrumbs: list[Crumb]
    run: ImportRun
    ways: Ways
    stats: Sequence[dict[str, str | int]]
    troubles: Sequence[str]
    can_apply: bool
    must_confirm: bool
    status: int = 200


@page("import.view", at="travel-imports/<uuid:run>/", model=ImportRun, acts="import.apply",
      methods=("GET", "POST"), name="travel_import")  # fmt: skip
def travel_import_page(request: Request, run: ImportRun) -> TravelImportPage | Go:
    """What a file would change, every trouble of it with its line, and the button that applies all of it."""
    program = _program(request, run)
    if request.method == "POST":
        counts = apply_travel(run, program, by=request.actor, confirmed="confirmed" in request.POST)
        done = f"Applied: {counts['new']:,} new and {counts['changed']:,} changed ways."
        said = f"{done} Scenarios made from now on use them."
        return Go(reverse("travel", args=[program.pk]), said)
    over = run.state == ImportState.APPLIED
    ways, troubles = (Ways(), Troubles()) if over else preview_travel(run, program)
    counts = run.summary if over else ways.counts
    words = {"new": "New", "changed": "Changed", "same": "As they are"}
    return TravelImportPage(
        page_title=run.filename,
        program=program,
        breadcrumbs=_way(program, run.filename),
        run=run,
        ways=ways,
        stats=[{"label": label, "value": f"{counts.get(key, 0):,}"} for key, label in words.items()],
        troubles=list(troubles.messages()[: MOST + 1]),
        can_apply=not over and not troubles and bool(ways.new or ways.changed),
        must_confirm=any(note["confirm"] for note in run.notes),
    )
