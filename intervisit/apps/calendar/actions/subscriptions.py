"""A school's own calendar: its address, what was found there, and from when on it counts."""

import datetime as dt
from typing import Any

from intervisit.apps.calendar.models import DaysSubscription, NamedDays
from intervisit.apps.calendar.queries.availability import OWN_CALENDAR, availability_of
from intervisit.apps.calendar.states import DayKind, Which
from intervisit.apps.people.models import Organization
from intervisit.core.access import Actor
from intervisit.core.days import DayList
from intervisit.core.text import Trouble, search_key
from intervisit.kit.access import require
from intervisit.kit.clock import now
from intervisit.kit.fetching import checked_address, fetch
from intervisit.kit.history import action, record
from intervisit.kit.jobs import enqueue
from intervisit.kit.models import Job
from intervisit.kit.parsing import read_days_in_child
from intervisit.kit.refusal import Refused

MOST = 400  # entries of one calendar that count
_SHUT = ("closed", "testing", "staff", "conference")


@action("availability.calendar")
def add_calendar(school: Organization, *, by: Actor, url: str, which: Which, word: str = "") -> Job:
    """Read a school's own calendar from now on. Nothing counts before somebody has looked at what was found."""
    require(by, "school.days", school)
    address = checked_address(url)
    if isinstance(address, Trouble):
        raise Refused.of([address])
    if which == Which.WORD and not word:
        raise Refused("missing", "Write the word that marks the days which do not suit you.", "word")
    _drop(school)
    DaysSubscription.objects.create(school=school, url=address, which=which, word=word, person_id=by.person)
    record(by, "availability.calendar", school, group=school.group, changes={"calendar": ("", "added")})
    return _read_soon(school, by)


@action("availability.read_now")
def read_now(school: Organization, *, by: Actor) -> Job:
    """Read it again at once."""
    require(by, "school.days", school)
    if not DaysSubscription.objects.filter(school=school).exists():
        raise Refused("no-calendar", "Your school's calendar is not read yet. Enter its address first.")
    record(by, "availability.read_now", school, group=school.group)
    return _read_soon(school, by)


def _read_soon(school: Organization, by: Actor) -> Job:
    return enqueue(
        "read_own_calendar", by=by, title=f"Reading the calendar of {school.name}"[:120], group=school.group,
        back=f"/schools/{school.pk}/availability/calendar/", school=str(school.pk),
    )  # fmt: skip


@action("availability.accept")
def accept_calendar(school: Organization, *, by: Actor) -> int:
    """Somebody has looked: what was found counts, and later changes follow. Returns how many entries."""
    require(by, "school.days", school)
    mine = DaysSubscription.objects.filter(school=school).first()
    if mine is None or mine.read is None:
        raise Refused("not-read-yet", "The calendar has not been read yet. Wait a moment.")
    mine.accepted = True
    _take(mine)
    said = availability_of(school)
    said.answered, said.person_id = now(), by.person
    said.save()
    record(by, "availability.accept", school, group=school.group, changes={"entries": (0, len(mine.taken))})
    return len(mine.taken)


@action("availability.unsubscribe")
def unsubscribe(school: Organization, *, by: Actor) -> None:
    """Forget the address and the days that followed it."""
    require(by, "school.days", school)
    _drop(school)
    record(by, "availability.unsubscribe", school, group=school.group, changes={"calendar": ("added", "")})


def _drop(school: Organization) -> None:
    DaysSubscription.objects.filter(school=school).delete()
    NamedDays.objects.filter(organization=school, source=OWN_CALENDAR).delete()


def wanted(days: DayList, which: str, word: str = "") -> list[list[str]]:
    """The entries that count, as [first day, last day, name]."""
    key = search_key(word)
    rows = [
        [d.start.isoformat(), d.end.isoformat(), d.name[:160]]
        for d in days.days
        if which == Which.EVERY
        or (which == Which.SHUT and d.kind in _SHUT)
        or (which == Which.WORD and key in search_key(d.name))
    ]
    return rows[:MOST]


@action("availability.read")
def keep_reading(school: Organization, answer: DayList | Trouble, *, by: Actor) -> None:
    """Keep what a reading found. An address that fails changes nothing but what is told about it."""
    require(by, "school.days", school)
    mine = DaysSubscription.objects.filter(school=school).first()
    if mine is None:
        record(by, "availability.read", school, group=school.group)
        return
    mine.tried = now()
    trouble = answer if isinstance(answer, Trouble) else None
    if isinstance(answer, DayList) and not answer.days:
        trouble = next(iter(answer.troubles.items), None) or Trouble(
            "no-events", "The calendar has no entries."
        )
    mine.problem = trouble.message[:300] if trouble else ""
    if isinstance(answer, DayList) and trouble is None:
        mine.read = mine.tried
        mine.found = wanted(answer, mine.which, mine.word)
        mine.notes = [t.message for t in answer.troubles.items[:20]] + [n.message for n in answer.notes[:20]]
        if mine.accepted:
            _take(mine)
    mine.save()
    record(by, "availability.read", school, group=school.group, changes={"entries": (0, len(mine.found))})


def _take(mine: DaysSubscription) -> None:
    NamedDays.objects.filter(organization=mine.school, source=OWN_CALENDAR).delete()
    NamedDays.objects.bulk_create(
        NamedDays(
            organization=mine.school, starts=dt.date.fromisoformat(a), ends=dt.date.fromisoformat(b), name=name,
            kind=DayKind.BLOCKED, source=OWN_CALENDAR,
        )
        for a, b, name in mine.found
    )  # fmt: skip
    mine.taken = mine.found
    mine.save()


def read_address(mine: DaysSubscription) -> DayList | Trouble:
    """Ask the address and parse what comes, in a process with limits. Writes nothing."""
    data: Any = fetch(mine.url)
    if isinstance(data, Trouble):
        return data
    if b"BEGIN:VCALENDAR" not in data[:4000].upper():
        return Trouble(
            "not-a-calendar", "There is a page at this address, and no calendar. Copy the iCal address."
        )
    return read_days_in_child(data, "calendar.ics", zone=mine.school.zone)
