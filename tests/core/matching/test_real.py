"""Real schools: the city's own, and the six triads of the study put together again."""

import csv
import json

import pytest

from intervisit.core.matching import (
    NetworkType,
    Params,
    Problem,
    School,
    Solution,
    read_instance,
    solve,
    violations,
    write_solution,
)
from tests.bench.real import real_city
from tests.core.matching.test_shared import checker
from tests.shared_data import shared

LETTERS = {"Manhattan": "M", "Brooklyn": "K", "Queens": "Q", "Bronx": "X"}


def grades(text: str) -> tuple[int, ...]:
    low, high = (-1 if g == "PK" else 0 if g == "K" else int(g) for g in text.split("-"))
    return tuple(range(low, high + 1))


@pytest.mark.parametrize(("n", "seed"), [(73, 1), (190, 1)])
def test_real_schools_are_matched_to_the_proven_best(n, seed):
    data = real_city(shared("data").parent, n, seed)
    result = solve(read_instance(data, "real"), seed=1, seconds=30)
    assert isinstance(result, Solution)
    verdict = checker().check(data, write_solution(result))
    assert (verdict["violations"], verdict["gap_percent"]) == ([], 0.0)
    assert verdict["schools"] == n
    assert verdict["objective"] == round(float(result.objective), 6)


def test_a_school_that_fits_nowhere_in_the_city_is_named():
    data = real_city(shared("data").parent, 73, 2)
    told = solve(read_instance(data, "real"), seed=1, seconds=30)
    assert not isinstance(told, Solution)
    assert told.reasons == (
        "31R075 has to be placed, but only 1 schools are compatible with it, too few for a network of 3 schools "
        "with a host and partners",
    )


@pytest.mark.slow
def test_a_whole_city_of_real_schools_has_an_answer_and_a_bound():
    data = real_city(shared("data").parent, 1800, 1)
    result = solve(read_instance(data, "real"), seed=1, seconds=120)
    assert isinstance(result, Solution)
    verdict = checker().check(data, write_solution(result))
    assert verdict["violations"] == []  # among them: the bound below the objective
    assert (verdict["schools"], verdict["objective"]) == (
        len(data["schools"]),  # all of them: 24 of the file's schools have no coordinates
        round(float(result.objective), 6),
    )
    assert result.objective < result.bound < 2 * result.objective


def test_the_six_triads_of_the_study_are_put_together_again():
    """Its networks hold schools without a common grade (K-2 with 6-8), so that rule is off; nothing but focus areas,
    grades, boroughs, the students, and who hosts is known."""
    with shared("data", "lpp_case_study_2014_15.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    schools = tuple(
        School(
            id=row["school"],
            role="host" if row["role"] == "host" else "partner",
            grades=grades(row["grades"]),
            focus=tuple(row["network_lfa"].split("; ")),
            borough=LETTERS[row["borough"]],
            poverty=int(row["pct_poverty"]),
            ell=int(row["pct_ell"]),
            swd=int(row["pct_swd"]),
            strength=dict.fromkeys(row["network_lfa"].split("; "), 8) if row["role"] == "host" else {},
        )
        for row in rows
    )
    params = Params(grade_overlap=(0, 1), share_a_grade=False)
    problem = Problem(schools, (NetworkType("triad", 3, 3, 6, 6),), 18, params=params)
    result = solve(problem, seed=1, seconds=20)
    assert isinstance(result, Solution)
    assert result.objective == result.bound
    assert violations(problem, result.networks) == ()
    expected: dict[str, set[str]] = {}
    for row in rows:
        expected.setdefault(row["network_id"], set()).add(row["school"])
    assert {frozenset(n.members) for n in result.networks} == {frozenset(m) for m in expected.values()}
    assert {n.host for n in result.networks} == {row["school"] for row in rows if row["role"] == "host"}


def test_the_format_says_whether_a_common_grade_is_needed():
    data = json.loads(shared("bench", "n21.json").read_text())
    assert read_instance(data, "n21").params.share_a_grade is True
    data["params"]["share_a_grade"] = False
    assert read_instance(data, "n21").params.share_a_grade is False
