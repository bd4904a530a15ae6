"""What this chapter adds to the page of a network."""

from dataclasses import dataclass
from typing import Any

from intervisit.apps.calendar.models import Visit
from intervisit.apps.calendar.queries import VisitRow, rows_of, timeline, visits_for
from intervisit.apps.calendar.queries.invitations import my_answer
from intervisit.apps.calendar.states import Answer
from intervisit.apps.networks.models import Network
from intervisit.apps.people.models import Organization
from intervisit.apps.people.queries import PanelRow
from intervisit.core.access import Actor
from intervisit.kit.access import may, person_of
from intervisit.kit.clock import today


@dataclass(frozen=True)
class VisitsPanel:
    """The published visits of one network."""

    template: str
    rows: list[VisitRow]
    year: Any
    network: Any  # its id


def visits_panel(actor: Actor, network: Network) -> VisitsPanel:
    visits = list(visits_for(actor).filter(network=network))
    program = network.program
    day = today(program.district.zone)
    year = timeline(visits, program.first_day, program.last_day, day)
    return VisitsPanel(
        "calendar/network_panel.html" if visits else "", rows_of(visits, day), year, network.pk
    )


def calendar_row(actor: Actor, school: Organization) -> list[PanelRow]:
    """On the page of a school: the way to its calendar, and for its team to what happened there."""
    rows = []
    if may(actor, "school.calendar", school):
        rows.append(PanelRow("Calendar", "Visits at home and away", "", f"/schools/{school.pk}/calendar/"))
    if may(actor, "school.history", school):
        rows.append(PanelRow("What happened", "Who did what, and when", "", f"/schools/{school.pk}/history/"))
    return rows


@dataclass(frozen=True)
class InvitationPanel:
    """On the page of a visit: one's own answer, and the way to everybody's."""

    template: str
    may_answer: bool
    leads: bool
    choices: list[tuple[str, str, bool]]


def invitation_panel(actor: Actor, visit: Visit) -> InvitationPanel:
    ahead = visit.date >= today(visit.plan.program.zone)
    answers = ahead and bool(may(actor, "visit.answer", visit))
    leads = bool(may(actor, "visit.answers", visit))
    person = person_of(actor) if answers else None
    mine = my_answer(visit, person) if person else Answer.NONE
    labels = {Answer.COMING: "I come", Answer.PERHAPS: "Perhaps", Answer.NOT: "I cannot"}
    choices = [(str(a), label, a == mine) for a, label in labels.items()]
    return InvitationPanel(
        "calendar/invitation_panel.html" if answers or leads else "", answers, leads, choices
    )
