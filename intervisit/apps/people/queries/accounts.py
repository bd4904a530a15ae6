"""What one person is and holds: for the account page, and for "what do you hold about me"."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from intervisit.apps.people.models import Identity, Person, Rates, RoleHeld, SessionSeen
from intervisit.core.access import ROLES
from intervisit.kit.models import HistoryLine, OutgoingMail


@dataclass(frozen=True)
class HeldRole:
    """A role in words: what, where, and between which days."""

    role: str
    words: str
    where: str
    starts: dt.date
    ends: dt.date | None
    waits: bool  # for a second person


_SAID = {"team": "team member", "staff": "program staff"}


def role_words(role: str) -> str:
    """A role as people say it: "program director"."""
    found = ROLES.get(role)
    words = found.words if found else role.replace("_", " ")
    return _SAID.get(role, words.removeprefix("the ").removeprefix("an "))


def roles_of(person: Person) -> list[HeldRole]:
    """Every role of a person, present ones first."""
    rows = RoleHeld.objects.filter(person=person).select_related("group").order_by("ends", "-starts")
    return [
        HeldRole(
            r.role,
            r.title or role_words(r.role).capitalize(),
            r.group.name,
            r.starts,
            r.ends,
            r.needs_second and r.confirmed_by_id is None,
        )
        for r in rows
    ]


# What later chapters hold about a person: (name of the part, function). They append when they start.
HELD_ABOUT: list[tuple[str, Callable[[Person], object]]] = []


def held_about(person: Person) -> dict[str, object]:
    """All that is stored about one person, for that person: plain values only."""
    found: dict[str, object] = {
        "person": {"name": person.name, "email": person.email, "since": person.created},
        "roles": [
            {"role": r.role, "title": r.words, "where": r.where, "starts": r.starts, "ends": r.ends}
            for r in roles_of(person)
        ],
        "sign-on identities": list(
            Identity.objects.filter(person=person).values("issuer", "subject", "linked")
        ),
        "people who rate you": list(
            Rates.objects.filter(rated=person).values("rater__name", "starts", "ends")
        ),
        "people you rate": list(Rates.objects.filter(rater=person).values("rated__name", "starts", "ends")),
        "sessions": list(SessionSeen.objects.filter(person=person).values("device", "how", "began", "seen")),
        "mails to you": list(
            OutgoingMail.objects.filter(to=person).values("subject", "created", "sent", "state")
        ),
        "what you did": list(
            HistoryLine.objects.filter(actor=person).order_by("at").values("at", "verb", "label", "changes")
        ),
        "what was done to your account": list(
            HistoryLine.objects.filter(kind="person", thing=str(person.pk))
            .order_by("at")
            .values("at", "verb", "label")
        ),
    }
    for name, part in HELD_ABOUT:
        found[name] = part(person)
    return found
