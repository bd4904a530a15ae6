"""Matching measured: the solver and its peers on the same instances and objective, in one run, as a table.

Peers: a greedy matcher; simulated annealing with swaps (what team-formation tools do); a genetic algorithm
that weighs networks by the harmonic mean of their scores; CP-SAT on the whole model. All start from the same
random assignment to slots and pay for every pair that may not be together, so that they are compared fairly.

    python3 iv bench matching               21, 73 and 190 schools
    python3 iv bench matching --short       21 and 73, under a minute
    python3 iv bench matching 600 1800      other sizes
"""

from __future__ import annotations

import argparse
import json
import math
import random
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from intervisit.core.matching import Infeasible, Problem, Progress, read_instance, solve
from intervisit.core.matching.tables import Shape, build_tables, pair_worth
from tests.bench.instances import city
from tests.shared_data import SHARED

PENALTY = 2000.0  # points for every pair that may not be together
Board = list[list[int]]


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

    def total(self, board: Board) -> float:
        return sum(self.worth(s, m) for s, m in zip(self.shapes, board, strict=False))


def greedy(slots: Slots, seconds: float) -> float:
    """Best partner first, slot by slot."""
    free = set(range(len(slots.tables.ids)))
    board: Board = []
    for shape in sorted(slots.shapes, key=lambda s: -s.partners):
        best: tuple[float, list[int]] | None = None
        for host in [i for i in free if slots.tables.may_host[i]]:
            members = [host]
            pool = set(free) - {host}
            while len(members) <= shape.partners and pool:
                last = slots.pair[shape][host]
                pick = max(pool, key=lambda p: last[p] + sum(slots.peer[shape][p][r] for r in members[1:]))
                members.append(pick)
                pool.discard(pick)
            value = slots.worth(shape, members)
            if len(members) == shape.partners + 1 and (best is None or value > best[0]):
                best = value, members
        if best is None:
            return math.nan  # no host is left
        board.append(best[1])
        free -= set(best[1])
    return sum(
        slots.worth(s, m) for s, m in zip(sorted(slots.shapes, key=lambda s: -s.partners), board, strict=True)
    )


def annealing(slots: Slots, seconds: float) -> float:
    """Swaps of two places, cooled geometrically; the best total seen."""
    rng, board = slots.rng, slots.start()
    worth = [slots.worth(s, m) for s, m in zip(slots.shapes, board, strict=False)]
    now = best = sum(worth)
    began, heat, steps = time.monotonic(), 300.0, 0
    while True:
        steps += 1
        if steps % 256 == 0:
            share = (time.monotonic() - began) / seconds
            if share >= 1:
                return best
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
            best = max(best, now)
        else:
            board[a][i], board[b][j] = board[b][j], board[a][i]


def genetic(slots: Slots, seconds: float) -> float:
    """Orders of schools, order crossover, harmonic mean of network worths as fitness; the best sum seen."""
    rng, cuts = slots.rng, [s.partners + 1 for s in slots.shapes]

    def decode(order: list[int]) -> Board:
        out, at = [], 0
        for size in cuts:
            out.append(order[at : at + size])
            at += size
        return out

    def fitness(order: list[int]) -> float:
        values = [max(1.0, slots.worth(s, m)) for s, m in zip(slots.shapes, decode(order), strict=True)]
        return len(values) / sum(1 / v for v in values)

    population = [[i for m in slots.start() for i in m] for _ in range(40)]
    scored = sorted(((fitness(o), o) for o in population), reverse=True)
    best, began = max(slots.total(decode(o)) for o in population), time.monotonic()
    while time.monotonic() - began < seconds:
        mother, father = (max(rng.sample(scored, 3))[1] for _ in range(2))
        i, j = sorted(rng.sample(range(len(mother)), 2))
        middle = set(mother[i:j])
        rest = [x for x in father if x not in middle]
        child = [*rest[:i], *mother[i:j], *rest[i:]]
        a, b = rng.sample(range(len(child)), 2)
        child[a], child[b] = child[b], child[a]
        scored[-1] = (fitness(child), child)
        scored.sort(reverse=True)
        best = max(best, slots.total(decode(child)))
    return best


def cpsat(slots: Slots, seconds: float) -> float:
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
    return solver.objective_value / 1000 if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else math.nan


PEERS: dict[str, Callable[[Slots, float], float]] = {
    "greedy": greedy,
    "annealing": annealing,
    "genetic": genetic,
}


@dataclass(frozen=True)
class Limits:
    """Seconds for the solver, for each heuristic peer, and for CP-SAT."""

    solver: float
    peer: float = 10.0
    cpsat: float = 60.0


def measure(name: str, data: dict[str, Any], limits: Limits) -> None:
    """One line for the solver and one for each peer."""
    problem, seen = read_instance(data, name), list[Progress]()
    wall, cpu = time.monotonic(), time.process_time()
    result = solve(problem, seed=1, seconds=limits.solver, progress=seen.append)
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if isinstance(result, Infeasible):
        print(f"| {name} | solver | no answer: {result.reasons[0]} | | {wall:.1f} s |", flush=True)
        return
    first = next((p for p in seen if p.objective is not None), None)
    told = (
        ""
        if first is None or first.objective is None
        else (
            f"first {100 * float(1 - first.objective / result.objective):.1f} % below after {first.elapsed:.1f} s"
        )
    )
    gap = 100 * float(result.gap)
    spent = f"{wall:.1f} s ({cpu:.1f} s CPU), {told}, {memory} MB"
    print(
        f"| {name} | **solver** | {float(result.objective):.3f} | bound within {gap:.4f} % | {spent} |",
        flush=True,
    )
    for peer, method in PEERS.items():
        began = time.monotonic()
        value = method(Slots(problem, random.Random(1)), min(limits.solver, limits.peer))
        told = _against(value, float(result.objective))
        print(f"| {name} | {peer} | {told} | {time.monotonic() - began:.1f} s |", flush=True)
    if len(problem.schools) <= 30:
        value = cpsat(Slots(problem, random.Random(1)), limits.cpsat)
        told = _against(value, float(result.objective))
        print(f"| {name} | CP-SAT, whole model | {told} | at most {limits.cpsat:.0f} s |", flush=True)
    else:
        print(f"| {name} | CP-SAT, whole model | too large to build | | |", flush=True)


def _against(value: float, best: float) -> str:
    """Two cells: a peer's total (less 2000 for each pair that may not be together) and how far it is below."""
    if math.isnan(value):
        return "– | no answer"
    return f"{value:.0f} | {100 * (1 - value / best):.1f} % below"


def main(argv: list[str] | None = None) -> int:
    """Print the table."""
    ask = argparse.ArgumentParser(description="The matching solver and its peers, measured.")
    ask.add_argument(
        "sizes", nargs="*", type=int, help="cities of these sizes instead of the usual instances"
    )
    ask.add_argument("--short", action="store_true", help="21 and 73 schools only, under a minute")
    ask.add_argument(
        "--seconds", type=float, help="at most so long for the solver (60; 30 at 600; 600 above)"
    )
    args = ask.parse_args(sys.argv[1:] if argv is None else argv)
    print("| instance | method | objective | against the best | time |\n|---|---|---|---|---|", flush=True)
    if args.sizes:
        for size in args.sizes:
            usual = 60.0 if size <= 300 else 30.0 if size <= 600 else 600.0
            measure(f"city{size}", city(size, 1), Limits(args.seconds or usual))
        return 0
    limits = Limits(args.seconds or 60.0, 4.0, 15.0) if args.short else Limits(args.seconds or 60.0)
    measure("n21", _published("n21") or city(21, 1), limits)
    measure("city73", city(73, 3), limits)
    if not args.short:
        measure("n190", _published("n190") or city(190, 1), limits)
    return 0


def _published(name: str) -> dict[str, Any] | None:
    if SHARED is None:
        return None
    data: dict[str, Any] = json.loads((SHARED / "bench" / f"{name}.json").read_text())
    return data


if __name__ == "__main__":
    sys.exit(main())
