"""`intervisit match` and `intervisit plan` in rough hands: bad files, places where nothing can be written, signals."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from intervisit.web import instance_files, match_command, plan_command
from intervisit.web.command import main as command
from tests.bench.check_plan import main as check_plan
from tests.bench.instances import city
from tests.core.scheduling.test_reading import GOOD as YEAR

ROOT = Path(__file__).resolve().parents[2]
GOOD = {"match": city(12, 1, triads_only=True), "plan": YEAR}
MAIN = {"match": match_command.main, "plan": plan_command.main}
both = pytest.mark.parametrize("verb", ["match", "plan"])


def kept(folder: Path, content: object, name: str = "instance.json") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def run(verb: str, *words: object) -> int:
    try:
        return MAIN[verb]([str(word) for word in words])
    except SystemExit as end:  # argparse has said what is wrong
        return int(end.code or 0)


@both
@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda good: b"\xef\xbb\xbf" + good, id="byte-order-mark"),
        pytest.param(lambda good: good.replace(b"{", b"\r\n{"), id="crlf"),
    ],
)
def test_what_other_programs_do_to_a_file_is_no_fault(verb, change, tmp_path):
    instance = kept(tmp_path, change(json.dumps(GOOD[verb]).encode()))
    assert run(verb, instance, "--seconds", "5", "--out", tmp_path / "out.json") == 0


@both
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the file: is empty."),
        (b" \n", "the file: is empty."),
        (b"\0" * 9, "line 1, column 1: is not JSON"),
        ('{"a": "\u00e9"}'.encode("latin-1"), "byte 7: is not UTF-8."),
        ('{"a": 1}'.encode("utf-16"), "byte 0: is not UTF-8."),
        (b'{"a": "NaN", "b":\n -Infinity}', "line 2, column 2: -Infinity is not a number in JSON."),
        (b'{"a":\n' + b"9" * 5000 + b"}", "line 2, column 1: a number with too many digits."),
        (b'[{"id": "S1", "x": 1, "x": 2}]', '"x": the key "x" is given twice in one object (in the object with '),
        (b'{"a":' * 50_000, "the file: is nested too deeply."),
        (b'{"a": 1} x', "line 1, column 10: is not JSON"),
        (b" " * 2000, "the file: has more than 1,000 bytes."),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_at_its_place(verb, content, told, tmp_path, capsys, monkeypatch):
    if content == b" " * 2000:
        monkeypatch.setattr(instance_files, "LARGEST", 1000)
    instance, out = kept(tmp_path, content), tmp_path / "out.json"
    assert run(verb, instance, "--out", out) == 2
    assert capsys.readouterr().err.startswith(f"{instance}: {told}")
    assert [path.name for path in tmp_path.iterdir()] == [instance.name]


@both
def test_a_folder_or_nothing_is_no_instance(verb, tmp_path, capsys):
    for instance in (tmp_path, tmp_path / "none.json"):
        assert run(verb, instance, "--out", tmp_path / "out.json") == 2
        assert capsys.readouterr().err.startswith(f"{instance}: the file: cannot be read (")


@both
def test_where_no_answer_can_be_written_is_said_before_the_search(verb, tmp_path, capsys, monkeypatch):
    instance = kept(tmp_path, GOOD[verb])
    monkeypatch.setattr(f"intervisit.web.{verb}_command.solve", None)
    (tmp_path / "folder").mkdir()
    for out, told in (
        (tmp_path / "folder", "is a folder. Name a file in it."),
        ("", "is a folder. Name a file in it."),
        (tmp_path / "no" / "out.json", "its folder does not exist. Create the folder or choose another."),
        (instance, "is the instance itself. Name another file."),
        (tmp_path / ("x" * 300), "cannot be written (File name too long). Choose another place."),
    ):
        assert run(verb, instance, "--out", out) == 2
        assert capsys.readouterr().err.strip().endswith(f"--out: {told}")
    assert json.loads(instance.read_bytes()) == GOOD[verb]


@both
def test_a_full_disk_leaves_what_was_there(verb, tmp_path):
    instance, out = kept(tmp_path, GOOD[verb]), tmp_path / "out.json"
    out.write_text("the answer of yesterday")
    words = [sys.executable, "-m", "intervisit.web.command", verb, instance, "--seconds", "5", "--out", out]
    full = ["sh", "-c", 'ulimit -f 0; trap "" XFSZ; exec "$@"', "sh", *map(str, words)]
    done = subprocess.run(full, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--out: the answer cannot be written (File too large). Make room" in done.stderr
    assert "Traceback" not in done.stderr
    assert out.read_text() == "the answer of yesterday"
    assert sorted(path.name for path in tmp_path.iterdir()) == [instance.name, out.name]


@both
def test_links_are_followed_and_pipes_are_written(verb, tmp_path):
    instance = kept(tmp_path, GOOD[verb])
    real, link, pipe = tmp_path / "real.json", tmp_path / "link.json", tmp_path / "pipe"
    link.symlink_to(real)
    assert run(verb, instance, "--seconds", "5", "--out", link) == 0
    assert link.is_symlink()
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:
        assert run(verb, instance, "--seconds", "5", "--out", pipe) == 0
        assert reader.communicate(timeout=5)[0] == real.read_bytes()
    assert pipe.is_fifo()


@both
@pytest.mark.parametrize(
    ("option", "told"),
    [
        *((f"--seconds={v}", "give a positive number of seconds") for v in ("0", "-1", "nan", "-inf", "abc", "1e400")),
        ("--seconds=", "give a positive number of seconds"),
        *((f"--seed={v}", "give a whole number of a few digits") for v in ("abc", "1.5", "", "9" * 5000)),
    ],
    ids=lambda value: str(value)[:20],
)  # fmt: skip
def test_an_option_that_cannot_be_is_refused_in_words(verb, option, told, tmp_path, capsys):
    instance = kept(tmp_path, GOOD[verb])
    assert run(verb, instance, option, "--out", tmp_path / "out.json") == 2
    error = capsys.readouterr().err
    assert error.strip().endswith(told)
    assert len(error) < 500


@both
def test_numbers_nobody_needs_are_taken_all_the_same(verb, tmp_path):
    instance = kept(tmp_path, GOOD[verb])
    for option in ("--seconds=1e300", "--seed=-7", f"--seed={10**30}"):
        assert run(verb, instance, option, "--out", tmp_path / "out.json") == 0


@both
def test_nobody_listening_does_not_end_the_run(verb, tmp_path):
    instance, out = kept(tmp_path, GOOD[verb]), tmp_path / "out.json"
    words = [sys.executable, "-m", "intervisit.web.command", verb, instance, "--seconds", "5", "--out", out]
    with Path("/dev/full").open("w") as nobody:
        done = subprocess.run(list(map(str, words)), cwd=ROOT, stderr=nobody, check=False)
    assert (done.returncode, out.exists()) == (0, True)


def test_what_a_library_prints_is_not_part_of_the_answer(tmp_path, monkeypatch, capfd):
    instance, out, solve = kept(tmp_path, GOOD["match"]), tmp_path / "out.json", match_command.solve

    def talkative(*args, **options):
        os.write(1, b"HighsMipSolverData::")
        return solve(*args, **options)

    monkeypatch.setattr(match_command, "solve", talkative)
    assert run("match", instance, "--seconds", "5", "--out", out) == 0
    os.write(1, b"afterwards")
    assert capfd.readouterr().out == "afterwards"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_match_writes_the_best_answer_so_far(number, tmp_path, monkeypatch):
    """The signal comes with the first progress that has an answer; a second one would end the run at once."""
    instance, out, sent = kept(tmp_path, city(40, 5)), tmp_path / "out.json", []
    line = match_command._Teller.__call__

    def told(self, progress):
        line(self, progress)
        if progress.objective is not None and not sent:
            sent.append(progress)
            os.kill(os.getpid(), number)

    monkeypatch.setattr(match_command._Teller, "__call__", told)
    before, began = signal.getsignal(number), time.monotonic()
    assert run("match", instance, "--seconds", "60", "--out", out) == 0
    assert time.monotonic() - began < 20
    answer = json.loads(out.read_text())
    assert sum(len(n["partners"]) + 1 for n in answer["networks"]) == 40
    assert answer["bound"] >= answer["objective"]
    assert len(sent) == 1
    assert signal.getsignal(number) == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_plan_is_whole(number, tmp_path, monkeypatch):
    instance, out = kept(tmp_path, YEAR), tmp_path / "out.json"
    solve = plan_command.solve

    def interrupted(*args, stop, **options):
        os.kill(os.getpid(), number)
        while not stop():
            time.sleep(0.01)
        return solve(*args, stop=stop, **options)

    monkeypatch.setattr(plan_command, "solve", interrupted)
    assert run("plan", instance, "--seconds", "60", "--out", out) == 0
    assert check_plan([str(instance), str(out)]) == 0


@both
def test_a_second_signal_ends_at_once_with_nothing_written(verb, tmp_path, monkeypatch, capsys):
    instance, out = kept(tmp_path, GOOD[verb]), tmp_path / "out.json"

    def twice(*args, **options):
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.05)
        time.sleep(5)

    monkeypatch.setattr(f"intervisit.web.{verb}_command.solve", twice)
    assert command([verb, str(instance), "--seconds", "60", "--out", str(out)]) == 130
    assert capsys.readouterr().err.strip().endswith("Interrupted.")
    assert not out.exists()
