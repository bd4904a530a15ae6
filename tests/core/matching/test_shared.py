"""The published benchmark files, and the checker that comes with them."""

import importlib.util
import json
import time
from fractions import Fraction
from types import ModuleType

import pytest

from intervisit.core.matching import (
    Infeasible,
    Solution,
    read_instance,
    scores,
    solve,
    violations,
    write_solution,
)
from intervisit.core.matching.tables import build_tables
from intervisit.web.match_command import main
from tests.bench.instances import call, city
from tests.shared_data import shared


def checker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_matching", shared("bench", "check_matching.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_n21_is_solved_from_the_command_line(tmp_path, capsys):
    source, out = shared("bench", "n21.json"), tmp_path / "out.json"
    assert main([str(source), "--seconds", "20", "--seed", "1", "--out", str(out)]) == 0
    answer = json.loads(out.read_text())
    verdict = checker().check(json.loads(source.read_text()), answer)
    assert (verdict["objective"], verdict["n_violations"], verdict["gap_percent"]) == (8089.0, 0, 0.0)
    assert "Proven optimal" in answer["proof"]
    assert "objective" in capsys.readouterr().err


def test_infeasible21_says_why(tmp_path):
    out = tmp_path / "out.json"
    source = shared("bench", "infeasible21.json")
    assert main([str(source), "--seconds", "20", "--seed", "1", "--out", str(out)]) == 3
    reasons = json.loads(out.read_text())["infeasible"]
    assert reasons[0] == "S0002 and S0001 are to be together, but S0002 and S0001 share no grade"


@pytest.mark.slow
def test_n190_is_proven_optimal():
    data = json.loads(shared("bench", "n190.json").read_text())
    result = solve(read_instance(data, "n190"), seed=1, seconds=120)
    assert isinstance(result, Solution)
    assert result.objective == result.bound
    verdict = checker().check(data, write_solution(result))
    assert (verdict["objective"], verdict["n_violations"]) == (108147.550397, 0)


@pytest.mark.slow
def test_n190_is_proven_fair():
    data = {**json.loads(shared("bench", "n190.json").read_text()), "fairness": "maxmin"}
    result = solve(read_instance(data, "n190"), seed=1, seconds=120)
    assert isinstance(result, Solution)
    assert "no arrangement gives the worst-served school more" in result.proof
    verdict = checker().check(data, write_solution(result))
    assert (verdict["violations"], verdict["worst_school"], verdict["gap_percent"]) == ([], 381.0, 0.0)


@pytest.mark.slow
def test_six_hundred_schools_have_an_answer_in_seconds():
    data = city(600, 1)
    result = solve(read_instance(data, "made"), seed=1, seconds=10, clock=time.process_time)
    assert isinstance(result, Solution)
    verdict = checker().check(data, write_solution(result))
    assert verdict["violations"] == []
    assert verdict["objective"] < verdict["bound"]


@pytest.mark.parametrize("n", range(1, 16))
def test_cities_of_any_size_can_be_drawn(n):
    for seed in range(3):
        assert [len(city(n, seed)["schools"]), city(n, seed)["max_schools"]] == [n, n]


@pytest.mark.parametrize(
    "data", [city(24, 5, triads_only=True), city(48, 4), call(60, 40, 2)], ids=lambda d: d["name"]
)
def test_the_checker_agrees(data):
    result = solve(read_instance(data, "made"), seed=1, seconds=20)
    if isinstance(result, Infeasible):
        assert result.proven
        return
    verdict = checker().check(data, write_solution(result))
    assert verdict["violations"] == []
    assert verdict["objective"] == round(float(result.objective), 6)
    assert verdict["gap_percent"] == 0.0


def test_tables_hold_what_the_checker_computes():
    data = json.loads(shared("bench", "n21.json").read_text())
    problem = read_instance(data, "n21")
    tables, inst = build_tables(problem, problem.schools), checker().Instance(data)
    for i, a in enumerate(data["schools"]):
        for j, b in enumerate(data["schools"]):
            if i != j:
                assert tables.compatible[i, j] == inst.compatible(a, b)
                assert tables.minutes[i, j] == inst.minutes(a, b)
                assert tables.peer_gain[i, j] == inst.benefit(a, b, inst.shared_focus(a, b))
                assert tables.host_gain[i, j] == inst.benefit(a, b, inst.shared_focus(a, b), True)
                assert tables.partner_gain[i, j] == inst.benefit(b, a, inst.host_strength(b, a))


def test_scores_are_the_checkers():
    data = city(73, 3)
    problem = read_instance(data, "made")
    result = solve(problem, seed=1, seconds=20)
    assert isinstance(result, Solution)
    inst, expected = checker().Instance(data), {}
    for network in result.networks:
        ids = network.members
        values = inst.utilities(inst.by[ids[0]], [inst.by[i] for i in ids[1:]])
        expected.update(dict(zip(ids, values, strict=True)))
    own = scores(problem, result.networks)
    assert own == expected
    assert sum(own.values(), Fraction(0)) == result.objective
    assert violations(problem, result.networks) == ()
