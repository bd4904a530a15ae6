"""Pricing: the networks of one shape worth more than the prices of their schools plus a threshold.

Exact: depth-first extension of every host by partners in a fixed order, hosts side by side in numpy arrays,
cut off by upper bounds.
Everything is a whole number of 1/scale points held in floats, so comparisons are exact.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from intervisit.core.matching.cuts import Charges
from intervisit.core.matching.frames import NEVER, Frame
from intervisit.core.matching.tables import BLOCKED, Flags, Floats, Ints, Shape, Tables, own_scores, top_sums
from intervisit.core.matching.tree import CELLS, Tree


@dataclass(frozen=True)
class Prices:
    """What a column has to pay: for each school, and for its type. In 1/scale points, whole numbers."""

    school: Floats
    type: Floats
    charges: Charges | None = None  # for cuts


@dataclass
class Found:
    """Columns of one shape: hosts (k,), partners (k, m), reduced worth (k,)."""

    shape: Shape
    hosts: Ints
    partners: Ints
    reduced: Floats


class Search:
    """One pricing run of one shape at one set of prices."""

    def __init__(
        self,
        tables: Tables,
        frame: Frame,
        prices: Prices,
        threshold: float,
        *,
        limit: int = 2_000_000,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self.tables, self.frame, self.shape = tables, frame, frame.shape
        self.prices, self.threshold = prices, threshold
        self.limit, self.stop = limit, stop
        self.complete = True  # False when a limit cut the search short
        self.hosts: list[Ints] = []
        self.partners: list[Ints] = []
        self.reduced: list[Floats] = []
        self.found = 0
        self.ceiling: Floats = np.full(len(tables.ids), BLOCKED)  # of a network around each host; after run()

    def run(self) -> Found:
        """Columns whose reduced worth exceeds the threshold: all of them when `complete`."""
        m = self.shape.partners
        base = self.frame.start - self.prices.school - self.prices.type[self.shape.type_index]
        gain = net_gain(self.frame, self.prices)
        potential = gain + self.frame.top[m - 1][None, :] / 2
        hosts, cutoff = self._promising(potential, base, m)
        if len(hosts):
            alive = potential[hosts] > cutoff[:, None]
            self._by_size(hosts, base, gain, potential, alive)
        if not self.found:
            return Found(self.shape, np.zeros(0, np.int64), np.zeros((0, m), np.int64), np.zeros(0))
        return Found(
            self.shape,
            np.concatenate(self.hosts),
            np.concatenate(self.partners),
            np.concatenate(self.reduced),
        )

    def _promising(self, potential: Floats, base: Floats, m: int) -> tuple[Ints, Floats]:
        """Hosts whose bound exceeds the threshold, and the potential below which a partner is hopeless."""
        n = potential.shape[1]
        if m > n:
            return np.zeros(0, np.int64), np.zeros(0)
        best = np.partition(potential, n - m, axis=1)[:, n - m :]
        total = base + best.sum(axis=1)
        self.ceiling = np.where(total > NEVER, total, BLOCKED)
        hosts = np.flatnonzero(total > max(self.threshold, NEVER))
        kth = best[hosts].min(axis=1)
        return hosts, np.maximum(self.threshold - total[hosts] + kth, NEVER)

    def _by_size(self, hosts: Ints, base: Floats, gain: Floats, potential: Floats, alive: Flags) -> None:
        """Pack each host's candidates into dense arrays, hosts with similar numbers of them together."""
        counts = alive.sum(axis=1)
        order = np.argsort(counts, kind="stable")
        few = hosts[counts < self.shape.partners]
        self.ceiling[few] = np.minimum(self.ceiling[few], self.threshold)
        order = order[counts[order] >= self.shape.partners]
        start = 0
        while start < len(order) and not self.enough():
            end = start + 1
            while end < len(order) and (end + 1 - start) * int(counts[order[end]]) ** 2 <= CELLS:
                end += 1
            rows = order[start:end]
            size = int(counts[rows[-1]])
            pot = np.where(alive[rows], potential[hosts[rows]], BLOCKED)
            cand = np.argsort(-pot, axis=1, kind="stable")[:, :size]
            before = len(self.hosts)
            self._block(hosts[rows], cand, base, gain, np.take_along_axis(pot, cand, axis=1) > NEVER)
            if self.complete:
                self._settle(hosts[rows], before)
            start = end
        self.complete &= start >= len(order)

    def _settle(self, hosts: Ints, before: int) -> None:
        """These hosts were searched to the end: what was found since `before` is the best there is."""
        best = np.full(len(self.ceiling), self.threshold)
        for found, reduced in zip(self.hosts[before:], self.reduced[before:], strict=True):
            np.maximum.at(best, found, reduced)
        self.ceiling[hosts] = np.minimum(self.ceiling[hosts], best[hosts])

    def _block(self, hosts: Ints, cand: Ints, base: Floats, gain: Floats, live: Flags) -> None:
        m = self.shape.partners
        a = np.where(live, gain[hosts[:, None], cand], BLOCKED)
        start = base[hosts]
        if m == 1:
            rows, cols = np.nonzero(a + start[:, None] > max(self.threshold, NEVER))
            self.emit(hosts[rows], cand[rows, cols][:, None], (a + start[:, None])[rows, cols])
            return
        q = net_peers(self.frame, self.prices, hosts, cand)
        q = np.where(live[:, :, None] & live[:, None, :], q, BLOCKED)
        if m > 2:
            a, q, cand, hosts, start = self._tighten(a, q, cand, hosts, start)
            if not len(hosts):
                return
        Tree(self, m, hosts, cand, start, a, q, lambda k: self.tables.mates[k]).grow()
        self.complete &= not self.enough()

    def _tighten(
        self, a: Floats, q: Floats, cand: Ints, hosts: Ints, start: Floats
    ) -> tuple[Floats, Floats, Ints, Ints, Floats]:
        """Drop candidates that cannot be in any network above the threshold, given one fixed partner."""
        m = self.shape.partners
        for _ in range(3):
            size = a.shape[1]
            second = top_sums(q, m)[m - 2]
            reach = a[:, None, :] + q + second[:, None, :] / 2
            best = np.partition(reach, size - m + 1, axis=2)[:, :, size - m + 1 :].sum(axis=2)
            alive = start[:, None] + a + best > max(self.threshold, NEVER)
            counts = alive.sum(axis=1)
            rows = np.flatnonzero(counts >= m)
            if not len(rows):
                return a[:0], q[:0], cand[:0], hosts[:0], start[:0]
            small = int(counts[rows].max())
            if small > 0.9 * size and len(rows) > 0.9 * len(hosts):
                break
            pick = np.argsort(~alive[rows], axis=1, kind="stable")[:, :small]
            ok = np.take_along_axis(alive[rows], pick, axis=1)
            a = np.where(ok, np.take_along_axis(a[rows], pick, axis=1), BLOCKED)
            q = q[rows[:, None, None], pick[:, :, None], pick[:, None, :]]
            q = np.where(ok[:, :, None] & ok[:, None, :], q, BLOCKED)
            cand, hosts, start = np.take_along_axis(cand[rows], pick, axis=1), hosts[rows], start[rows]
        return a, q, cand, hosts, start

    def enough(self) -> bool:
        """Whether to stop: time is up or more was found than wanted."""
        return self.found > self.limit or self.stop()

    def emit(self, hosts: Ints, partners: Ints, reduced: Floats) -> None:
        """Keep columns that hold groups whole and are worth enough with all they pay for cuts."""
        if len(hosts):
            ok = acceptable(self.tables, self.shape, hosts, partners)
            hosts, partners, reduced = hosts[ok], partners[ok], reduced[ok]
        if len(hosts) and self.prices.charges is not None:
            members = np.concatenate([hosts[:, None], partners], axis=1)
            reduced = reduced - self.prices.charges.beyond_pairs(members)
            ok = reduced > self.threshold
            hosts, partners, reduced = hosts[ok], partners[ok], reduced[ok]
        if not len(hosts):
            return
        self.hosts.append(hosts)
        self.partners.append(partners)
        self.reduced.append(reduced)
        self.found += len(hosts)


def net_gain(frame: Frame, prices: Prices) -> Floats:
    """[h, p]: what p adds beside h alone, less its price and at least part of what the pair pays for cuts."""
    gain: Floats = frame.pair - prices.school[None, :]
    return gain if prices.charges is None else gain - prices.charges.pair


def net_peers(frame: Frame, prices: Prices, hosts: Ints, cand: Ints) -> Floats:
    """[h, c, c]: worth of pairs among candidates, less at least part of what they pay for cuts."""
    q = frame.local(hosts, cand)
    if prices.charges is not None:
        q -= prices.charges.pair[cand[:, :, None], cand[:, None, :]]
    return q


def acceptable(tables: Tables, shape: Shape, hosts: Ints, partners: Ints) -> Flags:
    """Which networks hold groups whole, seat the kinds as asked and give no school less than the floor."""
    ok = np.ones(len(hosts), dtype=bool)
    for kind, low, high in shape.seats:
        count = (tables.kinds[hosts] == kind) * 1 + (tables.kinds[partners] == kind).sum(axis=1)
        ok &= (count >= low) & (count <= high)
    if any(tables.mates):
        ok &= whole_groups(tables, hosts, partners)
    if np.isfinite(tables.floor):
        ok &= (own_scores(tables, shape, hosts, partners) >= tables.floor).all(axis=1)
    return ok


def whole_groups(tables: Tables, hosts: Ints, partners: Ints) -> Flags:
    """Which networks hold every group of schools that belong together whole or not at all."""
    members = np.concatenate([hosts[:, None], partners], axis=1)
    ok = np.ones(len(hosts), dtype=bool)
    for k, mates in enumerate(tables.mates):
        if mates:
            rows = np.flatnonzero((members == k).any(axis=1))
            for mate in mates:
                ok[rows] &= (members[rows] == mate).any(axis=1)
    return ok


def ranks(group: Ints, value: Floats) -> Ints:
    """Rank of each value within its group, the largest first."""
    order = np.lexsort((-value, group))
    sorted_group = group[order]
    starts = np.flatnonzero(np.r_[True, sorted_group[1:] != sorted_group[:-1]])
    lengths = np.diff(np.r_[starts, len(order)])
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order)) - np.repeat(starts, lengths)
    return rank
