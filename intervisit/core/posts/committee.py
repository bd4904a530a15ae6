"""A joint committee is complete when each side has had its say."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from intervisit.core.designs import Committee, Side


@dataclass(frozen=True, slots=True)
class Missing:
    """A side of which so many are still to come."""

    side: Side
    count: int


def missing(committee: Committee, sides: Iterable[str]) -> tuple[Missing, ...]:
    """What a committee lacks. `sides`: the side of each member who is there (or has handed in a form)."""
    there = Counter(sides)
    return tuple(
        Missing(side, committee.per_side - there[side.key])
        for side in committee.parties()
        if there[side.key] < committee.per_side
    )
