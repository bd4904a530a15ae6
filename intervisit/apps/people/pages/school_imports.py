"""Schools from a file: upload, columns, preview, apply, and what became of it."""

from dataclasses import dataclass
from typing import ClassVar, cast

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.urls import reverse

from intervisit.apps.people.actions.imports import (
    choose_columns,
    preview,
    read_differently,
    reading_of,
    stage_schools,
    start_import,
)
from intervisit.apps.people.bridge.comparison import Change, Comparison
from intervisit.apps.people.bridge.school_file import COLUMNS, SchoolRow, table_of
from intervisit.apps.people.forms import UploadForm
from intervisit.apps.people.models import District, Organization
from intervisit.apps.people.pages.schools import page_number
from intervisit.core.tables import Table
from intervisit.core.text import MOST, Troubles
from intervisit.kit.access import Hidden, load, visible
from intervisit.kit.columns import FileColumn, shown
from intervisit.kit.forms import add_refusal
from intervisit.kit.models import ImportRun, ImportState, Job
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, is_htmx, page
from intervisit.kit.refusal import Refused
from intervisit.kit.staging import job_of

PER_PAGE = 50
SHOWN_MISSING = 100
CRUMBS = [Crumb("Schools", "/schools/"), Crumb("Import", "/schools/import/")]


@dataclass(frozen=True)
class ImportsPage(PageRecord):
    template: ClassVar[str] = "people/school_imports.html"
    page_title: str
    breadcrumbs: list[Crumb]
    form: UploadForm
    runs: list[ImportRun]
    status: int = 200


@dataclass(frozen=True)
class ColumnsPage(PageRecord):
    template: ClassVar[str] = "people/school_import_columns.html"
    page_title: str
    breadcrumbs: list[Crumb]
    run: ImportRun
    columns: list[FileColumn]
    choices: list[tuple[str, str]]
    year: str
    problems: list[dict[str, str]]
    encodings: list[str]
    rows: int
    status: int = 200


@dataclass(frozen=True)
class ImportPage(PageRecord):
    template: ClassVar[str] = "people/school_import.html"
    parts: ClassVar[tuple[str, ...]] = ("progress",)
    page_title: str
    breadcrumbs: list[Crumb]
    run: ImportRun
    job: Job | None
    running: bool
    stumbled: bool  # the job came to its end without applying
    counts: dict[str, int]
    new: list[SchoolRow]
    changed: "Page[Change] | None"
    missing: list[Organization]
    missing_more: int
    troubles: list[str]
    can_apply: bool
    must_confirm: bool


def districts_of(request: Request) -> list[District]:
    """The districts into which this person may import."""
    return list(visible(request.actor, "district.import_schools", District).order_by("name"))


@page("district.import_schools", at="schools/import/", methods=("GET", "POST"))
def school_imports(request: Request) -> ImportsPage | Go:
    districts = districts_of(request)
    if not districts:
        raise Hidden
    form = UploadForm(districts, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        district = load(request.actor, "district.import_schools", District, pk=form.cleaned_data["district"])
        try:
            run = stage_schools(district, by=request.actor, filename=upload.name, data=upload.read())
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            return Go(reverse("school_import_columns", args=[run.pk]))
    runs = ImportRun.objects.filter(what="schools", group__in=[d.group_id for d in districts])
    recent = list(
        runs.defer("data", "mapping", "options", "troubles")
        .select_related("person")
        .order_by("-created")[:30]
    )
    return ImportsPage("Import schools", CRUMBS, form, recent, 422 if form.errors else 200)


def _district(run: ImportRun) -> District:
    found = District.objects.filter(group=run.group_id).first()
    if found is None or run.what != "schools":
        raise Hidden
    return found


def _columns(
    request: Request, run: ImportRun, table: Table, chosen: dict[str, str], refusal: Refused | None
) -> ColumnsPage:
    options = [(c.key, c.label[:1].upper() + c.label[1:]) for c in COLUMNS]
    return ColumnsPage(
        page_title="What is in the columns?",
        breadcrumbs=[*CRUMBS, Crumb(run.filename)],
        run=run,
        columns=shown(table, chosen, other="figure"),
        choices=[("figure", "A figure of the year"), ("", "Leave it out"), *options],
        year=request.POST.get("year", reading_of(run).year)[:20],
        problems=[{"text": t.message, "url": ""} for t in refusal.troubles] if refusal else [],
        encodings=["utf-8", "windows-1252", "utf-16", "mac_roman"],
        rows=len(table.rows),
        status=refusal.status if refusal else 200,
    )


@page(
    "import.view",
    at="schools/import/<uuid:run>/columns/",
    model=ImportRun,
    methods=("GET", "POST"),
    acts="import.apply",
)
def school_import_columns(request: Request, run: ImportRun) -> ColumnsPage | Go:
    district = _district(run)
    if request.method == "POST" and "encoding" in request.POST:
        encoding, delimiter = request.POST["encoding"][:20], request.POST.get("delimiter", "")[:1]
        read_differently(run, district, by=request.actor, encoding=encoding, delimiter=delimiter)
        return Go(reverse("school_import_columns", args=[run.pk]), said="Read again.")
    table = table_of(run)
    if isinstance(table, Troubles):
        raise Refused.of(table)
    reading = reading_of(run)
    chosen = {heading: key for key, heading in reading.mapping.items()} | dict.fromkeys(reading.left_out, "")
    if request.method == "GET":
        return _columns(request, run, table, chosen, None)
    posted = {name: request.POST.get(f"c{place}", "figure") for place, name in enumerate(table.header)}
    try:
        choose_columns(run, by=request.actor, choices=posted, year=request.POST.get("year", ""))
    except Refused as refusal:
        return _columns(request, run, table, posted, refusal)
    return Go(reverse("school_import", args=[run.pk]))


@page(
    "import.view",
    at="schools/import/<uuid:run>/",
    model=ImportRun,
    methods=("GET", "POST"),
    acts="import.apply",
)
def school_import(request: Request, run: ImportRun) -> ImportPage | Go | HttpResponse:
    district = _district(run)
    if request.method == "POST":
        start_import(run, by=request.actor, confirmed="confirmed" in request.POST)
        return Go(reverse("school_import", args=[run.pk]))
    job = job_of(run)
    running = run.state == ImportState.APPLYING and job is not None and not job.over
    if is_htmx(request) and request.GET.get("part") == "progress" and not running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    found, troubles = Comparison(), Troubles()
    if run.state in (ImportState.READ, ImportState.READY, ImportState.REFUSED) or _stumbled(run, running):
        found, troubles = preview(run, district)
    return _import_page(request, run, job, running, found, troubles)


def _stumbled(run: ImportRun, running: bool) -> bool:
    return run.state == ImportState.APPLYING and not running


def _import_page(
    request: Request, run: ImportRun, job: Job | None, running: bool, found: Comparison, troubles: Troubles
) -> ImportPage:
    previews = run.state != ImportState.APPLIED and not running
    paginator = Paginator(found.changed, PER_PAGE)
    told = [str(t.get("message", "")) for t in run.troubles] if run.state == ImportState.REFUSED else []
    return ImportPage(
        page_title=run.filename,
        breadcrumbs=[*CRUMBS, Crumb(run.filename)],
        run=run,
        job=job,
        running=running,
        stumbled=_stumbled(run, running),
        counts=found.counts if previews else cast("dict[str, int]", run.summary),
        new=found.new[:PER_PAGE],
        changed=paginator.page(page_number(request, paginator.num_pages)) if found.changed else None,
        missing=found.missing[:SHOWN_MISSING],
        missing_more=max(0, len(found.missing) - SHOWN_MISSING),
        troubles=[*troubles.messages()[: MOST + 1], *(told if not troubles else [])],
        can_apply=previews and not troubles and bool(found.new or found.changed),
        must_confirm=any(note["confirm"] for note in run.notes),
    )
