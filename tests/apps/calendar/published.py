"""A published year, for tests that need one: what day it is, who was told, which visit comes next."""

import datetime as dt
from collections import Counter

from intervisit.apps.calendar.models import Visit, YearPlan
from intervisit.kit.models import OutgoingMail
from tests.world import World

TODAY = dt.datetime(2026, 11, 4, 9, 0, tzinfo=dt.UTC)
EAST = ("Hana", "Tess", "Piet", "Pim", "Ora", "Fay")


def told() -> Counter[str]:
    """First names of those who got news of a visit or a proposal; invitations go out beside them."""
    news = OutgoingMail.objects.filter(kind__regex=r"^(visits|proposal)\.")
    return Counter(name.split()[0] for name in news.values_list("to__name", flat=True))


def next_visit(plan: YearPlan, world: World, name: str, after: int = 0) -> Visit:
    day = TODAY.date() + dt.timedelta(days=after)
    found = plan.visits.filter(network=world.networks[name], date__gt=day).select_related("school", "network")
    return found.select_related("plan__program__version", "plan__program__district").order_by("date")[0]
