"""What pages of this chapter show. Parts: `boards` (scenarios, boards, moves, networks), `why` (reasons in words)."""

from intervisit.apps.networks.queries.boards import (
    NETWORK_PANELS,
    Board,
    Column,
    Move,
    SchoolCard,
    board,
    facilitator_of,
    facilitators_of,
    moves,
    network_chart,
    networks_for,
    networks_of,
    scenarios_of,
    vetoes_of,
)
from intervisit.apps.networks.queries.why import (
    Member,
    Story,
    Why,
    Wish,
    members_for,
    stories_for,
    stories_of,
    why_on_board,
)

__all__ = [
    "NETWORK_PANELS", "Board", "Column", "Member", "Move", "SchoolCard", "Story", "Why", "Wish", "board",
    "facilitator_of", "facilitators_of", "members_for", "moves", "network_chart", "networks_for", "networks_of",
    "scenarios_of", "stories_for", "stories_of", "vetoes_of", "why_on_board",
]  # fmt: skip
