"""Who is expected at a visit, and what was noted about them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from intervisit.apps.calendar.models import Visit
from intervisit.apps.gatherings.models import Attendance, VisitNote
from intervisit.apps.gatherings.states import Presence
from intervisit.apps.networks.models import NetworkMember
from intervisit.apps.people.models import Organization, Person, RoleHeld, in_force
from intervisit.apps.programs.queries.agreements import in_force_agreement, standings
from intervisit.core.access import Actor
from intervisit.kit.access import may, visible

WORDS = {
    Presence.EXPECTED: "expected", Presence.PRESENT: "here", Presence.EXCUSED: "excused",
    Presence.ABSENT: "did not come",
}  # fmt: skip
TONES = {Presence.EXPECTED: "", Presence.PRESENT: "good", Presence.EXCUSED: "info", Presence.ABSENT: "warn"}
TITLES = {"principal": "Principal", "team": "Team", "facilitator": ""}


@dataclass(frozen=True)
class Expected:
    """Somebody whom a visit concerns today."""

    person: Person
    school: Organization | None  # None: leads the day
    title: str
    role: str


@dataclass(frozen=True)
class Row:
    """One line of the list. `key` is posted to mark it."""

    key: str
    name: str
    title: str
    state: Presence
    words: str
    tone: str
    stands_in_for: str
    may_mark: bool
    alternate: bool  # has no account: is removed rather than unmarked


@dataclass(frozen=True)
class SchoolRows:
    """The people of one school, with where it stands with the memorandum."""

    school: Organization | None
    name: str
    visited: bool
    agreed: Any  # a Standing of the memorandum, or None
    may_mark: bool
    rows: list[Row]


@dataclass(frozen=True)
class Sheet:
    """Everything about who is at one visit."""

    schools: list[SchoolRows]
    here: int
    expected: int
    excused: int
    missing: int
    closed: dt.datetime | None
    everybody: bool  # this reader notes everybody, not only her own school

    @property
    def rows(self) -> list[Row]:
        return [row for group in self.schools for row in group.rows]

    @property
    def noted(self) -> bool:
        """Something is said about somebody."""
        return any(row.state != Presence.EXPECTED for row in self.rows)


def members_of(visit: Visit) -> list[NetworkMember]:
    found = NetworkMember.objects.filter(network=visit.network_id, left__isnull=True)
    return list(found.select_related("school__district").order_by("-hosts", "school__code_key"))


def expected_at(visit: Visit, members: list[NetworkMember] | None = None) -> list[Expected]:
    """Principals and teams of the network's schools, then whoever leads; each person once. Two queries."""
    schools = {m.school.group_id: m.school for m in (members if members is not None else members_of(visit))}
    groups = [*schools, visit.network.group_id]
    held = RoleHeld.objects.filter(
        in_force(), group__in=groups, role__in=("principal", "team", "facilitator"), person__is_active=True
    )
    found: dict[Any, Expected] = {}
    for row in held.select_related("person").order_by("role", "person__name"):
        school = schools.get(row.group_id)
        if (row.role == "facilitator") == (school is None):
            title = row.title or TITLES[row.role]
            found.setdefault(row.person_id, Expected(row.person, school, title, row.role))
    return list(found.values())


def note_of(visit: Visit) -> VisitNote:
    """The note on a visit, or one that is not saved yet."""
    found = VisitNote.objects.filter(uid=visit.uid).select_related("person").first()
    return found or VisitNote(uid=visit.uid, network=visit.network)


def marked(visit: Visit) -> list[Attendance]:
    found = Attendance.objects.filter(uid=visit.uid)
    return list(found.select_related("person", "school", "stands_in_for").order_by("name"))


def sheet_of(visit: Visit, actor: Actor) -> Sheet:
    """The list of a visit as this reader sees it: school by school, the visited one first. Constant queries."""
    members, rows, note = members_of(visit), marked(visit), note_of(visit)
    expected = expected_at(visit, members) if note.closed is None else []
    everybody = bool(may(actor, "visit.take_attendance", visit))
    own = set(visible(actor, "school.own_days", Organization).values_list("pk", flat=True))
    lines = _lines(expected, rows, actor, own, everybody=everybody, is_open=note.closed is None)
    agreed = _agreements(visit)
    groups = [
        SchoolRows(m.school, m.school.name, m.school_id == visit.school_id, agreed.get(str(m.school_id)),
                   (everybody or m.school_id in own) and note.closed is None, lines.pop(m.school_id, []))
        for m in sorted(members, key=lambda m: m.school_id != visit.school_id)
    ]  # fmt: skip
    # Schools that were there and have left the network since.
    left = {row.school_id: row.school for row in rows}
    groups += [
        SchoolRows(
            left.get(key), str(left.get(key) or ""), False, None, everybody and note.closed is None, rest
        )
        for key, rest in lines.items()
    ]
    states = [row.state for group in groups for row in group.rows]
    return Sheet(
        schools=groups,
        here=states.count(Presence.PRESENT),
        expected=states.count(Presence.EXPECTED),
        excused=states.count(Presence.EXCUSED),
        missing=states.count(Presence.ABSENT),
        closed=note.closed,
        everybody=everybody,
    )


def _lines(
    expected: Sequence[Expected],
    rows: Sequence[Attendance],
    actor: Actor,
    own: set[Any],
    *,
    everybody: bool,
    is_open: bool,
) -> dict[Any, list[Row]]:
    """School by school: who is expected, then whoever came besides."""
    by_person = {row.person_id: row for row in rows if row.person_id}
    lines: dict[Any, list[Row]] = {}
    for e in expected:
        row = by_person.pop(e.person.pk, None)
        mine = everybody or str(e.person.pk) == actor.person or bool(e.school and e.school.pk in own)
        lines.setdefault(e.school.pk if e.school else None, []).append(
            _row(str(e.person.pk), e.person.name, e.title, row, may_mark=mine and is_open)
        )
    for row in (*by_person.values(), *(r for r in rows if r.person_id is None)):
        mine = (everybody or row.school_id in own) and is_open
        name = str(row.person) if row.person_id else row.name
        key = str(row.person_id) if row.person_id else f"row:{row.pk}"
        lines.setdefault(row.school_id, []).append(_row(key, name, row.title, row, may_mark=mine))
    return lines


def _row(key: str, name: str, title: str, row: Attendance | None, *, may_mark: bool) -> Row:
    state = Presence(row.state) if row else Presence.EXPECTED
    for_whom = row.stands_in_for.name if row and row.stands_in_for else ""
    return Row(
        key, name, title, state, WORDS[state], TONES[state], for_whom, may_mark, key.startswith("row:")
    )


def _agreements(visit: Visit) -> dict[str, Any]:
    program = visit.plan.program
    agreement = in_force_agreement(program)
    return {s.party.key: s for s in standings(program, agreement)} if agreement else {}
