"""Bounds that need no search: what every school could have at best, and what prices alone say.

Both hold for every matching that keeps the rules, because each only leaves rules out.
"""

from __future__ import annotations

import numpy as np

from intervisit.core.matching.frames import NEVER, Frame
from intervisit.core.matching.pricing import Prices, net_gain
from intervisit.core.matching.tables import BLOCKED, Floats, top_sums
from intervisit.core.matching.task import Task


def school_ceiling(task: Task) -> float:
    """The sum of the best own scores the schools could have if each had the others to itself; 1/scale points.

    Own scores are never negative, so that a school left out counts as 0.
    """
    t = task.tables
    if not t.shapes or not task.n:
        return 0.0
    most = max(s.partners for s in t.shapes) + 1
    join, host = t.may_join[None, :], t.may_host[:, None]
    fit = t.compatible
    hosting = top_sums(np.where(fit & join & host, t.host_gain, BLOCKED), most)
    visiting = np.where(fit & host & join, t.partner_gain, BLOCKED).max(axis=0)
    beside = top_sums(np.where(fit & join & join.T, t.peer_gain, BLOCKED), most)
    equal = top_sums(np.where(fit, t.peer_gain, BLOCKED), most)
    best = np.zeros(task.n)
    for s in t.shapes:
        m = s.partners
        if s.hosted:
            best = np.maximum(best, hosting[m] * s.host_weight)
            best = np.maximum(best, visiting * s.partner_weight + beside[m - 1] * s.peer_weight)
        else:
            best = np.maximum(best, equal[m] * s.peer_weight)
    places = min(task.n, int(task.rows.high[task.n + len(task.problem.types)]))
    return float(np.sort(best)[task.n - max(0, places) :].sum())


def host_ceilings(frame: Frame, prices: Prices) -> Floats:
    """[h]: no network of this shape around h has a higher reduced worth; BLOCKED or less where there is none."""
    m, n = frame.shape.partners, frame.pair.shape[1]
    if m > n:
        return np.full(n, BLOCKED)
    gain = net_gain(frame, prices)
    best = np.partition(gain + frame.top[m - 1][None, :] / 2, n - m, axis=1)[:, n - m :].sum(axis=1)
    total: Floats = frame.start - prices.school - prices.type[frame.shape.type_index] + best
    return np.where(total > NEVER, total, BLOCKED)


def price_bound(task: Task, base: float, ceilings: list[tuple[int, Floats]]) -> float:
    """What prices prove: their sum `base`, and of each type the best hosts, as many as there may be networks.

    `ceilings`: (type, [h] highest reduced worth of a network around h) of every shape.
    """
    bound = base
    for t, cap in enumerate(task.caps.tolist()):
        mine = [c for kind, c in ceilings if kind == t]
        if mine and cap > 0:
            best = np.sort(np.maximum(np.max(mine, axis=0), 0.0))
            bound += float(best[max(0, len(best) - cap) :].sum())
    return bound
