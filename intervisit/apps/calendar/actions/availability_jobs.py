"""The clock's part: own calendars are read again and again, and schools that owe are reminded before it is too late."""

import datetime as dt
from typing import Any

from django.db.models import Q

from intervisit.apps.calendar.actions.availability import remind_owing
from intervisit.apps.calendar.actions.subscriptions import keep_reading, read_address
from intervisit.apps.calendar.models import AvailabilityCall, DaysSubscription
from intervisit.apps.programs.states import Phase
from intervisit.core.access import Actor
from intervisit.kit.access import may
from intervisit.kit.clock import now, today
from intervisit.kit.jobs import Running, job
from intervisit.kit.refusal import Refused
from intervisit.kit.rounds import every

AGAIN = dt.timedelta(hours=6)  # a calendar is read again after so long
BEFORE = dt.timedelta(days=4)  # reminders begin so long before the last day …
PAUSE = dt.timedelta(days=2)  # … and come no oftener than this
_AT_ONCE = 50  # calendars in one round


def _read(mine: DaysSubscription, by: Actor) -> None:
    answer = read_address(mine)  # outside any transaction: the other side may be slow
    keep_reading(mine.school, answer, by=by)


@job("read_own_calendar", "school.days")
def read_own_calendar(running: Running) -> dict[str, Any]:
    """Read the calendar of one school, because somebody entered its address or asked for it."""
    mine = DaysSubscription.objects.select_related("school__district").filter(
        school=running.job.arguments["school"]
    ).first()  # fmt: skip
    if mine is None:
        return {}
    allowed = may(running.by, "school.days", mine.school)
    if not allowed:  # whoever started it has left meanwhile
        raise Refused("not-allowed", allowed.reason)
    answer = read_address(mine)
    with running.keeping():
        keep_reading(mine.school, answer, by=running.by)
    return {}


@job("read_own_calendars", "school.days")
def read_own_calendars(running: Running) -> dict[str, Any]:
    """Read every calendar whose turn it is. One that fails keeps no other from being read."""
    due = DaysSubscription.objects.filter(Q(tried=None) | Q(tried__lt=now() - AGAIN)).order_by("tried")
    rows = list(due.select_related("school__district")[:_AT_ONCE])
    for number, mine in enumerate(rows):
        if not running.tell(number / len(rows)):
            break
        _read(mine, running.by)
    return {"read": len(rows)}


@job("remind_schools_of_days", "program.work")
def remind_schools_of_days(running: Running) -> dict[str, Any]:
    """Remind the schools that owe an answer in the last days before it is due."""
    told = 0
    calls = AvailabilityCall.objects.exclude(program__phase=Phase.CLOSED)
    for call in calls.select_related("program__district", "program__version", "program__group"):
        left = call.closes - today(call.program.district.zone)
        quiet = max(call.asked, call.reminded or call.asked) > now() - PAUSE
        if dt.timedelta(0) <= left <= BEFORE and not quiet:
            told += remind_owing(call.program, by=running.by)
    return {"mails": told}


every("read_own_calendars", "Schools' own calendars are read again", hours=1)
every("remind_schools_of_days", "Schools that owe their days are reminded", hours=6)
