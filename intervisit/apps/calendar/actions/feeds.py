"""Secret addresses of calendars."""

import uuid

from intervisit.apps.calendar.models import FeedAddress
from intervisit.apps.networks.models import Network
from intervisit.core.access import Actor
from intervisit.kit.access import require
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Refused


@action("feed.make")
def make_feed(*, by: Actor, network: Network | None = None) -> FeedAddress:
    """One's own address for all visits one may see, or for those of one network."""
    if by.person is None:
        raise Refused("nobody", "Only a person has a calendar.")
    if network is not None:
        require(by, "network.view", network)
    found, _ = FeedAddress.objects.get_or_create(person_id=by.person, network=network)
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
