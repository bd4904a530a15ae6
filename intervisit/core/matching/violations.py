"""Which rules a set of networks breaks, in words; also for a board that is half edited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations

from intervisit.core.matching.problem import MatchedNetwork, Problem
from intervisit.core.matching.score import compatible


def violations(problem: Problem, networks: Iterable[MatchedNetwork]) -> tuple[str, ...]:
    """Every broken rule in words, naming schools by id; empty when all rules are kept."""
    board = tuple(networks)
    inside = [line for network in board for line in network_violations(problem, network)]
    return (*inside, *board_violations(problem, board))


def board_violations(problem: Problem, board: Sequence[MatchedNetwork]) -> list[str]:
    """What is wrong between networks: counts, places, groups, quotas, locks."""
    placed = Counter(i for network in board for i in network.members)
    out = [f"{i} is in {count} networks" for i, count in sorted(placed.items()) if count > 1]
    out += _counts(problem, board)
    out += [f"{s.id} must be placed" for s in problem.schools if s.must and s.id not in placed]
    if len(placed) > problem.max_schools:
        out.append(f"{len(placed)} schools are placed, at most {problem.max_schools} may be")
    out += _together(problem, board)
    for quota in problem.quotas:
        n = sum(i in placed for i in quota.members)
        if not quota.min <= n <= quota.max:
            out.append(f"quota {quota.name}: {n} placed, {_range(quota.min, quota.max)} allowed")
    shapes = {_key(network) for network in board}
    out += [
        f"the locked {n.type} of {_listed(n.members)} is not as locked"
        for n in problem.fixed
        if _key(n) not in shapes
    ]
    return out


def network_violations(problem: Problem, network: MatchedNetwork) -> list[str]:
    """What is wrong inside one network: its size, its host, roles, pairs that may not be together."""
    out: list[str] = []
    members = network.members
    label = f"{network.type} of {_listed(members)}" if members else f"empty {network.type}"
    kind = problem.type_by_name.get(network.type)
    if kind is None:
        out.append(f"{label}: there is no network type {network.type}")
    elif not kind.min_size <= len(members) <= kind.max_size:
        sizes = _range(kind.min_size, kind.max_size)
        out.append(f"{label}: {len(members)} schools, a {network.type} has {sizes}")
    hosted = kind.hosted if kind else network.host is not None
    if hosted and network.host is None:
        out.append(f"{label}: has no host")
    if not hosted and network.host is not None:
        out.append(f"{label}: is a network of equals and has no host, but {network.host} is named as one")
    unknown = [i for i in members if i not in problem.by_id]
    out += [f"{label}: there is no school {i}" for i in unknown]
    known = [i for i in members if i in problem.by_id]
    if hosted:
        out += _roles(problem, network, label)
    for seat in kind.seats if kind else ():
        count = sum(problem.by_id[i].kind == seat.kind for i in known)
        if not seat.min <= count <= seat.max:
            wanted = _range(seat.min, seat.max)
            out.append(f"{label}: {count} of kind {seat.kind}, a {network.type} has {wanted}")
    for a, b in combinations(sorted(set(known)), 2):
        reason = compatible(problem, a, b)
        if reason:
            out.append(f"{label}: {reason}")
    return out


def _roles(problem: Problem, network: MatchedNetwork, label: str) -> list[str]:
    out = []
    host = problem.by_id.get(network.host or "")
    if host is not None and host.role == "partner":
        out.append(f"{label}: {network.host} may not host")
    for i in network.partners:
        if i in problem.by_id and problem.by_id[i].role == "host":
            out.append(f"{label}: {i} may only host")
    return out


def _counts(problem: Problem, board: Sequence[MatchedNetwork]) -> list[str]:
    counts = Counter(network.type for network in board)
    return [
        f"{counts[t.name]} networks of type {t.name}, {_range(t.min_count, t.max_count)} wanted"
        for t in problem.types
        if not t.min_count <= counts[t.name] <= t.max_count
    ]


def _together(problem: Problem, board: Sequence[MatchedNetwork]) -> list[str]:
    where = {i: k for k, network in enumerate(board) for i in network.members}
    return [
        f"{_listed(group)} must be in one network"
        for group in problem.together
        if len({where.get(i, -1) for i in group}) > 1
    ]


def _key(network: MatchedNetwork) -> tuple[str, str | None, frozenset[str]]:
    return network.type, network.host, frozenset(network.partners)


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"


def _listed(ids: Sequence[str]) -> str:
    return " and ".join(ids) if len(ids) < 3 else ", ".join(ids[:-1]) + " and " + ids[-1]
