"""The addresses that other calendar programs subscribe to, and whether invitations come by mail."""

from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse

from intervisit.apps.calendar import queries
from intervisit.apps.calendar.actions import feeds as actions
from intervisit.apps.calendar.models import FeedAddress
from intervisit.apps.calendar.queries.invitations import wants_invitations
from intervisit.apps.calendar.states import FeedKind
from intervisit.apps.networks.queries import networks_for
from intervisit.apps.people.models import Organization
from intervisit.kit import access
from intervisit.kit.clock import now
from intervisit.kit.pages import PUBLIC_PAGE, SIGNED_IN, Go, PageRecord, Request, page


@dataclass(frozen=True)
class FeedRow:
    """One address, or the offer to make it. `field` and `value`: what is posted to make it."""

    label: str
    about: str
    field: str
    value: str
    feed: FeedAddress | None = None
    address: str = ""


@dataclass(frozen=True)
class MyFeedsPage(PageRecord):
    template: ClassVar[str] = "calendar/feeds.html"
    page_title: str
    reads: str
    rows: list[FeedRow]
    invitations: bool


def _offers(request: Request) -> list[FeedRow]:
    """Every address this reader may have, in the order of the page."""
    rows = [FeedRow("All my visits", "Whatever you may see here, as it changes.", "kind", FeedKind.MINE)]
    if access.may_anywhere(request.actor, "network.feed"):
        rows.append(FeedRow("What I facilitate", "Only where you lead.", "kind", FeedKind.FACILITATED))
    mine = access.visible(request.actor, "school.own_days", Organization).order_by("name")[:20]
    rows += [FeedRow(s.name, "For the wall of the school’s office: every visit that takes somebody of this school out, "
                     "or brings somebody in.", "school", str(s.pk)) for s in mine]  # fmt: skip
    rows += [FeedRow(n.name, "Only these.", "network", str(n.pk)) for n in networks_for(request.actor)[:100]]
    return rows


def _key(feed: FeedAddress) -> tuple[str, str]:
    if feed.network_id:
        return "network", str(feed.network_id)
    return ("school", str(feed.school_id)) if feed.school_id else ("kind", feed.kind)


@page(SIGNED_IN, at="calendar/addresses/", methods=("GET", "POST"), name="my_feeds")
def my_feeds_page(request: Request) -> MyFeedsPage | Go:
    """Addresses for other calendar programs: make one, replace it by a new one, remove it."""
    offers = _offers(request)
    if request.method == "POST":
        return _feed(request, offers)
    have = {_key(f): f for f in FeedAddress.objects.filter(person=request.person)}
    rows = []
    for row in offers:
        feed = have.get((row.field, str(row.value)))
        address = settings.SITE_ADDRESS + queries.address_of(feed) if feed else ""
        rows.append(FeedRow(row.label, row.about, row.field, row.value, feed, address))
    return MyFeedsPage(
        page_title="Your calendar addresses",
        reads="anybody who has the address. Give it to your own calendar program only.",
        rows=rows,
        invitations=wants_invitations(request.person),
    )


def _feed(request: Request, offers: list[FeedRow]) -> Go:
    back = reverse("my_feeds")
    for verb in ("renew", "remove"):
        if verb in request.POST:
            mine = FeedAddress.objects.filter(person=request.person)
            wanted = request.POST.get("renew") or request.POST.get("remove")
            feed = next((f for f in mine if str(f.pk) == wanted), None)
            if feed is None:
                raise access.Hidden
            if verb == "renew":
                actions.renew_feed(feed, by=request.actor)
                return Go(back, "There is a new address; the old one shows nothing any more.")
            actions.remove_feed(feed, by=request.actor)
            return Go(back, "The address is gone. Calendars that follow it show nothing new.")
    _make(request, offers)
    return Go(back, "Copy the address into your calendar program.")


def _make(request: Request, offers: list[FeedRow]) -> None:
    """Only what is offered can be made: any other id is one that never was."""
    network, school = request.POST.get("network", ""), request.POST.get("school", "")
    kind = request.POST.get("kind", "" if network or school else FeedKind.MINE)
    asked = {("network", network), ("school", school), ("kind", kind)}
    if not any((row.field, str(row.value)) in asked for row in offers):
        raise access.Hidden
    found = networks_for(request.actor).filter(pk=network).first() if network else None
    of = (
        access.visible(request.actor, "school.own_days", Organization).filter(pk=school).first()
        if school
        else None
    )
    actions.make_feed(
        by=request.actor, network=found, school=of, kind=FeedKind(kind) if kind else FeedKind.MINE
    )


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
