"""Why there is no answer: a smallest set of rules that collide, found by linear programming.

Phase one asks how many rows have to stay unmet when worth does not count. Where its optimum is not zero, the
rows with a price are a proof; rows are given up as long as the rest still collides, then wishes, one at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from intervisit.core.matching.collide import Wish, smallest_conflict, wishes
from intervisit.core.matching.generation import Generator
from intervisit.core.matching.problem import Infeasible, Problem
from intervisit.core.matching.task import Rows, Task

FINE = 720_720  # prices of phase one are multiples of 1/FINE
FEW = 3  # schools that have to be placed have a sentence each
UNPROVEN = "No arrangement was found in the time given; it is not proven that there is none."


def proven_conflict(task: Task, stop: Callable[[], bool]) -> set[int] | None:
    """Rows that collide (a proof by prices), or None when phase one meets every row or time runs out."""
    n = task.n
    nothing = np.zeros((n, n))
    tables = replace(
        task.tables,
        scale=FINE,
        host_gain=nothing,
        partner_gain=nothing,
        peer_gain=nothing,
        peer_sum=nothing,
        own=(task.tables.host_gain, task.tables.partner_gain, task.tables.peer_gain),
    )
    g = Generator(replace(task, tables=tables), 1.0, stop, start_price=-1.0)
    while g.beam_round(4, 24, 0.0) and not stop():
        pass
    while not stop():
        if g.relaxed is None:
            g.resolve([])
        assert g.relaxed is not None
        if g.relaxed.unmet < 1e-6:
            return None
        fresh, complete = g.exact_round(0.0, limit=5000, per_host=4)
        if g.bound < -0.5:
            return {int(k) for k in np.flatnonzero(np.rint(g.best_duals) != 0)}
        if not fresh and complete:
            return None
    return None


def explain_infeasible(
    problem: Problem,
    task: Task,
    proven: bool,
    stop: Callable[[], bool],
    possible: Callable[[Problem], bool | None],
) -> Infeasible:
    """Reasons why there is no arrangement, as small as time allows. `possible`: whether a problem has an answer."""
    if not proven:
        return Infeasible((UNPROVEN,), False)
    core = proven_conflict(task, stop)
    known = None if core is None else _about(problem, task, _smaller(task, core, stop))
    return Infeasible(_told(smallest_conflict(problem, possible, stop, known)))


def _about(problem: Problem, task: Task, core: set[int]) -> list[Wish]:
    """The wishes that these rows stand for, and those that have no row: by their prices they collide."""
    n, types = task.n, task.problem.types
    about = {f"school {task.rows.names[k]}" for k in core if k < n} | {""}
    about |= {f"type {types[k - n].name}" for k in core if n <= k < n + len(types)}
    about |= {"places"} if n + len(types) in core else set()
    about |= {f"quota {task.problem.quotas[k - n - len(types) - 1].name}" for k in core if k > n + len(types)}
    return [wish for wish in wishes(problem) if wish.about in about]


def _told(kept: tuple[Wish, ...]) -> tuple[str, ...]:
    """The wishes in words; many schools that have to be placed in one sentence."""
    schools = [wish.about.removeprefix("school ") for wish in kept if wish.about.startswith("school ")]
    if len(schools) <= FEW:
        return tuple(wish.words for wish in kept)
    others = (wish.words for wish in kept if not wish.about.startswith("school "))
    return (f"{', '.join(schools[:-1])} and {schools[-1]} have to be placed", *others)


def _only(task: Task, rules: Task, core: set[int]) -> Task:
    """`task` with only the rows of `core` in force; the others are as loose as can be."""
    names = {rules.rows.names[k] for k in core if k < rules.n}
    n_types = len(task.problem.types)
    keep = np.array(
        [s.id in names for s in task.schools]
        + [rules.n + k in core for k in range(n_types + 1 + len(task.problem.quotas))]
    )
    low = np.where(keep, task.rows.low, 0.0)
    high = np.where(keep, task.rows.high, float(len(task.schools)))
    high[: task.n] = 1.0  # a school is in one network at most: no rule anybody could give up
    return replace(task, rows=Rows(low, high, task.rows.names))


def _smaller(task: Task, core: set[int], stop: Callable[[], bool]) -> set[int]:
    kept = set(core)
    step = max(1, len(kept) // 4)
    while not stop():
        order = sorted(kept, key=lambda k: (k >= task.n, k))
        for at in range(0, len(order), step):
            rest = kept - set(order[at : at + step])
            if len(rest) == len(kept):
                continue
            smaller = proven_conflict(_only(task, task, rest), stop)
            if smaller is not None:
                kept = rest & (smaller | set())
            if stop():
                break
        if step == 1:
            break
        step = max(1, step // 4)
    return kept
