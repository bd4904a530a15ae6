"""The life of a request for cover and of a line of a budget."""

from enum import StrEnum


class CoverState(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    USED = "used"
    DROPPED = "dropped"  # the visit is called off


class LineState(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    SPENT = "spent"


class Category(StrEnum):
    SUBSTITUTES = "substitutes"
    SUPPLIES = "supplies"
    MEALS = "meals"
