"""The solver: first an answer, then a better one, then the proof."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np

from intervisit.core.matching.answers import dived, improve_until, quick_columns, seated
from intervisit.core.matching.infeasible import explain_infeasible, proven_conflict
from intervisit.core.matching.master import choose
from intervisit.core.matching.obvious import obvious_conflicts
from intervisit.core.matching.problem import Infeasible, MatchedNetwork, Problem, Progress, Solution
from intervisit.core.matching.run import KEEP, PENALTY, WIDTH, Run, start
from intervisit.core.matching.score import scores
from intervisit.core.matching.task import prepare
from intervisit.core.matching.tighten import tighten

LEVELS = (5.0, 0.0)  # points: how coarse pricing is before it is exact
LEAST_GAP = 4.0  # points below the bound columns are listed for the proof, at least
AROUND = 4.0  # gaps; an answer no further below the bound is begun with
FIRST_LIST = 3  # columns on the first list for each school
WIDER, WIDEST = 1.7, 2000.0  # how the gap grows, and the points from which on everything is listed
LISTED = 300_000  # columns that may be listed for the proof
AGAIN = 6  # rounds of cuts while they leave rows unmet
PATIENT = 0.5  # share of the time after which a proof that does not come is given up for better answers
HOPELESS = 1e7  # no penalty needs to be higher
SKETCH = 5.0  # seconds for one question whether there is an answer at all
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
    task = prepare(problem)
    run = start(task, seconds, seed, progress, stop, clock, started)
    if task.n == 0:
        return _solution(run, ())
    possible = _search(run)
    if run.numbers is None:
        explaining = clock()
        limit = EXPLAIN + (0.0 if possible else max(0.0, run.left()))
        late = lambda: clock() - explaining > limit  # noqa: E731
        return explain_infeasible(problem, task, not possible, late, lambda p: _possible(p, run, late))
    if problem.fairness == "maxmin":
        return _fair(run)
    return _solution(run, _networks(run))


def _possible(problem: Problem, like: Run, stop: Callable[[], bool]) -> bool | None:
    """Whether a problem has any answer; None when that is not known in time."""
    if obvious_conflicts(problem):
        return False
    task = prepare(replace(problem, fairness="sum"))
    run = start(task, SKETCH, like.seed, None, stop, like.clock, like.clock())
    run.sketch = True
    if task.n == 0:
        return True
    could = _search(run)
    return True if run.numbers is not None else None if could else False


def _networks(run: Run) -> tuple[MatchedNetwork, ...]:
    pool = run.generator.pool
    return tuple(
        run.task.network(pool.types[k], pool.members[k][0], np.array(pool.members[k][1:]))
        for k in run.numbers or ()
    )


def _worst(run: Run) -> int:
    """The lowest own score in the answer, in 1/scale points."""
    least = min(scores(run.task.problem, _networks(run)).values())
    return int(least * run.task.tables.scale)


def _fair(first: Run) -> Solution:
    """Raise the lowest own score as far as it goes, then the sum among such answers.

    The floor is raised by bisection: an answer above it, or a proof that there is none, halves what is left.
    """
    best, low, proven = first, _worst(first), True
    high = _ceiling(first)
    while low < high and not first.stop():
        floor = (low + high + 1) // 2
        task = replace(first.task, tables=replace(first.task.tables, floor=float(floor)))
        left = first.left()
        run = start(task, left, first.seed, None, first.asked_to_stop, first.clock, first.clock())
        run.sketch = True
        possible = _search(run)
        if run.numbers is not None:
            best, low = run, _worst(run)
        else:
            high = floor - 1
            proven &= not possible
    proven &= low >= high
    task = replace(first.task, tables=replace(first.task.tables, floor=float(low)))
    last = start(
        task,
        max(0.0, first.left()),
        first.seed,
        first.progress,
        first.asked_to_stop,
        first.clock,
        first.clock(),
    )
    if last.left() > 0:
        _search(last)
    if last.numbers is None or last.worth < best.worth:
        last.generator, last.numbers, last.worth = best.generator, best.numbers, best.worth
        last.bound = min(first.bound, first.generator.bound)
    least = float(Fraction(low, first.task.tables.scale))
    told = (
        "no arrangement gives the worst-served school more"
        if proven
        else "more for that school is not excluded"
    )
    out = _solution(last, _networks(last))
    price = Fraction(round(first.worth - last.worth), first.task.tables.scale)
    share = 100 * float(price / out.objective) if out.objective else 0.0
    cost = f"Serving it first costs {float(price):.1f} points in sum ({share:.2f} %)."
    return replace(
        out,
        proof=f"The worst-served school has {least:.1f} points; {told}. {cost} Among such arrangements: {out.proof}",
        price=price,
    )


def _ceiling(run: Run) -> int:
    """No lowest own score can be above this: what the least fortunate school that must be placed could have."""
    tables, must = run.task.tables, run.task.rows.low[: run.task.n] > 0
    best = np.maximum(tables.peer_gain, np.maximum(tables.host_gain, tables.partner_gain.T))
    best = np.where(tables.compatible, best, 0.0).max(axis=1)
    return int((best[must].min() if must.any() else best.max()) * tables.scale)


def _search(run: Run) -> bool:
    """Fill in the run; False when it is proven that there is no answer."""
    run.stage = "first answer"
    seated(run)
    quick_columns(run)
    if run.sketch and run.numbers is None:
        dived(run)
    if run.sketch and run.numbers is not None:
        return True
    run.stage = "bound"
    if not _met(run):
        return False
    if run.sketch:
        dived(run)
        if run.numbers is not None:
            return True
    if not _tightened(run):
        return False
    run.stage = "proof"
    if not _close(run):
        return False
    if run.numbers is None:
        run.stage = "first answer"
        dived(run)
    run.stage = "better answers"
    while not run.proven and not run.stop() and run.numbers is not None:
        improve_until(run, until=run.seconds)
    return True


def _met(run: Run) -> bool:
    """See to it that the linear program meets every row; False when it is proven that nothing does."""
    g = run.generator
    while g.relaxed is None or g.relaxed.unmet > 1e-6:
        if _converge(run) or run.stop():
            return True
        if g.bound < _least(run):
            return False
        if (
            g.penalty == PENALTY
            and not np.isfinite(run.task.tables.floor)
            and proven_conflict(run.task, run.stop)
        ):
            return False
        g.penalty *= 20
        if g.penalty > HOPELESS:
            return True
        g.lp.set_penalty(g.penalty)
        g.resolve([])
    return True


def _tightened(run: Run) -> bool:
    """Cut the bound down; False when the cuts prove that there is no answer."""
    g = run.generator
    for _ in range(AGAIN):
        if run.proven or run.stop():
            return True
        tighten(run)
        if g.relaxed is None or g.relaxed.unmet < 1e-6:
            return True
        if not _met(run):
            return False
    return True


def _least(run: Run) -> float:
    """No answer is worth less: every school that must be placed has its floor at least."""
    return max(0.0, run.task.tables.floor) * float(run.task.rows.low[: run.task.n].sum())


def _converge(run: Run) -> bool:
    """Price exactly until the bound is the LP's own; False while rows stay unmet, or there is no answer, or time
    runs out."""
    g = run.generator
    for level in LEVELS:
        while not run.stop():
            fresh, complete_search = g.exact_round(level * g.scale)
            while fresh and not run.stop() and g.beam_round(WIDTH + 2, 2 * KEEP) > 10:
                pass
            if g.bound < _least(run):
                return False
            if not fresh and complete_search:
                break
    return not run.stop() and g.relaxed is not None and g.relaxed.unmet < 1e-6


def _close(run: Run) -> bool:
    """List all columns inside the gap and choose among them, the gap widening until the choice is proven.

    False when it turns out that there is no answer."""
    g = run.generator
    gap = max(LEAST_GAP * g.scale, -g.nearest(FIRST_LIST * run.task.n))
    while not run.proven and not run.stop():
        last = np.isinf(gap)
        if np.isfinite(run.worth) and gap >= g.bound - run.worth:
            gap, last = np.ceil(g.bound - run.worth), True
        numbers = g.enumerate(gap, limit=LISTED)
        if numbers is None:
            return True
        known = run.numbers if g.bound - run.worth < AROUND * gap else None  # a poor answer only misleads
        merged = sorted(set(numbers) | set(known or ()))
        seconds = run.left() if last else min(run.left(), 2.0 + 0.1 * run.seconds)
        chosen = choose(
            g.pool, merged, seconds, start=known, seed=run.seed, triples=g.lp.triples, stop=run.stop
        )
        if run.numbers is None and chosen.optimal and chosen.numbers is None and np.isinf(gap):
            return False  # every network there is was on the list
        run.offer(chosen.numbers)
        run.bound = min(run.bound, max(chosen.bound, g.bound - gap, run.worth))  # or a column is off the list
        if not chosen.optimal:
            improve_until(run, until=run.elapsed() + seconds)
            if run.elapsed() > PATIENT * run.seconds:
                return True
        elif last:
            return True
        gap = gap * WIDER if gap < WIDEST * g.scale else np.inf
    return True


def _solution(run: Run, networks: tuple[MatchedNetwork, ...]) -> Solution:
    everything = (*run.task.problem.fixed, *networks)
    placed = {i for network in everything for i in network.members}
    objective = run.points(run.worth if networks else 0.0) or Fraction(0)
    bound = max(run.points(min(run.bound, run.generator.bound)) or objective, objective)
    gap = 100 * float((bound - objective) / objective) if objective else 0.0
    if bound == objective:
        proof = "Proven optimal: no other arrangement scores more."
    else:
        proof = f"No other arrangement can be better by more than {gap:.2f} %."
    unplaced = tuple(s.id for s in run.task.problem.schools if s.id not in placed)
    return Solution(everything, objective, bound, proof, unplaced)
