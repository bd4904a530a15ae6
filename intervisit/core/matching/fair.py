"""The worst-served school first: its own score is raised as far as it goes, then the sum among such arrangements.

A floor leaves out every network in which somebody has less. How high it can be is found in two steps: the linear
program alone says above which floor there is nothing at all, by bisection, each answer raising the floor to the least
that it gives anybody; then a whole search at that floor. Where no arrangement reaches what the linear program does,
the floor comes down again until one does, and what lies between is halved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from intervisit.core.matching.columns import Pool
from intervisit.core.matching.generation import Generator
from intervisit.core.matching.problem import Progress
from intervisit.core.matching.run import KEEP, WIDTH, Run, start
from intervisit.core.matching.search import least, search
from intervisit.core.matching.tables import Floats, own_scores
from intervisit.core.matching.task import Rows, Task

PROBING = 0.5  # share of the time for the linear program's word on how high the floor can be
FEW = 10  # new columns: with fewer the exact search comes next
NEXT = 1.0  # points: where less is left between the floors, the very next one is tried after a failure
TARGET, LOWER = 0.6, 0.3  # share of the time left after which one floor without an answer is given up
DEARER = 1.1  # times the penalty that would settle it


@dataclass
class Fairness:
    """What is known of the lowest own score, in 1/scale points, and the run with the best answer."""

    first: Run  # that of the sum
    best: Run
    low: int  # the best answer gives nobody less
    high: int  # not looked at any higher
    ceiling: int  # proven: no arrangement gives everybody more
    source: Generator  # whose columns and prices the next run begins with
    whole: bool = False  # the best answer comes from a whole search at its floor

    @property
    def proven(self) -> bool:
        """Whether nothing gives the worst-served school more."""
        return self.low >= self.ceiling

    def begin(self, floor: int, patience: float = 1.0) -> Run:
        """A run that leaves out every network in which somebody has less than the floor; it ends after this share of
        the time left when it has no answer by then."""
        first = self.first
        tables = replace(first.task.tables, floor=float(floor))
        task = replace(first.task, tables=tables, rows=_somebody(first.task))
        run = start(task, first.left(), first.seed, self._tell(), None, first.clock, first.clock())

        def enough() -> bool:
            late = not run.numbers and run.elapsed() > patience * run.seconds
            return late or (first.asked_to_stop is not None and first.asked_to_stop())

        run.asked_to_stop = enough
        pool, known = self.source.pool, self.source.lp.columns
        reach = [k for k, v in zip(known, lows(task, pool, known), strict=True) if v >= floor]
        for k in reach:
            run.generator.pool.put(pool.types[k], pool.members[k], pool.worth[k])
        run.generator.resolve(list(range(len(reach))))
        return run

    def _tell(self) -> Callable[[Progress], None] | None:
        tell = self.first.progress
        if tell is None:
            return None
        points, elapsed = self.best.points(self.best.worth), self.first.elapsed()

        def told(p: Progress) -> None:
            tell(Progress(elapsed + p.elapsed, "worst-served school first", points, None))

        return told


def fairest(first: Run) -> Fairness:
    """The answer of the sum, made as fair as it can be in the time that is left."""
    low = int(worst(first))
    high = max(low, _ceiling(first))
    work = Fairness(first, first, low, high, high, first.generator)
    target = _relaxed(work)
    _reached(work, target)
    if not work.whole and work.low > low and not first.stop():
        _whole(work)
    return work


def worst(run: Run) -> float:
    """The lowest own score in the answer, in 1/scale points; 0 when nobody is placed."""
    return (
        float(lows(run.task, run.generator.pool, run.numbers or []).min(initial=np.inf))
        if run.numbers
        else 0.0
    )


def lows(task: Task, pool: Pool, numbers: list[int]) -> Floats:
    """The lowest own score in each of these networks, in 1/scale points."""
    shapes = {(s.type_index, s.partners): s for s in task.tables.shapes}
    rows, kinds = pool.rows()[numbers], [pool.types[k] for k in numbers]
    keys = [(t, len(pool.members[k]) - 1) for t, k in zip(kinds, numbers, strict=True)]
    out = np.zeros(len(numbers))
    for key in sorted(set(keys)):
        some = np.array([at for at, other in enumerate(keys) if other == key])
        members = rows[some, : key[1] + 1]
        out[some] = own_scores(task.tables, shapes[key], members[:, 0], members[:, 1:]).min(axis=1)
    return out


def _somebody(task: Task) -> Rows:
    """The rows, with at least one school placed: nobody is served worst where nobody is served."""
    low = task.rows.low.copy()
    places = task.n + len(task.problem.types)
    low[places] = max(low[places], 1.0)
    return replace(task.rows, low=low)


def _ceiling(run: Run) -> int:
    """No lowest own score can be above this: what the least fortunate school that must be placed could have."""
    tables, must = run.task.tables, run.task.rows.low[: run.task.n] > 0
    best = np.maximum(tables.peer_gain, np.maximum(tables.host_gain, tables.partner_gain.T))
    best = np.where(tables.compatible, best, 0.0).max(axis=1)
    return int((best[must].min() if must.any() else best.max()) * tables.scale)


def _relaxed(work: Fairness) -> int:
    """Lower what is possible to what the linear program allows; the highest floor at which it has an answer."""
    low, first, raised = work.low, work.first, False
    scale = first.task.tables.scale
    while low < work.high and not first.stop() and first.elapsed() < PROBING * first.seconds:
        floor = _between(low, work.high, 0 if raised else scale)
        run = work.begin(floor)
        able = relaxed_answer(run)
        if able is None:
            break
        if able:
            g = run.generator
            assert g.relaxed is not None
            used = [g.lp.columns[j] for j in np.flatnonzero(g.relaxed.values > 1e-9).tolist()]
            low = max(floor, int(lows(run.task, g.pool, used).min()))
            work.source = g
        else:
            work.high = work.ceiling = floor - 1
        raised = able
    return low


def _between(low: int, high: int, near: int) -> int:
    return (low + high + 1) // 2 if high - low > NEXT * near else low + 1


def relaxed_answer(run: Run) -> bool | None:
    """Whether the linear program meets every row; None when time runs out first.

    Rows that stay unmet get dearer until the bound falls below what the floor alone guarantees.
    """
    g = run.generator
    while not run.stop():
        if g.relaxed is not None and g.relaxed.unmet < 1e-6:
            return True
        if g.beam_round(WIDTH + 2, 2 * KEEP) > FEW:
            continue
        fresh, complete = g.exact_round(0.0)
        if g.bound < least(run):
            return False
        if fresh or not complete or g.relaxed is None or g.relaxed.unmet < 1e-6:
            continue
        missing = (g.bound - least(run)) / g.scale / g.relaxed.unmet
        g.penalty = max(2 * g.penalty, g.penalty + DEARER * missing)
        g.lp.set_penalty(g.penalty)
        g.resolve([])
    return None


def _reached(work: Fairness, target: int) -> None:
    """Find an answer at the target, or at the highest floor below it that has one."""
    first, floor, step = work.first, target, work.first.task.tables.scale
    while work.low < floor and not first.stop():
        run = work.begin(floor, TARGET if floor == target else LOWER)
        run.sketch = floor != target
        possible = search(run)
        if run.numbers:
            work.best, work.low, work.whole = run, int(worst(run)), not run.sketch
            work.source, step = run.generator, 0
        else:
            work.high = floor - 1
            if not possible:
                work.ceiling = min(work.ceiling, floor - 1)
        if work.low >= work.high:
            return
        middle = _between(work.low, work.high, 0 if run.numbers else first.task.tables.scale)
        floor = max(middle, floor - step) if step else middle
        step *= 2


def _whole(work: Fairness) -> None:
    """The best sum at the floor that was reached, with its bound."""
    best = work.best
    run = work.begin(work.low)
    pool = run.generator.pool
    for k in best.numbers or []:
        key = best.generator.pool.types[k], best.generator.pool.members[k]
        pool.put(*key, best.generator.pool.worth[k])
    numbers = [
        pool.number(best.generator.pool.types[k], best.generator.pool.members[k]) for k in best.numbers or []
    ]
    run.generator.lp.grow([k for k in numbers if k is not None])
    run.offer([k for k in numbers if k is not None])
    search(run)
    work.best, work.whole = run, True


def cost_of(work: Fairness) -> Fraction:
    """Points in sum that it costs to serve the worst-served school first."""
    return Fraction(round(work.first.worth - work.best.worth), work.first.task.tables.scale)
