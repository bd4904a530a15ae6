"""The one place that asks what time it is, so that tests and the demo can say."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils import timezone


def now() -> dt.datetime:
    """This instant, aware."""
    return timezone.now()


def today(zone: str) -> dt.date:
    """The date it is now in `zone` (an IANA name, such as the district's)."""
    return local_day(now(), zone)


def local_day(moment: dt.datetime, zone: str) -> dt.date:
    """The date of an aware instant in `zone`. Its own `.date()` would be that of Greenwich."""
    return moment.astimezone(ZoneInfo(zone)).date()
