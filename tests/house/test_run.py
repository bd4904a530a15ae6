"""`python3 iv test` says what it did, and nothing it started survives it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests import postgres, run, slow

ROOT = Path(__file__).resolve().parents[2]
SKIPPING = """
import pytest

def test_one():
    pytest.skip("Chromium is not on this machine")

def test_two():
    pytest.skip("not on a Monday")

@pytest.mark.xfail(reason="Chromium again")
def test_three():
    raise AssertionError
"""


def pytest_with(required: str, place: Path) -> subprocess.CompletedProcess[str]:
    file = place / "test_skipping.py"
    file.write_text(SKIPPING)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:django", "-p", "tests.house.require"]
    command += ["--rootdir", str(place), "-c", os.devnull, "-p", "no:cacheprovider", str(file)]
    environment = {**os.environ, "IV_REQUIRE": required, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)


def test_a_skip_for_want_of_something_required_is_a_failure(tmp_path: Path) -> None:
    free = pytest_with("", tmp_path)
    assert (free.returncode, "2 skipped, 1 xfailed" in free.stdout) == (0, True)
    strict = pytest_with("postgres,chromium", tmp_path)
    assert (strict.returncode, "1 failed, 1 skipped, 1 xfailed" in strict.stdout) == (1, True)
    assert "IV_REQUIRE names chromium" in strict.stdout


def test_a_slip_in_the_requirements_is_refused(tmp_path: Path) -> None:
    done = pytest_with("chromum", tmp_path)
    assert done.returncode == 4
    assert "IV_REQUIRE knows chromium, dovecot, postgres, shared, but not chromum" in done.stderr


@pytest.fixture
def tally() -> run.Tally:
    return run.Tally()


def test_a_failed_check_does_not_hide_the_next_one(
    tally: run.Tally, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = [("first", ["sh", "-c", "echo broken; exit 1"]), ("second", ["true"])]
    monkeypatch.setattr(run, "_static_steps", lambda: steps)
    run.static(tally, dict(os.environ))
    lines = capsys.readouterr().out.splitlines()
    assert [line.rpartition(",")[0] for line in lines] == ["", "  1  first: FAILED", "  2  second: ok"]
    assert lines[0] == "broken"
    assert tally.summary() == "1 passed, 1 failed"


STUMBLES = """
from pathlib import Path

def test_stumbles_once(request):
    before = Path(__file__).with_name("tried")
    tried = before.exists()
    before.touch()
    assert tried

def test_stands():
    pass
"""


@pytest.mark.parametrize(
    ("text", "again", "said"),
    [
        (STUMBLES, 3, "2 passed, 0 failed, 0 skipped; 1 of them only at the second try, named above: to be mended"),
        (STUMBLES + "    assert False\n", 3, "1 passed, 1 failed, 0 skipped; 1 of them only at the second try,"
         " named above: to be mended"),
    ],
    ids=["stumbles", "one is broken"],
)  # fmt: skip
def test_a_second_try_is_told_and_hides_nothing_that_is_broken(
    text: str, again: int, said: str, tmp_path: Path, tally: run.Tally, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "test_stumbling.py"
    file.write_text(text)
    plain = ["-p", "no:django", "-c", os.devnull, "--rootdir", str(tmp_path), str(file)]
    run.pytest_pass("twice", "not slow", plain, tally, dict(os.environ), again=again)
    out = capfd.readouterr().out
    assert out.splitlines()[-1].rpartition(",")[0] == f"  1  pytest twice: {said}"
    assert tally.failed == int("1 failed" in said)


def test_what_is_left_out_is_said_and_cannot_be_required(
    tally: run.Tally, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IV_SKIP_POSTGRES", "1")
    monkeypatch.setenv("IV_REQUIRE", "chromium")
    assert run._ensure("PostgreSQL", lambda: True, lambda _: None, tally) is False
    assert "LEFT OUT, because IV_SKIP_POSTGRES is set" in capsys.readouterr().out
    assert tally.left_out == ["everything that needs PostgreSQL, because IV_SKIP_POSTGRES is set"]
    monkeypatch.setenv("IV_REQUIRE", "chromium,postgres")
    with pytest.raises(run.Stopped, match="take one of the two away"):
        run._ensure("PostgreSQL", lambda: True, lambda _: None, tally)


def test_what_is_missing_and_cannot_be_installed_is_one_sentence(
    tally: run.Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(run.Stopped, match=r"^The tests need Chromium, which is not on this machine.*=1\.$"):
        run._ensure("Chromium", lambda: None, lambda _: None, tally)


def test_a_slower_check_is_stopped_with_its_children_when_its_time_is_up(tmp_path: Path) -> None:
    note = tmp_path / "child"
    script = f"sleep 60 & echo $! > {note}; wait"
    result = slow.run(slow.Check("x", "y", ("sh", "-c", script), 1), dict(os.environ))
    assert result == "FAILED, not done after 1 s"
    assert gone(int(note.read_text()), seconds=5)


def gone(pid: int, seconds: float) -> bool:
    """Whether the process has ended, or does so in time; a zombie has ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
            os.kill(pid, 0)
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def programs() -> Path:
    found = postgres.programs()
    if found is None:
        pytest.skip("PostgreSQL is not on this machine")
    return found


@pytest.mark.postgres
@pytest.mark.usefixtures("programs")
def test_a_server_of_our_own_comes_and_goes() -> None:
    with postgres.running(durable=True) as server, psycopg.connect(server.url) as connection:
        asked = "SELECT current_setting('fsync'), current_setting('listen_addresses'), upper('é')"
        assert connection.execute(asked).fetchone() == ("on", "127.0.0.1", "É")
    assert gone(server.pid, seconds=0.1)
    assert not server.folder.exists()


HOLDING = """
import time
from tests import postgres
with postgres.running() as server:
    print(server.pid, flush=True)
    time.sleep(60)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's")
@pytest.mark.usefixtures("programs")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_the_server_does_not_outlive_who_started_it(how: signal.Signals) -> None:
    command = [sys.executable, "-c", HOLDING]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        pid = int(process.stdout.readline())
        process.send_signal(how)
        process.wait(90)
    assert gone(pid, seconds=10)
