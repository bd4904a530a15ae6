"""Matching measured: the solver and its peers on the same instances and objective, in one run, as a table.

Peers: a greedy matcher; simulated annealing with swaps (what team-formation tools do); a genetic algorithm
that weighs networks by the harmonic mean of their scores; CP-SAT on the whole model. All pay for every rule they break;
every answer goes through the independent checker, which gives the objective, the rules broken and the worst-served
school. Seconds are seconds of processor time, because the machine may be shared (CP-SAT: two processors for that long).

    python3 iv bench matching               21, 73, 146, 190, 306 for 190 places, 600, 1800; the worst-served school
    python3 iv bench matching --short       21 and 73, under a minute
    python3 iv bench matching 600 1800      other sizes
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import random
import resource
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from intervisit.core.matching import Infeasible, Progress, read_instance, solve, write_solution
from tests.bench.matching_instances import instance
from tests.bench.matching_peers import PEERS, Slots, clock
from tests.shared_data import SHARED


@dataclass(frozen=True)
class Limits:
    """Seconds for the solver, for each heuristic peer, and for CP-SAT."""

    solver: float
    peer: float = 10.0
    cpsat: float = 60.0


def solver_alone(name: str, seconds: float) -> None:
    """The solver in a process of its own, so that memory is its own; prints one JSON object."""
    problem, seen = read_instance(instance(name), name), list[tuple[float, float, float]]()

    def note(p: Progress) -> None:
        gap = math.inf if p.gap is None else float(p.gap)
        seen.append((p.elapsed, 0.0 if p.objective is None else float(p.objective), gap))

    wall, cpu = time.monotonic(), clock()
    result = solve(problem, seed=1, seconds=seconds, progress=note, clock=clock)
    out: dict[str, Any] = {"wall": time.monotonic() - wall, "cpu": clock() - cpu}
    out["memory"] = _memory()
    if isinstance(result, Infeasible):
        print(json.dumps({**out, "none": result.reasons[0]}))
        return
    best = float(result.objective)
    some = [(t, v) for t, v, _ in seen if v > 0]
    within = [t for t, v in some if v >= 0.97 * best]
    out["first"] = [some[0][0], 100 * (1 - some[0][1] / best)] if some else None
    out["within3"] = within[0] if within else None
    out["to"] = {
        str(g): next((t for t, _, gap in seen if gap <= g / 100), None) for g in (1.0, 0.1, 0.05, 0.01)
    }
    out["objective"], out["gap"] = best, 100 * float(result.gap)
    out["networks"] = write_solution(result)["networks"]
    out["proof"] = result.proof
    print(json.dumps(out))


def _memory() -> int:
    """Megabytes this process held at most (`ru_maxrss` would count what its parent held before)."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measure(name: str, limits: Limits, peers: bool = True) -> dict[str, Any]:
    """One line for the solver and one for each peer."""
    out = _process("tests.bench.bench_matching", "--solver", name, "--seconds", str(limits.solver))
    if "none" in out:
        print(f"| {name} | **solver** | no answer: {out['none']} | | | | {out['cpu']:.1f} s | |", flush=True)
        return out
    first = "" if not out["first"] else f"first {out['first'][1]:.1f} % below after {out['first'][0]:.2f} s; "
    within = "" if out["within3"] is None else f"within 3 % after {out['within3']:.2f} s; "
    reached = "; ".join(f"gap {g} % after {t:.0f} s" for g, t in out["to"].items() if t is not None and t > 5)
    told = f"{first}{within}{reached + '; ' if reached else ''}{out['memory']} MB"
    gap = "proven optimal" if out["gap"] == 0 else f"bound within {out['gap']:.4f} %"
    _line(name, "**solver**", f"{out['objective']:.3f}", gap, judged(name, out["networks"]), out["cpu"], told)
    if peers:
        _peers(name, limits, out["objective"])
        _cpsat(name, limits.cpsat, out["objective"])
    return out


def _process(module: str, *words: str) -> dict[str, Any]:
    """What a process of its own prints, so that memory and time are its own."""
    done = subprocess.run([sys.executable, "-m", module, *words], capture_output=True, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        return {"status": f"ended with {done.returncode}", "none": "no answer", "cpu": 0.0}
    out: dict[str, Any] = json.loads(lines[-1])
    return out


def judged(name: str, networks: list[dict[str, Any]]) -> dict[str, Any]:
    """What the independent checker says."""
    assert SHARED is not None, "the benchmark needs the folder `shared`"
    spec = importlib.util.spec_from_file_location("check_matching", SHARED / "bench" / "check_matching.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    out: dict[str, Any] = module.check(instance(name), {"networks": networks})
    return out


def _line(
    name: str, method: str, points: str, below: str, verdict: dict[str, Any], cpu: float, told: str = ""
) -> None:
    """The worst-served school counts only where every rule is kept."""
    broken = verdict["n_violations"]
    worst = "–" if broken else f"{verdict['worst_school']:.1f}"
    print(
        f"| {name} | {method} | {points} | {below} | {broken} | {worst} | {cpu:.1f} s | {told} |", flush=True
    )


def _peers(name: str, limits: Limits, best: float) -> None:
    problem = replace(read_instance(instance(name), name), fairness="sum")
    for peer, method in PEERS.items():
        began, slots = clock(), Slots(problem, random.Random(1))
        answer = method(slots, limits.peer)
        spent = clock() - began
        if answer is None:
            print(f"| {name} | {peer} | – | no answer | | | {spent:.1f} s | |", flush=True)
            continue
        verdict = judged(name, slots.networks(answer[1]))
        below = f"{100 * (1 - verdict['objective'] / best):.1f} % below"
        _line(name, peer, f"{verdict['objective']:.0f}", below, verdict, spent)


def _cpsat(name: str, seconds: float, best: float) -> None:
    out = _process("tests.bench.matching_cpsat", name, "--seconds", str(seconds))
    told = out["status"].lower()
    if "built" in out:
        told = f"{out['variables']} variables, built in {out['built']:.0f} s; {told}"
    if "networks" not in out:
        print(
            f"| {name} | CP-SAT, whole model | – | no answer | | | {out['cpu']:.1f} s | {told} |", flush=True
        )
        return
    verdict = judged(name, out["networks"])
    below = f"{100 * (1 - verdict['objective'] / best):.1f} % below"
    _line(name, "CP-SAT, whole model", f"{verdict['objective']:.0f}", below, verdict, out["cpu"], told)


HEAD = (
    "| instance | method | objective | against the best | rules broken | worst school | processor "
    "| reached, memory |"
)
USUAL = (
    ("n21", 60.0),
    ("city73-3", 60.0),
    ("city146-1", 60.0),
    ("n190", 60.0),
    ("call306-190-1", 60.0),
    ("city600-1", 60.0),
    ("city1800-1", 600.0),
)


def main(argv: list[str] | None = None) -> int:
    """Print the table."""
    ask = argparse.ArgumentParser(description="The matching solver and its peers, measured.")
    ask.add_argument(
        "sizes", nargs="*", type=int, help="cities of these sizes instead of the usual instances"
    )
    ask.add_argument("--short", action="store_true", help="21 and 73 schools only, under a minute")
    ask.add_argument(
        "--seconds", type=float, help="at most so long for the solver (60; 600 above 600 schools)"
    )
    ask.add_argument("--solver", metavar="NAME", help="only the solver on one instance, as JSON")
    args = ask.parse_args(sys.argv[1:] if argv is None else argv)
    if args.solver:
        solver_alone(args.solver, args.seconds or 60.0)
        return 0
    print(HEAD + "\n|---|---|---|---|---|---|---|---|", flush=True)
    if args.sizes:
        for size in args.sizes:
            measure(f"city{size}-1", Limits(args.seconds or (60.0 if size <= 600 else 600.0)))
        return 0
    if args.short:
        for name in ("n21", "city73-3"):
            measure(name, Limits(args.seconds or 60.0, 4.0, 10.0))
        return 0
    done = {name: measure(name, Limits(args.seconds or usual)) for name, usual in USUAL}
    measure("real1800-1", Limits(args.seconds or 300.0), peers=False)
    for name in ("fair21", "faircity73-3", "faircity146-1", "fair190", "faircall306-190-1"):
        done[name] = measure(name, Limits(args.seconds or 240.0), peers=False)
    _growth(done)
    return 0


def _growth(done: dict[str, dict[str, Any]]) -> None:
    """How the time to a gap of 0.1 % grows with the number of schools."""
    points = [(190, done["n190"]), (600, done["city600-1"]), (1800, done["city1800-1"])]
    some = [(math.log(n), math.log(d["to"]["0.1"])) for n, d in points if d.get("to", {}).get("0.1")]
    if len(some) > 1:
        slope = np.polyfit([x for x, _ in some], [y for _, y in some], 1)[0]
        print(
            f"\nThe time to a gap of 0.1 % grows as n to the {slope:.2f} (190, 600, 1800 schools).",
            flush=True,
        )


if __name__ == "__main__":
    sys.exit(main())
