"""When something low must stir something high: the low action says what happened, `web/wiring.py` says who answers."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from django.conf import settings
from django.utils.module_loading import import_string

Reaction = Callable[[Any], None]


def emit(event: object) -> None:
    """Run every reaction to a frozen event, at once and in the same transaction."""
    table = cast("Mapping[type, tuple[Reaction, ...]]", import_string(settings.REACTIONS))
    for react in table.get(type(event), ()):
        react(event)
