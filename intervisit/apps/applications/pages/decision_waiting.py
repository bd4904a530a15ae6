"""The waiting list in its order, and a place for the next one when somebody gives one back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from intervisit.apps.applications.actions.deciding import order_waiting
from intervisit.apps.applications.bridge import focus_labels, role_label
from intervisit.apps.applications.bridge.capacity import EITHER, board, candidate
from intervisit.apps.applications.models import Application
from intervisit.apps.applications.pages.decision_many import chosen
from intervisit.apps.applications.pages.decision_tabs import Tab, tabs
from intervisit.apps.applications.queries import in_hand
from intervisit.apps.applications.queries.decisions import waiting_list
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import crumbs, in_program
from intervisit.apps.programs.queries import moment_words, said
from intervisit.core.designs import Design
from intervisit.kit.access import visible
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page


@dataclass(frozen=True)
class Waiting:
    """One school on the list. `offers`: the decisions that would give it the place it wants."""

    place: int
    application: Application
    url: str
    role: str
    focus: Sequence[str]
    since: str
    told: bool
    offers: Sequence[tuple[str, str]]
    first: bool
    last: bool


@dataclass(frozen=True)
class WaitingPage(PageRecord):
    template: ClassVar[str] = "applications/waiting.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    tabs: Sequence[Tab]
    reads: str
    rows: Sequence[Waiting]
    places: Sequence[dict[str, object]]


@page("program.work", at="programs/<uuid:program>/applications/waiting/", model=Program, methods=("GET", "POST"),
      name="waiting_list")  # fmt: skip
def waiting_list_page(request: Request, program: Program) -> WaitingPage | Go:
    in_program(request, program)
    everything = in_hand(request.actor, program)
    if request.method == "POST":
        return _move(request, program)
    design = program.design
    rows = list(waiting_list(everything))
    every = [
        candidate(a.role_wanted, a.stands, a.stands_role, not a.is_pending, a.focus, a.school)
        for a in everything
    ]
    found = board(design, every)
    return WaitingPage(
        page_title="Waiting list",
        lead="In the order in which places are offered. Who moves up is told when two people release it.",
        program=program,
        breadcrumbs=[
            *crumbs(program),
            Crumb(said("{Applications}", design), reverse("program_applications", args=[program.pk])),
            Crumb("Waiting list"),
        ],
        tabs=tabs(program, "waiting_list"),
        reads=f"the staff of {program.name}. A school learns that it waits, never its place.",
        rows=[_row(a, n, len(rows), program) for n, a in enumerate(rows, start=1)],
        places=[{"label": r.label, "left": r.left} for r in found.roles if r.left is not None and r.left > 0],
    )


def _row(application: Application, place: int, count: int, program: Program) -> Waiting:
    application.program = program
    design = program.design
    return Waiting(
        place=place,
        application=application,
        url=reverse("application", args=[application.pk]),
        role=role_label(design, application.role_wanted),
        focus=focus_labels(design, application.focus),
        since=moment_words(application.submitted, program.zone),
        told=not getattr(application, "is_pending", False),
        offers=_offers(design, application.role_wanted),
        first=place == 1,
        last=place == count,
    )


def _offers(design: Design, wanted: str) -> list[tuple[str, str]]:
    accepts = [d for d in design.decisions if d.outcome == "accept"]
    fitting = [d for d in accepts if wanted in (EITHER, d.role)] or accepts
    return [(d.key, d.label) for d in fitting]


def _move(request: Request, program: Program) -> Go:
    """Put one school a place up or down: `move` names it, `dir` says which way, `order` is the list as shown."""
    seen = [text[:40] for text in request.POST.getlist("order")[:2000]]
    found = {str(a.pk): a for a in chosen(request.actor, program, seen)}
    mover = visible(request.actor, "application.decide", program.applications.filter(pk__in=list(found)))
    moved = str(request.POST.get("move", ""))[:40]
    order = [i for i in seen if i in found]
    if moved in order and mover.exists():
        at = order.index(moved)
        to = max(0, at - 1) if request.POST.get("dir") == "up" else min(len(order) - 1, at + 1)
        order.insert(to, order.pop(at))
    order_waiting(program, by=request.actor, order=[found[i] for i in order], seen=seen)
    return Go(request.path, "Moved.")
