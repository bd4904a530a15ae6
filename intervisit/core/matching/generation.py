"""Column generation: prices from the linear master, networks worth more than their price, and a bound."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from intervisit.core.matching.beam import beam
from intervisit.core.matching.ceiling import host_ceilings, price_bound
from intervisit.core.matching.columns import Pool
from intervisit.core.matching.frames import frame
from intervisit.core.matching.master import LinearMaster, Relaxed, to_prices
from intervisit.core.matching.pricing import Found, Prices, Search, ranks
from intervisit.core.matching.tables import Floats
from intervisit.core.matching.task import Task

START_PRICE = 500.0  # points a school is taken to be worth before anything is known
EAGER = 300.0  # points below its price a network may be worth in the first round
FLOOD = 12  # columns per school in one round; beyond that only the best two of each host are taken
STEADY = 0.5  # share of the prices before in those of the next quick round
EASY = 2  # up to so many partners exact pricing costs no more than a beam


class Generator:
    """Keeps the pool, the linear master and the best bound (in 1/scale points, ∞ before the first)."""

    def __init__(
        self, task: Task, penalty: float, stop: Callable[[], bool], start_price: float = START_PRICE
    ) -> None:
        self.task, self.stop = task, stop
        self.scale = float(task.tables.scale)
        self.frames = [frame(task.tables, s) for s in task.tables.shapes]
        self.pool = Pool(task)
        self.penalty = penalty
        self.lp = LinearMaster(self.pool, penalty)
        center = np.zeros(len(task.rows.low))
        center[: task.n] = start_price * self.scale
        self.duals: Floats = center
        self.relaxed: Relaxed | None = None
        self.bound = np.inf
        self.best_duals: Floats = center  # those that gave the bound
        self.center: Floats | None = None  # where rounds keep prices near, so that they swing less

    def prices(self) -> Prices:
        """Prices as whole numbers."""
        return to_prices(self.task, self.duals)[0]

    def resolve(self, fresh: list[int]) -> Relaxed:
        """Put new columns into the linear master and take over its prices."""
        self.lp.grow(fresh)
        self.relaxed = self.lp.solve()
        self.duals = self.relaxed.duals
        return self.relaxed

    def beam_round(self, width: int, keep: int, threshold: float = 0.0) -> int:
        """One round of quick pricing; the number of new columns."""
        if self.center is not None:
            self.center = STEADY * self.center + (1 - STEADY) * self.duals
        prices = to_prices(self.task, self.duals if self.center is None else self.center)[0]
        batch: list[Found] = []
        for f in self.frames:
            if self.stop():
                break
            if f.shape.partners <= EASY:
                search = Search(
                    self.task.tables, f, prices, max(threshold, -EAGER * self.scale), stop=self.stop
                )
                batch.append(best_of(search.run(), width))
            else:
                batch.append(beam(self.task.tables, f, prices, threshold, width, keep))
        if sum(len(found.hosts) for found in batch) > FLOOD * self.task.n:
            batch = [best_of(found, 2) for found in batch]
        fresh = [number for found in batch for number in self.pool.add(found, prices)]
        if fresh:
            self.resolve(fresh)
        return len(fresh)

    def exact_round(self, threshold: float, limit: int = 20_000, per_host: int = 10) -> tuple[int, bool]:
        """All shapes without a beam: (new columns, whether the search was complete). Updates the bound."""
        prices, base = to_prices(self.task, self.duals)
        fresh: list[int] = []
        complete = True
        ceilings: list[tuple[int, Floats]] = []
        for f in self.frames:
            if not complete and fresh:
                ceilings.append((f.shape.type_index, host_ceilings(f, prices)))
                continue
            search = Search(self.task.tables, f, prices, threshold, limit=limit, stop=self.stop)
            found = search.run()
            complete &= search.complete
            ceilings.append((f.shape.type_index, search.ceiling))
            fresh += self.pool.add(best_of(found, per_host), prices)
        self._take(price_bound(self.task, base, ceilings))
        if fresh:
            self.resolve(fresh)
        return len(fresh), complete

    def quick_bound(self) -> None:
        """A bound at the current prices without any search: weak, but it is always there."""
        prices, base = to_prices(self.task, self.duals)
        ceilings = [(f.shape.type_index, host_ceilings(f, prices)) for f in self.frames]
        self._take(price_bound(self.task, base, ceilings))

    def _take(self, bound: float) -> None:
        if bound < self.bound:
            self.bound, self.best_duals = bound, self.duals.copy()

    def enumerate(self, gap: float, limit: int) -> list[int] | None:
        """Every column with a reduced worth of at least −gap at the best prices; None when too many."""
        prices, _ = to_prices(self.task, self.best_duals)
        numbers: list[int] = []
        for f in self.frames:
            search = Search(self.task.tables, f, prices, -gap - 1, limit=limit, stop=self.stop)
            found = search.run()
            if not search.complete or len(numbers) + len(found.hosts) > limit:
                return None
            self.pool.add(found, prices)
            t = f.shape.type_index
            partners = np.sort(found.partners, axis=1).tolist()
            for host, rest in zip(found.hosts.tolist(), partners, strict=True):
                number = self.pool.number(t, (host, *rest))
                assert number is not None
                numbers.append(number)
        return numbers

    def near(self, gap: float) -> list[int]:
        """Columns of the pool whose reduced worth at the current prices is at least −gap."""
        reduced = self.pool.reduced(self.prices())
        return [int(k) for k in np.flatnonzero(reduced >= -gap)]


def best_of(found: Found, per_host: int) -> Found:
    """The best few columns of each host."""
    if not len(found.hosts):
        return found
    keep = np.flatnonzero(ranks(found.hosts, found.reduced) < per_host)
    return Found(found.shape, found.hosts[keep], found.partners[keep], found.reduced[keep])
