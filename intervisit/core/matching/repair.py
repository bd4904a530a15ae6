"""After publication: a school withdraws or joins, or a pair is vetoed. What can be done, and what it costs.

The networks that the change hits are put together again: by themselves (no other network touched), with one
other network, with two. Of everything that can be made of them the arrangements are kept that no other beats in
all of: schools left out, rules about numbers broken, networks touched, schools moved, points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from intervisit.core.matching.problem import MatchedNetwork, Problem
from intervisit.core.matching.regroup import Arrangement, Regroup
from intervisit.core.matching.score import objective, scores
from intervisit.core.matching.violations import violations

PAIRS = 16  # pairs of other networks looked at; up to here all there are
LISTED = 8


@dataclass(frozen=True)
class Change:
    """What happened after publication. Schools that join are in the problem already, in no network."""

    withdrawn: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    vetoed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Repair:
    """One alternative. `networks` is the whole board afterwards: published networks in their places (those that
    are no more are left out), new ones at the end."""

    networks: tuple[MatchedNetwork, ...]
    changed: tuple[int, ...]  # places, in the published board, of networks that are not as they were
    touched: int  # how many of these the change itself does not hit
    moved: tuple[str, ...]  # schools that change from one network to another
    left_out: tuple[str, ...]  # schools that have no network any more, or that joined and found none
    objective: Fraction  # of the whole board afterwards
    cost: Fraction  # points that the schools of before lose in sum (below 0: they win)
    notes: tuple[str, ...]  # rules that it does not keep, in words
    proven: (
        bool  # of those that touch as few networks (and move at most three schools, where many are concerned)
    )
    # none is better


def repair(
    problem: Problem,
    published: Sequence[MatchedNetwork],
    change: Change,
    *,
    touched: int = 2,
    held: frozenset[int] = frozenset(),
    listed: int = LISTED,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[Repair, ...]:
    """Alternatives, the least disruptive first: everybody placed before somebody left out, then fewest networks
    touched, fewest schools moved, most points.

    `problem` is as it was published, with the schools that withdrew and those that joined. `held`: places of
    published networks that stay as they are; locked ones (`problem.fixed`) do as well, unless the change hits
    them. Rules inside networks are always kept. Rules about numbers (of a type, placed, quotas) are kept where
    that is possible; `notes` says which are not. At most one network more than before is made. Empty when
    nothing can be done. Raises KeyError for an unknown school.
    """
    now, board, hit = _after(problem, published, change)
    joined = tuple(i for i in change.joined if i not in change.withdrawn)
    for i in (*joined, *change.withdrawn):
        problem.by_id[i]
    locked = {frozenset(n.members) for n in now.fixed}
    free = [
        k
        for k, n in enumerate(published)
        if k not in hit and k not in held and frozenset(n.members) not in locked
    ]
    work = Regroup(now, published, board, hit, joined)
    best: set[Arrangement] = set()
    complete = [True] * (touched + 1)
    for count in range(touched + 1):
        for others in _choices(work, hit, free, count):
            if stop():
                complete[count] = False
                break
            best.update(work.arrangements((*hit, *others)))
        complete[count] &= count < 2 or len(free) * (len(free) - 1) // 2 <= PAIRS
    before = scores(problem, published)
    told = _undominated([_told(now, published, before, hit, a, complete) for a in _front(best, hit)])
    told.sort(key=lambda r: (len(r.left_out), r.touched, len(r.moved), len(r.notes), -r.objective))
    return tuple(told[:listed])


def _after(
    problem: Problem, published: Sequence[MatchedNetwork], change: Change
) -> tuple[Problem, list[tuple[str, ...]], tuple[int, ...]]:
    """The problem as it is now, the members each network has left, and the networks that the change hits."""
    gone = set(change.withdrawn)
    apart = {frozenset(pair) for pair in change.vetoed}
    hit = []
    for k, network in enumerate(published):
        vetoed = any(frozenset(pair) in apart for pair in combinations(network.members, 2))
        if vetoed or gone & set(network.members):
            hit.append(k)
    broken = {frozenset(published[k].members) for k in hit}
    together = tuple(tuple(i for i in group if i not in gone) for group in problem.together)
    together = tuple(g for g in together if not any(frozenset(p) in apart for p in combinations(g, 2)))
    now = replace(
        problem,
        schools=tuple(s for s in problem.schools if s.id not in gone),
        forbidden=(*problem.forbidden, *change.vetoed),
        together=tuple(g for g in together if len(g) > 1),
        quotas=tuple(
            replace(q, members=tuple(i for i in q.members if i not in gone)) for q in problem.quotas
        ),
        fixed=tuple(n for n in problem.fixed if frozenset(n.members) not in broken),
    )
    board = [tuple(i for i in network.members if i not in gone) for network in published]
    return now, board, tuple(hit)


def _choices(work: Regroup, hit: tuple[int, ...], free: list[int], count: int) -> list[tuple[int, ...]]:
    """Sets of `count` other networks that could help, the most promising first."""
    if count == 0:
        return [()]
    near = [k for k in free if work.related(hit, k)]
    if count == 1:
        return [(k,) for k in near]
    if len(free) * (len(free) - 1) // 2 <= PAIRS:
        return list(combinations(free, count))
    promising = sorted(near, key=lambda k: (-work.promise(hit, k), k))
    pairs = [
        (a, b) for a in promising[:6] for b in free if b != a and work.related((a,), b) and (b, a) != (a, b)
    ]
    pairs.sort(key=lambda p: -(work.promise(hit, p[0]) + work.promise((*hit, p[0]), p[1])))
    once: dict[tuple[int, ...], None] = dict.fromkeys((min(p), max(p)) for p in pairs)
    return list(once)[:PAIRS]


def _front(arrangements: Iterable[Arrangement], hit: tuple[int, ...]) -> list[Arrangement]:
    """Those that no other beats in schools left out, networks touched, schools moved and worth, for each mix of
    network types (on which the rules about numbers hang)."""
    by_mix: dict[tuple[object, ...], list[Arrangement]] = {}
    for a in arrangements:
        by_mix.setdefault((a.mix, a.left_out), []).append(a)
    out: list[Arrangement] = []
    for group in by_mix.values():
        group.sort(key=lambda a: (-a.worth, len(set(a.changed) - set(hit)), len(a.moved), _key(a)))
        kept: list[tuple[int, int]] = []
        for a in group:
            cost = len(set(a.changed) - set(hit)), len(a.moved)
            if not any(c[0] <= cost[0] and c[1] <= cost[1] for c in kept):
                kept.append(cost)
                out.append(a)
    return out


def _key(a: Arrangement) -> tuple[object, ...]:
    """An order that does not hang on how an arrangement was found."""
    return [(k, n.host or "", n.partners) for k, n in a.networks], [
        (n.host or "", n.partners) for n in a.fresh
    ]


def _told(
    now: Problem,
    published: Sequence[MatchedNetwork],
    before: dict[str, Fraction],
    hit: tuple[int, ...],
    a: Arrangement,
    complete: list[bool],
) -> Repair:
    kept = dict(a.networks)
    networks = [kept.get(k, n) for k, n in enumerate(published) if k not in a.gone]
    networks += a.fresh
    after = scores(now, networks)
    stay = [i for i in before if i in now.by_id]
    beyond = len(set(a.changed) - set(hit))
    return Repair(
        networks=tuple(networks),
        changed=a.changed,
        touched=beyond,
        moved=a.moved,
        left_out=a.left_out,
        objective=objective(now, networks),
        cost=sum((before[i] - after.get(i, Fraction(0)) for i in stay), Fraction(0)),
        notes=tuple(line for line in violations(now, networks) if not line.endswith("must be placed")),
        proven=all(complete[: beyond + 1]),
    )


def _undominated(told: list[Repair]) -> list[Repair]:
    """Those that no other beats in everything a director weighs."""

    def weight(r: Repair) -> tuple[Fraction | int, ...]:
        return len(r.left_out), len(r.notes), r.touched, len(r.moved), -r.objective

    def beats(a: Repair, b: Repair) -> bool:
        return weight(a) != weight(b) and all(x <= y for x, y in zip(weight(a), weight(b), strict=True))

    return [r for r in told if not any(beats(other, r) for other in told)]
