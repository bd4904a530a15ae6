"""Who may not review whom, by what is on record: own school, former school, same superintendent, declared."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from intervisit.apps.people.models import Organization, Person, Rates, RoleHeld
from intervisit.apps.reviews.models import Conflict
from intervisit.apps.reviews.states import ConflictKind
from intervisit.core.access import Actor
from intervisit.core.text import search_key
from intervisit.kit.clock import today


@dataclass(frozen=True)
class NamedConflict:
    """One person, one school, why."""

    person: Any
    school: Any
    kind: ConflictKind


def conflicts_of(
    people: Iterable[Person], schools: Iterable[Organization], kinds: Iterable[str]
) -> list[NamedConflict]:
    """What stands on record between these people and these schools. Five queries, whatever their number.

    Working in a school counts whether the design names it or not; `kinds` adds what else the design asks for.
    Whoever rates a school's principal counts as its superintendent.
    """
    who, there = {p.pk: p for p in people}, {s.pk: s for s in schools}
    if not who or not there:
        return []
    wanted = {ConflictKind(k) for k in kinds} | {ConflictKind.OWN_SCHOOL, ConflictKind.DECLARED}
    found = set(_by_roles(set(who), there))
    found |= set(_by_superintendent(who, there))
    rows = Conflict.objects.filter(person__in=who, school__in=there, kind=ConflictKind.DECLARED)
    found |= {NamedConflict(p, s, ConflictKind.DECLARED) for p, s in rows.values_list("person", "school")}
    return sorted(
        (c for c in found if c.kind in wanted), key=lambda c: (str(c.person), str(c.school), c.kind)
    )


def _by_roles(people: set[Any], schools: dict[Any, Organization]) -> Iterable[NamedConflict]:
    by_group = {s.group_id: s.pk for s in schools.values()}
    zone = next(iter(schools.values())).zone
    day = today(zone)
    held = RoleHeld.objects.filter(person__in=people, group__in=by_group, taken_back=False)
    for person, group, ends in held.values_list("person", "group", "ends"):
        own = ends is None or ends >= day
        yield NamedConflict(
            person, by_group[group], ConflictKind.OWN_SCHOOL if own else ConflictKind.FORMER_SCHOOL
        )


def _by_superintendent(
    people: dict[Any, Person], schools: dict[Any, Organization]
) -> Iterable[NamedConflict]:
    kind = ConflictKind.SUPERINTENDENT
    bosses: dict[Any, set[str]] = defaultdict(set)
    roles = RoleHeld.objects.filter(
        person__in=people, group__organization__kind="school", taken_back=False, ends__isnull=True
    )
    for person, boss in roles.values_list("person", "group__organization__superintendent"):
        bosses[person].add(search_key(boss))
    for pk, who in people.items():
        bosses[pk].add(search_key(who.name))
    of_school = {pk: search_key(s.superintendent) for pk, s in schools.items()}
    for person, names in bosses.items():
        for school, boss in of_school.items():
            if boss and boss in names:
                yield NamedConflict(person, school, kind)
    rated = _rated(people, schools)
    for person, school in rated:
        yield NamedConflict(person, school, kind)


def _rated(people: dict[Any, Person], schools: dict[Any, Organization]) -> set[tuple[Any, Any]]:
    """(rater, school) of those who rate a principal."""
    raters: dict[Any, set[Any]] = defaultdict(set)
    for rater, rated in Rates.objects.filter(rater__in=people, ends__isnull=True).values_list(
        "rater", "rated"
    ):
        raters[rated].add(rater)
    if not raters:
        return set()
    by_group = {s.group_id: s.pk for s in schools.values()}
    held = RoleHeld.objects.filter(
        person__in=raters, role="principal", group__in=by_group, taken_back=False, ends__isnull=True
    )
    return {(r, by_group[g]) for p, g in held.values_list("person", "group") for r in raters[p]}


def shut_to(actor: Actor) -> QuerySet[Conflict]:
    """The conflicts of whoever asks: of these schools nothing is shown to her, in no row and in no number."""
    if actor.person is None:
        return Conflict.objects.none()
    return Conflict.objects.filter(person__pk=actor.person)


def in_conflict(person: Person, school: Organization, kinds: Iterable[str]) -> bool:
    """Whether anything on record stands between one person and one school now."""
    return bool(conflicts_of([person], [school], kinds))
