"""The deadline minute (R14, R15): every school writes at once, over real HTTP, with real sessions.

    python -m tests.bench.burst --goal r14             190 schools, SQLite, one process: 40 writes and 40 reads a second
    python -m tests.bench.burst --goal r15             1,800 schools, PostgreSQL: 63 autosaves, 42 reads, 5 submits
    python -m tests.bench.burst --goal r15 --stress    1,800 submissions alone within a minute
    … --short                                          a quarter of the length; judged by counts and by processor time

Requests start when they are due, whether or not earlier ones are answered, and a request's time runs from when it was
due: a slow server cannot slow its users down. Every acknowledged text is looked up in the database afterwards, and
every submission, its line of history and its receipt are counted.
"""

import argparse
import asyncio
import contextlib
import html.parser
import json
import os
import random
import statistics
import subprocess
import sys
import time
import urllib.parse
import uuid
from collections import Counter
from collections.abc import Awaitable
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.served import HOST, Browser, Site, durable_postgres, site

CONNECTIONS = 96  # kept open, as browsers do behind a proxy
TOKEN = "t" * 32
RETRIES = 8
PATIENCE = 150.0  # seconds a browser waits: longer is an error
# Processor time of a request, in reference loops. It hardly changes with what else the machine does.
DEAREST = 2.0


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


GOALS = {
    "r14": Goal("R14", 190, "sqlite", 1, 60, 37.2, 40, 2.8, 500, 2000),
    "r15": Goal("R15", 1800, "postgres", 3, 300, 63, 42, 5, 1000, 3000),
}
STRESS = Goal("R15, stress", 1800, "postgres", 3, 60, 0, 0, 30, 60_000, 60_000)


# ------------------------------------------------------------------------------------------------- the client


@dataclass
class Reply:
    status: int
    body: bytes
    retry_after: float = 0.0


class Pool:
    """Connections that are kept, each used by one request at a time."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter] | None] = asyncio.Queue()
        for _ in range(CONNECTIONS):
            self._free.put_nowait(None)

    async def ask(self, method: str, path: str, cookie: str, body: bytes = b"", htmx: bool = False) -> Reply:
        way = await self._free.get()
        try:
            for fresh in (False, True):  # a kept connection may have been closed by the server meanwhile
                if way is None or fresh:
                    way = await asyncio.open_connection(HOST, self.port)
                try:
                    return await asyncio.wait_for(self._once(way, method, path, cookie, body, htmx), PATIENCE)
                except (OSError, asyncio.IncompleteReadError, ValueError):
                    way[1].close()
                    if fresh:
                        way = None
                        raise
            raise AssertionError("unreachable")
        except BaseException:
            if way is not None:
                way[1].close()
            way = None
            raise
        finally:
            self._free.put_nowait(way)

    async def _once(
        self,
        way: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        method: str,
        path: str,
        cookie: str,
        body: bytes,
        htmx: bool,
    ) -> Reply:
        reader, writer = way
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost:{self.port}\r\nCookie: {cookie}\r\n"
        if htmx:
            head += "HX-Request: true\r\n"
        if method == "POST":
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        writer.write(head.encode() + b"\r\n" + body)
        await writer.drain()
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}
        data = await reader.readexactly(int(headers.get("content-length", "0")))
        return Reply(int(lines[0].split()[1]), data, float(headers.get("retry-after") or 0))


class Fields(html.parser.HTMLParser):
    """What a browser would send of the form of answers."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._in = False
        self._area = self._select = ""
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = {k: v or "" for k, v in attrs}
        if tag == "form":
            self._in = have.get("id") == "answers"
        if not self._in:
            return
        if tag == "input" and have.get("name") and have.get("type") not in ("file", "submit"):
            if have.get("type") not in ("radio", "checkbox") or "checked" in have:
                self.found.append((have["name"], have.get("value", "")))
        elif tag == "textarea":
            self._area, self._text = have.get("name", ""), ""
        elif tag == "select":
            self._select = have.get("name", "")
        elif tag == "option" and "selected" in have:
            self.found.append((self._select, have.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            self.found.append((self._area, self._text.removeprefix("\n")))
            self._area = ""
        elif tag == "form":
            self._in = False


@dataclass
class Editor:
    """One school's browser."""

    session: str
    application: str
    count: int = 0
    acked: str = ""  # the last text the server has said it saved
    busy: bool = False
    submitted: bool = False
    key: str = field(default_factory=lambda: str(uuid.uuid4()))
    tab: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def cookie(self) -> str:
        return f"sessionid={self.session}; csrftoken={TOKEN}"


@dataclass
class Result:
    """What one run measured."""

    times: dict[str, list[float]] = field(default_factory=dict)  # kind → milliseconds
    statuses: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    skipped: int = 0
    retried: int = 0

    def note(self, kind: str, took: float) -> None:
        self.times.setdefault(kind, []).append(1000 * took)


class Crowd:
    """All editors, and the form they fill in."""

    def __init__(self, pool: Pool, editors: list[Editor], chance: random.Random) -> None:
        self.pool, self.editors, self.chance = pool, editors, chance
        self.form: list[tuple[str, str]] = []
        self.question = ""

    async def open(self) -> None:
        """Load the page once, as every editor has it: their drafts say the same."""
        one = self.editors[0]
        reply = await self.pool.ask("GET", f"/applications/{one.application}/write/", one.cookie)
        page = Fields()
        page.feed(reply.body.decode())
        skip = {"csrfmiddlewaretoken", "tab"}
        self.form = [(k, v) for k, v in page.found if k not in skip]
        long = [k for k, v in self.form if len(v) > 300 and k != "base"]
        if not long:
            raise SystemExit(f"the page of an application answered {reply.status} and has no long question")
        self.question = long[0]

    async def autosave(self, result: Result) -> bool:
        """False when every editor is waiting for an answer already: nobody types then."""
        free = [
            e
            for e in self.chance.sample(self.editors, min(40, len(self.editors)))
            if not (e.busy or e.submitted)
        ]
        if not free:
            result.skipped += 1
            return False
        who = free[0]
        who.busy, who.count = True, who.count + 1
        before = dict(self.form)[self.question]
        text = f"Text {who.count} of {who.application}. {before}"[: len(before)]
        typed = [(k, text if k == self.question else v) for k, v in self.form]
        body = urllib.parse.urlencode([*typed, ("csrfmiddlewaretoken", TOKEN), ("tab", who.tab)]).encode()
        try:
            path = f"/applications/{who.application}/autosave/"
            reply = await self.pool.ask("POST", path, who.cookie, body, htmx=True)
        finally:
            who.busy = False
        self._judge(result, "autosave", reply, reply.status == 200 and b"Saved at" in reply.body)
        if reply.status == 200:
            who.acked = text
        return True

    async def read(self, result: Result) -> None:
        who = self.chance.choice(self.editors)
        path = self.chance.choice(
            [
                "/",
                "/applications/",
                f"/applications/{who.application}/",
                f"/applications/{who.application}/write/",
            ]
        )
        reply = await self.pool.ask("GET", path, who.cookie)
        self._judge(result, "read", reply, reply.status in (200, 303))

    async def submit(self, who: Editor, result: Result) -> None:
        """With one key; 429 and 503 are tried again, as the page says, until it is in."""
        who.submitted = True
        while who.busy:
            await asyncio.sleep(0.01)
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": TOKEN, "submit_key": who.key}).encode()
        for _ in range(RETRIES):
            reply = await self.pool.ask("POST", f"/applications/{who.application}/submit/", who.cookie, body)
            if reply.status not in (429, 503):
                break
            result.retried += 1
            await asyncio.sleep(reply.retry_after or 1)
        self._judge(result, "submit", reply, reply.status == 303)

    def _judge(self, result: Result, kind: str, reply: Reply, good: bool) -> None:
        result.statuses[f"{kind} {reply.status}"] += 1
        if not good:
            words = " ".join(reply.body.decode(errors="replace").split())
            result.errors.append(f"{kind} answered {reply.status}: {words[-200:]}")


async def drive(crowd: Crowd, goal: Goal, seconds: float) -> Result:
    """Start each request when it is due, with the jitter of people."""
    result, tasks, chance = Result(), [], crowd.chance
    await crowd.open()
    kinds = {"autosave": goal.autosaves, "read": goal.reads, "submit": goal.submits}
    plan = sorted(
        (chance.uniform(0, seconds), kind)
        for kind, rate in kinds.items()
        for _ in range(round(rate * seconds))
    )
    waiting = list(crowd.editors)
    work: Awaitable[bool | None]
    chance.shuffle(waiting)
    began = time.perf_counter()
    for due, kind in plan:
        pause = began + due - time.perf_counter()
        if pause > 0:
            await asyncio.sleep(pause)
        if kind == "submit":
            if not waiting:
                continue
            work = crowd.submit(waiting.pop(), result)
        else:
            work = crowd.autosave(result) if kind == "autosave" else crowd.read(result)
        tasks.append(asyncio.create_task(_timed(work, kind, began + due, result)))
    await asyncio.gather(*tasks)
    return result


async def _timed(work: Awaitable[bool | None], kind: str, due: float, result: Result) -> None:
    try:
        if await work is False:
            return
    except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
        result.errors.append(f"{kind}: {type(error).__name__}")
    result.note(kind, time.perf_counter() - due)


# ------------------------------------------------------------------------------------------------- the judge


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


def run(
    goal: Goal, made: Site, seconds: float, people: list[dict[str, str]]
) -> tuple[Result, list[str], float]:
    chance = random.Random(14)
    editors = [Editor(p["session"], p["application"]) for p in people]
    unit = reference()

    async def everything() -> Result:
        return await drive(Crowd(Pool(made.port), editors, chance), goal, seconds)

    began = time.perf_counter()
    result = asyncio.run(everything())
    took = time.perf_counter() - began
    problems = check(made, editors)
    return result, problems, max(took, unit / 1000)


def fill(made: Site, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.burst_fill", *words], env=made.environment, capture_output=True, text=True,
        check=False, cwd=os.getcwd(),
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return done.stdout


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.burst", description=__doc__)
    parser.add_argument("--goal", choices=sorted(GOALS), required=True)
    parser.add_argument("--stress", action="store_true", help="submissions alone, all within a minute")
    parser.add_argument("--short", action="store_true", help="a quarter; judged by counts and processor time")
    parser.add_argument(
        "--share", type=float, default=1.0, help="of the requests a second, for a slow machine"
    )
    asked = parser.parse_args(arguments)
    goal = STRESS if asked.stress else GOALS[asked.goal]
    seconds = min(goal.seconds / 4, 30) if asked.short else goal.seconds
    if asked.share != 1:
        rates = {k: getattr(goal, k) * asked.share for k in ("autosaves", "reads", "submits")}
        goal = Goal(**{**goal.__dict__, **rates})
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(durable_postgres()) if goal.database == "postgres" else None
        made = stack.enter_context(site(goal.database, server=server, stage=""))
        people = json.loads(fill(made, "--schools", str(goal.schools)))
        process = made.start("serve", "--port", str(made.port), "--processes", str(goal.processes))
        made.start("work")
        made.wait_ready(process)
        warm(made, people)
        before = processor(process.pid)
        result, problems, took = run(goal, made, seconds, people)
        spent = processor(process.pid) - before
    p95 = say(goal, result, took, reference())
    count = sum(map(len, result.times.values()))
    unit = reference()
    dear = 1000 * spent / count / unit
    print(
        f"  a request costs {1000 * spent / count:.1f} ms of processor time: {dear:.2f} reference loops",
        flush=True,
    )
    problems += [*Counter(result.errors)][:5]
    if dear > DEAREST:
        problems.append(f"a request costs {dear:.2f} reference loops, at most {DEAREST}")
    if not asked.short:
        problems += slow(goal, result, p95)
    for line in problems:
        print(f"  BROKEN: {line}", flush=True)
    return 1 if problems else 0


def processor(pid: int) -> float:
    """Seconds of processor time of a process and of all it started."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    mine = (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")
    return mine + sum(processor(int(child)) for child in listed)


def warm(made: Site, people: list[dict[str, str]]) -> None:
    """A few requests to each process, so that nobody waits for its templates to be read."""
    for _ in range(12):
        for person in people[:2]:
            browser = Browser(made.port)
            browser.cookies["sessionid"] = person["session"]
            for path in ("/", "/applications/", f"/applications/{person['application']}/write/"):
                browser.ask("GET", path)
            browser.close()


def slow(goal: Goal, result: Result, p95: dict[str, float]) -> list[str]:
    """What took longer than was promised."""
    found = [f"p95 of {k} is {v:.0f} ms, promised {goal.p95:.0f}" for k, v in p95.items() if v > goal.p95]
    for kind, times in result.times.items():
        p99 = _quantile(times, 0.99)
        if p99 > goal.p99:
            found.append(f"p99 of {kind} is {p99:.0f} ms, promised {goal.p99:.0f}")
    return found


if __name__ == "__main__":
    sys.exit(main())
