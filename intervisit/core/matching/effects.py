"""What every place of a board would do to a school and to everybody, computed from the two networks it touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from intervisit.core.matching.problem import MatchedNetwork, Problem
from intervisit.core.matching.score import network_scores, travel_minutes
from intervisit.core.matching.violations import board_violations, network_violations

Board = Sequence[MatchedNetwork]


@dataclass(frozen=True)
class Effect:
    """One place for one school. `to` is the network's index on the board, None: off the board."""

    to: int | None
    change: Fraction  # of everybody together; below 0 is a loss
    own: Fraction | None  # the school's own score there; None where it would have none
    minutes: int | None  # to the school furthest away there
    here: int  # longest way of the network it leaves, afterwards
    there: int  # longest way of the network it enters, afterwards
    left: Fraction  # points of the network it leaves, afterwards
    entered: Fraction  # points of the network it enters, afterwards
    broken: tuple[str, ...]  # rules newly broken
    mended: tuple[str, ...]  # rules no longer broken


def effects(problem: Problem, board: Board, school_id: str, *, hosts: bool = False) -> tuple[Effect, ...]:
    """Every other network of the board as a place for a school, and off the board.

    The board may hold empty networks and break rules. `hosts`: the school would host, and whoever hosts there now
    becomes a member. Raises KeyError for an unknown school.
    """
    problem.by_id[school_id]
    here = next((k for k, n in enumerate(board) if school_id in n.members), None)
    after = (
        tuple(board)
        if here is None
        else (*board[:here], _without(board[here], school_id), *board[here + 1 :])
    )
    inside = [_lines(problem, n) for n in board]
    overall = frozenset(board_violations(problem, _filled(board)))
    between = _Between(problem, board, school_id)
    before = [_points(problem, n) for n in board]
    rest = Fraction(0) if here is None else _points(problem, after[here])
    left = [] if here is None else _lines(problem, after[here])
    found = []
    for k in (*range(len(board)), None):
        if k is not None and k == here:
            continue
        entered = None if k is None else _with(after[k], school_id, hosts)
        changed = after if k is None or entered is None else (*after[:k], entered, *after[k + 1 :])
        touched = [j for j in (here, k) if j is not None]
        was = frozenset(x for j in touched for x in inside[j]) | overall
        lines = [
            *left,
            *(_lines(problem, entered) if entered else []),
            *between.lines(k, changed),
        ]
        now = frozenset(lines)
        scores = _scores(problem, entered) if entered else {}
        points = sum(scores.values(), Fraction(0))
        found.append(
            Effect(
                to=k,
                change=points + rest - sum((before[j] for j in touched), Fraction(0)),
                own=scores.get(school_id),
                minutes=_ways(problem, school_id, entered),
                here=0 if here is None else _longest(problem, after[here]),
                there=0 if entered is None else _longest(problem, entered),
                left=rest,
                entered=points,
                broken=tuple(x for x in dict.fromkeys(lines) if x not in was),
                mended=tuple(sorted(was - now)),
            )
        )
    return tuple(found)


class _Between:
    """Rules between networks after a move. Places that are alike for them are counted once.

    What one place breaks and another does not can only lie in its network's being empty until now, in a lock on it,
    or in a group that the school belongs to; which other network it is makes no difference.
    """

    def __init__(self, problem: Problem, board: Board, school_id: str) -> None:
        self.problem, self.board = problem, board
        self.locked = {i for network in problem.fixed for i in network.members}
        self.grouped = any(school_id in group for group in problem.together)
        self.known: dict[object, list[str]] = {}

    def lines(self, to: int | None, changed: Board) -> list[str]:
        alike = self._alike(to)
        if alike not in self.known:
            self.known[alike] = board_violations(self.problem, _filled(changed))
        return self.known[alike]

    def _alike(self, to: int | None) -> object:
        if to is None:
            return "off"
        members = self.board[to].members
        if self.grouped or not self.locked.isdisjoint(members):
            return to
        return "filled" if members else ("empty", self.board[to].type)


def _filled(board: Board) -> tuple[MatchedNetwork, ...]:
    return tuple(n for n in board if n.members)


def _without(network: MatchedNetwork, school_id: str) -> MatchedNetwork:
    host = None if network.host == school_id else network.host
    return replace(network, host=host, partners=tuple(i for i in network.partners if i != school_id))


def _with(network: MatchedNetwork, school_id: str, hosts: bool) -> MatchedNetwork:
    if not hosts:
        return replace(network, partners=(*network.partners, school_id))
    before = () if network.host is None else (network.host,)
    return replace(network, host=school_id, partners=(*before, *network.partners))


def _lines(problem: Problem, network: MatchedNetwork) -> list[str]:
    return network_violations(problem, network) if network.members else []


def _scores(problem: Problem, network: MatchedNetwork) -> dict[str, Fraction]:
    """Own scores; none for a network that cannot be scored: alone, without its host, of an unknown shape."""
    kind = problem.type_by_name.get(network.type)
    known = all(i in problem.by_id for i in network.members)
    if kind is None or not known or len(network.members) < 2 or kind.hosted != (network.host is not None):
        return {}
    return network_scores(problem, network)


def _points(problem: Problem, network: MatchedNetwork) -> Fraction:
    return sum(_scores(problem, network).values(), Fraction(0))


def _ways(problem: Problem, school_id: str, network: MatchedNetwork | None) -> int | None:
    others = [i for i in network.members if i != school_id and i in problem.by_id] if network else []
    return max((travel_minutes(problem, school_id, i) for i in others), default=None)


def _longest(problem: Problem, network: MatchedNetwork) -> int:
    known = [i for i in network.members if i in problem.by_id]
    return max((travel_minutes(problem, a, b) for a, b in combinations(known, 2)), default=0)
