"""Properties of plans, and a year of the program's real size on the real school calendar."""

import time
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intervisit.core import scheduling
from intervisit.core.scheduling import (
    Closed,
    Facilitator,
    Infeasible,
    Member,
    Network,
    Pattern,
    Plan,
    PlannedVisit,
    Problem,
    SchoolDays,
    VisitRule,
    free_dates,
    ledger,
    resolve,
    solve,
    violations,
    write_instance,
)
from tests.bench.check_plan import Year, broken, points
from tests.core.scheduling.instances import district_year, program_year
from tests.core.scheduling.tiny import as_json, problems
from tests.shared_data import shared

CALM = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def renamed(problem: Problem) -> Problem:
    """The same problem with other names and in another order."""
    return replace(
        problem,
        networks=tuple(
            replace(
                n, id=f"z{n.id}", members=tuple(Member(f"x{m.school}", m.role) for m in reversed(n.members))
            )
            for n in reversed(problem.networks)
        ),
        facilitators=tuple(reversed(problem.facilitators)),
        schools=tuple(replace(s, school=f"x{s.school}") for s in reversed(problem.schools)),
        meetings=tuple(replace(m, schools=frozenset(f"x{s}" for s in m.schools)) for m in problem.meetings),
        missed=tuple(replace(v, network=f"z{v.network}", school=f"x{v.school}") for v in problem.missed),
    )


@CALM
@given(problems())
def test_order_and_names_change_nothing(problem: Problem) -> None:
    one, other = (solve(each, seed=3, seconds=30) for each in (problem, renamed(problem)))
    assert type(one) is type(other)
    if isinstance(one, Plan) and isinstance(other, Plan):
        assert (one.value, one.bound) == (other.value, other.bound)


@CALM
@given(problems(), st.integers(0, 99))
def test_the_same_seed_gives_the_same_plan(problem: Problem, seed: int) -> None:
    assert solve(problem, seed=seed, seconds=30) == solve(problem, seed=seed, seconds=30)


@CALM
@given(problems())
def test_giving_up_a_rule_never_makes_a_plan_worse(problem: Problem) -> None:
    plan = solve(problem, seed=1, seconds=30)
    if isinstance(plan, Infeasible):
        return
    freer = replace(
        problem,
        schools=tuple(replace(s, blocked=frozenset()) for s in problem.schools),
        facilitators=tuple(
            replace(f, blocked=frozenset(), weekly_meeting_weekday=None) for f in problem.facilitators
        ),
        limits=replace(problem.limits, substitutes=(), absences_per_month=None),
    )
    better = solve(freer, seed=1, seconds=30)
    assert isinstance(better, Plan)
    assert better.value >= plan.value


@CALM
@given(problems(), st.data())
def test_free_dates_are_exactly_those_that_break_nothing(problem: Problem, data: st.DataObject) -> None:
    plan = solve(problem, seed=1, seconds=30)
    if isinstance(plan, Infeasible) or not plan.visits:
        return
    visit = data.draw(st.sampled_from(plan.visits))
    others = [each for each in plan.visits if each != visit]
    every = [problem.days.first.fromordinal(problem.days.first.toordinal() + i) for i in range(14)]
    sound = {day for day in every if not violations(problem, [*others, replace(visit, date=day)])}
    assert set(free_dates(problem, plan.visits, visit)) == sound - {visit.date}


@CALM
@given(problems())
def test_the_ledger_adds_up(problem: Problem) -> None:
    plan = solve(problem, seed=1, seconds=30)
    if isinstance(plan, Infeasible) or not plan.visits:
        return
    lines = ledger(problem, plan.visits)
    assert sum(line.planned for line in lines) == len(plan.visits) == sum(line.owed for line in lines)
    assert {line.missing for line in lines} <= {0}
    fewer = ledger(problem, plan.visits[1:])
    assert [line.missing for line in fewer].count(1) == 1


def test_two_half_days_share_a_facilitator_only_when_allowed() -> None:
    """One day is left: two half-day networks fit into it with a facilitator who may lead both."""
    half = Pattern((VisitRule("member", 1, "half"), VisitRule("host", 0)), starts_at="any")
    only = SchoolDays(
        date(2015, 3, 2), date(2015, 3, 9), tuple(Closed(date(2015, 3, d)) for d in (3, 4, 5, 6))
    )
    networks = tuple(
        Network(name, name, (Member(f"{name}1"), Member(f"{name}2")), half, "fay") for name in ("a", "b")
    )
    problem = Problem(only, networks, (Facilitator("fay", two_halves=True),))
    plan = solve(problem, seed=1, seconds=5)
    assert isinstance(plan, Plan)
    assert [visit.date.day for visit in plan.visits] == [2, 2, 9, 9]
    assert violations(problem, plan.visits) == ()
    strict = replace(problem, facilitators=(Facilitator("fay"),))
    assert isinstance(solve(strict, seed=1, seconds=5), Infeasible)
    assert violations(strict, plan.visits) == (
        "fay would be in two places on Monday 2 March 2015: a and b.",
        "fay would be in two places on Monday 9 March 2015: a and b.",
    )


@pytest.fixture(scope="module")
def program() -> tuple[Problem, Plan]:
    """45 networks and 190 schools on New York City's days of 2016–17, planned in two seconds."""
    days = district_year(shared("data", "nyc_school_calendar_2014_2017.csv"), "2016-17")
    problem = program_year(days, 45, 7)
    plan = solve(problem, seed=1, seconds=2)
    assert isinstance(plan, Plan)
    return problem, plan


def test_a_real_year_keeps_every_rule_and_is_near_its_bound(program: tuple[Problem, Plan]) -> None:
    problem, plan = program
    year = Year(write_instance(problem))
    assert broken(year, as_json(plan.visits)) == []
    assert points(year, as_json(plan.visits)) == plan.value
    assert violations(problem, plan.visits) == ()
    assert plan.bound - plan.value <= plan.value / 100


def test_a_snow_day_moves_only_the_visits_of_that_day(program: tuple[Problem, Plan]) -> None:
    problem, plan = program
    day = plan.visits[len(plan.visits) // 2].date
    lost = [visit for visit in plan.visits if visit.date == day]
    repaired = resolve(problem, plan.visits, closed=[Closed(day, "snow")], today=day, seed=1, seconds=20)
    assert isinstance(repaired, Plan)
    assert len(repaired.moved) == len(lost) == repaired.moved_bound
    kept = {visit for visit in plan.visits if visit.date != day}
    assert kept <= set(repaired.visits)
    assert all((visit.date - day).days >= problem.limits.notice_days for visit in repaired.moved)


def test_a_new_facilitator_is_not_put_in_two_places(program: tuple[Problem, Plan]) -> None:
    problem, plan = program
    gone, heir = problem.facilitators[0].id, problem.facilitators[1].id
    first = next(n for n in problem.networks if n.facilitator == gone)
    changed = replace(
        problem,
        networks=tuple(replace(n, facilitator=heir) if n == first else n for n in problem.networks),
    )
    today = date(2016, 9, 1)
    assert violations(changed, plan.visits) != ()
    repaired = resolve(changed, plan.visits, today=today, seed=1, seconds=30)
    assert isinstance(repaired, Plan)
    assert violations(changed, repaired.visits) == ()
    assert len(repaired.moved) == repaired.moved_bound > 0


def test_a_postponed_visit_moves_and_nothing_else(program: tuple[Problem, Plan]) -> None:
    problem, plan = program
    visit = plan.visits[100]
    today = date.fromordinal(visit.date.toordinal() - 2)
    repaired = resolve(problem, plan.visits, postponed=[visit], today=today, seed=1, seconds=20)
    assert isinstance(repaired, Plan)
    (moved,) = repaired.moved
    assert (moved.network, moved.school, moved.number) == (visit.network, visit.school, visit.number)
    assert moved.date != visit.date


def test_a_visit_that_finds_no_day_any_more_is_named_and_can_be_given_up(
    program: tuple[Problem, Plan],
) -> None:
    problem, plan = program
    last = max(plan.visits, key=lambda visit: visit.date)
    closed = [Closed(last.date, "heat")]
    stuck = resolve(problem, plan.visits, closed=closed, today=last.date, seed=1, seconds=20)
    assert isinstance(stuck, Infeasible)
    assert last.network in stuck.networks or len({v.network for v in plan.visits if v.date == last.date}) > 1
    gone = tuple(visit for visit in plan.visits if visit.date == last.date)
    less = replace(problem, missed=gone)
    repaired = resolve(less, plan.visits, closed=closed, today=last.date, seed=1, seconds=20)
    assert isinstance(repaired, Plan)
    assert set(repaired.visits) == set(plan.visits) - set(gone)


def test_a_plan_that_holds_comes_back_as_it_is(program: tuple[Problem, Plan]) -> None:
    problem, plan = program
    repaired = resolve(problem, plan.visits, today=date(2017, 1, 9), seed=1, seconds=20)
    assert isinstance(repaired, Plan)
    assert (repaired.visits, repaired.moved, repaired.value) == (plan.visits, (), plan.value)


def test_checking_and_moving_are_quick(program: tuple[Problem, Plan]) -> None:
    problem, plan = program
    began = time.process_time()
    violations(problem, plan.visits)
    assert time.process_time() - began < 0.5
    began = time.process_time()
    free_dates(problem, plan.visits, plan.visits[200])
    assert time.process_time() - began < 2


def test_a_visit_made_by_hand_is_judged_in_words(program: tuple[Problem, Plan]) -> None:
    problem, plan = program
    recess = PlannedVisit("N000", "S0000", 6, date(2016, 12, 27))
    assert violations(problem, [*plan.visits, recess])[-2:] != ()
    said = set(violations(problem, [*plan.visits, recess]))
    assert "Network 0, Tuesday 27 December 2016: schools are closed (Winter recess)." in said


def test_the_public_names_are_these() -> None:
    assert sorted(scheduling.__all__) == scheduling.__all__
    assert all(hasattr(scheduling, name) for name in scheduling.__all__)
    assert len(scheduling.__all__) == 47


def test_two_cores_find_the_plan_of_one() -> None:
    """Four facilitators with four networks each: what runs ahead changes nothing."""
    days = district_year(shared("data", "nyc_school_calendar_2014_2017.csv"), "2016-17")
    problem = program_year(days, 12, 3)
    one = solve(problem, seed=2, seconds=60)
    assert isinstance(one, Plan)
    assert one.proof.startswith("Proven")
    assert solve(problem, seed=2, seconds=60, cores=2) == one
