"""Promises that hold whatever the instance: a relaxed limit is never worse, more time is never worse."""

from dataclasses import replace
from itertools import count

import pytest

from intervisit.core.matching import Infeasible, Problem, Quota, Solution, read_instance, solve
from tests.bench.instances import call, city
from tests.core.matching.small import random_problem

LOOSER = {
    "travel": lambda p: replace(
        p, params=replace(p.params, travel=replace(p.params.travel, max_minutes=500))
    ),
    "grades": lambda p: replace(p, params=replace(p.params, grade_overlap=(0, 1))),
    "forbidden pairs": lambda p: replace(p, forbidden=()),
    "schools kept together": lambda p: replace(p, together=()),
    "quotas": lambda p: replace(
        p, quotas=tuple(Quota(q.name, q.members, 0, len(q.members)) for q in p.quotas)
    ),
    "counts": lambda p: replace(
        p, types=tuple(replace(t, min_count=0, max_count=t.max_count + 1) for t in p.types)
    ),
    "schools that must be placed": lambda p: replace(
        p, schools=tuple(replace(s, must=False) for s in p.schools)
    ),
}


def worth(problem: Problem) -> float:
    result = solve(problem, seed=0, seconds=20)
    if isinstance(result, Infeasible):
        assert result.proven
        return -1.0
    assert result.objective == result.bound
    return float(result.objective)


@pytest.mark.parametrize("limit", LOOSER)
@pytest.mark.parametrize("seed", range(8))
def test_a_relaxed_limit_is_never_worse(seed, limit):
    problem = random_problem(seed, 10)
    assert worth(LOOSER[limit](problem)) >= worth(problem) - 1e-9


@pytest.mark.parametrize("data", [city(48, 4), call(60, 40, 2)], ids=lambda d: d["name"])
def test_more_time_is_never_worse(data):
    problem = read_instance(data, "made")
    results = []
    for seconds in (60, 250, 5000):
        ticks = count()
        results.append(solve(problem, seed=1, seconds=seconds, clock=lambda ticks=ticks: float(next(ticks))))
    found = [r for r in results if isinstance(r, Solution)]
    assert found
    assert results[-1] is found[-1]
    values, bounds = [r.objective for r in found], [r.bound for r in found]
    assert values == sorted(values)
    assert bounds == sorted(bounds, reverse=True)
    assert values[-1] == bounds[-1]
