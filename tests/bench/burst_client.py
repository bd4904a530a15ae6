"""The crowd of tests/bench/burst.py: browsers with sessions of their own, on connections that are kept.

It is cheap on purpose, for it runs on the machine it measures: the form of answers is read and encoded once.
"""

import asyncio
import html.parser
import random
import time
import urllib.parse
import uuid
from collections import Counter
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field

from tests.bench.served import HOST

CONNECTIONS = 96  # kept open, as browsers do behind a proxy
TOKEN = "t" * 32
RETRIES = 8
PATIENCE = 150.0  # seconds a browser waits: longer is an error


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
        self.head, self.tail = (
            b"",
            b"",
        )  # the form as it is sent, before and after the question that is answered
        self.question, self.before = "", ""

    async def open(self) -> None:
        """Load the page once, as every editor has it: their drafts say the same."""
        one = self.editors[0]
        reply = await self.pool.ask("GET", f"/applications/{one.application}/write/", one.cookie)
        page = Fields()
        page.feed(reply.body.decode())
        skip = {"csrfmiddlewaretoken", "tab"}
        form = [(k, v) for k, v in page.found if k not in skip]
        place = next((n for n, (k, v) in enumerate(form) if len(v) > 300 and k != "base"), None)
        if place is None:
            raise SystemExit(f"the page of an application answered {reply.status} and has no long question")
        self.question, self.before = form[place]
        rest = [*form[place + 1 :], ("csrfmiddlewaretoken", TOKEN)]
        self.head, self.tail = (urllib.parse.urlencode(part).encode() for part in (form[:place], rest))

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
        text = f"Text {who.count} of {who.application}. {self.before}"[: len(self.before)]
        typed = urllib.parse.urlencode([(self.question, text), ("tab", who.tab)]).encode()
        body = b"&".join(part for part in (self.head, typed, self.tail) if part)
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


async def drive(crowd: Crowd, rates: Mapping[str, float], seconds: float) -> Result:
    """Start each request when it is due, with the jitter of people. `rates`: kind → how many a second."""
    result, tasks, chance = Result(), [], crowd.chance
    await crowd.open()
    plan = sorted(
        (chance.uniform(0, seconds), kind)
        for kind, rate in rates.items()
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
