"""The smallest part of a set of rules that still admits no plan, and whether it is proven that none is smaller.

Whatever collides holds at least one rule of every *correction*, a set of rules whose loss makes a plan possible. So a
smallest set that meets all corrections known so far is tried. If it collides, nothing smaller does. If not, it is grown
as far as it goes without colliding, and what is left out is a new correction (after Ignatiev, Previti, Liffiton and
Marques-Silva, CP 2015). Rules are numbers here; the questions are the caller's.
"""

from collections.abc import Callable, Sequence
from itertools import combinations
from math import comb

MOST_SETS = 100_000  # of one size that are tried in order; beyond, it is not worth the wait
Collides = Callable[[frozenset[int]], bool | None]


def smallest(
    rules: int, collides: Collides, known: frozenset[int], *, most: int
) -> tuple[frozenset[int], bool]:
    """A colliding part of the rules 0 … `rules` − 1, and whether it is proven to be a smallest one.

    `known` is a part that collides. At most `most` questions are asked; the answer None (undecided) ends the search.
    """
    asked = _Asked(collides, most)
    corrections: list[frozenset[int]] = []
    while True:
        try:
            tried = _meeting_all(corrections, len(known))
        except _TooMany:
            return known, False
        if tried is None:
            return known, True
        answer = asked(tried)
        grown = tried
        for rule in range(rules):
            if answer is not False:
                break
            if rule not in grown and (more := asked(grown | {rule})) is not True:
                grown, answer = grown | {rule}, more
        if answer is not False:
            return (tried, True) if answer and grown == tried else (known, False)
        corrections.append(frozenset(range(rules)) - grown)


class _TooMany(Exception):
    """There are too many sets to try."""


class _Asked:
    """Questions with an end."""

    def __init__(self, collides: Collides, most: int) -> None:
        self._collides, self._left = collides, most

    def __call__(self, rules: frozenset[int]) -> bool | None:
        self._left -= 1
        return None if self._left < 0 else self._collides(rules)


def _meeting_all(corrections: Sequence[frozenset[int]], below: int) -> frozenset[int] | None:
    """A smallest set of fewer than `below` rules with one of every correction; None: there is none."""
    useful = sorted(frozenset[int]().union(*corrections))
    for size in range(below):
        if comb(len(useful), size) > MOST_SETS:
            raise _TooMany
        for chosen in combinations(useful, size):
            these = frozenset(chosen)
            if all(these & correction for correction in corrections):
                return these
    return None
