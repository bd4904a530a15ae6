"""The list of the proof made short: nothing that the best matching needs is dropped, and every cut holds."""

from itertools import product

import numpy as np
import pytest

from intervisit.core.matching import MatchedNetwork, Solution, read_instance, solve
from intervisit.core.matching.generation import Generator
from intervisit.core.matching.master import choose
from intervisit.core.matching.shortlist import half_sums, shorten
from intervisit.core.matching.task import prepare
from tests.bench.instances import city
from tests.core.matching.small import random_problem


def test_a_broken_half_sum_is_found():
    """Three schools, each pair of them in a network taken by half: half the sum of the three rows says at most one."""
    matrix = np.array([[1, 1, 0], [1, 0, 1], [0, 1, 1]], dtype=np.float32)
    sums = half_sums(matrix, np.ones(3), np.full(3, 0.5), np.random.default_rng(1))
    assert sums.tolist() == [[1.0, 1.0, 1.0]]
    assert not len(half_sums(matrix, np.ones(3), np.array([1.0, 0.0, 0.0]), np.random.default_rng(1)))


@pytest.mark.parametrize("seed", range(12))
def test_half_sums_hold_for_whole_numbers(seed):
    rng = np.random.default_rng(seed)
    matrix = rng.integers(0, 3, (6, 7)).astype(np.float32)
    high = rng.integers(1, 4, 6).astype(np.float64)
    sums = half_sums(matrix, high, np.minimum(0.5, 1 / matrix.sum(axis=0).clip(1)), rng)
    rows, most = np.floor(sums @ matrix / 2), np.floor(sums @ high / 2)
    for taken in product((0, 1), repeat=7):
        if (matrix @ taken <= high).all():
            assert (rows @ taken <= most).all()


@pytest.mark.parametrize("seed", range(8))
def test_what_the_best_matching_needs_stays_on_the_list(seed):
    problem = random_problem(seed, 11, rules=False)
    best = solve(problem, seed=0, seconds=20)
    task = prepare(problem)
    g = Generator(task, 1500.0, lambda: False)
    numbers = g.enumerate(1e7 * g.scale, limit=100_000)
    assert numbers
    none = np.zeros((0, 3), np.int64)
    whole = choose(g.pool, numbers, 20.0)
    assert (whole.numbers is None) == (not isinstance(best, Solution))
    if whole.numbers is None or not isinstance(best, Solution):
        return
    worth = sum(g.pool.worth[k] for k in whole.numbers)
    short = shorten(g.pool, numbers, none, worth - 1.0, 1, lambda: False)
    again = choose(g.pool, short.numbers, 20.0, more=(short.rows, short.high))
    assert again.numbers is not None
    assert sum(g.pool.worth[k] for k in again.numbers) == worth


def test_a_list_for_which_there_is_no_time_stays_as_it_is():
    """An unsettled linear program proves nothing."""
    problem = read_instance(city(73, 3), "made")
    g = Generator(prepare(problem), 1500.0, lambda: False)
    while g.beam_round(3, 14):
        pass
    numbers = list(range(len(g.pool)))
    none = np.zeros((0, 3), np.int64)
    assert len(numbers) > 1000
    assert shorten(g.pool, numbers, none, 0.0, 1, lambda: False, 0.0).numbers == numbers


def test_a_city_keeps_its_best_networks():
    problem = read_instance(city(73, 3), "made")
    best = solve(problem, seed=1, seconds=20)
    assert isinstance(best, Solution)
    task = prepare(problem)
    g = Generator(task, 1500.0, lambda: False)
    g.resolve([])
    while g.beam_round(5, 28):
        pass
    assert g.exact_round(0.0)[1]
    while g.exact_round(0.0) != (0, True):
        pass
    worth = best.objective * task.tables.scale
    numbers = g.enumerate(g.bound - float(worth) + 1, limit=100_000)
    assert numbers is not None
    short = shorten(g.pool, numbers, np.zeros((0, 3), np.int64), float(worth) - 1, 1, lambda: False)
    left = {
        MatchedNetwork(n.type, n.host, n.partners)
        for n in (
            task.network(g.pool.types[k], g.pool.members[k][0], np.array(g.pool.members[k][1:]))
            for k in short.numbers
        )
    }
    assert set(best.networks) <= left
    assert len(short.numbers) < len(numbers)
