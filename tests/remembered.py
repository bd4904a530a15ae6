"""Rows that many tests begin with: made once a process as the product makes them, then copied in again.

What is copied are the tables that were written to, row by row as the database gave them, and the objects that were
returned. A test whose clock was moved, or that has rows already, gets its rows made anew.
"""

import datetime as dt
import pickle
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import time_machine
from django.db import connection
from django.utils import timezone

T = TypeVar("T")
_WRITES = re.compile(r'^(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')


@dataclass(frozen=True)
class _Kept:
    day: dt.date
    made: bytes
    tables: list[tuple[str, list[Any]]]  # what puts them in, and the rows


_KEPT: dict[str, _Kept] = {}


def remembered(name: str, build: Callable[[], T]) -> T:
    """What `build` returns, with its rows in the database. `name` stands for exactly this `build`."""
    if time_machine.traveller_stack:
        return build()
    kept = _KEPT.get(name)
    if kept is None or kept.day != timezone.now().date():
        return _build(name, build)
    with connection.cursor() as cursor:
        for insert, rows in kept.tables:
            cursor.executemany(insert, rows)
    found: T = pickle.loads(kept.made)
    return found


def _build(name: str, build: Callable[[], T]) -> T:
    written: dict[str, bool] = {}  # table -> whether it was empty before

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        wrote = _WRITES.match(sql)
        if wrote and wrote[1] not in written:
            written[wrote[1]] = True
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT 1 FROM "{wrote[1]}" LIMIT 1')
                written[wrote[1]] = cursor.fetchone() is None
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        made = build()
    if all(written.values()):
        _KEPT[name] = _Kept(timezone.now().date(), pickle.dumps(made), [_rows(table) for table in written])
    return made


def _rows(table: str) -> tuple[str, list[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        names = ", ".join(f'"{column[0]}"' for column in cursor.description)
        places = ", ".join(["%s"] * len(cursor.description))
        rows = [tuple(map(_stored, row)) for row in cursor.fetchall()]
        return f'INSERT INTO "{table}" ({names}) VALUES ({places})', rows


def _stored(value: Any) -> Any:
    """SQLite keeps days and times as text and gives them back as what they mean."""
    moment = connection.vendor == "sqlite" and isinstance(value, dt.date | dt.time)
    return str(value) if moment else value
