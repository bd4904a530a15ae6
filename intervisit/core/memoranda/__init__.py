"""Memoranda of understanding (M17): what each side promises for a year, and what a new version changes.

Parts: `parts` (a memorandum as a value, made from a design and kept as JSON), `changes` (word by word).
"""

from intervisit.core.memoranda.changes import PartChange, Piece, changes
from intervisit.core.memoranda.parts import Memorandum, Part, Whose, from_plain, of_design, to_plain

__all__ = [
    "Memorandum", "Part", "PartChange", "Piece", "Whose", "changes", "from_plain", "of_design", "to_plain",
]  # fmt: skip
