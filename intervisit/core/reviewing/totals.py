"""What people outside the program may know of all reviews together: shares of levels, of groups that are large enough.

A number is published of at least ten schools, read by at least three reviewers. A breakdown is published whole or not
at all, so that no hidden group can be reckoned from the total and the groups beside it. Shares at the ends are named
as such: of nobody does a number say that all, or none, were rated so.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

FEWEST_SCHOOLS = 10
FEWEST_REVIEWERS = 3
LOW, HIGH = 10, 90  # percent; beyond them the exact share is not told


@dataclass(frozen=True)
class Mark:
    """The level one reviewer chose for one criterion about one school of one group."""

    school: str
    reviewer: str
    group: str
    level: int


@dataclass(frozen=True)
class Spread:
    """How the levels of one criterion are spread: a share for each level, of how many schools and reviews."""

    shares: tuple[str, ...]
    schools: int
    reviews: int


@dataclass(frozen=True)
class Published:
    """Of one criterion: all together, and by group; None and empty where too few stand behind it."""

    overall: Spread | None
    groups: Mapping[str, Spread] = field(default_factory=dict)


def share_words(part: int, whole: int) -> str:
    """`34 %`, or only that it is under 10 or over 90."""
    percent = 100 * part / whole
    if percent < LOW:
        return f"under {LOW} %"
    if percent > HIGH:
        return f"over {HIGH} %"
    return f"{round(percent)} %"


def enough(marks: Iterable[Mark]) -> bool:
    """Whether so many schools and reviewers stand behind these marks that nobody is recognised."""
    found = list(marks)
    schools, reviewers = {m.school for m in found}, {m.reviewer for m in found}
    return len(schools) >= FEWEST_SCHOOLS and len(reviewers) >= FEWEST_REVIEWERS


def publish(marks: Sequence[Mark], levels: Sequence[int]) -> Published:
    """What may be told of one criterion whose levels are these."""
    if not enough(marks):
        return Published(None)
    parts: dict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        parts[mark.group].append(mark)
    shown = len(parts) > 1 and all(enough(part) for part in parts.values())
    groups = {key: _spread(part, levels) for key, part in sorted(parts.items())} if shown else {}
    return Published(_spread(marks, levels), groups)


def _spread(marks: Sequence[Mark], levels: Sequence[int]) -> Spread:
    counts = [sum(m.level == level for m in marks) for level in levels]
    return Spread(
        tuple(share_words(n, len(marks)) for n in counts), len({m.school for m in marks}), len(marks)
    )
