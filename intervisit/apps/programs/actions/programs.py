"""What is done with programs: made, moved from phase to phase, dated, staffed, given a newer design."""

import datetime as dt
import json

from django.db import transaction

from intervisit.apps.people.actions.persons import person_named
from intervisit.apps.people.actions.roles import hold_role, office_of
from intervisit.apps.people.models import Organization, Person, RoleHeld, in_force
from intervisit.apps.programs.models import DesignVersion, Program
from intervisit.apps.programs.queries.programs import (
    PROGRAM_ROLES,
    moment_words,
    principals_of,
    said,
    sentence,
)
from intervisit.apps.programs.states import FOLLOWS, LABELS, Phase
from intervisit.core.access import Actor
from intervisit.core.designs import Design, digest, to_json
from intervisit.kit.access import person_of, require
from intervisit.kit.clock import today
from intervisit.kit.history import action, record
from intervisit.kit.models import Group
from intervisit.kit.outbox import mail_kind, send_later
from intervisit.kit.refusal import Refused, Stale

CALL_MAIL = mail_kind("call.open", "program.open_call")


def keep_version(design: Design, *, uploaded_to: Organization | None = None) -> DesignVersion:
    """The kept copy of a design: the one there is when nothing differs, a new number otherwise."""
    mark = digest(design)
    kept = DesignVersion.objects.filter(slug=design.slug, digest=mark).first()
    if kept is not None:
        return kept
    with transaction.atomic():
        last = DesignVersion.objects.filter(slug=design.slug).order_by("-number").first()
        return DesignVersion.objects.create(
            slug=design.slug,
            number=1 if last is None else last.number + 1,
            digest=mark,
            content=json.loads(json.dumps(to_json(design))),
            title=design.title,
            uploaded_to=uploaded_to,
        )


@action("district.add_design")
def add_design(district: Organization, *, by: Actor, design: Design) -> DesignVersion:
    """Keep an uploaded design for the programs of a district."""
    version = keep_version(design, uploaded_to=district)
    record(by, "district.add_design", district, label=str(version), group=district.group_id)
    return version


@action("program.create")
def create_program(
    district: Organization,
    *,
    by: Actor,
    version: DesignVersion,
    name: str,
    first_day: dt.date,
    last_day: dt.date,
    call_opens: dt.datetime | None = None,
    call_closes: dt.datetime | None = None,
) -> Program:
    """Open a program for a year, with a frozen design. Whoever makes it directs it.

    Raises Refused: dates-in-order, too-long-a-year, exists-already.
    """
    year = f"{first_day.year}-{(first_day.year + 1) % 100:02d}"
    _check_dates(first_day, last_day, call_opens, call_closes)
    if Program.objects.filter(district=district, year=year, name=name).exists():
        message = f"There is a program “{name}” in {year} already. Choose another name."
        raise Refused("exists-already", message, "name")
    group = Group.objects.create(kind="program", name=f"{name} {year}")
    program = Program.objects.create(
        group=group,
        district_id=district.pk,
        version=version,
        name=name,
        year=year,
        first_day=first_day,
        last_day=last_day,
        call_opens=call_opens,
        call_closes=call_closes,
    )
    record(by, "program.create", program, changes={"design": (None, str(version))}, group=group)
    _directs(program, by)
    return program


def _directs(program: Program, by: Actor) -> None:
    """Whoever may open a program directs it from the first moment: nobody else could confirm it yet."""
    creator = person_of(by)
    if creator is None:
        return
    held = RoleHeld.objects.create(
        person=creator, role="director", group=program.group, starts=today(program.zone), granted_by=creator
    )
    record(by, "role.grant", held, label=f"{creator}: director", group=program.group)


def _check_dates(
    first_day: dt.date, last_day: dt.date, opens: dt.datetime | None, closes: dt.datetime | None
) -> None:
    if last_day <= first_day:
        raise Refused("dates-in-order", "The last day must come after the first day.", "last_day")
    if (last_day - first_day).days > 400:
        raise Refused("too-long-a-year", "A program year has at most 400 days.", "last_day")
    if opens and closes and closes <= opens:
        raise Refused("dates-in-order", "The call must close after it opens.", "call_closes")


@action("program.move")
def move_phase(program: Program, to: Phase, *, by: Actor) -> Program:
    """Go to a phase that may follow. Raises Refused: phase-cannot-follow."""
    require(by, "program.manage", program)
    here, wanted = Phase(program.phase), Phase(to)
    if wanted not in FOLLOWS[here]:
        message = f"“{LABELS[wanted]}” cannot follow “{LABELS[here]}”."
        raise Refused("phase-cannot-follow", message, "to", status=409)
    if not Program.objects.filter(pk=program.pk, phase=here).update(phase=wanted):
        raise Refused(
            "phase-cannot-follow", "Somebody else has just moved this program on.", "to", status=409
        )
    program.phase = wanted
    record(by, "program.move", program, changes={"phase": (here, wanted)}, group=program.group_id)
    return program


def dates_mark(program: Program) -> str:
    """What a page of dates was loaded with."""
    moments = (program.call_opens, program.call_closes)
    return "|".join(
        [str(program.first_day), str(program.last_day), *(m.isoformat() if m else "–" for m in moments)]
    )


@action("program.dates")
def set_dates(
    program: Program,
    *,
    by: Actor,
    first_day: dt.date,
    last_day: dt.date,
    call_opens: dt.datetime | None,
    call_closes: dt.datetime | None,
    seen: str | None = None,
) -> Program:
    """Change the year's days and the call's moments.

    `seen`: `dates_mark` of what stood on the page. Raises Refused: dates-in-order, too-long-a-year; Stale when
    somebody else has changed them meanwhile.
    """
    require(by, "program.manage", program)
    if seen is not None and seen != dates_mark(program):
        mine = f"{first_day} – {last_day}; {call_opens or '–'} – {call_closes or '–'}"
        raise Stale({"dates": mine}, {"dates": dates_mark(program).replace("|", "; ")})
    _check_dates(first_day, last_day, call_opens, call_closes)
    wanted = {
        "first_day": first_day,
        "last_day": last_day,
        "call_opens": call_opens,
        "call_closes": call_closes,
    }
    changes = {k: (getattr(program, k), v) for k, v in wanted.items() if getattr(program, k) != v}
    for key, value in wanted.items():
        setattr(program, key, value)
    program.save(update_fields=list(wanted))
    record(by, "program.dates", program, changes=changes, group=program.group_id)
    return program


@action("program.take_version")
def take_version(program: Program, version: DesignVersion, *, by: Actor) -> Program:
    """Take over another version of the program's design. Raises Refused: design-is-frozen."""
    require(by, "program.manage", program)
    if program.phase != Phase.SETUP:
        text = "The design is frozen once the call has opened: {schools} have begun to answer it. Use it next year."
        raise Refused("design-is-frozen", said(text, program.design), status=409)
    if version.slug != program.version.slug:
        raise Refused("another-design", "This is another design. Make a program of its own for it.")
    before, program.version = program.version, version
    program.save(update_fields=["version"])
    record(by, "program.take_version", program, changes={"version": (before.number, version.number)},
           group=program.group_id)  # fmt: skip
    return program


@action("program.add_person")
def add_person(
    program: Program, *, by: Actor, name: str, email: str, role: str, sure: bool = False
) -> RoleHeld:
    """Give somebody a role in the program; who is not known yet is added.

    Staff and directors read applications, so a second person confirms them first.
    Raises Refused: unknown-role, look-alike, role-overlaps; BadValue for a name or address that cannot be one.
    """
    require(by, "program.people" if role == "facilitator" else "program.manage", program)
    if role not in PROGRAM_ROLES:
        raise Refused("unknown-role", "Choose one of the roles.", "role")
    known = Person.objects.filter(email=email).first()
    if known is None and not name:
        raise Refused("missing", "Nobody has this address yet. Add the name.", "name")
    person, made = (known, False) if known else person_named(name, email, sure=sure)
    if made:
        record(by, "person.add", person, group=program.group_id)
    told = office_of(program.district, without=by.person) if role != "facilitator" else []
    held = hold_role(
        person, role, program.group, by=by, starts=today(program.zone), zone=program.zone, told=told
    )
    record(by, "program.add_person", program, changes={"role": (None, role)}, group=program.group_id)
    return held


@action("program.confirm_person")
def confirm_person(program: Program, held: RoleHeld, *, by: Actor) -> RoleHeld:
    """The second person's yes. Raises Refused: second-person, nothing-to-confirm."""
    require(by, "program.manage", program)
    if by.person in (str(held.granted_by_id), str(held.person_id)):
        raise Refused("second-person", "Somebody else must confirm this role.", status=409)
    waits = RoleHeld.objects.filter(pk=held.pk, needs_second=True, confirmed_by=None, taken_back=False)
    if not waits.update(confirmed_by=person_of(by)):
        raise Refused("nothing-to-confirm", "This role does not wait for anybody.", status=409)
    held.refresh_from_db()
    record(by, "program.confirm_person", held, label=str(held), group=program.group_id)
    return held


@action("program.end_person")
def end_person(program: Program, held: RoleHeld, *, by: Actor) -> RoleHeld:
    """End a role in the program now: yesterday was its last day, or it never had one. Raises Refused: last-director."""
    require(by, "program.people" if held.role == "facilitator" else "program.manage", program)
    directors = RoleHeld.objects.filter(in_force(), role="director", group=program.group_id)
    if held.role == "director" and directors.exclude(pk=held.pk).count() < 1:
        raise Refused("last-director", "A program needs a director. Add another one first.", status=409)
    day = today(program.zone)
    if held.starts < day:
        held.ends = day - dt.timedelta(days=1)
    else:
        held.ends, held.taken_back = held.starts, True
    held.save(update_fields=["ends", "taken_back"])
    record(by, "program.end_person", held, label=str(held), group=program.group_id)
    return held


def call_letter(program: Program) -> tuple[str, str]:
    """Subject and body of the mail that tells principals of the call."""
    closes = moment_words(program.call_closes, program.zone)
    until = "\n\n" + sentence(f"The call closes on {closes}") if closes else ""
    body = (
        f"{program.call.title}\n\n{program.design.summary.strip()}{until}\n\nHow to apply, and what is asked:"
    )
    return f"{program.name}: the call is open", body


@action("program.announce")
def announce_call(program: Program, *, by: Actor) -> int:
    """Write to every principal that the call is open; nobody gets it twice. Returns how many were written to."""
    require(by, "program.manage", program)
    if program.phase != Phase.CALL:
        raise Refused("call-not-open", "Open the call first.", status=409)
    subject, body = call_letter(program)
    written = 0
    for person in principals_of(program):
        mail = send_later(
            CALL_MAIL,
            person,
            subject=subject,
            body=f"Dear {person.name},\n\n{body}",
            link=f"/calls/{program.pk}/",
            about=program,
            key=f"call:{program.pk}:{person.pk}:{program.call_opens or ''}",
        )
        written += mail is not None
    record(by, "program.announce", program, changes={"letters": (0, written)}, group=program.group_id)
    return written


__all__ = [
    "add_design", "add_person", "announce_call", "call_letter", "confirm_person", "create_program", "end_person",
    "keep_version", "move_phase", "set_dates", "take_version",
]  # fmt: skip
