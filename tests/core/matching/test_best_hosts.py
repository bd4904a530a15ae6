"""Of networks of the same schools, only the one with the best host is listed for the proof."""

from collections import defaultdict
from itertools import combinations

import pytest

from intervisit.core.matching.generation import Generator
from intervisit.core.matching.swaps import lawful
from intervisit.core.matching.tables import worth
from intervisit.core.matching.task import prepare
from tests.core.matching.small import random_problem


@pytest.mark.parametrize("seed", range(12))
def test_every_set_of_schools_is_listed_once_with_its_best_host(seed):
    task = prepare(random_problem(seed, 8))
    g = Generator(task, 1500.0, lambda: False)
    numbers = g.enumerate(1e7 * g.scale, limit=100_000)
    assert numbers is not None
    listed = [(g.pool.types[k], frozenset(g.pool.members[k]), g.pool.worth[k]) for k in numbers]
    best: dict[tuple[int, frozenset[int]], int] = defaultdict(lambda: -1)
    for shape in task.tables.shapes:
        for members in combinations(range(task.n), shape.partners + 1):
            for first in members:
                rest = tuple(i for i in members if i != first)
                if lawful(task, shape, (first, *rest)):
                    key = shape.type_index, frozenset(members)
                    best[key] = max(best[key], worth(task.tables, shape, first, rest))
    assert sorted((t, sorted(s), w) for t, s, w in listed) == sorted(
        (t, sorted(s), w) for (t, s), w in best.items()
    )
