"""Reviewers to applications: fair, within conflicts and limits, proven, and refused in words."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intervisit.core.reviewing import Assigned, Infeasible, Problem, Reviewer, assign, lower_bound

A, B, C = "A", "B", "C"


def problem(applications: int, limits: dict[str, int], reviews: int = 1, **more: object) -> Problem:
    names = tuple(f"s{n}" for n in range(applications))
    return Problem(names, tuple(Reviewer(r, n) for r, n in limits.items()), reviews, **more)  # type: ignore[arg-type]


def solved(found: Assigned | Infeasible) -> Assigned:
    assert isinstance(found, Assigned), found
    return found


def brute(p: Problem) -> int | None:
    """The least sum of squared loads over every way there is; None when there is none."""
    kept = {a: {r for b, r in p.kept if b == a} for a in p.applications}
    ways = []
    for a in p.applications:
        free = [r.id for r in p.reviewers if r.id not in kept[a] and (a, r.id) not in p.forbidden]
        ways.append(list(itertools.combinations(free, max(0, p.reviews - len(kept[a])))))
    base = {r.id: sum(1 for _, k in p.kept if k == r.id) for r in p.reviewers}
    best = None
    for chosen in itertools.product(*ways):
        loads = dict(base)
        for some in chosen:
            for r in some:
                loads[r] += 1
        if all(loads[r.id] <= max(r.limit, base[r.id]) for r in p.reviewers):
            cost = sum(x * x for x in loads.values())
            best = cost if best is None else min(best, cost)
    return best


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    n, m = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    limits = {r: draw(st.integers(0, 5)) for r in "ABCD"[:m]}
    pairs = [(f"s{a}", r) for a in range(n) for r in limits]
    forbidden = draw(st.frozensets(st.sampled_from(pairs), max_size=len(pairs)))
    free = [p for p in pairs if p not in forbidden]
    kept = draw(st.frozensets(st.sampled_from(free), max_size=2)) if free else frozenset()
    return problem(n, limits, draw(st.integers(0, 3)), forbidden=forbidden, kept=kept)


@given(problems(), st.integers(0, 3))
def test_as_good_as_trying_everything(p: Problem, seed: int) -> None:
    found, best = assign(p, seed=seed), brute(p)
    if best is None:
        assert isinstance(found, Infeasible)
        assert found.reasons
        return
    found = solved(found)
    assert (found.cost, found.bound) == (best, best)
    assert found.proven
    assert p.kept <= found.pairs
    assert not found.pairs & p.forbidden
    for a in p.applications:
        kept = sum(1 for b, _ in p.kept if b == a)
        assert sum(1 for b, _ in found.pairs if b == a) == max(p.reviews, kept)
    assert found.loads == {r.id: sum(1 for _, k in found.pairs if k == r.id) for r in p.reviewers}


@given(problems(), st.lists(st.frozensets(st.sampled_from("ABCD")), max_size=4))
def test_the_bound_is_true_for_any_sets(p: Problem, sets: list[frozenset[str]]) -> None:
    best = brute(p)
    if best is not None:
        assert lower_bound(p, sets) <= best


def test_a_worked_case() -> None:
    """Only A and B may read the first three of five; nobody has more than two, somebody has one."""
    shut = frozenset({("s0", C), ("s1", C), ("s2", C)})
    found = solved(assign(problem(5, {A: 9, B: 9, C: 9}, forbidden=shut)))
    assert sorted(found.loads.values()) == [1, 2, 2]
    assert (found.cost, found.bound) == (9, 9)


def test_a_bound_below_the_cost_is_no_proof() -> None:
    uneven = Assigned(frozenset(), {A: 2, B: 0}, 4, 2)
    assert not uneven.proven


def test_the_same_seed_gives_the_same_answer_and_another_one_may_not() -> None:
    p = problem(30, dict.fromkeys("ABCDEF", 30), 2)
    assert assign(p, seed=1) == assign(p, seed=1)
    assert len({solved(assign(p, seed=s)).pairs for s in range(4)}) > 1


def test_what_is_kept_stays_and_counts() -> None:
    kept = frozenset({("s0", A), ("s1", A), ("s2", A)})
    found = solved(assign(problem(4, {A: 9, B: 9}, 1, kept=kept)))
    assert found.pairs == kept | {("s3", B)}
    assert found.loads == {A: 3, B: 1}


def test_a_review_by_somebody_who_has_left_counts_for_the_application() -> None:
    found = solved(assign(problem(1, {A: 9}, 1, kept=frozenset({("s0", "gone")}))))
    assert (found.pairs, found.loads) == (frozenset({("s0", "gone")}), {A: 0})


@pytest.mark.parametrize(
    ("p", "said"),
    [
        (problem(2, {A: 1, B: 0}), "2 reviews are needed, and all reviewers together take at most 1 more."),
        (problem(1, {A: 5, B: 5}, 3), "{s0} needs 3 reviews, and only 2 may read it."),
        (
            problem(3, {A: 1, B: 9}, forbidden=frozenset({("s0", B), ("s1", B)})),
            "2 reviews of {s0}, {s1} can only be written by {A}, who take at most 1 more. "
            "Raise a limit, add a reviewer, or ask for fewer reviews.",
        ),
        (  # of seven five are named; what A has written already takes of her room
            problem(
                9,
                {A: 3, B: 20},
                kept=frozenset({("s7", A)}),
                forbidden=frozenset((f"s{n}", B) for n in range(7)),
            ),
            "7 reviews of {s0}, {s1}, {s2}, {s3}, {s4} and 2 more can only be written by {A}, "
            "who take at most 2 more. Raise a limit, add a reviewer, or ask for fewer reviews.",
        ),
        (
            problem(1, {A: 1}, kept=frozenset({("s0", A)}), forbidden=frozenset({("s0", A)})),
            "{A} is kept as a reviewer of {s0} and may not read it: take one of them back.",
        ),
    ],
    ids=["too few in all", "too few for one", "a few are full", "one is full for many", "kept in conflict"],
)
def test_what_cannot_be_is_said(p: Problem, said: str) -> None:
    found = assign(p)
    assert isinstance(found, Infeasible)
    assert found.reasons[0] == said


def test_nothing_to_do() -> None:
    assert assign(Problem((), (), 3)) == Assigned(frozenset(), {}, 0, 0)


@pytest.mark.parametrize("bad", [problem(1, {A: -1}), problem(1, {A: 1}, -1), Problem(("x", "x"), (), 0)])
def test_what_is_no_problem_is_refused(bad: Problem) -> None:
    with pytest.raises(ValueError):
        assign(bad)


def test_of_the_size_of_a_district() -> None:
    """306 applications, 30 reviewers, 3 reviews, conflicts: optimal, with its proof, in well under five seconds."""
    chance = random.Random(7)
    limits = {f"r{n}": 40 for n in range(30)}
    forbidden = frozenset((f"s{a}", f"r{r}") for a in range(306) for r in range(30) if chance.random() < 0.15)
    found = solved(assign(problem(306, limits, 3, forbidden=forbidden)))
    assert sorted(set(found.loads.values())) == [30, 31]
    assert found.proven
