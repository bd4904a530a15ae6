"""Calendars that other programs subscribe to: a secret address, today's rights, times as instants."""

import datetime as dt
import hmac
import uuid
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from icalendar import Calendar, Event

from intervisit.apps.calendar.models import FeedAddress, Visit
from intervisit.apps.calendar.queries.visits import visits_for
from intervisit.apps.calendar.states import FeedKind, VisitState
from intervisit.apps.networks.models import Network, NetworkMember
from intervisit.apps.people.models import Organization
from intervisit.core.access import Actor
from intervisit.core.text import in_zone, time_zone
from intervisit.kit.access import actor_for, visible
from intervisit.kit.clock import now

_LENGTH = 40  # hex characters of the secret half: 160 bits


def address_of(feed: FeedAddress) -> str:
    """The path of a feed. Computed, never stored: the table alone opens nothing."""
    return f"/feeds/{feed.pk.hex}{_secret(feed)}.ics"


def _secret(feed: FeedAddress) -> str:
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, b"feed:" + feed.pk.bytes + feed.nonce.bytes, sha256).hexdigest()[:_LENGTH]


def feed_by_token(token: str) -> FeedAddress | None:
    """The feed of an address; None for anything else, told in the same words."""
    if len(token) != 32 + _LENGTH:
        return None
    try:
        key = uuid.UUID(token[:32])
    except ValueError:
        return None
    feed = FeedAddress.objects.select_related("person", "network").filter(pk=key).first()
    if feed is None or not hmac.compare_digest(_secret(feed).encode(), token[32:].encode()):
        return None
    return feed


def calendar_text(feed: FeedAddress) -> bytes:
    """RFC 5545 text of what this person may see today. A feed has no session, so roles that need a second
    factor sleep: it shows what somebody sees as a member of schools and networks."""
    actor = actor_for(feed.person)
    visits = _narrowed(feed, actor, visits_for(actor))
    calendar = Calendar()
    calendar.add("prodid", "-//Intervisit//Calendar of visits//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    name = _called(feed, actor)
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", dt.timedelta(hours=6), parameters={"value": "DURATION"})
    for visit in visits:
        calendar.add_component(_event(visit))
    return bytes(calendar.to_ical())


def _narrowed(feed: FeedAddress, actor: Actor, visits: QuerySet[Visit]) -> QuerySet[Visit]:
    """What this address is for, out of what its reader may see."""
    if feed.kind == FeedKind.FACILITATED:
        return visits.filter(network__group__pk__in=actor.groups("facilitator"))
    if feed.school_id is not None:
        if not visible(actor, "school.own_days", Organization).filter(pk=feed.school_id).exists():
            return visits.none()
        here = NetworkMember.objects.filter(school=feed.school_id, left__isnull=True)
        return visits.filter(network__in=here.values("network"))
    return visits if feed.network_id is None else visits.filter(network_id=feed.network_id)


def _called(feed: FeedAddress, actor: Actor) -> str:
    """A network or school that its reader has left keeps its name to itself, also what it is called from now on."""
    of: Network | Organization | None = None
    if feed.network_id is not None:
        of = visible(actor, "network.view", Network).filter(pk=feed.network_id).first()
    elif feed.school_id is not None:
        of = visible(actor, "school.own_days", Organization).filter(pk=feed.school_id).first()
    if of is not None:
        return of.name
    return (
        f"Visits that {feed.person.name} leads"
        if feed.kind == FeedKind.FACILITATED
        else f"Visits of {feed.person.name}"
    )


def _event(visit: Visit) -> Event:
    zone = time_zone(visit.plan.program.district.zone)
    word = visit.plan.program.design.words["visit"].one
    event = Event()
    event.add("uid", f"{visit.uid}@{settings.MAIL_DOMAIN or 'intervisit'}")
    event.add("dtstamp", now())
    event.add("last-modified", visit.plan.published or now())
    event.add("dtstart", _instant(visit.date, visit.starts, zone))
    event.add("dtend", _instant(visit.date, visit.ends, zone))
    event.add("sequence", visit.sequence)
    event.add("summary", f"{word[:1].upper()}{word[1:]} {visit.number}: {visit.school.name}")
    place = ", ".join(x for x in (visit.school.name, visit.school.address) if x)
    event.add("location", place)
    event.add("description", f"{visit.network.name}\n{settings.SITE_ADDRESS}/visits/{visit.pk}/")
    event.add("url", f"{settings.SITE_ADDRESS}/visits/{visit.pk}/")
    event.add("status", "CANCELLED" if visit.state == VisitState.CANCELLED else "CONFIRMED")
    event.add("transp", "OPAQUE")
    return event


def _instant(day: dt.date, clock: dt.time, zone: ZoneInfo) -> dt.datetime:
    """The instant of a local time. School hours never fall into the hour that clocks skip or repeat; should a
    design put one there, the first of two is taken and a skipped one refused."""
    return in_zone(dt.datetime.combine(day, clock), zone, field="starts", choice="first").astimezone(dt.UTC)
