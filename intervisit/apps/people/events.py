"""What happens to people that later chapters answer to."""

from dataclasses import dataclass

from intervisit.apps.people.models import RoleHeld


@dataclass(frozen=True)
class RoleGranted:
    """Somebody holds a role from some day on, or will when a second person has confirmed it."""

    held: RoleHeld
