"""The masters: the linear program over the pool, with its prices, and the integer program over columns."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import highspy
import numpy as np

from intervisit.core.matching.columns import Pool
from intervisit.core.matching.cuts import charges, paying
from intervisit.core.matching.frames import groups
from intervisit.core.matching.pricing import Prices
from intervisit.core.matching.tables import Floats, Ints
from intervisit.core.matching.task import Task

CUTS = 10  # of its own that HiGHS keeps: with many it takes half as long again
PRESOLVED = 3000  # columns; from here on presolving costs more than it saves
GROWTH = 300 * 2**20  # bytes; a search that takes more for its tree is ended: what it says by then holds


@dataclass(frozen=True)
class Relaxed:
    """An LP optimum: objective and row prices in 1/scale points, and what was left unmet (0 when nothing)."""

    objective: float
    duals: Floats
    unmet: float
    values: Floats  # of the pool's columns


def _quiet(threads: int = 1) -> highspy.Highs:
    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    h.setOptionValue("threads", threads)
    return h


class LinearMaster:
    """Grows with the pool. Worth is maximised; unmet rows cost `penalty` points each."""

    def __init__(self, pool: Pool, penalty: float) -> None:
        self.pool, self.task = pool, pool.task
        self.scale, self.penalty = float(self.task.tables.scale), penalty
        self.triples: Ints = np.zeros((0, 3), np.int64)
        self.artificial: list[int] = []
        rows = self.task.rows
        self.h = _quiet()
        self.h.setOptionValue("solver", "simplex")
        self.h.setOptionValue("presolve", "off")
        none = np.zeros(0, np.int32)
        m = len(rows.low)
        high = np.where(np.isinf(rows.high), highspy.kHighsInf, rows.high)
        self.h.addRows(m, rows.low, high, 0, np.zeros(m, np.int32), none, np.zeros(0))
        for row in np.flatnonzero(rows.low > 0).tolist():
            self.artificial.append(self.h.getNumCol())
            self.h.addCol(penalty, 0.0, highspy.kHighsInf, 1, np.array([row], np.int32), np.ones(1))
        self.columns: list[int] = []
        self.inside: set[int] = set()

    def set_penalty(self, penalty: float) -> None:
        """What an unmet row costs, in points."""
        self.penalty = penalty
        for col in self.artificial:
            self.h.changeColCost(col, penalty)

    def grow(self, numbers: list[int]) -> None:
        """Add columns of the pool."""
        numbers = [k for k in dict.fromkeys(numbers) if k not in self.inside]
        if not numbers:
            return
        self.inside.update(numbers)
        starts, index, value = self.pool.entries(numbers, self.triples)
        cost = np.array([-self.pool.worth[k] / self.scale for k in numbers])
        k = len(numbers)
        self.h.addCols(k, cost, np.zeros(k), np.full(k, highspy.kHighsInf), len(index), starts, index, value)
        self.columns += numbers

    def cut(self, triples: Ints) -> None:
        """Add cuts: at most one network with two or more of each triple."""
        if not len(triples):
            return
        members = self.pool.rows()[self.columns]
        row, col = np.nonzero(paying(triples, members, self.task.n))
        starts = np.searchsorted(row, np.arange(len(triples))).astype(np.int32)
        index = (col + len(self.artificial)).astype(np.int32)
        k = len(triples)
        low = np.full(k, -highspy.kHighsInf)
        self.h.addRows(k, low, np.ones(k), len(index), starts, index, np.ones(len(index)))
        self.triples = np.concatenate([self.triples, triples])

    def keep(self, numbers: list[int], triples: Ints) -> None:
        """Begin anew with these columns and cuts only."""
        fresh = LinearMaster(self.pool, self.penalty)
        fresh.grow(numbers)
        fresh.cut(triples)
        self.h, self.triples = fresh.h, fresh.triples
        self.columns, self.inside = fresh.columns, fresh.inside

    def hold(self, position: int) -> None:
        """Take the column at this position of `columns` in full."""
        self.h.changeColBounds(len(self.artificial) + position, 1.0, 1.0)

    def release(self, positions: Iterable[int]) -> None:
        """Undo `hold`."""
        for j in positions:
            self.h.changeColBounds(len(self.artificial) + j, 0.0, highspy.kHighsInf)

    def solve(self) -> Relaxed:
        """Optimise from the last basis."""
        self.h.run()
        solution = self.h.getSolution()
        value = np.array(solution.col_value)
        skip = len(self.artificial)
        objective = -self.h.getInfo().objective_function_value * self.scale
        duals = -np.array(solution.row_dual) * self.scale
        return Relaxed(objective, duals, float(value[:skip].sum()), value[skip:])


def to_prices(task: Task, duals: Floats, triples: Ints | None = None) -> tuple[Prices, float]:
    """Whole-number prices from row duals, and the bound they give before reduced worths: exact, scaled."""
    rows = task.rows
    m = len(rows.low)
    y = np.rint(duals[:m])
    y = np.where(np.isinf(rows.high), np.minimum(y, 0), y)
    for group in groups(task.tables):
        y[group] = np.rint(y[group].mean())  # only their sum counts; twins are found sooner
    n, n_types = task.n, len(task.problem.types)
    school = y[:n] + y[n + n_types]
    if len(task.quota_members):
        school = school + y[n + n_types + 1 :] @ task.quota_members
    finite = np.where(np.isinf(rows.high), 0, rows.high)
    bound = float(np.sum(np.where(y > 0, y * finite, y * rows.low)))
    paid = None
    if triples is not None and len(triples) and len(duals) > m:
        paid = charges(triples[: len(duals) - m], duals[m:], n)
        bound += 0.0 if paid is None else float(paid.each.sum())
    return Prices(school, y[n : n + n_types], paid), bound


@dataclass(frozen=True)
class Chosen:
    """What the integer master says: column numbers (None: none found) and a bound in 1/scale points.

    `bound` holds for matchings made of the given columns only; −inf when it is proven that there is none.
    """

    numbers: list[int] | None
    bound: float
    optimal: bool


def choose(
    pool: Pool,
    numbers: list[int],
    seconds: float,
    start: list[int] | None = None,
    threads: int = 1,
    seed: int = 0,
    triples: Ints | None = None,
    stop: Callable[[], bool] | None = None,
    more: tuple[Ints, Ints] | None = None,
    gap: float = 0.0,
) -> Chosen:
    """The best matching made of `numbers`. `start`: a matching to begin with (numbers of columns). `more`: cuts, as
    rows over `numbers` and what they are at most. `gap`: this share below the best is good enough."""
    task, scale = pool.task, float(pool.task.tables.scale)
    if not numbers:
        empty = bool((task.rows.low <= 0).all())
        return Chosen([], 0.0, True) if empty else Chosen(None, -np.inf, True)
    h = _quiet(threads)
    if np.isfinite(seconds):
        h.setOptionValue("time_limit", max(0.05, seconds))
    h.setOptionValue("mip_rel_gap", gap)
    h.setOptionValue("mip_abs_gap", 0.4 / scale)
    h.setOptionValue("random_seed", seed % 2**31)
    h.setOptionValue("presolve", "off" if len(numbers) > PRESOLVED else "choose")
    h.setOptionValue("mip_pool_soft_limit", CUTS)
    h.setOptionValue("mip_pool_age_limit", 1)
    _load(h, pool, numbers, triples, more)
    if start is not None and set(start) <= set(numbers):
        _warm(h, numbers, start)
    if stop is not None:
        _stoppable(h, stop)
    h.run()
    if h.getModelStatus() == highspy.HighsModelStatus.kSolveError:  # presolving may break it
        h.setOptionValue("presolve", "off")
        h.run()
    return _answer(h, pool, numbers, scale)


def _load(
    h: highspy.Highs, pool: Pool, numbers: list[int], triples: Ints | None, more: tuple[Ints, Ints] | None
) -> None:
    """The rows of the task, the cuts, and a column of zero or one for each network."""
    task, scale = pool.task, float(pool.task.tables.scale)
    rows = task.rows
    cuts = 0 if triples is None else len(triples)
    m, k = len(rows.low) + cuts, len(numbers)
    low = np.concatenate([rows.low, np.full(cuts, -highspy.kHighsInf)])
    high = np.concatenate([np.where(np.isinf(rows.high), highspy.kHighsInf, rows.high), np.ones(cuts)])
    h.addRows(m, low, high, 0, np.zeros(m, np.int32), np.zeros(0, np.int32), np.zeros(0))
    starts, index, value = pool.entries(numbers, triples)
    cost = np.array([-pool.worth[j] / scale for j in numbers])
    added = h.addCols(k, cost, np.zeros(k), np.ones(k), len(index), starts, index, value)
    assert added == highspy.HighsStatus.kOk, "the integer master refused its columns"
    every = np.arange(k, dtype=np.int32)
    h.changeColsIntegrality(k, every, np.full(k, highspy.HighsVarType.kInteger))
    for row, most in zip(*more, strict=True) if more is not None else ():
        some = np.flatnonzero(row).astype(np.int32)
        h.addRow(-highspy.kHighsInf, float(most), len(some), some, row[some].astype(np.float64))


def _stoppable(h: highspy.Highs, stop: Callable[[], bool]) -> None:
    """Ask `stop` while the integer program runs; its tree grows by the second, and not without end."""
    most = _held() + GROWTH

    def ask(event: object) -> None:
        if stop() or _held() > most:
            event.interrupt()  # type: ignore[attr-defined]

    h.cbMipInterrupt.subscribe(ask)


def _held() -> int:
    """The most memory this process ever held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _warm(h: highspy.Highs, numbers: list[int], start: list[int]) -> None:
    wanted = set(start)
    solution = highspy.HighsSolution()
    solution.col_value = [1.0 if j in wanted else 0.0 for j in numbers]
    h.setSolution(solution)


def _answer(h: highspy.Highs, pool: Pool, numbers: list[int], scale: float) -> Chosen:
    status, info = h.getModelStatus(), h.getInfo()
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return Chosen(None, -np.inf, True)
    bound = -info.mip_dual_bound * scale
    if info.primal_solution_status != 2:  # no feasible point
        return Chosen(None, bound, False)
    values: Ints = np.flatnonzero(np.array(h.getSolution().col_value) > 0.5)
    chosen = [numbers[j] for j in values.tolist()]
    return Chosen(chosen, bound, status == highspy.HighsModelStatus.kOptimal)
