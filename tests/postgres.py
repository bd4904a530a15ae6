"""A PostgreSQL server of our own for as long as a `with` lasts: temporary folder, free port, loopback only.

`running(durable=False)` is for ordinary tests; trials that kill the server ask for `durable=True` and get
PostgreSQL's own defaults for writing to disk.
"""

import contextlib
import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

USER = "intervisit"


class NoPostgres(Exception):
    """There is no PostgreSQL on this machine, or it did not start; the text says which."""


@dataclass(frozen=True, slots=True)
class Server:
    url: str  # what DATABASE_URL wants; the role owns the server and may create databases
    pid: int  # of the postmaster
    folder: Path  # data directory


def programs() -> Path | None:
    """The folder with `initdb` and `postgres`, newest version first; None where PostgreSQL is absent."""
    places = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/opt/homebrew/opt").glob("postgresql@*/bin")]
    places.sort(key=lambda place: [int(part) for part in place.parent.name.split("@")[-1].split(".")])
    on_path = shutil.which("initdb")
    for place in [*reversed(places), *([Path(on_path).parent] if on_path else [])]:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    return None


def _account() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: root hands it to `postgres`, or else to `nobody`."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoPostgres("PostgreSQL does not run as root, and this machine has no other account for it.")


def _die_with_us() -> None:
    """Linux: when we are killed outright, the server gets SIGINT (its fast shutdown) from the kernel."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _initialise(binaries: Path, home: Path, password: str, account: pwd.struct_passwd | None) -> None:
    secret = home / "password"
    secret.write_text(password)
    secret.chmod(0o600)
    if account:
        for path in (home, secret):
            os.chown(path, account.pw_uid, account.pw_gid)
    locale = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
    command: list[str | Path] = [binaries / "initdb", "-D", home / "data", "-U", USER, "-A", "scram-sha-256"]
    command += ["--pwfile", secret, "-E", "UTF8", f"--locale={locale}", "--no-sync"]
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False, **_as(account))
    if done.returncode:
        raise NoPostgres(f"initdb did not work: {done.stderr.strip()[-400:]}")


def _as(account: pwd.struct_passwd | None) -> dict[str, Any]:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _wait(process: subprocess.Popen[bytes], port: int, log: Path, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        if "ready to accept connections" in log.read_text():
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return
        time.sleep(0.05)
    raise NoPostgres(f"PostgreSQL did not start: {log.read_text().strip()[-400:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    for number, seconds in ((signal.SIGINT, 15), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
        if process.poll() is not None:
            return
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)


@contextlib.contextmanager
def running(*, durable: bool = False) -> Iterator[Server]:
    """A fresh server. Stopped by its process id and removed at the end, whatever happened in between."""
    binaries = programs()
    if binaries is None:
        raise NoPostgres("PostgreSQL was not found on this machine.")
    account, password, port = _account(), secrets.token_hex(16), _free_port()
    home = Path(tempfile.mkdtemp(prefix="intervisit-postgres-"))
    process: subprocess.Popen[bytes] | None = None
    try:
        _initialise(binaries, home, password, account)
        options = ["listen_addresses=127.0.0.1", f"unix_socket_directories={home}", "max_connections=80"]
        if not durable:
            options += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        command = [str(binaries / "postgres"), "-D", str(home / "data"), "-p", str(port)]
        for option in options:
            command += ["-c", option]
        log = home / "server.log"
        with log.open("wb") as said:
            # a session of its own: Ctrl-C reaches us, and we stop the server in order
            process = subprocess.Popen(
                command, cwd=home, stdout=said, stderr=said, stdin=subprocess.DEVNULL,
                start_new_session=True, preexec_fn=_die_with_us, **_as(account),
            )  # fmt: skip
        _wait(process, port, log)
        url = f"postgres://{USER}:{password}@127.0.0.1:{port}/postgres"
        yield Server(url=url, pid=process.pid, folder=home / "data")
    finally:
        if process is not None:
            _stop(process)
        shutil.rmtree(home, ignore_errors=True)
