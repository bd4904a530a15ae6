"""What happens to applications that later chapters may want to know."""

from dataclasses import dataclass

from intervisit.apps.applications.models import Application


@dataclass(frozen=True)
class PlaceGivenUp:
    """A principal has given back a place, or one on the waiting list."""

    application: Application
