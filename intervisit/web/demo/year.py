"""The demo's year under way: a line in the draft, and a school that proposes another day to the others."""

import datetime as dt

from intervisit.apps.calendar import actions, bridge
from intervisit.apps.calendar.models import Visit, YearPlan
from intervisit.apps.calendar.states import PlanState
from intervisit.apps.people.models import Organization, Person
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor
from intervisit.kit.access import actor_for
from intervisit.kit.clock import today

WHY = "Our winter concert fills the building that day; nobody would find a quiet room for the debrief."
SOON = 21  # days that lie between today and what is moved, so that nobody has to be asked


def under_way(program: Program, by: Actor, school: Organization, principal: Person) -> None:
    """Another visit of the office waits in the draft; `school` asks the others about one of its own."""
    plan = YearPlan.objects.select_related("program__version", "program__district").get(
        program=program, state=PlanState.PUBLISHED
    )
    day = today(program.district.zone)
    ahead = [
        v
        for v in plan.visits.select_related(
            "school", "network__group", "plan__program__version", "plan__program__district"
        ).order_by("date")
        if (v.date - day).days > SOON
    ]
    mine = next((v for v in ahead if v.school_id == school.pk), None)
    if mine is None:
        return  # the last weeks of the year: everything is behind
    free = _later(mine, drafted=False)
    if free:
        actions.propose_day(mine, free[0], by=actor_for(principal), school=school, reason=WHY)
    other = next((v for v in ahead if v.network_id != mine.network_id), None)
    days = _later(other, drafted=True) if other is not None else []
    if other is not None and days:
        actions.put_change(other, days[0], by=by)


def _later(visit: Visit, *, drafted: bool) -> list[dt.date]:
    """Days after the visit's own on which everybody can, the nearest first."""
    return [d for d in bridge.free_days(visit, drafted=drafted) if d > visit.date]
