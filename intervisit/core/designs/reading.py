"""From plain tables and lists to records, obeying the limits written beside each field.

It never stops at the first mistake: it notes each one with its line and goes on with what it could read.
"""

import difflib
import math
import re
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from .characters import hidden_character, one_form
from .limits import MAX_ITEMS, MAX_PROBLEMS, AtLeast, Ref, Span, Text
from .lines import Path, line_of
from .problems import Problem
from .table import Table

Check = Callable[[Any], Iterator[tuple[str, str, str]]]  # record → (field, what, remedy)
_LONGEST = Text(4000, lines=True, empty=True)
_LARGEST = 10**12
_IS_WRONG = object()


@dataclass(frozen=True, slots=True)
class Reference:
    """A key that names something defined elsewhere, and where it stands."""

    to: str
    value: str
    file: str
    line: int
    place: str


@dataclass
class Findings:
    """What reading several files brought to light."""

    problems: list[Problem] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    defined: dict[str, dict[str, tuple[str, int]]] = field(
        default_factory=dict
    )  # namespace → key → file, line


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the content of one file into records."""

    file: str
    lines: dict[Path, int]
    findings: Findings
    namespaces: Mapping[type, str]  # records whose keys others may name
    checks: Mapping[type, Check]
    text_is_clean: bool = True  # False: the raw text already has its invisible characters reported

    def line(self, path: Path) -> int:
        """The line of `path` in this file."""
        return line_of(self.lines, path)

    def record(self, kind: type, raw: object, path: Path, given: Mapping[str, object] | None = None) -> Any:
        """A record of `kind` from a table; `given` are fields from elsewhere. `None` if it cannot be made."""
        if not isinstance(raw, dict):
            self._wrong(
                path, f"{_name(path)} is {_shown(raw)}, not a table.", f"Write it as [{_dotted(path)}]."
            )
            return None
        given = given or {}
        known = _fields(kind)
        if not raw.keys() <= known.keys() or not given.keys().isdisjoint(raw):
            self._unknown_keys(raw, set(known) - set(given), path)
        values: dict[str, object] = dict(given)
        for name, (one, hint) in known.items():
            if name not in given:
                values[name] = self._field(one, hint, raw, (*path, name))
        if any(value is _IS_WRONG for value in values.values()):
            return None
        made = kind(**values)
        for name, what, remedy in self.checks.get(kind, _no_check)(made):
            self._wrong((*path, name) if name else path, what, remedy)
        return made

    def _field(self, one: "Field[Any]", hint: Any, raw: Mapping[str, object], path: Path) -> object:
        if one.name in raw:
            return self.value(hint, raw[one.name], path)
        if one.default is MISSING:
            doc = one.metadata.get("doc", "")
            self._wrong(path[:-1], f"{_name(path)} is missing.", f"Add `{one.name} = …` here: {_lower(doc)}")
            return _IS_WRONG
        return one.default

    def _unknown_keys(self, raw: Mapping[str, object], known: set[str], path: Path) -> None:
        unknown = [key for key in raw if key not in known]
        for key in unknown[:MAX_PROBLEMS]:
            remedy = _suggest(key, known) or f"Remove it, or use one of: {', '.join(sorted(known))}."
            self._wrong((*path, key), f"{_quoted(key)} is not a key of {_name(path)}.", remedy)
        if len(unknown) > MAX_PROBLEMS:
            what = f"{len(unknown) - MAX_PROBLEMS} more keys of {_name(path)} are unknown."
            self._wrong((*path, unknown[MAX_PROBLEMS]), what, "Remove them.")

    def value(self, hint: Any, raw: object, path: Path) -> Any:
        """`raw` as a value of type `hint`, or a marker after noting why not."""
        limits: tuple[object, ...] = ()
        if get_origin(hint) is Annotated:
            hint, *extra = get_args(hint)
            limits = tuple(extra)
        origin = get_origin(hint)
        if origin is Literal:
            return self._one_of(get_args(hint), raw, path)
        if origin in (Union, types.UnionType):
            return self._union(hint, limits, raw, path)
        if origin is tuple:
            return self._list(get_args(hint)[0], limits, raw, path)
        if origin is Table:
            return self._table(get_args(hint)[0], limits, raw, path)
        if isinstance(hint, type) and is_dataclass(hint):
            made = self.record(hint, raw, path)
            return _IS_WRONG if made is None else made
        return self._scalar(hint, limits, raw, path)

    def _union(self, hint: Any, limits: tuple[object, ...], raw: object, path: Path) -> Any:
        kinds = [one for one in get_args(hint) if one is not type(None)]
        if raw is None and len(kinds) < len(get_args(hint)):
            return None
        if len(kinds) == 1:
            kind = kinds[0]
            return self.value(Annotated[(kind, *limits)] if limits else kind, raw, path)
        if isinstance(raw, list):
            return self._each(lambda one, at: self._any_scalar(one, at), raw, path)
        return self._any_scalar(raw, path)

    def _any_scalar(self, raw: object, path: Path) -> Any:
        if isinstance(raw, bool):
            return raw
        if isinstance(raw, str):
            return self._scalar(str, (_LONGEST,), raw, path)
        if isinstance(raw, int | float):
            return self._number(raw, Span(-_LARGEST, _LARGEST), path)
        return self._wrong(
            path, f"{_name(path)} is {_shown(raw)}.", "Give a text, a number, true or false, or a list."
        )

    def _scalar(self, hint: Any, limits: tuple[object, ...], raw: object, path: Path) -> Any:
        if hint is str:
            return self._string(limits, raw, path)
        if hint is bool:
            if isinstance(raw, bool):
                return raw
            return self._wrong(
                path, f"{_name(path)} is {_shown(raw)}.", "Write true or false, without quotation marks."
            )
        if isinstance(raw, bool) or not isinstance(raw, int | float):
            return self._wrong(
                path, f"{_name(path)} is {_shown(raw)}.", "Write a number, without quotation marks."
            )
        if hint is int and not isinstance(raw, int):
            return self._wrong(path, f"{_name(path)} is {_shown(raw)}.", "Write a whole number.")
        span = next((one for one in limits if isinstance(one, Span)), Span(-_LARGEST, _LARGEST))
        number = self._number(raw, span, path)
        return float(number) if hint is float and number is not _IS_WRONG else number

    def _number(self, raw: int | float, span: Span, path: Path) -> Any:
        if not math.isfinite(raw) or not span.low <= raw <= span.high:
            return self._wrong(
                path, f"{_name(path)} is {_shown(raw)}.", f"Use {span.low:g} to {span.high:g}."
            )
        return raw

    def _string(self, limits: tuple[object, ...], raw: object, path: Path) -> Any:
        if not isinstance(raw, str):
            return self._wrong(
                path, f"{_name(path)} is {_shown(raw)}, not a text.", "Put it in quotation marks."
            )
        ref = next((one for one in limits if isinstance(one, Ref)), None)
        limit = next(
            (one for one in limits if isinstance(one, Text)),
            Text(240, empty=ref is not None and ref.optional),
        )
        text = one_form(raw).strip()
        if not text and not limit.empty:
            return self._wrong(
                path, f"{_name(path)} is empty.", "Write something, or leave the whole line out if it may be."
            )
        if len(text) > limit.most:
            return self._wrong(
                path, f"{_name(path)} has {len(text)} characters.", f"At most {limit.most} are allowed."
            )
        hidden = hidden_character(text, lines=limit.lines)
        if hidden and self.text_is_clean:
            remedy = "Remove it." if limit.lines or hidden[1] != "U+000A" else "Write it on one line."
            what = f"{_name(path)} contains an invisible character ({hidden[1]}) at position {hidden[0]}."
            return self._wrong(path, what, remedy)
        if text and limit.pattern and not re.fullmatch(limit.pattern, text):
            return self._wrong(path, f"{_name(path)} is {_shown(text)}.", f"Use {limit.means}.")
        if ref is not None and text:
            place = _name(path)
            self.findings.references.append(Reference(ref.to, text, self.file, self.line(path), place))
        return text

    def _one_of(self, allowed: tuple[object, ...], raw: object, path: Path) -> Any:
        if isinstance(raw, str) and raw in allowed:
            return raw
        words = [str(one) for one in allowed if one]
        hint = _suggest(raw, set(words)) if isinstance(raw, str) else ""
        return self._wrong(
            path, f"{_name(path)} is {_shown(raw)}.", hint or f"Use one of: {', '.join(words)}."
        )

    def _list(self, kind: Any, limits: tuple[object, ...], raw: object, path: Path) -> Any:
        if not isinstance(raw, list):
            how = f"[[{_dotted(path)}]]" if is_dataclass(kind) else "[…, …]"
            return self._wrong(path, f"{_name(path)} is {_shown(raw)}, not a list.", f"Write it as {how}.")
        values = self._each(lambda one, at: self.value(kind, one, at), raw, path)
        if isinstance(kind, type) and is_dataclass(kind):
            self._define(kind, [(one.get("key") if isinstance(one, dict) else None) for one in raw], path)
        return self._enough(values, limits, len(raw), path)

    def _each(self, read: Callable[[object, Path], Any], raw: list[object], path: Path) -> Any:
        if len(raw) > MAX_ITEMS:
            return self._wrong(
                path, f"{_name(path)} has {len(raw)} entries.", f"At most {MAX_ITEMS} are allowed."
            )
        values = tuple(read(one, (*path, at)) for at, one in enumerate(raw))
        return _IS_WRONG if any(one is _IS_WRONG for one in values) else values

    def _table(self, kind: Any, limits: tuple[object, ...], raw: object, path: Path) -> Any:
        """Records by key: written as [path.key] in a file, as a list of records with their key when kept."""
        if isinstance(raw, list):
            rows = self._list(kind, limits, raw, path)
            return rows if rows is _IS_WRONG else Table((row.key, row) for row in rows)
        if not isinstance(raw, dict):
            return self._wrong(
                path, f"{_name(path)} is {_shown(raw)}.", f"Write [{_dotted(path)}.some_key] tables."
            )
        if len(raw) > MAX_ITEMS:
            return self._wrong(
                path, f"{_name(path)} has {len(raw)} entries.", f"At most {MAX_ITEMS} are allowed."
            )
        made = {key: self._row(kind, key, one, (*path, key)) for key, one in raw.items()}
        self._define(kind, list(raw), path)
        values = _IS_WRONG if any(row is None for row in made.values()) else Table(made)
        return self._enough(values, limits, len(raw), path)

    def _row(self, kind: Any, key: str, raw: object, path: Path) -> Any:
        named = self.value(_fields(kind)["key"][1], key, path)
        made = self.record(kind, raw, path, {"key": named})
        return None if named is _IS_WRONG else made

    def _enough(self, values: Any, limits: tuple[object, ...], count: int, path: Path) -> Any:
        fewest = next((one.count for one in limits if isinstance(one, AtLeast)), 0)
        if count < fewest:
            return self._wrong(path, f"{_name(path)} has {count} entries.", f"Give at least {fewest}.")
        return values

    def _define(self, kind: type, keys: list[object], path: Path) -> None:
        """Note the keys of a list or table of records, and that none stands there twice."""
        seen: dict[str, int] = {}
        space = self.findings.defined.setdefault(self.namespaces.get(kind, ""), {})
        for at, key in enumerate(keys):
            if not isinstance(key, str):
                continue
            place = (*path, at, "key") if (*path, at) in self.lines else (*path, key)
            if key in seen:
                first = self.line((*path, seen[key], "key"))
                what = f"{_quoted(key)} is the key of two entries of {_name(path)}, here and in line {first}."
                self._wrong(place, what, "Give one of them another key.")
            seen.setdefault(key, at)
            space.setdefault(key, (self.file, self.line(place)))

    def _wrong(self, path: Path, what: str, remedy: str) -> Any:
        self.findings.problems.append(Problem(self.file, self.line(path), what, remedy))
        return _IS_WRONG


@cache
def _fields(kind: type) -> "dict[str, tuple[Field[Any], Any]]":
    hints = get_type_hints(kind, include_extras=True)
    return {one.name: (one, hints[one.name]) for one in fields(kind)}


def _no_check(_record: object) -> Iterator[tuple[str, str, str]]:
    return iter(())


def _suggest(word: str, known: set[str]) -> str:
    close = difflib.get_close_matches(word[:60], sorted(known), 1, 0.6)
    return f"Did you mean `{close[0]}`?" if close else ""


def suggestion(word: str, known: set[str]) -> str:
    """What to write instead of an undefined `word`."""
    listed = ", ".join(sorted(known)[:20]) or "nothing yet"
    return _suggest(word, known) or f"Defined are: {listed}."


def _quoted(text: str) -> str:
    return "`" + "".join(char if char.isprintable() else "?" for char in text[:60]) + "`"


def _shown(raw: object) -> str:
    if isinstance(raw, dict):
        return "a table"
    if isinstance(raw, list):
        return "a list"
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, int) and abs(raw) > _LARGEST:
        return "a very large number"
    text = f'"{raw}"' if isinstance(raw, str) else str(raw)
    return "".join(char if char.isprintable() else "?" for char in text[:60])


def _dotted(path: Path) -> str:
    return ".".join(str(one) for one in path if isinstance(one, str)) or "…"


def _name(path: Path) -> str:
    """A place as people read it: `visits.rules` entry 2, `times`."""
    if not path:
        return "the file"
    last = path[-1]
    if isinstance(last, int):
        return f"entry {last + 1} of `{_dotted(path[:-1])}`"
    before = path[:-1]
    return (
        f"{_quoted(last)} of {_name(before)}"
        if before and isinstance(before[-1], int)
        else _quoted(_dotted(path))
    )


def _lower(doc: str) -> str:
    return doc[:1].lower() + doc[1:] if doc[1:2].islower() else doc
