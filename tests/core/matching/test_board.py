"""Boards under way: violations in words, reasons, the next best place, facilitators."""

from dataclasses import replace
from fractions import Fraction

import pytest

from intervisit.core.matching import (
    Assignment,
    Facilitator,
    Infeasible,
    MatchedNetwork,
    NetworkType,
    Problem,
    Quota,
    School,
    Solution,
    assign_facilitators,
    compatible,
    next_best,
    objective,
    reasons,
    scores,
    solve,
    travel_minutes,
    violations,
)
from tests.core.matching.small import random_problem


def school(name, role="either", **kwargs):
    facts = {"grades": (0, 1, 2, 3, 4, 5), "focus": ("reading",), "x": 0, "y": 0, "borough": "K", **kwargs}
    return School(id=name, role=role, **facts)


HANA = school("Hana", "host", strength={"reading": 8, "number": 5}, prefers_new=True)
PIM = school("Pim", "partner", x=3000, focus=("reading", "number"), new_principal=True, wants=("Hana",))
POL = school("Pol", "partner", x=6000, focus=("number",), wants=("Ova",))
OVA = school("Ova", "host", x=9000, strength={"number": 9})
FAR = school("Far", "partner", grades=(9, 10, 11, 12), borough="R")
TRIAD = NetworkType("triad", 3, 3, 0, 2)
PAIR = NetworkType("pair", 2, 2, 0, 2)
BOARD = Problem((HANA, PIM, POL, OVA, FAR), (TRIAD, PAIR), 5, forbidden=(("Hana", "Pol"),))


def test_travel_and_compatibility():
    assert travel_minutes(BOARD, "Hana", "Pim") == 8 + 10
    assert compatible(BOARD, "Hana", "Pim") is None
    assert compatible(BOARD, "Hana", "Pol") == "Hana and Pol must not be in one network"
    assert compatible(BOARD, "Hana", "Far") == "Hana and Far share no grade"
    near = replace(BOARD, params=replace(BOARD.params, travel=replace(BOARD.params.travel, max_minutes=20)))
    assert compatible(near, "Hana", "Ova") == "Hana and Ova are 38 minutes apart, more than 20"


def test_without_coordinates_borough_and_district_stand_in():
    lost = replace(PIM, x=None, y=None, district="13")
    problem = replace(BOARD, schools=(HANA, lost, OVA))
    assert travel_minutes(problem, "Hana", "Pim") == 8 + 20
    assert reasons(problem, (MatchedNetwork("pair", "Hana", ("Pim",)),), "Pim").fellows[0].estimated is True
    table = replace(problem, travel_table=(("Pim", "Hana", 33),))
    assert travel_minutes(table, "Hana", "Pim") == 33
    assert reasons(table, (MatchedNetwork("pair", "Hana", ("Pim",)),), "Pim").fellows[0].estimated is False


def test_a_half_edited_board_says_all_that_is_wrong():
    board = (MatchedNetwork("triad", None, ("Pim",)), MatchedNetwork("pair", "Pol", ("Ova", "Nobody")))
    assert violations(BOARD, board) == (
        "triad of Pim: 1 schools, a triad has 3",
        "triad of Pim: has no host",
        "pair of Pol, Ova and Nobody: 3 schools, a pair has 2",
        "pair of Pol, Ova and Nobody: there is no school Nobody",
        "pair of Pol, Ova and Nobody: Pol may not host",
        "pair of Pol, Ova and Nobody: Ova may only host",
        "Hana must be placed",
        "Far must be placed",
    )


def test_counts_quotas_groups_and_locks_are_watched():
    lock = MatchedNetwork("pair", "Ova", ("Pol",))
    problem = replace(
        BOARD,
        schools=(HANA, PIM, POL, OVA),
        types=(replace(PAIR, min_count=2),),
        together=(("Pim", "Pol"),),
        quotas=(Quota("hosts", ("Hana", "Ova"), 2, 2),),
        max_schools=1,
        fixed=(lock,),
    )
    assert violations(problem, (MatchedNetwork("pair", "Hana", ("Pim",)),)) == (
        "1 networks of type pair, 2 wanted",
        "Pol must be placed",
        "Ova must be placed",
        "2 schools are placed, at most 1 may be",
        "Pim and Pol must be in one network",
        "quota hosts: 1 placed, 2 allowed",
        "the locked pair of Ova and Pol is not as locked",
    )


def test_reasons_of_a_partner_and_a_host():
    board = (MatchedNetwork("pair", "Hana", ("Pim",)), MatchedNetwork("pair", "Ova", ("Pol",)))
    pim = reasons(BOARD, board, "Pim")
    assert (pim.role, pim.wishes_met, pim.wishes_unmet) == ("partner", ("Hana",), ())
    hana = pim.fellows[0]
    assert (hana.role, hana.travel_minutes, hana.shared_focus) == ("host", 18, ("reading",))
    assert hana.strength == (("reading", 8), ("number", 5))
    assert pim.score == scores(BOARD, board)["Pim"] == hana.benefit
    other = reasons(BOARD, board, "Hana").fellows[0]
    assert (other.role, other.new_principal_wanted, other.shared_grades) == (
        "partner",
        True,
        (0, 1, 2, 3, 4, 5),
    )
    assert reasons(BOARD, board, "Pol").wishes_unmet == ()
    assert reasons(BOARD, board, "Far").role == "unplaced"


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 4, 6])
def test_the_next_best_place_costs_what_it_says(seed):
    problem = random_problem(seed, 12, rules=False)
    answer = solve(problem, seed=0, seconds=10)
    assert isinstance(answer, Solution)
    before = objective(problem, answer.networks)
    for s in problem.schools:
        other = next_best(problem, answer.networks, s.id)
        if other is None:
            continue
        assert violations(problem, other.networks) == ()
        assert objective(problem, other.networks) - before == other.total_change
        assert other.total_change <= 0  # the answer was the best there is
        assert s.id in other.network.members
        if s.id not in answer.unplaced:
            change = scores(problem, other.networks)[s.id] - scores(problem, answer.networks)[s.id]
            assert change == other.own_change


def test_a_locked_school_has_no_next_best_place():
    board = (MatchedNetwork("pair", "Hana", ("Pim",)), MatchedNetwork("pair", "Ova", ("Pol",)))
    free = replace(BOARD, forbidden=())
    assert next_best(replace(free, fixed=board[:1]), board, "Pim") is None
    change = next_best(free, board, "Pim")
    assert change is not None
    assert (change.kind, change.swapped_with) == ("swap", "Pol")
    assert change.total_change < Fraction(0)


BOTH = (MatchedNetwork("pair", "Hana", ("Pim",)), MatchedNetwork("pair", "Ova", ("Pol",)))


def test_facilitators_by_expertise_continuity_and_load():
    fay = Facilitator("Fay", 1, 1, x=0, y=0, borough="K", expertise=("number",))
    fen = Facilitator("Fen", 1, 1, x=0, y=0, borough="K", expertise=("reading",), served=("Pim",))
    result = assign_facilitators(BOTH, [fay, fen], problem=BOARD)
    assert isinstance(result, Assignment)
    assert result.facilitator_of == ("Fen", "Fay")
    assert result.objective == result.bound
    assert result.loads == {"Fay": 1, "Fen": 1}
    held = assign_facilitators(BOTH, [fay, fen], problem=BOARD, fixed={0: "Fay"})
    assert isinstance(held, Assignment)
    assert held.facilitator_of == ("Fay", "Fen")


def test_facilitators_that_cannot_cover_say_why():
    one = Facilitator("Fay", 0, 1)
    assert assign_facilitators(BOTH, [one], problem=BOARD) == Infeasible(
        ("2 networks, but all facilitators together take at most 1",)
    )
    shy = [Facilitator("Fay", 0, 2, conflicts=("Pim",)), Facilitator("Fen", 0, 2, conflicts=("Pim",))]
    assert assign_facilitators(BOTH, shy, problem=BOARD) == Infeasible(
        ("no facilitator may take the pair of Hana, Pim",)
    )
    busy = [Facilitator("Fay", 0, 1), Facilitator("Fen", 0, 2, conflicts=("Pim", "Pol"))]
    result = assign_facilitators(BOTH, busy, problem=BOARD)
    assert isinstance(result, Infeasible)
    assert result.reasons[0].startswith("only Fay may take these 2 networks, and they take at most 1")


def test_what_collides_is_told():
    tight = replace(BOARD, schools=(HANA, PIM, POL, OVA), types=(replace(TRIAD, min_count=1),), forbidden=())
    result = solve(tight, seed=0, seconds=5)
    assert isinstance(result, Infeasible)
    assert result.proven
    lonely = solve(replace(BOARD, types=(PAIR,)), seed=0, seconds=5)
    assert isinstance(lonely, Infeasible)
    assert lonely.reasons == (
        "5 schools have to be placed, but the networks wanted hold at most 4",
        "3 schools have to be placed as partners, but there is room for 2 partners",
        "Far has to be placed, but no possible host is compatible with it (2 share no grade)",
    )
    hosts = solve(replace(BOARD, types=(replace(PAIR, min_count=3, max_count=3),)), seed=0, seconds=5)
    assert isinstance(hosts, Infeasible)
    assert "3 networks need a host, but only 2 schools may host" in hosts.reasons
