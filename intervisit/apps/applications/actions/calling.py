"""The director settles the calls of a program: days, opening, closing, opening again; and gives a school more time."""

import datetime as dt
from typing import Any

from intervisit.apps.applications.models import LateAllowed
from intervisit.apps.applications.queries.late import LATE_PHASES, late_in_force
from intervisit.apps.applications.queries.people import principals_of_school
from intervisit.apps.applications.states import DECIDED, IN_HAND
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.actions import move_phase
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.queries import CallNow, CallStatus, call_named, moment_words, sentence
from intervisit.apps.programs.states import Phase
from intervisit.core.access import Actor
from intervisit.core.text import clean
from intervisit.kit.access import Hidden, person_of, require
from intervisit.kit.clock import now
from intervisit.kit.history import action, record
from intervisit.kit.outbox import mail_kind, send_later
from intervisit.kit.refusal import Refused, Stale

LATE_MAIL = mail_kind("late.allowed", "late.view")


def call_of(program: Program, key: str) -> CallNow:
    """Raises Hidden for a call the design does not have."""
    found = call_named(program, key)
    if found is None:
        raise Hidden
    return found


def call_mark(call: CallNow) -> str:
    """What a page about a call was loaded with."""
    return "|".join(str(part or "–") for part in (call.status, call.rolling, call.opens, call.closes))


def _settle(program: Program, call: CallNow, **fields: Any) -> dict[str, tuple[object, object]]:
    """Write what the director has settled. The days of the first call stand in the program itself."""
    before = {
        "opens": call.opens,
        "closes": call.closes,
        "status": call.status.value,
        "rolling": call.rolling,
    }
    settled = dict(program.calls.get(call.key, {}))
    written = ["calls"]
    for name, value in fields.items():
        if name in ("opens", "closes") and call.key == program.design.calls[0].key:
            setattr(program, f"call_{name}", value)
            written.append(f"call_{name}")
        else:
            settled[name] = value.isoformat() if isinstance(value, dt.datetime) else value
    program.calls = {**program.calls, call.key: settled}
    program.save(update_fields=written)
    return {k: (before[k], v) for k, v in fields.items() if before[k] != v}


@action("program.set_call")
def set_call(
    program: Program,
    *,
    by: Actor,
    key: str,
    opens: dt.datetime | None,
    closes: dt.datetime | None,
    rolling: bool,
    seen: str | None = None,
) -> Program:
    """Say when a call opens and closes, and whether it is read as it comes.

    Raises Refused: dates-in-order; Stale when somebody else has changed the call since `seen`.
    """
    require(by, "program.manage", program)
    call = call_of(program, key)
    if seen is not None and seen != call_mark(call):
        mine, theirs = (f"{a or '–'} to {b or '–'}" for a, b in ((opens, closes), (call.opens, call.closes)))
        raise Stale({"dates": mine}, {"dates": theirs})
    if opens and closes and closes <= opens:
        raise Refused("dates-in-order", "The call must close after it opens.", "closes")
    changes = _settle(program, call, opens=opens, closes=closes, rolling=rolling)
    record(by, "program.set_call", program, label=call.call.title, changes=changes, group=program.group_id)
    return program


@action("program.open_call")
def open_call(program: Program, *, by: Actor, key: str) -> Program:
    """Take applications to this call. A call that comes after another needs that one decided, and ends it.

    Raises Refused: too-late, earlier-call-open, open-already, closing-passed.
    """
    require(by, "program.manage", program)
    call = call_of(program, key)
    _check_phase(program)
    if program.phase == Phase.CALL and call.status == CallStatus.OPEN:
        raise Refused("open-already", "This call is open already.", status=409)
    if call.closes and call.closes < now():
        raise Refused(
            "closing-passed", "Its closing day has passed. Give it a later one first.", "closes", status=409
        )
    earlier = call_named(program, call.call.after) if call.call.after else None
    if earlier is not None:
        _check_decided(program, earlier)
        if earlier.status == CallStatus.OPEN:
            _settle(program, earlier, status=CallStatus.CLOSED.value)
    changes = _settle(program, call, status=CallStatus.OPEN.value)
    if program.phase != Phase.CALL:
        _close_others(program, call)
        move_phase(program, Phase.CALL, by=by)
    record(by, "program.open_call", program, label=call.call.title, changes=changes, group=program.group_id)
    return program


def _check_phase(program: Program) -> None:
    if program.phase not in (Phase.SETUP, Phase.CALL, Phase.REVIEW):
        raise Refused("too-late", "The matching has begun. Go back to deciding first.", status=409)


def _close_others(program: Program, wanted: CallNow) -> None:
    """When reading has begun, only the call that is opened now takes applications again."""
    from_setup = program.phase == Phase.SETUP
    for call in (call_of(program, c.key) for c in program.design.calls):
        if call.key != wanted.key and call.status == CallStatus.OPEN and not from_setup:
            _settle(program, call, status=CallStatus.CLOSED.value)


def _check_decided(program: Program, earlier: CallNow) -> None:
    rows = program.applications.filter(call__in=_keys(program, earlier), state__in=sorted(IN_HAND))
    waiting = rows.exclude(state__in=sorted(DECIDED), released__isnull=False).count()
    if waiting:
        many = "1 application waits" if waiting == 1 else f"{waiting} applications wait"
        message = f"“{earlier.call.title}” comes first, and {many} there for a decision that is released."
        raise Refused("earlier-call-open", message, status=409)


def _keys(program: Program, call: CallNow) -> list[str]:
    """How applications name a call: the first one is also meant by none."""
    return [call.key, ""] if call.key == program.design.calls[0].key else [call.key]


@action("program.close_call")
def close_call(program: Program, *, by: Actor, key: str) -> Program:
    """Take no more applications to this call. Raises Refused: not-open."""
    require(by, "program.manage", program)
    call = call_of(program, key)
    if call.status != CallStatus.OPEN or program.phase != Phase.CALL:
        raise Refused("not-open", "This call is not open.", status=409)
    changes = _settle(program, call, status=CallStatus.CLOSED.value)
    record(by, "program.close_call", program, label=call.call.title, changes=changes, group=program.group_id)
    return program


@action("program.reopen_call")
def reopen_call(program: Program, *, by: Actor, key: str, closes: dt.datetime | None) -> Program:
    """Open a call again that is closed or over, until a new moment.

    Raises Refused: too-late, closing-passed, not-over.
    """
    require(by, "program.manage", program)
    call = call_of(program, key)
    _check_phase(program)
    over = (
        call.status == CallStatus.CLOSED
        or program.phase == Phase.REVIEW
        or (call.closes and call.closes < now())
    )
    if not over or call.status == CallStatus.PLANNED:
        raise Refused("not-over", "This call has not been closed, so it cannot be opened again.", status=409)
    if closes is not None and closes <= now():
        raise Refused("closing-passed", "Choose a moment that is still to come.", "closes")
    changes = _settle(program, call, status=CallStatus.OPEN.value, closes=closes)
    if program.phase == Phase.REVIEW:
        _close_others(program, call)
        move_phase(program, Phase.CALL, by=by)
    record(by, "program.reopen_call", program, label=call.call.title, changes=changes, group=program.group_id)
    return program


@action("late.allow")
def allow_late(
    program: Program, *, by: Actor, key: str, school: Organization, until: dt.datetime, reason: str
) -> LateAllowed:
    """Let one school submit until a moment of its own, with a reason it reads. Its principal gets a mail.

    Raises Refused: too-late, moment-passed, not-later, no-reason; BadValue for a reason that is not text.
    """
    require(by, "program.manage", program)
    call = call_of(program, key)
    words = clean(reason, field="reason", max_length=1000, kind="long")
    if program.phase not in LATE_PHASES:
        raise Refused(
            "too-late", "More time can be given while the call is open or is being read.", status=409
        )
    if not words:
        raise Refused("no-reason", "Say why. The school reads it, and so does whoever asks later.", "reason")
    if until <= now():
        raise Refused("moment-passed", "Choose a moment that is still to come.", "until")
    if call.closes and until <= call.closes and call.state() == "open":
        closes = moment_words(call.closes, program.zone)
        raise Refused("not-later", sentence(f"The call is open for everybody until {closes}"), "until")
    made = LateAllowed.objects.create(
        program=program, call=call.key, school=school, until=until, reason=words, by=person_of(by)
    )
    record(by, "late.allow", made, changes={"until": (call.closes, until)}, group=program.group_id)
    when = moment_words(until, program.zone)
    for person in principals_of_school(school):
        send_later(LATE_MAIL, person, subject=f"{program.name}: more time for your application", about=made,
                   body=f"Dear {person.name},\n\n"
                        + sentence(f"{school} may submit its application to {program} until {when}")
                        + f"\n\nThe reason: {words}\n\nGo on writing here:", link="/applications/")  # fmt: skip
    return made


@action("late.take_back")
def take_back_late(program: Program, *, by: Actor, late: LateAllowed) -> LateAllowed:
    """End the exception. What was submitted under it stays. Raises Refused: ended-already."""
    require(by, "program.manage", program)
    if not late_in_force(program).filter(pk=late.pk).update(ended=now()):
        raise Refused("ended-already", "This has been taken back already.", status=409)
    late.refresh_from_db()
    record(by, "late.take_back", late, changes={"until": (late.until, None)}, group=program.group_id)
    return late
