"""A complete list of columns made short before the integer program: cuts of half sums of rows, and fixing by prices.

Half the sum of some rows, rounded down on both sides, holds for every matching; the linear program breaks many such
cuts. They could not be priced, but here nothing has to be priced any more: whatever is not on the list is worth less
than the cutoff. Each time the bound falls, columns that are too far below their price for it are dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from intervisit.core.matching.columns import Pool
from intervisit.core.matching.tables import Flags, Floats, Ints

CELLS = 40_000_000  # rows times columns; longer lists stay as they are
ROUNDS = 12  # of cuts
ENOUGH = 250  # columns; a list as short as that is left to the integer program
SAFE = 0.01  # points; far more than the linear program is wrong by
LEAST = 0.04  # of the distance to the cutoff: less gained twice in a row is not worth another round
TRIES = 4  # eliminations in one round
NOISE = 0.4  # in the order in which columns are eliminated, from the second on
BROKEN = 0.04  # by so much a cut has to be broken
MOST = 30  # cuts added in one round
ALIKE = 0.8  # cosine of two cuts of one round, at most


@dataclass(frozen=True)
class Short:
    """What is left of a list, and the cuts: `rows` @ taken ≤ `high` for the columns left."""

    numbers: list[int]
    rows: Ints
    high: Ints


def shorten(
    pool: Pool,
    numbers: list[int],
    triples: Ints,
    cutoff: float,
    seed: int,
    stop: Callable[[], bool],
    seconds: float = np.inf,
) -> Short:
    """Of a list of columns those that a matching worth more than the cutoff (1/scale points) may still need.

    Its linear programs take no longer than `seconds` together; what they do not settle stays on the list."""
    work = _List(pool, numbers, triples, seconds)
    if work.matrix.size == 0 or not np.isfinite(cutoff):
        return Short(numbers, np.zeros((0, len(numbers)), np.int64), np.zeros(0, np.int64))
    return work.shortened(cutoff / pool.task.tables.scale, np.random.default_rng(seed % 2**31), stop)


class _List:
    """The linear program over a list, its rows as a dense matrix."""

    def __init__(self, pool: Pool, numbers: list[int], triples: Ints, seconds: float) -> None:
        rows, cuts, k = pool.task.rows, len(triples), len(numbers)
        self.numbers = np.array(numbers, dtype=np.int64)
        self.first = len(rows.low) + cuts
        self.high = np.concatenate([rows.high, np.ones(cuts)])
        low = np.concatenate([rows.low, np.full(cuts, -np.inf)])
        self.matrix = np.zeros((0, 0), dtype=np.float32)
        if self.first * k > CELLS or not k:
            return
        starts, index, value = pool.entries(numbers, triples)
        self.matrix = np.zeros((self.first, k), dtype=np.float32)
        self.matrix[index, np.repeat(np.arange(k), np.diff(np.append(starts, len(index))))] = value
        self.h = highspy.Highs()
        for option, wanted in (
            ("output_flag", False),
            ("threads", 1),
            ("presolve", "off"),
            ("solver", "simplex"),
        ):
            self.h.setOptionValue(option, wanted)
        if np.isfinite(seconds):
            self.h.setOptionValue("time_limit", max(0.0, seconds))  # of all runs together
        none = np.zeros(0, np.int32)
        self.h.addRows(self.first, low, self.high, 0, np.zeros(self.first, np.int32), none, np.zeros(0))
        cost = np.array([-pool.worth[j] for j in numbers]) / pool.task.tables.scale
        self.h.addCols(k, cost, np.zeros(k), np.full(k, np.inf), len(index), starts, index, value)

    def shortened(self, cutoff: float, rng: np.random.Generator, stop: Callable[[], bool]) -> Short:
        idle, before = 0, np.inf
        for turn in range(ROUNDS + 1):
            self.h.run()
            status = self.h.getModelStatus()
            if status == highspy.HighsModelStatus.kInfeasible:
                self._drop(np.ones(len(self.numbers), dtype=bool))
            if status != highspy.HighsModelStatus.kOptimal:
                break
            bound = -self.h.getInfo().objective_function_value
            solution = self.h.getSolution()
            taken = np.array(solution.col_value)
            keep = np.array(solution.col_dual) <= bound - cutoff + SAFE
            self._drop(~keep)
            taken = taken[keep]
            idle = idle + 1 if before - bound < LEAST * (bound - cutoff) else 0
            before = bound
            if turn == ROUNDS or len(self.numbers) <= ENOUGH or idle == 2 or stop():
                break
            if not self._cut(taken, rng):
                break
        return Short(
            self.numbers.tolist(),
            self.matrix[self.first :].astype(np.int64),
            self.high[self.first :].astype(np.int64),
        )

    def _drop(self, gone: Flags) -> None:
        some = np.flatnonzero(gone).astype(np.int32)
        if len(some):
            self.h.deleteCols(len(some), some)
            self.numbers, self.matrix = self.numbers[~gone], self.matrix[:, ~gone]

    def _cut(self, taken: Floats, rng: np.random.Generator) -> int:
        """Add cuts that the linear program breaks; how many."""
        sums = half_sums(self.matrix, self.high, taken, rng)
        if not len(sums):
            return 0
        rows = np.floor(sums @ self.matrix / 2)
        high = np.floor(sums @ np.where(np.isfinite(self.high), self.high, 0.0) / 2)
        for row, most in zip(rows, high.tolist(), strict=True):
            index = np.flatnonzero(row).astype(np.int32)
            self.h.addRow(-highspy.kHighsInf, most, len(index), index, row[index].astype(np.float64))
        self.matrix = np.concatenate([self.matrix, rows.astype(np.float32)])
        self.high = np.concatenate([self.high, high])
        return len(rows)


def half_sums(
    matrix: NDArray[np.floating[Any]], high: Floats, taken: Floats, rng: np.random.Generator
) -> Floats:
    """[cut, row]: 1 for rows whose half sum, rounded down, is broken; the most broken first, no two alike."""
    some = np.flatnonzero(taken > 1e-9)
    slack = high - matrix[:, some] @ taken[some]
    near = np.flatnonzero(slack < 1 - BROKEN)
    part = np.flatnonzero((taken > 1e-6) & (taken < 1 - 1e-6))
    if not len(part) or not len(near):
        return np.zeros((0, len(high)))
    inside = matrix[np.ix_(near, part)]
    odd = np.concatenate([inside % 2, (high[near] % 2)[:, None]], axis=1) > 0.5
    weight = np.concatenate([taken[part], [0.0], np.maximum(0.0, slack[near])])
    found: dict[bytes, Flags] = {}
    for attempt in range(TRIES):
        noise = NOISE * rng.random(len(part)) if attempt else np.zeros(len(part))
        for chosen in _eliminated(odd, weight, np.argsort(-(taken[part] + noise), kind="stable")):
            found.setdefault(chosen.tobytes(), chosen)
    if not found:
        return np.zeros((0, len(high)))
    sums = np.array(list(found.values())).astype(np.float64)
    coefficients = np.floor(sums @ inside / 2)
    broken = coefficients @ taken[part] - np.floor(sums @ high[near] / 2)
    length = np.sqrt((coefficients**2).sum(axis=1)) + 1e-9
    picked: list[int] = []
    for k in np.argsort(-np.round(broken / length, 9), kind="stable").tolist():
        if broken[k] > BROKEN and len(picked) < MOST:
            like = coefficients[picked] @ coefficients[k] / (length[picked] * length[k])
            if (like < ALIKE).all():
                picked.append(k)
    out = np.zeros((len(picked), len(high)))
    out[:, near] = sums[picked]
    return out


def _eliminated(odd: Flags, weight: Floats, order: Ints) -> list[Flags]:
    """Sets of rows whose sum is odd on the right and nearly even on the left, by elimination modulo 2."""
    count, columns = odd.shape
    right = columns - 1
    state = np.concatenate([odd, np.eye(count, dtype=bool)], axis=1)
    left, worth = np.ones(count, dtype=bool), state @ weight
    out: list[Flags] = []
    for column in order.tolist():
        rows = np.flatnonzero(left & state[:, column])
        if not len(rows):
            continue
        pivot = rows[np.argmin(worth[rows])]
        others = rows[rows != pivot]
        left[pivot] = False
        if not len(others):
            continue
        state[others] ^= state[pivot]
        worth[others] = state[others] @ weight
        for r in others[state[others, right] & (worth[others] < 1 - 2 * BROKEN)].tolist():
            out.append(state[r, columns:].copy())
    return out
