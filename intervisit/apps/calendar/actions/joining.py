"""Schools that come into a network of a published year: what they are owed, and the search for its days."""

from collections.abc import Iterable

from intervisit.apps.calendar import bridge
from intervisit.apps.calendar.actions.happenings import happened, refuse_unpublished, weigh_again
from intervisit.apps.calendar.models import Change, Happening, Visit, YearPlan
from intervisit.apps.calendar.states import HappeningKind, HappeningState, PlanState, VisitState
from intervisit.apps.networks.events import MembersChanged
from intervisit.apps.networks.models import Network, NetworkMember
from intervisit.apps.people.models import Organization
from intervisit.core.access import Actor
from intervisit.kit.access import require
from intervisit.kit.clock import today
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Refused

_OPEN = (HappeningState.WEIGHING, HappeningState.READY)


def follow_newcomers(event: MembersChanged) -> None:
    """The published year owes visits to those who have come. Their days are found later, and released with the draft.

    Part of the action by which they came.
    """
    plan = YearPlan.objects.filter(program=event.program, state=PlanState.PUBLISHED).first()
    if plan is None or not plan.problem:  # brought in from elsewhere: nothing is known of its rules
        return
    for network, school in dict.fromkeys(event.came):
        rows = NetworkMember.objects.filter(network=network, school=school, left=None)
        owe(plan, rows.select_related("network", "school"), by=event.by)


def owe(plan: YearPlan, rows: Iterable[NetworkMember], *, by: Actor) -> None:
    """Write the visits that the rest of the year owes to these schools, without a day. Safe to run twice."""
    program = plan.program
    day = today(program.district.zone)
    for row in rows:
        many = bridge.owed_to(plan, row, day)
        if not many:
            continue
        part = bridge.part_for(plan, row)
        starts, ends = bridge.times(program.design, part)
        turns = [bridge.turn_of(v) for v in plan.visits.filter(network=row.network_id, school=row.school_id)]
        Visit.objects.bulk_create(
            Visit(
                plan=plan, network_id=row.network_id, school_id=row.school_id, number=0, state=VisitState.OWED,
                date=bridge.no_day(program), starts=starts, ends=ends, part=part,
                uid=f"{row.network_id}.{row.school_id}.{max(turns, default=0) + n}",
            )
            for n in range(1, many + 1)
        )  # fmt: skip
        record(by, "visit.owe", plan, group=program.group, label=f"{row.school.name}, {row.network.name}",
               changes={"visits": (0, many)})  # fmt: skip


def forget(network: Network, school: Organization) -> None:
    """A school has left: visits that never had a day are owed no more, and the draft has no lines for it."""
    mine = Visit.objects.filter(network=network, school=school)
    Change.objects.filter(visit__in=mine).delete()
    mine.filter(state=VisitState.OWED).delete()


@action("plan.find_days")
def find_days(plan: YearPlan, *, by: Actor) -> Happening:
    """Weigh on which days the visits of schools that have come could be. Nothing is changed, nobody is told.

    Asked again while a search is open, the same one is weighed anew. Refuses where no visit waits for a first day.
    """
    require(by, "plan.edit", plan)
    refuse_unpublished(plan)
    word = plan.program.design.words["visit"]
    ledger = bridge.ledger_of(plan, today(plan.program.district.zone))
    if not ledger.new:
        raise Refused("none-new", f"No new {word.many} wait for a day.", status=409)
    many = sum(number for _, number in ledger.new)
    names = list(dict.fromkeys(visit.school.name for visit, _ in ledger.new))
    who = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
    reason = f"Days for {many} new {word.one if many == 1 else word.many}: {who}"[:160]
    record(by, "plan.find_days", plan, group=plan.program.group, label=reason)
    made = plan.happenings.filter(kind=HappeningKind.CAME, state__in=_OPEN).first()
    if made is None:
        day = today(plan.program.district.zone)
        return happened(plan, by=by, kind=HappeningKind.CAME, first=day, last=day, reason=reason)
    made.reason = reason
    made.save(update_fields=["reason"])
    if made.state == HappeningState.READY:
        weigh_again(made, by=by)
    return made
