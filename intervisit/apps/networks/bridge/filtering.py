"""Which networks of a board are looked at: by area, level, focus, broken rules, or a word."""

from collections.abc import Mapping
from dataclasses import dataclass

from intervisit.apps.networks.bridge.boards import Board, Column, SchoolCard
from intervisit.apps.people.models import Organization
from intervisit.core.designs import Design
from intervisit.core.text import search_key

LEVELS = {
    "elementary": ("Elementary (K–5)", range(6)),
    "middle": ("Middle (6–8)", range(6, 9)),
    "high": ("High (9–12)", range(9, 13)),
}


def level_of(school: Organization) -> frozenset[str]:
    """The levels a school teaches; one with K–8 is in two of them."""
    return frozenset(key for key, (_, grades) in LEVELS.items() if set(grades) & set(school.grades))


@dataclass(frozen=True)
class Shown:
    """What somebody asked to see of a board. Nothing asked: all of it."""

    q: str = ""
    area: str = ""
    level: str = ""
    focus: str = ""
    broken: bool = False

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Shown":
        def word(key: str) -> str:
            return str(asked.get(key, ""))[:80].strip()

        level = word("level")
        return cls(
            word("q"),
            word("area"),
            level if level in LEVELS else "",
            word("focus"),
            asked.get("broken") == "1",
        )

    @property
    def anything(self) -> bool:
        return self != Shown()

    def columns(self, board: Board) -> tuple[Column, ...]:
        """The networks in which some school is what was asked for."""
        return tuple(
            column
            for column in board.columns
            if (not self.broken or column.broken)
            and (not self._of_schools() or any(self._fits(card) for card in column.cards))
        )

    def waiting(self, board: Board) -> tuple[SchoolCard, ...]:
        return tuple(card for card in board.waiting if self._fits(card))

    def _of_schools(self) -> bool:
        return bool(self.q or self.area or self.level or self.focus)

    def _fits(self, card: SchoolCard) -> bool:
        school = card.application.school
        return (
            (not self.area or school.area == self.area)
            and (not self.level or self.level in level_of(school))
            and (not self.focus or self.focus in card.application.focus)
            and all(word in school.search_key for word in search_key(self.q).split())
        )


@dataclass(frozen=True)
class Choices:
    """What a board can be looked at by."""

    areas: tuple[str, ...]
    levels: tuple[tuple[str, str], ...]
    focus: tuple[tuple[str, str], ...]


def choices_of(board: Board, design: Design) -> Choices:
    """Only what occurs on this board."""
    cards = [c for column in board.columns for c in column.cards] + list(board.waiting)
    levels = {key for c in cards for key in level_of(c.application.school)}
    focus = {key for c in cards for key in c.application.focus}
    return Choices(
        tuple(sorted({c.application.school.area for c in cards if c.application.school.area})),
        tuple((key, label) for key, (label, _) in LEVELS.items() if key in levels),
        tuple((a.key, a.label) for a in design.focus_areas if a.key in focus),
    )
