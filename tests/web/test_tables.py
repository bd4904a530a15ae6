"""A new installation has the tables, indexes and rows that the migrations make, step by step."""

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.web.test_safety import ROOT, environment

Tables = dict[str, Any]


def run(folder: Path, *words: str, **given: str) -> None:
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "intervisit.web", *words], cwd=ROOT, env=environment(folder, **given),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def lines(sql: str) -> list[str]:
    """The columns and constraints of a table, whatever their order."""
    inside = sql[sql.index("(") + 1 : sql.rindex(")")] if "(" in sql else sql
    return sorted(part.strip() for part in re.split(r",(?![^(]*\))", inside))


def in_sqlite(path: Path) -> Tables:
    with closing(sqlite3.connect(path)) as way:
        made = way.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
        ).fetchall()
        found: Tables = {f"{kind} {name}": lines(sql) if kind == "table" else sql for kind, name, sql in made}
        for kind, name, _ in made:
            if kind == "table" and name != "django_migrations":
                found[f"rows of {name}"] = way.execute(f'SELECT count(*) FROM "{name}"').fetchone()
        found["steps"] = way.execute("SELECT app, name FROM django_migrations ORDER BY 1, 2").fetchall()
        return found


def test_on_sqlite(tmp_path: Path) -> None:
    at_once, in_steps = tmp_path / "at-once", tmp_path / "in-steps"
    run(at_once, "migrate", "--quiet")
    run(in_steps, "manage", "migrate", "-v0")
    made = in_sqlite(at_once / "intervisit.sqlite3")
    assert made == in_sqlite(in_steps / "intervisit.sqlite3")
    assert len(made["steps"]) > 10
    run(at_once, "migrate", "--quiet")  # again, with nothing left to do
    assert in_sqlite(at_once / "intervisit.sqlite3") == made
