"""Deciding with the whole before one's eyes: capacity against need, what is decided, what is open."""

import uuid
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.core.paginator import Page, Paginator
from django.urls import reverse

from intervisit.apps.applications.actions.deciding import clear_decision
from intervisit.apps.applications.bridge import checks, focus_labels, role_label
from intervisit.apps.applications.bridge.capacity import Board, board, candidate, level_of
from intervisit.apps.applications.forms import DecideForm
from intervisit.apps.applications.models import Application
from intervisit.apps.applications.pages.decision_many import decide_many
from intervisit.apps.applications.pages.decision_tabs import Tab, tabs
from intervisit.apps.applications.queries import Filters, in_hand
from intervisit.apps.applications.queries.decisions import pending_of
from intervisit.apps.applications.states import LABELS, TONES, ApplicationState
from intervisit.apps.people.pages.schools import page_number
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import crumbs, in_program
from intervisit.apps.programs.queries import said
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page

PAGE_SIZE = 15
_BY = ("focus", "area", "level")


@dataclass(frozen=True)
class Open:
    """One application nobody has decided yet."""

    application: Application
    url: str
    role: str
    focus: Sequence[str]
    level: str
    verdict: str
    verdict_tone: str
    ticked: bool


@dataclass(frozen=True)
class BoardPage(PageRecord):
    template: ClassVar[str] = "applications/board.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    tabs: Sequence[Tab]
    reads: str
    board: Board
    views: Sequence[dict[str, object]]
    pending: Sequence[dict[str, object]]
    asked_by: Sequence[str]
    filters: Filters
    roles: Sequence[tuple[str, str]]
    focus_areas: Sequence[tuple[str, str]]
    areas: Sequence[str]
    rows: Sequence[Open]
    listed: "Page[Application]"
    form: DecideForm
    by: str
    heading: str
    status: int = 200


LEAD = (
    "What there is room for, what is decided, and who still waits. Nothing here is known to a school "
    "before two people release it."
)


@page("program.work", at="programs/<uuid:program>/applications/board/", model=Program, methods=("GET", "POST"),
      name="decision_board")  # fmt: skip
def decision_board_page(request: Request, program: Program) -> BoardPage | Go:
    """Capacity against need, and who is undecided; on POST a decision for those that are ticked."""
    in_program(request, program)
    deciding = decide_many(request, program)
    if isinstance(deciding, Go):
        return deciding
    design = program.design
    by = request.GET.get("by", "")[:10]
    by = by if by in _BY else ("focus" if design.focus_areas else "area")
    everything = in_hand(request.actor, program)
    every = list(everything)
    rows = [
        candidate(a.role_wanted, a.stands, a.stands_role, not a.is_pending, a.focus, a.school) for a in every
    ]
    found = board(design, rows, by)
    filters = Filters.of(request.GET)
    open_rows = filters.apply(everything.filter(stands=ApplicationState.SUBMITTED))
    paginator = Paginator(open_rows.prefetch_related("school__years"), PAGE_SIZE)
    listed = paginator.page(page_number(request, paginator.num_pages))
    waiting = list(pending_of(program))
    names = {"focus": said("{Focus_area}", design), "area": said("{Area}", design), "level": "Level"}
    return BoardPage(
        page_title="Decide",
        lead=LEAD,
        program=program,
        breadcrumbs=_way(program, "Decide"),
        tabs=tabs(program, "decision_board"),
        reads=f"the staff of {program.name}. What is decided and not released, nobody else.",
        board=found,
        views=[{"label": names[key], "url": f"?by={key}", "current": key == by} for key in _BY],
        pending=[
            {"label": LABELS[s], "value": n, "tone": TONES[s]} for s, n in sorted(found.pending.items())
        ],
        asked_by=sorted({str(p.asked_by) for p in waiting if p.asked_by}),
        filters=filters,
        roles=[(r.key, r.word) for r in design.roles.values()] + [("either", "either")],
        focus_areas=[(a.key, a.label) for a in design.focus_areas],
        areas=sorted({a.school.area for a in every if a.school.area}),
        rows=[_open(a, program, deciding.ticked) for a in listed],
        listed=listed,
        form=deciding.form,
        by=by,
        heading=names[by],
        status=deciding.status,
    )


def _way(program: Program, last: str) -> list[Crumb]:
    here = Crumb(said("{Applications}", program.design), reverse("program_applications", args=[program.pk]))
    return [*crumbs(program), here, Crumb(last)]


def _open(application: Application, program: Program, ticked: Container[uuid.UUID]) -> Open:
    application.program = program
    design = program.design
    found = checks(application, application.school.years.all())
    best = min(found, key=lambda c: (c.barred, c.unknown)) if found else None
    return Open(
        application=application,
        url=reverse("application", args=[application.pk]),
        role=role_label(design, application.role_wanted),
        focus=focus_labels(design, application.focus),
        level=level_of(application.school),
        verdict=best.verdict if best else "",
        verdict_tone=best.tone if best else "",
        ticked=application.pk in ticked,
    )


@page("application.view", at="applications/<uuid:application>/undecide/", model=Application,
      acts="application.decide", methods=("POST",), name="clear_decision")  # fmt: skip
def clear_decision_page(request: Request, application: Application) -> Go:
    clear_decision(application, by=request.actor)
    return Go(reverse("application", args=[application.pk]), "Taken back. The school never knew of it.")
