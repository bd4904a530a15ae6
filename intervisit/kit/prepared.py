"""Questions that are asked on every page: their SQL is made once a connection, then only filled in.

    rows(RoleHeld, lambda person, day: RoleHeld.objects.filter(person=person, starts__lte=day), person, day)

Making the SQL of a query takes Django five times as long as SQLite takes to answer it. Only the SQL is kept, never a
row: whatever is asked is read from the database each time. docs/decisions/cheap-requests.md.
"""

import datetime as dt
import re
import uuid
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, cast

from django.core.exceptions import EmptyResultSet
from django.db import connections, models, transaction
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
    prefetch_related_objects,
)
from django.db.models.sql import UpdateQuery

R = TypeVar("R")
M = TypeVar("M", bound=models.Model)
Value = object  # uuid.UUID, str, int, date, datetime, or a tuple of them for an `__in`
_KEPT = 400  # queries of one connection; the one that was asked longest ago goes


class Spare(tuple[Any, ...]):
    """Values that a query may leave out, such as the schools of a role that this question is not about."""

    __slots__ = ()


class Json:
    """A value for a column of JSON, in an update."""

    def __init__(self, value: Any) -> None:
        self.value = value


class Unfit(TypeError):
    """A query that cannot be prepared: a value does not come out of it as a parameter of its SQL."""


@dataclass(frozen=True)
class _Slot:
    """Which value goes where into the parameters, and how it is written there."""

    position: int
    value: int  # index among all values, one after the other
    write: Callable[[Any], Any]


@dataclass(frozen=True)
class _Ready:
    """One query of one connection, ready to be asked."""

    sql: str
    params: tuple[Any, ...]
    slots: tuple[_Slot, ...]
    read: Callable[[list[Any]], list[Any]]


def rows(name: Hashable, make: Callable[..., models.QuerySet[Any, R]], *values: Value) -> list[R]:
    """What `make(*values)` finds. `name` tells queries of one function apart: whatever else shapes them must be in it.

    `make` must put each value into the query as it is: nothing about the SQL may depend on it but the length of a
    tuple. Raises `Unfit` when a value is lost on the way, and is no `Spare` one.
    """
    connection: Any = connections["default"]
    ready, params = _filled(connection, name, make, values, _prepare)
    if ready is None:  # an empty tuple: the query finds nothing
        return []
    with connection.cursor() as cursor:
        cursor.execute(ready.sql, params)
        found = cursor.fetchall()
    return ready.read(found)


def update(
    name: Hashable, make: Callable[..., tuple[models.QuerySet[Any, Any], dict[str, Any]]], *values: Value
) -> int:
    """Write what `make(*values)` says, (which rows, {field: value}); how many rows that were. As `rows` asks."""
    connection: Any = connections["default"]
    ready, params = _filled(connection, name, make, values, _prepare_update)
    if ready is None:
        return 0
    with transaction.mark_for_rollback_on_error(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(ready.sql, params)
        return int(cursor.rowcount)


def _filled(
    connection: Any, name: Hashable, make: Any, values: Sequence[Value], prepare: Callable[..., _Ready | None]
) -> tuple[_Ready | None, list[Any]]:
    """The query, made ready now if it never was, and the parameters for these values."""
    kept: OrderedDict[Hashable, _Ready | None] = connection.__dict__.setdefault("_prepared", OrderedDict())
    key = (name, make.__code__, *(_shape(v) for v in values))
    if key in kept:
        kept.move_to_end(key)
    else:
        kept[key] = prepare(make, values, connection)
        if len(kept) > _KEPT:
            kept.popitem(last=False)
    ready = kept[key]
    if ready is None:
        return None, []
    flat = [v for value in values for v in (value if isinstance(value, tuple) else (value,))]
    params = list(ready.params)
    for slot in ready.slots:
        params[slot.position] = slot.write(flat[slot.value])
    return ready, params


def first(name: Hashable, make: Callable[..., models.QuerySet[Any, R]], *values: Value) -> R | None:
    """The first row, or None. `make` says in which order, and slices: `[:1]`."""
    found = rows(name, make, *values)
    return found[0] if found else None


def one(model: type[M], pk: Value) -> M | None:
    """The row of this key, or None."""
    return first(("pk", model), lambda pk: model._base_manager.filter(pk=pk).order_by()[:1], pk)


def of(owner: models.Model, name: str) -> list[Any]:
    """The rows that point at `owner`, by the name of the way back (`application.files`); those at hand if they are."""
    at_hand = getattr(owner, "_prefetched_objects_cache", {}).get(name)
    if at_hand is not None:
        return list(at_hand)
    way: Any = owner._meta.get_field(_way_back(type(owner), name))
    found = rows(("of", type(owner), name), lambda pk: _pointing(way, pk), owner.pk)
    for row in found:
        setattr(row, way.field.name, owner)
    return found


@cache
def _way_back(model: type[models.Model], name: str) -> str:
    return next(r.name for r in model._meta.related_objects if r.get_accessor_name() == name)


def _pointing(way: Any, pk: Value) -> models.QuerySet[Any, Any]:
    found: models.QuerySet[Any, Any] = way.related_model._default_manager.filter(**{way.field.name: pk})
    return found


def _shape(value: Value) -> Hashable:
    if isinstance(value, tuple):
        return ("in", *(_shape(v) for v in value))
    if isinstance(value, str):
        return "uuid-text" if _as_uuid(value) else "text"
    if type(value) in (Json, uuid.UUID, int, dt.date, dt.datetime):
        return type(value).__name__
    raise Unfit(f"a {type(value).__name__} cannot be filled into a query")


def _as_uuid(text: str) -> bool:
    if len(text) != 36 or text.count("-") != 4:
        return False
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


# ------------------------------------------------------------------------------- making a query ready


def _probe(value: Value, number: int) -> Any:
    """A value of the same kind that occurs nowhere else, so that it is found again among the parameters."""
    if isinstance(value, tuple):
        raise Unfit("a tuple holds no tuples")
    if isinstance(value, uuid.UUID):
        return uuid.UUID(int=(0xABCDE << 100) + number)
    if isinstance(value, str):
        return str(uuid.UUID(int=(0xABCDE << 100) + number)) if _as_uuid(value) else f"\ue000probe{number}"
    if isinstance(value, dt.datetime):
        return dt.datetime(1871, 3, 5, 12, 0, 0, 1 + number, tzinfo=dt.UTC)
    if isinstance(value, dt.date):
        return dt.date(1871, 3, 5) + dt.timedelta(days=number)
    if isinstance(value, Json):
        return {"probe": f"\ue000{number}"}
    return 918_273_645 + number


def _probes(values: Sequence[Value]) -> tuple[list[Any], list[Any]]:
    """All probes, one after the other; and the arguments made of them."""
    probes: list[Any] = []
    arguments: list[Any] = []
    for value in values:
        several = value if isinstance(value, tuple) else (value,)
        made = [_probe(v, len(probes) + n) for n, v in enumerate(several)]
        probes += made
        arguments.append(tuple(made) if isinstance(value, tuple) else made[0])
    return probes, arguments


def _prepare_update(
    make: Callable[..., tuple[models.QuerySet[Any, Any], dict[str, Any]]],
    values: Sequence[Value],
    connection: Any,
) -> _Ready | None:
    probes, arguments = _probes(values)
    queryset, fields = make(*arguments)
    query: Any = cast("Any", queryset.query).chain(UpdateQuery)
    query.add_update_values(fields)
    try:
        sql, params = query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return None
    return _Ready(sql, tuple(params), _slots(probes, values, params, connection), list)


def _prepare(
    make: Callable[..., models.QuerySet[Any, Any]], values: Sequence[Value], connection: Any
) -> _Ready | None:
    probes, arguments = _probes(values)
    queryset = make(*arguments)
    compiler = queryset.query.get_compiler(connection=connection)
    try:
        sql, params = compiler.as_sql()
    except EmptyResultSet:
        return None
    slots = _slots(probes, values, params, connection)
    return _Ready(sql, tuple(params), slots, _reader(queryset, compiler, connection))


def _slots(
    probes: Sequence[Any], values: Sequence[Value], params: Sequence[Any], connection: Any
) -> tuple[_Slot, ...]:
    """Where each probe went; raises Unfit when one is lost, or when something passing is in the query itself."""
    slots = []
    spare = [
        isinstance(value, Spare)
        for value in values
        for _ in (value if isinstance(value, tuple) else (value,))
    ]
    for number, probe in enumerate(probes):
        found = list(_found(probe, number, params, connection))
        if not found and not spare[number]:
            raise Unfit(f"value {number + 1} is not among the parameters of the query")
        slots += found
    _check_constants(params, {slot.position for slot in slots})
    return tuple(slots)


_PASSING = re.compile(r"\d{4}-\d\d-\d\d|[0-9a-f]{32}$|[0-9a-f]{8}-[0-9a-f]{4}-")


def _check_constants(params: Iterable[Any], filled: set[int]) -> None:
    """What is not filled in stays for ever: a day or an id would be that of whoever asked first."""
    for position, param in enumerate(params):
        passing = isinstance(param, dt.date | uuid.UUID) or (isinstance(param, str) and _PASSING.match(param))
        if position not in filled and passing:
            raise Unfit("a day or an id is written into the query itself: hand it over as a value")


def _found(probe: Any, number: int, params: Sequence[Any], connection: Any) -> Iterable[_Slot]:
    if isinstance(probe, int):  # PostgreSQL is told how wide each is, by a type of its own
        for position, param in enumerate(params):
            if isinstance(param, int) and param == probe:
                yield _Slot(position, number, type(param))
        return
    for write in _writers(probe, connection):
        wanted = write(probe)
        for position, param in enumerate(params):
            if type(param) is type(wanted) and getattr(param, "obj", param) == getattr(wanted, "obj", wanted):
                yield _Slot(position, number, write)


def _writers(probe: Any, connection: Any) -> list[Callable[[Any], Any]]:
    """The ways in which a database may be given such a value. No two write one probe alike."""
    if isinstance(probe, dt.datetime):
        return _distinct(probe, [_itself, connection.ops.adapt_datetimefield_value])
    if isinstance(probe, dt.date):
        return _distinct(probe, [_itself, connection.ops.adapt_datefield_value])
    if isinstance(probe, uuid.UUID):
        return [_itself, str, _hex]
    if isinstance(probe, str) and _as_uuid(probe):
        return [_itself, uuid.UUID, _hex]
    if isinstance(probe, dict):
        return [lambda v: _json(v.value if isinstance(v, Json) else v, connection)]
    return [_itself]


def _distinct(probe: Any, ways: list[Callable[[Any], Any]]) -> list[Callable[[Any], Any]]:
    return ways[:1] if ways[1](probe) == probe else ways


def _json(value: Any, connection: Any) -> Any:
    return None if value is None else connection.ops.adapt_json_value(value, None)


def _itself(value: Any) -> Any:
    return value


def _hex(value: Any) -> str:
    return str(value).replace("-", "")


# --------------------------------------------------------------------------------------- reading rows


def _reader(
    queryset: models.QuerySet[Any, Any], compiler: Any, connection: Any
) -> Callable[[list[Any]], list[Any]]:
    """From rows of the cursor to what the queryset gives; what Django works out for each query, worked out once."""
    columns = [s[0] for s in compiler.select[: compiler.col_count]]
    converters = compiler.get_converters(columns)

    def converted(found: list[Any]) -> Iterable[Any]:
        return compiler.apply_converters(found, converters) if converters else found

    kind: Any = queryset._iterable_class
    if kind is FlatValuesListIterable:
        return lambda found: [row[0] for row in converted(found)]
    if kind is ValuesListIterable:
        return lambda found: [tuple(row) for row in converted(found)]
    if kind is not ModelIterable:
        raise Unfit(f"{kind.__name__} cannot be prepared")
    build = _builder(compiler, connection)
    lookups = queryset._prefetch_related_lookups  # type: ignore[attr-defined]

    def read(found: list[Any]) -> list[Any]:
        made = [build(row) for row in converted(found)]
        if lookups and made:
            prefetch_related_objects(made, *lookups)
        return made

    return read


def _builder(compiler: Any, connection: Any) -> Callable[[Any], Any]:
    """A row as a model, with the rows that were selected along."""
    info, select, alias = compiler.klass_info, compiler.select, connection.alias
    model, chosen = info["model"], info["select_fields"]
    start, end = chosen[0], chosen[-1] + 1
    names = [s[0].target.attname for s in select[start:end]]
    populators: list[Any] = cast("Any", get_related_populators)(info, select, alias)
    annotations = list((compiler.annotation_col_map or {}).items())

    def build(row: Any) -> Any:
        made = model.from_db(alias, names, row[start:end])
        for populator in populators:
            populator.populate(row, made)
        for name, position in annotations:
            setattr(made, name, row[position])
        return made

    return build
