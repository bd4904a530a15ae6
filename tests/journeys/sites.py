"""Real servers on real databases: every journey drives what a district would run.

A stage of the demo is loaded once into a file; each site is a copy of it with its own server, worker and port.
"""

import contextlib
import fcntl
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STARTS = 90  # seconds that a server on a busy machine may take
COMMAND = [sys.executable, "-m", "intervisit.web"]


@dataclass(frozen=True)
class Site:
    """A running installation."""

    address: str
    data: Path

    @property
    def database(self) -> Path:
        return self.data / "intervisit.sqlite3"

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Rows of the site's own database, read only: what the pages do not show (who got which mail)."""
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as open_:
            return open_.execute(query, values).fetchall()


def _environment(data: Path, address: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("IV_") and k != "DATABASE_URL"}
    return kept | {"IV_DATA": str(data), "IV_DEMO": "1", "IV_ADDRESS": address}


def run(data: Path, *words: str) -> None:
    """A verb of the command line on an installation, as its operator would type it."""
    done = subprocess.run(
        [*COMMAND, *words], cwd=ROOT, env=_environment(data, "http://localhost"), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"intervisit {' '.join(words)} failed:\n{done.stdout}{done.stderr}"


def prepare(stage: str, folder: Path) -> Path:
    """The data folder of a stage, loaded once for all processes of a test run. "empty": no demo is loaded."""
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / stage
    with (folder / f"{stage}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (made / "ready").exists():
            made.mkdir(exist_ok=True)
            run(made, "migrate", "--quiet")
            if stage != "empty":
                run(made, "demo", "--stage", stage)
            (made / "ready").touch()
    return made


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=10) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextlib.contextmanager
def _process(words: list[str], data: Path, address: str) -> Iterator["subprocess.Popen[bytes]"]:
    with (data / f"{words[0]}.log").open("wb") as log:
        started = subprocess.Popen(
            [*COMMAND, *words], cwd=ROOT, env=_environment(data, address), stdout=log, stderr=log
        )
        try:
            yield started
        finally:
            started.terminate()
            try:
                started.wait(20)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait()


@contextlib.contextmanager
def running(prepared: Path, data: Path, *, worker: bool = True) -> Iterator[Site]:
    """A site on a copy of a prepared stage, stopped at the end."""
    data.mkdir(parents=True, mode=0o700)
    for name in ("intervisit.sqlite3", "secret-key"):
        shutil.copy(prepared / name, data / name)
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(_process(["serve", "--port", str(port)], data, address))
        if worker:
            stack.enter_context(_process(["work"], data, address))
        until = time.monotonic() + STARTS
        while not _answers(address):
            assert server.poll() is None, f"the server ended:\n{(data / 'serve.log').read_text()}"
            assert time.monotonic() < until, f"the server did not answer within {STARTS} s"
            time.sleep(0.1)
        yield Site(address, data)
