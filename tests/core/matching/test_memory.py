"""The integer program ends when its tree takes too much memory, and what was found by then holds."""

import pytest

from intervisit.core.matching import Solution, master, read_instance, solve
from intervisit.core.matching.answers import quick_columns, seated
from intervisit.core.matching.run import start
from intervisit.core.matching.task import prepare
from tests.bench.instances import city


def test_a_tree_that_grows_too_large_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    run = start(prepare(read_instance(city(73, 4), "made")), 60.0, 1, None, None, lambda: 0.0, 0.0)
    g = run.generator
    seated(run)
    quick_columns(run)
    while g.exact_round(0.0) != (0, True):
        pass
    numbers = g.enumerate(100.0 * g.scale, limit=10_000)
    assert numbers
    assert master.choose(g.pool, numbers, 20.0, stop=lambda: False).optimal
    monkeypatch.setattr(master, "GROWTH", -(2**50))
    ended = master.choose(g.pool, numbers, 20.0, stop=lambda: False)
    assert not ended.optimal


def test_an_ended_search_still_gives_an_answer_and_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = read_instance(city(73, 3), "made")
    best = solve(problem, seed=1, seconds=20)
    monkeypatch.setattr(master, "GROWTH", -(2**50))
    found = solve(problem, seed=1, seconds=2)
    assert isinstance(best, Solution)
    assert isinstance(found, Solution)
    assert found.objective <= best.objective <= found.bound
    assert found.objective >= best.objective * 97 / 100
