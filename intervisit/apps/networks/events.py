"""What the chapters above may want to know."""

from dataclasses import dataclass

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
