"""The solver: first an answer, then a better one, then the proof."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np

from intervisit.core.matching.fair import fairest
from intervisit.core.matching.infeasible import explain_infeasible
from intervisit.core.matching.obvious import obvious_conflicts
from intervisit.core.matching.patchwork import ceiling, patchwork
from intervisit.core.matching.problem import Infeasible, MatchedNetwork, Problem, Progress, Solution
from intervisit.core.matching.run import Run, start
from intervisit.core.matching.score import objective
from intervisit.core.matching.search import search
from intervisit.core.matching.task import prepare

SUM_SHARE = 0.3  # of the time for the sum alone, where the worst-served school comes first
SKETCH = 5.0  # seconds for one question whether there is an answer at all
MANY = 250  # schools; more get a first answer patch by patch
PREPARING = 1e-6  # seconds for the tables of one pair of schools, about
LATE = 1.3  # times the seconds: a first answer may take so long
EXPLAIN = 5.0  # seconds a reason may take when time has run out


def solve(
    problem: Problem,
    *,
    seed: int,
    seconds: float,
    progress: Callable[[Progress], None] | None = None,
    stop: Callable[[], bool] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Solution | Infeasible:
    """The best matching that can be found and proven in `seconds`, or why there is none.

    `progress` is called a few times a second, `stop` is asked as often and ends the run with the best answer
    so far. The same problem and seed give the same answer unless time runs out. `clock` gives seconds.
    """
    started = clock()
    conflicts = obvious_conflicts(problem)
    if conflicts:
        return Infeasible(conflicts)
    early = _early(problem, seed, seconds, progress, stop, lambda: clock() - started)
    if early is not None and clock() - started > seconds - PREPARING * len(problem.schools) ** 2:
        return _hurried(problem, early)
    task = prepare(problem)
    run = start(task, seconds, seed, progress, stop, clock, started)
    run.early = early
    if task.n == 0:
        return _solution(run, ())
    if problem.fairness == "maxmin":
        run.asked_to_stop = lambda: (
            (stop is not None and stop()) or (bool(run.numbers) and run.elapsed() > SUM_SHARE * seconds)
        )
    possible = search(run)
    run.asked_to_stop = stop
    if run.numbers is None:
        explaining = clock()
        limit = EXPLAIN + (0.0 if possible else max(0.0, run.left()))
        late = lambda: clock() - explaining > limit  # noqa: E731
        return explain_infeasible(problem, task, not possible, late, lambda p: _possible(p, run, late))
    if problem.fairness == "maxmin" and run.numbers:
        return _fair(run)
    return _solution(run, _networks(run))


def _early(
    problem: Problem,
    seed: int,
    seconds: float,
    progress: Callable[[Progress], None] | None,
    stop: Callable[[], bool] | None,
    elapsed: Callable[[], float],
) -> tuple[MatchedNetwork, ...] | None:
    """A first answer where there are so many schools that tables of all pairs take longer."""
    if len(problem.schools) <= MANY:
        return None
    found = patchwork(problem, seed, lambda: elapsed() > LATE * seconds or (stop is not None and stop()))
    if found is not None and progress is not None:
        progress(Progress(elapsed(), "first answer", objective(problem, found), ceiling(problem)))
    return found


def _hurried(problem: Problem, networks: tuple[MatchedNetwork, ...]) -> Solution:
    """A first answer as it is, when there is no time for more."""
    points, bound = objective(problem, networks), ceiling(problem)
    placed = {i for network in networks for i in network.members}
    unplaced = tuple(s.id for s in problem.schools if s.id not in placed)
    told = _distance(points, bound)
    if problem.fairness == "maxmin":
        told += " There was no time to serve the worst-served school first."
    return Solution(networks, points, bound, told, unplaced)


def _distance(points: Fraction, bound: Fraction) -> str:
    if bound == points:
        return "Proven optimal: no other arrangement scores more."
    gap = 100 * float((bound - points) / points) if points else 0.0
    return f"No other arrangement can be better by more than {gap:.2f} %."


def _possible(problem: Problem, like: Run, stop: Callable[[], bool]) -> bool | None:
    """Whether a problem has any answer; None when that is not known in time."""
    if obvious_conflicts(problem):
        return False
    task = prepare(replace(problem, fairness="sum"))
    run = start(task, SKETCH, like.seed, None, stop, like.clock, like.clock())
    run.sketch = True
    if task.n == 0:
        return True
    could = search(run)
    return True if run.numbers is not None else None if could else False


def _networks(run: Run) -> tuple[MatchedNetwork, ...]:
    pool = run.generator.pool
    return tuple(
        run.task.network(pool.types[k], pool.members[k][0], np.array(pool.members[k][1:]))
        for k in run.numbers or ()
    )


def _fair(first: Run) -> Solution:
    """The answer that serves the worst-served school first, with what that costs, in words."""
    found = fairest(first)
    scale = first.task.tables.scale
    least, most = (float(Fraction(v, scale)) for v in (found.low, found.ceiling))
    told = (
        "no arrangement gives the worst-served school more"
        if found.proven
        else f"more than {most:.1f} for it is impossible, more than {least:.1f} is not excluded"
    )
    if not found.whole:  # its bound is that of the sum
        found.best.bound = min(first.bound, first.generator.bound)
    out = _solution(found.best, _networks(found.best))
    price = Fraction(round(first.worth - found.best.worth), scale)
    share = 100 * float(price / out.objective) if out.objective else 0.0
    cost = f"Serving it first costs {float(price):.1f} points in sum ({share:.2f} %)."
    aside = " beside the locked networks" if first.task.problem.fixed else ""
    best = f"The worst-served school{aside} has {least:.1f} points; {told}."
    return replace(out, proof=f"{best} {cost} Among such arrangements: {out.proof}", price=price)


def _solution(run: Run, networks: tuple[MatchedNetwork, ...]) -> Solution:
    everything = (*run.task.problem.fixed, *networks)
    placed = {i for network in everything for i in network.members}
    points = run.points(run.worth if networks else 0.0) or Fraction(0)
    bound = max(run.points(min(run.bound, run.generator.bound)) or points, points)
    unplaced = tuple(s.id for s in run.task.problem.schools if s.id not in placed)
    return Solution(everything, points, bound, _distance(points, bound), unplaced)
