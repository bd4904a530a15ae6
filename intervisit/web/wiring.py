"""Who reacts to what: the one table of arrows that run from a low chapter of the year to a higher one."""

from intervisit.kit.events import Reaction

REACTIONS: dict[type, tuple[Reaction, ...]] = {}
