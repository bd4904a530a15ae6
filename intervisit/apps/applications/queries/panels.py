"""What later chapters show on the page of one application; each asks for itself who may read it."""

from collections.abc import Callable
from typing import Any

from intervisit.apps.applications.models import Application
from intervisit.core.access import Actor

# A panel names its own template; None: nothing for this reader.
APPLICATION_PANELS: list[Callable[[Actor, Application], Any]] = []


def panels_for(actor: Actor, application: Application) -> list[Any]:
    """The panels this reader gets, in the order of the chapters."""
    return [panel for make in APPLICATION_PANELS if (panel := make(actor, application)) is not None]
