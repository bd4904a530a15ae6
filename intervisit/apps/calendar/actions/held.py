"""What became of a visit whose day has come: chapters above know, the ledger counts."""

from intervisit.apps.calendar.actions.telling import facts_of
from intervisit.apps.calendar.models import Loss, Visit
from intervisit.apps.calendar.states import VisitState
from intervisit.core.access import Actor
from intervisit.core.text import long_date
from intervisit.kit.access import require
from intervisit.kit.clock import today
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Refused


@action("visit.not_held")
def not_held(visit: Visit, *, by: Actor, reason: str) -> None:
    """The day came and it did not take place. Its network is owed it; the ledger shows it as waiting for a day."""
    require(by, "visit.hold", visit)
    if visit.date > today(visit.plan.program.district.zone):
        raise Refused("too-early", f"It is not {long_date(visit.date)} yet. Postpone it instead.")
    if visit.state != VisitState.PLANNED:
        raise Refused("called-off", "This has been called off already.")
    Loss.objects.create(visit=visit, date=visit.date, reason=reason[:160], person_id=by.person)
    visit.state = VisitState.CANCELLED
    visit.told = facts_of(visit)  # those concerned were there, or were not: no mail tells them
    visit.save(update_fields=["state", "told"])
    record(by, "visit.not_held", visit, group=visit.plan.program.group,
           changes={"state": (VisitState.PLANNED, VisitState.CANCELLED)})  # fmt: skip


@action("visit.held")
def was_held(visit: Visit, *, by: Actor) -> None:
    """It took place, after all: what was lost on this very day counts as held again."""
    require(by, "visit.hold", visit)
    if visit.state == VisitState.CANCELLED and visit.date <= today(visit.plan.program.district.zone):
        Loss.objects.filter(visit=visit, date=visit.date).delete()
        visit.state = VisitState.PLANNED
        visit.told = facts_of(visit)
        visit.save(update_fields=["state", "told"])
    record(by, "visit.held", visit, group=visit.plan.program.group)
