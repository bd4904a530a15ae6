"""An application on paper: as PDF, all of them together, and everything for a records officer."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import quote

from django.http import HttpResponse, StreamingHttpResponse
from django.urls import reverse

from intervisit.apps.applications.actions.exporting import (
    ask_full_export,
    ask_papers,
    confirm_full_export,
    fetch_export,
    waiting_job,
)
from intervisit.apps.applications.bridge.papers import folder_of, paper_of
from intervisit.apps.applications.models import Application, FullExport
from intervisit.apps.applications.pages.mine import state_for_school
from intervisit.apps.applications.pages.writing import ready
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import crumbs, in_program
from intervisit.apps.programs.queries import moment_words, said
from intervisit.kit.access import load
from intervisit.kit.clock import now
from intervisit.kit.files import disposition, size_words
from intervisit.kit.models import Job
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, is_htmx, page
from intervisit.kit.paper import pdf_of
from intervisit.kit.refusal import BadValue, Refused


@page(
    "application.export", at="applications/<uuid:application>/pdf/", model=Application, name="application_pdf"
)
def application_pdf_page(request: Request, application: Application) -> HttpResponse:
    """One application to print, to send and to keep. A decision stands in it only when the school has been told."""
    application = ready(request, application)
    reads = f"the team of {application.school.name}"
    if application.submitted:
        reads = f"{reads} and the staff of {application.program.name}"
    data = pdf_of(paper_of(application, state=state_for_school(application), reads=reads))
    name = f"{folder_of(application.school)}-{application.program.year}.pdf"
    return HttpResponse(
        data, content_type="application/pdf", headers={"Content-Disposition": disposition(name)}
    )


@dataclass(frozen=True)
class ArchiveRow:
    """One archive that was asked for."""

    export: FullExport
    what: str
    who: str
    when: str
    state: str
    tone: str
    size: str
    fetch_url: str
    confirm_url: str


@dataclass(frozen=True)
class PapersPage(PageRecord):
    template: ClassVar[str] = "applications/papers.html"
    parts: ClassVar[tuple[str, ...]] = ("progress",)
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    reads: str
    rows: Sequence[ArchiveRow]
    job: Job | None
    may_full: bool
    purpose: str
    problem: str = ""
    status: int = 200


@page("program.work", at="programs/<uuid:program>/papers/", model=Program, methods=("GET", "POST"),
      name="program_papers")  # fmt: skip
def program_papers_page(request: Request, program: Program) -> PapersPage | Go | HttpResponse:
    """Archives: asked for here, fetched here by whoever asked."""
    in_program(request, program)
    here = request.path
    if request.method == "POST" and request.POST.get("what") == "full":
        if not request.actor.fresh:
            return Go(f"{reverse('confirm')}?next={quote(here)}")
        purpose = request.POST.get("purpose", "")[:2000]
        try:
            ask_full_export(program, by=request.actor, purpose=purpose)
        except (Refused, BadValue) as wrong:
            return _papers(request, program, purpose, " ".join(t.message for t in wrong.troubles))
        return Go(here, "Asked for. A second person of the program confirms it.")
    if request.method == "POST":
        ask_papers(program, by=request.actor)
        return Go(here, "It is being made. You get a mail when it is ready.")
    return _papers(request, program)


def _papers(
    request: Request, program: Program, purpose: str = "", problem: str = ""
) -> PapersPage | HttpResponse:
    found = list(
        program.full_exports.select_related("person", "confirmed_by", "job").order_by("-created")[:20]
    )
    jobs = [job for export in found if (job := waiting_job(export)) is not None]
    if is_htmx(request) and request.GET.get("part") == "progress" and not jobs:
        return HttpResponse(headers={"HX-Refresh": "true"})
    way = Crumb(said("{Applications}", program.design), reverse("program_applications", args=[program.pk]))
    return PapersPage(
        page_title="Archives",
        lead="Everything that was submitted, to keep outside Intervisit. Drafts are never in it.",
        program=program,
        breadcrumbs=[*crumbs(program), way, Crumb("Archives")],
        reads=f"the staff of {program.name}; an archive is fetched only by the person who asked for it",
        rows=[_row(request, program, export) for export in found],
        job=jobs[0] if jobs else None,
        may_full=any(h.role == "director" and h.group == str(program.group_id) for h in request.actor.held),
        purpose=purpose,
        problem=problem,
        status=422 if problem else 200,
    )


def _row(request: Request, program: Program, export: FullExport) -> ArchiveRow:
    mine = str(export.person_id) == request.actor.person
    state, tone = _state(export)
    confirms = export.kind == "full" and export.confirmed is None and not mine
    return ArchiveRow(
        export=export,
        what="Everything, for a records officer" if export.kind == "full" else "Every application as PDF",
        who=str(export.person or ""),
        when=moment_words(export.created, program.zone),
        state=state,
        tone=tone,
        size=size_words(export.size) if export.size else "",
        fetch_url=reverse("fetch_export", args=[export.pk]) if mine and state == "Ready" else "",
        confirm_url=reverse("confirm_export", args=[program.pk, export.pk]) if confirms else "",
    )


def _state(export: FullExport) -> tuple[str, str]:
    if export.kind == "full" and export.confirmed is None:
        return "Waits for a second person", "warn"
    if export.expires is None:
        return ("Being made", "info") if waiting_job(export) else ("Not made", "bad")
    return ("Ready", "good") if export.expires > now() else ("Gone", "plain")


@page("program.work", at="programs/<uuid:program>/papers/<uuid:export>/confirm/", model=Program, methods=("POST",),
      name="confirm_export")  # fmt: skip
def confirm_export_page(request: Request, program: Program, export: uuid.UUID) -> Go:
    """The second person's yes, after a fresh confirmation of who they are."""
    found = load(request.actor, "full_export.view", program.full_exports.all(), pk=export)
    back = reverse("program_papers", args=[program.pk])
    if not request.actor.fresh:
        return Go(f"{reverse('confirm')}?next={quote(back)}")
    confirm_full_export(found, by=request.actor)
    return Go(back, "Confirmed. The archive is being made.")


@page("full_export.view", at="archives/<uuid:export>/", model=FullExport, name="fetch_export")
def fetch_export_page(request: Request, export: FullExport) -> Any:
    """The archive, in parts, for the person who asked for it, after a fresh confirmation of who they are."""
    if not request.actor.fresh and str(export.person_id) == request.actor.person:
        return Go(f"{reverse('confirm')}?next={quote(reverse('program_papers', args=[export.program_id]))}")
    parts = fetch_export(export, by=request.actor)
    name = f"{export.program.name}-{export.program.year}-{export.kind}.zip"
    headers = {"Content-Disposition": disposition(name), "Content-Length": str(export.size)}
    return StreamingHttpResponse(parts, content_type="application/zip", headers=headers)
