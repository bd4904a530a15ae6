"""A school's own calendar: its address, what was found, how the last reading went."""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from django.http import HttpResponse
from django.urls import reverse

from intervisit.apps.calendar.actions import availability_jobs  # noqa: F401 - registers the jobs
from intervisit.apps.calendar.actions import subscriptions as actions
from intervisit.apps.calendar.forms import OwnCalendarForm
from intervisit.apps.calendar.models import DaysSubscription
from intervisit.apps.calendar.pages.availability import READS, DayRow, crumbs
from intervisit.apps.calendar.states import Which
from intervisit.apps.people.models import Organization
from intervisit.kit.forms import add_refusal
from intervisit.kit.models import Job
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused


@dataclass(frozen=True)
class OwnCalendarPage(PageRecord):
    template: ClassVar[str] = "calendar/subscription.html"
    parts: ClassVar[tuple[str, ...]] = ("progress",)
    page_title: str
    reads: str
    breadcrumbs: list[Crumb]
    school: Organization
    mine: DaysSubscription | None
    days: list[DayRow]
    reading: bool
    form: OwnCalendarForm
    status: int = 200


def _here(school: Organization) -> str:
    return reverse("own_calendar", args=[school.pk])


def _reading(school: Organization) -> bool:
    waiting = Job.objects.filter(kind="read_own_calendar", group=school.group_id, finished=None)
    return any(str(school.pk) == j.arguments.get("school") for j in waiting)


@page(
    "school.days", at="schools/<uuid:school>/availability/calendar/", model=Organization, methods=("GET", "POST"),
    name="own_calendar",
)  # fmt: skip
def own_calendar_page(request: Request, school: Organization) -> OwnCalendarPage | HttpResponse | Go:
    """Let the school's own calendar be read; see what was found before it counts."""
    form, status = OwnCalendarForm(request.POST or None), 200
    if request.method == "POST":
        if form.is_valid():
            data = form.cleaned_data
            try:
                actions.add_calendar(
                    school, by=request.actor, url=data["url"], which=Which(data["which"]), word=data["word"]
                )
                return Go(
                    _here(school), "We are reading it now. Nothing counts before you have looked at it."
                )
            except Refused as refusal:
                add_refusal(form, refusal)
        status = 422
    mine = DaysSubscription.objects.filter(school=school).first()
    reading = _reading(school)
    if request.GET.get("part") == "progress" and not reading and request.headers.get("HX-Request"):
        return HttpResponse(status=200, headers={"HX-Redirect": request.path})
    return OwnCalendarPage(
        page_title="Your school’s own calendar",
        reads=READS,
        breadcrumbs=crumbs(school, "Own calendar"),
        school=school,
        mine=mine,
        days=_days(mine) if mine else [],
        reading=reading,
        form=form,
        status=status,
    )


def _days(mine: DaysSubscription) -> list[DayRow]:
    return [DayRow(dt.date.fromisoformat(a), dt.date.fromisoformat(b), name, "") for a, b, name in mine.found]


@page("school.days", at="schools/<uuid:school>/availability/calendar/read/", model=Organization, methods=("POST",),
      name="own_calendar_read")  # fmt: skip
def own_calendar_read_page(request: Request, school: Organization) -> Go:
    actions.read_now(school, by=request.actor)
    return Go(_here(school), "We are reading it now.")


@page("school.days", at="schools/<uuid:school>/availability/calendar/accept/", model=Organization, methods=("POST",),
      name="own_calendar_accept")  # fmt: skip
def own_calendar_accept_page(request: Request, school: Organization) -> Go:
    count = actions.accept_calendar(school, by=request.actor)
    return Go(
        reverse("availability", args=[school.pk]),
        f"{count} entries count now, and changes follow by themselves.",
    )


@page("school.days", at="schools/<uuid:school>/availability/calendar/forget/", model=Organization, methods=("POST",),
      name="own_calendar_forget")  # fmt: skip
def own_calendar_forget_page(request: Request, school: Organization) -> Go:
    actions.unsubscribe(school, by=request.actor)
    return Go(
        reverse("availability", args=[school.pk]),
        "Its address is forgotten, and so are the days that came from it.",
    )
