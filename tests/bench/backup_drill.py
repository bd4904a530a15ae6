"""Backup and restore under write load on both databases, and moving up from SQLite to PostgreSQL (R10, R19).

    python -m tests.bench.backup_drill [--database sqlite|postgres] [--no-move]

While principals save, `intervisit backup` copies. The copy is restored into an empty place and compared: every
write acknowledged before the copy began, a hundred rows hashed, counts of all tables, signing in, and cells of the
access matrix. Then `cp` of the live SQLite file is shown for what it is, and the whole installation moves to
PostgreSQL, row by row equal.
"""

import argparse
import contextlib
import hashlib
import http.client
import random
import shutil
import sqlite3
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any

from tests.bench.served import Browser, Postgres, Rows, Site, durable_postgres, end, free_port, settings, site
from tests.bench.writes import Write, check_kept, principals, write_of

PREFIX = "drill "
STALL = 0.5  # seconds a writer may have to wait longer because of the copy
HASHED = 100
# Who looks at what: a sample of the access matrix, asked before and after.
CAST = ("Dana Okafor", "Hana Whitfield", "Ova Lindgren", "Sue Marchetti", "Rex Holloway")


class Load:
    """Writers that keep saving; how long each had to wait, and what was acknowledged when."""

    def __init__(self, made: Site, clients: int = 4, tag: str = "") -> None:
        self.tag = tag
        self.writes: list[Write] = []
        self.waits: list[tuple[float, float]] = []  # when it was sent, how long it took
        self.over = threading.Event()
        people = principals(made, clients)
        browsers = [Browser(made.port).become(p.person) for p in people]
        self.threads = [
            threading.Thread(target=self._run, args=(n, p, b), daemon=True)
            for n, (p, b) in enumerate(zip(people, browsers, strict=True))
        ]
        for thread in self.threads:
            thread.start()

    def _run(self, number: int, of: Any, browser: Browser) -> None:
        count = 0
        while not self.over.is_set():
            write = write_of(f"{PREFIX}{self.tag}{number}-{count}", of)
            count += 1
            self.writes.append(write)
            began = time.monotonic()
            with contextlib.suppress(OSError, http.client.HTTPException):
                write.acked = browser.ask("POST", write.path, write.form).moved
            self.waits.append((began, time.monotonic() - began))
            time.sleep(0.02)

    def stop(self) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(30)


def hashes(rows: Rows, keys: list[tuple[str, str]]) -> list[str]:
    """A hash of each of these rows, by table and key."""
    found = []
    for table, key in keys:
        row = rows.all(f'SELECT * FROM "{table}" WHERE id = ?', key)
        found.append(hashlib.sha256(repr(row).encode()).hexdigest())
    return found


def choose(rows: Rows, chance: random.Random) -> list[tuple[str, str]]:
    """Rows of many tables that no writer touches."""
    tables = [
        "people_person",
        "people_organization",
        "people_schoolyear",
        "applications_application",
        "kit_group",
    ]
    every = [(t, key) for t in tables for (key,) in rows.all(f'SELECT id FROM "{t}"')]
    return chance.sample(every, min(HASHED, len(every)))


def counts(rows: Rows) -> dict[str, int]:
    """Rows of the tables that the load does not write."""
    moving = {
        "calendar_nameddays",
        "calendar_availability",  # a blocked day is an answer
        "kit_historyline",
        "kit_submittedform",
        "django_session",
        "people_sessionseen",
    }
    return {t: int(rows.one(f'SELECT count(*) FROM "{t}"')) for t in rows.tables() if t not in moving}


def cells(made: Site) -> list[tuple[str, str, int]]:
    """What five people get at four addresses, after signing in; twenty cells of the access matrix."""
    rows = made.rows()
    program = uuid.UUID(str(rows.one("SELECT id FROM programs_program ORDER BY year")))
    school = uuid.UUID(str(rows.one("SELECT id FROM people_organization WHERE name = 'P.S. 10'")))
    people = {name: rows.one("SELECT id FROM people_person WHERE name = ?", name) for name in CAST}
    rows.close()
    paths = (
        f"/programs/{program}/",
        f"/programs/{program}/applications/",
        f"/schools/{school}/days/",
        "/district/people/",
    )
    found = []
    for name in CAST:
        browser = Browser(made.port).become(str(people[name]))
        found += [(name, path, browser.ask("GET", path).status) for path in paths]
    return found


def restored(made: Site, database: Postgres | None, copy: Path) -> Site:
    """A second, empty installation with the copy put back; the key comes from its safe place."""
    folder = made.folder / "restored"
    folder.mkdir()
    shutil.copy2(made.folder / "secret-key", folder / "secret-key")
    port = free_port()
    url = f"sqlite:///{folder}/intervisit.sqlite3" if database is None else database.new_database()
    again = Site(folder, settings(folder, port, url), port)
    again.must("restore", str(copy))
    return again


def drill(made: Site, database: Postgres | None, chance: random.Random) -> tuple[str, list[str]]:
    """One drill on one database: the line to print, and what broke."""
    server = made.serve()
    made.wait_ready(server)
    before_cells = cells(made)
    load = Load(made)
    rows = made.rows()
    keys = choose(rows, chance)
    ours = hashes(rows, keys), counts(rows)
    rows.close()
    time.sleep(2)
    acked = [w for w in list(load.writes) if w.acked]
    copy, began = made.folder / "copy", time.monotonic()
    said = made.must("backup", str(copy))
    took = time.monotonic() - began
    time.sleep(1)
    load.stop()
    broken = _refuses(made, copy)
    calm = [w for at, w in load.waits if at + w < began]
    during = [w for at, w in load.waits if at < began + took and at + w > began]
    stall = max(during, default=0) - max(calm, default=0)
    end(server)
    began = time.monotonic()
    again = restored(made, database, copy)
    try:
        server = again.serve()
        again.wait_ready(server)
        back = time.monotonic() - began
        rows = again.rows()
        theirs = hashes(rows, keys), counts(rows)
        sound = rows.sound()
        rows.close()
        kept = check_kept(again, acked, PREFIX)
        torn = [name for name in kept.torn if name in {w.name for w in acked}]
        after_cells = cells(again)
    finally:
        again.stop()
    broken += [f"{len(kept.lost)} writes acknowledged before the copy are not in it"] if kept.lost else []
    broken += [f"{len(torn)} torn"] if torn else []
    broken += ["hashed rows differ"] if ours[0] != theirs[0] else []
    broken += [f"counts differ: {ours[1]} {theirs[1]}"] if ours[1] != theirs[1] else []
    broken += (
        ["people get other answers"] if [c[2] for c in before_cells] != [c[2] for c in after_cells] else []
    )
    broken += [f"the restored database is not sound: {sound}"] if sound != "ok" else []
    broken += [f"a writer waited {stall:.2f} s longer than before the copy"] if stall > STALL else []
    answers = sorted({c[2] for c in after_cells})
    name, size = "SQLite" if database is None else "PostgreSQL", copy.stat().st_size
    return (
        f"backup of {name}: {size:,} bytes in {took:.1f} s, {said.count('checked')} check, while {len(during)} submits"
        f" were saved, {len(acked)} acknowledged before, {len(kept.lost)} missing;"
        f" {len(keys)} rows hashed, {len(ours[1])} tables counted, {len(after_cells)} cells ({answers}) equal;"
        f" slowest submit {max(calm, default=0):.2f} s before, {max(during, default=0):.2f} s during the copy;"
        f" restored and serving in {back:.1f} s",
        broken,
    )


def _refuses(made: Site, copy: Path) -> list[str]:
    """A copy never replaces a copy, and a restore never replaces an installation."""
    found = []
    if made.run("backup", str(copy)).returncode == 0:
        found.append("a backup was written over a backup")
    if made.run("restore", str(copy)).returncode == 0:
        found.append("a restore replaced an installation in use")
    if copy.stat().st_mode & 0o077:
        found.append("others can read the copy")
    return found


def wrong_way(made: Site) -> str:
    """What `cp` makes of a live database: the newest writes lie in the journal beside it."""
    server = made.serve()
    made.wait_ready(server)
    load = Load(made, tag="cp ")
    worst = 0
    for number in range(6):
        time.sleep(0.4)
        acked = [w.name for w in list(load.writes) if w.acked]
        copy = made.folder / f"by-cp-{number}.sqlite3"
        shutil.copyfile(made.folder / "intervisit.sqlite3", copy)
        try:
            with contextlib.closing(sqlite3.connect(copy)) as way:
                there = {n for (n,) in way.execute("SELECT name FROM calendar_nameddays")}
            worst = max(worst, sum(name not in there for name in acked))
        except sqlite3.DatabaseError as error:
            return f"cp of the live SQLite file, for comparison: {error}"
    load.stop()
    end(server)
    return f"cp of the live SQLite file, for comparison: up to {worst} acknowledged writes are missing"


def move(made: Site, database: Postgres) -> tuple[str, list[str]]:
    """SQLite to PostgreSQL: `intervisit move-to`, then the same answers from there."""
    server = made.serve()
    made.wait_ready(server)
    before = cells(made)
    end(server)
    rows = made.rows()
    ours = {t: int(rows.one(f'SELECT count(*) FROM "{t}"')) for t in rows.tables()}
    rows.close()
    url, began = database.new_database(), time.monotonic()
    said = made.must("move-to", url)
    took = time.monotonic() - began
    twice = made.run("move-to", url).returncode
    made.environment["DATABASE_URL"] = url
    rows = made.rows()
    theirs = {t: int(rows.one(f'SELECT count(*) FROM "{t}"')) for t in rows.tables()}
    rows.close()
    server = made.serve()
    made.wait_ready(server)
    after = cells(made)
    load = Load(made, 2)
    time.sleep(1.5)
    load.stop()
    own = ("people_", "programs_", "applications_", "networks_", "calendar_", "kit_")
    broken = [
        f"{t}: {n} rows became {theirs.get(t)}"
        for t, n in ours.items()
        if t.startswith(own) and theirs.get(t) != n
    ]
    broken += ["people get other answers"] if [c[2] for c in before] != [c[2] for c in after] else []
    broken += (
        ["nothing can be saved there"] if not load.writes or not all(w.acked for w in load.writes) else []
    )
    broken += ["it moved into a database in use"] if twice == 0 else []
    return f"move to PostgreSQL: {said.splitlines()[0]} {took:.1f} s, {len(after)} cells equal", broken


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.backup_drill", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgres"))
    parser.add_argument("--no-move", action="store_true")
    asked = parser.parse_args(arguments)
    seed = random.SystemRandom().randrange(10**6)
    failed = False

    def tell(line: str, broken: list[str]) -> None:
        nonlocal failed
        print(line, flush=True)
        for problem in broken:
            print(f"  BROKEN (seed {seed}): {problem}", flush=True)
        failed = failed or bool(broken)

    with contextlib.ExitStack() as stack:
        postgres = stack.enter_context(durable_postgres()) if asked.database != "sqlite" else None
        if asked.database != "postgres":
            with site("sqlite") as made:
                tell(*drill(made, None, random.Random(seed)))
                tell(wrong_way(made), [])
                if postgres is not None and not asked.no_move:
                    tell(*move(made, postgres))
        if postgres is not None:
            with site("postgres", server=postgres) as made:
                tell(*drill(made, postgres, random.Random(seed)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
