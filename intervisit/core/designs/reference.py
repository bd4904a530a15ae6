"""The reference page of the design format, made from the records themselves."""

import types
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from .checks import MERGE_FIELDS
from .forms import Form
from .limits import MAX_BYTES, MAX_DEPTH, MAX_FILE_BYTES, MAX_FILES, MAX_ITEMS, AtLeast, Ref, Span, Text
from .program import Design, Protocol
from .table import Table
from .wording import DEFAULT_WORDS

_FROM_FILES: dict[str, tuple[type, str]] = {
    "forms": (Form, "instruments/<key>.toml"),
    "protocols": (Protocol, "protocols/<key>.md"),
}


def reference() -> str:
    """The page in Markdown: every table of a design, its keys, what they mean and what they may hold."""
    parts = [_head(), *_sections(), _words()]
    return "\n".join(parts).rstrip() + "\n"


def _head() -> str:
    return f"""# Format of a program design

*Made from the code by `intervisit designs format`; do not edit.*

A design is a folder: `design.toml`, one file for each form in `instruments/`, one for each discussion
protocol in `protocols/`, and `SOURCES.md`. Files are UTF-8 text; a design has at most {MAX_FILES} files
of {MAX_FILE_BYTES // 1024} KB, {MAX_BYTES // 1024} KB in all, lists of {MAX_ITEMS} entries and
{MAX_DEPTH} levels of nesting. `intervisit designs check PATH` names every mistake with its line.
A key without a default must be there.

Letters of decisions may hold {", ".join(f"`{{{name}}}`" for name in MERGE_FIELDS)}.
"""


def _sections() -> Iterator[str]:
    seen: set[type] = set()
    todo: list[tuple[str, type]] = [("design.toml", Design)]
    while todo:
        place, kind = todo.pop(0)
        if kind in seen:
            continue
        seen.add(kind)
        hints = get_type_hints(kind, include_extras=True)
        rows = [_row(one, hints[one.name]) for one in fields(kind) if _is_written(kind, one, place)]
        doc = " ".join((kind.__doc__ or "").split())
        table = "\n".join(("| key | what it says | value | default |", "|---|---|---|---|", *rows))
        yield f"## {place}\n\n{doc if kind is not Design else 'The design.'}\n\n{table}\n"
        todo = [below for one in fields(kind) for below in _below(place, one.name, hints[one.name])] + todo


def _is_written(kind: type, one: "Field[Any]", place: str) -> bool:
    named_by_place = one.name == "key" and ("<key>" in place or place.endswith(".…]"))
    return not named_by_place and not (kind is Design and one.name in _FROM_FILES)


def _below(place: str, name: str, hint: Any) -> list[tuple[str, type]]:
    if name in _FROM_FILES:
        kind, file = _FROM_FILES[name]
        return [(file, kind)] if kind is Form else []
    bare, _ = _stripped(hint)
    inner, shape = _inner(bare)
    if not is_dataclass(inner):
        return []
    path = place.strip("[]")
    before = "" if path == "design.toml" or "<key>" in path else f"{path}."
    below = f"{before}{name}"
    written = {"table": f"[{below}.…]", "list": f"[[{below}]]", "one": f"[{below}]"}[shape]
    return [(written, inner if isinstance(inner, type) else type(inner))]


def _stripped(hint: Any) -> tuple[Any, list[object]]:
    if get_origin(hint) is Annotated:
        bare, *limits = get_args(hint)
        return bare, list(limits)
    return hint, []


def _inner(bare: Any) -> tuple[Any, str]:
    """What a type holds at its core, and whether it is a table of them, a list, or one."""
    if get_origin(bare) is Table:
        return get_args(bare)[0], "table"
    if get_origin(bare) is tuple:
        return _stripped(get_args(bare)[0])[0], "list"
    if get_origin(bare) in (Union, types.UnionType):
        kinds = [one for one in get_args(bare) if one is not type(None)]
        return (kinds[0] if len(kinds) == 1 else bare), "one"
    return bare, "one"


def _row(one: "Field[Any]", hint: Any) -> str:
    default = "" if one.default is MISSING else _default(one.default)
    unit = one.metadata.get("unit", "")
    value = _value(hint) + (f", in {unit}" if unit else "")
    return f"| `{one.name}` | {one.metadata.get('doc', '')} | {value} | {default} |".replace("  ", " ")


def _default(value: object) -> str:
    if value is None or value in ("", ()) or (isinstance(value, Table) and not value):
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(f"`{one}`" for one in value)
    return "as below" if is_dataclass(value) else f"`{value}`"


def _value(hint: Any) -> str:
    bare, limits = _stripped(hint)
    ref = next((one for one in limits if isinstance(one, Ref)), None)
    if ref is not None:
        return f"a key of {ref.to.replace('_', ' ')}"
    fewest = next((f", at least {one.count}" for one in limits if isinstance(one, AtLeast)), "")
    if get_origin(bare) is Literal:
        return " · ".join(f"`{one}`" for one in get_args(bare) if one)
    inner, shape = _inner(bare)
    if is_dataclass(inner):
        return {"table": "tables by key", "list": "tables, in order", "one": "a table"}[shape] + fewest
    if get_origin(bare) is tuple:
        return f"a list of: {_value(get_args(bare)[0])}{fewest}"
    if get_origin(bare) in (Union, types.UnionType):
        kinds = [one for one in get_args(bare) if one is not type(None)]
        return (
            _scalar(kinds[0], limits)
            if len(kinds) == 1
            else "a text, a number, true or false, or a list of them"
        )
    return _scalar(bare, limits)


def _scalar(bare: Any, limits: list[object]) -> str:
    span = next((one for one in limits if isinstance(one, Span)), None)
    if span is not None:
        return f"{span.low:,.12g} to {span.high:,.12g}"
    text = next((one for one in limits if isinstance(one, Text)), None)
    if text is not None and text.means:
        return text.means
    if text is not None:
        return f"text of up to {text.most} characters" + (", several lines" if text.lines else "")
    return {bool: "true or false", float: "a number", int: "a whole number"}.get(bare, "text")


def _words() -> str:
    rows = "\n".join(f"| `{word.key}` | {word.one} | {word.many} |" for word in DEFAULT_WORDS.values())
    head = "## Words and their defaults\n\n| key | one | many |\n|---|---|---|\n"
    return head + rows + "\n"
