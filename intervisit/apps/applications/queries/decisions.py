"""Where an application stands for the program: what has been decided and not told counts, for its staff alone."""

import uuid
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from intervisit.apps.applications.models import Appeal, Application, Letter, PendingDecision
from intervisit.apps.applications.states import IN_HAND, LABELS, ApplicationState
from intervisit.apps.people.models import Person, RoleHeld, in_force
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor
from intervisit.kit.access import asked, may, visible


def standing(rows: QuerySet[Any]) -> QuerySet[Any]:
    """With `stands` and `stands_role`: the decision on its way where there is one, else what the school knows.

    Only for people who work in the program: a school that read it would learn what is not released.
    """
    found: QuerySet[Any] = rows.annotate(
        stands=Coalesce("pending__state", "state"),
        stands_role=Coalesce("pending__role", "role"),
        is_pending=Q(pending__isnull=False),
    )
    return found


def stands(application: Application) -> str:
    """The same of one application, asked when nobody has annotated it."""
    found = getattr(application, "stands", None)
    if found is not None:
        return str(found)
    pending = PendingDecision.objects.filter(pk=application.pk).first()
    return pending.state if pending is not None else application.state


@dataclass(frozen=True)
class Overview:
    """The numbers above a program's list, in one query."""

    counts: dict[str, int]  # of drafts and withdrawn ones this is all that the program knows
    areas: list[str]  # of what is in hand
    pending: int


def overview_of(program: Program) -> Overview:
    rows = standing(program.applications.all()).order_by().values_list("stands", "school__area", "is_pending")
    found = list(rows)
    counted = Counter(state for state, _, _ in found)
    areas = {area for state, area, _ in found if area and state in IN_HAND}
    return Overview({s: counted[s] for s in LABELS}, sorted(areas), sum(p for _, _, p in found))


def pending_of(program: Program) -> QuerySet[PendingDecision]:
    """Decided, and the schools do not know. A school that has withdrawn meanwhile is out of it."""
    found = PendingDecision.objects.filter(
        application__program=program, application__state__in=sorted(IN_HAND)
    )
    return found.select_related("application__school", "asked_by", "decided_by").order_by(
        "state", "role", "application__school__name"
    )


def pending_count(program: Program) -> int:
    """How many decisions wait."""
    return PendingDecision.objects.filter(
        application__program=program, application__state__in=sorted(IN_HAND)
    ).count()


def pending_on(actor: Actor, application: Application) -> PendingDecision | None:
    """The decision on its way, for those who may know that there is one."""
    return next(iter(asked(actor, _pending, application.pk)), None)


def _pending(actor: Actor, pk: uuid.UUID) -> QuerySet[PendingDecision]:
    rows = visible(actor, "decision.view", PendingDecision).filter(pk=pk)
    return rows.select_related("decided_by", "asked_by").order_by()


def waiting_list(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Schools on the waiting list in their order: by hand where somebody has put them so, then by arrival."""
    found = standing(rows).filter(stands=ApplicationState.WAITLISTED)
    order = F("waiting_place__place").asc(nulls_last=True)
    return found.select_related("school", "waiting_place").order_by(order, "submitted", "pk")


def letters_of(application: Application) -> QuerySet[Letter]:
    """What the school was told, newest first."""
    return application.letters.select_related("appeal").order_by("-told", "-pk")


def letter_seen(actor: Actor, application: Application) -> Letter | None:
    """The letter that holds now, for those who may read the decision. A place given up has none."""
    if application.released is None or not may(actor, "application.read_decision", application):
        return None
    return letters_of(application).filter(told=application.released).first()


def appeals_of(actor: Actor, program: Program) -> QuerySet[Appeal]:
    """Notes about decisions, those without an answer first."""
    rows = Appeal.objects.filter(letter__application__program=program)
    found = visible(actor, "appeal.view", rows)
    return found.select_related("letter__application__school", "written_by", "answered_by").order_by(
        F("answered").asc(nulls_first=True), "-written"
    )


def staff_of(program: Program) -> list[Person]:
    """Those who run a program today."""
    held = RoleHeld.objects.filter(
        in_force(), Q(role="staff") | Q(role="director"), group=program.group_id, person__is_active=True
    )
    return list(Person.objects.filter(pk__in=held.values("person")).order_by("name"))
