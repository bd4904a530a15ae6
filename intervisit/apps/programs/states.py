"""The phases of a program year."""

from enum import StrEnum


class Phase(StrEnum):
    SETUP = "setup"  # the design is chosen, the call is not yet open
    CALL = "call"  # schools write and submit applications
    REVIEW = "review"  # applications are checked and decided
    MATCHING = "matching"  # networks are drafted
    YEAR = "year"  # networks and calendar are published
    CLOSED = "closed"


FOLLOWS: dict[Phase, tuple[Phase, ...]] = {
    Phase.SETUP: (Phase.CALL,),
    Phase.CALL: (Phase.REVIEW, Phase.SETUP),
    Phase.REVIEW: (Phase.MATCHING, Phase.CALL),
    Phase.MATCHING: (Phase.YEAR, Phase.REVIEW),
    Phase.YEAR: (Phase.CLOSED, Phase.MATCHING),
    Phase.CLOSED: (Phase.YEAR,),
}
