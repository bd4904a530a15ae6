"""What one review counts: its levels, each as a share of its criterion's range, weighted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Judged:
    """A criterion as it is counted: its levels' values, its weight (0: noted only), whether it must be answered."""

    key: str
    values: tuple[int, ...]
    weight: int = 1
    required: bool = True


def score(criteria: Iterable[Judged], levels: Mapping[str, int]) -> float | None:
    """0 (every lowest level) to 100 (every highest). None when nothing that counts is answered.

    A criterion left open weighs nothing, so an optional one neither helps nor hurts whoever leaves it out.
    """
    got, of = Fraction(0), 0
    for one in criteria:
        if one.key not in levels or not one.weight:
            continue
        low, high = min(one.values), max(one.values)
        got += one.weight * Fraction(levels[one.key] - low, high - low)
        of += one.weight
    return float(100 * got / of) if of else None


def unanswered(criteria: Iterable[Judged], levels: Mapping[str, int]) -> list[str]:
    """The required criteria without a level, in their order."""
    return [one.key for one in criteria if one.required and one.key not in levels]
