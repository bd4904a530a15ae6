"""What a published year asks of its people today: days that fell away, a draft that waits, answers to proposals."""

import datetime as dt
import uuid
from collections.abc import Iterator

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.urls import reverse

from intervisit.apps.calendar.models import Change, Happening, Proposal, Visit, YearPlan
from intervisit.apps.calendar.queries import open_proposals, waiting_for
from intervisit.apps.calendar.states import HappeningKind, HappeningState, PlanState, VisitState
from intervisit.core.access import Actor
from intervisit.kit.access import asked, visible
from intervisit.kit.clock import now
from intervisit.web.today_task import Task

MOST = 5  # of one kind


def year_tasks(actor: Actor) -> Iterator[Task]:
    """In at most four queries: what is asked, what is drafted, new or has fallen away, and what happened."""
    yield from _asked(actor)
    plans = asked(actor, _plans)
    if not plans:
        return
    open_ = (HappeningState.READY, HappeningState.WEIGHING)
    of_plans = [plan for plan, *_ in plans]
    ready = list(Happening.objects.filter(plan__in=of_plans, state__in=open_).order_by("first")[:MOST])
    for happening in ready:
        weighing = happening.state == HappeningState.WEIGHING
        yield Task(
            happening.reason, reverse("happening", args=[happening.pk]),
            "Choose a way out: the one with the fewest moves stands first.",
            badge="being weighed" if weighing else "choose", tone="info" if weighing else "host",
        )  # fmt: skip
    for plan, drafted, *_ in plans:
        if drafted:
            yield Task(
                "Release the draft of the year", reverse("plan_release", args=[plan]),
                f"{drafted} {'change' if drafted == 1 else 'changes'} that nobody has been told of.",
            )  # fmt: skip
    for _, _, off, first, _ in plans:
        if off and not ready:
            yield Task(
                f"{off} called off, without another day", reverse("visit_move", args=[first]),
                "Find another day, or give it up.",
            )  # fmt: skip

    if all(happening.kind != HappeningKind.CAME for happening in ready):
        for plan, _, _, _, new in plans:
            if new:
                yield Task(
                    f"{new} new, without a day", reverse("plan_release", args=[plan]),
                    "Schools have come during the year. Find days, and release them with the draft.",
                )  # fmt: skip


def _open(actor: Actor, moment: dt.datetime) -> QuerySet[Proposal]:
    return open_proposals(actor, moment)[:MOST]


def _plans(
    actor: Actor,
) -> QuerySet[YearPlan, tuple[uuid.UUID, int | None, int | None, uuid.UUID | None, int | None]]:
    """Each published year: changes drafted, visits that fell away without another day, the first of those; visits to
    schools that have come, without a day."""
    drafted = Change.objects.filter(visit__plan=OuterRef("pk")).order_by()
    off = Visit.objects.filter(
        plan=OuterRef("pk"), state=VisitState.CANCELLED, change=None, losses__isnull=False
    )
    new = Visit.objects.filter(plan=OuterRef("pk"), state=VisitState.OWED, change=None).order_by()
    found = visible(actor, "plan.view", YearPlan).filter(state=PlanState.PUBLISHED)
    found = found.annotate(
        drafted=Subquery(drafted.values("visit__plan").annotate(many=Count("pk")).values("many")),
        off=Subquery(off.order_by().values("plan").annotate(many=Count("pk", distinct=True)).values("many")),
        new=Subquery(new.values("plan").annotate(many=Count("pk")).values("many")),
        first_off=Subquery(off.order_by("date", "pk").values("pk")[:1]),
    )
    return found.values_list("pk", "drafted", "off", "first_off", "new")


def _asked(actor: Actor) -> Iterator[Task]:
    if not (actor.groups("principal") | actor.groups("team")):
        return
    for row in waiting_for(actor, asked(actor, _open, now())):
        if row.mine:
            p = row.proposal
            yield Task(
                f"Does {p.to:%A} {p.to.day} {p.to:%B} suit you?", reverse("proposal", args=[p.pk]),
                f"Instead of {p.was:%A} {p.was.day} {p.was:%B}, {p.visit.school.name}.",
                f"until {p.expires:%a} {p.expires.day} {p.expires:%b}", badge="your answer", tone="host",
            )  # fmt: skip
