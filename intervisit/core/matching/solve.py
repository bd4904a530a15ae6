"""The solver: first an answer, then a better one, then the proof."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from random import Random

import numpy as np

from intervisit.core.matching.ceiling import school_ceiling
from intervisit.core.matching.columns import shape_of
from intervisit.core.matching.generation import Generator
from intervisit.core.matching.infeasible import explain_infeasible, proven_conflict
from intervisit.core.matching.master import choose
from intervisit.core.matching.obvious import obvious_conflicts
from intervisit.core.matching.part import part_of
from intervisit.core.matching.polish import complete, dive, improve, leftover, meets
from intervisit.core.matching.problem import Infeasible, MatchedNetwork, Problem, Progress, Solution
from intervisit.core.matching.score import scores
from intervisit.core.matching.seating import Costs, Seating, seat
from intervisit.core.matching.swaps import descend, lawful
from intervisit.core.matching.tables import Shape, own_scores, worth
from intervisit.core.matching.task import Task, prepare

LEVELS = (5.0, 0.0)  # points: how coarse pricing is before it is exact
COARSE = (60.0, 20.0, *LEVELS)  # the same for large problems
GAPS = (
    4.0,
    10.0,
    25.0,
    60.0,
    150.0,
    400.0,
    1000.0,
    np.inf,
)  # points: how far below the bound columns are listed
WIDTH, KEEP = 6, 24  # of the beam: states and candidates for each host
LISTED = 300_000  # columns that may be listed for the proof
LARGE = 300  # schools; up to here the proof comes sooner than better answers
NEAR = 100.0  # points below its price a column may be to count as promising
PATIENCE = 60  # parts matched anew without gain
QUICK = 0.4  # share of the time for quick columns, when an answer can be made of them
FAR = 0.01  # so far below the linear program an answer is looked for anew
CLOSE = 2e-4  # so near to the linear program more parts are not worth the time
PENALTY = 1500.0  # points an unmet row costs; raised when rows stay unmet
HOPELESS = 1e7  # no penalty needs to be higher
TRIES = 4  # seatings before the linear program has to find an answer
EXPLAIN = 5.0  # seconds a reason may take when time has run out


@dataclass
class Run:
    """One run: its clock, its best answer so far, its best bound (both in 1/scale points)."""

    task: Task
    seconds: float
    seed: int
    progress: Callable[[Progress], None] | None
    asked_to_stop: Callable[[], bool] | None
    clock: Callable[[], float]
    started: float
    numbers: list[int] | None = None
    worth: float = -np.inf
    bound: float = np.inf
    stage: str = "reading"
    told: float = -np.inf
    sketch: bool = False  # any answer will do
    generator: Generator = field(init=False)
    costs: Costs | None = None  # for seatings; None while a floor forbids them

    def elapsed(self) -> float:
        """Seconds since the start."""
        return self.clock() - self.started

    def left(self) -> float:
        """Seconds left."""
        return self.seconds - self.elapsed()

    def stop(self) -> bool:
        """Whether to come to an end; tells the progress on the way."""
        self.tell()
        return self.left() <= 0 or (self.asked_to_stop is not None and self.asked_to_stop())

    def points(self, scaled: float) -> Fraction | None:
        """Worth in points, locked networks included."""
        if not np.isfinite(scaled):
            return None
        return Fraction(round(scaled) + self.task.fixed_worth, self.task.tables.scale)

    def tell(self, always: bool = False) -> None:
        """Report progress, at most five times a second."""
        if self.progress is None:
            return
        now = self.elapsed()
        if always or now - self.told >= 0.2:
            self.told = now
            bound = min(self.bound, self.generator.bound)
            self.progress(Progress(now, self.stage, self.points(self.worth), self.points(bound)))

    def offer(self, numbers: list[int] | None) -> bool:
        """Keep an answer if it is the best so far."""
        if numbers is None:
            return False
        worth = float(sum(self.generator.pool.worth[k] for k in numbers))
        if worth <= self.worth:
            return False
        self.numbers, self.worth = list(numbers), worth
        self.tell(always=True)
        return True

    @property
    def proven(self) -> bool:
        """Whether nothing can be better (worths are whole numbers)."""
        return bool(self.worth >= np.floor(min(self.bound, self.generator.bound)))


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
    run = _start(task, seconds, seed, progress, stop, clock, started)
    if task.n == 0:
        return _solution(run, ())
    possible = _search(run)
    if run.numbers is None:
        explaining = clock()
        limit = EXPLAIN + (0.0 if possible else max(0.0, run.left()))
        return explain_infeasible(problem, task, not possible, lambda: clock() - explaining > limit)
    if problem.fairness == "maxmin":
        return _fair(run)
    return _solution(run, _networks(run))


def _start(
    task: Task,
    seconds: float,
    seed: int,
    progress: Callable[[Progress], None] | None,
    stop: Callable[[], bool] | None,
    clock: Callable[[], float],
    started: float,
) -> Run:
    run = Run(task, seconds, seed, progress, stop, clock, started)
    run.generator = Generator(task, PENALTY, run.stop)
    run.bound = school_ceiling(task)
    return run


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
        run = _start(task, left, first.seed, None, first.asked_to_stop, first.clock, first.clock())
        run.sketch = True
        possible = proven_conflict(task, run.stop) is None and _search(run)
        if run.numbers is not None:
            best, low = run, _worst(run)
        else:
            high = floor - 1
            proven &= not possible
    proven &= low >= high
    task = replace(first.task, tables=replace(first.task.tables, floor=float(low)))
    last = _start(
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
    return replace(
        out,
        proof=f"The worst-served school has {least:.1f} points; {told}. Among such arrangements: {out.proof}",
    )


def _ceiling(run: Run) -> int:
    """No lowest own score can be above this: what the least fortunate school that must be placed could have."""
    tables, must = run.task.tables, run.task.rows.low[: run.task.n] > 0
    best = np.maximum(tables.peer_gain, np.maximum(tables.host_gain, tables.partner_gain.T))
    best = np.where(tables.compatible, best, 0.0).max(axis=1)
    return int((best[must].min() if must.any() else best.max()) * tables.scale)


def _search(run: Run) -> bool:
    """Fill in the run; False when it is proven that there is no answer."""
    g = run.generator
    run.stage = "first answer"
    _seated(run)
    _quick_columns(run)
    run.stage = "better answers"
    _first(run)
    if run.sketch and run.numbers is not None:
        return True
    _integer(run, min(run.left(), max(0.5, run.seconds * 0.1)))
    if run.sketch and run.numbers is not None:
        return True
    if run.task.n > LARGE:
        _improve(run, until=0.6 * run.seconds)
    run.stage = "bound"
    while not _converge(run):
        if run.stop():
            return True
        if g.penalty == PENALTY and proven_conflict(run.task, run.stop) is not None:
            return False
        g.penalty *= 20
        if g.penalty > HOPELESS:
            return True
        g.lp.set_penalty(g.penalty)
        g.resolve([])
    run.bound = min(run.bound, g.bound)
    run.stage = "proof"
    _first(run)
    if run.sketch and run.numbers is not None:
        return True
    if not _close(run):
        return False
    run.stage = "better answers"
    while not run.proven and not run.stop() and run.numbers is not None:
        _improve(run, until=run.seconds)
    return True


def _seated(run: Run) -> None:
    """An answer by seating everybody and exchanging places, before any linear program; and prices to start from."""
    g, task = run.generator, run.task
    if np.isfinite(task.tables.floor) or not task.tables.shapes:
        return
    run.costs = costs = Costs(task)
    for attempt in range(TRIES):
        rng = Random(run.seed + attempt)  # noqa: S311 - breaks ties
        seating = None if run.stop() else seat(task, costs, rng)
        if seating is None:
            return
        networks = descend(task, costs, seating, rng, run.stop).networks()
        if _take(run, networks):
            for shape, members in networks:
                own = own_scores(task.tables, shape, np.array(members[:1]), np.array([members[1:]]))
                g.duals[list(members)] = own[0]
            g.center = g.duals.copy()
            return


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
    """Seat those whom these networks leave over, then exchange places among all."""
    g, task = run.generator, run.task
    if run.costs is None:
        return False
    loose = np.array(leftover(task, g.pool, taken), dtype=np.int64)
    sub = part_of(task, g.pool, taken, loose.tolist())
    rng = Random(run.seed)  # noqa: S311 - breaks ties
    rest = seat(sub, Costs(sub), rng) if len(loose) and sub.tables.shapes else None
    if rest is None:
        return False
    shapes = [shape_of(task, g.pool.types[k], len(g.pool.members[k]) - 1) for k in taken]
    net = np.full(task.n, len(taken) + len(rest.shapes))
    for k, number in enumerate(taken):
        net[list(g.pool.members[number])] = k
    net[loose] = rest.net + len(taken)
    hosts = [g.pool.members[k][0] if s.hosted else -1 for k, s in zip(taken, shapes, strict=True)]
    hosts += [int(loose[h]) if h >= 0 else -1 for h in rest.host]
    whole = Seating([*shapes, *rest.shapes], net, np.array(hosts))
    return _take(run, descend(task, run.costs, whole, rng, run.stop).networks())


def _quick_columns(run: Run) -> None:
    """Columns by beam search, with a first answer as soon as the linear program is within reach of one."""
    g = run.generator
    g.beam_round(WIDTH, KEEP, -np.inf)
    before, tried = -np.inf, False
    bounded = run.elapsed()
    for _ in range(60):
        if run.stop() or g.beam_round(WIDTH, KEEP) < 10 or g.relaxed is None:
            break
        if run.elapsed() - bounded > 0.1 * run.seconds:
            g.quick_bound()
            bounded = run.elapsed()
        if run.elapsed() > QUICK * run.seconds and g.relaxed.unmet < 1e-6:
            break
        slow = g.relaxed.objective - before < 0.03 * abs(g.relaxed.objective)
        near = g.relaxed.unmet < 1e-6 and (slow or run.elapsed() > 0.2 * run.seconds)
        before = g.relaxed.objective
        if near and not tried and run.numbers is None:
            tried = True
            _first(run)
    g.center = None
    g.quick_bound()


def _first(run: Run) -> None:
    """An answer by diving into the linear program, when there is none yet or it is far below."""
    g = run.generator
    if run.stop() or g.relaxed is None or g.relaxed.unmet > 1e-6:
        return
    if run.numbers is not None and g.relaxed.objective - run.worth < FAR * abs(run.worth):
        return
    taken = dive(g, run.stop)
    if meets(run.task, g.pool, taken):
        run.offer(taken)
    elif not _fill(run, taken):
        run.offer(complete(g, taken, run.seed, run.stop))


def _integer(run: Run, seconds: float) -> None:
    """The best matching among promising columns of the pool."""
    g = run.generator
    numbers = sorted(set(g.near(NEAR * g.scale)) | set(run.numbers or ()))
    if seconds > 0 and len(numbers) and g.relaxed is not None and not run.stop():
        run.offer(choose(g.pool, numbers, seconds, start=run.numbers, seed=run.seed).numbers)


def _improve(run: Run, until: float) -> None:
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


def _converge(run: Run) -> bool:
    """Price exactly until the bound is the LP's own; False while rows stay unmet or time runs out."""
    g = run.generator
    for level in COARSE if run.task.n > 2 * LARGE else LEVELS:
        while not run.stop():
            fresh, complete_search = g.exact_round(level * g.scale)
            while fresh and not run.stop() and g.beam_round(WIDTH + 2, 2 * KEEP) > 10:
                pass
            if not fresh and complete_search:
                break
    return not run.stop() and g.relaxed is not None and g.relaxed.unmet < 1e-6


def _close(run: Run) -> bool:
    """List all columns inside the gap and choose among them, the gap widening until the choice is proven.

    False when it turns out that there is no answer."""
    g = run.generator
    for gap in GAPS:
        if run.proven or run.stop():
            return True
        scaled, last = gap * g.scale, np.isinf(gap)
        if np.isfinite(run.worth) and scaled >= g.bound - run.worth:
            scaled, last = np.ceil(g.bound - run.worth), True
        numbers = g.enumerate(scaled, limit=LISTED)
        if numbers is None:
            return True
        merged = sorted(set(numbers) | set(run.numbers or ()))
        seconds = run.left() if last else min(run.left(), 2.0 + 0.1 * run.seconds)
        chosen = choose(g.pool, merged, seconds, start=run.numbers, seed=run.seed)
        if run.numbers is None and chosen.optimal and chosen.numbers is None and np.isinf(scaled):
            return False  # every network there is was on the list
        run.offer(chosen.numbers)
        outside = g.bound - scaled  # no matching with a column outside the list is worth more
        run.bound = min(run.bound, max(chosen.bound, outside, run.worth))
        if not chosen.optimal:
            _improve(run, until=run.elapsed() + seconds)
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
