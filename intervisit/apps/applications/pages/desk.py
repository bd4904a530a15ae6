"""The program's side: the list with its numbers, and decisions on many at once."""

import uuid
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.paginator import Page, Paginator
from django.urls import reverse

from intervisit.apps.applications.bridge import checks, focus_labels, role_label
from intervisit.apps.applications.forms import DecideForm
from intervisit.apps.applications.models import Application
from intervisit.apps.applications.pages.decision_many import decide_many
from intervisit.apps.applications.pages.decision_tabs import Tab, tabs
from intervisit.apps.applications.queries import (
    Filters,
    accepted_percent,
    count_by_state,
    in_hand,
)
from intervisit.apps.applications.queries.decisions import overview_of, pending_count
from intervisit.apps.applications.states import IN_HAND, LABELS, TONES, ApplicationState
from intervisit.apps.people.pages.schools import page_number
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import crumbs, in_program
from intervisit.apps.programs.queries import PROGRAM_PANELS, Panel, said
from intervisit.core.access import Actor
from intervisit.kit.access import may
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page

PAGE_SIZE = 50


@dataclass(frozen=True)
class Row:
    application: Application
    url: str
    state: str
    tone: str
    role: str
    focus: Sequence[str]
    verdict: str
    verdict_tone: str
    told: str
    ticked: bool


@dataclass(frozen=True)
class ProgramApplicationsPage(PageRecord):
    template: ClassVar[str] = "applications/list.html"
    page_title: str
    program: Program
    breadcrumbs: list[Crumb]
    tabs: Sequence[Tab]
    reads: str
    stats: Sequence[dict[str, str | int]]
    statistics: str
    filters: Filters
    states: Sequence[tuple[str, str]]
    roles: Sequence[tuple[str, str]]
    focus_areas: Sequence[tuple[str, str]]
    areas: Sequence[str]
    rows: Sequence[Row]
    listed: "Page[Application]"
    form: DecideForm
    waiting: int
    drafts: int
    status: int = 200


@page("program.work", at="programs/<uuid:program>/applications/", model=Program, methods=("GET", "POST"),
      name="program_applications")  # fmt: skip
def program_applications_page(request: Request, program: Program) -> ProgramApplicationsPage | Go:
    """The list; on POST a decision for those that are ticked in it."""
    in_program(request, program)
    deciding = decide_many(request, program)
    if isinstance(deciding, Go):
        return deciding
    filters = Filters.of(request.GET)
    design = program.design
    everything = in_hand(request.actor, program)
    # The facts of this page's schools come in one query, whatever the number of rows.
    found = filters.apply(everything).prefetch_related("school__years")
    paginator = Paginator(found, PAGE_SIZE)
    listed = paginator.page(page_number(request, paginator.num_pages))
    overview = overview_of(program)
    counts = overview.counts
    percent = accepted_percent(counts)
    words = said("{applications}", design)
    return ProgramApplicationsPage(
        page_title=said("{Applications}", design),
        program=program,
        breadcrumbs=crumbs(program, said("{Applications}", design)),
        tabs=tabs(program, "program_applications"),
        reads=f"the staff of {program.name}. Drafts are only counted here: nobody outside a school reads them.",
        stats=[
            {"label": LABELS[s], "value": n}
            for s, n in counts.items()
            if n or s == ApplicationState.SUBMITTED
        ],
        statistics="" if percent is None else _statistics(counts, percent, words),
        filters=filters,
        states=[(s, LABELS[s]) for s in LABELS if s in IN_HAND],
        roles=[(r.key, r.word) for r in design.roles.values()] + [("either", "either")],
        focus_areas=[(a.key, a.label) for a in design.focus_areas],
        areas=overview.areas,
        rows=[_row(a, program, deciding.ticked) for a in listed],
        listed=listed,
        form=deciding.form,
        waiting=overview.pending,
        drafts=counts[ApplicationState.DRAFT],
        status=deciding.status,
    )


def _statistics(counts: dict[str, int], percent: int, words: str) -> str:
    submitted = sum(counts[s] for s in IN_HAND)
    return f"{counts[ApplicationState.ACCEPTED]} of {submitted} submitted {words} accepted: {percent} %."


def _row(application: Application, program: Program, ticked: Container[uuid.UUID]) -> Row:
    application.program = program
    design = program.design
    found = checks(application, application.school.years.all())
    best = min(found, key=lambda c: (c.barred, c.unknown)) if found else None
    stands = str(getattr(application, "stands", application.state))
    told = ""
    if stands != ApplicationState.SUBMITTED:
        told = "not told yet" if getattr(application, "is_pending", False) else "told"
    return Row(
        application=application,
        url=reverse("application", args=[application.pk]),
        state=LABELS[stands],
        tone=TONES[stands],
        role=role_label(design, getattr(application, "stands_role", "") or application.role_wanted),
        focus=focus_labels(design, application.focus),
        verdict=best.verdict if best else "",
        verdict_tone=best.tone if best else "",
        told=told,
        ticked=application.pk in ticked,
    )


def panel(actor: Actor, program: Program) -> Panel | None:
    """What the overview of a program shows of its applications."""
    if not may(actor, "program.work", program):
        return None
    counts = count_by_state(program)
    percent = accepted_percent(counts)
    design = program.design
    waiting = pending_count(program)
    todo: dict[str, Any] = {}
    if waiting:
        todo["todo"] = (
            f"{waiting} decisions wait to be released" if waiting > 1 else "A decision waits to be released"
        )
    elif counts[ApplicationState.SUBMITTED]:
        todo["todo"] = said(
            f"{counts[ApplicationState.SUBMITTED]} {{applications}} wait for a decision", design
        )
    return Panel(
        title=said("{Applications}", design),
        route="program_applications",
        sentence="" if percent is None else _statistics(counts, percent, said("{applications}", design)),
        stats=[(LABELS[s], n) for s, n in counts.items() if n],
        **todo,
    )


PROGRAM_PANELS.append(panel)
