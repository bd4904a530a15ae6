"""Who may not review whom, by what is on record: own school, former school, same superintendent, declared."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
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
    """What stands on record between these people and these schools. Four queries, whatever their number.

    Working in a school counts whether the design names it or not; `kinds` adds what else the design asks for.
    Whoever rates a school's principal counts as its superintendent.
    """
    who, there = {p.pk: p for p in people}, {s.pk: s for s in schools}
    if not who or not there:
        return []
    wanted = {ConflictKind(k) for k in kinds} | {ConflictKind.OWN_SCHOOL, ConflictKind.DECLARED}
    roles = list(
        RoleHeld.objects.filter(person__in=who, group__kind="school", taken_back=False).values_list(
            "person", "group", "ends", "group__organization__superintendent"
        )
    )
    found = set(_by_roles(roles, there))
    found |= set(_by_superintendent(roles, who, there))
    rows = Conflict.objects.filter(person__in=who, school__in=there, kind=ConflictKind.DECLARED)
    found |= {NamedConflict(p, s, ConflictKind.DECLARED) for p, s in rows.values_list("person", "school")}
    return sorted(
        (c for c in found if c.kind in wanted), key=lambda c: (str(c.person), str(c.school), c.kind)
    )


_Role = tuple[
    Any, Any, "dt.date | None", "str | None"
]  # person, group, last day, superintendent of the school


def _by_roles(roles: Sequence[_Role], schools: dict[Any, Organization]) -> Iterable[NamedConflict]:
    by_group = {s.group_id: s.pk for s in schools.values()}
    day = today(next(iter(schools.values())).zone)
    for person, group, ends, _ in roles:
        if group in by_group:
            own = ends is None or ends >= day
            kind = ConflictKind.OWN_SCHOOL if own else ConflictKind.FORMER_SCHOOL
            yield NamedConflict(person, by_group[group], kind)


def _by_superintendent(
    roles: Sequence[_Role], people: dict[Any, Person], schools: dict[Any, Organization]
) -> Iterable[NamedConflict]:
    kind = ConflictKind.SUPERINTENDENT
    bosses: dict[Any, set[str]] = defaultdict(set)
    for person, _, ends, boss in roles:
        if ends is None:
            bosses[person].add(search_key(boss or ""))
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
