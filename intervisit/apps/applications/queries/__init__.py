"""Applications somebody may read. Parts: lists (and their numbers)."""

from intervisit.apps.applications.queries.lists import (
    Filters,
    accepted_percent,
    count_by_state,
    history_of_school,
    in_hand,
    own_applications,
    schools_of,
    wishes_seen,
)

__all__ = [
    "Filters", "accepted_percent", "count_by_state",
    "history_of_school", "in_hand", "own_applications", "schools_of", "wishes_seen",
]  # fmt: skip
