"""Applications somebody may read. Parts: lists (and their numbers)."""

from intervisit.apps.applications.queries.lists import (
    Balance,
    Filters,
    FocusCount,
    RoleCount,
    accepted_percent,
    balance,
    count_by_state,
    history_of_school,
    in_hand,
    own_applications,
    schools_of,
    waiting_for_release,
    wishes_seen,
)

__all__ = [
    "Balance", "Filters", "FocusCount", "RoleCount", "accepted_percent", "balance", "count_by_state",
    "history_of_school", "in_hand", "own_applications", "schools_of", "waiting_for_release", "wishes_seen",
]  # fmt: skip
