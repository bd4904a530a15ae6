"""Lines of history for those whom they are about: without content, without the names of things."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from intervisit.apps.people.models import Organization, Person, RoleHeld, in_force
from intervisit.apps.people.queries.district import history_row
from intervisit.kit.models import HistoryLine

# Deeds by which somebody reads or takes out what others wrote; they are told to those of whose school it is.
OPENING = ("export", "archive", "open", "papers", "payroll", "records")


@dataclass(frozen=True)
class DoneRow:
    """One line: when, who, what was done, to what kind of thing."""

    line: HistoryLine
    what: str
    kind: str


def in_school(school: Organization) -> QuerySet[HistoryLine]:
    """What happened in a school's own group, newest first."""
    return HistoryLine.objects.filter(group=school.group_id).select_related("actor").order_by("-at", "-pk")


def about_person(person: Person) -> QuerySet[HistoryLine]:
    """What others did to one person's account and parts, and what they opened of her schools', newest first."""
    roles = RoleHeld.objects.filter(person=person)
    keys = [str(key) for key in roles.values_list("pk", flat=True)]
    homes = roles.filter(in_force(), role__in=["principal", "team"]).values("group")
    opened = Q(pk__in=[])
    for word in OPENING:
        opened |= Q(verb__endswith=f".{word}")
    mine = Q(kind="role", thing__in=keys) | Q(kind="person", thing=str(person.pk))
    found = HistoryLine.objects.filter(mine | (Q(group__in=homes) & opened), actor__isnull=False).exclude(
        actor=person
    )
    return found.select_related("actor").order_by("-at", "-pk")


def done_rows(lines: Iterable[HistoryLine]) -> list[DoneRow]:
    return [DoneRow(line, history_row(line).what, line.kind.replace("_", " ")) for line in lines]
