"""The people and the history of one district, for those who look after it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from intervisit.apps.people.models import District, Group, Organization, Person, RoleHeld, in_force
from intervisit.core.text import look_alike_key, looks_like_mixed_scripts, search_key
from intervisit.kit.history import verb_words
from intervisit.kit.models import HistoryLine

# Later chapters append the groups that they own in a district: programs, networks.
GROUPS_OF_DISTRICT: list[Callable[[District], QuerySet[Group]]] = []

# Kinds whose name an administrator may read in the history; the names of other things may be private.
_NAMED = frozenset({"district", "school", "role", "person", "import"})


@dataclass(frozen=True)
class PeopleWanted:
    """What somebody asked of the list of people."""

    q: str = ""
    role: str = ""
    school: str = ""


@dataclass(frozen=True)
class HistoryRow:
    """One line of history without content: when, who, what was done, and to what kind of thing."""

    line: HistoryLine
    what: str
    thing: str


def groups_of(district: District) -> Q:
    """The condition on a group's id: of the district, its schools, and what later chapters add."""
    mine = Q(pk=district.group_id) | Q(pk__in=Organization.objects.filter(district=district).values("group"))
    for more in GROUPS_OF_DISTRICT:
        mine |= Q(pk__in=more(district).values("pk"))
    return mine


def _groups(district: District) -> QuerySet[Group]:
    return Group.objects.filter(groups_of(district))


def people_of(district: District, wanted: PeopleWanted) -> QuerySet[Person]:
    """Everybody who holds or held a role in a district, with all their roles. Two queries."""
    held = RoleHeld.objects.filter(group__in=_groups(district))
    now_held = Q(in_force())
    if wanted.role:
        held = held.filter(now_held, role=wanted.role)
    for word in search_key(wanted.school).split():
        held = held.filter(group__organization__search_key__contains=word)
    found = Person.objects.filter(pk__in=held.values("person"))
    for word in search_key(wanted.q).split():
        found = found.filter(Q(search_key__contains=word) | Q(email__contains=word))
    roles = RoleHeld.objects.select_related("group").order_by("ends", "-starts")
    return found.prefetch_related(Prefetch("roles", roles)).order_by("search_key", "pk")


def waiting_roles(district: District) -> QuerySet[RoleHeld]:
    """Roles that wait for a second person."""
    waiting = RoleHeld.objects.filter(needs_second=True, confirmed_by=None, taken_back=False)
    return (
        waiting.filter(group__in=_groups(district))
        .select_related("person", "group", "granted_by")
        .order_by("starts")
    )


def look_alikes(name: str, email: str) -> list[str]:
    """Sentences about what a person approving an account should look at: names and addresses that mislead (B13)."""
    found = []
    for text in (name, email):
        scripts = looks_like_mixed_scripts(text)
        if scripts:
            found.append(f"“{text}” mixes letters of {' and '.join(scripts)}, which can look alike.")
    key, address = look_alike_key(name), look_alike_key(email)
    for person in Person.objects.exclude(email=email).only("name", "email"):
        if look_alike_key(person.name) == key:
            found.append(f"There is {person.name} already, with the address {person.email}.")
        elif look_alike_key(person.email) == address:
            found.append(f"The address looks like {person.email} of {person.name}.")
    return found


def history_of(district: District, *, who: str = "", kind: str = "") -> QuerySet[HistoryLine]:
    """What happened in a district, newest first."""
    lines = HistoryLine.objects.filter(group__in=_groups(district)).select_related("actor", "group")
    if kind:
        lines = lines.filter(kind=kind)
    for word in search_key(who).split():
        lines = lines.filter(actor__search_key__contains=word)
    return lines.order_by("-at", "-pk")


def history_row(line: HistoryLine) -> HistoryRow:
    what = verb_words(line.verb)
    named = line.label if line.kind in _NAMED else ""
    return HistoryRow(line, what, f"{line.kind.replace('_', ' ')} {named}".strip())
