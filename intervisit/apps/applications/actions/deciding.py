"""The program decides, among itself; nothing of it reaches a school before two people release it."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from intervisit.apps.applications.models import Application, PendingDecision, WaitingPlace
from intervisit.apps.applications.queries.decisions import waiting_list
from intervisit.apps.applications.states import IN_HAND, OUTCOMES
from intervisit.apps.people.models import Person
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor
from intervisit.core.designs import Decision, Design
from intervisit.core.text import BadValue, clean
from intervisit.kit.access import person_of, require
from intervisit.kit.clock import now
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Refused, Stale

_KEPT = ("state", "role", "decision", "reason")


def decision_of(design: Design, key: str) -> Decision:
    """A decision of the design. Raises Refused: unknown-decision."""
    found = next((d for d in design.decisions if d.key == key), None)
    if found is None:
        raise Refused("unknown-decision", "Choose one of the decisions.", "decision")
    return found


def moment_mark(pending: PendingDecision | None) -> str:
    """Which decision a page showed, for two who decide the same school."""
    return pending.decided.isoformat() if pending is not None else ""


@action("application.decide")
def decide(
    applications: Iterable[Application],
    *,
    by: Actor,
    decision: str,
    reason: str = "",
    seen: str | None = None,
) -> list[PendingDecision]:
    """Decide some applications alike, not yet told to the schools. They share a batch that can be undone.

    `seen`: for one application, the moment of the pending decision that stood on the page; another one is Stale.
    Raises Refused: unknown-decision, nothing-chosen; BadValue for a reason that is not text.
    """
    chosen = list(applications)
    if not chosen:
        raise Refused("nothing-chosen", "Choose at least one.", "ids")
    for application in chosen:
        require(by, "application.decide", application)
    wanted = decision_of(chosen[0].program.design, decision)
    words = clean(reason, field="reason", max_length=4000, kind="long")
    standing = PendingDecision.objects.in_bulk([a.pk for a in chosen])
    if seen is not None and len(chosen) == 1:
        _check_seen(standing.get(chosen[0].pk), seen, wanted, words)
    batch, person, moment = uuid.uuid4(), person_of(by), now()
    return [_decide_one(a, standing.get(a.pk), wanted, words, batch, person, moment, by=by) for a in chosen]


def _check_seen(standing: PendingDecision | None, seen: str, wanted: Decision, words: str) -> None:
    if seen == moment_mark(standing):
        return
    theirs = f"{standing.state}: {standing.reason}" if standing else "No decision: it has been undone."
    who = str(standing.decided_by or "") if standing else ""
    raise Stale({"decision": f"{wanted.label}: {words}"}, {"decision": theirs}, who)


def _decide_one(
    application: Application,
    standing: PendingDecision | None,
    wanted: Decision,
    reason: str,
    batch: uuid.UUID,
    person: Any,
    moment: dt.datetime,
    *,
    by: Actor,
) -> PendingDecision:
    before = _as_kept(standing)
    pending, _ = PendingDecision.objects.update_or_create(
        application=application,
        defaults={
            "state": OUTCOMES[wanted.outcome],
            "role": wanted.role if wanted.outcome == "accept" else "",
            "decision": wanted.key,
            "reason": reason,
            "decided": moment,
            "decided_by": person,
            "before": before,
            "batch": batch,
            "asked": None,
            "asked_by": None,
        },
    )
    record(by, "application.decide", application, group=application.program.group_id,
           changes={"decision": (before.get("decision") or application.decision, wanted.key)})  # fmt: skip
    return pending


def _as_kept(pending: PendingDecision | None) -> dict[str, Any]:
    """What an undo needs of the decision that stood before."""
    if pending is None:
        return {}
    kept = {key: getattr(pending, key) for key in _KEPT}
    by = str(pending.decided_by_id) if pending.decided_by_id else None
    return {**kept, "decided": pending.decided.isoformat(), "decided_by": by}


@action("application.undecide")
def undo_decision(program: Program, *, by: Actor, batch: uuid.UUID) -> int:
    """Put back what a batch of decisions has changed, as long as it is not released. Returns how many."""
    require(by, "program.work", program)
    rows = list(
        PendingDecision.objects.filter(application__program=program, batch=batch).select_related(
            "application__school", "application__program"
        )
    )
    if not rows:
        raise Refused("nothing-to-undo", "This can no longer be undone.", status=409)
    for pending in rows:
        require(by, "application.decide", pending.application)
        _put_back(pending, by=by)
    return len(rows)


def _put_back(pending: PendingDecision, *, by: Actor) -> None:
    was, application = pending.before, pending.application
    changes = {"decision": (pending.decision, was.get("decision") or application.decision)}
    if was:
        for key in _KEPT:
            setattr(pending, key, was[key])
        pending.decided = dt.datetime.fromisoformat(was["decided"])
        pending.decided_by = (
            Person.objects.filter(pk=was["decided_by"]).first() if was["decided_by"] else None
        )
        pending.before, pending.batch = {}, None
        pending.asked, pending.asked_by = None, None
        pending.save()
    else:
        pending.delete()
    record(by, "application.undecide", application, changes=changes, group=application.program.group_id)


@action("application.clear_decision")
def clear_decision(application: Application, *, by: Actor) -> None:
    """Take one decision back that is not released: the school is undecided again, or as it was told before."""
    require(by, "application.decide", application)
    pending = PendingDecision.objects.filter(pk=application.pk).first()
    if pending is None:
        raise Refused("nothing-to-undo", "There is no decision to take back.", status=409)
    record(by, "application.undecide", application, group=application.program.group_id,
           changes={"decision": (pending.decision, application.decision)})  # fmt: skip
    pending.delete()


@action("application.order_waiting")
def order_waiting(program: Program, *, by: Actor, order: Sequence[Application], seen: Sequence[str]) -> int:
    """Put the waiting list into an order. `seen`: the ids in the order that stood on the page.

    Raises Stale when the list has changed meanwhile.
    """
    require(by, "program.work", program)
    rows = list(waiting_list(program.applications.filter(state__in=sorted(IN_HAND))))
    for application in order:
        require(by, "application.decide", application)
    stands = [str(a.pk) for a in rows]
    if list(seen) != stands or {a.pk for a in order} != {a.pk for a in rows}:
        names = {str(a.pk): a.school.name for a in [*rows, *order]}
        mine = ", ".join(a.school.name for a in order)
        raise Stale({"order": mine}, {"order": ", ".join(names[i] for i in stands)})
    WaitingPlace.objects.filter(application__program=program).delete()
    WaitingPlace.objects.bulk_create(
        WaitingPlace(application=a, place=place) for place, a in enumerate(order, start=1)
    )
    moved = sum(str(a.pk) != i for a, i in zip(order, stands, strict=True))
    record(by, "application.order_waiting", program, changes={"moved": (0, moved)}, group=program.group_id)
    return moved


__all__ = [
    "BadValue",
    "clear_decision",
    "decide",
    "decision_of",
    "moment_mark",
    "order_waiting",
    "undo_decision",
]
