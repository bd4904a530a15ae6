"""Answers: by seating everybody, by diving into the linear program, by choosing among columns, part by part."""

from __future__ import annotations

from random import Random

import numpy as np

from intervisit.core.matching.columns import shape_of
from intervisit.core.matching.divide import warm_start
from intervisit.core.matching.part import part_of
from intervisit.core.matching.polish import complete, dive, improve, joined, leftover, meets
from intervisit.core.matching.problem import MatchedNetwork
from intervisit.core.matching.run import KEEP, WIDTH, Run
from intervisit.core.matching.seating import Costs, Seating, seat
from intervisit.core.matching.swaps import descend, lawful
from intervisit.core.matching.tables import Shape, own_scores, worth

NEAR = 100.0  # points below its price a column may be to count as promising
PATIENCE = 60  # parts matched anew without gain
PARTS = 250  # schools; more are priced in parts at first
POOR = 0.02  # of the linear program; so far below it a better answer is looked for
QUICK = 0.4  # share of the time for quick columns, when an answer can be made of them
FAR = 0.01  # so far below the linear program an answer is looked for anew
CLOSE = 2e-4  # so near to the linear program more parts are not worth the time
DROPS = (0, 3, 6, 12, 24, 48)  # networks given up when the rest cannot be seated
TRIES, KICKS = 4, 40  # seatings before the linear program has to find an answer, and kicks in each …
FEW_TRIES, FEW_KICKS = 1, 2  # … and where the linear program is so quick that it finds one sooner
NEARLY = 4  # new columns for each school: from so few on the linear program is near its optimum
OVER = (70, 90, 60, 110, 140)  # schools left over by a dive and matched among columns of their own, in turn
DEARER = 4.0  # times the penalty, when rows stay unmet


def seated(run: Run) -> None:
    """An answer by seating everybody and exchanging places, before any linear program; and prices to start from."""
    g, task = run.generator, run.task
    if np.isfinite(task.tables.floor) or not task.tables.shapes:
        return
    run.costs = costs = Costs(task)
    begin = None if run.early is None else _as_seating(run, run.early)
    tries, kicks = (FEW_TRIES, FEW_KICKS) if task.n <= PARTS else (TRIES, KICKS)
    for attempt in range(tries):
        rng = Random(run.seed + attempt)  # noqa: S311 - breaks ties
        seating = begin if begin is not None else None if run.stop() else seat(task, costs, rng)
        begin = None
        if seating is None:
            return
        networks = descend(task, costs, seating, rng, run.stop, kicks).networks()
        if _take(run, networks) or tries == FEW_TRIES:
            for shape, members in networks:
                own = own_scores(task.tables, shape, np.array(members[:1]), np.array([members[1:]]))
                g.duals[list(members)] = own[0]
            g.center = g.duals.copy()
            return


def _as_seating(run: Run, early: tuple[MatchedNetwork, ...]) -> Seating:
    """An answer found before as a seating; offered as it is."""
    task = run.task
    index = {i: k for k, i in enumerate(task.tables.ids)}
    names = [t.name for t in task.problem.types]
    free = [n for n in early if n.members[0] in index]
    networks = [
        (
            shape_of(task, names.index(n.type), len(n.members) - 1),
            tuple(index[i] for i in n.members),
        )
        for n in free
    ]
    _take(run, networks)
    net = np.full(task.n, len(networks))
    host = np.full(len(networks), -1)
    for k, (shape, members) in enumerate(networks):
        net[list(members)] = k
        host[k] = members[0] if shape.hosted else -1
    return Seating([shape for shape, _ in networks], net, host)


def _take(run: Run, networks: list[tuple[Shape, tuple[int, ...]]]) -> bool:
    """Put lawful networks into the pool, and offer them as an answer when together they keep every rule."""
    g, numbers, fresh = run.generator, [], []
    for shape, members in networks:
        if lawful(run.task, shape, members):
            value = worth(run.task.tables, shape, members[0], members[1:])
            new = g.pool.put(shape.type_index, members, value)
            fresh += [] if new is None else [new]
            numbers.append(g.pool.number(shape.type_index, members))
    g.lp.grow(fresh)
    whole = [k for k in numbers if k is not None]
    return len(whole) == len(networks) and meets(run.task, g.pool, whole) and run.offer(whole)


def _fill(run: Run, taken: list[int]) -> bool:
    """Seat those whom these networks leave over, then exchange places among all.

    Where they do not fill the networks that are left, the networks taken last are given up, more and more.
    """
    for drop in DROPS:
        kept = taken[: max(0, len(taken) - drop)]
        seating = None if run.stop() else _beside(run, kept)
        if seating is not None and run.costs is not None:
            rng = Random(run.seed)  # noqa: S311 - breaks ties
            return _take(run, descend(run.task, run.costs, seating, rng, run.stop).networks())
        if not kept:
            break
    return False


def _beside(run: Run, taken: list[int]) -> Seating | None:
    """These networks, and everybody else seated in the others that are wanted."""
    g, task = run.generator, run.task
    loose = np.array(leftover(task, g.pool, taken), dtype=np.int64)
    sub = part_of(task, g.pool, taken, loose.tolist())
    rng = Random(run.seed)  # noqa: S311 - breaks ties
    rest = seat(sub, Costs(sub), rng) if len(loose) else None
    if rest is None:
        return None
    shapes = [shape_of(task, g.pool.types[k], len(g.pool.members[k]) - 1) for k in taken]
    net = np.full(task.n, len(taken) + len(rest.shapes))
    for k, number in enumerate(taken):
        net[list(g.pool.members[number])] = k
    net[loose] = rest.net + len(taken)
    hosts = [g.pool.members[k][0] if s.hosted else -1 for k, s in zip(taken, shapes, strict=True)]
    hosts += [int(loose[h]) if h >= 0 else -1 for h in rest.host]
    return Seating([*shapes, *rest.shapes], net, np.array(hosts, dtype=np.int64))


def quick_columns(run: Run) -> None:
    """Columns by beam search, and an answer near their linear program."""
    g, n = run.generator, run.task.n
    if n > PARTS and g.relaxed is None:
        warm_start(g, PARTS, WIDTH, KEEP, run.stop)
    else:
        g.beam_round(WIDTH, KEEP, -np.inf)
    tried, dear = 0, n > PARTS
    for _ in range(60):
        fresh = 0 if run.stop() else g.beam_round(WIDTH, KEEP)
        if g.relaxed is None:
            break
        met, late = g.relaxed.unmet < 1e-6, run.elapsed() > QUICK * run.seconds
        near = late or fresh < NEARLY * n
        if near and met and tried < len(OVER):
            tried += _rounded(run, OVER[tried])
        if near and not met and not dear and not run.stop():
            g.raise_penalty(DEARER)
            dear = True
        elif fresh < max(10, n // 20) or (late and met and (n > PARTS or not poor(run))):
            break
    for over in OVER[tried:]:
        _rounded(run, over)
    if n <= PARTS and run.costs is not None and poor(run):
        _fill(run, dive(g, run.stop))
    g.center = None
    g.quick_bound()


def poor(run: Run, share: float = POOR) -> bool:
    """Whether the linear program is known, and the answer this share of it below or more."""
    relaxed = run.generator.relaxed
    if run.stop() or relaxed is None or relaxed.unmet > 1e-6:
        return False
    return run.worth < (1 - share) * relaxed.objective


def _rounded(run: Run, over: int, share: float = POOR) -> bool:
    """Look for an answer near the linear program, unless there is one; whether it was looked for."""
    if not poor(run, share):
        return False
    held = dive(run.generator, run.stop, over)
    found = joined(run.generator, held, run.left(), run.seed, run.stop)
    if not run.offer(found) and run.numbers is None:
        _fill(run, held)
    return True


def dived(run: Run) -> None:
    """An answer by diving into the linear program, when there is none yet or it is far below."""
    g = run.generator
    for over in OVER:
        _rounded(run, over, FAR)
    if not poor(run, FAR):
        return
    taken = dive(g, run.stop)
    if meets(run.task, g.pool, taken):
        run.offer(taken)
        return
    filled = _fill(run, taken)
    if not filled and run.numbers is None:
        run.offer(complete(g, taken, run.seed, run.stop))


def improve_until(run: Run, until: float) -> None:
    """Match parts anew while that helps: up to `until` seconds, and no longer than the LP leaves to gain."""
    g = run.generator
    if run.numbers is None or g.relaxed is None:
        return
    rng = Random(run.seed)  # noqa: S311 - picks parts
    good, idle = g.near(NEAR * g.scale), 0
    while run.numbers is not None and idle < PATIENCE and run.elapsed() < until and not run.stop():
        if run.proven or g.relaxed.objective - run.worth < CLOSE * abs(run.worth):
            return
        better = run.offer(improve(g, run.numbers, rng, good, run.stop))
        idle = 0 if better else idle + 1
