"""Corners in which the solver once was wrong, slow or silent: found by trying thousands of small instances."""

from dataclasses import replace

import numpy as np
import pytest

from intervisit.core.matching import Infeasible, NetworkType, Quota, Solution, solve
from intervisit.core.matching.generation import Generator
from intervisit.core.matching.master import choose
from intervisit.core.matching.task import prepare
from tests.core.matching.small import best_by_brute_force, random_problem

TRIADS = NetworkType("triad", 3, 3, 0, 9)


def generator(problem):
    return Generator(prepare(problem), 1500.0, lambda: False)


@pytest.mark.parametrize("seed", [0, 8, 10, 15])
def test_an_integer_program_that_presolving_breaks_is_decided_without(seed):
    """Seven schools and triads only: HiGHS 1.12 gave up with an error, and zero stood for a bound."""
    problem = replace(random_problem(seed, 7, rules=False), types=(TRIADS,))
    assert best_by_brute_force(problem) is None
    g = generator(problem)
    numbers = g.enumerate(np.inf, 10_000)
    assert numbers
    chosen = choose(g.pool, numbers, 5.0)
    assert (chosen.numbers, chosen.bound, chosen.optimal) == (None, -np.inf, True)


@pytest.mark.parametrize(
    ("n", "must", "types", "told"),
    [
        (7, 7, (TRIADS,), "7 schools have to be placed, but the networks wanted (triad: 3 schools) hold 6 or 9"),
        (
            11,
            10,
            (NetworkType("quad", 4, 4, 0, 9), NetworkType("large", 12, 14, 0, 9)),
            "10 schools have to be placed and at most 11 may be, but the networks wanted "
            "(quad: 4 schools, large: 12 to 14 schools) hold 8 or 12",
        ),
        (4, 1, (NetworkType("large", 5, 9, 0, 1),), "1 schools have to be placed and at most 4 may be, but"),
        (8, 8, (TRIADS, NetworkType("pair", 2, 2, 0, 1)), None),
        (8, 7, (NetworkType("cohort", 5, 6, 0, 1), NetworkType("pair", 2, 2, 1, 1)), None),
        (7, 0, (TRIADS,), None),
    ],
)  # fmt: skip
def test_schools_that_no_number_of_networks_holds_are_told_at_once(n, must, types, told):
    problem = random_problem(3, n, rules=False)
    schools = tuple(replace(s, role="either", must=k < must) for k, s in enumerate(problem.schools))
    problem = replace(problem, schools=schools, types=types)
    result = solve(problem, seed=0, seconds=5)
    reasons = result.reasons if isinstance(result, Infeasible) else ()
    assert (
        any(reason.startswith(told) for reason in reasons) if told else not any("hold" in r for r in reasons)
    )


def test_a_quota_that_locked_networks_exceed_has_no_answer():
    problem = random_problem(0, 8, rules=False)
    free = solve(problem, seed=0, seconds=5)
    assert isinstance(free, Solution)
    lock = free.networks[0]
    quota = Quota("few", lock.members, 0, 1)
    held = solve(replace(problem, fixed=(lock,), quotas=(quota,)), seed=0, seconds=5)
    many = len(lock.members)
    assert isinstance(held, Infeasible)
    assert f"quota few: at most 1 allowed, but {many} of its schools are in locked networks" in held.reasons


def test_the_best_prices_stay_those_of_their_cuts():
    """A linear master that begins anew without its cuts leaves the prices that gave the bound as they were."""
    problem = random_problem(1, 12, rules=False)
    g = generator(problem)
    while g.beam_round(4, 20):
        pass
    g.lp.cut(np.array([[0, 1, 2], [3, 4, 5]]))
    g.resolve([])
    g.duals = np.concatenate([g.duals[:-2], [9000.0, 12000.0]])
    g.quick_bound()
    before, near = g._best_prices(), g.nearest(1)
    g.lp.keep(g.lp.columns, np.zeros((0, 3), np.int64))
    g.resolve([])
    after = g._best_prices()
    assert before.charges is not None
    assert after.charges is not None
    assert after.charges.each.tolist() == before.charges.each.tolist() == [9000.0, 12000.0]
    assert g.nearest(1) == near
