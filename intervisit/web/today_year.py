"""What a published year asks of its people today: days that fell away, a draft that waits, answers to proposals."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from intervisit.apps.calendar.models import Change, Happening, Proposal, Visit, YearPlan
from intervisit.apps.calendar.queries import open_proposals, waiting_for
from intervisit.apps.calendar.states import HappeningState, PlanState, VisitState
from intervisit.core.access import Actor
from intervisit.kit.access import asked, visible
from intervisit.kit.clock import now

MOST = 5  # of one kind


@dataclass(frozen=True)
class YearTask:
    """One thing to do, in the form of `ui/tasks.html`."""

    label: str
    url: str
    note: str = ""
    when: str = ""
    badge: str = ""
    tone: str = "info"


def year_tasks(actor: Actor) -> Iterator[YearTask]:
    """In at most five queries: what happened, what is drafted, what is asked."""
    yield from _asked(actor)
    plans = asked(actor, _plans)
    if not plans:
        return
    open_ = (HappeningState.READY, HappeningState.WEIGHING)
    ready = list(Happening.objects.filter(plan__in=plans, state__in=open_).order_by("first")[:MOST])
    for happening in ready:
        weighing = happening.state == HappeningState.WEIGHING
        yield YearTask(
            happening.reason, reverse("happening", args=[happening.pk]),
            "Choose a way out: the one with the fewest moves stands first.",
            badge="being weighed" if weighing else "choose", tone="info" if weighing else "host",
        )  # fmt: skip
    drafted = Counter(Change.objects.filter(visit__plan__in=plans).values_list("visit__plan", flat=True))
    for plan, count in drafted.items():
        yield YearTask(
            "Release the draft of the year", reverse("plan_release", args=[plan]),
            f"{count} {'change' if count == 1 else 'changes'} that nobody has been told of.",
        )  # fmt: skip
    off = Visit.objects.filter(
        plan__in=plans, state=VisitState.CANCELLED, change=None, losses__isnull=False
    ).distinct()
    waiting = off.count()
    if waiting and not ready:
        first = off.order_by("date").first()
        yield YearTask(
            f"{waiting} called off, without another day", reverse("visit_move", args=[first.pk]) if first else "",
            "Find another day, or give it up.",
        )  # fmt: skip


def _open(actor: Actor, moment: dt.datetime) -> QuerySet[Proposal]:
    return open_proposals(actor, moment)[:MOST]


def _plans(actor: Actor) -> QuerySet[YearPlan, uuid.UUID]:
    found = visible(actor, "plan.view", YearPlan).filter(state=PlanState.PUBLISHED)
    return found.values_list("pk", flat=True)


def _asked(actor: Actor) -> Iterator[YearTask]:
    if not (actor.groups("principal") | actor.groups("team")):
        return
    for row in waiting_for(actor, asked(actor, _open, now())):
        if row.mine:
            p = row.proposal
            yield YearTask(
                f"Does {p.to:%A} {p.to.day} {p.to:%B} suit you?", reverse("proposal", args=[p.pk]),
                f"Instead of {p.was:%A} {p.was.day} {p.was:%B}, {p.visit.school.name}.",
                f"until {p.expires:%a} {p.expires.day} {p.expires:%b}", badge="your answer", tone="host",
            )  # fmt: skip
