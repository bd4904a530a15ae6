"""The one place that asks what time it is, so that tests and the demo can say."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils import timezone


def now() -> dt.datetime:
    """This instant, aware."""
    return timezone.now()


def today(zone: str) -> dt.date:
    """The date it is now in `zone` (an IANA name, such as the district's)."""
    return now().astimezone(ZoneInfo(zone)).date()
