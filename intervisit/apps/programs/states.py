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

ORDER = tuple(Phase)

LABELS: dict[Phase, str] = {
    Phase.SETUP: "Preparing",
    Phase.CALL: "Call open",
    Phase.REVIEW: "Reading and deciding",
    Phase.MATCHING: "Matching",
    Phase.YEAR: "The year",
    Phase.CLOSED: "Closed",
}

# What a move is called on its button, and what it means. Words in braces are the design's own.
MOVES: dict[tuple[Phase, Phase], tuple[str, str]] = {
    (Phase.SETUP, Phase.CALL): (
        "Open the call", "{Schools} can write and submit {applications}, and the page of the call is public."
    ),
    (Phase.CALL, Phase.REVIEW): (
        "Close the call", "Nothing can be submitted any more. Drafts stay with their {schools}."
    ),
    (Phase.CALL, Phase.SETUP): (
        "Take the call back", "The public page disappears. {Applications} that are there stay as they are."
    ),
    (Phase.REVIEW, Phase.MATCHING): (
        "Go on to matching", "Accepted {schools} can be put into {networks}. Decisions should be released first."
    ),
    (Phase.REVIEW, Phase.CALL): ("Open the call again", "{Schools} can submit {applications} again."),
    (Phase.MATCHING, Phase.YEAR): ("Begin the year", "{Networks} and calendar are in use."),
    (Phase.MATCHING, Phase.REVIEW): ("Back to deciding", "Decisions can be changed again."),
    (Phase.YEAR, Phase.CLOSED): ("Close the year", "Everything stays readable for those who can read it now."),
    (Phase.YEAR, Phase.MATCHING): ("Back to matching", "{Networks} can be drafted again. What is published stays."),
    (Phase.CLOSED, Phase.YEAR): ("Open the year again", "Work goes on where it was left."),
}  # fmt: skip


class AgreementState(StrEnum):
    """The life of one version of a memorandum."""

    DRAFT = "draft"  # only the director reads it
    PUBLISHED = "published"  # in force: asked of everybody it concerns
    REPLACED = "replaced"  # a newer version is in force
