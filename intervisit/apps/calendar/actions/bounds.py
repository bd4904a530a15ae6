"""What runs out and what keeps days free: typed by the office; days of one's own by those who facilitate."""

import datetime as dt
from collections.abc import Iterable, Mapping

from intervisit.apps.calendar.models import (
    GuideAway,
    GuideWeek,
    RegularMeeting,
    SubstituteDay,
    SubstituteSupply,
)
from intervisit.apps.calendar.queries import bounds as queries
from intervisit.apps.calendar.states import MeetsOn
from intervisit.apps.networks.models import Network
from intervisit.apps.people.models import Person
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor
from intervisit.core.days import Stretch
from intervisit.kit.access import require
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Refused

MOST_MEETINGS = 60  # of one program
MOST_AWAY = 200  # entries of one person


@action("guide.save")
def save_guide(
    program: Program, person: Person, *, by: Actor, meets_on: MeetsOn, two_halves: bool, away: Iterable[Stretch]
) -> int:  # fmt: skip
    """Keep somebody's week and exactly these days away: her own deed, or the office's. Returns the days away."""
    require(by, "program.my_days" if by.person == str(person.pk) else "program.work", program)
    spans = sorted({(s.first, s.last) for s in away})
    if len(spans) > MOST_AWAY:
        raise Refused("too-many", f"At most {MOST_AWAY} entries. Put days in a row into one.", "away")
    before = queries.guides_in(program, [person])[0]
    GuideWeek.objects.update_or_create(
        person=person, defaults={"meets_on": meets_on.value, "two_halves": two_halves}
    )
    GuideAway.objects.filter(
        person=person, ends__gte=program.first_day, starts__lte=program.last_day
    ).delete()
    GuideAway.objects.bulk_create(GuideAway(person=person, starts=first, ends=last) for first, last in spans)
    after = queries.guides_in(program, [person])[0]
    changes = {"days away": (before.days, after.days), "central meeting": (before.meets_on, after.meets_on)}
    record(by, "guide.save", program, group=program.group, label=person.name, changes=changes)
    return after.days


@action("meeting.add")
def add_meeting(
    program: Program, *, by: Actor, name: str, weekday: int, every_weeks: int, starts: dt.date,
    ends: dt.date | None = None, role: str = "", network: Network | None = None,
) -> RegularMeeting:  # fmt: skip
    """A meeting that comes again and again; no visit of the schools concerned is planned on its days."""
    require(by, "program.work", program)
    if ends is not None and ends < starts:
        raise Refused("ends-before-start", "The last day lies before the first. Exchange them.", "ends")
    if starts > program.last_day or (ends or program.last_day) < program.first_day:
        raise Refused("date-out-of-range", "These days are not in the program's year.", "starts")
    if RegularMeeting.objects.filter(program=program).count() >= MOST_MEETINGS:
        raise Refused("too-many", f"At most {MOST_MEETINGS} regular meetings. Remove one first.", "name")
    made = RegularMeeting.objects.create(
        program=program, name=name, weekday=weekday, every_weeks=every_weeks, starts=starts, ends=ends, role=role,
        network=network,
    )  # fmt: skip
    record(by, "meeting.add", made, group=program.group, label=name)
    return made


@action("meeting.remove")
def remove_meeting(meeting: RegularMeeting, *, by: Actor) -> None:
    require(by, "meeting.remove", meeting)
    record(by, "meeting.remove", meeting, group=meeting.program.group, label=meeting.name)
    meeting.delete()


@action("substitutes.save")
def save_supplies(program: Program, *, by: Actor, per_day: Mapping[str, int | None]) -> int:
    """The usual number of substitutes by part of the district; None: no limit is known. Returns what changed."""
    require(by, "program.work", program)
    rows = {row.area: row for row in SubstituteSupply.objects.filter(program=program)}
    known = {*queries.areas_of(program), *rows}
    changes: dict[str, tuple[object, object]] = {}
    for area, number in per_day.items():
        before = rows[area].per_day if area in rows else None
        if area not in known or before == number:
            continue
        changes[area or "no district"] = (before, number)
        if number is None:
            rows[area].delete()
        else:
            SubstituteSupply.objects.update_or_create(
                program=program, area=area, defaults={"per_day": number}
            )
    record(by, "substitutes.save", program, group=program.group, changes=changes)
    return len(changes)


@action("substitutes.import")
def add_supply_days(program: Program, found: Iterable[tuple[str, dt.date, int]], *, by: Actor) -> int:
    """Other numbers on single days, in the place of those that stood there: all of them or none."""
    require(by, "program.work", program)
    supplies = {row.area: row for row in SubstituteSupply.objects.filter(program=program)}
    rows = list(found)
    missing = sorted({area for area, _, _ in rows} - set(supplies))
    if missing:
        raise Refused("no-usual-number", f"First say how many there usually are in {missing[0]}.", "text")
    for area, day, number in rows:
        SubstituteDay.objects.update_or_create(supply=supplies[area], date=day, defaults={"number": number})
    record(by, "substitutes.import", program, group=program.group, changes={"days": (0, len(rows))})
    return len(rows)


@action("substitutes.clear")
def clear_supply_days(program: Program, area: str, *, by: Actor) -> int:
    """The usual number on every day again."""
    require(by, "program.work", program)
    gone, _ = SubstituteDay.objects.filter(supply__program=program, supply__area=area).delete()
    record(by, "substitutes.clear", program, group=program.group, label=area, changes={"days": (gone, 0)})
    return gone
