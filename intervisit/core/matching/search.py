"""One whole search: first an answer, then the bound, the proof, and better answers as long as there is time."""

from __future__ import annotations

import numpy as np

from intervisit.core.matching.answers import FAR, PARTS, dived, improve_until, poor, quick_columns, seated
from intervisit.core.matching.infeasible import proven_conflict
from intervisit.core.matching.master import Chosen, choose
from intervisit.core.matching.run import KEEP, WIDTH, Run
from intervisit.core.matching.shortlist import shorten
from intervisit.core.matching.tighten import tighten

LEVELS = (5.0, 0.0)  # points: how coarse pricing is before it is exact
LEAST_GAP = 4.0  # points below the bound columns are listed for the proof, at least
AROUND = 4.0  # gaps; an answer no further below the bound is begun with
ONCE = 2.2  # gaps; an answer no further below the bound is settled by the next list
FIRST_LIST = 3  # columns on the first list for each school
WIDER, WIDEST = 1.5, 2000.0  # how the gap grows, and the points from which on everything is listed
LISTED = 300_000  # columns that may be listed for the proof
SHARE = 0.2  # of the time one list may take
AGAIN = 6  # rounds of cuts while they leave rows unmet
LATE = 0.65  # share of the time after which a bound of many schools is sharp enough, if the answer is poor
PATIENT = 0.5  # share of the time after which a proof that does not come is given up for better answers
DEARER = 20.0  # times the penalty, when rows stay unmet
HOPELESS = 1e7  # no penalty needs to be higher


def search(run: Run) -> bool:
    """Fill in the run; False when it is proven that there is no answer."""
    run.stage = "first answer"
    seated(run)
    quick_columns(run)
    if run.sketch and run.numbers is None:
        dived(run)
    if run.sketch and run.numbers is not None:
        return True
    run.stage = "bound"
    run.generator.stop = lambda: run.stop() or _sharp_enough(run)
    if not _met(run):
        return False
    if run.sketch:
        dived(run)
        if run.numbers is not None:
            return True
    if not _tightened(run):
        return False
    run.stage, run.generator.stop = "proof", run.stop
    if _sharp_enough(run):
        dived(run)
    elif not _close(run):
        return False
    if run.numbers is None:
        run.stage = "first answer"
        dived(run)
    run.stage = "better answers"
    while not run.proven and not run.stop() and run.numbers is not None:
        improve_until(run, until=run.seconds)
    return True


def _sharp_enough(run: Run) -> bool:
    """Whether a better answer is worth more by now than a sharper bound: many schools on a slow machine."""
    g = run.generator
    if run.task.n <= PARTS or run.elapsed() <= LATE * run.seconds or g.relaxed is None:
        return False
    return g.bound < (1 + FAR) * g.relaxed.objective and poor(run, FAR)


def _met(run: Run) -> bool:
    """See to it that the linear program meets every row; False when it is proven that nothing does."""
    g, asked = run.generator, False
    while g.relaxed is None or g.relaxed.unmet > 1e-6:
        if _converge(run) or run.stop():
            return True
        if g.bound < least(run):
            return False
        if not asked and not np.isfinite(run.task.tables.floor) and proven_conflict(run.task, run.stop):
            return False
        asked = True
        if g.penalty > HOPELESS / DEARER:
            return True
        g.raise_penalty(DEARER)
    return True


def _tightened(run: Run) -> bool:
    """Cut the bound down; False when the cuts prove that there is no answer."""
    g = run.generator
    for _ in range(AGAIN):
        if run.proven or run.stop() or _sharp_enough(run):
            return True
        tighten(run)
        if g.relaxed is None or g.relaxed.unmet < 1e-6:
            return True
        if not _met(run):
            return False
    return True


def least(run: Run) -> float:
    """No answer is worth less: every school that is placed has its floor at least, and so many have to be."""
    low, n, types = run.task.rows.low.tolist(), run.task.n, run.task.problem.types
    wanted = sum(count * t.min_size for count, t in zip(low[n : n + len(types)], types, strict=True))
    return float(max(0.0, run.task.tables.floor) * max(sum(low[:n]), wanted, low[n + len(types)]))


def _converge(run: Run) -> bool:
    """Price exactly until the bound is the LP's own; False while rows stay unmet, or there is no answer, or time
    runs out."""
    g = run.generator
    for level in LEVELS:
        while not run.stop():
            if _sharp_enough(run):
                return True
            fresh, complete_search = g.exact_round(level * g.scale)
            while fresh and not run.stop() and g.beam_round(WIDTH + 2, 2 * KEEP) > 10:
                pass
            if g.bound < least(run):
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
        seconds = run.left() if last else min(run.left(), 2.0 + SHARE * run.seconds)
        chosen = _chosen(run, numbers, gap, seconds)
        if run.numbers is None and chosen.optimal and chosen.numbers is None and np.isinf(gap):
            return False  # every network there is was on the list
        run.offer(chosen.numbers)
        run.bound = min(run.bound, max(chosen.bound, g.bound - gap, run.worth))  # or a column is off the list
        if not chosen.optimal:
            if (
                run.task.n > PARTS
            ):  # what was seated is far below: parts of it matched anew would take too long
                dived(run)
            improve_until(run, until=run.elapsed() + seconds)
            if run.elapsed() > PATIENT * run.seconds:
                return True
        elif last:
            return True
        needed = g.bound - run.worth  # a list this long settles it
        wider = needed if needed < ONCE * gap else gap * WIDER
        gap = wider if gap < WIDEST * g.scale else np.inf
    return True


def _chosen(run: Run, numbers: list[int], gap: float, seconds: float) -> Chosen:
    """The best matching of the listed columns and of those of the answer, if that is not a poor one."""
    g = run.generator
    known = run.numbers if g.bound - run.worth < AROUND * gap else None  # a poor answer only misleads
    merged = sorted(set(numbers) | set(known or ()))
    cutoff = max(run.worth, g.bound - gap)

    def stop() -> bool:
        return run.stop() or _sharp_enough(run)

    short = shorten(g.pool, merged, g.lp.triples, cutoff, run.seed, stop, run.left())
    return choose(
        g.pool,
        short.numbers,
        seconds,
        start=known,
        seed=run.seed,
        triples=g.lp.triples,
        stop=stop,
        more=(short.rows, short.high),
    )
