"""What runs out and what keeps days free, in the method's terms."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from intervisit.apps.calendar.models import RegularMeeting, SubstituteSupply
from intervisit.apps.calendar.queries import bounds as queries
from intervisit.apps.networks.models import NetworkMember
from intervisit.apps.people.models import Person
from intervisit.apps.programs.models import Program
from intervisit.core import scheduling

Members = Mapping[Any, Sequence[NetworkMember]]  # by network


def facilitators(program: Program, people: Iterable[Person]) -> tuple[scheduling.Facilitator, ...]:
    """Those who facilitate, with their central meeting, their days away, and whether a day holds two half days."""
    return tuple(
        scheduling.Facilitator(
            id=str(row.person.pk),
            name=row.person.name,
            blocked=frozenset(day for stretch in row.away for day in stretch.dates()),
            weekly_meeting_weekday=row.meeting,
            two_halves=row.two_halves,
        )
        for row in queries.guides_in(program, people)
    )


def limits(program: Program) -> scheduling.Limits:
    """Substitutes by part of the district and day, absences a month, and notice."""
    design = program.design
    rows = list(SubstituteSupply.objects.filter(program=program).prefetch_related("days"))
    return scheduling.Limits(
        substitutes=tuple((row.area, row.per_day) for row in rows if row.area),
        absences_per_month=design.visits.absences_per_month or None,
        notice_days=design.visits.notice_days,
        substitute_days=tuple(
            (row.area, day.date, day.number) for row in rows if row.area for day in row.days.all()
        ),
    )


def meetings(program: Program, members: Members) -> tuple[scheduling.Meeting, ...]:
    """Regular meetings with their dates and the schools that have no visit then (none named: all)."""
    found = []
    designed = list(program.design.visits.meetings)
    for number, row in enumerate(queries.meetings_of(program)):
        roles = designed[number].roles if row.own is None else (row.own.role,) if row.own.role else ()
        schools = _concerned(members, roles, row.own)
        if schools is None or schools:
            name = row.name if row.whom == "all" else f"{row.name} ({row.whom})"
            found.append(scheduling.Meeting(name, frozenset(row.dates), schools or frozenset()))
    return tuple(found)


def _concerned(
    members: Members, roles: Sequence[str], meeting: RegularMeeting | None
) -> frozenset[str] | None:
    """The schools a meeting is for; None: all of them."""
    network = None if meeting is None else meeting.network_id
    if network is None and not roles:
        return None
    return frozenset(
        str(m.school_id)
        for key, rows in members.items()
        for m in rows
        if (network is None or key == network) and (not roles or m.role in roles)
    )
