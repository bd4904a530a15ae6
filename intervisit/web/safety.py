"""The start is refused when a setting would break a promise (trust.md R2, R3, V15)."""

import os
import stat
import sys
from pathlib import Path

from django.conf import settings
from django.db import connection


def unsafe_settings() -> list[str]:
    """What is wrong with how this installation would start, each with its remedy. Asks the database itself."""
    found = []
    if settings.DEBUG:
        found.append("DEBUG is on. Intervisit never runs with DEBUG; remove it from the settings.")
    if len(settings.SECRET_KEY) < 40 or settings.SECRET_KEY.startswith("django-insecure"):
        found.append("IV_SECRET_KEY is too short to keep a secret. Set 50 random characters.")
    if settings.DEMO and settings.SECURE:
        found.append("IV_DEMO lets anybody sign in as anybody. Unset it on a site with an https address.")
    if connection.vendor == "sqlite":
        found += _sqlite()
    elif connection.vendor == "postgresql":
        found += _postgres()
    return found


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
    path = Path(name)
    if path.is_file() and path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
        found.append(f"Everybody on this computer can read {path.name}. Run: chmod o-rwx on it.")
    return found


def _postgres() -> list[str]:
    found = []
    with connection.cursor() as cursor:
        for name, remedy in (("fsync", "on"), ("synchronous_commit", "on"), ("full_page_writes", "on")):
            cursor.execute("SELECT current_setting(%s)", [name])
            row = cursor.fetchone()
            value = row[0] if row else ""
            if value in ("off", "local") and not settings.UNSAFE_TEST_DATABASE:
                found.append(
                    f"PostgreSQL runs with {name}={value}: a crash would lose acknowledged writes. Set {remedy}."
                )
    return found


def refuse_unsafe_start() -> None:
    """End the process with every reason, unless the settings are safe."""
    found = unsafe_settings()
    if not found:
        return
    sys.stderr.write("Intervisit does not start:\n" + "".join(f"  - {line}\n" for line in found))
    sys.stderr.flush()
    os._exit(1)
