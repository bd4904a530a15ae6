"""All networks a few schools can make, and all ways to put these schools into such networks. Exact; for `repair`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations, product

import numpy as np

from intervisit.core.matching.pricing import acceptable
from intervisit.core.matching.problem import MatchedNetwork, Problem
from intervisit.core.matching.tables import BLOCKED, Floats, Ints, Shape, Tables, build_tables, worth

FEW = 9  # schools; up to here every way of putting them together is looked at
MOVES = (0, 3, 3, 2)  # beyond, at most so many schools move, by the number of networks put together anew
OUT = 3  # schools left out at most


@dataclass(frozen=True)
class Arrangement:
    """One way to put the schools of some networks together again."""

    networks: tuple[tuple[int, MatchedNetwork], ...]  # by place in the published board
    fresh: tuple[MatchedNetwork, ...]
    gone: frozenset[int]  # places of networks that are no more
    changed: tuple[int, ...]  # places of networks that are not as they were
    moved: tuple[str, ...]
    left_out: tuple[str, ...]
    worth: float  # of the networks it makes, less those that were there and were not hit; 1/scale points
    mix: tuple[tuple[str, int], ...]  # (type, how many more of it)


@dataclass(frozen=True)
class Made:
    """One network that can be made of a set of schools (bits)."""

    schools: int
    worth: float
    type: int
    host: int  # −1 in a network of equals


class Regroup:
    """A published board after a change, and what its networks can be made into."""

    def __init__(
        self,
        problem: Problem,
        published: Sequence[MatchedNetwork],
        board: list[tuple[str, ...]],
        hit: tuple[int, ...],
        joined: tuple[str, ...],
    ) -> None:
        self.problem, self.published, self.board = problem, published, board
        self.hit, self.joined = hit, joined
        self.tables = build_tables(problem, tuple(sorted(problem.schools, key=lambda s: s.id)))
        self.index = {i: k for k, i in enumerate(self.tables.ids)}
        self.type_index = {t.name: k for k, t in enumerate(problem.types)}
        self.shapes = {(s.type_index, s.partners): s for s in self.tables.shapes}

    def related(self, places: tuple[int, ...], k: int) -> bool:
        """Whether some school of network k may sit with one of these networks, or with one that joins."""
        return bool(self.tables.compatible[np.ix_(self._loose(places), self._loose((k,), False))].any())

    def promise(self, places: tuple[int, ...], k: int) -> float:
        """How well the schools of network k would go with those of these networks."""
        both = np.ix_(self._loose(places), self._loose((k,), False))
        gain = np.where(self.tables.compatible[both], self.tables.peer_sum[both], 0.0)
        return float(gain.mean(axis=0).max(initial=0.0)) + 50.0 * len(self.board[k])

    def _loose(self, places: tuple[int, ...], joined: bool = True) -> list[int]:
        some = [self.index[i] for k in places for i in self.board[k]]
        return some + [self.index[i] for i in self.joined] if joined else some

    def arrangements(self, places: tuple[int, ...]) -> list[Arrangement]:
        """The best ways to put the schools of these networks, and those that join, into networks, with as few
        left out as possible: one for each mix of types, number of networks changed and of schools moved.

        Where there are more than a few schools, only so many of them move as `MOVES` says.
        """
        schools = sorted(self._loose(places))
        homes = [_bits(schools, self._loose((k,), False)) for k in places]
        newcomers = _bits(schools, self._loose((), True))
        unsure = _bits(schools, self._loose(tuple(k for k in places if k in self.hit)))
        able = [k for k in range(len(schools)) if unsure >> k & 1]
        for out in range(min(OUT, len(able)) + 1):
            ways: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
            for rest in combinations(able, out):
                some = (1 << len(schools)) - 1 - sum(1 << k for k in rest)
                if len(schools) <= FEW:
                    parts: Iterable[tuple[int, ...]] = _partitions(some, len(places) + 1)
                else:
                    most = MOVES[min(len(places), len(MOVES) - 1)]
                    parts = _moves([h & some for h in homes], newcomers & some, most)
                ways += [(part, rest) for part in parts]
            made = networks_of(self.tables, schools, {mask for part, _ in ways for mask in part})
            found = self._best(schools, places, homes, made, ways)
            if found:
                return found
        return []

    def _best(
        self,
        schools: list[int],
        places: tuple[int, ...],
        homes: list[int],
        made: dict[int, Made],
        ways: list[tuple[tuple[int, ...], tuple[int, ...]]],
    ) -> list[Arrangement]:
        before = [self._as_made(schools, k) for k in places]
        best: dict[tuple[object, ...], tuple[float, list[Made], list[int], tuple[int, ...]]] = {}
        for part, rest in ways:
            if not all(mask in made for mask in part):
                continue
            cover = [made[mask] for mask in part]
            at = _continued(cover, homes)
            stay = sum((m.schools & homes[s]).bit_count() for m, s in zip(cover, at, strict=True) if s >= 0)
            held = sum(before[s] == m for m, s in zip(cover, at, strict=True) if s >= 0)
            key = tuple(sorted(m.type for m in cover)), rest, stay, held
            value = sum(m.worth for m in cover)
            if key not in best or value > best[key][0]:
                best[key] = value, cover, at, rest
        return [self._arrangement(schools, places, cover, at, rest) for _, cover, at, rest in best.values()]

    def _as_made(self, schools: list[int], place: int) -> Made | None:
        """A published network as it was, unless the change hits it."""
        if place in self.hit:
            return None
        network = self.published[place]
        first, *rest = (self.index[i] for i in network.members)
        shape = self.shapes.get((self.type_index.get(network.type, -1), len(rest)))
        if shape is None:  # made by hand, of a type or size that the problem does not know
            return None
        bits = sum(1 << schools.index(i) for i in (first, *rest))
        value = worth(self.tables, shape, first, tuple(rest))
        return Made(bits, value, shape.type_index, schools.index(first) if shape.hosted else -1)

    def _arrangement(
        self,
        schools: list[int],
        places: tuple[int, ...],
        cover: list[Made],
        at: list[int],
        rest: tuple[int, ...],
    ) -> Arrangement:
        before = [self._as_made(schools, k) for k in places]
        networks: dict[int, MatchedNetwork] = {}
        fresh, moved = [], []
        for m, s in zip(cover, at, strict=True):
            network = self._network(schools, m)
            stays = set(self.board[places[s]]) if s >= 0 else set()
            moved += [i for i in network.members if i not in stays and i not in self.joined]
            if s >= 0:
                networks[places[s]] = self.published[places[s]] if before[s] == m else network
            else:
                fresh.append(network)
        types = Counter(self.problem.types[m.type].name for m in cover)
        types.subtract(self.published[k].type for k in places)
        return Arrangement(
            tuple(sorted(networks.items())),
            tuple(sorted(fresh, key=lambda n: (n.type, n.host or "", n.partners))),
            frozenset(k for k in places if k not in networks),
            tuple(sorted(k for k in places if k in self.hit or networks.get(k) != self.published[k])),
            tuple(sorted(moved)),
            tuple(sorted(self.tables.ids[schools[k]] for k in rest)),
            sum(m.worth for m in cover) - sum(b.worth for b in before if b is not None),
            tuple(sorted((t, n) for t, n in types.items() if n)),
        )

    def _network(self, schools: list[int], m: Made) -> MatchedNetwork:
        ids = [self.tables.ids[schools[k]] for k in range(len(schools)) if m.schools >> k & 1]
        host = self.tables.ids[schools[m.host]] if m.host >= 0 else None
        return MatchedNetwork(self.problem.types[m.type].name, host, tuple(i for i in ids if i != host))


def _continued(cover: list[Made], homes: list[int]) -> list[int]:
    """Which published network each new one continues (−1: none), so that the fewest schools move."""
    stay = [[(m.schools & home).bit_count() for home in homes] for m in cover]
    slots = [*range(len(homes)), *[-1] * len(cover)]
    best, total = [-1] * len(cover), -1
    for order in permutations(slots, len(cover)) if len(cover) < 4 else [_greedy(stay)]:
        value = sum(stay[c][s] for c, s in enumerate(order) if s >= 0)
        if value > total:
            best, total = [s if s >= 0 and stay[c][s] else -1 for c, s in enumerate(order)], value
    return best


def _greedy(stay: list[list[int]]) -> tuple[int, ...]:
    out = [-1] * len(stay)
    pairs = sorted(((-value, c, s) for c, row in enumerate(stay) for s, value in enumerate(row)))
    for _, c, s in pairs:
        if out[c] < 0 and s not in out:
            out[c] = s
    return tuple(out)


def _bits(schools: list[int], some: list[int]) -> int:
    return sum(1 << schools.index(k) for k in some)


def _partitions(schools: int, most: int) -> Iterator[tuple[int, ...]]:
    """Every way to part a set (bits) into at most `most` sets of two or more."""
    if not schools:
        yield ()
    elif most == 1:
        yield (schools,)
    else:
        first = schools & -schools
        rest = schools - first
        some = rest
        while some:  # every set of others beside the first
            for more in _partitions(rest - some, most - 1):
                yield (first | some, *more)
            some = (some - 1) & rest


def _moves(homes: list[int], newcomers: int, most: int) -> Iterator[tuple[int, ...]]:
    """Every way to give newcomers a place and to move at most `most` others; places left empty are not told."""
    movers = [k for k in range(sum(homes).bit_length()) if any(h >> k & 1 for h in homes)]
    new = [k for k in range(newcomers.bit_length()) if newcomers >> k & 1]
    for count in range(most + 1):
        for some in combinations(movers, count):
            for to in product(range(len(homes)), repeat=count + len(new)):
                if any(homes[place] >> k & 1 for k, place in zip(some, to, strict=False)):
                    continue
                after = list(homes)
                for k in some:
                    after = [h & ~(1 << k) for h in after]
                for k, place in zip((*some, *new), to, strict=True):
                    after[place] |= 1 << k
                yield tuple(h for h in after if h)


def networks_of(tables: Tables, schools: list[int], masks: set[int]) -> dict[int, Made]:
    """The best network that each set of schools (bits) makes; sets that make none are not in it."""
    index = np.array(schools, dtype=np.int64)
    fit = tables.compatible[np.ix_(index, index)]
    out: dict[int, Made] = {}
    by_size: dict[int, list[int]] = {}
    for mask in sorted(masks):
        by_size.setdefault(mask.bit_count(), []).append(mask)
    for shape in tables.shapes:
        size = shape.partners + 1
        bits = np.array(by_size.get(size, []), dtype=np.int64)
        if not len(bits):
            continue
        rows = (bits[:, None] >> np.arange(len(index))) & 1
        members = np.nonzero(rows)[1].reshape(len(bits), size)
        whole = fit[members[:, :, None], members[:, None, :]].sum(axis=(1, 2)) == size * (size - 1)
        bits, members = bits[whole], members[whole]
        value, host = _best_host(tables, shape, index[members])
        for k in np.flatnonzero(value > BLOCKED / 2).tolist():
            mask = int(bits[k])
            if mask not in out or value[k] > out[mask].worth:
                first = int(members[k, host[k]]) if shape.hosted else -1
                out[mask] = Made(mask, float(value[k]), shape.type_index, first)
    return out


def _best_host(tables: Tables, shape: Shape, members: Ints) -> tuple[Floats, Ints]:
    """Worth of each row of schools as a network of this shape, BLOCKED where it is none; who hosts (position)."""
    one, two = members[:, :, None], members[:, None, :]
    between = tables.peer_sum[one, two]
    between[:, np.arange(members.shape[1]), np.arange(members.shape[1])] = 0.0
    each = between.sum(axis=2)
    everybody = each.sum(axis=1) / 2
    none = np.zeros(len(members), dtype=np.int64)
    if shape.hosted:
        itself = np.eye(members.shape[1], dtype=bool)[None, :, :]
        pair = tables.host_gain[one, two] * shape.host_weight
        pair = pair + tables.partner_gain[one, two] * shape.partner_weight
        value = np.where(itself, 0.0, pair).sum(axis=2)
        value = value + (everybody[:, None] - each) * shape.peer_weight
        join = tables.may_join[members]
        others = join.sum(axis=1)[:, None] - join == members.shape[1] - 1
        value = np.where(tables.may_host[members] & others, value, BLOCKED)
        none = np.argmax(value, axis=1)
        best: Floats = value[np.arange(len(members)), none]
    else:
        best = everybody * shape.peer_weight
    rows = np.arange(len(members))
    hosts = members[rows, none]
    rest = members[np.arange(members.shape[1])[None, :] != none[:, None]].reshape(
        len(members), shape.partners
    )
    return np.where(acceptable(tables, shape, hosts, rest), best, BLOCKED), none
