"""The solver against a matcher that tries everything, and against its own promises."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intervisit.core.matching import (
    Infeasible,
    MatchedNetwork,
    NetworkType,
    Progress,
    Seat,
    Solution,
    objective,
    solve,
    violations,
)
from tests.core.matching.small import best_by_brute_force, random_problem, seated_problem

QUICK = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("seed", range(40))
def test_as_good_as_trying_everything(seed):
    problem = random_problem(seed, 7)
    best = best_by_brute_force(problem)
    result = solve(problem, seed=0, seconds=20)
    if best is None:
        assert isinstance(result, Infeasible)
        assert result.proven
        assert result.reasons
    else:
        assert isinstance(result, Solution)
        assert (result.objective, result.bound) == (best, best)
        assert violations(problem, result.networks) == ()
        assert objective(problem, result.networks) == best


@pytest.mark.parametrize("seed", [3, 8])
def test_nine_schools_as_good_as_trying_everything(seed):
    problem = random_problem(seed, 9)
    result = solve(problem, seed=0, seconds=20)
    assert (None if isinstance(result, Infeasible) else result.objective) == best_by_brute_force(problem)


@pytest.mark.parametrize("seed", range(40))
def test_seats_by_kind_as_good_as_trying_everything(seed):
    problem = seated_problem(seed, 7)
    best = best_by_brute_force(problem)
    result = solve(problem, seed=0, seconds=20)
    if best is None:
        assert isinstance(result, Infeasible)
        assert result.proven
        assert result.reasons
    else:
        assert isinstance(result, Solution)
        assert (result.objective, result.bound) == (best, best)
        assert violations(problem, result.networks) == ()


def test_seats_that_cannot_be_filled_are_named():
    problem = random_problem(2, 6, rules=False)
    types = tuple(replace(t, seats=(Seat("stone", 1, t.max_size),)) for t in problem.types)
    result = solve(replace(problem, types=types), seed=0, seconds=5)
    assert isinstance(result, Infeasible)
    assert result.proven
    assert any("stone" in reason for reason in result.reasons)


def test_too_few_seats_of_a_kind_are_told_in_words():
    problem = random_problem(2, 6, rules=False)
    pair = MatchedNetwork("pair", problem.schools[0].id, (problem.schools[1].id,))
    kind = NetworkType("pair", 2, 2, 0, 3, seats=(Seat("stone", 1, 2),))
    told = violations(replace(problem, types=(kind,)), [pair])
    assert any(line.endswith("0 of kind stone, a pair has 1 to 2") for line in told)


@QUICK
@given(st.integers(0, 10_000), st.integers(10, 16))
def test_rules_are_kept_and_the_bound_holds(seed, n):
    problem = random_problem(seed, n)
    result = solve(problem, seed=seed, seconds=10)
    if isinstance(result, Solution):
        assert violations(problem, result.networks) == ()
        assert objective(problem, result.networks) == result.objective
        assert result.bound >= result.objective
        placed = [i for network in result.networks for i in network.members]
        assert sorted(placed + list(result.unplaced)) == sorted(s.id for s in problem.schools)


@QUICK
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_order_and_names_do_not_matter(seed, rng):
    problem = random_problem(seed, 9)
    names = [s.id for s in problem.schools]
    new = dict(zip(names, rng.sample([f"Z{k}" for k in range(len(names))], len(names)), strict=True))
    schools = [
        replace(s, id=new[s.id], known=tuple(new[i] for i in s.known), wants=tuple(new[i] for i in s.wants))
        for s in problem.schools
    ]
    rng.shuffle(schools)
    other = replace(
        problem,
        schools=tuple(schools),
        types=tuple(reversed(problem.types)),
        forbidden=tuple((new[b], new[a]) for a, b in problem.forbidden),
        together=tuple(tuple(new[i] for i in reversed(g)) for g in problem.together),
        quotas=tuple(replace(q, members=tuple(new[i] for i in q.members)) for q in problem.quotas),
    )
    one, two = solve(problem, seed=1, seconds=10), solve(other, seed=2, seconds=10)
    assert type(one) is type(two)
    if isinstance(one, Solution) and isinstance(two, Solution):
        assert one.objective == two.objective


@QUICK
@given(st.integers(0, 10_000))
def test_a_locked_network_stays_as_it_is(seed):
    problem = random_problem(seed, 9, rules=False)
    free = solve(problem, seed=0, seconds=10)
    if isinstance(free, Infeasible):
        return
    lock = free.networks[seed % len(free.networks)]
    held = solve(replace(problem, fixed=(lock,)), seed=0, seconds=10)
    assert isinstance(held, Solution)
    assert lock in held.networks
    assert held.objective == free.objective


@QUICK
@given(st.integers(0, 10_000))
def test_a_veto_never_helps_and_is_kept(seed):
    problem = random_problem(seed, 9, rules=False)
    free = solve(problem, seed=0, seconds=10)
    if isinstance(free, Infeasible):
        return
    a, b = free.networks[0].members[:2]
    apart = solve(replace(problem, forbidden=((a, b),)), seed=0, seconds=10)
    if isinstance(apart, Solution):
        assert apart.objective <= free.objective
        assert not any({a, b} <= set(n.members) for n in apart.networks)


def test_the_same_seed_gives_the_same_answer():
    problem = random_problem(4, 12, rules=False)
    assert solve(problem, seed=5, seconds=10) == solve(problem, seed=5, seconds=10)


def test_progress_rises_and_the_bound_falls():
    seen: list[Progress] = []
    result = solve(random_problem(2, 14, rules=False), seed=0, seconds=10, progress=seen.append)
    assert isinstance(result, Solution)
    values = [p.objective for p in seen if p.objective is not None]
    assert values == sorted(values)
    assert values[-1] == result.objective
    assert all(p.bound is None or p.bound >= result.objective for p in seen)


def test_no_time_gives_no_false_proof():
    ticks = iter(range(10_000))
    result = solve(random_problem(2, 14, rules=False), seed=0, seconds=0.5, clock=lambda: float(next(ticks)))
    assert isinstance(result, Infeasible)
    assert not result.proven


def test_stop_ends_the_run():
    result = solve(random_problem(2, 14, rules=False), seed=0, seconds=60, stop=lambda: True)
    assert isinstance(result, Infeasible)
    assert result.reasons == (
        "No arrangement was found in the time given; it is not proven that there is none.",
    )


def test_everything_locked_leaves_nothing_to_do():
    problem = random_problem(2, 6, rules=False)
    free = solve(problem, seed=0, seconds=10)
    assert isinstance(free, Solution)
    held = solve(replace(problem, fixed=free.networks), seed=0, seconds=10)
    assert isinstance(held, Solution)
    assert set(held.networks) == set(free.networks)
    assert held.objective == held.bound == free.objective


def test_gap_of_a_solution():
    network = MatchedNetwork("pair", "A", ("B",))
    assert Solution((network,), Fraction(100), Fraction(101), "", ()).gap == Fraction(1, 100)


@pytest.mark.parametrize("seed", range(12))
def test_an_answer_cut_short_claims_no_more_than_is_proven(seed):
    problem = random_problem(seed, 12, rules=False)
    best = solve(problem, seed=0, seconds=10)
    if isinstance(best, Infeasible):
        return
    seen: list[Progress] = []
    early = solve(
        problem,
        seed=0,
        seconds=10,
        progress=seen.append,
        stop=lambda: any(p.objective is not None for p in seen),
    )
    assert isinstance(early, Solution)
    assert early.objective <= best.objective <= early.bound
    assert violations(problem, early.networks) == ()
