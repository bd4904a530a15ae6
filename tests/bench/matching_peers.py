"""What others do to form groups, on our instances and objective: for `bench_matching`.

All pay for every rule they break (pairs that may not be together, schools that have to be placed, groups, quotas) and
start from the same slots, so that they are compared fairly.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable

import numpy as np

from intervisit.core.matching import Problem
from intervisit.core.matching.tables import Flags, Shape, build_tables, pair_worth

PENALTY = 2000.0  # points for every broken rule
LATE = 4  # hosts that the greedy matcher still tries for each network when its time is up
Board = list[list[int]]
Answer = tuple[float, Board]  # total, less penalties; networks (host first), then those left out
clock = time.process_time


class Slots:
    """Networks as slots (first member hosts) with the shapes an instance asks for, and their worth."""

    def __init__(self, problem: Problem, rng: random.Random) -> None:
        self.problem, self.rng = problem, rng
        t = self.tables = build_tables(problem, problem.schools)
        self.scale = t.scale
        fit = t.compatible & t.may_host[:, None] & t.may_join[None, :]
        join = t.compatible & t.may_join[:, None] & t.may_join[None, :]
        self.pair = {s: np.where(fit, pair_worth(t, s) / t.scale, -PENALTY).tolist() for s in t.shapes}
        self.peer = {
            s: np.where(join, t.peer_sum * s.peer_weight / t.scale, -PENALTY).tolist() for s in t.shapes
        }
        self.shapes = self._sizes()
        index = {s.id: k for k, s in enumerate(problem.schools)}
        self.must = [k for k, s in enumerate(problem.schools) if s.must]
        self.groups = [[index[i] for i in group] for group in problem.together]
        self.grouped = {i for group in self.groups for i in group}
        self.quotas = [([index[i] for i in q.members], q.min, q.max) for q in problem.quotas]

    def outside(self, board: Board) -> float:
        """What a board pays for rules between networks: who has to be placed, groups, quotas."""
        where = {i: k for k in range(len(self.shapes)) for i in board[k]}
        broken = sum(i not in where for i in self.must)
        broken += sum(len({where.get(i, -1) for i in group}) - 1 for group in self.groups)
        for members, low, high in self.quotas:
            placed = sum(i in where for i in members)
            broken += max(0, low - placed, placed - high)
        return -PENALTY * broken

    def networks(self, board: Board) -> list[dict[str, object]]:
        """A board in the format of solutions."""
        ids, types = self.tables.ids, self.problem.types
        return [
            {"type": types[s.type_index].name, "host": ids[m[0]], "partners": [ids[i] for i in m[1:]]}
            for s, m in zip(self.shapes, board, strict=False)
        ]

    def _sizes(self) -> list[Shape]:
        by = {(s.type_index, s.partners): s for s in self.tables.shapes}
        places = min(self.problem.max_schools, len(self.problem.schools))
        sizes = [(k, t.min_size) for k, t in enumerate(self.problem.types) for _ in range(t.min_count)]
        left = places - sum(size for _, size in sizes)
        while left > 0:
            grown = False
            for j, (k, size) in enumerate(sizes):
                if left > 0 and size < self.problem.types[k].max_size:
                    sizes[j], left, grown = (k, size + 1), left - 1, True
            if not grown:
                break
        return [by[k, size - 1] for k, size in sizes]

    def worth(self, shape: Shape, members: list[int]) -> float:
        host, rest = members[0], members[1:]
        pair, peer = self.pair[shape][host], self.peer[shape]
        total: float = sum(pair[p] for p in rest) + sum(
            peer[p][r] for i, p in enumerate(rest) for r in rest[i + 1 :]
        )
        return total

    def start(self) -> Board:
        hosts = [i for i in range(len(self.tables.ids)) if self.tables.may_host[i]]
        only = [i for i in hosts if not self.tables.may_join[i]]
        flexible = [i for i in hosts if self.tables.may_join[i]]
        self.rng.shuffle(flexible)
        chosen = (only + flexible)[: len(self.shapes)]
        self.rng.shuffle(chosen)
        used = set(chosen)
        rest = [i for i in range(len(self.tables.ids)) if i not in used]
        self.rng.shuffle(rest)
        board = [
            [h] + [rest.pop() for _ in range(s.partners)] for h, s in zip(chosen, self.shapes, strict=True)
        ]
        return [*board, rest]  # the last list holds those left out

    def total(self, board: Board) -> float:
        inside = sum(self.worth(s, m) for s, m in zip(self.shapes, board, strict=False))
        return inside + self.outside(board)


def greedy(slots: Slots, seconds: float) -> Answer | None:
    """Slot by slot the host with the best partners, each partner the best for those already there.

    Schools that may host are kept back while they are needed as hosts; groups come whole; quotas that are full take
    nobody, and towards the end only those are taken who have to be placed or whom a quota lacks. Once its seconds are
    up it tries only a few hosts for each network, so that it ends.
    """
    work = Greedy(slots, clock() + seconds)
    order = sorted(range(len(slots.shapes)), key=lambda k: -slots.shapes[k].partners)
    board: Board = [[] for _ in order]
    for done, k in enumerate(order):
        members = work.fill(slots.shapes[k], len(order) - done)
        if members is None:
            return None
        board[k] = members
    return slots.total(board), board


class Greedy:
    """All hosts side by side: one row for each host that is tried."""

    def __init__(self, slots: Slots, until: float) -> None:
        t = self.tables = slots.tables
        n = len(t.ids)
        self.slots, self.free, self.until = slots, np.ones(n, dtype=bool), until
        self.mates = np.zeros((n, n), dtype=bool)
        for group in slots.groups:
            self.mates[np.ix_(group, group)] = True
        np.fill_diagonal(self.mates, False)
        self.grouped = np.flatnonzero(self.mates.any(axis=0))
        self.bonds = self.mates[self.grouped].astype(np.float32)
        self.member = np.array([[i in set(m) for i in range(n)] for m, _, _ in slots.quotas]).reshape(-1, n)
        self.low = np.array([low for _, low, _ in slots.quotas])
        self.high = np.array([high for _, _, high in slots.quotas])
        self.must = np.zeros(n, dtype=bool)
        self.must[slots.must] = True
        self.seats = sum(s.partners + 1 for s in slots.shapes)
        self.pair = {s: np.array(p) for s, p in slots.pair.items()}
        self.peer = {s: np.array(p) for s, p in slots.peer.items()}

    def fill(self, shape: Shape, networks: int) -> list[int] | None:
        """The best network of this shape out of those who are free; None when no host is left."""
        t = self.tables
        able = np.flatnonzero(self.free & t.may_host)
        only = able[~t.may_join[able]]
        hosts = only if len(only) else able
        if clock() > self.until:
            hosts = hosts[:LATE]  # time is up: the rest is filled without much choice
        if not len(hosts):
            return None
        rows, spare = np.arange(len(hosts)), np.full(len(hosts), len(able) - networks)
        free = np.repeat(self.free[None, :], len(hosts), axis=0)
        free[rows, hosts] = False
        gain, value = self.pair[shape][hosts].copy(), np.zeros(len(hosts))
        waiting = self.mates[hosts] & free
        value[(waiting & t.may_host).sum(axis=1) > spare] = -1e9  # their mates are needed as hosts elsewhere
        chosen = [hosts]
        for step in range(shape.partners):
            seats = shape.partners - step
            come = free[:, self.grouped] @ self.bonds  # mates that have to come along
            kept = (free & t.may_host)[:, self.grouped] @ self.bonds + t.may_host  # who is lost as a host
            may = free & t.may_join & (come < seats) & ((kept == 0) | (kept <= spare[:, None]))
            may = self._by_rules(may, free, self.seats - step - 1)
            may = np.where(waiting.any(axis=1)[:, None], waiting, may)
            score = np.where(may, gain, -np.inf)
            pick = score.argmax(axis=1)
            value += score[rows, pick]
            gain += self.peer[shape][pick]
            free[rows, pick] = False
            spare = spare - t.may_host[pick]
            waiting = (waiting | self.mates[pick]) & free
            chosen.append(pick)
        best = int(np.argmax(value))
        if not np.isfinite(value[best]):
            return None
        members = [int(c[best]) for c in chosen]
        self.free[members] = False
        self.seats -= len(members)
        return members

    def _by_rules(self, may: Flags, free: Flags, seats: int) -> Flags:
        """Nobody whose quota is full; only those who are still lacking when there are no more seats than that."""
        lacking = np.repeat(self.must[None, :], len(may), axis=0)
        missing = (self.must[None, :] & free).sum(axis=1)
        for members, low, high in zip(self.member, self.low, self.high, strict=True):
            placed = (members[None, :] & ~free).sum(axis=1)
            may = may & ~(members[None, :] & (placed >= high)[:, None])
            lacking = lacking | (members[None, :] & (placed < low)[:, None])
            missing = missing + np.maximum(0, low - placed)
        strict = may & lacking
        late = (missing >= seats) & strict.any(axis=1)
        return np.where(late[:, None], strict, may)


def annealing(slots: Slots, seconds: float) -> Answer:
    """Swaps of two places, cooled geometrically; the best total seen."""
    rng, board = slots.rng, slots.start()
    worth = [slots.worth(s, m) for s, m in zip(slots.shapes, board, strict=False)]
    beside = slots.outside(board)
    now = best = sum(worth) + beside
    kept = [list(m) for m in board]
    began, heat, steps = clock(), 300.0, 0
    while True:
        steps += 1
        if steps % 256 == 0:
            share = (clock() - began) / seconds
            if share >= 1:
                return best, kept
            heat = 300.0 * (1.0 / 300.0) ** share
        a, b = rng.randrange(len(slots.shapes)), rng.randrange(len(board))
        if a == b or not board[b]:
            continue
        i, j = rng.randrange(len(board[a])), rng.randrange(len(board[b]))
        board[a][i], board[b][j] = board[b][j], board[a][i]
        new_a = slots.worth(slots.shapes[a], board[a])
        new_b = slots.worth(slots.shapes[b], board[b]) if b < len(slots.shapes) else 0.0
        old = worth[a] + (worth[b] if b < len(slots.shapes) else 0.0)
        change = new_a + new_b - old
        rules = beside
        if b == len(slots.shapes) or {board[a][i], board[b][j]} & slots.grouped:
            rules = slots.outside(board)
            change += rules - beside
        if change >= 0 or rng.random() < math.exp(change / heat):
            worth[a] = new_a
            if b < len(slots.shapes):
                worth[b] = new_b
            now, beside = now + change, rules
            if now > best + 1e-6:
                best, kept = now, [list(m) for m in board]
        else:
            board[a][i], board[b][j] = board[b][j], board[a][i]


def genetic(slots: Slots, seconds: float) -> Answer:
    """Boards as chromosomes: a child takes whole networks of its mother, as many as it can of its father, and fills
    the rest; some exchanges; fitness is the harmonic mean of what the networks are worth."""
    rng = slots.rng

    def fitness(board: Board) -> float:
        values = [slots.worth(s, m) for s, m in zip(slots.shapes, board, strict=False)]
        lost = sum(min(0.0, v) for v in values) + slots.outside(board)
        return len(values) / sum(1 / max(1.0, v) for v in values) + lost

    def child(mother: Board, father: Board) -> Board:
        out: Board = [[] for _ in slots.shapes]
        used: set[int] = set()
        for k in range(len(out)):
            if rng.random() < 0.5:
                out[k] = list(mother[k])
                used |= set(mother[k])
        for k in range(len(out)):
            if not out[k]:
                out[k] = [i if i not in used else -1 for i in father[k]]
                used |= {i for i in out[k] if i >= 0}
        rest = [i for m in mother for i in m if i not in used]
        rng.shuffle(rest)
        rest.sort(key=lambda i: bool(slots.tables.may_host[i]))
        for m in out:
            if m[0] < 0:
                m[0] = rest.pop()  # one that may host, as long as there are any
        for m in out:
            for at, i in enumerate(m):
                if i < 0:
                    m[at] = rest.pop(0)
        for _ in range(rng.randrange(3)):
            a, b = rng.randrange(len(out)), rng.randrange(len(out))
            i, j = rng.randrange(len(out[a])), rng.randrange(len(out[b]))
            out[a][i], out[b][j] = out[b][j], out[a][i]
        return [*out, rest]

    began = clock()
    population = [slots.start() for _ in range(40)]
    first = greedy(slots, seconds / 2)
    if first is not None:
        placed = {i for m in first[1] for i in m}
        population[0] = [*first[1], [i for i in range(len(slots.tables.ids)) if i not in placed]]
    scored = sorted(((fitness(b), k, b) for k, b in enumerate(population)), reverse=True)
    best, count = max(((slots.total(b), b) for b in population), key=lambda x: x[0]), 40
    while clock() - began < seconds:
        mother, father = (max(rng.sample(scored, 3))[2] for _ in range(2))
        new, count = child(mother, father), count + 1
        scored[-1] = (fitness(new), count, new)
        scored.sort(reverse=True)
        value = slots.total(new)
        if value > best[0]:
            best = value, new
    return best


PEERS: dict[str, Callable[[Slots, float], Answer | None]] = {
    "greedy": greedy,
    "annealing": annealing,
    "genetic": genetic,
}
