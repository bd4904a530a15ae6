"""What was read and weighed once: a scenario's problem never changes without its text changing.

A hand that drags a school asks for the same problem and the same networks again and again. Both are kept by what
they are made of, so that nothing kept can be out of date: the problem by the text of the instance, a network's weight
by the problem and its schools.
"""

import json
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from typing import Any

from intervisit.core import matching
from intervisit.core.matching.score import network_scores
from intervisit.core.matching.violations import board_violations, network_violations

_PROBLEMS = 12  # scenarios that are looked at at one time
_NETWORKS = 20_000  # weighed networks of one problem; a whole board of 1,800 schools has 450


@dataclass(frozen=True)
class Weighed:
    """One network by itself."""

    scores: dict[str, Fraction]  # none for a network that cannot be scored
    points: Fraction
    farthest: int  # minutes between the two schools furthest apart
    guessed: bool  # some of these minutes are only a rough estimate: a position is missing
    broken: tuple[str, ...]  # rules broken inside it


@dataclass(frozen=True)
class Kept:
    """A problem with the networks that were weighed by it."""

    problem: matching.Problem
    _weighed: dict[matching.MatchedNetwork, Weighed] = field(default_factory=dict)

    def weigh(self, network: matching.MatchedNetwork) -> Weighed:
        found = self._weighed.get(network)
        if found is None:
            if len(self._weighed) >= _NETWORKS:
                self._weighed.clear()
            found = self._weighed[network] = _weigh(self.problem, network)
        return found

    def points(self, board: list[matching.MatchedNetwork]) -> Fraction:
        return sum((self.weigh(n).points for n in board), Fraction(0))

    def broken(self, board: list[matching.MatchedNetwork]) -> list[str]:
        """Every rule the board breaks, as `matching.violations` says it."""
        inside = [line for n in board for line in self.weigh(n).broken]
        return [*inside, *board_violations(self.problem, board)]


_AT_HAND: dict[
    int, tuple[dict[str, Any], Kept]
] = {}  # the value itself is held, so its id cannot become another's


def kept(problem: dict[str, Any], name: str) -> Kept:
    """The problem in an instance, read at its first use. Raises BadInstance.

    The field hands out one and the same value for one text (`KeptJSON`), so that mostly not even that is looked at.
    """
    last = _AT_HAND.get(id(problem))
    if last is not None and last[0] is problem:
        return last[1]
    found = _read(json.dumps(problem), name)
    if len(_AT_HAND) >= _PROBLEMS:
        _AT_HAND.clear()
    _AT_HAND[id(problem)] = (problem, found)
    return found


@lru_cache(maxsize=_PROBLEMS)
def _read(text: str, name: str) -> Kept:
    return Kept(matching.read_instance(json.loads(text), name))


def is_guess(problem: matching.Problem, a: str, b: str) -> bool:
    """Whether the minutes between two schools are only a rough estimate: a position is missing, no table has them."""
    one, two = problem.by_id[a], problem.by_id[b]
    return None in (one.x, one.y, two.x, two.y) and frozenset((a, b)) not in problem.travel_overrides


def can_score(problem: matching.Problem, network: matching.MatchedNetwork) -> bool:
    """Two schools at least, and a host where the shape has one."""
    kind = problem.type_by_name.get(network.type)
    known = all(i in problem.by_id for i in network.members)
    return (
        kind is not None and known and len(network.members) > 1 and kind.hosted == (network.host is not None)
    )


def _weigh(problem: matching.Problem, network: matching.MatchedNetwork) -> Weighed:
    ways = list(combinations([c for c in network.members if c in problem.by_id], 2))
    scores = network_scores(problem, network) if can_score(problem, network) else {}
    return Weighed(
        scores=scores,
        points=sum(scores.values(), Fraction(0)),
        farthest=max((matching.travel_minutes(problem, a, b) for a, b in ways), default=0),
        guessed=any(is_guess(problem, a, b) for a, b in ways),
        broken=tuple(network_violations(problem, network)) if network.members else (),
    )
