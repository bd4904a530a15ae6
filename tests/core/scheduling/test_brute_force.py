"""Against the twin that tries every plan: the same best value, the same verdict when there is none, fewest moves."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intervisit.core.scheduling import Closed, Infeasible, Problem, resolve, solve, value, violations
from tests.bench.check_plan import broken, points
from tests.core.scheduling.tiny import DAYS, FIRST, as_json, every_plan, problems, year_of

CALM = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@CALM
@given(problems())
def test_the_plan_is_the_best_of_all_plans_or_there_is_none(problem: Problem) -> None:
    best = max((worth for _, worth in every_plan(problem)), default=None)
    plan = solve(problem, seed=1, seconds=30)
    if isinstance(plan, Infeasible):
        assert best is None
        return
    assert best is not None
    assert plan.value == best == plan.bound
    assert plan.proof == "Proven: no plan that keeps the rules has more points."
    assert broken(year_of(problem), as_json(plan.visits)) == []
    assert points(year_of(problem), as_json(plan.visits)) == plan.value == value(problem, plan.visits)
    assert violations(problem, plan.visits) == ()


@CALM
@given(problems(), st.integers(0, 9), st.integers(0, 13))
def test_a_closed_day_moves_as_few_visits_as_any_repair_could(
    problem: Problem, which: int, start: int
) -> None:
    plan = solve(problem, seed=1, seconds=30)
    if isinstance(plan, Infeasible) or not plan.visits:
        return
    lost = plan.visits[which % len(plan.visits)].date
    today = min(FIRST + timedelta(days=start), lost)
    horizon = today + timedelta(days=problem.limits.notice_days)
    closed = Closed(lost, "snow")
    after = replace(problem, days=replace(problem.days, closed=(*problem.days.closed, closed)))
    old = {(v.network, v.school, v.date.isoformat()) for v in plan.visits}
    stay = {spot for spot in old if spot[2] < horizon.isoformat() and spot[2] != lost.isoformat()}
    fewest = None
    for visits, _ in every_plan(after):
        new = {(v["network"], v["school"], v["date"]) for v in visits}
        if stay <= new and all(spot[2] >= horizon.isoformat() for spot in new - old):
            moves = len(new - old)
            fewest = moves if fewest is None else min(fewest, moves)
    repaired = resolve(problem, plan.visits, closed=[closed], today=today, seed=1, seconds=30)
    if isinstance(repaired, Infeasible):
        assert fewest is None
        return
    assert fewest is not None
    assert repaired.moved_bound == fewest == len(repaired.moved)
    assert violations(after, repaired.visits) == ()
    assert stay <= {(v.network, v.school, v.date.isoformat()) for v in repaired.visits}
    assert lost in DAYS
