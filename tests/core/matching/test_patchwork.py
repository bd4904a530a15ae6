"""A first answer patch by patch: it keeps every rule, and it is there when there is no time for tables."""

import sys
from dataclasses import replace

import pytest

from intervisit.core.matching import Infeasible, Solution, objective, read_instance, solve, violations
from intervisit.core.matching import patchwork as made
from tests.bench.instances import city

solving = sys.modules["intervisit.core.matching.solve"]  # the package has a function of that name
SMALL = 45  # schools in a patch, so that 90 schools make two


@pytest.fixture(autouse=True)
def small_patches(monkeypatch):
    monkeypatch.setattr(made, "PATCH", SMALL)
    monkeypatch.setattr(made, "MENDED", 2 * SMALL)


@pytest.mark.parametrize("data", [city(90, 5), city(96, 5), city(90, 2)], ids=lambda d: d["name"])
def test_a_patchwork_keeps_every_rule(data):
    problem = read_instance(data, "made")
    networks = made.patchwork(problem, 1)
    assert networks is not None
    assert violations(problem, networks) == ()
    assert sum(len(n.members) for n in networks) == problem.max_schools
    assert 0 < objective(problem, networks) < made.ceiling(problem)
    assert networks == made.patchwork(problem, 1)


def test_locked_networks_stay():
    problem = read_instance(city(90, 5), "made")
    networks = made.patchwork(problem, 1)
    assert networks is not None
    locked = replace(problem, fixed=networks[-2:])
    found = next(filter(None, (made.patchwork(locked, seed) for seed in range(6))))
    assert found[:2] == networks[-2:]
    assert violations(locked, found) == ()


def test_schools_without_coordinates_lie_among_their_neighbours():
    data = city(90, 5)
    for school in data["schools"][::7]:
        school["x"] = school["y"] = None
    problem = read_instance(data, "made")
    assert violations(problem, made.patchwork(problem, 1) or ()) == ()


def test_when_stopped_there_is_none():
    assert made.patchwork(read_instance(city(90, 5), "made"), 1, lambda: True) is None


def test_without_time_for_tables_the_patchwork_is_the_answer(monkeypatch):
    monkeypatch.setattr(solving, "MANY", 80)
    data = {**city(90, 5), "fairness": "maxmin"}
    problem = read_instance(data, "made")
    hurried = solve(problem, seed=1, seconds=1e-6, clock=lambda: 0.0)
    assert isinstance(hurried, Solution)
    assert violations(problem, hurried.networks) == ()
    assert hurried.objective == objective(problem, hurried.networks)
    assert hurried.bound == made.ceiling(problem) > hurried.objective
    assert hurried.proof.endswith("There was no time to serve the worst-served school first.")


def test_a_run_begins_with_the_patchwork_and_ends_at_the_best(monkeypatch):
    problem = read_instance(city(90, 5), "made")
    best = solve(problem, seed=1, seconds=60)
    monkeypatch.setattr(solving, "MANY", 80)
    seen = []
    found = solve(problem, seed=1, seconds=60, progress=seen.append)
    assert isinstance(best, Solution)
    assert isinstance(found, Solution)
    assert (found.objective, found.bound) == (best.objective, best.bound)
    patches = made.patchwork(problem, 1)
    assert patches is not None
    assert seen[0].objective == objective(problem, patches)
    values = [p.objective for p in seen if p.objective is not None]
    assert values == sorted(values)


def test_what_has_no_answer_has_no_patchwork():
    data = city(90, 5)
    data["types"] = [{**t, "min_count": 0, "max_count": 0} for t in data["types"]]
    problem = read_instance(data, "made")
    assert made.patchwork(problem, 1) is None
    assert isinstance(solve(problem, seed=1, seconds=5), Infeasible)
