"""What the reviews come to: a table to sort and take along, and how reviewers compare."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.http import HttpResponse
from django.urls import reverse

from intervisit.apps.applications.bridge import role_label
from intervisit.apps.applications.states import LABELS
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import in_program
from intervisit.apps.reviews.bridge import ResultRow, Results, results, score_of
from intervisit.apps.reviews.pages.desk import way
from intervisit.apps.reviews.queries import (
    StageView,
    applications_of,
    judged_as,
    reviews_of,
    shut_to,
    stage_named,
)
from intervisit.apps.reviews.states import REVIEW_LABELS, ReviewState
from intervisit.core.access import Actor
from intervisit.core.reviewing import Rater
from intervisit.core.tables import write_csv, write_xlsx
from intervisit.core.text import search_key
from intervisit.kit.access import Hidden, visible
from intervisit.kit.clock import local_day
from intervisit.kit.pages import Crumb, PageRecord, Request, page

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FEW = 25.0  # points between the lowest and the highest review that ask for a second look


@dataclass(frozen=True)
class Line:
    """One application in the table."""

    school: str
    code: str
    url: str
    role: str
    state: str
    sent: int
    wanted: int
    mean: str
    spread: str
    apart: bool
    calibrated: str


@dataclass(frozen=True)
class RaterLine:
    name: str
    reviews: int
    mean: str
    severity: str
    spread: str
    judged: bool


@dataclass(frozen=True)
class ResultsPage(PageRecord):
    template: ClassVar[str] = "reviews/results.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    reads: str
    stage: StageView
    lines: Sequence[Line]
    raters: Sequence[RaterLine]
    alpha: str
    twice: int
    groups: int
    text: str
    role: str
    only: str
    roles: Sequence[tuple[str, str]]
    count: int
    any_filter: bool


def _collect(actor: Actor, stage: StageView) -> tuple[Results, dict[str, str]]:
    """The results as this reader may see them: a school she has a conflict with is in no row and in no number."""
    shut = shut_to(actor).values("school")
    rows = visible(actor, "application.view", applications_of(stage)).exclude(school__in=shut)
    applications = list(rows)
    reviews = list(reviews_of(actor, stage))
    names = {str(r.seat_id): r.seat.person.name for r in reviews}
    return results(stage, applications, reviews), names


_SORTS: dict[str, Any] = {
    "school": lambda r: search_key(r.application.school.name),
    "role": lambda r: r.application.role_wanted,
    "sent": lambda r: r.sent,
    "mean": lambda r: r.mean if r.mean is not None else -1.0,
    "spread": lambda r: r.spread if r.spread is not None else -1.0,
    "calibrated": lambda r: r.calibrated if r.calibrated is not None else -1.0,
}


def _asked(rows: Sequence[ResultRow], stage: StageView, asked: Any) -> list[ResultRow]:
    """Filtered and sorted as the address says."""
    words = search_key(asked.get("q", "")[:100]).split()
    role, only = asked.get("role", "")[:60], asked.get("only", "")[:20]
    found = [
        r
        for r in rows
        if all(w in r.application.school.search_key for w in words)
        and (not role or r.application.role_wanted == role)
        and (only != "missing" or r.sent < stage.wanted)
        and (only != "apart" or (r.spread is not None and r.spread >= FEW))
    ]
    sort = asked.get("sort", "")[:20] or "-calibrated"
    key = _SORTS.get(sort.lstrip("-"), _SORTS["school"])
    found.sort(key=lambda r: search_key(r.application.school.name))
    return sorted(found, key=key, reverse=sort.startswith("-"))


def _number(value: float | None, places: int = 0) -> str:
    return "" if value is None else f"{value:.{places}f}"


@page("program.work", at="programs/<uuid:program>/reviews/<slug:stage>/results/", model=Program,
      name="review_results")  # fmt: skip
def review_results_page(request: Request, program: Program, stage: str) -> ResultsPage:
    in_program(request, program)
    view = stage_named(program, stage)
    if view.visits:
        raise Hidden
    found, names = _collect(request.actor, view)
    rows = _asked(found.rows, view, request.GET)
    design = program.design
    agreed = found.agreement
    return ResultsPage(
        page_title="Results",
        lead=view.shape.title,
        program=program,
        breadcrumbs=way(program, "Results", view.shape.key),
        reads=f"the staff of {program.name}. No school reads a score.",
        stage=view,
        lines=[_line(program, view, r) for r in rows],
        raters=[_rater(r, names) for r in found.calibration.raters],
        alpha=_number(agreed.alpha, 2),
        twice=agreed.applications,
        groups=found.calibration.groups,
        text=request.GET.get("q", "")[:100],
        role=request.GET.get("role", "")[:60],
        only=request.GET.get("only", "")[:20],
        roles=[(r.key, r.word) for r in design.roles.values()] + [("either", "either")],
        count=len(found.rows),
        any_filter=bool(request.GET.get("q") or request.GET.get("role") or request.GET.get("only")),
    )


def _line(program: Program, stage: StageView, row: ResultRow) -> Line:
    application = row.application
    return Line(
        school=application.school.name,
        code=application.school.code,
        url=reverse("reviews_of_application", args=[program.pk, stage.shape.key, application.pk]),
        role=role_label(program.design, application.role_wanted),
        state=LABELS[application.state],
        sent=row.sent,
        wanted=stage.wanted,
        mean=_number(row.mean),
        spread=_number(row.spread),
        apart=row.spread is not None and row.spread >= FEW,
        calibrated=_number(_within(row.calibrated)),
    )


def _within(value: float | None) -> float | None:
    """On the scale that people know: a severe reviewer's best may be reckoned above 100."""
    return None if value is None else min(100.0, max(0.0, value))


def _rater(rater: Rater, names: dict[str, str]) -> RaterLine:
    return RaterLine(
        name=names.get(rater.id, "A former reviewer"),
        reviews=rater.reviews,
        mean=_number(rater.mean),
        severity="" if rater.severity is None else f"{-rater.severity:+.0f}".replace("-", "−"),
        spread=_number(rater.spread),
        judged=rater.severity is not None,
    )


@page("program.work", at="programs/<uuid:program>/reviews/<slug:stage>/export/", model=Program,
      name="export_reviews")  # fmt: skip
def export_reviews_page(request: Request, program: Program, stage: str) -> HttpResponse:
    """Every review, one a line, with the results beside it: CSV or XLSX."""
    view = stage_named(program, stage)
    if view.visits:
        raise Hidden
    found, _ = _collect(request.actor, view)
    rows = {r.application.pk: r for r in _asked(found.rows, view, request.GET)}
    criteria = program.design.review.criteria
    header = ["Code", "School", "Role", "Reviewer", "State", "Sent", *(c.label for c in criteria), "Score", "Comment",
              "Mean of all", "Lowest to highest", "Calibrated"]  # fmt: skip
    lines: list[list[Any]] = []
    for review in reviews_of(request.actor, view, "review.export").order_by(
        "application__school__name", "created"
    ):
        row = rows.get(review.application_id)
        if row is None:
            continue
        counts = review.state == ReviewState.SENT
        known = {c.key for c in judged_as(view, row.application)}
        mark = score_of(view, row.application, review.levels) if counts else None
        school = row.application.school
        lines.append([
            school.code, school.name, role_label(program.design, row.application.role_wanted),
            review.seat.person.name, REVIEW_LABELS[review.state],
            local_day(review.sent, program.zone).isoformat() if review.sent else "",
            *(review.levels.get(c.key, "") if c.key in known else "" for c in criteria),
            *(_rounded(v) for v in (mark,)), review.comment,
            *(_rounded(v) for v in (row.mean, row.spread, _within(row.calibrated))),
        ])  # fmt: skip
    name = f"reviews-{view.shape.key}-{program.year}"
    if request.GET.get("format") == "xlsx":
        return _file(write_xlsx(header, lines, sheet="Reviews"), _XLSX, f"{name}.xlsx")
    return _file(write_csv(header, lines), "text/csv; charset=utf-8", f"{name}.csv")


def _rounded(value: float | None) -> float | str:
    return "" if value is None else round(value, 1)


def _file(data: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
