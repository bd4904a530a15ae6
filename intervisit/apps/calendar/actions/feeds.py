"""Secret addresses of calendars."""

import uuid

from intervisit.apps.calendar.models import FeedAddress
from intervisit.apps.calendar.states import FeedKind
from intervisit.apps.networks.models import Network
from intervisit.apps.people.models import Organization
from intervisit.core.access import Actor
from intervisit.kit.access import may_anywhere, require
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Refused


@action("feed.make")
def make_feed(
    *,
    by: Actor,
    network: Network | None = None,
    school: Organization | None = None,
    kind: FeedKind = FeedKind.MINE,
) -> FeedAddress:
    """One's own address: for all visits one may see, for one network, one school, or what one facilitates."""
    if by.person is None:
        raise Refused("nobody", "Only a person has a calendar.")
    if network is not None:
        require(by, "network.view", network)
        kind = FeedKind.NETWORK
    elif school is not None:
        require(by, "school.own_days", school)
        kind = FeedKind.SCHOOL
    elif kind == FeedKind.FACILITATED and not may_anywhere(by, "network.feed"):
        raise Refused("not-yours", "Only those who facilitate have this address.")
    found, _ = FeedAddress.objects.get_or_create(
        person_id=by.person, kind=kind, network=network, school=school
    )
    record(by, "feed.make", found, label="calendar address")
    return found


@action("feed.renew")
def renew_feed(feed: FeedAddress, *, by: Actor) -> None:
    """A new address; the old one is dead at once."""
    require(by, "feed.own", feed)
    feed.nonce = uuid.uuid4()
    feed.read = None
    feed.save(update_fields=["nonce", "read"])
    record(by, "feed.renew", feed, label="calendar address")


@action("feed.remove")
def remove_feed(feed: FeedAddress, *, by: Actor) -> None:
    """No address any more; whoever asks for it gets what an address that never was gets."""
    require(by, "feed.own", feed)
    record(by, "feed.remove", feed, label="calendar address")
    feed.delete()
