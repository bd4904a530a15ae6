"""Rows to the matching method and back: `problem` (what is matched, boards laid out), `boards` (weighed), `why`."""

from intervisit.apps.networks.bridge.boards import (
    Board,
    Column,
    Move,
    SchoolCard,
    Swap,
    board,
    moves,
    network_chart,
    swaps,
)
from intervisit.apps.networks.bridge.comparing import Comparison, compare
from intervisit.apps.networks.bridge.problem import (
    Wanted,
    Weights,
    accepted,
    board_of,
    criterion_slots,
    design_weights,
    in_words,
    instance,
    lay_out,
    problem_of,
)
from intervisit.apps.networks.bridge.why import (
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
    "Board", "Column", "Comparison", "Member", "Move", "SchoolCard", "Story", "Swap", "Wanted", "Weights", "Why",
    "Wish", "accepted", "board", "board_of", "compare", "criterion_slots", "design_weights", "in_words", "instance",
    "lay_out", "members_for", "moves", "network_chart", "problem_of", "stories_for", "stories_of", "swaps",
    "why_on_board",
]  # fmt: skip
