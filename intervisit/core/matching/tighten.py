"""From the linear bound to a better one: cuts over a rich list of columns, priced exactly until nothing is missing."""

from __future__ import annotations

import numpy as np

from intervisit.core.matching.cuts import broken_cuts
from intervisit.core.matching.generation import Generator
from intervisit.core.matching.run import KEEP, WIDTH, Run

RICH = (100.0, 60.0, 30.0, 15.0)  # points below their price columns may be to be on the list
BROAD = 60_000  # points times schools: beyond, the list gets too long anyway
LISTED = 70  # columns on the list for each school, about
ROUNDS = 14  # of exact pricing
TURNS = 25  # of cuts between two of them
FEW = 10  # new columns of a beam: more, and another beam is sooner done than the exact search
LITTLE = 2e-6  # of the bound: less gained in a round of cuts is not worth another


def tighten(run: Run) -> None:
    """Lower the bound as far as cuts on three schools do, or until the answer is proven or time is up."""
    g = run.generator
    _enrich(run)
    for _ in range(ROUNDS):
        _cut(run)
        while g.relaxed is not None and g.relaxed.unmet > 1e-6 and not run.stop():
            if not g.beam_round(WIDTH + 2, 2 * KEEP):  # prices of unmet rows are no good for the exact search
                break
        while not run.stop() and g.beam_round(WIDTH + 2, 2 * KEEP) > FEW:
            pass
        if run.stop():
            return
        before = g.bound
        fresh, complete = g.exact_round(0.0, per_host=4)
        run.bound = min(run.bound, g.bound)
        if run.proven or run.stop():
            return
        if not fresh and complete and not _add(g):
            return
        if (
            g.relaxed is not None
            and g.bound - g.relaxed.objective < LITTLE * abs(g.bound)
            and before - g.bound < (LITTLE * abs(g.bound))
        ):
            return


def _enrich(run: Run) -> None:
    """Put every column near its price into the linear program, as many as it takes well."""
    g = run.generator
    for gap in [gap for gap in RICH if gap * run.task.n <= BROAD] or RICH[-1:]:
        numbers = g.enumerate(gap * g.scale, limit=LISTED * run.task.n)
        if numbers is not None:
            break
        if run.stop():
            return
    else:
        return
    taken = (
        [g.lp.columns[j] for j in np.flatnonzero(g.relaxed.values > 1e-9)] if g.relaxed is not None else []
    )
    g.lp.keep(sorted(set(numbers) | set(taken)), np.zeros((0, 3), np.int64))
    g.resolve([])


def _cut(run: Run) -> None:
    """Add cuts until few are broken or they gain little."""
    g, idle = run.generator, 0
    for _ in range(TURNS):
        before = g.relaxed.objective if g.relaxed is not None else np.inf
        if run.stop() or not _add(g) or g.relaxed is None:
            return
        idle = idle + 1 if before - g.relaxed.objective < LITTLE * abs(before) else 0
        if idle == 2 or g.relaxed.unmet > 1e-6:
            return


def _add(g: Generator) -> int:
    """One round of cuts; how many."""
    assert g.relaxed is not None
    values = g.relaxed.values
    some = np.flatnonzero((values > 1e-6) & (values < 1 - 1e-6))
    if not len(some):
        return 0
    numbers = [g.lp.columns[j] for j in some.tolist()]
    known = {(int(a), int(b), int(c)) for a, b, c in g.lp.triples}
    triples = broken_cuts(g.pool.rows()[numbers], values[some], g.task.n, known)
    if len(triples):
        g.lp.cut(triples)
        g.resolve([])
    return len(triples)
