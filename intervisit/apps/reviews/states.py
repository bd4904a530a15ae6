"""The life of a stage of review, of one review, and of a school visit."""

from enum import StrEnum


class StageState(StrEnum):
    PLANNED = "planned"  # can be prepared: reviewers assigned, names covered; reviewers see nothing yet
    OPEN = "open"
    CLOSED = (
        "closed"  # nothing can be changed any more; reviewers may see each other's, if the design says so
    )


class ReviewState(StrEnum):
    ASSIGNED = "assigned"
    DRAFT = "draft"
    SENT = "sent"
    VOID = "void"  # a conflict came to light, or it was taken back: it counts no more and is kept for audit


class VisitState(StrEnum):
    PLANNED = "planned"
    DONE = "done"


class ConflictKind(StrEnum):
    OWN_SCHOOL = "own_school"
    FORMER_SCHOOL = "former_school"
    SUPERINTENDENT = "same_superintendent"
    DECLARED = "declared"


LIVE = frozenset({ReviewState.ASSIGNED, ReviewState.DRAFT, ReviewState.SENT})
OWED = frozenset({ReviewState.ASSIGNED, ReviewState.DRAFT})

STAGE_LABELS: dict[str, str] = {
    StageState.PLANNED: "Not open yet", StageState.OPEN: "Open", StageState.CLOSED: "Closed",
}  # fmt: skip
STAGE_TONES: dict[str, str] = {
    StageState.PLANNED: "plain",
    StageState.OPEN: "info",
    StageState.CLOSED: "good",
}
REVIEW_LABELS: dict[str, str] = {
    ReviewState.ASSIGNED: "Not begun",
    ReviewState.DRAFT: "Begun",
    ReviewState.SENT: "Sent",
    ReviewState.VOID: "Does not count",
}
REVIEW_TONES: dict[str, str] = {
    ReviewState.ASSIGNED: "plain",
    ReviewState.DRAFT: "warn",
    ReviewState.SENT: "good",
    ReviewState.VOID: "bad",
}
CONFLICT_LABELS: dict[str, str] = {
    ConflictKind.OWN_SCHOOL: "works there",
    ConflictKind.FORMER_SCHOOL: "has worked there",
    ConflictKind.SUPERINTENDENT: "same superintendent",
    ConflictKind.DECLARED: "declared it",
}
