"""What `python3 iv test`, `check`, `bench` and `slow` do, once the launcher has made the environment.

One line per step with its number, what came out and the seconds, so that a step that ran nothing shows.
"""

import contextlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests import imap, postgres
from tests import slow as slow_checks

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# How somebody runs their own installation is no setting for a test run.
OPERATORS = ("IV_DEMO", "IV_ADDRESS", "IV_HOSTS", "IV_SECRET_KEY", "IV_OIDC", "IV_DESIGNS", "IV_MAIL")
SHOWN = 80  # lines of a failed check
MAC_CHROME = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


class Stopped(Exception):
    """The run cannot go on; the text says why and what to do."""


@dataclass
class Tally:
    """The sum over all steps. A static step counts as one test."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    left_out: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def add(self, passed: int, failed: int, skipped: int = 0) -> None:
        self.passed += passed
        self.failed += failed
        self.skipped += skipped

    def line(self, text: str, seconds: float) -> None:
        print(f"  {next(self._numbers)}  {text}, {seconds:.1f} s", flush=True)

    def summary(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


# ------------------------------------------------------------------------------------------ what is needed


def chromium() -> str | None:
    """The browser the journeys drive; IV_CHROMIUM names another one."""
    named = os.environ.get("IV_CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    return found or (str(MAC_CHROME) if MAC_CHROME.exists() else None)


def _word(name: str) -> str:
    """`PostgreSQL` is `postgres` in IV_REQUIRE, and IV_SKIP_POSTGRES."""
    return name.lower().removesuffix("ql")


def _apt() -> list[str] | None:
    """How to call apt-get here without asking for a password; None where that cannot be done."""
    if shutil.which("apt-get") is None:
        return None
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    if os.geteuid() == 0:
        return quiet
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n", *quiet]
    return None


def _apt_install(apt: list[str], *packages: str) -> None:
    command = [*apt, "install", "-y", "-q", "--no-install-recommends", *packages]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Stopped(f"apt-get could not install {' '.join(packages)}:\n{done.stderr.strip()[-600:]}")


def _install_chromium(apt: list[str]) -> None:
    _apt_install(apt, "chromium", "fonts-dejavu-core")


def _install_postgres(apt: list[str]) -> None:
    """The programs only: Debian would also set up and start a server of its own, which nobody asked for."""
    _apt_install(apt, "postgresql-common")
    rule = Path("/etc/postgresql-common/createcluster.d/intervisit-tests.conf")
    prefix, made = apt[: apt.index("env")], not rule.parent.exists()
    subprocess.run([*prefix, "mkdir", "-p", str(rule.parent)], check=True)
    try:
        text = b"create_main_cluster = false\n"
        subprocess.run([*prefix, "tee", str(rule)], input=text, stdout=subprocess.DEVNULL, check=True)
        _apt_install(apt, "postgresql")
    finally:
        subprocess.run([*prefix, "rm", "-f", str(rule)], check=True)
        if made:
            subprocess.run([*prefix, "rmdir", str(rule.parent)], check=True)


def _install_dovecot(apt: list[str]) -> None:
    """The programs only: Debian asks `policy-rc.d` whether a server it installs may start, and hears no."""
    prefix, rule = apt[: apt.index("env")], Path("/usr/sbin/policy-rc.d")
    ours = not rule.exists()
    if ours:
        text = b"#!/bin/sh\nexit 101\n"
        subprocess.run([*prefix, "tee", str(rule)], input=text, stdout=subprocess.DEVNULL, check=True)
        subprocess.run([*prefix, "chmod", "755", str(rule)], check=True)
    try:
        _apt_install(apt, "dovecot-imapd")
    finally:
        if ours:
            subprocess.run([*prefix, "rm", "-f", str(rule)], check=True)


def _ensure(
    name: str, there: Callable[[], object], install: Callable[[list[str]], None], tally: Tally
) -> bool:
    """True when the tool is there (perhaps since just now), False when its absence was asked for."""
    began, switch = time.monotonic(), f"IV_SKIP_{_word(name).upper()}"
    if os.environ.get(switch):
        if _word(name) in os.environ.get("IV_REQUIRE", "").lower():
            raise Stopped(f"{switch} is set, but IV_REQUIRE demands {name}: take one of the two away.")
        tally.left_out.append(f"everything that needs {name}, because {switch} is set")
        tally.line(f"{name}: LEFT OUT, because {switch} is set", 0)
        return False
    if there():
        tally.line(f"{name}: {there()}", time.monotonic() - began)
        return True
    apt = _apt()
    if apt is None:
        raise Stopped(
            f"The tests need {name}, which is not on this machine, and it cannot be installed from here "
            f"(that takes apt-get as root or with password-free sudo). Install it, or leave its tests out "
            f"with {switch}=1."
        )
    print(f"     {name} is missing: installing it with apt-get …", flush=True)
    subprocess.run([*apt, "update", "-q"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    install(apt)
    if not there():
        raise Stopped(f"apt-get installed {name}, but it still cannot be found.")
    tally.line(f"{name}: installed, {there()}", time.monotonic() - began)
    return True


# -------------------------------------------------------------------------------------------------- static


def _static_steps() -> list[tuple[str, list[str]]]:
    django = [sys.executable, "-m", "django"]
    return [
        ("ruff", [str(BIN / "ruff"), "check", "--output-format=concise", "."]),
        ("mypy", [sys.executable, "-m", "mypy"]),
        ("import-linter", [str(BIN / "lint-imports"), "--no-logo"]),
        ("missing migrations", [*django, "makemigrations", "--check", "--dry-run"]),
    ]


def static(tally: Tally, environment: dict[str, str]) -> None:
    """Every static check runs, whatever the one before it found."""
    for name, command in _static_steps():
        began = time.monotonic()
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        ok = done.returncode == 0
        tally.add(int(ok), int(not ok))
        if not ok:
            lines = done.stdout.rstrip().splitlines()
            print("\n".join(lines[-SHOWN:]))
        tally.line(f"{name}: {'ok' if ok else 'FAILED'}", time.monotonic() - began)


# ---------------------------------------------------------------------------------------------------- tests


def _counts(report: Path) -> tuple[int, int, int]:
    """passed, failed and skipped of a JUnit report; an error is a failure."""
    suites = ET.parse(report).getroot().iter("testsuite")
    total = failed = skipped = 0
    for suite in suites:
        total += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    return max(total - failed - skipped, 0), failed, skipped


def _pytest(
    folder: Path, options: list[str], environment: dict[str, str]
) -> tuple[subprocess.CompletedProcess[bytes], tuple[int, int, int]]:
    """Run pytest; its own output goes straight through, its counts are returned beside how it ended."""
    report = folder / "report.xml"
    report.unlink(missing_ok=True)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-o",
        f"cache_dir={folder}/cache",
        f"--junitxml={report}",
    ]
    done = subprocess.run(
        [*command, *options], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False
    )
    return done, _counts(report) if report.exists() else (0, 0, 0)


def pytest_pass(
    name: str, marks: str, arguments: list[str], tally: Tally, environment: dict[str, str], *, again: int = 0
) -> None:
    """One run of pytest on two processes. At most `again` tests that failed are run a second time, alone.

    A test that needs its second try is told by name and stays a thing to mend, but a browser that stumbled
    once on a busy machine stops no release.
    """
    began = time.monotonic()
    print(f"     pytest {name} …", flush=True)
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        options = ["-n", "2", "--dist", "worksteal", "-m", marks, *arguments]
        done, (passed, failed, skipped) = _pytest(folder, options, environment)
        unsteady = 0
        if 0 < failed <= again:
            print(f"     {failed} failed: a second try, alone …", flush=True)
            done, (unsteady, failed, _) = _pytest(
                folder, ["--lf", "-rp", "-m", marks, *arguments], environment
            )
    nothing_chosen = done.returncode == 5 and bool(arguments)  # one run may be empty
    if done.returncode and not failed and not nothing_chosen:
        failed = 1
    tally.add(passed + unsteady, failed, skipped)
    text = f"{passed + unsteady} passed, {failed} failed, {skipped} skipped"
    text += f"; {unsteady} of them only at the second try, named above: to be mended" if unsteady else ""
    tally.line(f"pytest {name}: {text}", time.monotonic() - began)


def _marks(*unwanted: str) -> str:
    return " and ".join(f"not {mark}" for mark in unwanted)


@contextlib.contextmanager
def _fresh(**settings: str) -> Iterator[dict[str, str]]:
    """An environment whose database and data folder nobody misses: the developer's own are never touched."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(OPERATORS)}
    with tempfile.TemporaryDirectory(prefix="intervisit-data-") as folder:
        yield {**kept, "IV_DATA": folder, "DATABASE_URL": f"sqlite:///{folder}/intervisit.sqlite3",
               "DJANGO_SETTINGS_MODULE": "intervisit.web.settings", **settings}  # fmt: skip


def everything(arguments: list[str], tally: Tally) -> None:
    """`python3 iv test`: static checks, then the tests on SQLite with the browser, then on PostgreSQL."""
    browser = _ensure("Chromium", chromium, _install_chromium, tally)
    database = _ensure("PostgreSQL", postgres.programs, _install_postgres, tally)
    _ensure("Dovecot", imap.program, _install_dovecot, tally)
    if browser:
        os.environ["IV_CHROMIUM"] = str(chromium())
    with _fresh() as environment:
        if arguments:
            print("     only the tests you named; `python3 iv check` is the static part", flush=True)
        else:
            static(tally, environment)
        pytest_pass("on SQLite", _marks("slow", "postgres", "browser"), arguments, tally, environment)
        if browser:  # in processes of their own: the driver leaves an event loop behind, which Django refuses
            marks = f"browser and {_marks('slow', 'postgres')}"
            pytest_pass("in the browser", marks, arguments, tally, environment, again=3)
    if database:
        with postgres.running() as server:
            settings = {"DATABASE_URL": server.url, "IV_POSTGRES_URL": server.url}
            switches = {"IV_UNSAFE_TEST_DATABASE": "1", "IV_ONLY_DATABASE": "1"}
            with _fresh(**settings, **switches) as environment:
                pytest_pass("on PostgreSQL", _marks("slow", "browser"), arguments, tally, environment)


def check(_: list[str], tally: Tally) -> None:
    """`python3 iv check`: the static part alone."""
    with _fresh() as environment:
        static(tally, environment)


# ------------------------------------------------------------------------------------------------ measuring


def bench(arguments: list[str], tally: Tally) -> None:
    """`python3 iv bench [NAME …]`: the scripts tests/bench/bench_NAME.py, all of them without a name."""
    folder = ROOT / "tests" / "bench"
    known = {re.sub(r"^bench_", "", path.stem): path for path in sorted(folder.glob("bench_*.py"))}
    options = [word for word in arguments if word.startswith("-")]
    names = [word for word in arguments if not word.startswith("-")] or list(known)
    for name in names:
        if name not in known and not (folder / f"{name}.py").exists():
            raise Stopped(f"There is no measurement “{name}”. There are: {', '.join(known) or 'none yet'}.")
        module = f"tests.bench.{known[name].stem if name in known else name}"
        began = time.monotonic()
        ok = subprocess.run([sys.executable, "-m", module, *options], cwd=ROOT, check=False).returncode == 0
        tally.add(int(ok), int(not ok))
        tally.line(f"bench {name}: {'ok' if ok else 'FAILED'}", time.monotonic() - began)


def slow(arguments: list[str], tally: Tally) -> None:
    """`python3 iv slow [NAME …]`: the slower checks of tests/slow.py."""
    known = [check.name for check in slow_checks.CHECKS]
    unknown = [word for word in arguments if word not in known]
    if unknown:
        raise Stopped(f"There is no slower check “{unknown[0]}”. There are: {', '.join(known)}.")
    chosen = [item for item in slow_checks.CHECKS if not arguments or item.name in arguments]
    beside = [item for item in chosen if item.beside] if len(chosen) > 1 else []
    with _fresh() as environment:
        _side_by_side(beside, environment, tally)
        for item in chosen:
            if item in beside:
                continue
            began = time.monotonic()
            print(f"     {item.name}: {item.promise} …", flush=True)
            _tell(item, slow_checks.run(item, environment), time.monotonic() - began, tally)


def _tell(item: slow_checks.Check, result: str, seconds: float, tally: Tally) -> None:
    tally.add(int(result.startswith("ok")), int(not result.startswith("ok")))
    tally.line(f"{item.name}: {result}", seconds)


def _side_by_side(items: list[slow_checks.Check], environment: dict[str, str], tally: Tally) -> None:
    """Two checks at a time; what one says is shown when it has ended."""

    def one(item: slow_checks.Check) -> tuple[str, float, bytes]:
        began = time.monotonic()
        with tempfile.TemporaryFile() as said:
            result = slow_checks.run(item, environment, said)
            said.seek(0)
            return result, time.monotonic() - began, said.read()

    with ThreadPoolExecutor(2) as lanes:
        running = {lanes.submit(one, item): item for item in items}
        try:
            for done in as_completed(running):
                result, seconds, said = done.result()
                print(f"     {running[done].name}: {running[done].promise}", flush=True)
                print(said.decode("utf-8", "replace").rstrip(), flush=True)
                _tell(running[done], result, seconds, tally)
        except BaseException:
            lanes.shutdown(wait=False, cancel_futures=True)
            slow_checks.end_all()
            raise


def _interrupted(number: int, _: object) -> None:
    raise KeyboardInterrupt(signal.Signals(number).name)


def main(arguments: list[str]) -> int:
    verb, rest = arguments[0], arguments[1:]
    tally = Tally()
    signal.signal(signal.SIGTERM, _interrupted)  # so that what we started is stopped in order
    try:
        {"test": everything, "check": check, "bench": bench, "slow": slow}[verb](rest, tally)
    except (Stopped, postgres.NoPostgres) as reason:
        print(reason, file=sys.stderr)
        tally.add(0, 1)
    except KeyboardInterrupt:
        print("\nInterrupted; what was started has been stopped.", file=sys.stderr)
        return 130
    for thing in tally.left_out:
        print(f"Left out: {thing}.")
    print(tally.summary(), flush=True)
    return 1 if tally.failed else 0


if __name__ == "__main__":
    assert importlib.util.find_spec("intervisit"), "run me through `python3 iv`"
    sys.exit(main(sys.argv[1:]))
