"""Who is who, where: the cast of the demo, the people of a district and of a school."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from intervisit.apps.people.models import Organization, Person, RoleHeld, dated, in_force
from intervisit.apps.people.queries.accounts import role_words
from intervisit.kit.clock import today

_ORDER = {"district": 0, "program": 1, "network": 2, "partner": 3, "school": 4}
_MOST_GROUPS = 80


@dataclass
class CastMember:
    """Somebody of the demo's cast, with a sentence about the part."""

    person: Person
    sentence: str

    @property
    def first(self) -> str:
        return self.person.name.split()[0]


@dataclass
class CastGroup:
    """People who share a school, a program or a district."""

    name: str
    kind: str
    members: list[CastMember] = field(default_factory=list)


# The demo's cast: address → what being this person shows. The demo fills it where it runs.
INTRODUCED: dict[str, str] = {}


def first_of_the_cast() -> list[CastMember]:
    """Those whom the demo introduces, in its order; nobody where it introduces nobody."""
    people = {p.email: p for p in Person.objects.filter(email__in=INTRODUCED, is_active=True)}
    return [CastMember(people[email], about) for email, about in INTRODUCED.items() if email in people]


def cast_of_the_demo(q: str = "") -> tuple[list[CastGroup], int]:
    """Everybody grouped by where their first role is held, and how many groups more there are.

    `q`: a search key; people and places that contain it. People without a role come last.
    """
    rows = RoleHeld.objects.filter(in_force(), person__is_active=True).select_related("person", "group")
    held: dict[object, list[RoleHeld]] = {}
    for row in sorted(rows, key=_rank):
        held.setdefault(row.person_id, []).append(row)
    groups: dict[str, CastGroup] = {}
    for mine in held.values():
        places: dict[str, list[str]] = {}
        for row in mine:
            places.setdefault(role_words(row.role), []).append(row.group.name)
        sentence = listed(f"{words} at {listed(where)}" for words, where in places.items())
        first, person = mine[0], mine[0].person
        if q and q not in person.search_key and all(q not in r.group.name.casefold() for r in mine):
            continue
        group = groups.setdefault(str(first.group_id), CastGroup(first.group.name, first.group.kind))
        group.members.append(CastMember(person, sentence[:1].upper() + sentence[1:]))
    found = sorted(groups.values(), key=lambda g: (_ORDER.get(g.kind, 9), g.name))
    without = (
        Person.objects.filter(is_active=True, search_key__contains=q)
        .exclude(pk__in=[mine[0].person_id for mine in held.values()])
        .order_by("name")[:30]
    )
    if without:
        members = [CastMember(person, "Has no role today") for person in without]
        found.append(CastGroup("Without a role today", "", members))
    return found[:_MOST_GROUPS], max(0, len(found) - _MOST_GROUPS)


def _rank(row: RoleHeld) -> tuple[int, str, str]:
    return _ORDER.get(row.group.kind, 9), row.group.name, row.person.name


def listed(words: Iterable[str]) -> str:
    """Words in a row: "a, b and c"."""
    many = list(words)
    return many[0] if len(many) == 1 else f"{', '.join(many[:-1])} and {many[-1]}"


@dataclass(frozen=True)
class SchoolPerson:
    """Somebody at a school: the role row, the role in words, and whether it waits for a second person."""

    held: RoleHeld
    words: str
    waits: bool


def people_of_school(school: Organization) -> list[SchoolPerson]:
    """Who holds a role in a school today, and who was proposed. One query."""
    current = dated() | Q(starts__gt=today(school.zone))
    rows = RoleHeld.objects.filter(current, taken_back=False, group=school.group_id)
    order = {"principal": 0, "team": 1}
    ordered = sorted(
        rows.select_related("person", "granted_by"), key=lambda r: (order.get(r.role, 2), r.person.name)
    )
    return [in_words(row) for row in ordered]


def in_words(held: RoleHeld) -> SchoolPerson:
    """A role as a page shows it."""
    words = held.title or role_words(held.role).capitalize()
    return SchoolPerson(held, words, held.needs_second and held.confirmed_by_id is None)
