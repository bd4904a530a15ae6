"""What a reviewer reads next: the application with the fewest reviews."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Waiting:
    """An application that this reviewer may read: reviews of it that are in, and those that others have begun."""

    id: str
    sent: int = 0
    begun: int = 0
    mine: bool = False  # begun by this reviewer: finished first


def next_up(waiting: Iterable[Waiting], reviewer: str) -> list[str]:
    """The order to read in: one's own begun ones, then the least reviewed, then the least begun.

    Between equals a fingerprint of reviewer and application decides: the same for the same reviewer at every request,
    another one for each reviewer, so that not everybody reaches for the same application.
    """

    def turn(one: Waiting) -> tuple[bool, int, int, str]:
        mark = hashlib.sha256(f"{reviewer}|{one.id}".encode()).hexdigest()
        return (not one.mine, one.sent, one.begun, mark)

    return [one.id for one in sorted(waiting, key=turn)]
