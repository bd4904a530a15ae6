"""Applications out to a spreadsheet, and in from one: upload, columns, preview, apply."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.http import HttpResponse
from django.urls import reverse

from intervisit.apps.applications.actions.importing import (
    WHAT,
    Plan,
    choose_columns,
    preview,
    stage_applications,
    start_import,
)
from intervisit.apps.applications.bridge.sheet import columns_of, export_header, export_row, table_of
from intervisit.apps.applications.forms import UploadForm
from intervisit.apps.applications.models import Application
from intervisit.apps.applications.pages.mine import state_for_school
from intervisit.apps.applications.queries import Filters, in_hand, wishes_seen
from intervisit.apps.applications.queries.decisions import stands
from intervisit.apps.instruments.queries import design_now
from intervisit.apps.people.models import Organization, RoleHeld, in_force
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import crumbs, in_program
from intervisit.apps.programs.queries import said
from intervisit.core.access import Actor
from intervisit.core.tables import dates_written, write_csv, write_xlsx
from intervisit.core.text import MOST, Troubles
from intervisit.kit.access import Hidden, may, visible
from intervisit.kit.columns import DateOrder, FileColumn, ask_columns, date_orders
from intervisit.kit.forms import add_refusal
from intervisit.kit.models import ImportRun, ImportState, Job
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, is_htmx, page
from intervisit.kit.refusal import Refused
from intervisit.kit.staging import job_of

SHOWN = 100
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(
    "program.work",
    at="programs/<uuid:program>/applications/export/",
    model=Program,
    name="export_applications",
)
def export_applications_page(request: Request, program: Program) -> HttpResponse:
    """What the list shows, as CSV or XLSX: only rows that this person may export."""
    rows = visible(
        request.actor, "application.export", Filters.of(request.GET).apply(in_hand(request.actor, program))
    )
    found = list(rows.prefetch_related("school__years"))
    wishes = wishes_seen(request.actor, found)
    codes = {
        str(k): v
        for k, v in Organization.objects.filter(district=program.district_id).values_list("pk", "code")
    }
    people = _principals(program)
    header = export_header(design_now(program))
    for application in found:
        application.program = program
    lines = [
        export_row(a, wishes.get(a.pk), codes, people.get(str(a.school.group_id), ("", "")), state=stands(a))
        for a in found
    ]
    name = f"applications-{program.year}"
    if request.GET.get("format") == "xlsx":
        return _file(write_xlsx(header, lines, sheet="Applications"), _XLSX, f"{name}.xlsx")
    return _file(write_csv(header, lines), "text/csv; charset=utf-8", f"{name}.csv")


@page(
    "application.export",
    at="applications/<uuid:application>/export/",
    model=Application,
    name="export_application",
)
def export_application_page(request: Request, application: Application) -> HttpResponse:
    """One application as a file: its principal's to take along, and the program's."""
    program = application.program
    codes = {
        str(k): v
        for k, v in Organization.objects.filter(district=program.district_id).values_list("pk", "code")
    }
    who = _principals(program).get(str(application.school.group_id), ("", ""))
    row = export_row(application, wishes_seen(request.actor, [application]).get(application.pk), codes, who,
                     state=state_for(request.actor, application))  # fmt: skip
    name = f"application-{application.school.code}-{program.year}"
    safe = "".join(c if c.isalnum() or c in "-_" else "_" for c in name)
    if request.GET.get("format") == "xlsx":
        return _file(
            write_xlsx(export_header(design_now(program)), [row], sheet="Application"), _XLSX, f"{safe}.xlsx"
        )
    return _file(
        write_csv(export_header(design_now(program)), [row]), "text/csv; charset=utf-8", f"{safe}.csv"
    )


def state_for(actor: Actor, application: Application) -> str:
    """The state as this reader may know it."""
    decides = may(actor, "application.decide", application)
    return stands(application) if decides else state_for_school(application)


def _file(data: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _principals(program: Program) -> dict[str, tuple[str, str]]:
    held = RoleHeld.objects.filter(
        in_force(), role="principal", group__organization__district=program.district_id
    ).select_related("person")
    return {str(h.group_id): (h.person.name, h.person.email) for h in held}


@dataclass(frozen=True)
class ImportsPage(PageRecord):
    template: ClassVar[str] = "applications/imports.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    form: UploadForm
    runs: Sequence[ImportRun]
    columns: Sequence[str]
    status: int = 200


def _way(program: Program, last: str) -> list[Crumb]:
    here = Crumb(said("{Applications}", program.design), reverse("program_applications", args=[program.pk]))
    return [*crumbs(program), here, Crumb(last)]


@page("program.work", at="programs/<uuid:program>/applications/import/", model=Program, methods=("GET", "POST"),
      name="application_imports")  # fmt: skip
def application_imports_page(request: Request, program: Program) -> ImportsPage | Go:
    in_program(request, program)
    form, status = UploadForm(), 200
    if request.method == "POST":
        form, status = UploadForm(request.POST, request.FILES), 422
        if form.is_valid():
            upload = form.cleaned_data["table"]
            try:
                run = stage_applications(program, by=request.actor, filename=upload.name, data=upload.read())
                return Go(reverse("application_import_columns", args=[run.pk]))
            except Refused as refusal:
                add_refusal(form, refusal)
    runs = visible(request.actor, "import.view", ImportRun).filter(what=WHAT, group=program.group_id)
    return ImportsPage(
        page_title=said("Import {applications}", program.design),
        lead="From a spreadsheet of another form tool. You see first what would happen; then all of it, or nothing.",
        program=program,
        breadcrumbs=_way(program, "Import"),
        form=form,
        runs=list(runs.defer("data").select_related("person").order_by("-created")[:20]),
        columns=[c.label for c in columns_of(design_now(program))],
        status=status,
    )


def _program(request: Request, run: ImportRun) -> Program:
    """The program a file belongs to, if this person works in it."""
    rows = visible(request.actor, "program.work", Program).select_related("version", "district")
    found = rows.filter(group=run.group_id).first()
    if found is None or run.what != WHAT:
        raise Hidden
    in_program(request, found)
    return found


@dataclass(frozen=True)
class ColumnsPage(PageRecord):
    template: ClassVar[str] = "applications/import_columns.html"
    page_title: str
    program: Program
    breadcrumbs: list[Crumb]
    run: ImportRun
    columns: Sequence[FileColumn]
    choices: Sequence[tuple[str, str]]
    problems: Sequence[dict[str, str]]
    rows: int
    orders: Sequence[DateOrder]
    status: int = 200


@page("import.view", at="application-imports/<uuid:run>/columns/", model=ImportRun, acts="import.apply",
      methods=("GET", "POST"), name="application_import_columns")  # fmt: skip
def application_import_columns_page(request: Request, run: ImportRun) -> ColumnsPage | Go:
    program = _program(request, run)
    table = table_of(run)
    if isinstance(table, Troubles):
        raise Refused.of(table)
    written = dates_written(table)
    unsure = [table.header[place] for place in written.open] if written else []
    order = request.POST.get("order", str(run.options.get("order", "")))
    asked = ask_columns(
        request, table, run.mapping,
        lambda choices: choose_columns(
            run, program, by=request.actor, choices=choices, order=order, unsure=unsure
        ),
    )  # fmt: skip
    if asked.taken:
        return Go(reverse("application_import", args=[run.pk]))
    options = [(c.key, c.label[:1].upper() + c.label[1:]) for c in columns_of(design_now(program))]
    return ColumnsPage(
        page_title="What is in the columns?",
        program=program,
        breadcrumbs=_way(program, run.filename),
        run=run,
        columns=asked.columns,
        choices=[("", "Leave it out"), *options],
        problems=asked.problems,
        rows=len(table.rows),
        orders=date_orders(written, order),
        status=asked.status,
    )


@dataclass(frozen=True)
class ImportPage(PageRecord):
    template: ClassVar[str] = "applications/import.html"
    parts: ClassVar[tuple[str, ...]] = ("progress",)
    page_title: str
    program: Program
    breadcrumbs: list[Crumb]
    run: ImportRun
    job: Job | None
    running: bool
    stumbled: bool
    plan: Plan
    stats: Sequence[dict[str, str | int]]
    troubles: Sequence[str]
    can_apply: bool
    must_confirm: bool


@page("import.view", at="application-imports/<uuid:run>/", model=ImportRun, acts="import.apply",
      methods=("GET", "POST"), name="application_import")  # fmt: skip
def application_import_page(request: Request, run: ImportRun) -> ImportPage | Go | HttpResponse:
    program = _program(request, run)
    if request.method == "POST":
        start_import(run, program, by=request.actor, confirmed="confirmed" in request.POST)
        return Go(reverse("application_import", args=[run.pk]))
    job = job_of(run)
    running = run.state == ImportState.APPLYING and job is not None and not job.over
    if is_htmx(request) and request.GET.get("part") == "progress" and not running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    over = run.state == ImportState.APPLIED
    plan, troubles = (Plan(), Troubles()) if running or over else preview(run, program)
    told = [str(t.get("message", "")) for t in run.troubles] if run.state == ImportState.REFUSED else []
    counts = run.summary if over else plan.counts
    words = {"new": "New", "changed": "Changed", "same": "As they are", "people": "New accounts"}
    return ImportPage(
        page_title=run.filename,
        program=program,
        breadcrumbs=_way(program, run.filename),
        run=run,
        job=job,
        running=running,
        stumbled=run.state == ImportState.APPLYING and not running,
        plan=plan,
        stats=[{"label": label, "value": counts.get(key, 0)} for key, label in words.items()],
        troubles=[*troubles.messages()[: MOST + 1], *(told if not troubles else [])],
        can_apply=not running and not over and not troubles and bool(plan.new or plan.changed),
        must_confirm=any(note["confirm"] for note in run.notes),
    )
