"""kill -9 trials (R1, R6): the real server under real submits, killed at random moments, started again.

    python -m tests.bench.kill9 --database sqlite --trials 25

Threads of principals block days of their schools, each submit with a key. Again and again the server's process
group gets SIGKILL; with PostgreSQL every second trial kills the database server too. Whoever got no answer sends
the same form again, as a browser would. At the end every acknowledged write is there, once, with its line of
history and its remembered answer; the same holds after a thousand forced repeats of what was answered already.
`--acknowledge-early` breaks the promise on purpose, to see that these trials would notice.
"""

import argparse
import contextlib
import http.client
import os
import random
import signal
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

from tests.bench.served import Browser, Postgres, Site, durable_postgres, end, site
from tests.bench.writes import Kept, Principal, Write, check_kept, principals, write_of

PREFIX = "trial "
READY = 5.0  # seconds, R1
FAULT = "tests.bench.early"  # a middleware that answers before the commit


@dataclass
class Load:
    """What the clients did."""

    site: Site
    writes: list[Write] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    unanswered: int = 0  # requests that ended without an answer
    over: threading.Event = field(default_factory=threading.Event)
    up: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, browser: Browser, write: Write) -> None:
        """Send one write once; what came back is noted."""
        write.sent += 1
        try:
            answer = browser.ask("POST", write.path, write.form)
        except (OSError, http.client.HTTPException):
            with self._lock:
                self.unanswered += 1
            return
        with self._lock:
            self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
        write.acked = write.acked or answer.moved

    def client(self, number: int, of: Principal, browser: Browser) -> None:
        """Write one after the other; a write without an answer is sent again when the server is back."""
        count = 0
        while not self.over.is_set():
            self.up.wait(1)
            write = write_of(f"{PREFIX}{number}-{count}", of)
            count += 1
            with self._lock:
                self.writes.append(write)
            while not write.acked and not self.over.is_set():
                self.up.wait(1)
                self.send(browser, write)
                if not write.acked:
                    time.sleep(0.02)


def committed_unknown(load: Load) -> int:
    """How many writes without an answer were committed all the same: their repeats are what R6 is about."""
    open_keys = [w.key for w in list(load.writes) if w.sent and not w.acked]
    rows = load.site.rows()
    found = 0
    for key in open_keys:
        value = key.replace("-", "") if rows.sqlite else key
        found += int(rows.one("SELECT count(*) FROM kit_submittedform WHERE key = ?", value))
    rows.close()
    return found


@dataclass
class Outcome:
    trials: int = 0
    ready: list[float] = field(default_factory=list)
    committed_unknown: int = 0
    repeats: int = 0
    conflicts: int = 0
    problems: list[str] = field(default_factory=list)


def kill_once(
    load: Load,
    server: subprocess.Popen[bytes],
    database: Postgres | None,
    outcome: Outcome,
    extra: dict[str, str],
) -> subprocess.Popen[bytes]:
    """Kill, look what was committed without an answer, start again."""
    load.up.clear()
    also = database if outcome.trials % 2 else None
    if also is not None:
        also.kill()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()
    load.site.processes.remove(server)
    began = time.monotonic()
    if also is not None:
        also.start()
        also.wait_up()
    again = load.site.serve(**extra)
    load.site.wait_ready(again)
    outcome.ready.append(time.monotonic() - began)
    outcome.committed_unknown += committed_unknown(load)
    outcome.trials += 1
    return again


def repeat(
    load: Load, browsers: dict[str, Browser], outcome: Outcome, count: int, chance: random.Random
) -> None:
    """Send again what was answered already (same answer), and the same keys with another body (409)."""
    acked = [w for w in load.writes if w.acked]
    if not acked:
        outcome.problems.append("nothing was acknowledged, so nothing was proved")
        return
    for _ in range(count):
        write = chance.choice(acked)
        answer = browsers[write.path].ask("POST", write.path, write.form)
        outcome.repeats += 1
        if not answer.moved or answer.headers.get("location") != write.shown_at:
            outcome.problems.append(f"a repeat of {write.name} answered {answer.status}")
            return
    for write in chance.sample(acked, min(20, len(acked))):
        answer = browsers[write.path].ask("POST", write.path, write.form | {"name": write.name + " changed"})
        outcome.conflicts += answer.status == 409
        if answer.status != 409:
            outcome.problems.append(f"another body under the key of {write.name} answered {answer.status}")


def trials(made: Site, database: Postgres | None, asked: argparse.Namespace) -> tuple[Load, Outcome, Kept]:
    """All trials on one database."""
    chance = random.Random(asked.seed)
    extra = {"DJANGO_SETTINGS_MODULE": FAULT} if asked.acknowledge_early else {}
    load, outcome = Load(made), Outcome()
    server = made.serve(**extra)
    made.wait_ready(server)
    people = principals(made, asked.clients)
    browsers = {f"/schools/{p.school}/days/": Browser(made.port).become(p.person) for p in people}
    threads = [
        threading.Thread(target=load.client, args=(n, p, browsers[f"/schools/{p.school}/days/"]), daemon=True)
        for n, p in enumerate(people)
    ]
    load.up.set()
    for thread in threads:
        thread.start()
    while outcome.trials < asked.trials:
        time.sleep(chance.uniform(0.1, asked.pause))
        server = kill_once(load, server, database, outcome, extra)
        load.up.set()
    time.sleep(0.5)
    load.over.set()
    for thread in threads:
        thread.join(40)
    for write in (w for w in load.writes if not w.acked):  # the last ones of each client
        load.send(browsers[write.path], write)
    repeat(load, browsers, outcome, asked.repeats, chance)
    kept = check_kept(made, load.writes, PREFIX)
    rows = made.rows()
    sound = rows.sound()
    rows.close()
    if sound != "ok":
        outcome.problems.append(f"the database is not sound: {sound}")
    end(server)
    return load, outcome, kept


def judge(load: Load, outcome: Outcome, kept: Kept, ready_limit: float) -> list[str]:
    """Everything that broke a promise."""
    found = list(outcome.problems)
    for words, names in (("lost", kept.lost), ("twice", kept.twice), ("torn", kept.torn)):
        if names:
            found.append(f"{len(names)} {words}: {', '.join(names[:5])}")
    odd = {status: n for status, n in load.statuses.items() if status not in (303, 503)}
    if odd:
        found.append(f"answers that were neither 303 nor 503: {odd}")
    if max(outcome.ready) > ready_limit:
        found.append(f"ready again only after {max(outcome.ready):.1f} s")
    if any(not w.acked for w in load.writes):
        found.append(f"{sum(not w.acked for w in load.writes)} writes were never acknowledged")
    return found


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.kill9", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgres"), required=True)
    parser.add_argument("--trials", type=int, default=25)
    parser.add_argument("--clients", type=int, default=6)
    parser.add_argument("--repeats", type=int, default=1000)
    parser.add_argument(
        "--pause", type=float, default=0.8, help="a kill comes at most so many seconds after the start"
    )
    parser.add_argument("--ready", type=float, default=READY, help="seconds until it must be ready again")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--acknowledge-early", action="store_true", help="break the promise on purpose")
    asked = parser.parse_args(arguments)
    asked.seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(10**6)
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        database = stack.enter_context(durable_postgres()) if asked.database == "postgres" else None
        made = stack.enter_context(site(asked.database, server=database))
        load, outcome, kept = trials(made, database, asked)
    problems = judge(load, outcome, kept, asked.ready)
    print(
        f"{asked.database}: {outcome.trials} kills (seed {asked.seed}), {sum(w.acked for w in load.writes)} writes"
        f" acknowledged, {len(kept.lost)} lost, {len(kept.torn)} torn, {len(kept.twice)} twice;"
        f" {load.unanswered} requests without an answer, {outcome.committed_unknown} of them committed;"
        f" {outcome.repeats} repeats, {outcome.conflicts} × 409; 503: {load.statuses.get(503, 0)};"
        f" ready again after {statistics.median(outcome.ready):.1f} s, at most {max(outcome.ready):.1f} s;"
        f" {time.monotonic() - began:.0f} s",
        flush=True,
    )
    for line in problems:
        print(f"  BROKEN: {line}", flush=True)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
