"""Rows to the matching method and back: `problem` (what is matched, boards laid out), `boards` (weighed), `why`."""

from intervisit.apps.networks.bridge.boards import (
    Board,
    Column,
    Proof,
    SchoolCard,
    board,
    network_chart,
)
from intervisit.apps.networks.bridge.comparing import Comparison, compare
from intervisit.apps.networks.bridge.filtering import Choices, Shown, choices_of, level_of
from intervisit.apps.networks.bridge.moving import Move, Swap, moves, swaps
from intervisit.apps.networks.bridge.problem import (
    Wanted,
    Weights,
    accepted,
    board_of,
    design_weights,
    in_words,
    instance,
    lay_out,
    problem_of,
    with_vetoes,
    without,
)
from intervisit.apps.networks.bridge.schools import criterion_slots
from intervisit.apps.networks.bridge.showing import Reason, reasons_of, shown_in
from intervisit.apps.networks.bridge.strength import strength_told
from intervisit.apps.networks.bridge.why import (
    Line,
    Member,
    Story,
    Why,
    Wish,
    kept_stories,
    members_for,
    stories_for,
    stories_of,
    why_on_board,
)

__all__ = [
    "Board", "Choices", "Column", "Comparison", "Line", "Member", "Move", "Proof", "Reason", "SchoolCard", "Shown",
    "Story", "Swap", "Wanted", "Weights", "Why", "Wish", "accepted", "board", "board_of", "choices_of", "compare",
    "criterion_slots", "design_weights", "in_words", "instance", "kept_stories", "lay_out", "level_of", "members_for",
    "moves", "network_chart", "problem_of", "reasons_of", "shown_in", "stories_for", "stories_of",
    "strength_told", "swaps", "why_on_board", "with_vetoes", "without",
]  # fmt: skip
