"""What others do to form groups, on our instances and objective: for `bench_matching`.

All pay for every pair that may not be together, and start from the same slots, so that they are compared fairly.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable

import numpy as np

from intervisit.core.matching import Problem
from intervisit.core.matching.tables import Shape, build_tables, own_scores, pair_worth

PENALTY = 2000.0  # points for every pair that may not be together
MODELLED = 80  # schools; beyond that CP-SAT's model of the whole cannot be built
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

    def worst(self, board: Board) -> float:
        """The lowest own score, whatever rules are broken."""
        low = math.inf
        for s, m in zip(self.shapes, board, strict=False):
            own = own_scores(self.tables, s, np.array(m[:1]), np.array([m[1:]]))
            low = min(low, float(own.min()) / self.scale)
        return low

    def total(self, board: Board) -> float:
        return sum(self.worth(s, m) for s, m in zip(self.shapes, board, strict=False))


def greedy(slots: Slots, seconds: float) -> Answer | None:
    """Best partner first, slot by slot; schools that may host are kept back while they are needed as hosts."""
    t = slots.tables
    free = set(range(len(t.ids)))
    order = sorted(range(len(slots.shapes)), key=lambda k: -slots.shapes[k].partners)
    board: Board = [[] for _ in order]
    for done, k in enumerate(order):
        shape, best = slots.shapes[k], None
        spare = sum(bool(t.may_host[i]) for i in free) - (len(order) - done)
        hosts = [i for i in free if t.may_host[i]]
        only = [i for i in hosts if not t.may_join[i]]
        for host in only or hosts:
            members, left = [host], spare
            pool = [i for i in free if i != host and t.may_join[i]]
            while len(members) <= shape.partners and pool:
                able = [i for i in pool if left > 0 or not t.may_host[i]]
                if not able:
                    break
                pick = max(
                    able,
                    key=lambda p: (
                        slots.pair[shape][host][p] + sum(slots.peer[shape][p][r] for r in members[1:])
                    ),
                )
                left -= bool(t.may_host[pick])
                members.append(pick)
                pool.remove(pick)
            value = slots.worth(shape, members)
            if len(members) == shape.partners + 1 and (best is None or value > best[0]):
                best = value, members
        if best is None:
            return None  # no host is left
        board[k] = best[1]
        free -= set(best[1])
    return slots.total(board), board


def annealing(slots: Slots, seconds: float) -> Answer:
    """Swaps of two places, cooled geometrically; the best total seen."""
    rng, board = slots.rng, slots.start()
    worth = [slots.worth(s, m) for s, m in zip(slots.shapes, board, strict=False)]
    now = best = sum(worth)
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
        if change >= 0 or rng.random() < math.exp(change / heat):
            worth[a] = new_a
            if b < len(slots.shapes):
                worth[b] = new_b
            now += change
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
        lost = sum(min(0.0, v) for v in values)
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
    first = greedy(slots, seconds)
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


def cpsat(slots: Slots, seconds: float) -> Answer | None:
    """The whole model: who sits in which slot, products linearised. Rarely gets anywhere beyond 30 schools."""
    from ortools.sat.python import cp_model

    model, n = cp_model.CpModel(), len(slots.tables.ids)
    host = [[model.new_bool_var("") for _ in slots.shapes] for _ in range(n)]
    seat = [[model.new_bool_var("") for _ in slots.shapes] for _ in range(n)]
    terms = []
    for i in range(n):
        everything = [*host[i], *seat[i]]
        (model.add_exactly_one if slots.problem.schools[i].must else model.add_at_most_one)(everything)
    for k, s in enumerate(slots.shapes):
        model.add_exactly_one(host[i][k] for i in range(n))
        model.add(sum(seat[i][k] for i in range(n)) == s.partners)
        for i in range(n):
            for j in range(n):
                if i != j and slots.pair[s][i][j] <= -PENALTY:
                    model.add_implication(host[i][k], seat[j][k].negated())
                elif i != j:
                    both = model.new_bool_var("")
                    model.add_implication(both, host[i][k])
                    model.add_implication(both, seat[j][k])
                    terms.append(both * round(slots.pair[s][i][j] * 1000))
                if i < j and slots.peer[s][i][j] <= -PENALTY:
                    model.add_at_most_one(seat[i][k], seat[j][k])
                elif i < j:
                    both = model.new_bool_var("")
                    model.add_implication(both, seat[i][k])
                    model.add_implication(both, seat[j][k])
                    terms.append(both * round(slots.peer[s][i][j] * 1000))
    model.maximize(sum(terms))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    board = [
        [i for i in range(n) if solver.value(host[i][k])] + [i for i in range(n) if solver.value(seat[i][k])]
        for k in range(len(slots.shapes))
    ]
    return slots.total(board), board


PEERS: dict[str, Callable[[Slots, float], Answer | None]] = {
    "greedy": greedy,
    "annealing": annealing,
    "genetic": genetic,
}
