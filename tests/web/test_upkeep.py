"""Backup, restore and moving: what they refuse, and that nothing is half done. The drill under load is in bench."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from intervisit.web.command import VERBS, main
from tests.web.test_safety import folder, migrated, run

__all__ = ["folder", "migrated"]  # fixtures
PEOPLE = "SELECT count(*) FROM people_person"


def count(path: Path, sql: str = PEOPLE) -> int:
    with closing(sqlite3.connect(path)) as way:
        return int(way.execute(sql).fetchone()[0])


@pytest.fixture
def lived_in(folder: Path) -> Path:
    """An installation with a district and its first director."""
    words = ("--district", "Harbor City", "--code", "HC", "--name", "Dana Okafor", "--email", "dana@x.test")
    assert run(folder, "first-admin", *words)[0] == 0
    return folder


def test_a_copy_is_whole_and_its_owners(lived_in: Path) -> None:
    copy = lived_in / "copies" / "monday"
    assert run(lived_in, "backup", str(copy)) == (0, "")
    assert (count(copy), copy.stat().st_mode & 0o777) == (1, 0o600)
    assert sorted(path.name for path in copy.parent.iterdir()) == ["monday"]


def test_a_backup_never_replaces_a_backup(lived_in: Path) -> None:
    copy = lived_in / "monday"
    copy.write_text("the only copy")
    code, said = run(lived_in, "backup", str(copy))
    assert (code, copy.read_text()) == (2, "the only copy")
    assert said.endswith("exists already. Choose another name: a backup never writes over a backup.\n")


def test_the_history_is_compared_at_any_time(lived_in: Path) -> None:
    assert run(lived_in, "check-history") == (0, "")
    assert run(lived_in, "check-history", "--seal", "0" * 64)[0] == 1  # a seal that somebody wrote down, and is gone


def test_a_restore_never_replaces_an_installation(lived_in: Path) -> None:
    copy = lived_in / "monday"
    run(lived_in, "backup", str(copy))
    code, said = run(lived_in, "restore", str(copy))
    assert (code, said.count("Move it away first")) == (2, 1)


def test_there_and_back(lived_in: Path, tmp_path: Path) -> None:
    run(lived_in, "backup", str(lived_in / "odd name #1?.copy"))
    other = tmp_path / "other"
    other.mkdir()
    assert run(other, "restore", str(lived_in / "odd name #1?.copy")) == (0, "")
    path = other / "intervisit.sqlite3"
    assert (count(path), path.stat().st_mode & 0o777) == (1, 0o600)
    assert run(other, "check-safety") == (0, "")


@pytest.mark.parametrize("damage", ["cut", "flipped", "another"])
def test_a_copy_that_is_not_sound_restores_nothing(lived_in: Path, tmp_path: Path, damage: str) -> None:
    copy, other = lived_in / "monday", tmp_path / "other"
    run(lived_in, "backup", str(copy))
    raw = bytearray(copy.read_bytes())
    if damage == "another":
        copy.unlink()
        with closing(sqlite3.connect(copy)) as way:
            way.execute("CREATE TABLE recipes (name TEXT)")
    else:
        cut, flipped = raw[: len(raw) // 2], bytearray(raw)
        flipped[100:4096] = bytes(3996)
        copy.write_bytes({"cut": cut, "flipped": flipped}[damage])
    other.mkdir()
    code, said = run(other, "restore", str(copy))
    assert (code, said.count("Nothing was restored"), "Traceback" in said) == (1, 1, False)
    assert [path.name for path in other.iterdir() if "sqlite3" in path.name] == []


def test_a_copy_that_is_not_there(folder: Path) -> None:
    assert run(folder, "restore", str(folder / "no")) == (2, f"{folder / 'no'} is not there.\n")


def test_moving_takes_every_row(lived_in: Path) -> None:
    other = lived_in / "other.sqlite3"
    assert run(lived_in, "move-to", f"sqlite:///{other}") == (0, "")
    for table in ("people_person", "people_organization", "people_roleheld", "kit_historyline", "kit_group"):
        sql = f"SELECT count(*) FROM {table}"
        assert count(other, sql) == count(lived_in / "intervisit.sqlite3", sql)
    lines = "SELECT max(at) FROM kit_historyline"
    with (
        closing(sqlite3.connect(other)) as there,
        closing(sqlite3.connect(lived_in / "intervisit.sqlite3")) as here,
    ):
        assert there.execute(lines).fetchone() == here.execute(lines).fetchone()


def test_nothing_moves_into_a_database_in_use(lived_in: Path) -> None:
    other = lived_in / "other.sqlite3"
    run(lived_in, "move-to", f"sqlite:///{other}")
    code, said = run(lived_in, "move-to", f"sqlite:///{other}")
    assert (code, said) == (2, "That database has tables already. Make an empty one and name it.\n")


# ---------------------------------------------------------------------------------------------- command line


def test_a_verb_nobody_knows(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["no-such-verb"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("intervisit: there is no verb 'no-such-verb'.\n")
    assert [verb for verb in VERBS if f"  {verb} " not in said] == []


@pytest.mark.parametrize("word", ["", "-h", "--help", "help"])
def test_help_is_no_mistake(capsys: pytest.CaptureFixture[str], word: str) -> None:
    assert main([word] if word else []) == 0
    assert capsys.readouterr().out.startswith("usage: intervisit VERB")


def test_every_verb_has_its_function() -> None:
    from importlib import import_module

    missing = [
        v for v, (module, name, _, _) in VERBS.items() if not callable(getattr(import_module(module), name))
    ]
    assert missing == []
