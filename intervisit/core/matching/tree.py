"""The exact search inside pricing: hosts are extended by partners, depth first, in numpy batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

import numpy as np

from intervisit.core.matching.frames import NEVER
from intervisit.core.matching.tables import BLOCKED, Flags, Floats, Ints, top_sums

CELLS = 1_500_000  # numbers in one working array, so that memory stays small and caches warm


class States(NamedTuple):
    """Networks under way, one per row."""

    row: Ints  # which host of the block
    chosen: Ints  # (k, partners so far), positions among the host's candidates
    value: Floats  # worth so far
    gain: Floats  # (k, candidates): what the next partner would add; BLOCKED where it may not come


class Sink(Protocol):
    """Who takes the networks and says when to stop."""

    threshold: float

    def emit(self, hosts: Ints, partners: Ints, reduced: Floats) -> None:
        """Take complete networks."""

    def enough(self) -> bool:
        """Whether to stop."""


class Tree:
    """Candidates stand in a fixed order and are added in it; a group that belongs together comes at once."""

    def __init__(
        self,
        sink: Sink,
        m: int,
        hosts: Ints,
        cand: Ints,
        start: Floats,
        a: Floats,
        q: Floats,
        mates: Callable[[int], tuple[int, ...]],
    ) -> None:
        self.sink, self.m, self.hosts, self.cand = sink, m, hosts, cand
        self.start, self.q, self.size = start, q, a.shape[1]
        self.half = top_sums(q, m) / 2  # [j, h, r]
        self.index = np.arange(self.size)
        self.follow, lost = self._followers(a, mates)
        self.a = np.where(lost, BLOCKED, a)
        self.pickable: Flags = self.follow.min(axis=2) >= -1  # the first of its group, or alone
        self.group_size = (self.follow >= 0).sum(axis=2)
        self.grouped = bool(self.group_size.any())

    def _followers(self, a: Floats, mates: Callable[[int], tuple[int, ...]]) -> tuple[Ints, Flags]:
        """[h, r, j]: positions of the mates of r when r comes first (−1 none, −2 when a mate comes before).
        And which candidates are lost because a mate is missing."""
        most = max((len(mates(int(c))) for c in np.unique(self.cand)), default=0)
        follow = np.full((*self.cand.shape, max(1, most)), -1)
        lost = np.zeros(self.cand.shape, dtype=bool)
        if not most:
            return follow, lost
        for h in range(len(self.hosts)):
            at = {int(c): k for k, c in enumerate(self.cand[h]) if a[h, k] > NEVER}
            host = int(self.hosts[h])
            for c, k in at.items():
                others = [i for i in mates(c) if i != host]
                if any(i not in at for i in others):
                    lost[h, k] = True
                elif others:
                    spots = [at[i] for i in others]
                    follow[h, k, : len(spots)] = -2 if min(spots) < k else spots
        return follow, lost

    def grow(self) -> None:
        """Visit every state whose bound exceeds the threshold, in batches so that memory stays bounded."""
        rows = np.arange(len(self.hosts))
        stack = [States(rows, np.zeros((len(rows), 0), np.int64), self.start.copy(), self.a)]
        room = max(1, CELLS // self.size)
        while stack and not self.sink.enough():
            states = stack.pop()
            if len(states.row) > room:
                stack.append(_part(states, slice(0, len(states.row) - room)))
                states = _part(states, slice(len(states.row) - room, None))
            need = self.m - states.chosen.shape[1]
            if need == 0:
                self._leaves(states)
                continue
            state, pick = self._children(states, need)
            if need == 1:
                self._last(states, state, pick)
                continue
            for at in range(0, len(state), room):
                stack.extend(self._extend(states, state[at : at + room], pick[at : at + room], need))

    def _children(self, states: States, need: int) -> tuple[Ints, Ints]:
        """(state, candidate) pairs that can still exceed the threshold."""
        threshold = max(self.sink.threshold, NEVER)
        potential = states.gain + self.half[need - 1][states.row]
        if need > 1:
            if need > self.size:
                return np.zeros(0, np.int64), np.zeros(0, np.int64)
            best = np.partition(potential, self.size - need, axis=1)[:, self.size - need :]
            total = states.value + best.sum(axis=1)
            cutoff = np.where(total > threshold, threshold - total + best.min(axis=1), np.inf)
        else:
            cutoff = threshold - states.value
        alive: Flags = potential > np.maximum(cutoff, NEVER)[:, None]
        if self.grouped:
            alive = alive & self.pickable[states.row]
        state, pick = np.nonzero(alive)
        return state, pick

    def _extend(self, states: States, state: Ints, pick: Ints, need: int) -> Iterator[States]:
        """Add one candidate to each state, with the group it brings along."""
        row = states.row[state]
        gain = states.gain[state]
        value = states.value[state] + gain[np.arange(len(state)), pick]
        reach = gain + self.q[row, pick]
        reach[self.index[None, :] <= pick[:, None]] = BLOCKED
        chosen = np.concatenate([states.chosen[state], pick[:, None]], axis=1)
        whole = States(row, chosen, value, reach)
        if not self.grouped:
            yield whole
            return
        brings = self.group_size[row, pick]
        for extra in np.unique(brings).tolist():
            part = _part(whole, np.flatnonzero(brings == extra))
            if extra + 1 > need:
                continue
            for j in range(extra):
                spot = self.follow[part.row, part.chosen[:, -1 - j], j]
                part = self._add(part, spot)
            yield _part(part, np.flatnonzero(part.value > NEVER)) if extra else part

    def _add(self, states: States, spot: Ints) -> States:
        value = states.value + states.gain[np.arange(len(spot)), spot]
        reach = states.gain + self.q[states.row, spot]
        return States(states.row, np.concatenate([states.chosen, spot[:, None]], axis=1), value, reach)

    def _last(self, states: States, state: Ints, pick: Ints) -> None:
        if self.grouped:
            alone = self.group_size[states.row[state], pick] == 0
            state, pick = state[alone], pick[alone]
        row = states.row[state]
        chosen = np.concatenate([states.chosen[state], pick[:, None]], axis=1)
        value = states.value[state] + states.gain[state, pick]
        self.sink.emit(self.hosts[row], self.cand[row[:, None], chosen], value)

    def _leaves(self, states: States) -> None:
        good = np.flatnonzero(states.value > max(self.sink.threshold, NEVER))
        row = states.row[good]
        self.sink.emit(self.hosts[row], self.cand[row[:, None], states.chosen[good]], states.value[good])


def _part(states: States, rows: Ints | slice) -> States:
    return States(states.row[rows], states.chosen[rows], states.value[rows], states.gain[rows])
