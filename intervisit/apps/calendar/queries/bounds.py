"""What runs out and what keeps days free: substitutes, regular meetings, the weeks of those who facilitate."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from intervisit.apps.calendar.models import (
    GuideAway,
    GuideWeek,
    RegularMeeting,
    SubstituteDay,
    SubstituteSupply,
)
from intervisit.apps.calendar.queries.availability import participants
from intervisit.apps.calendar.states import MeetsOn
from intervisit.apps.networks.queries import facilitators_of
from intervisit.apps.people.models import Organization, Person
from intervisit.apps.programs.models import Program
from intervisit.core.days import Stretch
from intervisit.core.designs import Design

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


def weekday_number(name: str) -> int | None:
    """0 for "monday"; None for a name that is no weekday of school."""
    return WEEKDAYS.index(name) if name in WEEKDAYS else None


def supply_area(school: Organization) -> str:
    """Whose substitutes a school draws on: those of its part of the district."""
    return school.subdistrict


def areas_of(program: Program) -> dict[str, int]:
    """The parts of the district in which schools take part, with their number."""
    found: dict[str, int] = {}
    for school in participants(program):
        area = supply_area(school)
        found[area] = found.get(area, 0) + 1
    return found


def in_order(areas: Iterable[str]) -> list[str]:
    """As people count: District 2 before District 13."""
    return sorted(areas, key=lambda area: [part.zfill(9) for part in re.split(r"(\d+)", area)])


@dataclass(frozen=True)
class SupplyRow:
    """One part of the district: its schools, its substitutes on a usual day, and the days with another number."""

    number: int  # in the form
    area: str
    schools: int
    per_day: int | None  # None: no limit is known
    days: tuple[SubstituteDay, ...]


def supplies_of(program: Program) -> list[SupplyRow]:
    """Every part of the district that has schools or a number. Three queries."""
    schools = areas_of(program)
    rows = {s.area: s for s in SubstituteSupply.objects.filter(program=program).prefetch_related("days")}
    return [
        SupplyRow(
            n,
            area,
            schools.get(area, 0),
            rows[area].per_day if area in rows else None,
            tuple(rows[area].days.all()) if area in rows else (),
        )
        for n, area in enumerate(in_order({*schools, *rows}))
    ]


@dataclass(frozen=True)
class GuideRow:
    """One person who facilitates: when she meets centrally and when she is away."""

    person: Person
    meets_on: str  # of MeetsOn
    meeting: int | None  # what that comes to, with the design's
    two_halves: bool
    away: tuple[Stretch, ...]

    @property
    def meeting_day(self) -> str:
        """Such as "Mondays"; empty where there is no meeting."""
        return "" if self.meeting is None else f"{WEEKDAYS[self.meeting].capitalize()}s"

    @property
    def days(self) -> int:
        """Days away from Monday to Friday."""
        return sum(day.weekday() < len(WEEKDAYS) for stretch in self.away for day in stretch.dates())

    @property
    def as_text(self) -> str:
        """The days as they can be pasted again."""
        spans = ((s.first.isoformat(), s.last.isoformat()) for s in self.away)
        return "\n".join(first if first == last else f"{first} – {last}" for first, last in spans)


def guides_in(program: Program, people: Iterable[Person]) -> list[GuideRow]:
    """The weeks of these people in a program's year. Two queries."""
    these, design = list(people), program.design
    weeks = {w.person_id: w for w in GuideWeek.objects.filter(person__in=these)}
    away: dict[Any, list[Stretch]] = {}
    rows = GuideAway.objects.filter(
        person__in=these, ends__gte=program.first_day, starts__lte=program.last_day
    )
    for row in rows.order_by("starts", "ends"):
        away.setdefault(row.person_id, []).append(Stretch(row.starts, row.ends))
    return [_guide(design, who, weeks.get(who.pk), away.get(who.pk, [])) for who in these]


def _guide(design: Design, person: Person, week: GuideWeek | None, away: Sequence[Stretch]) -> GuideRow:
    said = week.meets_on if week else MeetsOn.DESIGN.value
    name = design.facilitators.meet_on if said == MeetsOn.DESIGN else said
    return GuideRow(person, said, weekday_number(name), bool(week and week.two_halves), tuple(away))


def guides_of_program(program: Program) -> list[GuideRow]:
    """Everybody who facilitates in a program, by name."""
    return guides_in(program, facilitators_of(program))


@dataclass(frozen=True)
class MeetingRow:
    """One regular meeting, as words say it. `own`: the program's, which can be removed; else the design's."""

    name: str
    rhythm: str
    whom: str
    dates: tuple[dt.date, ...]
    own: RegularMeeting | None


def rhythm_words(weekday: int, every: int) -> str:
    """Such as "every second Thursday"."""
    name = WEEKDAYS[weekday].capitalize()
    nth = {1: "every", 2: "every second", 3: "every third", 4: "every fourth"}
    return f"{nth[every]} {name}" if every in nth else f"{name}s, every {every} weeks"


def dates_of(weekday: int, every: int, starts: dt.date, last: dt.date) -> tuple[dt.date, ...]:
    """The days of a meeting: first on its weekday on or after `starts`, then every so many weeks."""
    day = starts + dt.timedelta(days=(weekday - starts.weekday()) % 7)
    found = []
    while day <= last:
        found.append(day)
        day += dt.timedelta(weeks=every)
    return tuple(found)


def meetings_of(program: Program) -> list[MeetingRow]:
    """The design's meetings and the program's own. One query."""
    design, last = program.design, program.last_day
    rows = []
    for meeting in design.visits.meetings:
        weekday = WEEKDAYS.index(meeting.weekday)
        starts = program.first_day + dt.timedelta(weeks=meeting.first_week - 1)
        rows.append(
            MeetingRow(
                meeting.name, rhythm_words(weekday, meeting.every_weeks),
                ", ".join(design.roles[role].many for role in meeting.roles) or "all",
                dates_of(weekday, meeting.every_weeks, starts, last), None,
            )
        )  # fmt: skip
    own = RegularMeeting.objects.filter(program=program).select_related("network")
    return rows + [_own_meeting(design, meeting, last) for meeting in own]


def _own_meeting(design: Design, meeting: RegularMeeting, last: dt.date) -> MeetingRow:
    whom = "all"
    if meeting.network is not None:
        whom = meeting.network.name
    elif meeting.role:
        whom = design.roles[meeting.role].many if meeting.role in design.roles else meeting.role
    end = min(last, meeting.ends or last)
    dates = dates_of(meeting.weekday, meeting.every_weeks, meeting.starts, end)
    return MeetingRow(meeting.name, rhythm_words(meeting.weekday, meeting.every_weeks), whom, dates, meeting)
