"""What a new version of a design changes, in the order in which the design is written."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .keeping import to_json
from .program import Design

_NAMES = ("title", "label", "word", "text", "one", "key")
_OUTSIDE = ("format",)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, at a place like `roles › host › word`: `before` is None if new, `after` if gone."""

    place: str
    before: str | None
    after: str | None


def difference(old: Design, new: Design) -> tuple[Change, ...]:
    """Everything in which `new` differs from `old`; empty exactly if they are equal."""
    return tuple(_changes(to_json(old), to_json(new), ()))


def _changes(old: Any, new: Any, path: tuple[str, ...]) -> Iterator[Change]:
    if old == new and _same_order(old, new):
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old:
            if key not in _OUTSIDE:
                yield from _changes(old[key], new[key], (*path, key))
    elif _is_keyed(old) and _is_keyed(new) and (old or new):
        yield from _entries(old, new, path)
    else:
        yield Change(" › ".join(path), _text(old), _text(new))


def _same_order(old: Any, new: Any) -> bool:
    return type(old) is type(new)  # 1, 1.0 and true are equal in Python and not the same answer


def _entries(old: list[Any], new: list[Any], path: tuple[str, ...]) -> Iterator[Change]:
    """Entries with a name of their own are compared by it; others by their place in the list."""
    before, after = _named(old), _named(new)
    for name in [*before, *(name for name in after if name not in before)]:
        place = (*path, name)
        if name not in after:
            yield Change(" › ".join(place), _text(before[name]), None)
        elif name not in before:
            yield Change(" › ".join(place), None, _text(after[name]))
        else:
            yield from _changes(before[name], after[name], place)
    kept_old, kept_new = [n for n in before if n in after], [n for n in after if n in before]
    if kept_old != kept_new:
        yield Change(" › ".join((*path, "order")), ", ".join(kept_old), ", ".join(kept_new))


def _is_keyed(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _named(entries: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {str(one.get("key") or one.get("role") or number): one for number, one in enumerate(entries, 1)}


def _text(value: Any) -> str | None:
    """A value as people read it; a whole entry by its title."""
    if value is None or value in ("", []):
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return next((str(value[name]) for name in _NAMES if value.get(name)), "an entry")
    if isinstance(value, list):
        return ", ".join(_text(one) or "" for one in value)
    return str(value)
