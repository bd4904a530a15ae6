"""What this chapter adds to the page of a network."""

from dataclasses import dataclass
from typing import Any

from intervisit.apps.calendar.queries import VisitRow, rows_of, timeline, visits_for
from intervisit.apps.networks.models import Network
from intervisit.core.access import Actor
from intervisit.kit.clock import today


@dataclass(frozen=True)
class VisitsPanel:
    """The published visits of one network."""

    template: str
    rows: list[VisitRow]
    year: Any


def visits_panel(actor: Actor, network: Network) -> VisitsPanel:
    visits = list(visits_for(actor).filter(network=network))
    program = network.program
    day = today(program.district.zone)
    year = timeline(visits, program.first_day, program.last_day, day)
    return VisitsPanel("calendar/network_panel.html" if visits else "", rows_of(visits, day), year)
