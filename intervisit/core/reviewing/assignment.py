"""Reviewers to applications, as evenly as the conflicts allow, and the proof that no way is more even.

Every application wants so many different reviewers. A pair may be forbidden (a conflict) or kept (chosen by hand, or
read already). Minimised is the sum of the squared loads: a flow whose cost is convex in each reviewer's load, so that
adding one review at a time along the way to the least loaded reviewer who can be reached stays optimal (successive
shortest paths; for one reviewer an application this is the optimal semi-matching of Harvey, Ladner, Lovász and Tamir,
2006). Loads that are optimal in this sense are so in every convex sense: the busiest reviewer has as little, and the
idlest as much, as any assignment allows.

The proof is a number, `lower_bound`, computed from the problem and a chain of sets of reviewers: what must be read
inside a set, whoever reads it, is counted from the conflicts alone.
"""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

Pair = tuple[str, str]  # application id, reviewer id


@dataclass(frozen=True)
class Reviewer:
    """One reviewer, who takes at most `limit` applications in all."""

    id: str
    limit: int


@dataclass(frozen=True)
class Problem:
    """`reviews` reviewers for each of `applications`. `kept` pairs stay and count; `forbidden` ones never are."""

    applications: tuple[str, ...]
    reviewers: tuple[Reviewer, ...]
    reviews: int
    forbidden: frozenset[Pair] = frozenset()
    kept: frozenset[Pair] = frozenset()


@dataclass(frozen=True)
class Assigned:
    """Who reads what. `cost` is the sum of squared loads, `bound` what no assignment undercuts: equal when optimal."""

    pairs: frozenset[Pair]  # kept ones included
    loads: dict[str, int] = field(hash=False)
    cost: int = 0
    bound: int = 0

    @property
    def proven(self) -> bool:
        return self.cost == self.bound


@dataclass(frozen=True)
class Infeasible:
    """Nobody can assign this; why, in words. Ids stand in braces, for the caller to name."""

    reasons: tuple[str, ...]


@dataclass
class _Way:
    """The problem as sets of bits: bit r of a mask is reviewer number r."""

    problem: Problem
    may: list[int]  # application → reviewers who may still be given it by us
    need: list[int]
    base: list[int]  # kept load of each reviewer
    limit: list[int]
    mine: list[int] = field(default_factory=list)  # application → reviewers given by us
    of: list[set[int]] = field(default_factory=list)  # reviewer → applications given by us

    def load(self, r: int) -> int:
        return self.base[r] + len(self.of[r])


def _way(problem: Problem) -> _Way:
    number = {r.id: n for n, r in enumerate(problem.reviewers)}
    has = Counter(a for a, _ in problem.kept)  # also by reviewers who are no longer there
    shut: dict[str, set[int]] = {a: set() for a in problem.applications}
    base = [0] * len(number)
    for a, r in problem.kept:
        if r in number:
            base[number[r]] += 1
            if a in shut:
                shut[a].add(number[r])
    for a, r in problem.forbidden:
        if a in shut and r in number:
            shut[a].add(number[r])
    everybody = (1 << len(number)) - 1
    may = [everybody & ~sum(1 << r for r in shut[a]) for a in problem.applications]
    need = [max(0, problem.reviews - has[a]) for a in problem.applications]
    limit = [max(r.limit, base[n]) for n, r in enumerate(problem.reviewers)]
    way = _Way(problem, may, need, base, limit, [0] * len(may))
    way.of = [set() for _ in number]
    return way


def assign(problem: Problem, *, seed: int = 0) -> Assigned | Infeasible:
    """Give every application its reviewers with the most even loads, or say why that cannot be.

    `seed` only decides between equally even ways, so that the same two people do not read everything together.
    """
    _check(problem)
    reasons = _obvious(problem)
    if reasons:
        return Infeasible(reasons)
    way, chance = _way(problem), random.Random(seed)  # noqa: S311 - chance between equals, no secret
    order = list(range(len(problem.applications)))
    chance.shuffle(order)
    order.sort(key=lambda a: way.may[a].bit_count() - way.need[a])
    for a in order:
        for _ in range(way.need[a]):
            stuck = _give(way, a, chance)
            if stuck is not None:
                return Infeasible((_short(way, stuck),))
    return _answer(way)


def _check(problem: Problem) -> None:
    if problem.reviews < 0 or any(r.limit < 0 for r in problem.reviewers):
        raise ValueError("reviews and limits are not negative")
    for ids in (problem.applications, [r.id for r in problem.reviewers]):
        if len(set(ids)) != len(ids):
            raise ValueError("an id stands twice")


def _obvious(problem: Problem) -> tuple[str, ...]:
    """What a person sees at once: a kept pair in conflict, an application that too few may read."""
    reviewers = {r.id for r in problem.reviewers}
    found = [
        f"{{{r}}} is kept as a reviewer of {{{a}}} and may not read it: take one of them back."
        for a, r in sorted(problem.kept & problem.forbidden)
    ]
    for a in problem.applications:
        out = {r for b, r in problem.forbidden if b == a} & reviewers
        kept = {r for b, r in problem.kept if b == a and r not in reviewers}
        free = len(reviewers) - len(out) + len(kept)
        if free < problem.reviews:
            found.append(f"{{{a}}} needs {problem.reviews} reviews, and only {free} may read it.")
    return tuple(found)


def _give(way: _Way, a: int, chance: random.Random) -> int | None:
    """One more review of `a`, by the least loaded reviewer that moving others about can reach.

    None when done; else the set of reviewers that could be reached, all of them full.
    """
    came: dict[
        int, tuple[int, int]
    ] = {}  # reviewer → (application that leads to it, reviewer it is taken from)
    frontier, seen = _bits(way.may[a] & ~way.mine[a], chance), 0
    for r in frontier:
        came[r] = (a, -1)
        seen |= 1 << r
    least = min((way.load(r) for r in range(len(way.of)) if way.load(r) < way.limit[r]), default=-1)
    best, at = -1, 0
    while at < len(frontier):
        r = frontier[at]
        at += 1
        if way.load(r) < way.limit[r] and (best < 0 or way.load(r) < way.load(best)):
            best = r
            if way.load(best) == least:
                break
        for other in way.of[r]:
            fresh = way.may[other] & ~way.mine[other] & ~seen
            if other != a and fresh:
                seen |= fresh
                for following in _bits(fresh, chance):
                    came[following] = (other, r)
                    frontier.append(following)
    if best < 0:
        return seen
    while best >= 0:
        b, before = came[best]
        way.mine[b] |= 1 << best
        way.of[best].add(b)
        if before >= 0:
            way.mine[b] &= ~(1 << before)
            way.of[before].discard(b)
        best = before
    return None


def _bits(mask: int, chance: random.Random) -> list[int]:
    found = [n for n in range(mask.bit_length()) if mask >> n & 1]
    chance.shuffle(found)
    return found


def _short(way: _Way, full: int) -> str:
    """Applications that can be read by nobody but a few, who together take too little."""
    few = [n for n in range(len(way.of)) if full >> n & 1]
    forced = [
        (a, way.need[a] - (way.may[a] & ~full).bit_count())
        for a in range(len(way.may))
        if way.need[a] > (way.may[a] & ~full).bit_count()
    ]
    wanted = sum(n for _, n in forced)
    room = sum(way.limit[r] - way.base[r] for r in few)
    if len(few) == len(way.of):
        return f"{wanted} reviews are needed, and all reviewers together take at most {room} more."
    who = ", ".join(f"{{{way.problem.reviewers[r].id}}}" for r in few) or "nobody"
    some = ", ".join(f"{{{way.problem.applications[a]}}}" for a, _ in forced[:5])
    more = f" and {len(forced) - 5} more" if len(forced) > 5 else ""
    return (
        f"{wanted} reviews of {some}{more} can only be written by {who}, who take at most {room} more. "
        "Raise a limit, add a reviewer, or ask for fewer reviews."
    )


def _answer(way: _Way) -> Assigned:
    problem = way.problem
    pairs = {(a, r) for a, r in problem.kept}
    for n, a in enumerate(problem.applications):
        pairs |= {(a, problem.reviewers[r].id) for r in range(len(way.of)) if way.mine[n] >> r & 1}
    loads = [way.load(r) for r in range(len(way.of))]
    bound = lower_bound(problem, _chain(way, loads))
    named = {r.id: loads[n] for n, r in enumerate(problem.reviewers)}
    return Assigned(frozenset(pairs), named, sum(x * x for x in loads), bound)


def _chain(way: _Way, loads: Sequence[int]) -> list[frozenset[str]]:
    """For each height of load the reviewers at it or above, with whomever their applications could go to."""
    found = []
    for height in range(min(loads, default=0) + 1, max(loads, default=0) + 1):
        inside = [r for r, load in enumerate(loads) if load >= height]
        seen = sum(1 << r for r in inside)
        while inside:
            for a in way.of[inside.pop()]:
                fresh = way.may[a] & ~way.mine[a] & ~seen
                seen |= fresh
                inside += [n for n in range(fresh.bit_length()) if fresh >> n & 1]
        found.append(frozenset(r.id for n, r in enumerate(way.problem.reviewers) if seen >> n & 1))
    return found


def lower_bound(problem: Problem, chain: Iterable[frozenset[str]]) -> int:
    """What the sum of squared loads cannot undercut, from sets of reviewers and the problem alone.

    Inside each set as many reviews fall as its applications cannot place outside. Each set's surplus is priced at
    two, and what is left is minimised reviewer by reviewer (a Lagrangean bound: true for any sets whatever).
    """
    way = _way(problem)
    ids = [r.id for r in problem.reviewers]
    total = sum(way.need) + sum(way.base)
    sets = list(chain)
    price, bound = [0] * len(ids), 0
    for members in sets:
        mask = sum(1 << n for n, i in enumerate(ids) if i in members)
        forced = sum(max(0, n - (m & ~mask).bit_count()) for n, m in zip(way.need, way.may, strict=True))
        forced += sum(way.base[n] for n, i in enumerate(ids) if i in members)
        bound += 2 * forced
        for n, i in enumerate(ids):
            price[n] += 2 * (i in members)
    return bound + max(
        (_floor(way, price, level) + level * total for level in _levels(total, len(ids))), default=0
    )


def _levels(total: int, count: int) -> range:
    """Prices of one review worth trying: those of the even share and less, where sets take the rest."""
    return range(-1, 2 * (total // max(1, count)) + 3)


def _floor(way: _Way, price: Sequence[int], level: int) -> int:
    """The least that loads between what is kept and the limits can cost at these prices."""
    least = 0
    for n in range(len(way.base)):
        p = price[n] + level
        x = min(max((p + 1) // 2, way.base[n]), way.limit[n])  # x² − p·x is least at p/2
        least += x * x - p * x
    return least
