"""Wishes that collide: no answer with them, an answer without any one of them."""

import re

import pytest

from intervisit.core.matching import Infeasible, solve
from intervisit.core.matching.collide import only, smallest_conflict, wishes
from tests.core.matching.small import best_by_brute_force, random_problem


def possible(problem):
    return best_by_brute_force(problem) is not None


@pytest.mark.parametrize("seed", range(24))
def test_each_of_the_wishes_is_needed(seed):
    problem = random_problem(seed, 6)
    if possible(problem):
        assert possible(only(problem, tuple(wishes(problem))))
        return
    told = smallest_conflict(problem, possible, lambda: False)
    assert told
    assert not possible(only(problem, told))
    for wish in told:
        assert possible(only(problem, tuple(w for w in told if w is not wish)))


@pytest.mark.parametrize("seed", [*range(40), 78, 114, 121])
def test_no_answer_is_told_in_words_that_collide(seed):
    """What the solver says, unless it is a conflict that is seen at once: wishes that collide, each of them needed."""
    problem = random_problem(seed, 7)
    result = solve(problem, seed=0, seconds=20)
    if not isinstance(result, Infeasible):
        return
    assert result.proven
    every = {w.words: w for w in wishes(problem)}
    told = [each for words in result.reasons for each in one_by_one(words)]
    if set(told) <= set(every):
        core = tuple(every[words] for words in told)
        assert not possible(only(problem, core))
        for wish in core:
            assert possible(only(problem, tuple(w for w in core if w is not wish)))


def one_by_one(words):
    """The sentence about many schools as one about each."""
    schools, _, rest = words.partition(" have to be placed")
    together = rest == "" and words.endswith(" have to be placed")
    return [f"{i} has to be placed" for i in re.split(", | and ", schools)] if together else [words]
