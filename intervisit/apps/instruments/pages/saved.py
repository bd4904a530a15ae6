"""The answer to a form that saves itself while somebody types: a line of text, and what the next save compares with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from intervisit.kit.clock import now
from intervisit.kit.pages import PageRecord


@dataclass(frozen=True)
class SavedPart(PageRecord):
    """`field` is the hidden field of the page that `value` goes into: what the page has shown, or its version."""

    template: ClassVar[str] = "instruments/saved.html"
    framed: ClassVar[bool] = False  # asked for every few seconds, by everybody who writes
    text: str
    tone: str
    field: str
    value: str
    problems: Sequence[str] = ()
    others: Sequence[str] = ()
    todo: int = 0
    clash: bool = False
    status: int = 200


def saved_at(zone: str) -> str:
    """`Saved at 3:14 p.m.`, by the district's clock."""
    at = now().astimezone(ZoneInfo(zone))
    return f"Saved at {at.hour % 12 or 12}:{at.minute:02} {'a.m.' if at.hour < 12 else 'p.m.'}"


def problems_of(form: Any) -> list[str]:
    """What cannot be saved as it stands, each with the question's own words."""
    return [f"{form.fields[n].label}: {e[0]}" for n, e in form.errors.items() if n in form.fields]


def kept(zone: str, problems: Sequence[str], *, field: str, value: str, **more: Any) -> SavedPart:
    """Saved, all of it or all but what is wrong."""
    text = f"{saved_at(zone)}, except:" if problems else saved_at(zone)
    return SavedPart(text, "warn" if problems else "good", field, value, problems, **more)
