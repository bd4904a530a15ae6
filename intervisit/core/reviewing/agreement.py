"""How far reviewers of the same applications agree: Krippendorff's alpha for scores (interval data).

Krippendorff, Computing Krippendorff's alpha-reliability (2011): 1 is perfect agreement, 0 what chance alone would
give. Applications read once say nothing and are left out.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Agreement:
    """`alpha` is None when nothing was read twice, or when all scores are equal: then there is nothing to tell."""

    alpha: float | None
    applications: int  # read at least twice
    scores: int


def agreement(marks: Iterable[tuple[str, float]]) -> Agreement:
    """From (application, score) of every review that counts."""
    of: dict[str, list[float]] = defaultdict(list)
    for application, mark in marks:
        of[application].append(mark)
    read = [found for found in of.values() if len(found) > 1]
    every = [mark for found in read for mark in found]
    if len(set(every)) < 2:
        return Agreement(None, len(read), len(every))
    expected = _squares(every) / (len(every) - 1)
    observed = sum(_squares(found) / (len(found) - 1) for found in read)
    return Agreement(1 - observed / expected, len(read), len(every))


def _squares(values: list[float]) -> float:
    """The sum of squared differences over all ordered pairs: 2·(n·Σx² − (Σx)²), reckoned from the mean."""
    mean = sum(values) / len(values)
    return 2 * len(values) * sum((v - mean) ** 2 for v in values)
