"""For paper: a network's year on one sheet, all sheets of a program, a list for the wall of a school office."""

import datetime as dt
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from django.urls import reverse
from django.utils.dateformat import time_format

from intervisit.apps.calendar import bridge, queries
from intervisit.apps.calendar.models import Visit
from intervisit.apps.calendar.pages.year import current_plan
from intervisit.apps.calendar.states import PlanState, VisitState
from intervisit.apps.networks.models import Network
from intervisit.apps.networks.queries import facilitator_of
from intervisit.apps.people.models import Organization, Person
from intervisit.apps.programs.models import Program
from intervisit.kit.clock import today
from intervisit.kit.pages import Crumb, PageRecord, Request, page


@dataclass(frozen=True)
class Sheet:
    """One network's year, as it hangs on a wall."""

    name: str
    facilitator: str
    schools: list[str]
    months: list[tuple[str, list[Visit]]]
    count: int


@dataclass(frozen=True)
class SheetsPage(PageRecord):
    template: ClassVar[str] = "calendar/sheets.html"
    page_title: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    sheets: list[Sheet]
    stand: str


def _months(visits: list[Visit]) -> list[tuple[str, list[Visit]]]:
    return [(name, list(rows)) for name, rows in groupby(visits, key=lambda v: f"{v.date:%B %Y}")]


def _sheet(network: Network, guide: Person | None, schools: list[str], visits: list[Visit]) -> Sheet:
    on = [v for v in visits if v.state == VisitState.PLANNED]
    return Sheet(network.name, guide.name if guide else "", schools, _months(on), len(on))


def _stand(program: Program) -> str:
    day = today(program.district.zone)
    return f"as of {day:%A} {day.day} {day:%B %Y}"


@page("network.view", at="networks/<uuid:network>/sheet/", model=Network, name="network_sheet")
def network_sheet_page(request: Request, network: Network) -> SheetsPage:
    """The published year of one network on one sheet."""
    program = network.program
    schools = [
        m.school.name
        for m in network.members.filter(left__isnull=True).select_related("school").order_by("-hosts")
    ]
    visits = list(queries.visits_for(request.actor).filter(network=network))
    return SheetsPage(
        page_title=f"The year of {network.name}",
        program=program,
        reads="everybody in the building, once it hangs there: days and places only.",
        breadcrumbs=[Crumb(network.name, reverse("network", args=[network.pk])), Crumb("Sheet")],
        sheets=[_sheet(network, facilitator_of(network), schools, visits)],
        stand=_stand(program),
    )


@page("program.work", at="programs/<uuid:program>/sheets/", model=Program, name="program_sheets")
def program_sheets_page(request: Request, program: Program) -> SheetsPage:
    """Every network's year, one sheet each."""
    plan = current_plan(program)
    rows = list(plan.visits.select_related("school", "network").order_by("date")) if plan is not None else []
    guides = bridge.guides_of(program)
    networks = program.networks.order_by("number").prefetch_related("members__school")
    sheets = [
        _sheet(
            network, guides.get(str(network.pk)),
            [m.school.name for m in sorted(network.members.all(), key=lambda m: not m.hosts) if m.left is None],
            [v for v in rows if v.network_id == network.pk],
        )
        for network in networks
    ]  # fmt: skip
    published = plan is not None and plan.state == PlanState.PUBLISHED
    return SheetsPage(
        page_title="The year on paper",
        program=program,
        reads="everybody in the buildings, once they hang there."
        if published
        else "program staff: not published yet.",
        breadcrumbs=[
            Crumb(str(program), reverse("program", args=[program.pk])),
            Crumb("The year", reverse("program_year", args=[program.pk])),
            Crumb("Sheets"),
        ],
        sheets=[s for s in sheets if s.count],
        stand=_stand(program),
    )


@dataclass(frozen=True)
class WallRow:
    """One day of a wall list: who comes, or who goes where."""

    date: dt.date
    hours: str
    home: bool
    where: str
    with_whom: str


@dataclass(frozen=True)
class WallPage(PageRecord):
    template: ClassVar[str] = "calendar/wall.html"
    page_title: str
    reads: str
    breadcrumbs: list[Crumb]
    school: Organization
    months: list[tuple[str, list[WallRow]]]
    stand: str


@page("school.calendar", at="schools/<uuid:school>/wall/", model=Organization, name="school_wall")
def school_wall_page(request: Request, school: Organization) -> WallPage:
    """The school's days for the wall of its office: who comes, who is out of the building."""
    networks = school.memberships.filter(left__isnull=True).values_list("network_id", flat=True)
    visits = queries.visits_for(request.actor).filter(network__in=list(networks), state=VisitState.PLANNED)
    day = today(school.zone)
    members: dict[object, list[str]] = {}
    for network in Network.objects.filter(pk__in=list(networks)).prefetch_related("members__school"):
        members[network.pk] = [m.school.name for m in network.members.all() if m.left is None]
    rows = [
        WallRow(
            v.date, f"{time_format(v.starts, 'g:i a')} to {time_format(v.ends, 'g:i a')}",
            v.school_id == school.pk, v.school.name,
            ", ".join(n for n in members.get(v.network_id, []) if n != school.name),
        )
        for v in visits.filter(date__gte=day)
    ]  # fmt: skip
    return WallPage(
        page_title=f"{school.name}: days of visits",
        reads="everybody in the building, once it hangs there: days and places only.",
        breadcrumbs=[Crumb("Calendar", reverse("school_calendar", args=[school.pk])), Crumb("For the wall")],
        school=school,
        months=[(name, list(these)) for name, these in groupby(rows, key=lambda r: f"{r.date:%B %Y}")],
        stand=f"as of {day:%A} {day.day} {day:%B %Y}",
    )
