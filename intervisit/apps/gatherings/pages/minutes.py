"""For the minutes: the head that a day gives them, on one sheet or as text for the document shared today."""

from dataclasses import dataclass
from typing import ClassVar

from django.http import HttpResponse
from django.urls import reverse

from intervisit.apps.calendar.models import Visit
from intervisit.apps.gatherings.pages.attendance import kicker_of, loaded, reads_of
from intervisit.apps.gatherings.queries.minutes import Minutes, minutes_of
from intervisit.apps.programs.models import Program
from intervisit.kit.files import disposition
from intervisit.kit.pages import Crumb, PageRecord, Request, page

_FEWEST, _MOST = 2, 5  # lines to write on, for each part


def _lines(minutes: Minutes) -> range:
    """Fewer where many people and a long note need the room: all of it is one sheet."""
    taken = minutes.named // 8 + len(minutes.bring) // 300
    return range(max(_FEWEST, _MOST - taken))


@dataclass(frozen=True)
class MinutesPage(PageRecord):
    template: ClassVar[str] = "gatherings/minutes.html"
    page_title: str
    kicker: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    visit: Visit
    minutes: Minutes
    lines: range


@page("visit.attendance", at="visits/<uuid:visit>/minutes/", model=Visit, name="visit_minutes")
def visit_minutes_page(request: Request, visit: Visit) -> MinutesPage | HttpResponse:
    """Who was there, where and when, above four empty parts. `?format=txt`: the same as plain text."""
    request.thing = visit = loaded(visit)
    minutes = minutes_of(visit, request.actor)
    if request.GET.get("format") == "txt":
        name = f"minutes {visit.date.isoformat()} {visit.school.name}.txt"
        return HttpResponse(
            minutes.text, content_type="text/plain; charset=utf-8",
            headers={"Content-Disposition": disposition(name)},
        )  # fmt: skip
    return MinutesPage(
        page_title="For the minutes",
        kicker=kicker_of(visit),
        program=visit.plan.program,
        reads=reads_of(visit),
        breadcrumbs=[
            Crumb("My calendar", reverse("my_calendar")),
            Crumb(visit.school.name, reverse("visit", args=[visit.pk])),
            Crumb("Who is here", reverse("attendance", args=[visit.pk])),
            Crumb("For the minutes"),
        ],
        visit=visit,
        minutes=minutes,
        lines=_lines(minutes),
    )
