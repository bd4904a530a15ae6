"""Moving up: every row of this installation into another, empty database, compared row by row before we say so."""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any

import environ
from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DatabaseError, connections, models, transaction

OTHER = "other"
BATCH = 500
# Made by `migrate` itself, with numbers of its own; nothing of ours points at them.
MADE_BY_DJANGO = {"contenttypes.ContentType", "auth.Permission", "auth.Group"}

Model = type[models.Model]


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def moved_models() -> list[Model]:
    """Every table of ours, links between rows included."""
    found = [m for m in apps.get_models(include_auto_created=True) if m._meta.managed and not m._meta.proxy]
    return [m for m in found if m._meta.label not in MADE_BY_DJANGO]


def _fields(model: Model) -> list[Any]:
    return list(model._meta.local_concrete_fields)


def _batches(model: Model) -> Iterator[list[models.Model]]:
    rows = iter(model._base_manager.using("default").iterator(BATCH))
    while batch := list(islice(rows, BATCH)):
        yield batch


def _plain(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, dict | list):  # one database keeps the order of keys, the other does not
        return json.dumps(value, sort_keys=True, default=str)
    return repr(value)


def fingerprint(model: Model, using: str) -> tuple[int, int]:
    """(rows, a sum over the rows): equal when the tables hold the same rows, in whatever order."""
    count = total = 0
    names = [f.attname for f in _fields(model)]
    for row in model._base_manager.using(using).values_list(*names).iterator(2000):
        text = "\x1f".join(map(_plain, row))
        total += int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16], "big")
        count += 1
    return count, total % 2**128


def move_to(argv: list[str]) -> int:
    """Copy everything into an empty database. The one in use is only read, and no one writes meanwhile."""
    parser = argparse.ArgumentParser(prog="intervisit move-to")
    parser.add_argument("url", help="the other database, such as postgres://user:password@host/name")
    url = parser.parse_args(argv).url
    connections.databases[OTHER] = environ.Env.db_url_config(url)
    connections.configure_settings(connections.databases)
    try:
        if connections[OTHER].introspection.table_names():
            sys.stderr.write("That database has tables already. Make an empty one and name it.\n")
            return 2
        call_command("migrate", database=OTHER, verbosity=0, interactive=False)
        with transaction.atomic(using="default"), transaction.atomic(using=OTHER):
            rows = _copy()
    except DatabaseError as error:
        sys.stderr.write(f"Nothing was moved: {error}\n")
        return 1
    _say(f"{rows:,} rows of {len(moved_models())} tables moved, and found equal row by row.")
    _say(
        "Set DATABASE_URL to the new database for `serve` and `work`, and keep the old one until you are sure."
    )
    return 0


def _copy() -> int:
    everything = moved_models()
    for model in everything:
        for batch in _batches(model):
            # `raw`: moments of creation stay what they were
            model._base_manager._insert(batch, fields=_fields(model), using=OTHER, raw=True)  # type: ignore[attr-defined]
    with connections[OTHER].cursor() as cursor:
        for sql in connections[OTHER].ops.sequence_reset_sql(no_style(), everything):
            cursor.execute(sql)
    total = 0
    for model in everything:
        here, there = fingerprint(model, "default"), fingerprint(model, OTHER)
        if here != there:
            raise DatabaseError(
                f"{model._meta.verbose_name_plural} came out differently ({here[0]}, {there[0]})"
            )
        total += here[0]
    return total
