"""Schools that were given more time, and when a school may submit."""

import datetime as dt
import uuid

from django.db.models import QuerySet

from intervisit.apps.applications.models import LateAllowed
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.queries import CallNow
from intervisit.apps.programs.states import Phase
from intervisit.kit import prepared
from intervisit.kit.clock import now

LATE_PHASES = frozenset({Phase.CALL, Phase.REVIEW})  # afterwards the matching has begun


def late_in_force(program: Program) -> QuerySet[LateAllowed]:
    """More time that was given and not taken back, whether it is over or not."""
    return (
        LateAllowed.objects.filter(program=program, ended=None)
        .select_related("school", "by")
        .order_by("until")
    )


def late_for(
    program: Program, call: CallNow, school: Organization, at: dt.datetime | None = None
) -> LateAllowed | None:
    """The exception under which this school may submit now, if there is one; its moment has the same grace."""
    if program.phase not in LATE_PHASES:
        return None
    latest = prepared.first("late", _latest, program.pk, call.key, school.pk)
    return latest if latest is not None and (at or now()) <= latest.until + call.grace else None


def _latest(program: uuid.UUID, call: str, school: uuid.UUID) -> QuerySet[LateAllowed]:
    found = LateAllowed.objects.filter(program=program, ended=None, call=call, school=school)
    return found.select_related("school", "by").order_by("-until")[:1]
