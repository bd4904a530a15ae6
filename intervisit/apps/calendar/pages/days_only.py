"""When and where there are visits, for those who see no more of them: who rates, and who pays."""

from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from django.conf import settings

from intervisit.apps.calendar.models import Visit
from intervisit.apps.calendar.states import VisitState
from intervisit.kit import access
from intervisit.kit.clock import today
from intervisit.kit.pages import PageRecord, Request, page

MOST = 1000  # visits on the page


@dataclass(frozen=True)
class VisitDaysPage(PageRecord):
    template: ClassVar[str] = "calendar/visit_days.html"
    page_title: str
    reads: str
    months: list[tuple[str, list[Visit]]]
    more: int


@page("visit.when", at="visit-days/")
def visit_days_page(request: Request) -> VisitDaysPage:
    """The days from today on: date, hours and place. Nobody is named, and there is no way further."""
    visits = access.visible(request.actor, "visit.when", Visit).filter(
        state=VisitState.PLANNED, date__gte=today(settings.TIME_ZONE)
    )
    found = list(visits.select_related("school").order_by("date", "school__name")[: MOST + 1])
    months = groupby(found[:MOST], key=lambda visit: f"{visit.date:%B %Y}")
    return VisitDaysPage(
        page_title="Days of visits",
        reads="superintendents and finance: date, hours and place.",
        months=[(month, list(rows)) for month, rows in months],
        more=max(0, visits.count() - MOST) if len(found) > MOST else 0,
    )
