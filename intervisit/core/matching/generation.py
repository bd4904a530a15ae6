"""Column generation: prices from the linear master, networks worth more than their price, and a bound."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from intervisit.core.matching.abreast import Halt, abreast
from intervisit.core.matching.beam import beam, families
from intervisit.core.matching.ceiling import host_ceilings, price_bound
from intervisit.core.matching.columns import Pool
from intervisit.core.matching.frames import Frame, frame
from intervisit.core.matching.master import LinearMaster, Relaxed, to_prices
from intervisit.core.matching.pricing import Found, Prices, Search, ranks
from intervisit.core.matching.tables import Floats, Ints
from intervisit.core.matching.task import Task

START_PRICE = 500.0  # points a school is taken to be worth before anything is known
EAGER = 300.0  # points below its price a network may be worth in the first round
FLOOD = 12  # columns per school in one round; beyond that only the best two of each host are taken
STEADY = 0.7  # share of the prices before in those of the next quick round
MANY = 120  # schools; from here on exact searches run side by side
CROWD = 400  # schools; from here on beams do too: below, two threads are in each other's way
EASY = 1  # up to so many partners exact pricing costs no more than a beam


class Generator:
    """Keeps the pool, the linear master and the best bound (in 1/scale points, ∞ before the first)."""

    def __init__(
        self, task: Task, penalty: float, stop: Callable[[], bool], start_price: float = START_PRICE
    ) -> None:
        self.task, self.stop = task, stop
        self.scale = float(task.tables.scale)
        self.many = task.n >= MANY
        self.frames = [frame(task.tables, s) for s in task.tables.shapes]
        self.families = families(self.frames)
        self.pool = Pool(task)
        self.penalty = penalty
        self.lp = LinearMaster(self.pool, penalty)
        center = np.zeros(len(task.rows.low))
        center[: task.n] = start_price * self.scale
        self.duals: Floats = center
        self.relaxed: Relaxed | None = None
        self.bound = np.inf
        self.best_duals: Floats = center  # those that gave the bound
        self.best_triples: Ints = self.lp.triples  # and the cuts they are of
        self.center: Floats | None = None  # where rounds keep prices near, so that they swing less

    def _prices(self, duals: Floats) -> tuple[Prices, float]:
        return to_prices(self.task, duals, self.lp.triples)

    def prices(self) -> Prices:
        """Prices as whole numbers."""
        return self._prices(self.duals)[0]

    def _best_prices(self) -> Prices:
        """The prices that gave the bound."""
        return to_prices(self.task, self.best_duals, self.best_triples)[0]

    def raise_penalty(self, times: float) -> None:
        """Let unmet rows cost so many times as much."""
        self.penalty *= times
        self.lp.set_penalty(self.penalty)
        self.resolve([])

    def resolve(self, fresh: list[int]) -> Relaxed:
        """Put new columns into the linear master and take over its prices."""
        self.lp.grow(fresh)
        self.relaxed = self.lp.solve()
        self.duals = self.relaxed.duals
        return self.relaxed

    def beam_round(self, width: int, keep: int, threshold: float = 0.0) -> int:
        """One round of quick pricing; the number of new columns."""
        if self.center is not None:
            self.center = STEADY * _as_long(self.center, self.duals) + (1 - STEADY) * self.duals
        prices = self._prices(self.duals if self.center is None else self.center)[0]

        def look(family: list[Frame], halt: Halt) -> list[Found]:
            if halt():
                return []
            if family[0].shape.partners > EASY:
                return beam(self.task.tables, family, prices, threshold, width, keep)
            least = max(threshold, -EAGER * self.scale)
            return [Search(self.task.tables, f, prices, least, stop=halt).run() for f in family]

        jobs = [partial(look, family) for family in self.families]
        batch = [best_of(f, width) for found in abreast(jobs, self.stop, self.task.n >= CROWD) for f in found]
        if sum(len(found.hosts) for found in batch) > FLOOD * self.task.n:
            batch = [best_of(found, 2) for found in batch]
        fresh = self._missing([number for found in batch for number in self.pool.add(found, prices)])
        if fresh:
            self.resolve(fresh)
        return len(fresh)

    def exact_round(self, threshold: float, limit: int = 20_000, per_host: int = 10) -> tuple[int, bool]:
        """All shapes without a beam: (new columns, whether the search was complete). Updates the bound."""
        prices, base = self._prices(self.duals)
        fresh: list[int] = []
        complete = True
        ceilings: list[tuple[int, Floats]] = []
        for f, (search, found) in zip(self.frames, self._searched(prices, threshold, limit), strict=True):
            if not complete and fresh:
                ceilings.append((f.shape.type_index, host_ceilings(f, prices)))
                continue
            complete &= search.complete
            ceilings.append((f.shape.type_index, search.ceiling))
            fresh += self._missing(self.pool.add(best_of(found, per_host), prices))
        self._take(price_bound(self.task, base, ceilings))
        if fresh:
            self.resolve(fresh)
        return len(fresh), complete

    def _searched(self, prices: Prices, threshold: float, limit: int) -> list[tuple[Search, Found]]:
        """The exact search of every shape."""

        def look(f: Frame, halt: Halt) -> tuple[Search, Found]:
            search = Search(self.task.tables, f, prices, threshold, limit=limit, stop=halt)
            return search, search.run()

        return abreast([partial(look, f) for f in self.frames], self.stop, self.many)

    def _missing(self, numbers: list[int]) -> list[int]:
        """Those that are not in the linear master."""
        return [k for k in dict.fromkeys(numbers) if k not in self.lp.inside]

    def quick_bound(self) -> None:
        """A bound at the current prices without any search: weak, but it is always there."""
        prices, base = self._prices(self.duals)
        ceilings = [(f.shape.type_index, host_ceilings(f, prices)) for f in self.frames]
        self._take(price_bound(self.task, base, ceilings))

    def _take(self, bound: float) -> None:
        if bound < self.bound:
            self.bound, self.best_duals, self.best_triples = bound, self.duals.copy(), self.lp.triples

    def enumerate(self, gap: float, limit: int) -> list[int] | None:
        """Every column with a reduced worth of at least −gap at the best prices, of the same schools only the one with
        the best host; None when too many."""
        prices = self._best_prices()
        numbers: list[int] = []
        for search, found in self._searched(prices, -gap - 1, limit):
            if not search.complete or len(numbers) + len(found.hosts) > limit:
                return None
            numbers += self.pool.add(best_hosts(found), prices)
        return numbers

    def nearest(self, count: int) -> float:
        """The reduced worth at the best prices that `count` columns of the pool reach."""
        reduced = np.sort(self.pool.reduced(self._best_prices()))[::-1]
        return float(min(0.0, reduced[count])) if count < len(reduced) else -np.inf

    def promising(self, count: int) -> list[int]:
        """About so many columns of the pool, those with the most reduced worth at the current prices."""
        reduced = self.pool.reduced(self.prices())
        if len(reduced) <= count:
            return list(range(len(reduced)))
        least = np.partition(reduced, len(reduced) - count)[len(reduced) - count]
        return [int(k) for k in np.flatnonzero(reduced >= least)]

    def near(self, gap: float) -> list[int]:
        """Columns of the pool whose reduced worth at the current prices is at least −gap."""
        reduced = self.pool.reduced(self.prices())
        return [int(k) for k in np.flatnonzero(reduced >= -gap)]


def _as_long(values: Floats, other: Floats) -> Floats:
    """Values with zeros for the cuts that came since."""
    return np.concatenate([values, np.zeros(len(other) - len(values))])


def best_of(found: Found, per_host: int) -> Found:
    """The best few columns of each host."""
    if not len(found.hosts):
        return found
    keep = np.flatnonzero(ranks(found.hosts, found.reduced) < per_host)
    return Found(found.shape, found.hosts[keep], found.partners[keep], found.reduced[keep])


def best_hosts(found: Found) -> Found:
    """Of columns with the same schools, the one with the best host: no matching needs another."""
    if not len(found.hosts):
        return found
    members = np.sort(np.concatenate([found.hosts[:, None], found.partners], axis=1), axis=1)
    order = np.lexsort((-found.reduced, *members.T))
    ordered = members[order]
    first = np.concatenate([[True], (ordered[1:] != ordered[:-1]).any(axis=1)])
    keep = np.sort(order[first])
    return Found(found.shape, found.hosts[keep], found.partners[keep], found.reduced[keep])
