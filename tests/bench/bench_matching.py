"""Matching measured: the solver and its peers on the same instances and objective, in one run, as a table.

Peers: a greedy matcher; simulated annealing with swaps (what team-formation tools do); a genetic algorithm
that weighs networks by the harmonic mean of their scores; CP-SAT on the whole model. All pay for every rule they break;
every answer goes through the independent checker, which gives the objective, the rules broken and the worst-served
school. Each runs in a process of its own and is held to seconds of processor time, because the machine may be shared.
The solver runs with nothing of ours beside it, CP-SAT as well (it has two processors for its seconds); the other
peers, which use one processor each, run two at a time.

    python3 iv bench matching               21, 73, 146, 190, 306 for 190 places, 600, 1800; the worst-served school
    python3 iv bench matching --short       21 and 73, under a minute
    python3 iv bench matching 600 1800      other sizes
    python3 iv bench matching --no-peers    the solver only
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
from concurrent.futures import ThreadPoolExecutor
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


MODULE, CPSAT = "tests.bench.bench_matching", "tests.bench.matching_cpsat"
LARGE = 190  # schools; smaller ones take no time to speak of
ENOUGH = 1e-4  # gap: from there on the solver is stopped where there are more than `PROVEN` schools
PROVEN = 306
GRACE = 240.0  # seconds by the clock beyond twice its limit after which a process is ended


def solver_alone(name: str, seconds: float) -> None:
    """The solver in a process of its own, so that memory is its own; prints one JSON object."""
    problem, seen = read_instance(instance(name), name), list[tuple[float, float, float]]()

    def note(p: Progress) -> None:
        gap = math.inf if p.gap is None else float(p.gap)
        seen.append((p.elapsed, 0.0 if p.objective is None else float(p.objective), gap))

    def enough() -> bool:
        return len(problem.schools) > PROVEN and bool(seen) and seen[-1][2] <= ENOUGH

    wall, cpu = time.monotonic(), clock()
    result = solve(problem, seed=1, seconds=seconds, progress=note, clock=clock, stop=enough)
    out: dict[str, Any] = {"wall": time.monotonic() - wall, "cpu": clock() - cpu}
    out["schools"] = len(problem.schools)
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


def peer_alone(name: str, peer: str, seconds: float) -> None:
    """One heuristic peer in a process of its own; prints one JSON object."""
    problem = replace(read_instance(instance(name), name), fairness="sum")
    began = clock()
    slots = Slots(problem, random.Random(1))
    out: dict[str, Any] = {"built": clock() - began}
    answer = PEERS[peer](slots, seconds)
    if answer is not None:
        out["networks"] = slots.networks(answer[1])
    print(json.dumps({**out, "cpu": clock() - began}))


def measure(name: str, limits: Limits, peers: bool = True) -> dict[str, Any]:
    """One line for the solver and one for each peer."""
    out = _process(MODULE, limits.solver, "--solver", name)
    if "none" in out:
        print(f"| {name} | **solver** | no answer: {out['none']} | | | | {out['cpu']:.1f} s | |", flush=True)
        return out
    first = "" if not out["first"] else f"first {out['first'][1]:.1f} % below after {out['first'][0]:.2f} s; "
    within = "" if out["within3"] is None else f"within 3 % after {out['within3']:.2f} s; "
    reached = "; ".join(f"gap {g} % after {t:.0f} s" for g, t in out["to"].items() if t is not None and t > 5)
    told = f"{first}{within}{reached + '; ' if reached else ''}{out['wall']:.1f} s by the clock; {out['memory']} MB"
    gap = "proven optimal" if out["gap"] == 0 else f"bound within {out['gap']:.4f} %"
    _line(name, "**solver**", f"{out['objective']:.3f}", gap, judged(name, out["networks"]), out["cpu"], told)
    if peers:
        with ThreadPoolExecutor(2) as two:
            found = two.map(lambda peer: _process(MODULE, limits.peer, "--peer", peer, "--on", name), PEERS)
            for peer, answer in zip(PEERS, found, strict=True):
                _peer(name, peer, answer, out["objective"])
        _peer(name, "CP-SAT, whole model", _process(CPSAT, limits.cpsat, name), out["objective"])
    return out


def _process(module: str, seconds: float, *words: str) -> dict[str, Any]:
    """What a process of its own prints, so that memory and time are its own."""
    command = [sys.executable, "-m", module, *words, "--seconds", str(seconds)]
    limit = 2 * seconds + GRACE
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=limit)
    except subprocess.TimeoutExpired:
        return {"status": f"ended after {limit:.0f} s by the clock", "none": "no answer", "cpu": limit}
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


def _peer(name: str, peer: str, out: dict[str, Any], best: float) -> None:
    told = out.get("status", "").lower()
    if "variables" in out:
        told = f"{out['variables']} variables, built in {out['built']:.0f} s; {told}"
    if "networks" not in out:
        print(f"| {name} | {peer} | – | no answer | | | {out['cpu']:.1f} s | {told} |", flush=True)
        return
    verdict = judged(name, out["networks"])
    below = f"{100 * (1 - verdict['objective'] / best):.1f} % below"
    _line(name, peer, f"{verdict['objective']:.0f}", below, verdict, out["cpu"], told)


HEAD = (
    "| instance | method | objective | against the best | rules broken | worst school | processor "
    "| reached, memory |"
)
TOLD = """Every method in a process of its own, held to seconds of processor time. The solver and CP-SAT (two
processors) run with nothing of ours beside them; greedy, annealing and genetic use one processor each and run
two at a time.
"""
USUAL = (
    ("n21", Limits(60.0)),
    ("city73-3", Limits(60.0)),
    ("city146-1", Limits(60.0)),
    ("n190", Limits(60.0)),
    ("call306-190-1", Limits(60.0)),
    ("city600-1", Limits(60.0, 30.0)),
    ("city1800-1", Limits(600.0, 60.0)),
)
FAIR = ("fair21", "faircity73-3", "faircity146-1", "fair190", "faircall306-190-1")


def _options(argv: list[str]) -> argparse.Namespace:
    ask = argparse.ArgumentParser(description="The matching solver and its peers, measured.")
    ask.add_argument(
        "sizes", nargs="*", type=int, help="cities of these sizes instead of the usual instances"
    )
    ask.add_argument("--short", action="store_true", help="21 and 73 schools only, under a minute")
    ask.add_argument("--no-peers", action="store_true", help="the solver only")
    ask.add_argument(
        "--seconds", type=float, help="at most so long for the solver (60; 600 above 600 schools)"
    )
    ask.add_argument("--solver", metavar="NAME", help="only the solver on one instance, as JSON")
    ask.add_argument("--peer", choices=tuple(PEERS), help="only this peer, on --on, as JSON")
    ask.add_argument("--on", metavar="NAME", default="n21", help="the instance for --peer")
    return ask.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    """Print the table."""
    args = _options(sys.argv[1:] if argv is None else argv)
    if args.solver:
        solver_alone(args.solver, args.seconds or 60.0)
        return 0
    if args.peer:
        peer_alone(args.on, args.peer, args.seconds or 10.0)
        return 0
    print(TOLD + "\n" + HEAD + "\n|---|---|---|---|---|---|---|---|", flush=True)
    peers, done = not args.no_peers, {}
    if args.sizes:
        usual = [(f"city{n}-1", Limits(60.0) if n <= 600 else Limits(600.0, 60.0)) for n in args.sizes]
    elif args.short:
        usual = [(name, Limits(60.0, 4.0, 10.0)) for name in ("n21", "city73-3")]
    else:
        usual = list(USUAL)
    for name, limits in usual:
        done[name] = measure(name, replace(limits, solver=args.seconds or limits.solver), peers)
    if not args.sizes and not args.short:
        measure("real1800-1", Limits(args.seconds or 300.0), peers=False)
        for name in FAIR:
            measure(name, Limits(args.seconds or 240.0), peers=False)
    _growth(list(done.values()))
    return 0


def _growth(done: list[dict[str, Any]]) -> None:
    """How the time to a gap of 0.1 % grows with the number of schools, from 190 on."""
    some = [
        (d["schools"], d["to"]["0.1"]) for d in done if d.get("to", {}).get("0.1") and d["schools"] >= LARGE
    ]
    sizes = sorted({n for n, _ in some})
    if len(sizes) > 1:
        logs = [(math.log(n), math.log(t)) for n, t in some]
        slope = np.polyfit([x for x, _ in logs], [y for _, y in logs], 1)[0]
        told = ", ".join(str(n) for n in sizes)
        print(f"\nThe time to a gap of 0.1 % grows as n to the {slope:.2f} ({told} schools).", flush=True)


if __name__ == "__main__":
    sys.exit(main())
