"""One visit: when, where, with whom."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Q
from django.urls import reverse

from intervisit.apps.calendar import queries
from intervisit.apps.calendar.models import Loss, Visit
from intervisit.apps.calendar.queries.visit_panels import panels_of
from intervisit.apps.calendar.states import PlanState, VisitState
from intervisit.apps.networks.queries import facilitator_of
from intervisit.apps.programs.models import Program
from intervisit.kit import access
from intervisit.kit.clock import today
from intervisit.kit.pages import Crumb, PageRecord, Request, page


@dataclass(frozen=True)
class VisitPage(PageRecord):
    template: ClassVar[str] = "calendar/visit.html"
    page_title: str
    kicker: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    visit: Visit
    members: list[Any]
    facilitator: Any
    may_move: bool
    may_propose: bool
    may_postpone: bool
    losses: list[Loss]
    proposals: list[queries.ProposalRow]
    panels: list[Any]


@page("visit.view", at="visits/<uuid:visit>/", model=Visit, name="visit")
def visit_page(request: Request, visit: Visit) -> VisitPage:
    """One visit: when, where, with whom."""
    program = visit.plan.program
    words = program.design.words
    word = words["visit"].one
    network = visit.network
    off, new = visit.state != VisitState.PLANNED, visit.state == VisitState.OWED
    ahead = off or visit.date >= today(program.district.zone)
    return VisitPage(
        page_title=f"{word[:1].upper()}{word[1:]} to {visit.school.name}",
        kicker=network.name if new else f"{network.name}, number {visit.number} of the year",
        program=program,
        reads="program staff, until it is released."
        if new
        else (
            f"the {words['school'].many} of this {words['network'].one}, its {words['facilitator'].one} "
            "and program staff."
        ),
        breadcrumbs=[Crumb("My calendar", reverse("my_calendar")), Crumb(visit.school.name)],
        visit=visit,
        members=list(network.members.filter(left__isnull=True).select_related("school").order_by("-hosts")),
        facilitator=facilitator_of(network),
        may_move=ahead and bool(access.may(request.actor, "visit.move", visit)),
        may_propose=ahead and bool(access.may(request.actor, "visit.propose", visit)),
        may_postpone=ahead
        and not new
        and visit.plan.state == PlanState.PUBLISHED
        and bool(access.may(request.actor, "plan.edit", visit.plan)),
        losses=list(visit.losses.all()[:10]),
        proposals=queries.waiting_for(
            request.actor, queries.open_proposals(request.actor).filter(Q(visit=visit) | Q(swap=visit))
        ),
        panels=[] if new else panels_of(request.actor, visit),
    )
