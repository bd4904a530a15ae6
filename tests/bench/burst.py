"""The deadline minute (R14, R15): every school writes at once, over real HTTP, with real sessions.

    python -m tests.bench.burst --goal r14             190 schools, SQLite, one process: 40 writes and 40 reads a second
    python -m tests.bench.burst --goal r15             1,800 schools, PostgreSQL: 63 autosaves, 42 reads, 5 submits
    python -m tests.bench.burst --goal r15 --stress    1,800 submissions alone within a minute
    … --short                                          a quarter of the time; judged by counts and processor time

Requests start when they are due, whether or not earlier ones are answered, and a request's time runs from when it was
due: a slow server cannot slow its users down. Every acknowledged text is looked up in the database afterwards, and
every submission, its line of history and its receipt are counted.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, replace

from tests.bench.burst_client import Crowd, Editor, Pool, Result, drive
from tests.bench.burst_judge import GOALS, STRESS, Goal, check, processor, reference, say, slow
from tests.bench.served import Browser, Postgres, Site, durable_postgres, site


@dataclass(frozen=True)
class Spent:
    """Seconds of processor time, by who spent them."""

    server: float
    crowd: float
    database: float

    @classmethod
    def so_far(cls, server: int, database: Postgres | None) -> "Spent":
        return cls(processor(server), time.process_time(), processor(database.pid) if database else 0.0)

    def since(self, before: "Spent") -> "Spent":
        return Spent(self.server - before.server, self.crowd - before.crowd, self.database - before.database)


def run(
    goal: Goal, made: Site, seconds: float, people: list[dict[str, str]]
) -> tuple[Result, list[Editor], float]:
    """The crowd from its first request to its last answer."""
    editors = [Editor(p["session"], p["application"]) for p in people]

    async def everything() -> Result:
        return await drive(Crowd(Pool(made.port), editors, random.Random(14)), goal.rates, seconds)

    began = time.perf_counter()
    result = asyncio.run(everything())
    return result, editors, time.perf_counter() - began


def fill(made: Site, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.burst_fill", *words], env=made.environment, capture_output=True, text=True,
        check=False, cwd=os.getcwd(),
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return done.stdout


def warm(made: Site, people: list[dict[str, str]]) -> None:
    """A few requests to each process, so that nobody waits for its templates to be read."""
    for _ in range(12):
        for person in people[:2]:
            browser = Browser(made.port)
            browser.cookies["sessionid"] = person["session"]
            here = f"/applications/{person['application']}/"
            for path in ("/", "/applications/", here, f"{here}write/"):
                browser.ask("GET", path)
            browser.close()


def cost(goal: Goal, spent: Spent, count: int, unit: float) -> list[str]:
    """Print what a request costs whom; too dear in reference loops is a broken promise on any machine."""
    each = {who: 1000 * seconds / count for who, seconds in vars(spent).items()}
    dear = each["server"] / unit
    print(
        f"  a request costs {each['server']:.1f} ms of the server's processor time, {dear:.2f} reference loops (at "
        f"most {goal.dearest})\n  beside it {each['database']:.1f} of the database, {each['crowd']:.1f} of the crowd",
        flush=True,
    )
    return (
        [f"a request costs {dear:.2f} reference loops, at most {goal.dearest}"] if dear > goal.dearest else []
    )


def trial(goal: Goal, seconds: float, *, timed: bool) -> list[str]:
    """One run on an installation of its own; what was broken."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(durable_postgres()) if goal.database == "postgres" else None
        made = stack.enter_context(site(goal.database, server=server, stage=""))
        people = json.loads(fill(made, "--schools", str(goal.schools)))
        process = made.start("serve", "--port", str(made.port), "--processes", str(goal.processes))
        made.start("work")
        made.wait_ready(process)
        warm(made, people)
        units = [reference()]
        before = Spent.so_far(process.pid, server)
        result, editors, took = run(goal, made, seconds, people)
        spent = Spent.so_far(process.pid, server).since(before)
        problems = check(made, editors)
    units.append(reference())
    p95 = say(goal, result, took, min(units))
    problems += cost(goal, spent, sum(map(len, result.times.values())), min(units))
    problems += [*Counter(result.errors)][:5]
    return problems + slow(goal, result, p95) if timed else problems


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.burst", description=__doc__)
    parser.add_argument("--goal", choices=sorted(GOALS), required=True)
    parser.add_argument("--stress", action="store_true", help="submissions alone, all within a minute")
    parser.add_argument("--short", action="store_true", help="a quarter; judged by counts and processor time")
    parser.add_argument(
        "--share", type=float, default=1.0, help="of the requests a second, for a slow machine"
    )
    parser.add_argument("--processes", type=int, default=0, help="web processes; 0: as the goal says")
    asked = parser.parse_args(arguments)
    goal = STRESS if asked.stress else GOALS[asked.goal]
    rates = {k: getattr(goal, k) * asked.share for k in ("autosaves", "reads", "submits")}
    goal = replace(goal, **rates, processes=asked.processes or goal.processes)
    problems = trial(goal, goal.seconds / 4 if asked.short else goal.seconds, timed=not asked.short)
    for line in problems:
        print(f"  BROKEN: {line}", flush=True)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
