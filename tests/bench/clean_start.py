"""`python3 iv` from nothing: a fresh clone, a new home, an empty package cache; then again, warm.

Prints the seconds until the front page answers, stops the server and looks for processes left behind.
`--python PATH` names the interpreter to start with.
"""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_CLONED = shutil.ignore_patterns(".iv", ".venv", ".git", "var", "*.sqlite3*", ".*_cache", "__pycache__")
WARM_LIMIT = 15.0  # seconds: "a second call starts in seconds"


def copy_checkout(target: Path) -> None:
    """What git knows, as git would hand it out; a plain copy where there is no git."""
    if shutil.which("git") and (ROOT / ".git").exists():
        subprocess.run(["git", "clone", "-q", "--no-hardlinks", str(ROOT), str(target)], check=True)
    else:
        shutil.copytree(ROOT, target, ignore=NOT_CLONED)


def new_person(home: Path) -> dict[str, str]:
    """The environment of somebody who has just arrived; only the way to the package index stays."""
    ours = ("IV_", "INTERVISIT_", "DJANGO_", "PYTHON", "DATABASE_URL", "VIRTUAL_ENV", "XDG_", "UV_CACHE")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    own = Path.home() / ".config" / "pip" / "pip.conf"
    if own.exists():
        environment.setdefault("PIP_CONFIG_FILE", str(own))
    empty = {"HOME": str(home), "PIP_CACHE_DIR": str(home / "pip"), "UV_CACHE_DIR": str(home / "uv")}
    return {**environment, **empty}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_page(url: str, process: subprocess.Popen[bytes], seconds: float) -> float:
    """Seconds until the front page answered 200."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if process.poll() is not None:
            raise SystemExit(f"the server ended with exit code {process.returncode} before it answered")
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return time.monotonic() - began
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
    raise SystemExit(f"{url} did not answer within {seconds:.0f} s")


def left_behind(checkout: Path) -> list[str]:
    """Linux: command lines of living processes that belong to this checkout."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if str(checkout) in words and int(entry.name) != os.getpid():
            found.append(f"{entry.name}: {words.strip()[:120]}")
    return found


def start(python: str, checkout: Path, environment: dict[str, str], log: Path, seconds: float) -> float:
    port = free_port()
    command = [python, str(checkout / "iv"), "--no-browser", "--port", str(port)]
    with log.open("wb") as said:
        process = subprocess.Popen(
            command, cwd=checkout.parent, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said
        )
    try:
        return wait_for_page(f"http://127.0.0.1:{port}/", process, seconds)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            print("the server had to be killed: it did not stop on SIGTERM within 15 s")
        print(log.read_text("utf-8", "replace").rstrip())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=shutil.which("python3", path="/usr/bin:/bin") or sys.executable)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="intervisit-clean-") as folder:
        place = Path(folder)
        checkout, home = place / "intervisit", place / "home"
        home.mkdir()
        copy_checkout(checkout)
        environment = new_person(home)
        cold = start(options.python, checkout, environment, place / "cold.log", 240)
        warm = start(options.python, checkout, environment, place / "warm.log", 60)
        time.sleep(1)
        orphans = left_behind(checkout)
        print(f"from nothing to the front page {cold:.1f} s cold; {warm:.1f} s warm (limit {WARM_LIMIT:.0f})")
        print("processes left behind:", "; ".join(orphans) or "none")
    return 1 if orphans or warm > WARM_LIMIT else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that temporary folders go
    sys.exit(main())
