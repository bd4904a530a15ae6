"""A first answer of many schools patch by patch: neighbours are seated among themselves, then the patches are mended.

No table over all pairs is needed, so that it takes a second where such tables take several. Nothing is proven here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import groupby
from random import Random

import numpy as np

from intervisit.core.matching.problem import MatchedNetwork, Problem, School
from intervisit.core.matching.score import compatible
from intervisit.core.matching.seating import Costs, invited, seat, slots
from intervisit.core.matching.swaps import descend, lawful
from intervisit.core.matching.tables import Floats, Ints, Shape
from intervisit.core.matching.task import Task, outline, prepare
from intervisit.core.matching.violations import violations

PATCH = 120  # schools in one patch, about
MENDED = 90  # schools of sound networks that are seated anew with those left over, at first
GROWTH = 1.5  # times as many in the next round
ROUNDS = 8  # of mending
KICKS = 4  # tries to mend a patch by itself
ASKED = 6  # of those left over are asked with whom they could be

Counts = Counter[str]  # networks by type


def patchwork(
    problem: Problem, seed: int, stop: Callable[[], bool] = lambda: False
) -> tuple[MatchedNetwork, ...] | None:
    """Networks that keep every rule, locked ones among them; None when none are found this way, or time is up."""
    task = outline(problem)
    shapes = slots(task)
    if shapes is None or not task.n:
        return None
    rng = Random(seed)  # noqa: S311 - breaks ties
    done: list[MatchedNetwork] = []
    loose: list[School] = []
    wanted: Counts = Counter()
    for schools, counts in _patches(task, np.flatnonzero(invited(task, shapes, rng)), shapes):
        good, left, open_ = _seated(problem, schools, counts, rng, stop)
        done, loose, wanted = done + good, loose + left, wanted + open_
        if stop():
            return None
    many = float(MENDED)
    for _ in range(ROUNDS):
        if stop():
            return None
        if not loose and not wanted:
            break
        opened = _near(problem, done, loose, many, rng)
        inside = {i for network in opened for i in network.members}
        again = [*loose, *(s for s in task.schools if s.id in inside)]
        counts = wanted + Counter(network.type for network in opened)
        good, loose, wanted = _seated(problem, again, counts, rng, stop, 3 * KICKS)
        done = [network for network in done if network not in opened] + good
        many *= GROWTH
    networks = (*problem.fixed, *done)
    return None if loose or violations(problem, networks) else networks


def ceiling(problem: Problem) -> Fraction:
    """No arrangement scores more: every place at the highest score there is."""
    p = problem.params
    most = 10 * (p.focus_points + sum(p.criteria_points) + p.grade_points + p.wish_points)
    return Fraction(most * min(problem.max_schools, len(problem.schools)))


def _patches(task: Task, people: Ints, shapes: list[Shape]) -> list[tuple[list[School], Counts]]:
    """Schools that lie close together, with their share of the networks; groups that belong together stay whole."""
    count = max(1, round(len(people) / PATCH))
    dealt = sorted(shapes, key=lambda s: (s.type_index, s.partners))
    there = set(people.tolist())
    queue: list[tuple[int, ...]] = []
    for i in _line(_places(task), people, count):
        if i in there:
            unit = (i, *(k for k in task.tables.mates[i] if k in there))
            queue.append(unit)
            there -= set(unit)
    out = []
    for k in range(count):
        mine = dealt[k::count]
        room = sum(s.partners + 1 for s in mine)
        taken: list[int] = []
        rest: list[tuple[int, ...]] = []
        for unit in queue:
            fits = len(taken) + len(unit) <= room or k == count - 1
            taken += unit if fits else ()
            rest += () if fits else (unit,)
        queue = rest
        out.append(([task.schools[i] for i in taken], Counter(s.name for s in mine)))
    return out


def _places(task: Task) -> Floats:
    """[i]: where a school lies; without coordinates in the middle of its district, else of its borough."""
    known = [(s.borough, s.district, s.x, s.y) for s in task.schools if s.x is not None and s.y is not None]
    middle: dict[tuple[str, ...], tuple[float, float]] = {(): (0.0, 0.0)}
    for depth in range(3):
        some = sorted((row[:depth], row[2:]) for row in known)
        for key, rows in groupby(some, key=lambda row: row[0]):
            spots = np.array([spot for _, spot in rows], dtype=np.float64)
            middle[key] = float(spots[:, 0].mean()), float(spots[:, 1].mean())
    out = np.zeros((task.n, 2))
    for i, s in enumerate(task.schools):
        keys = ((s.borough, s.district), (s.borough,), ())
        guess = next(middle[key] for key in keys if key in middle)
        out[i] = guess if s.x is None or s.y is None else (s.x, s.y)
    return out


def _line(places: Floats, people: Ints, parts: int) -> list[int]:
    """Schools in an order in which neighbours follow each other, by halving the longer side again and again."""
    if parts <= 1 or len(people) < 2:
        return [int(i) for i in people]
    side = np.ptp(places[people], axis=0)
    order = people[np.argsort(places[people, int(np.argmax(side))], kind="stable")]
    half = parts // 2
    at = len(order) * half // parts
    return [*_line(places, order[:at], half), *_line(places, order[at:], parts - half)]


def _seated(
    problem: Problem,
    schools: list[School],
    counts: Counts,
    rng: Random,
    stop: Callable[[], bool],
    kicks: int = KICKS,
) -> tuple[list[MatchedNetwork], list[School], Counts]:
    """Networks of these schools that keep the rules; the schools that are left over, and the networks they owe."""
    ids = {s.id for s in schools}
    part = replace(
        problem,
        schools=tuple(s if s.must else replace(s, must=True) for s in schools),
        types=tuple(replace(t, min_count=counts[t.name], max_count=counts[t.name]) for t in problem.types),
        max_schools=len(schools),
        forbidden=tuple(pair for pair in problem.forbidden if ids.issuperset(pair)),
        together=tuple(group for group in problem.together if ids.issuperset(group)),
        quotas=(),
        fixed=(),
    )
    task = prepare(part)
    costs = Costs(task)
    seating = None if stop() or not task.tables.shapes else seat(task, costs, rng)
    if seating is None:
        return [], schools, counts
    good: list[MatchedNetwork] = []
    for shape, members in descend(task, costs, seating, rng, stop, kicks).networks():
        if lawful(task, shape, members):
            good.append(task.network(shape.type_index, members[0], np.array(members[1:])))
    placed = {i for network in good for i in network.members}
    left = [s for s in schools if s.id not in placed]
    return good, left, counts - Counter(network.type for network in good)


def _near(
    problem: Problem, networks: list[MatchedNetwork], loose: list[School], many: float, rng: Random
) -> list[MatchedNetwork]:
    """Sound networks, about `many` schools in all, whose schools could be with those left over."""
    asked = rng.sample(loose, min(ASKED, len(loose)))

    def apart(network: MatchedNetwork) -> float:
        fit = sum(compatible(problem, s.id, i) is None for s in asked for i in network.members)
        return -fit / len(network.members) + rng.random() / 4

    out: list[MatchedNetwork] = []
    for network in sorted(networks, key=apart):
        if sum(len(n.members) for n in out) >= many:
            break
        out.append(network)
    return out
