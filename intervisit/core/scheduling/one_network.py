"""The best year of one network alone, exactly, by dynamic programming over days.

A state is how often each place has been seen and how many visits the current month has. Backwards from
the last day: skip the day, or visit a place and go on at the first day far enough away. It takes
milliseconds, gives the first plan of a year in the time of reading it, and its value with all days free
bounds what the network can reach in any plan.
"""

from collections.abc import Collection, Sequence
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from intervisit.core.scheduling.grid import Course, Grid

Values = NDArray[np.int64]
NEVER = -(10**12)  # points of a state from which the year cannot be finished
MAX_STATES = (
    20_000  # beyond, CP-SAT finds a first year sooner; 5 visits to a host and 3 to each of 6 partners: 24,576
)


class OneNetwork:
    """Tables that do not change while days are taken away: made once for each network."""

    def __init__(self, grid: Grid, course: Course) -> None:
        self.grid, self.course = grid, course
        self.small = prod(times + 1 for times in course.times) <= MAX_STATES
        if not self.small:
            return
        self.points = grid.points(course)
        self.month_weight = grid.problem.weights.month if course.network.pattern.monthly else 0
        self.states = list(product(*(range(times + 1) for times in course.times)))
        self.steps = [self._step(p) for p in range(len(course.places))]

    def best(
        self, days: Sequence[int], taken: Collection[int] = ()
    ) -> tuple[tuple[tuple[int, int], ...], int] | None:
        """The (place, day) spots of the best year on `days` without `taken`, and its points; or None."""
        free = [d for d in days if d not in taken]
        jumps = self._jumps(free)
        table = self._table(free, jumps)
        if table[0][0, 0] < 0:
            return None
        return self._trace(free, jumps, table), int(table[0][0, 0])

    def _step(self, place: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """States from which a place may be visited next, and where that leads."""
        number = {state: i for i, state in enumerate(self.states)}
        pattern, course = self.course.network.pattern, self.course
        before, after = [], []
        for i, state in enumerate(self.states):
            if state[place] == course.times[place] or (not any(state) and not course.starts[place]):
                continue
            if pattern.first_round and state[place] and not all(state):
                continue
            before.append(i)
            after.append(number[(*state[:place], state[place] + 1, *state[place + 1 :])])
        return np.array(before, dtype=np.intp), np.array(after, dtype=np.intp)

    def _jumps(self, free: list[int]) -> list[int]:
        """For each free day the number of the next one that is far enough away."""
        dates, gap = self.grid.dates, max(1, self.course.network.pattern.min_gap_days)
        jumps, j = [], 0
        for d in free:
            while j < len(free) and (dates[free[j]] - dates[d]).days < gap:
                j += 1
            jumps.append(j)
        return jumps

    def _table(self, free: list[int], jumps: list[int]) -> list[Values]:
        cap = self.course.network.pattern.max_per_month
        ended = np.full((cap + 1, len(self.states)), NEVER, dtype=np.int64)
        ended[:, -1] = 0
        table = [ended] * (len(free) + 1)
        for i in range(len(free) - 1, -1, -1):
            here = self._carry(free, i, i + 1, table).copy()
            later = self._carry(free, i, jumps[i], table)[1:]  # one visit more this month
            for p, (before, after) in enumerate(self.steps):
                gain = later[:, after] + self.points[p][free[i]]
                gain[0] += self.month_weight
                here[:-1, before] = np.maximum(here[:-1, before], gain)
            table[i] = here
        return table

    def _carry(self, free: list[int], i: int, j: int, table: list[Values]) -> Values:
        """Values at the j-th free day, by visits in the month of the i-th; a new month starts from none."""
        month = self.grid.month
        if j < len(free) and month[free[j]] != month[free[i]]:
            return np.broadcast_to(table[j][0], table[j].shape)
        return table[j]

    def _trace(self, free: list[int], jumps: list[int], table: list[Values]) -> tuple[tuple[int, int], ...]:
        spots: list[tuple[int, int]] = []
        month, i, met, state = self.grid.month, 0, 0, 0
        while state != len(self.states) - 1:
            now, was = table[i][met, state], i
            chosen = self._choice(free, jumps, table, (i, met, state)) if met < len(table[i]) - 1 else None
            if self._carry(free, i, i + 1, table)[met, state] == now or chosen is None:
                i += 1
            else:
                place, state = chosen
                spots.append((place, free[i]))
                i, met = jumps[i], met + 1
            if i < len(free) and month[free[i]] != month[free[was]]:
                met = 0
        return tuple(spots)

    def _choice(
        self, free: list[int], jumps: list[int], table: list[Values], at: tuple[int, int, int]
    ) -> tuple[int, int] | None:
        """The visit that keeps the value of a state: (place, next state)."""
        i, met, state = at
        later = self._carry(free, i, jumps[i], table)[met + 1]
        month = self.month_weight if met == 0 else 0
        for p, (before, after) in enumerate(self.steps):
            k = int(np.searchsorted(before, state))
            if k < len(before) and before[k] == state:
                target = int(after[k])
                if later[target] + self.points[p][free[i]] + month == table[i][met, state]:
                    return p, target
        return None
