"""What a school says about its year, and the question put to the schools."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

from intervisit.apps.calendar.models import Availability, AvailabilityCall, DaysEdit, NamedDays
from intervisit.apps.calendar.queries import availability as queries
from intervisit.apps.calendar.states import DayKind
from intervisit.apps.people.models import Organization, Person, RoleHeld, in_force
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor
from intervisit.core.days import Stretch, covered, regroup
from intervisit.core.text import long_date
from intervisit.kit.access import require
from intervisit.kit.clock import now, today
from intervisit.kit.history import action, record
from intervisit.kit.outbox import mail_kind, send_later
from intervisit.kit.refusal import Refused, Stale

ASKED_MAIL = mail_kind("availability.asked", "school.days")
REMINDER_MAIL = mail_kind("availability.reminder", "school.days")

MOST = 400  # stretches of one school
USUAL_NAME = "Does not suit us"
TAPPED = "tapped"


@action("availability.save")
def save_days(
    school: Organization, *, by: Actor, shown: Iterable[dt.date], wanted: Iterable[dt.date], weekdays: Sequence[int],
    seen: str = "",
) -> int:  # fmt: skip
    """Block exactly `wanted` of the days that were `shown`, and keep the preferred weekdays. Returns the days blocked.

    `seen` is the mark of what was on the page (`mark_of`); somebody who saved in between is not overwritten.
    """
    require(by, "school.days", school)
    said = queries.said_by(school)
    grid = [day for day in shown if day not in covered(said.followed)]
    fresh = Stretch(dt.date.min, dt.date.min, USUAL_NAME, TAPPED)
    after = regroup(said.entered, wanted, grid, fresh=fresh)
    if seen and seen != mark_of(said.state):
        theirs = ", ".join(long_date(d) for d in sorted(covered(said.entered) & frozenset(grid))) or "no day"
        mine = ", ".join(long_date(d) for d in sorted(frozenset(wanted) & frozenset(grid))) or "no day"
        raise Stale({"Days that do not suit": mine}, {"Days that do not suit": theirs})
    return _keep(school, after, weekdays, said.state, by, "availability.save")


@action("availability.paste")
def add_stretches(school: Organization, found: Iterable[Stretch], *, by: Actor, source: str) -> int:
    """Block further days, from a pasted text or a file. Days that are blocked already are left out."""
    require(by, "school.days", school)
    said = queries.said_by(school)
    have = covered((*said.entered, *said.followed))
    new = []
    for stretch in found:
        if frozenset(stretch.dates()) <= have:
            continue
        new.append(Stretch(stretch.first, stretch.last, stretch.name or USUAL_NAME, source[:200]))
        have |= frozenset(stretch.dates())
    if not new:
        raise Refused("nothing-new", "All these days are blocked already.")
    _keep(school, (*said.entered, *new), said.state["weekdays"], said.state, by, "availability.paste")
    return len(new)


def mark_of(state: queries.State) -> str:
    """A short mark of what a page showed, to notice that somebody saved in between."""
    return hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()[:16]


def _keep(
    school: Organization, days: Iterable[Stretch], weekdays: Sequence[int], before: queries.State, by: Actor, verb: str
) -> int:  # fmt: skip
    kept = sorted(days)
    if len(kept) > MOST:
        raise Refused("too-many", f"A school has at most {MOST} entries. Put days in a row into one entry.")
    _write(school, kept)
    said = queries.availability_of(school)
    said.weekdays = sorted({n for n in weekdays if 0 <= n < 5})
    said.answered, said.person_id = now(), by.person
    said.save()
    after = queries.said_by(school).state
    if after != before:
        DaysEdit.objects.create(school=school, person_id=by.person, before=before, after=after)
    count = len([d for d in covered(kept) if d.weekday() < 5])
    changes = {"entries": (len(before["days"]), len(kept)), "weekdays": (before["weekdays"], said.weekdays)}
    record(by, verb, school, group=school.group, changes=changes)
    return count


def _write(school: Organization, days: Iterable[Stretch]) -> None:
    """Put these days in the place of those that were entered; what follows the school's calendar stays."""
    mine = NamedDays.objects.filter(organization=school).exclude(source=queries.OWN_CALENDAR)
    standing = {Stretch(r.starts, r.ends, r.name, r.source): r for r in mine}
    wanted = set(days)
    mine.filter(pk__in=[row.pk for s, row in standing.items() if s not in wanted]).delete()
    NamedDays.objects.bulk_create(
        NamedDays(
            organization=school, starts=s.first, ends=s.last, name=s.name[:160], kind=DayKind.BLOCKED, source=s.source
        )
        for s in sorted(wanted)
        if s not in standing
    )  # fmt: skip


def last_edit(school: Organization) -> DaysEdit | None:
    """The change that can be undone: the last one, while nothing else has changed since."""
    edit = DaysEdit.objects.filter(school=school, undone=False).first()
    return edit if edit is not None and edit.after == queries.said_by(school).state else None


@action("availability.undo")
def undo_days(school: Organization, *, by: Actor) -> None:
    """Put the days back as they were before the last change."""
    require(by, "school.days", school)
    edit = last_edit(school)
    if edit is None:
        raise Refused(
            "nothing-to-undo", "Something has changed since, so this cannot be undone any more.", status=409
        )
    days = [Stretch(dt.date.fromisoformat(a), dt.date.fromisoformat(b), name, source)
            for a, b, name, source in edit.before["days"]]  # fmt: skip
    _write(school, days)
    Availability.objects.filter(school=school).update(weekdays=edit.before["weekdays"])
    edit.undone = True
    edit.save(update_fields=["undone"])
    record(by, "availability.undo", school, group=school.group)


@action("availability.answer")
def say_answered(school: Organization, *, by: Actor) -> None:
    """The school has said what it had to say: nothing more does not suit it."""
    require(by, "school.days", school)
    said = queries.availability_of(school)
    said.answered, said.person_id = now(), by.person
    said.save()
    record(by, "availability.answer", school, group=school.group)


# ------------------------------------------------------------------ the question and its reminders


@action("availability.ask")
def ask_schools_for_days(program: Program, *, by: Actor, closes: dt.date, again: bool = False) -> int:
    """Ask every school that takes part which days do not suit it, until a day. Returns how many people are told.

    Asked again, an answer from before still counts unless `again`: then every school owes a new one.
    """
    require(by, "program.work", program)
    if closes < today(program.district.zone):
        raise Refused("in-the-past", f"{long_date(closes)} is over. Choose a day to come.", "closes")
    schools = list(queries.participants(program))
    if not schools:
        raise Refused("nobody-to-ask", "No school takes part yet. Release decisions first.")
    known = queries.call_of(program)
    moment = now() if known is None or again else known.asked
    AvailabilityCall.objects.update_or_create(
        program=program, defaults={"closes": closes, "asked": moment, "person_id": by.person}
    )
    record(by, "availability.ask", program, group=program.group,
           changes={"closes": (known.closes if known else None, closes)})  # fmt: skip
    many = program.design.words["visit"].many
    body = (
        f"Before we plan the {many} for {program.year}: which days do not suit your school, and which weekdays do you "
        f"prefer? It takes two minutes: tap the days, paste dates, or let us read your school's own calendar.\n\n"
        f"Please answer until {closes:%A}, {long_date(closes)}. Holidays and testing are known already. What you do "
        "not say cannot be kept in mind."
    )
    return _tell(
        queries.owing(program),
        ASKED_MAIL,
        "Which days do not suit your school?",
        body,
        f"{moment:%Y%m%d%H%M}",
    )


@action("availability.remind")
def remind_owing(program: Program, *, by: Actor) -> int:
    """Remind the schools that owe an answer, and nobody else; each at most once a day. Returns how many people."""
    require(by, "program.work", program)
    call = queries.call_of(program)
    if call is None:
        raise Refused("not-asked", "Ask the schools first: choose until when they should answer.")
    day = today(program.district.zone)
    when = "soon" if call.closes < day else f"after {call.closes:%A}, {long_date(call.closes)}"
    body = (
        f"Your school has not yet said which days do not suit it in {program.year}. The calendar is planned {when}. "
        "It takes two minutes; if every day suits you, open the page and save it as it is."
    )
    told = _tell(
        queries.owing(program), REMINDER_MAIL, "Your school's days are missing", body, day.isoformat()
    )
    call.reminded = now()
    call.save(update_fields=["reminded"])
    record(by, "availability.remind", program, group=program.group, changes={"mails": (0, told)})
    return told


def _tell(schools: Sequence[Organization], kind: str, subject: str, body: str, mark: str) -> int:
    by_group = {s.group_id: s for s in schools}
    held = RoleHeld.objects.filter(in_force(), group__in=list(by_group), role__in=("principal", "team"))
    told: set[tuple[Any, Any]] = set()
    people: set[Any] = set()
    for row in held.select_related("person").order_by("person__name"):
        person: Person = row.person
        if not person.is_active or (person.pk, row.group_id) in told:
            continue
        told.add((person.pk, row.group_id))
        school = by_group[row.group_id]
        sent = send_later(
            kind, person, subject=subject, body=body, about=school, link=f"/schools/{school.pk}/availability/",
            key=f"{kind}:{school.pk}:{person.pk}:{mark}",
        )  # fmt: skip
        if sent is not None:
            people.add(person.pk)
    return len(people)
