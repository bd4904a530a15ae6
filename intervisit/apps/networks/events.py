"""What the chapters above may want to know."""

from dataclasses import dataclass

from intervisit.apps.networks.models import Network
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor


@dataclass(frozen=True)
class NetworksWithdrawn:
    """The networks of a program are no longer published, so neither can their calendar be."""

    program: Program
    by: Actor


@dataclass(frozen=True)
class NetworksDropped:
    """Adopted networks give way to other ones: drafts of a calendar for them have no object any more."""

    program: Program


@dataclass(frozen=True)
class MembersChanged:
    """Schools have left networks or come into them during the year. What had been planned with them has to follow."""

    program: Program
    left: tuple[tuple[Network, Organization], ...]
    came: tuple[tuple[Network, Organization], ...]
    by: Actor
