"""From the linear program to an answer, and from an answer to better ones: diving, then part by part."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np

from intervisit.core.matching.columns import Pool
from intervisit.core.matching.generation import Generator
from intervisit.core.matching.master import choose
from intervisit.core.matching.part import part_of
from intervisit.core.matching.task import Task

SURE = 0.9  # columns with at least this share in the LP are taken while diving
PART = 70  # schools matched anew at a time
ROUGH = 0.02  # of the best: so near is near enough for schools that a dive leaves over
WIDE, CONSIDERED = 3, 18  # states and candidates of the beam for them …
ROUNDS, FEW = 6, 5  # … its rounds, and the columns that are too few for another one
ROOM = 40.0  # points below their price columns may be in the last of them, so that there is something to choose from
EACH = 8  # columns for each of those schools


def dive(g: Generator, stop: Callable[[], bool], over: int = 0) -> list[int]:
    """Networks taken one after the other from the LP, the largest shares first, until no more than `over` schools
    are left; may leave schools over."""
    taken: list[int] = []
    fixed: set[int] = set()
    lp, left = g.lp, g.task.n
    relaxed = lp.solve() if g.relaxed is None else g.relaxed
    while left > over and not stop():
        order = np.argsort(-relaxed.values, kind="stable")
        fresh = [int(j) for j in order[: g.task.n] if relaxed.values[j] > SURE and int(j) not in fixed]
        if not fresh:
            rest = [int(j) for j in order[: g.task.n] if relaxed.values[j] > 1e-6 and int(j) not in fixed]
            bold = bool(rest) and relaxed.values[rest[0]] > 0.5
            fresh = rest[: 1 + len(rest) // 12] if bold else rest[:1]
        if not fresh:
            break
        for j in fresh:
            if left > over and _free(g.pool, taken, lp.columns[j]):
                lp.hold(j)
                taken.append(lp.columns[j])
                left -= len(g.pool.members[lp.columns[j]])
            fixed.add(j)
        if left > over:
            relaxed = lp.solve()
    lp.release(fixed)
    return taken


def joined(
    g: Generator, held: list[int], seconds: float, seed: int, stop: Callable[[], bool]
) -> list[int] | None:
    """These networks, and about the best matching of the schools they leave over among columns of their own."""
    task, pool = g.task, g.pool
    index = leftover(task, pool, held)
    if stop() or not index:
        return None
    sub = part_of(task, pool, held, index)
    inner = Generator(sub, g.penalty, stop)
    inside, back = set(index), {i: k for k, i in enumerate(index)}
    for k in g.lp.columns:
        if inside.issuperset(pool.members[k]):
            inner.pool.put(pool.types[k], tuple(back[i] for i in pool.members[k]), pool.worth[k])
    inner.resolve(list(range(len(inner.pool))))
    for _ in range(ROUNDS):
        if stop() or inner.beam_round(WIDE, CONSIDERED) < FEW:
            break
    if stop() or inner.relaxed is None or inner.relaxed.unmet > 1e-6:
        return None
    inner.center = None
    inner.beam_round(2 * WIDE, CONSIDERED, -ROOM * inner.scale)
    some = inner.promising(EACH * sub.n)
    chosen = choose(inner.pool, some, seconds, seed=seed, gap=ROUGH).numbers
    return None if chosen is None else held + _taken_over(g, inner.pool, index, chosen)


def _free(pool: Pool, taken: list[int], number: int) -> bool:
    used = {i for k in taken for i in pool.members[k]}
    return not used & set(pool.members[number])


def leftover(task: Task, pool: Pool, taken: list[int]) -> list[int]:
    """Schools in none of the networks."""
    used = {i for k in taken for i in pool.members[k]}
    return [i for i in range(task.n) if i not in used]


def meets(task: Task, pool: Pool, taken: list[int]) -> bool:
    """Whether networks keep every row of the task."""
    _, index, value = pool.entries(taken)
    total = np.zeros(len(task.rows.low))
    np.add.at(total, index, value)
    return bool((total >= task.rows.low - 1e-9).all() and (total <= task.rows.high + 1e-9).all())


def complete(g: Generator, taken: list[int], seed: int, stop: Callable[[], bool]) -> list[int] | None:
    """An answer from networks that leave schools over: neighbours are dissolved until all can be placed."""
    task, pool = g.task, g.pool
    rng = Random(seed)  # noqa: S311 - breaks ties
    loose = leftover(task, pool, taken)
    size = PART // 2
    held = list(taken)
    while not stop():
        free = list(loose)
        order = sorted(taken, key=lambda k: (-_touch(task, pool.members[k], loose), rng.random()))
        held = list(taken)
        for k in order:
            if len(free) >= size + len(loose):
                break
            free += pool.members[k]
            held.remove(k)
        found = rematch(g, held, free, [], seed, stop)
        if found is not None:
            return held + found
        if not held:
            return None
        size *= 2
    return None


def _touch(task: Task, members: tuple[int, ...], loose: list[int]) -> float:
    return float(task.tables.compatible[np.ix_(members, loose)].sum()) / len(members)


def improve(
    g: Generator, numbers: list[int], rng: Random, good: list[int], stop: Callable[[], bool]
) -> list[int]:
    """One part of an answer matched anew: the networks that a good column of the pool touches, and others
    that good columns tie to them. Returns the answer, better or the same."""
    pool = g.pool
    where = {i: k for k in numbers for i in pool.members[k]}
    chosen = set(numbers)
    free: set[int] = set()
    touched: set[int] = set()
    candidates = [k for k in good if k not in chosen]
    if not candidates:
        return numbers
    start = rng.choice(candidates)
    queue = [start]
    by_school: dict[int, list[int]] = {}
    for k in candidates:
        for i in pool.members[k]:
            by_school.setdefault(i, []).append(k)
    for _ in range(4 * PART):
        if len(free) >= PART or not queue:
            break
        column = queue.pop(0)
        for i in pool.members[column]:
            if i not in free:
                network = where.get(i)
                free.update(pool.members[network] if network is not None else (i,))
                if network is not None:
                    touched.add(network)
        near = sorted({k for i in pool.members[column] for k in by_school.get(i, ())})
        queue += rng.sample(near, min(4, len(near)))
        if not queue:
            queue.append(rng.choice(candidates))
    held = [k for k in numbers if k not in touched]
    found = rematch(g, held, sorted(free), sorted(touched), rng.randrange(2**31), stop)
    if found is None:
        return numbers
    before, after = (sum(pool.worth[k] for k in part) for part in (touched, found))
    return held + found if after > before else numbers


def rematch(
    g: Generator, held: list[int], schools: list[int], start: list[int], seed: int, stop: Callable[[], bool]
) -> list[int] | None:
    """The best matching of some schools while other networks are held, as columns of the pool; or None."""
    task, pool = g.task, g.pool
    index = sorted(set(schools))
    sub = part_of(task, pool, held, index)
    inner = Generator(sub, g.penalty, stop)
    back = {i: k for k, i in enumerate(index)}
    begin = []
    for k in start:
        number = inner.pool.put(pool.types[k], tuple(back[i] for i in pool.members[k]), pool.worth[k])
        assert number is not None
        begin.append(number)
    inner.lp.grow(begin)
    inner.duals = np.concatenate([g.duals[index], g.duals[task.n :]])
    for _ in range(12):
        if stop() or inner.beam_round(6, 24) == 0:
            break
    if inner.relaxed is None or inner.relaxed.unmet > 1e-6:
        return None
    near = sorted(set(inner.near(150.0 * inner.scale)) | set(begin))
    chosen = choose(inner.pool, near, 3.0, start=begin or None, seed=seed)
    return None if chosen.numbers is None else _taken_over(g, inner.pool, index, chosen.numbers)


def _taken_over(g: Generator, part: Pool, index: list[int], numbers: list[int]) -> list[int]:
    """Columns of a part (its schools are `index`) as columns of the whole."""
    out = []
    for k in numbers:
        key = part.types[k], tuple(index[i] for i in part.members[k])
        fresh = g.pool.put(*key, part.worth[k])
        number = g.pool.number(*key)
        assert number is not None
        if fresh is not None:
            g.lp.grow([number])
        out.append(number)
    return out
