"""Why a school is where it is, as data for the page that explains it, and its next best place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from intervisit.core.matching.problem import MatchedNetwork, Problem, School
from intervisit.core.matching.score import (
    benefit,
    criterion,
    host_strength,
    minutes,
    network_scores,
    shared_focus,
    wish_met,
)
from intervisit.core.matching.violations import network_violations

Place = Literal["host", "partner", "equal", "unplaced"]
MET = 500  # of 1000: from here on a criterion counts as met


@dataclass(frozen=True)
class Fellow:
    """One other school of the network, as the explained school sees it."""

    id: str
    role: Place
    travel_minutes: int
    estimated: bool  # True: from district and borough, because coordinates are missing
    shared_focus: tuple[str, ...]  # areas both work on
    shared_focus_points: int  # 0..1000
    strength: tuple[
        tuple[str, int], ...
    ]  # (area of the partner, the host's strength 0..10), first area first
    shared_grades: tuple[int, ...]
    criteria: tuple[tuple[str, int], ...]  # (criterion, 0..1000) in the school's ranking
    wanted: bool  # the school asked for this one
    new_principal_wanted: bool  # a host that likes new principals, and this partner has one
    benefit: int  # what the school gains from this one, about 0..1000


@dataclass(frozen=True)
class Reasons:
    """Why one school is where it is."""

    school: str
    role: Place
    network: MatchedNetwork | None
    fellows: tuple[Fellow, ...]  # the host first
    criteria_met: tuple[str, ...]  # ranked criteria met on average by half or more, the most important first
    wishes_met: tuple[str, ...]  # ids the school asked for and got
    wishes_unmet: tuple[str, ...]
    score: Fraction | None  # its own score; None when unplaced


@dataclass(frozen=True)
class NextBest:
    """The best other place for one school. Changes are in points; below 0 is a loss."""

    kind: Literal["move", "swap"]
    network: MatchedNetwork  # the other network as it would be
    swapped_with: str | None
    own_change: Fraction | None  # of the school's own score; None when it had no place
    total_change: Fraction  # of everybody together
    networks: tuple[MatchedNetwork, ...]  # the whole board afterwards


def reasons(problem: Problem, networks: Sequence[MatchedNetwork], school_id: str) -> Reasons:
    """Data for the page that explains a place. Raises KeyError for an unknown school."""
    school = problem.by_id[school_id]
    at = _place(networks, school_id)
    if at is None:
        return Reasons(school_id, "unplaced", None, (), (), (), school.wants, None)
    network = networks[at]
    role: Place = "equal" if network.host is None else "host" if network.host == school_id else "partner"
    fellows = tuple(_fellow(problem, network, school, i) for i in network.members if i != school_id)
    met = tuple(i for i in school.wants if i in network.members)
    return Reasons(
        school=school_id,
        role=role,
        network=network,
        fellows=fellows,
        criteria_met=_criteria_met(school, fellows),
        wishes_met=met,
        wishes_unmet=tuple(i for i in school.wants if i not in met),
        score=network_scores(problem, network)[school_id],
    )


def _criteria_met(school: School, fellows: tuple[Fellow, ...]) -> tuple[str, ...]:
    def average(k: int) -> Fraction:
        return Fraction(sum(f.criteria[k][1] for f in fellows), max(1, len(fellows)))

    return tuple(name for k, name in enumerate(school.ranking) if fellows and average(k) >= MET)


def _fellow(problem: Problem, network: MatchedNetwork, school: School, other_id: str) -> Fellow:
    other = problem.by_id[other_id]
    hosts, hosted = network.host == school.id, network.host == other_id
    role: Place = "equal" if network.host is None else "host" if hosted else "partner"
    focus = host_strength(school, other) if hosted else shared_focus(school, other)
    partner, host = (school, other) if hosted else (other, school)
    strength = tuple((area, host.strength.get(area, 0)) for area in partner.focus) if hosts or hosted else ()
    return Fellow(
        id=other_id,
        role=role,
        travel_minutes=minutes(problem, school, other),
        estimated=_estimated(problem, school, other),
        shared_focus=tuple(area for area in school.focus if area in other.focus),
        shared_focus_points=shared_focus(school, other),
        strength=strength,
        shared_grades=tuple(sorted(set(school.grades) & set(other.grades))),
        criteria=tuple((name, criterion(problem, name, school, other)) for name in school.ranking),
        wanted=other_id in school.wants,
        new_principal_wanted=wish_met(replace(school, wants=()), other, hosts),
        benefit=benefit(problem, school, other, focus, hosts),
    )


def _estimated(problem: Problem, a: School, b: School) -> bool:
    if frozenset((a.id, b.id)) in problem.travel_overrides:
        return False
    return None in (a.x, a.y, b.x, b.y)


def _place(networks: Sequence[MatchedNetwork], school_id: str) -> int | None:
    return next((k for k, network in enumerate(networks) if school_id in network.members), None)


def next_best(problem: Problem, networks: Sequence[MatchedNetwork], school_id: str) -> NextBest | None:
    """The best single move or swap that gives the school another network and breaks no rule inside the two.

    Locked networks stay as they are, groups that belong together stay together. None when there is no such
    move. Exact: every move and swap is scored.
    """
    board = tuple(networks)
    before = [sum(network_scores(problem, n).values(), Fraction(0)) for n in board]
    own = next((network_scores(problem, n)[school_id] for n in board if school_id in n.members), None)
    best: NextBest | None = None
    for kind, there, partner, changed in _options(problem, board, school_id):
        gain = sum(
            (sum(network_scores(problem, n).values(), Fraction(0)) - before[k] for k, n in changed.items()),
            Fraction(0),
        )
        if best is not None and gain <= best.total_change:
            continue
        if any(network_violations(problem, n) for n in changed.values()):
            continue
        after = tuple(changed.get(k, n) for k, n in enumerate(board))
        mine = network_scores(problem, changed[there])[school_id]
        own_change = None if own is None else mine - own
        best = NextBest(kind, changed[there], partner, own_change, gain, after)
    return best


def _options(
    problem: Problem, board: tuple[MatchedNetwork, ...], school_id: str
) -> Iterator[tuple[Literal["move", "swap"], int, str | None, dict[int, MatchedNetwork]]]:
    """(kind, index of the other network, school swapped with, changed networks by index)."""
    bound_together = {i for group in problem.together for i in group}
    locked = {i for network in problem.fixed for i in network.members}
    stuck = bound_together | locked
    if school_id in stuck:
        return
    here = _place(board, school_id)
    for k, other in enumerate(board):
        if k == here or any(i in locked for i in other.members):
            continue
        entered = replace(other, partners=(*other.partners, school_id))
        if here is None:
            yield "move", k, None, {k: entered}
        elif board[here].host != school_id:
            left = replace(board[here], partners=tuple(i for i in board[here].partners if i != school_id))
            yield "move", k, None, {k: entered, here: left}
        for i in other.members:
            if i in stuck or (here is None and problem.by_id[i].must):
                continue
            changed = {k: _exchange(other, i, school_id)}
            if here is not None:
                changed[here] = _exchange(board[here], school_id, i)
            yield "swap", k, i, changed


def _exchange(network: MatchedNetwork, out: str, into: str) -> MatchedNetwork:
    return MatchedNetwork(
        network.type,
        into if network.host == out else network.host,
        tuple(into if i == out else i for i in network.partners),
    )
