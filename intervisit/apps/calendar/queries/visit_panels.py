"""Chapters above add panels to the page of a visit: each names its template part, or none to stay away."""

from collections.abc import Callable
from typing import Any

from intervisit.apps.calendar.models import Visit
from intervisit.core.access import Actor

VISIT_PANELS: list[Callable[[Actor, Visit], Any]] = []


def panels_of(actor: Actor, visit: Visit) -> list[Any]:
    """What this reader sees of the other chapters on the page of a visit."""
    found = [panel(actor, visit) for panel in VISIT_PANELS]
    return [panel for panel in found if panel.template]
