"""`up` on a laptop: nothing is left behind, two starts do not meet, a worker that dies is started again."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.web.test_safety import ROOT, environment


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def ups(folder: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start `up` in a process group of its own; whatever happens, all of it is gone afterwards."""
    started: list[subprocess.Popen[str]] = []

    def start(*words: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "intervisit.web", "up", "--no-demo", *words], cwd=ROOT,
            env=environment(folder), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, start_new_session=True,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/", timeout=5) as answer:
            return int(answer.status)
    except (OSError, urllib.error.URLError):
        return 0


def wait(until: Callable[[], object], what: str, seconds: float = 40) -> None:
    over = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < over, f"{what} did not happen"
        time.sleep(0.05)


def children(pid: int) -> list[int]:
    """Of every thread."""
    return [
        int(one) for task in Path(f"/proc/{pid}/task").glob("*/children") for one in task.read_text().split()
    ]


def alive(pid: int) -> bool:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for processes in /proc"),
]


@pytest.mark.parametrize(
    ("number", "seconds"),
    [(signal.SIGTERM, 12), (signal.SIGINT, 12), (signal.SIGKILL, 30)],
    ids=lambda n: str(n),
)
def test_no_worker_is_left_behind(
    ups: Callable[..., subprocess.Popen[str]], number: signal.Signals, seconds: float
) -> None:
    port = free_port()
    process = ups("--port", str(port))
    wait(lambda: answers(port) == 200, "a page")
    (worker,) = children(process.pid)
    process.send_signal(number)
    process.wait(seconds)
    wait(lambda: not alive(worker), "the end of the worker", seconds)
    assert answers(port) == 0


def test_a_worker_that_dies_is_started_again(ups: Callable[..., subprocess.Popen[str]]) -> None:
    port = free_port()
    process = ups("--port", str(port))
    wait(lambda: answers(port) == 200, "a page")
    (worker,) = children(process.pid)
    os.kill(worker, signal.SIGKILL)
    wait(lambda: worker not in children(process.pid) and children(process.pid), "another worker")
    process.terminate()
    process.wait(15)


def test_two_starts_at_once_share_the_database_and_take_two_ports(
    ups: Callable[..., subprocess.Popen[str]],
) -> None:
    first, second = ups(), ups()
    lines = [_until_ready(process) for process in (first, second)]
    ports = [int(line.rpartition(":")[2]) for line in lines]
    assert len(set(ports)) == 2
    assert [answers(port) for port in ports] == [200, 200]
    for process in (first, second):
        process.terminate()
        process.wait(15)


def _until_ready(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if "is ready" in line:
            return line.strip()
    raise AssertionError("".join(said))


@pytest.mark.parametrize("verb", ["up", "serve"])
def test_a_port_that_is_taken_is_said_in_one_line(folder: Path, verb: str) -> None:
    words = ["up", "--no-demo"] if verb == "up" else ["serve"]
    if verb == "serve":
        _migrate(folder)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "intervisit.web", *words, "--port", str(port)], cwd=ROOT,
            env=environment(folder), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    said = f"Port {port} is taken by another program. Choose another with --port.\n"
    assert (done.returncode, done.stderr) == (1, said)


def _migrate(folder: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "intervisit.web", "migrate", "--quiet"],
        cwd=ROOT,
        env=environment(folder),
        check=True,
    )
