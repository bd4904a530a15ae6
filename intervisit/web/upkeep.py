"""Looking after an installation: migrate, back up, restore, first admin, safety."""

import argparse
import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import execute_from_command_line
from django.db import connection

from intervisit.kit.models import HistorySeal
from intervisit.kit.sealing import check
from intervisit.web.safety import unsafe_settings
from intervisit.web.tables import bring_up_to_date


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def migrate(argv: list[str]) -> int:
    """Bring the database to this version. Safe to run again."""
    quiet = "--quiet" in argv
    name = settings.DATABASES["default"]["NAME"]
    if connection.vendor == "sqlite" and ":memory:" not in str(name):
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)  # readable by its owner only, from its first byte
    bring_up_to_date(verbosity=0 if quiet else 1)
    return 0


def check_safety(argv: list[str]) -> int:
    """Say whether this installation would start."""
    found = unsafe_settings()
    for line in found:
        _say(f"- {line}")
    if not found:
        _say("The settings keep the promises.")
    return 1 if found else 0


def check_history(argv: list[str]) -> int:
    """Say whether the history is as it was written. Status 1 when it is not."""
    parser = argparse.ArgumentParser(prog="intervisit check-history")
    parser.add_argument("--seal", default="", help="the last seal, as an earlier backup said it")
    known: str = parser.parse_args(argv).seal
    found = check()
    for line in found.troubles:
        _say(f"- {line}")
    unknown = known and not HistorySeal.objects.filter(digest=known).exists()
    if unknown:
        _say(f"- The seal {known} is not there any more: the seals were made anew.")
    if found.troubles or unknown:
        return 1
    _say(f"{found.lines:,} lines under {found.seals:,} seals are as they were written. {_last_seal()}")
    return 0


def _last_seal() -> str:
    last = HistorySeal.objects.order_by("-number").first()
    return f"Last seal {last.number}: {last.digest}" if last else "There is no seal yet."


def manage(argv: list[str]) -> int:
    execute_from_command_line(["iv manage", *argv])
    return 0


def backup(argv: list[str]) -> int:
    """Write a copy of the database while it is in use, and check the copy before saying so."""
    parser = argparse.ArgumentParser(prog="intervisit backup")
    parser.add_argument("file", type=Path, help="the file to write (must not exist)")
    target: Path = parser.parse_args(argv).file
    if target.exists():
        sys.stderr.write(
            f"{target} exists already. Choose another name: a backup never writes over a backup.\n"
        )
        return 2
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        counts = _backup_sqlite(part) if connection.vendor == "sqlite" else _backup_postgres(part)
        _to_disk(part)
        part.rename(target)
        _to_disk(target.parent)
    finally:
        part.unlink(missing_ok=True)
    _say(f"{target}: {target.stat().st_size:,} bytes, checked ({counts}).")
    _say(f"{_last_seal()} (`check-history` compares; write it down with the copy.)")
    _say("Keep the key (IV_SECRET_KEY or the file secret-key) in another safe place: it is not in the copy.")
    return 0


def _to_disk(path: Path) -> None:
    """A copy that is only in memory when the power goes was none."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _backup_sqlite(part: Path) -> str:
    """SQLite's own online copy; copying the file itself gives a broken database."""
    connection.ensure_connection()
    source = connection.connection
    with contextlib.closing(sqlite3.connect(part)) as copy:
        # One reader's view from beginning to end. Without it the copy starts over with every write of the others.
        source.execute("BEGIN")
        try:
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(copy)
        finally:
            source.execute("ROLLBACK")
        copy.execute("PRAGMA journal_mode=DELETE")
        verdict = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if verdict != "ok":
            raise SystemExit(f"The copy is not sound ({verdict}). Nothing was written.")
        people = copy.execute("SELECT COUNT(*) FROM people_person").fetchone()[0]
        lines = copy.execute("SELECT COUNT(*) FROM kit_historyline").fetchone()[0]
    return f"{people:,} people, {lines:,} lines of history"


def _postgres_environment() -> tuple[dict[str, str], list[str]]:
    database = settings.DATABASES["default"]
    environment = os.environ | {"PGPASSWORD": str(database.get("PASSWORD") or "")}
    options = database.get("OPTIONS") or {}
    environment |= {f"PG{key.upper()}": str(v) for key, v in options.items() if key.startswith("ssl")}
    arguments = ["--dbname", str(database["NAME"])]
    for option, key in (("--host", "HOST"), ("--port", "PORT"), ("--username", "USER")):
        if database.get(key):
            arguments += [option, str(database[key])]
    return environment, arguments


def _postgres_tool(name: str, *arguments: str, environment: dict[str, str]) -> str:
    """What a program of PostgreSQL printed. Ends with its own words when it could not."""
    found = shutil.which(name)
    if found is None:
        raise SystemExit(f"{name} is not installed. It comes with the package postgresql-client.")
    done = subprocess.run(  # noqa: S603 - our own arguments
        [found, *arguments], env=environment, check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{name} did not succeed: {done.stderr.strip()[-600:]}")
    return done.stdout


def _backup_postgres(part: Path) -> str:
    environment, arguments = _postgres_environment()
    _postgres_tool("pg_dump", "--format=custom", "--file", str(part), *arguments, environment=environment)
    listing = _postgres_tool("pg_restore", "--list", str(part), environment=environment)
    tables = sum(" TABLE DATA " in line for line in listing.splitlines())
    return f"{tables} tables"


def restore(argv: list[str]) -> int:
    """Put a copy back. Only into a place without people, so that nothing is ever overwritten by mistake."""
    parser = argparse.ArgumentParser(prog="intervisit restore")
    parser.add_argument("file", type=Path)
    source: Path = parser.parse_args(argv).file
    if not source.is_file():
        sys.stderr.write(f"{source} is not there.\n")
        return 2
    return _restore_sqlite(source) if connection.vendor == "sqlite" else _restore_postgres(source)


def _restore_sqlite(source: Path) -> int:
    target = Path(settings.DATABASES["default"]["NAME"])
    if target.exists() and target.stat().st_size > 0:
        sys.stderr.write(f"{target} exists already. Move it away first, then restore.\n")
        return 2
    part = target.with_name(target.name + ".part")
    target.parent.mkdir(parents=True, exist_ok=True)
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        trouble = _copy_sound(source, part)
        if trouble:
            sys.stderr.write(f"{source} is not a sound copy ({trouble}). Nothing was restored.\n")
            return 1
        _to_disk(part)
        part.rename(target)
        _to_disk(target.parent)
    finally:
        part.unlink(missing_ok=True)
    bring_up_to_date(verbosity=0)
    _say(f"Restored from {source}.")
    return 0


def _copy_sound(source: Path, part: Path) -> str:
    """Fill `part` from a copy; what is wrong with the copy, or nothing."""
    try:
        with (
            contextlib.closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as copy,
            contextlib.closing(sqlite3.connect(part)) as fresh,
        ):
            verdict = str(copy.execute("PRAGMA integrity_check").fetchone()[0])
            copy.execute("SELECT COUNT(*) FROM people_person")
            copy.backup(fresh)
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if verdict == "ok" else verdict


def _restore_postgres(source: Path) -> int:
    if "people_person" in connection.introspection.table_names():
        sys.stderr.write(
            "This database has tables already. Make an empty one, set DATABASE_URL to it, and restore.\n"
        )
        return 2
    environment, arguments = _postgres_environment()
    how = ("--no-owner", "--exit-on-error", "--single-transaction")
    _postgres_tool("pg_restore", *how, *arguments, str(source), environment=environment)
    bring_up_to_date(verbosity=0)
    _say(f"Restored from {source}.")
    return 0


def permissions(argv: list[str]) -> int:
    """Print docs/reference/permissions.md as the policy tables say it."""
    from intervisit.web.permissions import as_markdown  # noqa: PLC0415 - for developers only

    sys.stdout.write(as_markdown())
    return 0


def first_admin(argv: list[str]) -> int:
    """Make the district and its first director, who then signs in by mail and invites the others."""
    from intervisit.apps.people.setup import make_district  # noqa: PLC0415 - used once in a system's life

    parser = argparse.ArgumentParser(prog="intervisit first-admin")
    parser.add_argument("--district", required=True, help="the district's name")
    parser.add_argument("--code", required=True, help="the district's code, such as NYC")
    parser.add_argument("--zone", default=settings.TIME_ZONE, help="its time zone, such as America/New_York")
    parser.add_argument("--name", required=True)
    parser.add_argument("--email", required=True)
    chosen = parser.parse_args(argv)
    district, person = make_district(
        name=chosen.district, code=chosen.code, zone=chosen.zone, director=chosen.name, email=chosen.email
    )
    _say(
        f"{person.name} <{person.email}> directs {district.name}. Sign in at {settings.SITE_ADDRESS}/sign-in/"
    )
    return 0


__all__ = ["backup", "check_safety", "first_admin", "manage", "migrate", "permissions", "restore"]
