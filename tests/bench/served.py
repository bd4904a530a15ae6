"""The real server and worker for trials: their own database, a free port of the loopback, people signed in.

Nothing here knows how the product stores a thing: it starts `python -m intervisit.web …` as an operator would and
speaks HTTP. What is asked of the database directly is asked by `Rows`, with plain SQL.
"""

import contextlib
import http.client
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests import postgres

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
OPERATORS = ("IV_", "DATABASE_URL", "DJANGO_", "PYTHON")
READY_LIMIT = 30.0  # seconds after which a start has failed, whatever the promise


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def end(process: subprocess.Popen[Any], number: int = signal.SIGTERM) -> None:
    """End a process group that we started, and wait until it is gone."""
    for this in (number, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, this)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(15)
            return


@dataclass
class Site:
    """One installation: its settings and the processes that run for it."""

    folder: Path
    environment: dict[str, str]
    port: int
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    log_at: Path | None = None  # elsewhere than in its folder

    @property
    def log(self) -> Path:
        return self.log_at or self.folder / "server.log"

    def run(self, *words: str, **extra: str) -> subprocess.CompletedProcess[str]:
        """One verb of the command line, to its end."""
        return subprocess.run(
            [sys.executable, "-m", "intervisit.web", *words], cwd=ROOT, env={**self.environment, **extra},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=240,
        )  # fmt: skip

    def must(self, *words: str) -> str:
        done = self.run(*words)
        if done.returncode:
            raise SystemExit(f"{' '.join(words)} failed:\n{done.stdout[-1500:]}\n{done.stderr[-3000:]}")
        return done.stdout

    def start(self, *words: str, wrap: tuple[str, ...] = (), **extra: str) -> subprocess.Popen[bytes]:
        """A verb that stays, in a process group of its own."""
        with self.log.open("ab") as said:
            process = subprocess.Popen(
                [*wrap, sys.executable, "-m", "intervisit.web", *words], cwd=ROOT,
                env={**self.environment, **extra}, stdin=subprocess.DEVNULL, stdout=said, stderr=said,
                start_new_session=True,
            )  # fmt: skip
        self.processes.append(process)
        return process

    def serve(self, *, wrap: tuple[str, ...] = (), **extra: str) -> subprocess.Popen[bytes]:
        return self.start("serve", "--port", str(self.port), wrap=wrap, **extra)

    def wait_ready(self, process: subprocess.Popen[bytes]) -> float:
        """Seconds until a page that asks the database answers 200."""
        began = time.monotonic()
        while time.monotonic() - began < READY_LIMIT:
            if process.poll() is not None:
                raise SystemExit(f"the server ended ({process.returncode}):\n{self.log.read_text()[-3000:]}")
            with contextlib.suppress(OSError, http.client.HTTPException):
                way = http.client.HTTPConnection(HOST, self.port, timeout=5)
                way.request("GET", "/healthz")
                if way.getresponse().status == 200:
                    return time.monotonic() - began
            time.sleep(0.02)
        raise SystemExit(
            f"the server was not ready after {READY_LIMIT:.0f} s:\n{self.log.read_text()[-3000:]}"
        )

    def stop(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                end(process)
        self.processes.clear()

    def rows(self) -> "Rows":
        return Rows(self.environment["DATABASE_URL"])


class Rows:
    """Plain SQL on either database, `?` for a value."""

    def __init__(self, url: str) -> None:
        self.sqlite = url.startswith("sqlite")
        self._way: Any = (
            sqlite3.connect(url.removeprefix("sqlite:///"), timeout=20, isolation_level=None)
            if self.sqlite
            else psycopg.connect(url, autocommit=True)
        )

    def all(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask once; the rows."""
        with contextlib.closing(self._way.cursor()) as cursor:
            cursor.execute(sql if self.sqlite else sql.replace("%", "%%").replace("?", "%s"), values)
            return list(cursor.fetchall()) if cursor.description else []

    def one(self, sql: str, *values: object) -> Any:
        return self.all(sql, *values)[0][0]

    def tables(self) -> list[str]:
        """Every table of the product."""
        sql = (
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
            if self.sqlite
            else "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        )
        return [name for (name,) in self.all(sql)]

    def sound(self) -> str:
        """ "ok", or what the database says of itself. PostgreSQL: every row of every table is read."""
        if self.sqlite:
            verdict = str(self.one("PRAGMA integrity_check"))
            broken = self.all("PRAGMA foreign_key_check")
            return verdict if not broken else f"{len(broken)} foreign keys lead nowhere"
        for table in self.tables():
            self.all(f'SELECT count(*), max(md5(t::text)) FROM "{table}" t')
        return "ok"

    def close(self) -> None:
        self._way.close()


def settings(folder: Path, port: int, url: str) -> dict[str, str]:
    """The environment of a demo installation of its own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(OPERATORS)}
    return {
        **kept, "IV_DATA": str(folder), "IV_DEMO": "1", "DATABASE_URL": url, "PYTHONUNBUFFERED": "1",
        "IV_ADDRESS": f"http://localhost:{port}", "DJANGO_SETTINGS_MODULE": "intervisit.web.settings",
    }  # fmt: skip


@contextlib.contextmanager
def site(
    database: str = "sqlite", *, server: "Postgres | None" = None, stage: str = "call"
) -> Iterator[Site]:
    """A fresh installation with the demo at a stage ("" for an empty database), not yet serving."""
    folder = Path(tempfile.mkdtemp(prefix="intervisit-trial-"))
    port = free_port()
    if database == "sqlite":
        url = f"sqlite:///{folder}/intervisit.sqlite3"
    else:
        assert server is not None
        url = server.new_database()
    made = Site(folder, settings(folder, port, url), port)
    try:
        made.must("migrate", "--quiet")
        if stage:
            made.must("demo", "--stage", stage)
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


# ------------------------------------------------------------------------------------------------ PostgreSQL


class Postgres:
    """The durable server of tests/postgres.py, and a way to kill it and to start it again."""

    def __init__(self, server: postgres.Server) -> None:
        self.server = server
        raw = Path(f"/proc/{server.pid}/cmdline").read_bytes().split(b"\0")
        self._command = [part.decode() for part in raw if part]
        self._again: subprocess.Popen[bytes] | None = None
        self.pid = server.pid

    def new_database(self) -> str:
        name = f"trial_{uuid.uuid4().hex[:8]}"
        with psycopg.connect(self.server.url, autocommit=True) as way:
            way.execute(f'CREATE DATABASE "{name}"')
        return self.server.url.rpartition("/")[0] + f"/{name}"

    def everyone(self) -> list[int]:
        """The postmaster and all it started."""
        return [self.pid, *self._children()]

    def _children(self) -> list[int]:
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    def kill(self) -> None:
        """SIGKILL to the postmaster and everything it started: nothing can be written any more."""
        mine = self.everyone()
        for pid in mine:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in mine:
            _gone(pid)

    def stop(self) -> None:
        """An ordinary fast shutdown, as an upgrade does it."""
        os.kill(self.pid, signal.SIGINT)
        _gone(self.pid)

    def start(self) -> None:
        """Start it again on the same port and data."""
        account = postgres._account()
        home = self.server.folder.parent
        with (home / "server.log").open("ab") as said:
            self._again = subprocess.Popen(
                self._command, cwd=home, stdout=said, stderr=said, stdin=subprocess.DEVNULL,
                start_new_session=True, preexec_fn=postgres._die_with_us, **postgres._as(account),
            )  # fmt: skip
        self.pid = self._again.pid

    def wait_up(self) -> None:
        """Wait until it takes connections again, after whatever recovery it needs."""
        until = time.monotonic() + READY_LIMIT
        while time.monotonic() < until:
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self.server.url, connect_timeout=3).close()
                return
            time.sleep(0.05)
        raise SystemExit("PostgreSQL does not come back")

    def close(self) -> None:
        if self._again is not None and self._again.poll() is None:
            postgres._stop(self._again)


def _gone(pid: int) -> None:
    """Wait until a process has left. A child of ours is buried: PostgreSQL takes a zombie for its old self."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return
        if state == "Z":
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)
            return
        time.sleep(0.005)
    raise SystemExit(f"process {pid} does not end")


@contextlib.contextmanager
def durable_postgres() -> Iterator[Postgres]:
    """PostgreSQL with its own defaults for writing to disk."""
    with postgres.running(durable=True) as server:
        mine = Postgres(server)
        try:
            yield mine
        finally:
            mine.close()


# -------------------------------------------------------------------------------------------------- browsers


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def moved(self) -> bool:
        return self.status == 303


class Browser:
    """One person's browser: cookies, the token of its forms, one connection that is kept."""

    def __init__(self, port: int, timeout: float = 30) -> None:
        self.port, self.timeout = port, timeout
        self.cookies: dict[str, str] = {"csrftoken": uuid.uuid4().hex}
        self._way: http.client.HTTPConnection | None = None

    def close(self) -> None:
        if self._way is not None:
            self._way.close()
            self._way = None

    def ask(self, method: str, path: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
        """One request. Raises OSError or HTTPException when no whole answer came."""
        if self._way is None:
            self._way = http.client.HTTPConnection(HOST, self.port, timeout=self.timeout)
        sent = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), **headers}
        body = None
        if form is not None:
            fields = {"csrfmiddlewaretoken": self.cookies["csrftoken"], **form}
            body = urllib.parse.urlencode(fields).encode()
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self._way.request(method, path, body, sent)
            got = self._way.getresponse()
            text = got.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        for name, value in got.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return Answer(got.status, {k.lower(): v for k, v in got.getheaders()}, text)

    def become(self, person: str) -> "Browser":
        """Sign in as somebody of the demo."""
        found = self.ask("POST", "/demo/", {"person": person})
        if not found.moved:
            raise SystemExit(f"signing in answered {found.status}: {text_of(found)[:600]}")
        return self


def text_of(answer: Answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.body.decode(errors="replace")))
