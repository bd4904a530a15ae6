"""What a reader did with a value: its answer, or its refusal as a value."""

from collections.abc import Callable
from typing import TypeVar

from intervisit.core.text import BadValue

T = TypeVar("T")


def outcome(call: Callable[[], T]) -> T | BadValue:
    """Any error but the declared one goes through."""
    try:
        return call()
    except BadValue as bad:
        return bad
