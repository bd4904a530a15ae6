"""Who was there: noted with one tap, which may be repeated as often as the line is bad."""

import uuid
from typing import Any

from intervisit.apps.calendar.actions.held import not_held, was_held
from intervisit.apps.calendar.models import Visit
from intervisit.apps.calendar.states import VisitState
from intervisit.apps.gatherings.models import Attendance, VisitNote
from intervisit.apps.gatherings.queries import expected_at, note_of
from intervisit.apps.gatherings.states import Presence
from intervisit.apps.people.models import Organization, Person
from intervisit.core.access import Actor
from intervisit.core.text import long_date
from intervisit.kit.access import Hidden, NotAllowed, may, require, visible
from intervisit.kit.clock import now, today
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Refused

MOST = 200  # people on one list


def _may_mark(by: Actor, visit: Visit, school: Organization | None, person: Person | None) -> None:
    require(by, "visit.sign_in", visit)
    if may(by, "visit.take_attendance", visit) or (person is not None and str(person.pk) == by.person):
        return
    mine = school is not None and visible(by, "school.own_days", Organization).filter(pk=school.pk).exists()
    if not mine:
        raise NotAllowed("You note who was there of your own school only.")


def _open(visit: Visit) -> None:
    if note_of(visit).closed is not None:
        raise Refused("closed", "This list is closed. Whoever leads the day can open it again.", status=409)


def _not_before(visit: Visit, state: Presence) -> None:
    day = today(visit.plan.program.district.zone)
    if state == Presence.PRESENT and visit.date > day:
        raise Refused(
            "too-early", f"It is not {long_date(visit.date)} yet. Excuse somebody now, note who came then."
        )
    if visit.state != VisitState.PLANNED:
        raise Refused("called-off", "This has been called off, so nobody was there.")


def _group(visit: Visit) -> Any:
    return visit.network.group


@action("attendance.mark")
def mark(visit: Visit, key: str, state: Presence, *, by: Actor, source: str = "tap") -> None:
    """Note that somebody came or is excused; `EXPECTED` takes it back. The same again changes nothing."""
    if key.startswith("row:"):
        _mark_guest(visit, key, state, by)
        return
    someone = next((e for e in expected_at(visit) if str(e.person.pk) == key), None)
    row = Attendance.objects.filter(uid=visit.uid, person__pk=_id(key)).first()
    if someone is None and row is None:
        raise Hidden
    school = someone.school if someone else row.school if row else None
    person = someone.person if someone else row.person if row else None
    _may_mark(by, visit, school, person)
    _open(visit)
    before = row.state if row else Presence.EXPECTED
    if before == state:
        record(by, "attendance.mark", visit, group=_group(visit), changes={"state": (before, state)})
        return
    _not_before(visit, state)
    if state == Presence.EXPECTED:
        Attendance.objects.filter(uid=visit.uid, person=person).delete()
        record(by, "attendance.unmark", visit, group=_group(visit), changes={"state": (before, state)})
        return
    title = someone.title if someone else row.title if row else ""
    Attendance.objects.update_or_create(
        uid=visit.uid, person=person,
        defaults={"visit": visit, "network": visit.network, "school": school, "title": title, "state": state,
                  "source": source, "marked_by_id": by.person, "at": now()},
    )  # fmt: skip
    record(by, "attendance.mark", visit, group=_group(visit), changes={"state": (before, state)})


def _id(key: str) -> uuid.UUID:
    try:
        return uuid.UUID(key)
    except ValueError:
        raise Hidden from None


def _guest(visit: Visit, key: str) -> Attendance:
    found = next(
        (r for r in Attendance.objects.filter(uid=visit.uid, person=None) if f"row:{r.pk}" == key), None
    )
    if found is None:
        raise Hidden
    return found


def _mark_guest(visit: Visit, key: str, state: Presence, by: Actor) -> None:
    """Somebody without an account is on the list because she came: taking that back takes her off it."""
    row = _guest(visit, key)
    _may_mark(by, visit, row.school, None)
    _open(visit)
    before = row.state
    if state == Presence.EXPECTED:
        row.delete()
    elif before != state:
        row.state, row.marked_by_id, row.at = state, by.person, now()
        row.save()
    record(by, "attendance.remove" if state == Presence.EXPECTED else "attendance.mark", visit, group=_group(visit),
           changes={"state": (before, state)})  # fmt: skip


@action("attendance.stand_in")
def stand_in(
    visit: Visit, *, by: Actor, school: Organization | None, name: str, title: str = "", instead_of: str = ""
) -> Attendance:
    """Somebody came who was not on the list: instead of somebody (who is then excused), or besides."""
    _may_mark(by, visit, school, None)
    _open(visit)
    _not_before(visit, Presence.PRESENT)
    if not name:
        raise Refused("missing", "Write the name of who came.", "name")
    if Attendance.objects.filter(uid=visit.uid).count() >= MOST:
        raise Refused("too-many", f"A list holds at most {MOST} people.")
    someone = next((e for e in expected_at(visit) if str(e.person.pk) == instead_of), None)
    if instead_of and (someone is None or someone.school != school):
        raise Hidden
    made, _ = Attendance.objects.update_or_create(
        uid=visit.uid, person=None, school=school, name=name,
        defaults={"visit": visit, "network": visit.network, "title": title, "state": Presence.PRESENT,
                  "stands_in_for": someone.person if someone else None, "marked_by_id": by.person, "at": now()},
    )  # fmt: skip
    record(by, "attendance.stand_in", visit, group=_group(visit))
    if someone is not None:
        mark(visit, str(someone.person.pk), Presence.EXCUSED, by=by)
    return made


@action("attendance.close")
def close_attendance(visit: Visit, *, by: Actor) -> int:
    """The list is complete: whoever was expected and is not on it did not come. It stays as it is now."""
    require(by, "visit.close_attendance", visit)
    _open(visit)
    _not_before(visit, Presence.PRESENT)
    known = set(
        Attendance.objects.filter(uid=visit.uid, person__isnull=False).values_list("person", flat=True)
    )
    missing = [e for e in expected_at(visit) if e.person.pk not in known]
    if not Attendance.objects.filter(uid=visit.uid, state=Presence.PRESENT).exists():
        raise Refused("nobody-came", "Nobody is noted as here. If it did not take place, say so instead.")
    Attendance.objects.bulk_create(
        Attendance(uid=visit.uid, visit=visit, network=visit.network, school=e.school, person=e.person, title=e.title,
                   state=Presence.ABSENT, source="close", marked_by_id=by.person, at=now())
        for e in missing
    )  # fmt: skip
    _set_closed(visit, by)
    was_held(visit, by=by)
    record(by, "attendance.close", visit, group=_group(visit), changes={"missing": (0, len(missing))})
    return len(missing)


def _set_closed(visit: Visit, by: Actor | None) -> None:
    VisitNote.objects.update_or_create(
        uid=visit.uid,
        defaults={"network": visit.network, "closed": now() if by else None, "closed_by_id": by.person if by else None},
    )  # fmt: skip


@action("attendance.reopen")
def reopen_attendance(visit: Visit, *, by: Actor) -> None:
    """Something has to be corrected: those who were counted as missing are expected again."""
    require(by, "visit.close_attendance", visit)
    if note_of(visit).closed is None:
        raise Refused("open", "This list is open.")
    Attendance.objects.filter(uid=visit.uid, source="close", state=Presence.ABSENT).delete()
    _set_closed(visit, None)
    record(by, "attendance.reopen", visit, group=_group(visit))


@action("attendance.not_held")
def did_not_take_place(visit: Visit, *, by: Actor, reason: str) -> None:
    """The day came and the visit did not happen: its network is owed it again."""
    require(by, "visit.close_attendance", visit)
    if Attendance.objects.filter(uid=visit.uid, state=Presence.PRESENT).exists():
        raise Refused("somebody-came", "Somebody is noted as here. Take that back first.")
    not_held(visit, by=by, reason=reason)
    record(by, "attendance.not_held", visit, group=_group(visit))


@action("attendance.held")
def took_place(visit: Visit, *, by: Actor) -> None:
    """It took place after all."""
    require(by, "visit.close_attendance", visit)
    was_held(visit, by=by)
    record(by, "attendance.held", visit, group=_group(visit))
