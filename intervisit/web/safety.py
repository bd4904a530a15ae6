"""The start is refused when a setting would break a promise: what was acknowledged is kept, writers wait instead of
failing, and nobody reads what is not theirs."""

import os
import stat
import sys
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor


def unsafe_settings() -> list[str]:
    """What is wrong with how this installation would start, each with its remedy. Asks the database itself."""
    found = []
    if settings.DEBUG:
        found.append("DEBUG is on. Intervisit never runs with DEBUG; remove it from the settings.")
    if len(settings.SECRET_KEY) < 40 or settings.SECRET_KEY.startswith("django-insecure"):
        found.append("IV_SECRET_KEY is too short to keep a secret. Set 50 random characters.")
    if settings.DEMO and settings.SECURE:
        found.append("IV_DEMO lets anybody sign in as anybody. Unset it on a site with an https address.")
    found += [_readable(path) for path in _private_files() if _open_to_all(path)]
    try:
        found += _sqlite() if connection.vendor == "sqlite" else _postgres()
    except DatabaseError as error:
        found.append(f"The database cannot be asked ({error}). Start it, or correct DATABASE_URL.")
    return found


def _private_files() -> list[Path]:
    """What only this installation's account may read: the key, and the SQLite database with its journal."""
    found = [settings.DATA / "secret-key"]
    name = str(settings.DATABASES["default"]["NAME"])
    if connection.vendor == "sqlite" and ":memory:" not in name and "mode=memory" not in name:
        found += [Path(name + tail) for tail in ("", "-wal", "-shm")]
    return found


def _open_to_all(path: Path) -> bool:
    return path.is_file() and bool(path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH))


def _readable(path: Path) -> str:
    return f"Everybody on this computer can read {path.name}. Run: chmod o-rwx {path}"


def missing_tables() -> list[str]:
    """Whether the tables are those of this version; with the remedy when not."""
    try:
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return [f"The database cannot be asked ({error}). Start it, or correct DATABASE_URL."]
    return ["The database is older than this version. Run: intervisit migrate"] if behind else []


def _sqlite() -> list[str]:
    found = []
    with connection.cursor() as cursor:
        journal = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        synchronous = cursor.execute("PRAGMA synchronous").fetchone()[0]
    name = str(settings.DATABASES["default"]["NAME"])
    if journal != "wal" and ":memory:" not in name and "mode=memory" not in name:
        found.append(
            f"The database's journal is {journal}, not WAL: writers would fail as locked. Restore OPTIONS."
        )
    if synchronous < 2:
        found.append(
            "PRAGMA synchronous is below FULL: a power cut would lose acknowledged writes. Restore OPTIONS."
        )
    if connection.settings_dict.get("OPTIONS", {}).get("transaction_mode") != "IMMEDIATE":
        found.append("transaction_mode is not IMMEDIATE: writers would fail as locked. Restore OPTIONS.")
    return found


def _postgres() -> list[str]:
    found = []
    with connection.cursor() as cursor:
        for name, remedy in (("fsync", "on"), ("synchronous_commit", "on"), ("full_page_writes", "on")):
            cursor.execute("SELECT current_setting(%s)", [name])
            row = cursor.fetchone()
            value = row[0] if row else ""
            # synchronous_commit=local is fine: it waits for our own disk, not for a standby's.
            if value == "off" and not settings.UNSAFE_TEST_DATABASE:
                found.append(
                    f"PostgreSQL runs with {name}={value}: a crash would lose acknowledged writes. Set {remedy}."
                )
    return found


def refuse_unsafe_start() -> None:
    """End the process with every reason, unless the settings are safe and the tables are there."""
    found = unsafe_settings() or missing_tables()
    connection.close()
    if not found:
        return
    sys.stderr.write("Intervisit does not start:\n" + "".join(f"  - {line}\n" for line in found))
    sys.stderr.flush()
    os._exit(1)
