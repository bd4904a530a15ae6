"""Stages, seats, conflicts and reviews, as far as somebody may read them. Parts: stages, conflicts, desk, mine."""

from intervisit.apps.reviews.queries.conflicts import NamedConflict, conflicts_of, in_conflict, shut_to
from intervisit.apps.reviews.queries.desk import SeatRow, reviews_of, seat_rows, seats_of, visits_of
from intervisit.apps.reviews.queries.mine import Mine, my_seats, peers_of, queue_of, takeable
from intervisit.apps.reviews.queries.stages import (
    StageView,
    applications_of,
    judged_as,
    redactions_missing,
    stage_named,
    stages_of,
    unreadable,
)

__all__ = [
    "Mine", "NamedConflict", "SeatRow", "StageView", "applications_of", "conflicts_of", "in_conflict", "judged_as",
    "my_seats", "peers_of", "queue_of", "redactions_missing", "reviews_of", "seat_rows", "seats_of", "shut_to",
    "stage_named", "stages_of", "takeable", "unreadable", "visits_of",
]  # fmt: skip
