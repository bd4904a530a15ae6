"""Files for payroll and for a school's own books."""

from collections.abc import Iterable

from django.http import HttpResponse

from intervisit.apps.budget import queries
from intervisit.apps.budget.models import CoverRequest, SchoolBudget
from intervisit.apps.budget.states import Category, CoverState
from intervisit.apps.programs.models import Program
from intervisit.core.tables import Cell, write_csv, write_xlsx
from intervisit.kit.pages import Request, page

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_COVER = ("School code", "School", "Date", "Weekday", "Part of day", "For a visit to", "Approved", "Used", "Rate",
          "Cost", "State")  # fmt: skip
_LINES = ("Category", "What", "Date", "Asked", "Paid", "State")


def _answer(request: Request, name: str, header: Iterable[str], rows: Iterable[list[Cell]]) -> HttpResponse:
    sheet = request.GET.get("format") == "xlsx"
    body = write_xlsx(list(header), rows, sheet=name) if sheet else write_csv(list(header), rows)
    kind = _XLSX if sheet else "text/csv; charset=utf-8"
    return HttpResponse(
        body, content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}.{"xlsx" if sheet else "csv"}"'},
    )  # fmt: skip


def _row(cover: CoverRequest) -> list[Cell]:
    school = cover.budget.school
    return [school.code, school.name, cover.date, f"{cover.date:%A}", "half" if cover.half else "whole",
            cover.visit.school.name if cover.visit else "", cover.approved, cover.used, cover.rate, cover.cost,
            cover.state]  # fmt: skip


@page("program.cover_file", at="programs/<uuid:program>/budget/payroll/", model=Program, name="cover_payroll")
def cover_payroll_page(request: Request, program: Program) -> HttpResponse:
    """Every day on which substitutes were approved or came, school by school."""
    wanted = (CoverState.APPROVED, CoverState.USED)
    rows = queries.cover_for(request.actor, program).filter(state__in=wanted)
    return _answer(request, "payroll", _COVER, [_row(cover) for cover in rows])


@page("budget.export", at="budgets/<uuid:budget>/cover-file/", model=SchoolBudget, name="budget_cover_file")
def budget_cover_file_page(request: Request, budget: SchoolBudget) -> HttpResponse:
    """The same for one school."""
    rows = (
        queries.cover_for(request.actor, budget.program)
        .filter(budget=budget)
        .exclude(state=CoverState.DROPPED)
    )
    return _answer(request, "substitutes", _COVER, [_row(cover) for cover in rows])


@page("budget.export", at="budgets/<uuid:budget>/lines-file/", model=SchoolBudget, name="budget_lines_file")
def budget_lines_file_page(request: Request, budget: SchoolBudget) -> HttpResponse:
    """What a school asked for and paid."""
    rows: list[list[Cell]] = [
        [
            queries.LABELS[Category(line.category)],
            line.text,
            line.date,
            line.asked,
            line.actual,
            line.state,
        ]
        for line in budget.lines.all()
    ]
    return _answer(request, "lines", _LINES, rows)
