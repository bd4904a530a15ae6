"""Who a school's application belongs to: its principals, its team, and who may write."""

import datetime as dt
import uuid

from django.conf import settings
from django.db.models import QuerySet

from intervisit.apps.applications.models import Application
from intervisit.apps.people.models import Organization, Person, RoleHeld, in_force
from intervisit.core.access import Actor
from intervisit.kit import prepared
from intervisit.kit.clock import today


def principals_of_school(school: Organization) -> list[Person]:
    return _holders(school, "principal")


def team_of_school(school: Organization) -> list[Person]:
    """Members of the team today who are not principals as well."""
    principals = {p.pk for p in principals_of_school(school)}
    return [p for p in _holders(school, "team") if p.pk not in principals]


def _holders(school: Organization, role: str) -> list[Person]:
    held = prepared.rows("holders", _held, role, school.group_id, today(settings.TIME_ZONE))
    return [h.person for h in held if h.person.is_active]


def _held(role: str, group: uuid.UUID, day: dt.date) -> QuerySet[RoleHeld]:
    held = RoleHeld.objects.filter(in_force(day), role=role, group=group)
    return held.select_related("person").order_by("person__name")


def writes(actor: Actor, application: Application) -> bool:
    """Whether somebody of the school is among those who write: all of the team, unless the principal has named some."""
    if not application.only_named or str(application.school.group_id) in actor.groups("principal"):
        return True
    return actor.person is not None and application.writers.filter(person_id=actor.person).exists()


def writers_words(application: Application) -> str:
    """Who writes, in a sentence."""
    if not application.only_named:
        return "Everybody in your team can write."
    named = application.writers.select_related("person").order_by("person__name")
    names = [str(w.person) for w in named]
    if not names:
        return "Only the principal writes."
    return f"The principal, {', '.join(names)}." if len(names) > 1 else f"The principal and {names[0]}."
