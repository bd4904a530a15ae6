"""Quick pricing: a beam search over all hosts of one shape side by side. Finds good columns, proves nothing."""

from __future__ import annotations

import numpy as np

from intervisit.core.matching.frames import BONUS, NEVER, Frame, groups
from intervisit.core.matching.pricing import Found, Prices, acceptable
from intervisit.core.matching.tables import BLOCKED, Flags, Floats, Ints, Tables, top_sums

BITS = 62  # candidates of one host fit into one whole number, to tell equal sets apart
HOSTS = 24  # looked at for each group that belongs together
OVER = 3  # children looked at closely for each that is kept


def beam(tables: Tables, frame: Frame, prices: Prices, threshold: float, width: int, keep: int) -> Found:
    """Up to `width` networks for each host with a reduced worth above `threshold` (1/scale points).

    `keep`: so many partners are considered for each host (at most 62). Schools that belong together are
    looked at in runs of their own, group by group, because half a group is worth nothing.
    """
    m = frame.shape.partners
    keep = min(keep, BITS)
    rows = np.flatnonzero((frame.start > NEVER) & (frame.pair.max(axis=1) > NEVER))
    base = (frame.start - prices.school)[rows] - prices.type[frame.shape.type_index]
    pair = frame.pair[rows]
    gain = pair - prices.school[None, :]
    alone = np.where(frame.grouped[None, :] & (pair < BONUS / 2), BLOCKED, gain)
    parts = [_run(frame, rows, base, alone, threshold, width, keep, len(base))]
    for group in groups(tables):
        if len(group) <= m:
            some = np.flatnonzero(((pair[:, group] > NEVER) & (pair[:, group] < BONUS / 2)).all(axis=1))
            forced = alone[some]
            forced[:, group] = gain[some][:, group] + BONUS
            less = base[some] - BONUS * len(group)
            parts.append(_run(frame, rows[some], less, forced, threshold, width, keep, HOSTS))
    found = Found(frame.shape, *(np.concatenate([p[j] for p in parts]) for j in range(3)))
    if len(found.hosts):
        ok = acceptable(tables, frame.shape, found.hosts, found.partners)
        found = Found(frame.shape, found.hosts[ok], found.partners[ok], found.reduced[ok])
    return found


def _run(
    frame: Frame, rows: Ints, base: Floats, gain: Floats, threshold: float, width: int, keep: int, most: int
) -> tuple[Ints, Ints, Floats]:
    """One beam search over the `most` most promising of the hosts `rows`."""
    m = frame.shape.partners
    n = gain.shape[1]
    none = np.zeros(0, np.int64), np.zeros((0, m), np.int64), np.zeros(0)
    if m > n or not len(rows):
        return none
    potential = gain + frame.top[m - 1][None, :] / 2
    total = base + np.partition(potential, n - m, axis=1)[:, n - m :].sum(axis=1)
    hosts = np.flatnonzero(total > max(threshold, NEVER))
    if not len(hosts):
        return none
    if len(hosts) > most:
        hosts = hosts[np.argsort(-total[hosts], kind="stable")[:most]]
    wide = min(n, max(m, 2 * keep))
    cand = np.argpartition(potential[hosts], n - wide, axis=1)[:, n - wide :]
    step = max(1, 2_000_000 // (wide * wide))
    parts = [
        _hosts(frame, rows, hosts[k : k + step], cand[k : k + step], base, gain, threshold, width, keep)
        for k in range(0, len(hosts), step)
    ]
    out = [np.concatenate([p[j] for p in parts]) for j in range(3)]
    return out[0], out[1], out[2]


def _hosts(
    frame: Frame,
    rows: Ints,
    at: Ints,
    cand: Ints,
    base: Floats,
    gain: Floats,
    threshold: float,
    width: int,
    keep: int,
) -> tuple[Ints, Ints, Floats]:
    m = frame.shape.partners
    hosts = rows[at]
    a = gain[at[:, None], cand]
    q = frame.local(hosts, cand)
    if cand.shape[1] > max(m, keep):
        cand, a, q = _best_candidates(cand, a, q, m, max(m, keep))
    half = top_sums(q, m) / 2  # [j, h, r]
    value, reach = base[at][:, None], a[:, None, :]
    seen = np.zeros((len(hosts), 1), np.int64)
    bit = np.int64(1) << np.arange(a.shape[1], dtype=np.int64)
    for need in range(m - 1, 0, -1):
        value, reach, seen = _level(value, reach, seen, bit, q, half, need, width)
    score = value[:, :, None] + reach
    flat, row_bits = score.reshape(len(hosts), -1), (seen[:, :, None] | bit).reshape(len(hosts), -1)
    pick = _top(flat, width * OVER)
    best, sets = np.take_along_axis(flat, pick, axis=1), np.take_along_axis(row_bits, pick, axis=1)
    best = np.where(_repeated(sets), BLOCKED, best)
    row, col = np.nonzero(best > max(threshold, NEVER))
    chosen = (sets[row, col][:, None] & bit) != 0
    return hosts[row], cand[row][chosen].reshape(len(row), m), best[row, col]


def _best_candidates(cand: Ints, a: Floats, q: Floats, m: int, keep: int) -> tuple[Ints, Floats, Floats]:
    """The candidates that could be in the best networks, by a bound that looks at whole networks."""
    size = cand.shape[1]
    reach = a
    if m > 1:
        second = top_sums(q, m)[m - 2]
        around = a[:, None, :] + q + (second / 2)[:, None, :]
        reach = a + np.partition(around, size - m + 1, axis=2)[:, :, size - m + 1 :].sum(axis=2)
    pick = np.argpartition(reach, size - keep, axis=1)[:, size - keep :]
    rows = np.arange(len(cand))[:, None, None]
    return (
        np.take_along_axis(cand, pick, axis=1),
        np.take_along_axis(a, pick, axis=1),
        q[rows, pick[:, :, None], pick[:, None, :]],
    )


def _level(
    value: Floats, reach: Floats, seen: Ints, bit: Ints, q: Floats, half: Floats, need: int, width: int
) -> tuple[Floats, Floats, Ints]:
    """Add one partner to every state; `need` more are needed after it."""
    count, _, size = reach.shape
    score = (value[:, :, None] + reach + half[need][:, None, :]).reshape(count, -1)
    pick = _top(score, width * OVER)
    state, partner = pick // size, pick % size
    sets = np.take_along_axis(seen, state, axis=1) | bit[partner]
    rows = np.arange(count)[:, None]
    gained = reach[rows, state, partner]
    new_value = np.take_along_axis(value, state, axis=1) + gained
    new_reach = reach[rows, state] + q[rows, partner]
    bound = new_reach + half[need - 1][:, None, :]
    bound = new_value + np.partition(bound, size - need, axis=2)[:, :, size - need :].sum(axis=2)
    bound = np.where(_repeated(sets) | (gained < NEVER), BLOCKED * 100, bound)
    best = _top(bound, width)
    return (
        np.take_along_axis(np.where(bound > BLOCKED * 50, new_value, BLOCKED * 10), best, axis=1),
        np.take_along_axis(new_reach, best[:, :, None], axis=1),
        np.take_along_axis(sets, best, axis=1),
    )


def _top(values: Floats, k: int) -> Ints:
    """Positions of the k largest in each row."""
    size = values.shape[1]
    if k >= size:
        return np.broadcast_to(np.arange(size), values.shape)
    return np.argpartition(values, size - k, axis=1)[:, size - k :]


def _repeated(sets: Ints) -> Flags:
    """Marks sets that stand in the same row before."""
    order = np.argsort(sets, axis=1, kind="stable")
    ordered = np.take_along_axis(sets, order, axis=1)
    again = np.zeros(sets.shape, dtype=bool)
    again[:, 1:] = ordered[:, 1:] == ordered[:, :-1]
    out = np.empty_like(again)
    np.put_along_axis(out, order, again, axis=1)
    return out
