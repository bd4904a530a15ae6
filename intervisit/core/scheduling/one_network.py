"""The best year of one network alone, exactly, by dynamic programming over days.

A state is how often each place has been seen and how many visits the current month has. Backwards from
the last day: skip the day, or visit a place and go on at the first day far enough away. It takes
milliseconds, gives the first plan of a year in the time of reading it, and its value with all days free
bounds what the network can reach in any plan.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from intervisit.core.scheduling.grid import Course, Grid

Values = NDArray[np.int64]
Jumps = list[tuple[list[int], int]]  # for each free day the next one, and what that distance is worth
NEVER = -(10**12)  # points of a state from which the year cannot be finished
MAX_STATES = (
    20_000  # beyond, CP-SAT finds a first year sooner; 5 visits to a host and 3 to each of 6 partners: 24,576
)

SCALE = 4096  # one point outweighs everything that `even` looks at
WIDE = (
    (0.5, 6),
    (0.75, 10),
    (0.9, 12),
)  # share of the ideal distance to the next visit, and what it is worth


@dataclass(frozen=True)
class _Aim:
    """What to look for besides points: `scale` a point, `fine` a day, and more for a longer way to the next visit."""

    scale: int = 1
    fine: Mapping[int, int] | None = None  # day → less
    wide: tuple[tuple[int, int], ...] = ()  # days to the next visit, what that is worth


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
        return self._best([d for d in days if d not in taken], _Aim())

    def even(
        self, days: Sequence[int], taken: Collection[int], load: Mapping[int, int]
    ) -> tuple[tuple[int, int], ...] | None:
        """A year with as many points as the best one, its visits evenly apart and on days with little `load`."""
        free = [d for d in days if d not in taken]
        if not free or not self.course.owed:
            return None
        dates, most = self.grid.dates, max(load.values(), default=0) or 1
        ideal = (dates[-1] - dates[0]).days / self.course.owed
        aim = _Aim(
            SCALE,
            {d: load.get(d, 0) * 8 // most for d in free},
            tuple((round(share * ideal), worth) for share, worth in WIDE),
        )
        found = self._best(free, aim)
        return None if found is None else found[0]

    def _best(self, free: list[int], aim: _Aim) -> tuple[tuple[tuple[int, int], ...], int] | None:
        gap = max(1, self.course.network.pattern.min_gap_days)
        wider = [(days, worth) for days, worth in aim.wide if days > gap]
        jumps = [(self._jumps(free, days), worth) for days, worth in [(gap, 0), *wider]]
        table = self._table(free, jumps, aim)
        if table[0][0, 0] < 0:
            return None
        return self._trace(free, jumps, table, aim), int(table[0][0, 0])

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

    def _jumps(self, free: list[int], gap: int) -> list[int]:
        """For each free day the number of the next one that is so many days away."""
        dates = self.grid.dates
        jumps, j = [], 0
        for d in free:
            while j < len(free) and (dates[free[j]] - dates[d]).days < gap:
                j += 1
            jumps.append(j)
        return jumps

    def _table(self, free: list[int], jumps: Jumps, aim: _Aim) -> list[Values]:
        cap = self.course.network.pattern.max_per_month
        ended = np.full((cap + 1, len(self.states)), NEVER, dtype=np.int64)
        ended[:, -1] = 0
        table = [ended] * (len(free) + 1)
        for i in range(len(free) - 1, -1, -1):
            here = self._carry(free, i, i + 1, table).copy()
            later = self._carry(free, i, jumps[0][0][i], table)[1:]  # one visit more this month
            for jump, worth in jumps[1:]:
                later = np.maximum(later, self._carry(free, i, jump[i], table)[1:] + worth)
            less = aim.fine[free[i]] if aim.fine is not None else 0
            for p, (before, after) in enumerate(self.steps):
                gain = later[:, after] + (self.points[p][free[i]] * aim.scale - less)
                gain[0] += self.month_weight * aim.scale
                here[:-1, before] = np.maximum(here[:-1, before], gain)
            table[i] = here
        return table

    def _carry(self, free: list[int], i: int, j: int, table: list[Values]) -> Values:
        """Values at the j-th free day, by visits in the month of the i-th; a new month starts from none."""
        month = self.grid.month
        if j < len(free) and month[free[j]] != month[free[i]]:
            return np.broadcast_to(table[j][0], table[j].shape)
        return table[j]

    def _trace(
        self, free: list[int], jumps: Jumps, table: list[Values], aim: _Aim
    ) -> tuple[tuple[int, int], ...]:
        spots: list[tuple[int, int]] = []
        month, i, met, state = self.grid.month, 0, 0, 0
        while state != len(self.states) - 1:
            now, was = table[i][met, state], i
            chosen = (
                self._choice(free, jumps, table, (i, met, state), aim) if met < len(table[i]) - 1 else None
            )
            if self._carry(free, i, i + 1, table)[met, state] == now or chosen is None:
                i += 1
            else:
                place, state, then = chosen
                spots.append((place, free[i]))
                i, met = then, met + 1
            if i < len(free) and month[free[i]] != month[free[was]]:
                met = 0
        return tuple(spots)

    def _choice(
        self, free: list[int], jumps: Jumps, table: list[Values], at: tuple[int, int, int], aim: _Aim
    ) -> tuple[int, int, int] | None:
        """The visit that keeps the value of a state: place, next state, number of the next day to look at."""
        i, met, state = at
        less = aim.fine[free[i]] if aim.fine is not None else 0
        month = self.month_weight if met == 0 else 0
        for jump, worth in jumps:
            later = self._carry(free, i, jump[i], table)[met + 1]
            for p, (before, after) in enumerate(self.steps):
                k = int(np.searchsorted(before, state))
                if k < len(before) and before[k] == state:
                    target = int(after[k])
                    gain = (self.points[p][free[i]] + month) * aim.scale - less
                    if later[target] + worth + gain == table[i][met, state]:
                        return p, target, jump[i]
        return None
