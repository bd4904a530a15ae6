"""One's own calendar, one visit, and the addresses other calendar programs subscribe to."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse

from intervisit.apps.calendar import actions, queries
from intervisit.apps.calendar.models import FeedAddress, Visit
from intervisit.apps.networks.models import Network
from intervisit.apps.networks.queries import facilitator_of, networks_for
from intervisit.apps.programs.models import Program
from intervisit.kit import access
from intervisit.kit.clock import now, today
from intervisit.kit.pages import PUBLIC_PAGE, SIGNED_IN, Crumb, Go, PageRecord, Request, page

MOST = 100  # visits in one list; a director may see those of the whole city


@dataclass(frozen=True)
class MyCalendarPage(PageRecord):
    template: ClassVar[str] = "calendar/mine.html"
    page_title: str
    upcoming: list[queries.VisitRow]
    past: list[queries.VisitRow]
    year: Any
    feed: str


@page(SIGNED_IN, at="calendar/", name="my_calendar")
def my_calendar_page(request: Request) -> MyCalendarPage:
    """All visits I may see, the next one first."""
    visits = queries.nearest_visits(request.actor, MOST)
    day = today(visits[0].plan.program.district.zone if visits else settings.TIME_ZONE)
    rows = queries.rows_of(visits, day)
    year = None
    if 0 < len(visits) <= 60:
        program = visits[0].plan.program
        one = [v for v in visits if v.plan.program_id == program.pk]
        year = queries.timeline(one, program.first_day, program.last_day, day)
    mine = FeedAddress.objects.filter(person=request.person, network=None).first()
    return MyCalendarPage(
        page_title="My calendar",
        upcoming=[r for r in rows if not r.past],
        past=[r for r in rows if r.past][::-1],
        year=year,
        feed=settings.SITE_ADDRESS + queries.address_of(mine) if mine else "",
    )


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


@page("visit.view", at="visits/<uuid:visit>/", model=Visit, name="visit")
def visit_page(request: Request, visit: Visit) -> VisitPage:
    """One visit: when, where, with whom."""
    program = visit.plan.program
    words = program.design.words
    word = words["visit"].one
    network = visit.network
    return VisitPage(
        page_title=f"{word[:1].upper()}{word[1:]} to {visit.school.name}",
        kicker=f"{network.name}, number {visit.number} of the year",
        program=program,
        reads=(
            f"the {words['school'].many} of this {words['network'].one}, its {words['facilitator'].one} "
            "and program staff."
        ),
        breadcrumbs=[Crumb("My calendar", reverse("my_calendar")), Crumb(visit.school.name)],
        visit=visit,
        members=list(network.members.filter(left__isnull=True).select_related("school").order_by("-hosts")),
        facilitator=facilitator_of(network),
        may_move=bool(access.may(request.actor, "plan.edit", visit.plan)),
    )


@dataclass(frozen=True)
class FeedRow:
    """One address."""

    label: str
    address: str
    feed: FeedAddress | None
    network: Network | None


@dataclass(frozen=True)
class MyFeedsPage(PageRecord):
    template: ClassVar[str] = "calendar/feeds.html"
    page_title: str
    reads: str
    rows: list[FeedRow]


@page(SIGNED_IN, at="calendar/addresses/", methods=("GET", "POST"), name="my_feeds")
def my_feeds_page(request: Request) -> MyFeedsPage | Go:
    """Addresses for other calendar programs: make one, or replace it by a new one."""
    networks = {str(n.pk): n for n in networks_for(request.actor)[:100]}
    if request.method == "POST":
        return _feed(request, networks)
    have = {str(f.network_id or ""): f for f in FeedAddress.objects.filter(person=request.person)}
    rows = [_row("All my visits", have.get(""), None)]
    rows += [_row(n.name, have.get(key), n) for key, n in networks.items()]
    return MyFeedsPage(
        page_title="Your calendar addresses",
        reads="anybody who has the address. Give it to your own calendar program only.",
        rows=rows,
    )


def _row(label: str, feed: FeedAddress | None, network: Network | None) -> FeedRow:
    address = settings.SITE_ADDRESS + queries.address_of(feed) if feed else ""
    return FeedRow(label, address, feed, network)


def _feed(request: Request, networks: dict[str, Network]) -> Go:
    back = reverse("my_feeds")
    if "renew" in request.POST:
        mine = FeedAddress.objects.filter(person=request.person)
        feed = next((f for f in mine if str(f.pk) == request.POST["renew"]), None)
        if feed is None:
            raise access.Hidden
        actions.renew_feed(feed, by=request.actor)
        return Go(back, "There is a new address; the old one shows nothing any more.")
    wanted = request.POST.get("network", "")
    if wanted and wanted not in networks:
        raise access.Hidden
    actions.make_feed(by=request.actor, network=networks.get(wanted))
    return Go(back, "Copy the address into your calendar program.")


@page(PUBLIC_PAGE, at="feeds/<str:token>.ics", name="feed")
def feed_page(request: Request, token: str) -> HttpResponse:
    """What a calendar program reads. The address is the key; a wrong one is answered like one that never was."""
    feed = queries.feed_by_token(token)
    if feed is None or not feed.person.is_active:
        raise Http404
    FeedAddress.objects.filter(pk=feed.pk).update(read=now())
    headers = {
        "Content-Disposition": 'inline; filename="visits.ics"',
        "Cache-Control": "private, max-age=900",
    }
    return HttpResponse(
        queries.calendar_text(feed), content_type="text/calendar; charset=utf-8", headers=headers
    )
