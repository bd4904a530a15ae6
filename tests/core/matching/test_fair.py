"""The worst-served school first: against a matcher that tries everything, and what is proven when time runs out."""

from dataclasses import replace
from itertools import count

import pytest

from intervisit.core.matching import (
    Infeasible,
    Problem,
    Progress,
    Solution,
    read_instance,
    scores,
    solve,
    violations,
)
from tests.bench.instances import city
from tests.core.matching.small import best_by_brute_force, fair_by_brute_force, random_problem

PROVEN = "no arrangement gives the worst-served school more"


def as_fair_as_trying_everything(problem: Problem) -> None:
    problem = replace(problem, fairness="maxmin")
    best = fair_by_brute_force(problem)
    result = solve(problem, seed=0, seconds=20)
    if best is None:
        assert isinstance(result, Infeasible) or result.networks == ()
        return
    assert isinstance(result, Solution)
    own = scores(problem, result.networks)
    assert (min(own.values()), result.objective, result.bound) == (*best, best[1])
    assert PROVEN in result.proof
    assert result.price == best_by_brute_force(problem) - best[1]


# among them four for which the linear program reaches a floor that no arrangement does
@pytest.mark.parametrize("seed", [*range(0, 40, 2), 49, 78, 84, 158])
def test_as_fair_as_trying_everything(seed):
    as_fair_as_trying_everything(random_problem(seed, 7))


@pytest.mark.parametrize("seed", range(3, 40, 4))
def test_where_nobody_has_to_be_placed_somebody_is(seed):
    """Without a single school there would be nobody who is served badly; that is not what is asked for."""
    free = random_problem(seed, 7)
    schools = tuple(replace(s, must=False) for s in free.schools)
    types = tuple(replace(t, min_count=0) for t in free.types)
    as_fair_as_trying_everything(replace(free, schools=schools, types=types, quotas=()))


def test_a_city_of_seventy_three_is_proven_in_both():
    problem = replace(read_instance(city(73, 3), "made"), fairness="maxmin")
    result = solve(problem, seed=1, seconds=60)
    assert isinstance(result, Solution)
    assert PROVEN in result.proof
    assert (float(min(scores(problem, result.networks).values())), result.gap) == (155.0, 0)


def test_an_answer_cut_short_says_what_is_not_excluded():
    problem = replace(read_instance(city(48, 4), "made"), fairness="maxmin")
    full = solve(problem, seed=1, seconds=60)
    assert isinstance(full, Solution)
    most = min(scores(problem, full.networks).values())
    seen = set()
    for ticks in (1600, 3200, 10_000):
        clock = count()
        early = solve(problem, seed=1, seconds=ticks, clock=lambda clock=clock: float(next(clock)))
        if isinstance(early, Solution):
            assert violations(problem, early.networks) == ()
            least = min(scores(problem, early.networks).values())
            assert least <= most
            assert least == most or PROVEN not in early.proof
            seen.add(PROVEN in early.proof)
    assert seen == {False, True}


def test_it_stops_when_asked_while_the_floor_is_raised():
    told: list[Progress] = []
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += any(p.stage == "worst-served school first" for p in told)
        return asked > 0

    problem = replace(read_instance(city(48, 4), "made"), fairness="maxmin")
    result = solve(problem, seed=1, seconds=60, progress=told.append, stop=stop)
    assert isinstance(result, Solution)
    assert violations(problem, result.networks) == ()
    assert asked < 20
    assert [p.elapsed for p in told] == sorted(p.elapsed for p in told)
