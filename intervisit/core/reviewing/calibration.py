"""How severe each reviewer is, how far their scores spread, and what an application would have got from all.

The additive model: score = quality of the application + leniency of the reviewer + error, fitted by least squares
(de Gruijter 1984, Applied Psychological Measurement 8, 213–218; Raymond and Viswesvaran 1993, Journal of Educational
Measurement 30, 253–268). Severity is the leniency with its sign turned, and sums to nought over the reviews of each
group of reviewers who share applications; two groups that share none cannot be compared, and the answer says so.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np

FEWEST = 3  # reviews of one reviewer before anything is said about them


@dataclass(frozen=True)
class Rater:
    """One reviewer. `severity`: points below what others give the same applications; `spread`: standard deviation
    of the scores given, `spread_of_all`: of all scores. None where too little was read to say."""

    id: str
    reviews: int
    mean: float
    severity: float | None
    spread: float | None
    group: int  # reviewers of different groups share no application: not comparable


@dataclass(frozen=True)
class Calibration:
    """`scores`: application → score with severities taken out. `groups`: how many groups cannot be compared."""

    raters: tuple[Rater, ...]
    scores: Mapping[str, float]
    groups: int
    spread_of_all: float | None


def calibrate(marks: Iterable[tuple[str, str, float]]) -> Calibration:
    """From (application, reviewer, score) of every review that counts; each pair stands at most once."""
    rows = sorted(marks)
    if len({(a, r) for a, r, _ in rows}) != len(rows):
        raise ValueError("a reviewer has two scores for one application")
    of_rater: dict[str, list[float]] = defaultdict(list)
    for _, r, mark in rows:
        of_rater[r].append(mark)
    group = _groups(rows)
    lenient, scores = _fit(rows, group)
    raters = tuple(
        Rater(
            id=r,
            reviews=len(given),
            mean=sum(given) / len(given),
            severity=-lenient[r] if len(given) >= FEWEST else None,
            spread=_deviation(given) if len(given) >= FEWEST else None,
            group=group[r],
        )
        for r, given in sorted(of_rater.items())
    )
    everything = _deviation([mark for _, _, mark in rows])
    return Calibration(raters, scores, len(set(group.values())), everything)


def _groups(rows: list[tuple[str, str, float]]) -> dict[str, int]:
    """Reviewers who are linked by applications they share have the same number, from 0 in the order of their ids."""
    readers: dict[str, set[str]] = defaultdict(set)
    for a, r, _ in rows:
        readers[a].add(r)
    found: dict[str, int] = {}
    near: dict[str, set[str]] = defaultdict(set)
    for together in readers.values():
        for r in together:
            near[r] |= together
    for start in sorted(near):
        if start in found:
            continue
        number, todo = len(set(found.values())), [start]
        while todo:
            r = todo.pop()
            if r not in found:
                found[r] = number
                todo += near[r] - found.keys()
    return found


def _fit(
    rows: list[tuple[str, str, float]], group: Mapping[str, int]
) -> tuple[dict[str, float], dict[str, float]]:
    """Leniency of every reviewer and quality of every application, by least squares."""
    lenient: dict[str, float] = {}
    for number in set(group.values()):
        lenient |= _leniency([row for row in rows if group[row[1]] == number])
    given: dict[str, list[float]] = defaultdict(list)
    for a, r, mark in rows:
        given[a].append(mark - lenient[r])
    return lenient, {a: sum(found) / len(found) for a, found in sorted(given.items())}


def _leniency(rows: list[tuple[str, str, float]]) -> dict[str, float]:
    """Of reviewers who are all linked. Applications are eliminated first: what is left is a system of reviewers."""
    names = sorted({r for _, r, _ in rows})
    place = {r: n for n, r in enumerate(names)}
    of: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for a, r, mark in rows:
        of[a].append((place[r], mark))
    matrix = np.zeros((len(names), len(names)))
    right = np.zeros(len(names))
    counts = np.zeros(len(names))
    for found in of.values():
        mean = sum(mark for _, mark in found) / len(found)
        for n, mark in found:
            matrix[n, n] += 1
            counts[n] += 1
            right[n] += mark - mean
            for other, _ in found:
                matrix[n, other] -= 1 / len(found)
    # Leniencies weighted by reviews sum to nought: one more row makes the answer the only one.
    whole = np.vstack([matrix, counts])
    answer = np.linalg.lstsq(whole, np.append(right, 0.0), rcond=None)[0]
    return {r: float(answer[n]) for r, n in place.items()}


def _deviation(values: list[float]) -> float | None:
    """The standard deviation, with n − 1."""
    if len(values) < 2:
        return None
    mean = sum(values) / len(values)
    return sqrt(sum((v - mean) ** 2 for v in values) / (len(values) - 1))
