"""CP-SAT on the whole matching model, as a peer of the solver: for `bench_matching`, in a process of its own.

One variable for each host with each partner in each shape, one for each pair of fellow partners in each shape, and for
every school the number of its host. Nothing is listed beforehand, every rule of an instance is in it.

    python -m tests.bench.matching_cpsat NAME --seconds 60      one JSON object: what it built, found and proved
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import threading
import time
from dataclasses import replace
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from intervisit.core.matching import Problem, read_instance
from intervisit.core.matching.tables import Tables, build_tables, pair_worth
from tests.bench.matching_instances import instance

MEMORY = 14 * 2**30  # bytes that one model may take
BUILDING = 120.0  # seconds after which building is given up
WORKERS = 2
SLOW = 1.5  # times the seconds by the clock, at most


class Model:
    """The whole model of a problem whose networks all have hosts."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.began = problem, time.monotonic()
        self.tables: Tables = build_tables(problem, problem.schools)
        self.n, self.shapes = len(problem.schools), self.tables.shapes
        self.cp = cp_model.CpModel()
        self.terms: list[Any] = []
        self.hosting = self._hosting()
        self.joining = self._joining()
        self.within = self._within()
        self._schools()
        self._counts()
        self._pairs()
        self.cp.maximize(sum(self.terms))

    def late(self) -> None:
        """Raise TimeoutError when building takes too long."""
        if time.monotonic() - self.began > BUILDING:
            raise TimeoutError

    def _hosting(self) -> dict[tuple[int, int], Any]:
        able = np.flatnonzero(self.tables.may_host).tolist()
        return {(h, s): self.cp.new_bool_var("") for h in able for s in range(len(self.shapes))}

    def _joining(self) -> dict[tuple[int, int, int], Any]:
        t, out = self.tables, {}
        fit = t.compatible & t.may_host[:, None] & t.may_join[None, :]
        worth = [pair_worth(t, s) for s in self.shapes]
        for h, p in np.argwhere(fit).tolist():
            self.late()
            for s in range(len(self.shapes)):
                out[h, p, s] = var = self.cp.new_bool_var("")
                self.cp.add_implication(var, self.hosting[h, s])
                self.terms.append(var * int(worth[s][h, p]))
        for (h, s), var in self.hosting.items():
            self.late()
            partners = [out[h, p, s] for p in np.flatnonzero(fit[h]).tolist()]
            self.cp.add(sum(partners) == self.shapes[s].partners * var)
        return out

    def _within(self) -> dict[tuple[int, int], Any]:
        """[p, s]: p is a partner in a network of shape s."""
        by: dict[tuple[int, int], list[Any]] = {}
        for (_, p, s), var in self.joining.items():
            by.setdefault((p, s), []).append(var)
        out = {}
        for key, some in by.items():
            self.late()
            out[key] = self.cp.new_bool_var("")
            self.cp.add(sum(some) == out[key])
        return out

    def _schools(self) -> None:
        """Every school once at most; the number of its network is that of the host (n when in none)."""
        self.network, self.placed = [], []
        hosts: dict[int, list[tuple[int, Any]]] = {}
        for (h, p, _), var in self.joining.items():
            hosts.setdefault(p, []).append((h, var))
        for i, school in enumerate(self.problem.schools):
            self.late()
            own = [(i, v) for (h, _), v in self.hosting.items() if h == i] if self.tables.may_host[i] else []
            options = own + hosts.get(i, [])
            placed = self.cp.new_bool_var("")
            self.cp.add(sum(v for _, v in options) == placed)
            if school.must:
                self.cp.add(placed == 1)
            number = self.cp.new_int_var(0, self.n, "")
            self.cp.add(number == sum(h * v for h, v in options) + self.n * (1 - placed))
            self.placed.append(placed)
            self.network.append(number)

    def _counts(self) -> None:
        problem = self.problem
        for k, t in enumerate(problem.types):
            some = [v for (_, s), v in self.hosting.items() if self.shapes[s].type_index == k]
            self.cp.add_linear_constraint(sum(some), t.min_count, t.max_count)
        self.cp.add(sum(self.placed) <= problem.max_schools)
        index = {s.id: k for k, s in enumerate(problem.schools)}
        for quota in problem.quotas:
            inside = sum(self.placed[index[i]] for i in quota.members)
            self.cp.add_linear_constraint(inside, quota.min, quota.max)
        for group in problem.together:
            first, *rest = (index[i] for i in group)
            for other in rest:
                self.cp.add(self.network[first] == self.network[other])

    def _pairs(self) -> None:
        """Fellow partners: what two gain from each other when they share a host, and who may not share one."""
        t = self.tables
        join = t.compatible & t.may_join[:, None] & t.may_join[None, :]
        for p, r in np.argwhere(np.triu(join, 1)).tolist():
            self.late()
            for s, shape in enumerate(self.shapes):
                if shape.partners < 2 or (p, s) not in self.within or (r, s) not in self.within:
                    continue
                both = self.cp.new_bool_var("")
                self.cp.add_implication(both, self.within[p, s])
                self.cp.add_implication(both, self.within[r, s])
                self.cp.add(self.network[p] == self.network[r]).only_enforce_if(both)
                self.terms.append(both * int(t.peer_sum[p, r] * shape.peer_weight))
        beside: dict[tuple[int, int], list[Any]] = {}
        for (h, p, _), var in self.joining.items():
            beside.setdefault((h, p), []).append(var)
        guests: dict[int, list[int]] = {}
        for h, p in beside:
            guests.setdefault(h, []).append(p)
        for h, some in guests.items():
            self.late()
            apart = np.argwhere(np.triu(~join[np.ix_(some, some)], 1))
            for a, b in apart.tolist():
                self.cp.add_at_most_one([*beside[h, some[a]], *beside[h, some[b]]])

    def networks(self, solver: cp_model.CpSolver) -> list[dict[str, Any]]:
        """What was found, in the format of solutions."""
        ids, out = self.tables.ids, []
        for (h, s), var in self.hosting.items():
            if solver.value(var):
                rest = [p for (a, p, b), v in self.joining.items() if (a, b) == (h, s) and solver.value(v)]
                out.append({"type": self.shapes[s].name, "host": ids[h], "partners": [ids[p] for p in rest]})
        return out


def _stop(solver: cp_model.CpSolver, seconds: float) -> None:
    """So many seconds of processor time: on a busy machine that is longer by the clock."""
    until = time.process_time() + seconds
    while time.process_time() < until:
        time.sleep(0.2)
    solver.stop_search()


def main() -> int:
    """Build, solve, print."""
    ask = argparse.ArgumentParser()
    ask.add_argument("name")
    ask.add_argument("--seconds", type=float, default=60.0)
    args = ask.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    began, spent = time.monotonic(), time.process_time()
    out: dict[str, Any] = {}
    try:
        model = Model(replace(read_instance(instance(args.name), args.name), fairness="sum"))
        out["built"] = time.monotonic() - began
        out["variables"] = len(model.cp.proto.variables)
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = SLOW * args.seconds
        solver.parameters.num_workers = WORKERS
        threading.Thread(target=_stop, args=(solver, WORKERS * args.seconds), daemon=True).start()
        status = solver.solve(model.cp)
        out["status"] = solver.status_name(status)
        out["bound"] = solver.best_objective_bound / model.tables.scale
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            out["networks"] = model.networks(solver)
    except TimeoutError:
        out["status"] = f"model not built in {BUILDING:.0f} s"
    except MemoryError:
        out["status"] = f"needs more than {MEMORY // 2**30} GB"
    out["wall"], out["cpu"] = time.monotonic() - began, time.process_time() - spent
    print(json.dumps(out))
    return 0


if __name__ == "__main__":
    sys.exit(main())
