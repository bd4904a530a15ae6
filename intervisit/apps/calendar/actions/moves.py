"""Move a visit: the office in the plan or its draft, a facilitator at once or after asking."""

import datetime as dt
from dataclasses import replace

from intervisit.apps.calendar import bridge
from intervisit.apps.calendar.actions.proposals import ask_schools
from intervisit.apps.calendar.actions.releases import number_visits, put_change, settle
from intervisit.apps.calendar.models import Proposal, Release, Visit
from intervisit.apps.calendar.states import PlanState, ReleaseKind, VisitState
from intervisit.core import scheduling
from intervisit.core.access import Actor
from intervisit.core.text import long_date
from intervisit.kit.access import may, require
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Refused

Moved = Release | Proposal | None


@action("visit.move")
def move_visit(visit: Visit, to: dt.date, *, by: Actor, version: dt.date | None = None) -> Moved:
    """Move one visit to another day. Refuses a day on which it would break a rule, with the rule.

    The office moves it in the plan, or in the draft of a published one (nobody is told yet). A facilitator moves a
    visit of her own at once, as a small release, or asks its schools where the day is near. Returns what came of it.
    """
    require(by, "visit.move", visit)
    if version is not None and version != visit.date:
        raise Refused(
            "moved-meanwhile",
            "Somebody else has moved this visit. Look again before you move it.",
            status=409,
        )
    if visit.plan.state != PlanState.PUBLISHED:
        require(by, "plan.edit", visit.plan)
        _in_the_plan(visit, to, by)
        return None
    if may(by, "plan.edit", visit.plan):
        _refuse_broken(visit, to, drafted=True)
        was = None if visit.state == VisitState.OWED else visit.date
        record(by, "visit.move", visit, group=visit.plan.program.group, changes={"draft": (was, to)})
        put_change(visit, to, by=by, made_up=visit.losses.exists())
        return None
    found = _refuse_broken(visit, to, drafted=False)
    record(by, "visit.move", visit, group=visit.plan.program.group, changes={"date": (visit.date, to)})
    if found.short:
        return ask_schools(visit, to, by=by)
    name = f"{visit.network.name}: {long_date(visit.date)} moves to {long_date(to)}"
    return settle(visit.plan, {visit: to}, by=by, kind=ReleaseKind.FACILITATOR, name=name[:80], note="")


def _refuse_broken(visit: Visit, to: dt.date, *, drafted: bool) -> scheduling.Effect:
    found = bridge.effect(visit.plan, {visit: to}, drafted=drafted)
    if not found.sound:
        raise Refused("rule-broken", " ".join(found.broken[:3]), "date")
    return found


def _in_the_plan(visit: Visit, to: dt.date, by: Actor) -> None:
    problem, before = bridge.problem_of(visit.plan), bridge.visits_of(visit.plan)
    mine = bridge.as_planned(visit)
    after = [replace(v, date=to) if v == mine else v for v in before]
    known = set(scheduling.violations(problem, before))
    broken = [line for line in scheduling.violations(problem, after) if line not in known]
    if broken:
        raise Refused("rule-broken", " ".join(broken[:3]), "date")
    record(by, "visit.move", visit, group=visit.plan.program.group, changes={"date": (visit.date, to)})
    visit.date = to
    visit.save(update_fields=["date"])
    number_visits(visit.plan, visit.network)
