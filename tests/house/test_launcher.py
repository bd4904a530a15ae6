"""`python3 iv` on machines as they are: no network, a mirror with a password, two starts, read-only."""

import ast
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.checkouts import ROOT, Checkout, Index, load_launcher, pip_wheel, tiny_wheel


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    folder = tmp_path / "wheels"
    folder.mkdir()
    wheel = pip_wheel()
    (folder / wheel.name).symlink_to(wheel)
    made = Index(folder)
    server = made.serve()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def checkout(tmp_path: Path, index: Index) -> Checkout:
    return Checkout.make(tmp_path, tiny_wheel(index.folder, "1.0"), index.url)


def test_a_verb_goes_to_intervisit_with_its_words_place_and_exit_code(checkout: Checkout) -> None:
    first = checkout.start("match", "n21.json", "--seed", "7")
    said = f"verb ['match', 'n21.json', '--seed', '7'] {checkout.folder.parent}\n"
    assert (first.returncode, first.stdout) == (7, said)
    assert "installing 1 packages of requirements.lock, every hash checked" in first.stderr
    assert checkout.tiny_version() == "1.0"
    second = checkout.start("match", "n21.json", "--seed", "7")
    assert (second.returncode, second.stdout, second.stderr) == (7, said, "")
    assert checkout.start().stdout.startswith("verb ['up'] ")
    assert checkout.start("--port", "8123").stdout.startswith("verb ['up', '--port', '8123'] ")


@pytest.mark.slow
def test_an_index_may_speak_json_and_ask_for_a_password_nobody_sees(tmp_path: Path, index: Index) -> None:
    index.json, index.password = True, "s3cret-word"
    checkout = Checkout.make(tmp_path, tiny_wheel(index.folder, "1.0"), "")
    settings = tmp_path / "pip.conf"
    settings.write_text(f"[global]\nindex-url = {index.url}\n")
    del checkout.environment["PIP_INDEX_URL"]
    done = checkout.start("x", PIP_CONFIG_FILE=str(settings))
    assert done.returncode == 7
    (index.folder / "tiny-1.0-py3-none-any.whl").unlink()
    (checkout.folder / ".iv" / "env" / "stamp-run").unlink()
    wrong = checkout.start("x", PIP_CONFIG_FILE=str(settings))
    assert wrong.returncode == 1
    assert "s3cret-word" not in done.stderr + wrong.stderr + wrong.stdout


def test_without_network_one_sentence_says_the_way_out(checkout: Checkout) -> None:
    with socket.socket() as closed:  # bound, not listening: every connection is refused
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/simple"
        done = checkout.start("x", PIP_INDEX_URL=address)
    assert (done.returncode, done.stdout) == (1, "")
    last = done.stderr.splitlines()[-1]
    assert last.startswith(f"The package index cannot be reached ({address}: ")
    assert last.endswith("`apt-get install python3-venv` brings it.")
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_an_index_without_pip_is_enough_where_python_brings_one(checkout: Checkout, index: Index) -> None:
    (index.folder / pip_wheel().name).unlink()
    done = checkout.start("x")
    if load_launcher().shipped_pip():
        assert done.returncode == 7
        assert checkout.tiny_version() == "1.0"
    else:  # Debian without python3-venv
        assert done.returncode == 1
        assert done.stderr.splitlines()[-1].startswith("The package index holds no pip-")


def test_a_pip_that_is_not_ours_is_refused(checkout: Checkout, index: Index) -> None:
    name = pip_wheel().name
    (index.folder / name).unlink()
    (index.folder / name).write_bytes(b"something else")
    launcher = load_launcher()
    launcher.STATE = checkout.folder
    with pytest.raises(launcher.Stopped, match="is not the file we know"):
        launcher.fetch_pip({"index-url": index.url})
    assert not list(checkout.folder.glob("*.whl"))


def test_a_package_with_another_hash_is_refused(checkout: Checkout, index: Index) -> None:
    lock = checkout.folder / "requirements.lock"
    lock.write_text(lock.read_text().replace("sha256:", "sha256:" + "0" * 64)[: -64 - 1] + "\n")
    done = checkout.start("x")
    assert done.returncode == 1
    assert "Some packages could not be installed. pip said:" in done.stderr
    assert done.stdout == ""


@pytest.mark.slow
def test_two_starts_at_once_prepare_once(checkout: Checkout, index: Index) -> None:
    both = [
        subprocess.Popen(
            [*checkout.command, "x"], env=checkout.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    said = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [7, 7]
    assert sorted("Preparing Intervisit" in err for _, err in said) == [False, True]
    assert sum(path.startswith("/files/tiny") for path in index.asked) == 1


@pytest.mark.slow
def test_a_new_lock_gets_a_new_environment_without_leftovers(checkout: Checkout, index: Index) -> None:
    checkout.start("x")
    stray = next((checkout.folder / ".iv" / "env" / "lib").glob("python3*/site-packages")) / "stray.py"
    stray.write_text("")
    checkout.lock(tiny_wheel(index.folder, "2.0"))
    assert "removing the environment of other versions" in checkout.start("x").stderr
    assert checkout.tiny_version() == "2.0"
    assert not stray.exists()


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A folder that another account may enter (pytest's own are closed)."""
    with tempfile.TemporaryDirectory(prefix="intervisit-read-only-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def test_a_read_only_checkout_uses_the_cache_folder(open_place: Path, index: Index) -> None:
    """Root may write anywhere, so a run as root starts the launcher as `nobody`, with the system's Python."""
    root, python = os.geteuid() == 0, shutil.which("python3", path="/usr/bin:/bin")
    if root and (python is None or not os.path.realpath(python).endswith(("3.11", "3.12", "3.13"))):
        pytest.skip("there is no Python 3.11 to 3.13 in /usr/bin that another account could start")
    checkout = Checkout.make(open_place, tiny_wheel(index.folder, "1.0"), index.url)
    cache = open_place / "home"
    command = checkout.command
    if root:
        command = [str(python), *command[1:]]
        os.chown(cache, 65534, -1)
    for path in [checkout.folder, *checkout.folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    done = subprocess.run(
        [*command, "x"], env={**checkout.environment, "XDG_CACHE_HOME": str(cache)}, cwd="/",
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, user=65534 if root else None,
    )  # fmt: skip
    for path in [checkout.folder, *checkout.folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    assert (done.returncode, done.stdout) == (7, "verb ['x'] /\n"), done.stderr
    assert not (checkout.folder / ".iv").exists()
    assert len(list(cache.glob("intervisit/*/env/stamp-run"))) == 1


def test_uv_is_tried_first_and_pip_helps_out(checkout: Checkout, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    uv = tools / "uv"
    uv.write_text('#!/bin/sh\necho "$UV_DEFAULT_INDEX" > "$HOME/asked"\necho "no such index"\nexit 2\n')
    uv.chmod(0o755)
    done = checkout.start("x", PATH=f"{tools}:/usr/bin:/bin")
    assert done.returncode == 7
    assert "uv could not, so pip is next. uv said:\n     no such index\n" in done.stderr
    assert (tmp_path / "home" / "asked").read_text().strip() == checkout.environment["PIP_INDEX_URL"]
    assert checkout.tiny_version() == "1.0"


def test_the_launcher_can_be_read_by_an_old_python_and_needs_nothing_else() -> None:
    tree = ast.parse((ROOT / "iv").read_text(), feature_version=(3, 6))
    standard = set(sys.stdlib_module_names)
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(str(node.module).split(".")[0])
    assert imported - standard == set()


def test_the_help_names_every_verb_of_the_launcher() -> None:
    launcher = load_launcher()
    for verb in ("test", "check", "bench", "slow", *launcher.VERBS):
        assert f"python3 iv {verb} " in (launcher.__doc__ or ""), verb
