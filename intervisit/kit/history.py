"""Who did what to what, when, from which value to which. Every action writes one line, or it fails."""

import functools
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar, cast

from django.db import models, transaction

from intervisit.core.access import Actor
from intervisit.kit.access import relations
from intervisit.kit.models import HistoryLine

P = ParamSpec("P")
R = TypeVar("R")

_lines: ContextVar[list[HistoryLine] | None] = ContextVar("history_lines", default=None)


class NoHistory(RuntimeError):
    """An action changed something and said nothing of it: a defect of ours."""


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(v) for v in value]
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    return str(value)


def record(
    by: Actor,
    verb: str,
    about: models.Model,
    *,
    label: str = "",
    changes: Mapping[str, tuple[object, object]] | None = None,
    group: Any | None = None,
) -> HistoryLine:
    """Write one line. `changes` maps a field to (before, after): never the text of anything private.

    `label` names the thing as the reader knows it; `group` is whose history it belongs to (a Group).
    """
    line = HistoryLine.objects.create(
        verb=verb,
        kind=relations(about).kind,
        thing=str(about.pk),
        label=label or str(about),
        actor_id=by.person,
        system=by.system,
        group_id=None if group is None else str(getattr(group, "pk", group)),
        changes={k: [_plain(a), _plain(b)] for k, (a, b) in (changes or {}).items()},
    )
    lines = _lines.get()
    if lines is not None:
        lines.append(line)
    return line


def action(verb: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function an action: one transaction, keyword `by=`, at least one history line.

    Raises whatever the function raises, with nothing applied; raises `NoHistory` when it wrote no line.
    """

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            if not isinstance(kwargs.get("by"), Actor):
                raise TypeError(f"{function.__name__} needs by=, the actor")
            outer = _lines.get()
            mine: list[HistoryLine] = []
            token = _lines.set(mine)
            try:
                with transaction.atomic():
                    result = function(*args, **kwargs)
                    if not mine:
                        raise NoHistory(f"{verb}: {function.__qualname__} left no line in the history")
            finally:
                _lines.reset(token)
            if outer is not None:
                outer.extend(mine)
            return result

        cast("Any", run).verb = verb
        ACTIONS[verb] = run
        return run

    return wrap


ACTIONS: dict[str, Callable[..., Any]] = {}


def lines_about(obj: models.Model) -> models.QuerySet[HistoryLine]:
    """What happened to one thing, newest first."""
    found = HistoryLine.objects.filter(kind=relations(obj).kind, thing=str(obj.pk))
    return found.select_related("actor").order_by("-at", "-pk")


_WORDS: dict[str, str] = {}  # verb -> what was done, after the name of who did it


def in_words(words: Mapping[str, str]) -> None:
    """Say how the history calls the verbs of a chapter: `{"networks.publish": "published the {networks}"}`.

    Names in braces are words of the design; a page that knows no design leaves the braces out.
    """
    _WORDS.update(words)


def verb_words(verb: str, said: Callable[[str], str] | None = None) -> str:
    """What was done, in words; of a verb that nobody has named, the verb itself. `said` puts the design's words in."""
    words = _WORDS.get(verb)
    if words is None:
        return verb.partition(".")[2].replace("_", " ") or verb
    return said(words) if said else words.replace("{", "").replace("}", "")
