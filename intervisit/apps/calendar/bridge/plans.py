"""A year plan as its director weighs it."""

import datetime as dt
from dataclasses import dataclass

from intervisit.apps.calendar.bridge import year as bridge
from intervisit.apps.calendar.bridge.newcomers import problem_now
from intervisit.apps.calendar.models import Visit, YearPlan
from intervisit.apps.calendar.queries.visits import timeline
from intervisit.apps.calendar.states import VisitState
from intervisit.apps.people.models import Person
from intervisit.core import scheduling
from intervisit.core.charts import Year
from intervisit.kit.clock import today


@dataclass(frozen=True)
class NetworkYear:
    """One network's year: its visits, and what its pattern owes it."""

    name: str
    facilitator: str
    visits: tuple[Visit, ...]
    year: Year
    owed: int
    planned: int


@dataclass(frozen=True)
class PlanView:
    """A plan with everything a director weighs."""

    networks: tuple[NetworkYear, ...]
    visits: int
    broken: tuple[str, ...]
    missed: tuple[str, ...]
    wishes: str  # in one line
    busiest: str
    full: tuple[
        scheduling.Draw, ...
    ]  # days on which a part of the district has no substitutes for one visit more


def plan_view(plan: YearPlan) -> PlanView:
    """The plan as it stands, checked anew."""
    program = plan.program
    every = list(plan.visits.select_related("school", "network").order_by("network__number", "date"))
    problem = problem_now(plan, every)
    visits = [v for v in every if v.state != VisitState.OWED]
    planned = [bridge.as_planned(v) for v in visits]
    ledger = scheduling.ledger(problem, planned)
    guides = {str(p.pk): p.name for p in Person.objects.filter(pk__in=[f.id for f in problem.facilitators])}
    by_network: dict[str, list[Visit]] = {}
    for v in visits:
        by_network.setdefault(str(v.network_id), []).append(v)
    day = today(program.district.zone)
    networks = tuple(
        NetworkYear(
            name=n.name,
            facilitator=guides.get(n.facilitator or "", ""),
            visits=tuple(by_network.get(n.id, ())),
            year=timeline(by_network.get(n.id, ()), program.first_day, program.last_day, day),
            owed=sum(line.owed for line in ledger if line.network == n.id),
            planned=sum(line.planned for line in ledger if line.network == n.id),
        )
        for n in problem.networks
    )
    return PlanView(
        networks=networks,
        visits=len(visits),
        broken=scheduling.violations(problem, planned),
        missed=tuple(plan.missed),
        wishes=_wishes(plan),
        busiest=_busiest(visits),
        full=tuple(draw for draw in scheduling.draws(problem, planned) if draw.full),
    )


def draws_of(plan: YearPlan) -> tuple[scheduling.Draw, ...]:
    """What a plan needs of each part of the district's substitutes, day by day. Two queries."""
    if not plan.problem:  # brought in from elsewhere: nothing is known of its rules
        return ()
    return scheduling.draws(bridge.problem_of(plan), bridge.visits_of(plan))


def _wishes(plan: YearPlan) -> str:
    if plan.value is None or plan.bound is None:
        return ""
    if plan.bound <= plan.value:
        return f"{plan.value:,.0f} points of wishes met; no plan can do better: this is proven."
    return f"{plan.value:,.0f} points of wishes met; no plan can have more than {plan.bound:,.0f}: this is proven."


def _busiest(visits: list[Visit]) -> str:
    counts: dict[dt.date, int] = {}
    for v in visits:
        counts[v.date] = counts.get(v.date, 0) + 1
    if not counts:
        return "–"
    day = max(counts, key=lambda d: (counts[d], d))
    return f"{counts[day]} on {day:%a} {day.day} {day:%b}"


__all__ = ["NetworkYear", "PlanView", "draws_of", "plan_view"]
