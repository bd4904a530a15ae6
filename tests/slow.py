"""The slower checks of `.ci/run`: one list. `python3 iv slow` runs all, `python3 iv slow NAME …` some.

A check is a command that says what it measured and exits with 0 when its promise held. It runs from the root
of the checkout, without input, and is stopped with all its processes when its time is up. What kills and restarts
servers mostly waits, so two such checks run side by side, the slow tests among them; what measures a speed runs alone.
"""

import contextlib
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[1]
PY = sys.executable


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    promise: str
    command: tuple[str, ...]
    seconds: int  # at most; several times what it takes, for a machine that is busy with something else
    beside: bool = False  # may run while another does: it judges no speed


CHECKS = (
    # Side by side, the longest first.
    Check("slow-tests", "tests marked slow", (PY, "-m", "pytest", "-q", "-n", "2", "-m", "slow"), 600, beside=True),
    Check("workers", "R18: workers killed 20 times, each job once, no mail lost",
          (PY, "-m", "tests.bench.workers"), 480, beside=True),
    Check("disk", "R2–R5: syncs, locks, a full disk, a database that restarts",
          (PY, "-m", "tests.bench.disk"), 360, beside=True),
    Check("kill9-postgres", "R1: 25 kills on PostgreSQL, 0 lost",
          (PY, "-m", "tests.bench.kill9", "--database", "postgres", "--trials", "25", "--ready", "15"), 480,
          beside=True),
    Check("kill9-sqlite", "R1: 25 kills on SQLite, 0 lost",
          (PY, "-m", "tests.bench.kill9", "--database", "sqlite", "--trials", "25", "--ready", "15"), 360, beside=True),
    Check("backup-drill", "R10, R19: back up under load, restore, compare, move to PostgreSQL",
          (PY, "-m", "tests.bench.backup_drill"), 360, beside=True),
    Check("mutants", "no mutant of core/access survives", (PY, "-m", "tests.bench.mutants"), 600, beside=True),
    # Alone, because they judge a speed.
    Check("burst-sqlite", "R14: the deadline minute of 190 schools, a quarter of it: 0 errors, lost or twice",
          (PY, "-m", "tests.bench.burst", "--goal", "r14", "--short"), 240),
    Check("burst-postgres", "R15: the same of 1,800 schools on PostgreSQL, a quarter of five minutes",
          (PY, "-m", "tests.bench.burst", "--goal", "r15", "--short"), 420),
    Check("bench", "the measurements, short forms", (PY, "-m", "tests.run", "bench", "--short"), 600),
    Check("clean-start", "`python3 iv` from a fresh clone, a new home, an empty package cache",
          (PY, "-m", "tests.bench.clean_start"), 300),
)  # fmt: skip


_LIVE: set[subprocess.Popen[bytes]] = set()


def end_all() -> None:
    """Stop whatever runs: somebody has interrupted us."""
    for process in list(_LIVE):
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop the whole process group this check was given."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)


def run(check: Check, environment: dict[str, str], said: IO[bytes] | None = None) -> str:
    """Run one check; "ok", or what went wrong in a few words. What it says goes to `said`, or to the terminal."""
    process = subprocess.Popen(
        check.command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=said,
        stderr=None if said is None else subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    _LIVE.add(process)
    try:
        code = process.wait(check.seconds)
    except subprocess.TimeoutExpired:
        return f"FAILED, not done after {check.seconds} s"
    finally:
        _end(process)
        _LIVE.discard(process)
    if code == 5 and check.name == "slow-tests":
        return "ok, though no test is marked slow"
    return "ok" if code == 0 else f"FAILED, exit {code}"
