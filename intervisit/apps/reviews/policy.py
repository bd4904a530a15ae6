"""Who may write and read reviews (row 3 of the access matrix), and who runs the reviewing."""

from intervisit.apps.reviews.states import LIVE, ConflictKind, ReviewState
from intervisit.core.access import DIRECTOR, EVALUATOR, REVIEWER, SELF, STAFF, Table, allow

_PROGRAM = (STAFF @ "program", DIRECTOR @ "program")
_CLOSED = "This stage is closed, so reviews can no longer be changed."

TABLE = Table(
    "reviews",
    (
        allow("program.review", REVIEWER @ "program"),
        # Rows 3 and 5, column E: aggregates over the floor. The office sees what evaluators see.
        allow("program.evaluate", EVALUATOR @ "program"),
        allow("program.evaluation", EVALUATOR @ "program", *_PROGRAM),
        allow("seat.view", *_PROGRAM, SELF @ "person"),
        allow("seat.change", *_PROGRAM),
        allow("seat.use", SELF @ "person"),
        allow("seat.remind", SELF @ "owing"),  # asked when a reminder is sent: who owes nothing gets none
        allow("stage.view", *_PROGRAM),
        allow("conflict.view", STAFF @ "programs", DIRECTOR @ "programs", SELF @ "person"),
        allow("conflict.lift", STAFF @ "programs", DIRECTOR @ "programs", states=[ConflictKind.DECLARED],
              because="This follows from the record; it ends when the record changes."),
        allow("redaction.view", *_PROGRAM),
        allow("redaction.write", *_PROGRAM),
        # Row 3: one's own till the stage closes; others' when one's own is in and the stage is closed.
        allow("review.view", SELF @ "author", states=LIVE),
        allow("review.view", *_PROGRAM),
        allow("review.write", SELF @ "author_open", states=LIVE, because=_CLOSED),
        allow("review.conflict", SELF @ "author", states=LIVE),
        allow("review.peer", SELF @ "peers", states=[ReviewState.SENT]),
        # Row 4, column R: what was decided, after the release; the floor shuts it to whoever has a conflict.
        allow("review.decision", SELF @ "author_told", states=LIVE),
        allow("review.export", *_PROGRAM),
        allow("review.assign", *_PROGRAM),
        allow("school_visit.view", SELF @ "visitor", *_PROGRAM),
        allow("school_visit.write", SELF @ "visitor_open", *_PROGRAM),
        allow("school_visit.plan", *_PROGRAM),
    ),
)  # fmt: skip
