"""What the chapters above may want to know."""

from dataclasses import dataclass

from intervisit.apps.programs.models import Program


@dataclass(frozen=True)
class CalendarChanged:
    """The published calendar of a program is new, another one, or taken back."""

    program: Program
