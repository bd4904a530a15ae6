"""Why there is no answer: a smallest set of rules that collide, found by linear programming.

Phase one asks how many rows have to stay unmet when worth does not count. Where its optimum is not zero, the
rows with a price are a proof; rows are then given up one at a time as long as the rest still collides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from intervisit.core.matching.collide import smallest_conflict
from intervisit.core.matching.generation import Generator
from intervisit.core.matching.problem import Infeasible, Problem
from intervisit.core.matching.task import Rows, Task, prepare

FINE = 720_720  # prices of phase one are multiples of 1/FINE
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
    if core is None:
        return Infeasible(tuple(w.words for w in smallest_conflict(problem, possible, stop)))
    core = _smaller(task, core, stop)
    reasons = _words(task, core)
    for label, relaxed in _looser(problem):
        if stop():
            break
        other = _only(prepare(relaxed), task, core)
        if proven_conflict(other, stop) is None and not stop():
            reasons.append(label)
    return Infeasible(tuple(reasons))


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


def _words(task: Task, core: set[int]) -> list[str]:
    n, types = task.n, task.problem.types
    out = []
    schools = sorted(task.rows.names[k] for k in core if k < n and task.rows.low[k] > 0)
    if schools:
        out.append(f"{', '.join(schools)} {'has' if len(schools) == 1 else 'have'} to be placed")
    for k in sorted(core):
        if n <= k < n + len(types):
            t = types[k - n]
            wanted = str(t.min_count) if t.min_count == t.max_count else f"{t.min_count} to {t.max_count}"
            sizes = str(t.min_size) if t.min_size == t.max_size else f"{t.min_size} to {t.max_size}"
            out.append(f"{wanted} networks of type {t.name}, with {sizes} schools each, are to be made")
        elif k == n + len(types):
            out.append(f"at most {task.problem.max_schools} schools may be placed")
        elif k > n + len(types):
            q = task.problem.quotas[k - n - len(types) - 1]
            out.append(f"quota {q.name}: {q.min} to {q.max} of {len(q.members)} schools")
    return out


def _looser(problem: Problem) -> list[tuple[str, Problem]]:
    """Each rule inside networks, in words, with the problem that does without it."""
    p = problem.params
    out = []
    travel = replace(p, travel=replace(p.travel, max_minutes=10**6))
    label = f"no two schools of a network are more than {p.travel.max_minutes} minutes apart"
    out.append((label, replace(problem, params=travel)))
    overlap = replace(p, grade_overlap=(0, 1), share_a_grade=False)
    label = f"schools of a network share at least {p.grade_overlap[0]}/{p.grade_overlap[1]} of the smaller grade span"
    out.append((label, replace(problem, params=overlap)))
    if problem.forbidden:
        pairs = "; ".join(f"{a} and {b}" for a, b in problem.forbidden[:6])
        more = f" and {len(problem.forbidden) - 6} more" if len(problem.forbidden) > 6 else ""
        out.append((f"forbidden pairs are kept apart ({pairs}{more})", replace(problem, forbidden=())))
    if any(t.seats for t in problem.types):
        seats = "; ".join(
            f"{t.name}: {', '.join(f'{s.min} to {s.max} of kind {s.kind}' for s in t.seats)}"
            for t in problem.types
            if t.seats
        )
        free = tuple(replace(t, seats=()) for t in problem.types)
        out.append(
            (f"each network seats the kinds of schools as asked ({seats})", replace(problem, types=free))
        )
    if problem.together:
        groups = "; ".join(" with ".join(g) for g in problem.together[:6])
        out.append((f"schools that belong together stay together ({groups})", replace(problem, together=())))
    return out
