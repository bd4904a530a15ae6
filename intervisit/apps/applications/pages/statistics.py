"""Admissions in numbers, with charts, and as a spreadsheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.http import HttpResponse
from django.urls import reverse

from intervisit.apps.applications.bridge.capacity import candidate
from intervisit.apps.applications.bridge.statistics import HEADER, Statistics, as_table, statistics
from intervisit.apps.applications.pages.decision_tabs import Tab, tabs
from intervisit.apps.applications.queries import in_hand
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import crumbs, in_program
from intervisit.apps.programs.queries import said
from intervisit.core.tables import write_csv, write_xlsx
from intervisit.kit.pages import Crumb, PageRecord, Request, page

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class StatisticsPage(PageRecord):
    template: ClassVar[str] = "applications/statistics.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    tabs: Sequence[Tab]
    reads: str
    views: Sequence[dict[str, object]]
    found: Statistics
    stats: Sequence[dict[str, object]]
    file_query: str


def _found(request: Request, program: Program) -> tuple[Statistics, bool, int]:
    """The numbers, whether they are those that schools know, and how many decisions make the difference."""
    told = request.GET.get("count", "")[:10] != "decided"
    rows = list(in_hand(request.actor, program))
    waiting = sum(a.is_pending for a in rows)
    every = [
        candidate(
            a.role_wanted,
            a.state if told else a.stands,
            a.role if told else a.stands_role,
            True,
            a.focus,
            a.school,
        )
        for a in rows
    ]
    return statistics(program.design, every), told, waiting


@page("program.work", at="programs/<uuid:program>/applications/statistics/", model=Program, name="statistics")
def statistics_page(request: Request, program: Program) -> StatisticsPage:
    in_program(request, program)
    found, told, waiting = _found(request, program)
    here = Crumb(said("{Applications}", program.design), reverse("program_applications", args=[program.pk]))
    views: list[dict[str, object]] = [
        {"label": "As released", "url": "?", "current": told},
        {"label": "As decided", "url": "?count=decided", "current": not told, "count": waiting or ""},
    ]
    return StatisticsPage(
        page_title="Statistics",
        lead=said("Of {applications} submitted and not withdrawn.", program.design),
        program=program,
        breadcrumbs=[*crumbs(program), here, Crumb("Statistics")],
        tabs=tabs(program, "statistics"),
        reads=f"the staff of {program.name}. Nothing is left out for being small: they read every decision anyway. "
        "Think before you pass a line of one or two schools on.",
        views=views if waiting else [],
        found=found,
        stats=[
            {"label": "Submitted", "value": found.total.count},
            {"label": "Accepted", "value": found.total.accepted},
            {"label": "Waiting list", "value": found.total.waiting},
            {"label": "Declined", "value": found.total.declined},
            {"label": "Accepted, in percent", "value": found.total.shown},
        ],
        file_query="" if told else "&count=decided",
    )


@page("program.work", at="programs/<uuid:program>/applications/statistics/file/", model=Program,
      name="statistics_file")  # fmt: skip
def statistics_file_page(request: Request, program: Program) -> HttpResponse:
    found, _, _ = _found(request, program)
    name, lines = f"admissions-{program.year}", as_table(found)
    if request.GET.get("format") == "xlsx":
        return _file(write_xlsx(list(HEADER), lines, sheet="Admissions"), _XLSX, f"{name}.xlsx")
    return _file(write_csv(list(HEADER), lines), "text/csv; charset=utf-8", f"{name}.csv")


def _file(data: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
