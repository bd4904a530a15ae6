"""Who draws on substitutes on which day, and where one network more finds none."""

from datetime import date

from hypothesis import HealthCheck, given, settings

from intervisit.core.scheduling import (
    Draw,
    Limits,
    Member,
    Network,
    Pattern,
    Plan,
    PlannedVisit,
    Problem,
    SchoolDays,
    SchoolWishes,
    VisitRule,
    draws,
    solve,
)
from tests.core.scheduling.tiny import problems

DAY, OTHER = date(2027, 3, 9), date(2027, 3, 10)
ONCE = Pattern((VisitRule("member", 1),), starts_at="any")


def _problem(*districts: str) -> Problem:
    schools = tuple(SchoolWishes(f"S{n}", district=d, teachers=5) for n, d in enumerate(districts))
    networks = tuple(
        Network(f"N{n}", f"N{n}", (Member(s.school), Member(f"X{n}")), ONCE) for n, s in enumerate(schools)
    )
    return Problem(
        SchoolDays(date(2027, 3, 1), date(2027, 3, 31)),
        networks,
        (),
        schools,
        Limits((("D15", 10), ("D2", 5)), substitute_days=(("D15", OTHER, 5),)),
    )


def test_a_day_is_full_where_another_network_has_no_room() -> None:
    problem = _problem("D15", "D15", "D15", "D2")
    visits = [
        PlannedVisit("N0", "S0", 1, DAY),
        PlannedVisit("N1", "S1", 1, DAY),
        PlannedVisit("N2", "S2", 1, OTHER),
        PlannedVisit("N3", "S3", 1, DAY),
    ]
    assert draws(problem, visits) == (
        Draw(DAY, "D15", 10, 10, full=True),
        Draw(DAY, "D2", 5, 5, full=False),  # its only network is out that day
        Draw(OTHER, "D15", 5, 5, full=True),  # fewer than usual
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(problems())
def test_no_plan_draws_more_than_there_is(problem: Problem) -> None:
    plan = solve(problem, seed=1, seconds=10)
    if isinstance(plan, Plan):
        assert all(draw.used <= draw.supply for draw in draws(problem, plan.visits))
