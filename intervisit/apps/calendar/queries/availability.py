"""What schools have said about their year, and who still owes an answer."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from intervisit.apps.applications.models import Application
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.calendar.models import Availability, AvailabilityCall, DaysSubscription, NamedDays
from intervisit.apps.networks.models import NetworkMember
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.states import Phase
from intervisit.core.access import Actor
from intervisit.core.days import Stretch
from intervisit.kit import prepared
from intervisit.kit.models import HistoryLine

OWN_CALENDAR = "own calendar"  # source of the days that follow a school's own calendar

State = dict[str, Any]  # {"days": [[first, last, name, source]], "weekdays": [0 … 4]}: as an edit keeps it


def stretches_of(school: Organization) -> tuple[list[Stretch], list[Stretch]]:
    """The days a school has blocked: those it entered, and those that follow its own calendar."""
    rows = NamedDays.objects.filter(organization=school).order_by("starts", "ends", "name")
    found = [Stretch(r.starts, r.ends, r.name, r.source) for r in rows]
    entered = [s for s in found if s.source != OWN_CALENDAR]
    return entered, [s for s in found if s.source == OWN_CALENDAR]


def availability_of(school: Organization) -> Availability:
    """The school's row, or one that is not saved yet."""
    return Availability.objects.filter(school=school).first() or Availability(school=school)


@dataclass(frozen=True)
class Said:
    """Everything one school has said, read once: in two queries."""

    entered: tuple[Stretch, ...]
    followed: tuple[Stretch, ...]
    availability: Availability

    @property
    def state(self) -> State:
        """What an edit may change."""
        return {
            "days": [[s.first.isoformat(), s.last.isoformat(), s.name, s.source] for s in self.entered],
            "weekdays": sorted(self.availability.weekdays),
        }


def said_by(school: Organization) -> Said:
    entered, followed = stretches_of(school)
    return Said(tuple(entered), tuple(followed), availability_of(school))


def participants(program: Program) -> QuerySet[Organization]:
    """The schools that take part: accepted and told so, or in a network today."""
    accepted = Application.objects.filter(
        program=program, state=ApplicationState.ACCEPTED, released__isnull=False
    ).values("school")
    members = NetworkMember.objects.filter(network__program=program, left__isnull=True).values("school")
    return Organization.objects.filter(Q(pk__in=accepted) | Q(pk__in=members)).order_by("name", "code_key")


def program_of(school: Organization) -> Program | None:
    """The program whose year the school is asked about: the latest it takes part in that is not closed."""
    accepted = Application.objects.filter(
        school=school, state=ApplicationState.ACCEPTED, released__isnull=False
    ).values("program")
    members = NetworkMember.objects.filter(school=school, left__isnull=True).values("network__program")
    found = Program.objects.filter(Q(pk__in=accepted) | Q(pk__in=members)).exclude(phase=Phase.CLOSED)
    return found.select_related("version", "district").order_by("-first_day").first()


def call_of(program: Program) -> AvailabilityCall | None:
    return AvailabilityCall.objects.filter(program=program).first()


@dataclass(frozen=True)
class SchoolAnswer:
    """One school in the director's list: whether it has answered, and how much it has said. No reasons."""

    school: Organization
    answered: dt.datetime | None  # after it was asked; None: it owes
    days: int
    weekdays: str
    calendar: str  # "", "read", "waits" or "failed"
    read: dt.datetime | None


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def weekday_words(weekdays: Iterable[int]) -> str:
    """Such as "Tuesday or Thursday"; "any" where there is no preference."""
    names = [WEEKDAYS[n] for n in sorted(weekdays) if 0 <= n < 5]
    if not names or len(names) == 5:
        return "any"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def answers_of(program: Program, call: AvailabilityCall | None) -> list[SchoolAnswer]:
    """Every school that takes part, those that owe first. Four queries for few and many."""
    schools = list(participants(program))
    said = {a.school_id: a for a in Availability.objects.filter(school__in=schools)}
    read = {s.school_id: s for s in DaysSubscription.objects.filter(school__in=schools)}
    days: dict[Any, set[dt.date]] = {}
    for row in NamedDays.objects.filter(
        organization__in=schools, ends__gte=program.first_day, starts__lte=program.last_day
    ):
        dates = Stretch(row.starts, row.ends).dates()
        days.setdefault(row.organization_id, set()).update(d for d in dates if d.weekday() < 5)
    rows = [_answer(s, said.get(s.pk), read.get(s.pk), len(days.get(s.pk, ())), call) for s in schools]
    return sorted(rows, key=lambda row: row.answered is not None)


def _answer(
    school: Organization,
    said: Availability | None,
    read: DaysSubscription | None,
    days: int,
    call: AvailabilityCall | None,
) -> SchoolAnswer:
    answered = said.answered if said else None
    if call is not None and answered is not None and answered < call.asked:
        answered = None
    state = "" if read is None else "failed" if read.problem else "read" if read.accepted else "waits"
    words = weekday_words(said.weekdays if said else ())
    return SchoolAnswer(school, answered, days, words, state, read.read if read else None)


def owing(program: Program) -> list[Organization]:
    """The schools that have been asked and have not answered."""
    return [row.school for row in answers_of(program, call_of(program)) if row.answered is None]


def asks_of(actor: Actor) -> list[tuple[Organization, Program, AvailabilityCall]]:
    """What the schools of this reader owe: for the list of things to do. Few queries, whatever there is."""
    groups = actor.groups("principal") | actor.groups("team")
    schools = prepared.rows("led", _led, tuple(sorted(groups))) if groups else []
    if not schools:
        return []
    districts = tuple(sorted({s.district_id for s in schools if s.district_id}))
    calls = prepared.rows("days asked", _days_asked, districts)
    if not calls:
        return []
    said = dict(Availability.objects.filter(school__in=schools).values_list("school", "answered"))
    found = []
    for call in calls:
        taking = set(
            participants(call.program).filter(pk__in=[s.pk for s in schools]).values_list("pk", flat=True)
        )
        for school in schools:
            answered = said.get(school.pk)
            if school.pk in taking and (answered is None or answered < call.asked):
                found.append((school, call.program, call))
    return found


def _led(groups: tuple[Any, ...]) -> QuerySet[Organization]:
    return Organization.objects.filter(group__in=groups)


def _days_asked(districts: tuple[Any, ...]) -> QuerySet[AvailabilityCall]:
    calls = AvailabilityCall.objects.filter(program__district__in=districts).exclude(
        program__phase=Phase.CLOSED
    )
    return calls.select_related("program__version", "program__district")[:20]


def changes_of(school: Organization, most: int = 8) -> list[HistoryLine]:
    """Who changed what of the school's days, newest first: never the days' own words."""
    lines = HistoryLine.objects.filter(
        group_id=school.group_id,
        verb__in=(
            "availability.save",
            "availability.undo",
            "availability.paste",
            "availability.calendar",
            "availability.read",
            "days.add",
            "days.remove",
        ),
    )
    return list(lines.select_related("actor").order_by("-at", "-pk")[:most])  # fmt: skip


def weekdays_of(schools: Iterable[Organization]) -> dict[Any, frozenset[int]]:
    """The weekdays each school prefers, for the planning method; a school that prefers none is left out."""
    rows = Availability.objects.filter(school__in=list(schools)).values_list("school_id", "weekdays")
    return {school: frozenset(days) for school, days in rows if days and len(set(days)) < 5}
