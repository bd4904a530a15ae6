"""A published year as it stands and as the draft would have it, in the method's terms and back in rows."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from intervisit.apps.calendar.bridge.bounds import facilitators
from intervisit.apps.calendar.bridge.newcomers import problem_now
from intervisit.apps.calendar.bridge.year import as_planned, departed, guides_of, turn_of
from intervisit.apps.calendar.models import Change, Happening, Visit, YearPlan
from intervisit.apps.calendar.states import HappeningKind, VisitState
from intervisit.core import scheduling
from intervisit.core.scheduling import PlannedVisit
from intervisit.kit.clock import today


@dataclass(frozen=True)
class Standing:
    """Visits that take place (`now`), that lost their day (`off`), and what the draft makes of both (`then`)."""

    problem: scheduling.Problem
    rows: Mapping[tuple[str, str, int], Visit]
    now: tuple[PlannedVisit, ...]
    off: tuple[PlannedVisit, ...]
    then: tuple[PlannedVisit, ...]
    given_up: tuple[PlannedVisit, ...]
    waiting: tuple[PlannedVisit, ...]  # off, and the draft does not say when instead

    def row(self, visit: PlannedVisit) -> Visit:
        """The row of a visit, whatever its day."""
        return self.rows[visit.network, visit.school, visit.number]

    @property
    def broken(self) -> list[str]:
        """The rules that the draft breaks and the year as everybody knows it does not; what waits for a day is none."""
        before = replace(self.problem, missed=(*self.problem.missed, *self.off))
        after = replace(self.drafted, missed=(*self.drafted.missed, *self.waiting))
        known = set(scheduling.violations(before, self.now))
        return [line for line in scheduling.violations(after, self.then) if line not in known]

    @property
    def drafted(self) -> scheduling.Problem:
        """The problem once the draft is released: what it gives up is owed no more."""
        return replace(self.problem, missed=(*self.problem.missed, *self.given_up))


def standing(plan: YearPlan) -> Standing:
    """Three queries, however long the year; one more where a visit is off, a few where a school has come."""
    visits = list(plan.visits.select_related("school", "network").order_by("date", "network_id"))
    changes = {c.visit_id: c for c in Change.objects.filter(visit__plan=plan)}
    now: list[PlannedVisit] = []
    off: list[PlannedVisit] = []
    then: list[PlannedVisit] = []
    given_up: list[PlannedVisit] = []
    waiting: list[PlannedVisit] = []
    off_now = [v for v in visits if v.state != VisitState.PLANNED and v.pk not in changes]
    gone = departed(plan, off_now) if off_now else set()
    for visit in visits:
        it, change = as_planned(visit), changes.get(visit.pk)
        (now if visit.state == VisitState.PLANNED else off).append(it)
        if visit.pk in gone:
            given_up.append(it)
        elif change is None:
            (then if visit.state == VisitState.PLANNED else waiting).append(it)
        elif change.date is None:
            given_up.append(it)
        else:
            then.append(replace(it, date=change.date))
    rows = {(str(v.network_id), str(v.school_id), turn_of(v)): v for v in visits}
    return Standing(
        problem_now(plan, visits), rows, tuple(now), tuple(off), tuple(then), tuple(given_up), tuple(waiting)
    )


def effect(
    plan: YearPlan, moves: Mapping[Visit, dt.date | None], *, drafted: bool, at: Standing | None = None
) -> scheduling.Effect:
    """What it would do to give these visits other days: to the draft, or to the year as everybody knows it."""
    found = at or standing(plan)
    base = found.then if drafted else found.now
    keys = {
        (str(v.network_id), str(v.school_id), turn_of(v)): (as_planned(v), day) for v, day in moves.items()
    }
    before, asked = [], {}
    for it in base:
        mine = keys.pop((it.network, it.school, it.number), None)
        before.append(it)
        if mine is not None:
            asked[it] = mine[1]
    for it, day in keys.values():  # lost its day, and gets one again
        before.append(it)
        asked[it] = day
    problem = found.drafted if drafted else found.problem
    return scheduling.effect_of(problem, before, asked, today=today(plan.program.district.zone))


def free_days(visit: Visit, *, drafted: bool) -> list[dt.date]:
    """Where one visit may go from tomorrow on without breaking a rule, soonest first; a new one keeps the notice."""
    found = standing(visit.plan)
    base = list(found.then if drafted else found.now)
    mine = next((it for it in base if found.row(it).pk == visit.pk), None)
    if mine is None:
        mine = as_planned(visit)
        base.append(mine)
    day = today(visit.plan.program.district.zone)
    if visit.state == VisitState.OWED:
        day += dt.timedelta(days=found.problem.limits.notice_days - 1)
    return [d for d in scheduling.free_dates(found.problem, base, mine) if d > day]


def with_facilitators(plan: YearPlan, problem: scheduling.Problem) -> scheduling.Problem:
    """The problem with whoever facilitates each network today."""
    guides = guides_of(plan.program)
    for network in problem.networks:
        who = guides.get(network.id)
        if (None if who is None else str(who.pk)) != network.facilitator:
            heir = None if who is None else facilitators(plan.program, [who])[0]
            problem = scheduling.led_by(problem, [network.id], heir)
    return problem


def ways_of(happening: Happening) -> tuple[list[dict[str, Any]], list[str]]:
    """The ways out of what happened, as they are kept with it, and why lost visits find no day."""
    plan, at = happening.plan, standing(happening.plan)
    if happening.kind != HappeningKind.CAME:  # the days of new visits are looked for by themselves
        new = tuple(it for it in at.waiting if at.row(it).state == VisitState.OWED)
        waiting = tuple(it for it in at.waiting if it not in new)
        at = replace(at, given_up=(*at.given_up, *new), waiting=waiting)
    visits = (*at.then, *at.waiting)
    mine = [it for it in visits if happening.visit_id is not None and at.row(it).pk == happening.visit_id]
    found = scheduling.alternatives(
        at.drafted, visits, postponed=[*at.waiting, *mine], today=today(plan.program.district.zone),
        seed=plan.seed, seconds=10,
    )  # fmt: skip
    before = scheduling.value(at.drafted, visits)
    if happening.kind == HappeningKind.CAME:  # nobody is asked about a visit that nobody knows of
        found = replace(found, ways=tuple(way for way in found.ways if not way.asked))
    ways = [
        {
            "key": way.key,
            "moves": _moves(at, way),
            "points": way.plan.value - before,
            "fewest": way.plan.moved_bound,
            "asked": list(way.asked),
        }
        for way in found.ways
    ]
    return ways, list(found.refused.reasons) if found.refused else []


def _moves(at: Standing, way: scheduling.Alternative) -> list[list[str | None]]:
    given = [[str(at.row(it).pk), None] for it in way.given_up]
    return given + [[str(at.row(it).pk), it.date.isoformat()] for it in _by_day(way.plan.moved)]


def _by_day(visits: Iterable[PlannedVisit]) -> list[PlannedVisit]:
    return sorted(visits, key=lambda it: (it.date, it.network))
