"""Whom the memorandum concerns, who has accepted which version, and who owes an answer."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from intervisit.apps.people.models import Organization, Person, RoleHeld, in_force
from intervisit.apps.programs.models import Acceptance, Agreement, Program
from intervisit.apps.programs.queries.programs import facilitators_of
from intervisit.apps.programs.states import AgreementState, Phase
from intervisit.core.access import Actor
from intervisit.core.text import search_key
from intervisit.kit.access import asked, visible


@dataclass(frozen=True)
class Party:
    """Somebody a memorandum concerns: a school in a role, or a facilitator."""

    whose: str  # "school" or "facilitator"
    role: str = ""
    school: Organization | None = None
    person: Person | None = None

    @property
    def key(self) -> str:
        return str(self.school.pk if self.school else self.person.pk if self.person else "")

    @property
    def name(self) -> str:
        return self.school.name if self.school else str(self.person)


# Schools that take part are known to later chapters: each names those of a program with their roles.
SCHOOLS_TAKING_PART: list[Callable[[Program], Iterable[tuple[Organization, str]]]] = []


def schools_taking_part(program: Program) -> list[tuple[Organization, str]]:
    """The schools of a program with their roles, by name, each once."""
    found: dict[Any, tuple[Organization, str]] = {}
    for named in SCHOOLS_TAKING_PART:
        for school, role in named(program):
            found.setdefault(school.pk, (school, role))
    return sorted(found.values(), key=lambda one: one[0].name)


def parties(program: Program) -> list[Party]:
    """Everybody the memorandum concerns: schools that take part, then facilitators."""
    schools = [Party("school", role, school=school) for school, role in schools_taking_part(program)]
    return schools + [Party("facilitator", person=person) for person in facilitators_of(program)]


def in_force_agreement(program: Program) -> Agreement | None:
    """The version that is asked of everybody now."""
    return program.agreements.filter(state=AgreementState.PUBLISHED).first()


def draft_agreement(program: Program) -> Agreement | None:
    return program.agreements.filter(state=AgreementState.DRAFT).first()


def versions_of(program: Program) -> QuerySet[Agreement]:
    """Every published version, newest first."""
    return program.agreements.exclude(state=AgreementState.DRAFT).select_related("published_by")


ACCEPTED, EARLIER, WITHDRAWN, OWES = "accepted", "earlier", "withdrawn", "owes"
LABELS = {
    ACCEPTED: "Accepted",
    EARLIER: "Accepted an earlier version",
    WITHDRAWN: "Withdrawn",
    OWES: "Not yet",
}
TONES = {ACCEPTED: "good", EARLIER: "warn", WITHDRAWN: "bad", OWES: "warn"}


@dataclass(frozen=True)
class Standing:
    """Where one party stands: its last yes (or withdrawal), and whether it owes an answer to the version in force."""

    party: Party
    state: str
    last: Acceptance | None = None

    @property
    def owes(self) -> bool:
        """Asked and not answered. A withdrawal is an answer: nobody is reminded of it."""
        return self.state in (OWES, EARLIER)

    @property
    def label(self) -> str:
        return LABELS[self.state]

    @property
    def tone(self) -> str:
        return TONES[self.state]


def _standing(party: Party, rows: list[Acceptance], number: int) -> Standing:
    """`rows`: the party's acceptances, newest version first and newest moment first."""
    if not rows:
        return Standing(party, OWES)
    last = rows[0]
    if last.agreement.number != number:
        # A yes that was taken back before the version in force came is no answer to it.
        earlier = next((row for row in rows if row.withdrawn is None), None)
        return Standing(party, EARLIER, earlier) if earlier else Standing(party, OWES, last)
    return Standing(party, ACCEPTED if last.withdrawn is None else WITHDRAWN, last)


def _acceptances(program: Program) -> dict[str, list[Acceptance]]:
    rows = Acceptance.objects.filter(agreement__program=program).select_related("agreement", "person")
    found: dict[str, list[Acceptance]] = {}
    for row in rows.order_by("-agreement__number", "-at"):
        found.setdefault(str(row.school_id or row.person_id), []).append(row)
    return found


def standings(program: Program, agreement: Agreement) -> list[Standing]:
    """Where everybody stands, in a constant number of queries."""
    rows = _acceptances(program)
    return [_standing(party, rows.get(party.key, []), agreement.number) for party in parties(program)]


def accepted(school: Organization, program: Program) -> Standing | None:
    """Where one school stands with the version in force: beside attendance, on its page. None: nothing to accept.

    Three queries; for many schools ask `standings`.
    """
    agreement = in_force_agreement(program)
    if agreement is None:
        return None
    role = {s.pk: role for s, role in schools_taking_part(program)}.get(school.pk)
    if role is None:
        return None
    rows = Acceptance.objects.filter(agreement__program=program, school=school)
    found = list(rows.select_related("agreement", "person").order_by("-agreement__number", "-at"))
    return _standing(Party("school", role, school=school), found, agreement.number)


def parties_of(actor: Actor, program: Program) -> list[Party]:
    """The parties this actor answers for: schools she leads today, and herself as a facilitator."""
    led = actor.groups("principal")
    found = [
        Party("school", role, school=school)
        for school, role in schools_taking_part(program)
        if str(school.group_id) in led
    ]
    if str(program.group_id) in actor.groups("facilitator"):
        found += [
            Party("facilitator", person=p) for p in facilitators_of(program) if str(p.pk) == actor.person
        ]
    return found


def roles_read(actor: Actor, program: Program) -> list[tuple[str, str]]:
    """(whose, role) of what concerns this reader, as principal, on a team, or as a facilitator; none: all of it."""
    mine = actor.groups("principal") | actor.groups("team")
    found = [
        ("school", role) for school, role in schools_taking_part(program) if str(school.group_id) in mine
    ]
    if str(program.group_id) in actor.groups("facilitator"):
        found.append(("facilitator", ""))
    return list(dict.fromkeys(found))


def owed(actor: Actor) -> list[tuple[Agreement, Party]]:
    """What this actor has been asked and has not answered."""
    found = []
    for agreement in asked(actor, _to_accept):
        program = agreement.program
        mine = parties_of(actor, program)
        if mine:
            rows = _acceptances(program)
            stands = (_standing(party, rows.get(party.key, []), agreement.number) for party in mine)
            found += [(agreement, one.party) for one in stands if one.owes]
    return found


def _to_accept(actor: Actor) -> QuerySet[Agreement]:
    waiting = visible(actor, "agreement.accept", Agreement).exclude(program__phase=Phase.CLOSED)
    return waiting.select_related("program__version", "program__district")


def people_answering(program: Program, wanted: Iterable[Party]) -> dict[str, list[Person]]:
    """Who can answer for each party today: the principal of a school, a facilitator herself."""
    named = list(wanted)
    groups = {p.school.group_id: p.key for p in named if p.school}
    held = RoleHeld.objects.filter(in_force(), role="principal", group__in=groups).select_related("person")
    found: dict[str, list[Person]] = {p.key: [p.person] for p in named if p.person}
    for row in held:
        if row.person.is_active:
            found.setdefault(groups[row.group_id], []).append(row.person)
    return found


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; empty: nothing."""

    text: str = ""
    state: str = ""
    role: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Wanted":
        return cls(asked.get("q", "")[:100], asked.get("state", "")[:20], asked.get("role", "")[:60])

    @property
    def any(self) -> bool:
        return bool(self.text or self.state or self.role)

    def apply(self, rows: Iterable[Standing]) -> list[Standing]:
        words = search_key(self.text).split()
        return [
            row
            for row in rows
            if (not self.state or row.state == self.state)
            and (not self.role or self.role in (row.party.role, row.party.whose))
            and all(word in search_key(_named(row)) for word in words)
        ]


def _named(row: Standing) -> str:
    code = row.party.school.code if row.party.school else ""
    return f"{row.party.name} {code} {row.last.name if row.last else ''}"
