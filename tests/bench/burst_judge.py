"""What tests/bench/burst.py asks of a run: the goals, the texts and submissions in the database, times and costs."""

import json
import os
import statistics
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from tests.bench.burst_client import Editor, Result
from tests.bench.served import Site


@dataclass(frozen=True)
class Goal:
    """What is asked, per second, and what is promised."""

    name: str
    schools: int
    database: str
    processes: int
    seconds: float
    autosaves: float
    reads: float
    submits: float
    p95: float  # milliseconds
    p99: float
    dearest: (
        float  # processor time of the server for a request, in reference loops; a busy machine adds a half
    )

    @property
    def rates(self) -> dict[str, float]:
        return {"autosave": self.autosaves, "read": self.reads, "submit": self.submits}


GOALS = {
    "r14": Goal("R14", 190, "sqlite", 1, 60, 37.2, 40, 2.8, 500, 2000, 0.85),
    "r15": Goal("R15", 1800, "postgres", 3, 300, 63, 42, 5, 1000, 3000, 0.95),
}
STRESS = Goal("R15, stress", 1800, "postgres", 3, 60, 0, 0, 30, 60_000, 60_000, 2.0)


def reference() -> float:
    """Milliseconds of processor time of a fixed piece of work: what this machine is worth at this minute."""
    best = []
    for _ in range(5):
        began = time.process_time()
        total = 0
        for n in range(400_000):
            total += n * n % 7
        best.append(1000 * (time.process_time() - began))
    return min(best)


def processor(pid: int) -> float:
    """Seconds of processor time of a process and of all it started."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    mine = (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")
    return mine + sum(processor(int(child)) for child in listed)


def check(made: Site, editors: list[Editor]) -> list[str]:
    """What the database says: texts lost, submissions lost or twice, lines and receipts beside them."""
    rows, found = made.rows(), []
    kept = {
        str(uuid.UUID(str(pk))): (state, answers if isinstance(answers, str) else json.dumps(answers))
        for pk, state, answers in rows.all("SELECT id, state, answers FROM applications_application")
    }
    lost = [
        e
        for e in editors
        if e.acked and json.dumps(e.acked.strip())[1:-1] not in _plain(kept[e.application][1])
    ]
    if lost:
        found.append(f"{len(lost)} acknowledged texts are not there, first of {lost[0].application}")
    handed = [e for e in editors if e.submitted]
    missing = [e for e in handed if kept[e.application][0] != "submitted"]
    if missing:
        found.append(f"{len(missing)} of {len(handed)} submissions are lost")
    for what, where in (
        ("lines of history", "kit_historyline WHERE verb = 'application.submit'"),
        ("receipts", "kit_outgoingmail WHERE kind = 'application.receipt'"),
    ):
        listed = rows.all(f"SELECT thing, count(*) FROM {where} GROUP BY 1")
        counts = {str(uuid.UUID(str(thing))): int(n) for thing, n in listed}
        twice = [thing for thing, n in counts.items() if n > 1]
        none = [e for e in handed if e.application not in counts]
        if twice or none:
            found.append(f"{what}: {len(twice)} twice, {len(none)} missing of {len(handed)}")
    rows.close()
    return found


def _plain(text: str) -> str:
    """JSON as one database writes it, as the other does."""
    return json.dumps(json.loads(text))


def say(goal: Goal, result: Result, seconds: float, unit: float) -> dict[str, float]:
    """Print what was measured; returns p95 of each kind."""
    every = [t for times in result.times.values() for t in times]
    print(
        f"{goal.name}: {len(every)} requests in {seconds:.0f} s ({len(every) / seconds:.0f}/s), {len(result.errors)} "
        f"errors, {result.retried} tried again, {result.skipped} had no free editor; reference loop {unit:.0f} ms, "
        f"load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    found = {}
    for kind, times in sorted(result.times.items()):
        p50, p95, p99 = (_quantile(times, q) for q in (0.5, 0.95, 0.99))
        found[kind] = p95
        print(
            f"  {kind:9} {len(times):6}   median {p50:6.0f} ms   p95 {p95:6.0f}   p99 {p99:6.0f}"
            f"   most {max(times):6.0f}   p95 is {p95 / unit:.1f} reference loops",
            flush=True,
        )
    return found


def _quantile(times: list[float], share: float) -> float:
    if len(times) < 2:
        return times[0]
    return statistics.quantiles(times, n=100, method="inclusive")[round(share * 100) - 1]


def slow(goal: Goal, result: Result, p95: dict[str, float]) -> list[str]:
    """What took longer than was promised."""
    found = [f"p95 of {k} is {v:.0f} ms, promised {goal.p95:.0f}" for k, v in p95.items() if v > goal.p95]
    for kind, times in result.times.items():
        p99 = _quantile(times, 0.99)
        if p99 > goal.p99:
            found.append(f"p99 of {kind} is {p99:.0f} ms, promised {goal.p99:.0f}")
    return found
