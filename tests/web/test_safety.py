"""The start is refused when a setting would break a promise, with the remedy: real processes, their words read."""

import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from intervisit.web import safety
from tests import postgres

ROOT = Path(__file__).resolve().parents[2]
WEAK = """
from intervisit.web.settings import *
{lines}
"""


def environment(folder: Path, **given: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("IV_", "DATABASE_URL", "DJANGO_"))}
    own = {"IV_DATA": str(folder), "DATABASE_URL": f"sqlite:///{folder}/intervisit.sqlite3"}
    return {**kept, **own, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}", **given}


def run(folder: Path, *words: str, **given: str) -> tuple[int, str]:
    """One verb to its end; exit status and what it said on stderr."""
    done = subprocess.run(
        [sys.executable, "-m", "intervisit.web", *words], cwd=ROOT, env=environment(folder, **given),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stderr


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of this version, empty."""
    folder = tmp_path_factory.mktemp("migrated")
    assert run(folder, "migrate", "--quiet") == (0, "")
    return folder


@pytest.fixture
def folder(migrated: Path, tmp_path: Path) -> Path:
    for name in ("intervisit.sqlite3", "secret-key"):
        (tmp_path / name).write_bytes((migrated / name).read_bytes())
        (tmp_path / name).chmod(0o600)
    return tmp_path


def weakened(folder: Path, lines: str) -> dict[str, str]:
    (folder / "weak.py").write_text(WEAK.format(lines=lines))
    return {"DJANGO_SETTINGS_MODULE": "weak"}


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("DEBUG = True", "DEBUG is on. Intervisit never runs with DEBUG; remove it from the settings."),
        ("SECRET_KEY = 'short'", "IV_SECRET_KEY is too short to keep a secret. Set 50 random characters."),
        (
            "SECRET_KEY = 'django-insecure-' + 'x' * 60",
            "IV_SECRET_KEY is too short to keep a secret. Set 50 random characters.",
        ),
        (
            "DEMO = SECURE = True",
            "IV_DEMO lets anybody sign in as anybody. Unset it on a site with an https address.",
        ),
        (
            "SQLITE_OPTIONS['init_command'] = 'PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL'",
            "PRAGMA synchronous is below FULL: a power cut would lose acknowledged writes. Restore OPTIONS.",
        ),
        (
            "SQLITE_OPTIONS['init_command'] = 'PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL'",
            "The database's journal is delete, not WAL: writers would fail as locked. Restore OPTIONS.",
        ),
        (
            "SQLITE_OPTIONS['transaction_mode'] = 'DEFERRED'",
            "transaction_mode is not IMMEDIATE: writers would fail as locked. Restore OPTIONS.",
        ),
    ],
    ids=["debug", "short key", "insecure key", "demo on https", "synchronous", "journal", "transactions"],
)
def test_the_server_does_not_start(folder: Path, lines: str, reason: str) -> None:
    code, said = run(folder, "serve", "--port", "1", **weakened(folder, lines))
    assert (code, said) == (1, f"Intervisit does not start:\n  - {reason}\n")


def test_the_worker_does_not_start_either(folder: Path) -> None:
    code, said = run(folder, "work", "--once", **weakened(folder, "DEBUG = True"))
    assert (code, said.count("DEBUG is on")) == (1, 1)


def test_a_server_of_several_processes_ends_at_once(folder: Path) -> None:
    code, said = run(folder, "serve", "--port", "1", "--processes", "3", **weakened(folder, "DEBUG = True"))
    assert (code, said.count("DEBUG is on")) == (1, 1)


def test_every_reason_is_told_at_once(folder: Path) -> None:
    lines = "DEBUG = True\nSQLITE_OPTIONS['transaction_mode'] = 'DEFERRED'"
    code, said = run(folder, "serve", **weakened(folder, lines))
    assert (code, said.count("\n  - ")) == (1, 2)


@pytest.mark.parametrize("name", ["intervisit.sqlite3", "secret-key"])
def test_a_file_that_everybody_can_read(folder: Path, name: str) -> None:
    path = folder / name
    path.chmod(0o644)
    code, said = run(folder, "serve")
    remedy = f"Everybody on this computer can read {name}. Run: chmod o-rwx {path}"
    assert (code, said) == (1, f"Intervisit does not start:\n  - {remedy}\n")


def test_demo_on_an_address_with_https(folder: Path) -> None:
    code, said = run(folder, "serve", IV_DEMO="1", IV_ADDRESS="https://intervisit.example.org")
    assert (code, said.count("IV_DEMO lets anybody sign in as anybody")) == (1, 1)


def test_a_database_of_an_older_version(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "intervisit.sqlite3").close()
    (tmp_path / "intervisit.sqlite3").chmod(0o600)
    code, said = run(tmp_path, "serve")
    assert (code, said.count("Run: intervisit migrate")) == (1, 1)


def test_a_database_that_is_not_there(folder: Path) -> None:
    with socket.socket() as probe:  # bound and not listening: nobody answers here, and nobody else gets it
        probe.bind(("127.0.0.1", 0))
        url = f"postgres://nobody:x@127.0.0.1:{probe.getsockname()[1]}/nothing"
        code, said = run(folder, "serve", DATABASE_URL=url)
    assert (code, said.count("The database cannot be asked"), "Traceback" in said) == (1, 1, False)


def test_check_safety_says_the_same_without_starting(folder: Path) -> None:
    assert run(folder, "check-safety")[0] == 0
    assert run(folder, "check-safety", **weakened(folder, "DEBUG = True"))[0] == 1


# ------------------------------------------------------------------------------------------------ PostgreSQL


@pytest.fixture(scope="module")
def unsafe_server() -> Iterator[str]:
    """A server that may lose what it acknowledged: exactly what may not be used."""
    if os.environ.get("IV_POSTGRES_URL"):
        yield os.environ["IV_POSTGRES_URL"]
        return
    if postgres.programs() is None:
        pytest.skip("PostgreSQL is not on this machine (postgres)")
    with postgres.running() as server:
        yield server.url


@pytest.mark.postgres
def test_postgresql_without_fsync(tmp_path: Path, unsafe_server: str) -> None:
    code, said = run(tmp_path, "serve", DATABASE_URL=unsafe_server)
    found = [
        line.split("with ")[1].split(":")[0] for line in said.splitlines() if "PostgreSQL runs with" in line
    ]
    assert (code, found) == (1, ["fsync=off", "synchronous_commit=off", "full_page_writes=off"])
    assert said.count("a crash would lose acknowledged writes. Set ") == 3


class _Cursor:
    """A database that says of itself what it is told to."""

    def __init__(self, values: dict[str, str]) -> None:
        self.values, self.asked = values, ""

    def __enter__(self) -> "_Cursor":
        return self

    def __exit__(self, *_: object) -> None: ...

    def execute(self, _: str, names: list[str]) -> None:
        self.asked = names[0]

    def fetchone(self) -> tuple[str]:
        return (self.values.get(self.asked, "on"),)


@pytest.mark.parametrize(
    ("value", "count"), [("on", 0), ("local", 0), ("remote_write", 0), ("remote_apply", 0), ("off", 1)]
)
def test_our_own_disk_is_enough(monkeypatch: Any, settings: Any, value: str, count: int) -> None:
    settings.UNSAFE_TEST_DATABASE = False
    monkeypatch.setattr(connection, "cursor", lambda: _Cursor({"synchronous_commit": value}))
    assert len(safety._postgres()) == count


# ------------------------------------------------------------------------------------------------- the demo


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "method", "demo", "secure"),
    [
        ("/demo/", "get", False, False), ("/demo/", "post", False, False), ("/demo/", "get", True, True),
        ("/demo/", "post", True, True), ("/demo/mail/", "get", False, False), ("/demo/mail/", "get", True, True),
        ("/styleguide/", "get", False, False),
    ],
)  # fmt: skip
def test_no_route_of_the_demo_outside_it(
    client: Any, settings: Any, path: str, method: str, demo: bool, secure: bool
) -> None:
    settings.DEMO, settings.SECURE, settings.SECURE_SSL_REDIRECT = demo, secure, False
    never = client.get("/never-was/")
    found = getattr(client, method)(path, {"person": "1", "IV_DEMO": "1", "demo": "1"})
    assert (found.status_code, len(found.content)) == (404, len(never.content))


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["X-Demo", "IV-DEMO", "X-Forwarded-Host"])
def test_no_header_makes_a_demo(client: Any, settings: Any, header: str) -> None:
    settings.DEMO = False
    assert client.get("/demo/", headers={header: "1"}).status_code in (404, 400)


def test_the_demo_is_not_loaded_on_a_real_installation(folder: Path) -> None:
    code, said = run(folder, "demo", "--stage", "call", IV_ADDRESS="https://learning.example")
    assert code == 2
    assert said == "This is a real installation (its address begins with https): the demo is not for it.\n"
