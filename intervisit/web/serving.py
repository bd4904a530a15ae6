"""Serving and working: the web server, the worker, and `up`, which is both for one laptop."""

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from types import FrameType

from intervisit.web.command import start_django


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _port_is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _choose_port(host: str, wanted: int, given: bool) -> int:
    if _port_is_free(host, wanted):
        return wanted
    if given:
        raise SystemExit(f"Port {wanted} is taken by another program. Choose another with --port.")
    for port in range(wanted + 1, wanted + 50):
        if _port_is_free(host, port):
            return port
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
    import uvicorn  # noqa: PLC0415 - other verbs start without the server

    uvicorn.run(
        "intervisit.web.asgi:application",
        host=chosen.host,
        port=chosen.port,
        workers=chosen.processes if chosen.processes > 1 else None,
        access_log=False,  # addresses may hold ids and secret feed names
        log_level="warning",
        lifespan="off",
        server_header=False,
        proxy_headers=True,
        timeout_graceful_shutdown=10,
    )
    return 0


def work(argv: list[str]) -> int:
    """Run jobs and send mail until told to stop."""
    parser = argparse.ArgumentParser(prog="intervisit work")
    parser.add_argument("--once", action="store_true", help="do what is waiting, then end")
    chosen = parser.parse_args(argv)
    from intervisit.kit import jobs, outbox  # noqa: PLC0415 - needs Django, which `serve` must not load twice
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
    jobs.work(stop, also=lambda: outbox.send_due(20))
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
    port = _choose_port(chosen.host, chosen.port or 8000, chosen.port is not None)
    if not chosen.no_demo:
        os.environ.setdefault("IV_DEMO", "1")
    os.environ["IV_ADDRESS"] = f"http://localhost:{port}"
    start_django()
    from intervisit.web import upkeep  # noqa: PLC0415 - needs Django
    from intervisit.web.demo import loading  # noqa: PLC0415 - needs Django

    _say("  preparing the database …")
    upkeep.migrate(["--quiet"])
    if not chosen.no_demo and not loading.is_loaded():
        _say("  loading the demo district …")
        loading.load("published", say=lambda text: _say(f"    {text}"))
    from django.db import connections  # noqa: PLC0415 - needs Django

    connections.close_all()
    worker = _start_worker()
    _greet(port, demo=not chosen.no_demo, seconds=time.monotonic() - began)
    with _stopping(worker):
        serve(["--host", chosen.host, "--port", str(port)])
    return 0


def _start_worker() -> subprocess.Popen[bytes]:
    environment = os.environ | {"IV_PARENT": str(os.getpid())}
    return subprocess.Popen([sys.executable, "-m", "intervisit.web", "work"], env=environment)


@contextlib.contextmanager
def _stopping(worker: subprocess.Popen[bytes]):  # type: ignore[no-untyped-def]
    """End the worker whichever way the server ends.

    uvicorn raises SIGTERM again after its shutdown, so a handler of our own must be in place before it starts.
    """

    def end(_signal: int, _frame: FrameType | None) -> None:
        worker.terminate()
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, end)
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        worker.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            worker.wait(10)
        if worker.poll() is None:
            worker.kill()


def _greet(port: int, *, demo: bool, seconds: float) -> None:
    _say(f"\n  Intervisit is ready ({seconds:.0f} s):  http://localhost:{port}\n")
    if demo:
        from intervisit.web.demo.cast import introductions  # noqa: PLC0415 - only for the demo

        _say(f"  Be anybody of the demo district at http://localhost:{port}/demo/ :")
        for line in introductions():
            _say(f"    {line}")
        _say("")
    _say("  Stop with Ctrl-C.\n")
