"""Serving and working: the web server, the worker, and `up`, which is both for one laptop."""

import argparse
import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from types import FrameType

from intervisit.web.command import start_django


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def refuse_unsafe() -> None:
    """End this process, with every reason, when its settings would break a promise."""
    start_django()
    from intervisit.web.safety import refuse_unsafe_start  # noqa: PLC0415 - needs Django

    refuse_unsafe_start()


def _listen(host: str, port: int) -> socket.socket | None:
    """A socket that has the port for itself from now on; None when somebody else has it."""
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
        made.listen(2048)  # two sockets may bind the same port until one of them listens
    except OSError:
        made.close()
        return None
    return made


def _take_port(host: str, wanted: int, *, given: bool) -> socket.socket:
    for port in [wanted] if given else range(wanted, wanted + 50):
        made = _listen(host, port)
        if made is not None:
            return made
    if given:
        raise SystemExit(f"Port {wanted} is taken by another program. Choose another with --port.")
    raise SystemExit(f"No free port between {wanted} and {wanted + 49}. Choose one with --port.")


def serve(argv: list[str]) -> int:
    """Serve the pages until told to stop."""
    parser = argparse.ArgumentParser(prog="intervisit serve")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument(
        "--processes", type=int, default=1, help="web processes; more than one needs PostgreSQL"
    )
    chosen = parser.parse_args(argv)
    refuse_unsafe()  # here too: a server of several processes would start each of them again and again
    _run(_take_port(chosen.host, chosen.port, given=True), chosen.processes)
    return 0


def _run(listening: socket.socket, processes: int = 1) -> None:
    """Serve on this socket until told to stop."""
    import uvicorn  # noqa: PLC0415 - other verbs start without the server
    from uvicorn.supervisors import Multiprocess  # noqa: PLC0415

    config = uvicorn.Config(
        "intervisit.web.asgi:application",
        workers=processes,
        access_log=False,  # addresses may hold ids and secret feed names
        log_level="warning",
        lifespan="off",
        server_header=False,
        proxy_headers=True,
        timeout_graceful_shutdown=10,
    )
    if processes > 1:
        Multiprocess(config, sockets=[listening]).run()
        return
    server = uvicorn.Server(config)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listening])
    if not server.started:
        raise SystemExit(1)


def work(argv: list[str]) -> int:
    """Run jobs and send mail until told to stop."""
    parser = argparse.ArgumentParser(prog="intervisit work")
    parser.add_argument("--once", action="store_true", help="do what is waiting, then end")
    chosen = parser.parse_args(argv)
    refuse_unsafe()
    from intervisit.kit import jobs, outbox, rounds  # noqa: PLC0415 - needs Django
    from intervisit.web import workers  # noqa: F401, PLC0415 - registers every job

    if chosen.once:
        jobs.run_waiting()
        outbox.send_due()
        return 0
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    parent = os.environ.get("IV_PARENT")
    if parent:
        threading.Thread(target=_end_with, args=(int(parent), stop), daemon=True).start()
    jobs.work(stop, also=lambda: rounds.begin_due() + outbox.send_due(20))
    return 0


def _end_with(parent: int, stop: threading.Event) -> None:
    """A worker that was started by `up` ends when `up` is gone, however it went."""
    while not stop.is_set():
        if os.getppid() != parent:
            stop.set()
            time.sleep(20)
            os._exit(0)
        time.sleep(1)


def up(argv: list[str]) -> int:
    """Everything on one laptop: database, demo, server, worker; prints where to look and who to be."""
    parser = argparse.ArgumentParser(prog="iv")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=None)
    parser.add_argument("--no-demo", action="store_true", help="start with an empty database of your own")
    chosen, _ = parser.parse_known_args(argv)
    began = time.monotonic()
    given = chosen.port is not None
    port = chosen.port or 8000
    _take_port(chosen.host, port, given=given).close()  # a port that is taken is said at once
    if not chosen.no_demo:
        os.environ.setdefault("IV_DEMO", "1")
    os.environ["IV_ADDRESS"] = f"http://localhost:{port}"
    start_django()
    with _alone():
        _prepare(demo=not chosen.no_demo)
    refuse_unsafe()
    listening = _take_port(chosen.host, port, given=given)
    port = _move_on(listening.getsockname()[1])
    with _Worker():
        _greet(port, demo=not chosen.no_demo, seconds=time.monotonic() - began)
        _run(listening)
    return 0


def _move_on(port: int) -> int:
    """Say everywhere that the address has this port."""
    from django.conf import settings  # noqa: PLC0415 - needs Django

    settings.SITE_ADDRESS = os.environ["IV_ADDRESS"] = f"http://localhost:{port}"
    return port


def _prepare(*, demo: bool) -> None:
    from django.db import connections  # noqa: PLC0415 - needs Django

    from intervisit.web import upkeep  # noqa: PLC0415 - needs Django
    from intervisit.web.demo import loading  # noqa: PLC0415 - needs Django

    _say("  preparing the database …")
    upkeep.migrate(["--quiet"])
    if demo and not loading.is_loaded():
        _say("  loading the demo district …")
        loading.load("published", say=lambda text: _say(f"    {text}"))
    connections.close_all()


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Two starts at once: the second waits until the first has its tables and its demo."""
    from django.conf import settings  # noqa: PLC0415 - needs Django

    with (settings.DATA / "starting").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            _say("  another start is preparing the database; waiting for it …")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


class _Worker:
    """The worker beside a laptop's server: started again when it dies, ended whichever way the server ends."""

    def __enter__(self) -> None:
        self._over = threading.Event()
        self._process = self._start()
        # uvicorn raises SIGTERM again after its shutdown, so our own handler must be in place before it starts
        signal.signal(signal.SIGTERM, self._end)
        threading.Thread(target=self._watch, daemon=True).start()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        self._over.set()
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        if self._process.poll() is None:
            self._process.kill()
        return kind is KeyboardInterrupt

    def _start(self) -> subprocess.Popen[bytes]:
        environment = os.environ | {"IV_PARENT": str(os.getpid())}
        return subprocess.Popen([sys.executable, "-m", "intervisit.web", "work"], env=environment)

    def _end(self, _signal: int, _frame: FrameType | None) -> None:
        self._over.set()
        raise SystemExit(0)

    def _watch(self) -> None:
        while not self._over.wait(2):
            if self._process.poll() is not None:
                self._process = self._start()


def _greet(port: int, *, demo: bool, seconds: float) -> None:
    _say(f"\n  Intervisit is ready ({seconds:.0f} s):  http://localhost:{port}\n")
    if demo:
        from intervisit.web.demo.cast import introductions  # noqa: PLC0415 - only for the demo

        _say(f"  Be anybody of the demo district at http://localhost:{port}/demo/ :")
        for line in introductions():
            _say(f"    {line}")
        _say("")
    _say("  Stop with Ctrl-C.\n")
