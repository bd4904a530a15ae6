"""The home pages: what now, who sees what, and whether the system is well."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpResponse, JsonResponse

from intervisit.kit import styleguide
from intervisit.kit.clock import now
from intervisit.kit.models import Job, JobState, MailState, OutgoingMail
from intervisit.kit.pages import PUBLIC_PAGE, SIGNED_IN, PageRecord, Request, page
from intervisit.web.today import Today, today_of


@dataclass(frozen=True)
class HomePage(PageRecord):
    template: ClassVar[str] = "web/home.html"
    page_title: str
    lead: str
    today: Today
    asleep: bool


@page(SIGNED_IN, at="", name="home")
def home_page(request: Request) -> HomePage:
    """What now?"""
    moment = now()
    first = request.person.name.split()[0]
    return HomePage(
        page_title=f"Hello {first}",
        lead=f"{moment:%A}, {moment.day} {moment:%B %Y}",
        today=today_of(request.actor),
        asleep=bool(request.actor.asleep),
    )


@dataclass(frozen=True)
class WhoSeesWhatPage(PageRecord):
    template: ClassVar[str] = "web/who_sees_what.html"
    page_title: str
    lead: str


@page(PUBLIC_PAGE, at="who-sees-what/", name="who_sees_what")
def who_sees_what_page(request: Request) -> WhoSeesWhatPage:
    """The promise, in plain words, next to what we cannot promise."""
    return WhoSeesWhatPage(
        "Who sees what",
        "A team's unfinished thinking must be safe from whoever rates it. This is what that means here.",
    )


@dataclass(frozen=True)
class StyleguidePage(PageRecord):
    template: ClassVar[str] = "ui/styleguide.html"
    page_title: str
    sample: Any


@page(PUBLIC_PAGE, at="styleguide/", name="styleguide")
def styleguide_page(request: Request) -> StyleguidePage:
    """Every part of every page, with words as they occur. In the demo only."""
    if not settings.DEMO:
        raise Http404
    return StyleguidePage("Style guide", styleguide.sample())


@page(PUBLIC_PAGE, at="healthz", name="health")
def health_page(request: Request) -> HttpResponse:
    """For whoever watches the server: is the database there, and does work get done?"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    moment = now()
    waiting = (
        Job.objects.filter(state=JobState.WAITING)
        .order_by("created")
        .values_list("created", flat=True)
        .first()
    )
    mails = OutgoingMail.objects.filter(state=MailState.WAITING, due__lt=moment).count()
    lag = (moment - waiting).total_seconds() if waiting else 0
    return JsonResponse({"ok": True, "oldest_job_seconds": round(lag), "mails_waiting": mails})
