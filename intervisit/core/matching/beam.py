"""Quick pricing: a beam search over all hosts of one shape side by side. Finds good columns, proves nothing."""

from __future__ import annotations

import numpy as np

from intervisit.core.matching.frames import BONUS, NEVER, Frame, groups
from intervisit.core.matching.pricing import Found, Prices, acceptable, net_gain, net_peers
from intervisit.core.matching.tables import BLOCKED, Flags, Floats, Ints, Tables, top_sums

BITS = 62  # candidates of one host fit into one whole number, to tell equal sets apart
HOSTS = 24  # looked at for each group that belongs together
SPREAD = 2  # sizes below the first of a family that are taken on the way
OVER = 3  # children looked at closely for each that is kept


def families(frames: list[Frame]) -> list[list[Frame]]:
    """Frames that are looked at in one search: sizes of one type that differ by no more than `SPREAD`."""
    out: list[list[Frame]] = []
    for f in sorted(frames, key=lambda f: (f.shape.type_index, -f.shape.partners)):
        head = out[-1][0].shape if out else None
        near = head is not None and head.partners - f.shape.partners <= SPREAD
        if head is not None and near and head.type_index == f.shape.type_index and f.shape.partners > 1:
            out[-1].append(f)
        else:
            out.append([f])
    return out


def beam(
    tables: Tables, family: list[Frame], prices: Prices, threshold: float, width: int, keep: int
) -> list[Found]:
    """Some networks for each host with a reduced worth above `threshold` (1/scale points), frame by frame: of the
    first frame those at the end of the search, of smaller ones those it passes.

    `keep`: so many partners are considered for each host (at most 62). Schools that belong together are
    looked at in rows of their own, group by group, because half a group is worth nothing.
    """
    frame = family[0]
    rows = np.flatnonzero((frame.start > NEVER) & (frame.pair.max(axis=1) > NEVER))
    base = (frame.start - prices.school)[rows] - prices.type[frame.shape.type_index]
    pair = frame.pair[rows]
    gain = net_gain(frame, prices)[rows]
    alone = np.where(frame.grouped[None, :] & (pair < BONUS / 2), BLOCKED, gain)
    with_groups = _with_groups(tables, frame, base, pair, gain, alone)
    if with_groups is not None:
        some, less, forced = with_groups
        rows = np.concatenate([rows, rows[some]])
        base, alone = np.concatenate([base, less]), np.concatenate([alone, forced])
    sets = _run(frame, prices, rows, base, alone, threshold, width, min(keep, BITS))
    out = []
    for f in family:
        found = sets.get(f.shape.partners)
        if found is not None:
            out.append(_judged(tables, f, prices, threshold, *found))
    return out


def _with_groups(
    tables: Tables, frame: Frame, base: Floats, pair: Floats, gain: Floats, alone: Floats
) -> tuple[Ints, Floats, Floats] | None:
    """Rows in which a group must come along: (row, what it begins with, gains)."""
    some, less, forced = [], [], []
    for mates in groups(tables):
        if len(mates) > frame.shape.partners:
            continue
        group = np.array(mates)
        able = np.flatnonzero(((pair[:, group] > NEVER) & (pair[:, group] < BONUS / 2)).all(axis=1))
        value = base[able] + gain[np.ix_(able, group)].sum(axis=1)
        able = np.sort(able[np.argsort(-value, kind="stable")[:HOSTS]])
        row = alone[able]
        row[:, group] = gain[np.ix_(able, group)] + BONUS
        some.append(able)
        less.append(base[able] - BONUS * len(group))
        forced.append(row)
    if not some:
        return None
    return np.concatenate(some), np.concatenate(less), np.concatenate(forced)


def _judged(
    tables: Tables, frame: Frame, prices: Prices, threshold: float, hosts: Ints, partners: Ints
) -> Found:
    """Networks that may be, with their exact reduced worth, as far as it exceeds the threshold."""
    keys = np.concatenate([hosts[:, None], np.sort(partners, axis=1)], axis=1)
    keys = np.unique(keys, axis=0)
    hosts, partners = keys[:, 0], keys[:, 1:]
    ok = acceptable(tables, frame.shape, hosts, partners)
    hosts, partners, keys = hosts[ok], partners[ok], keys[ok]
    q = frame.local(hosts, partners)
    inner = (q.sum(axis=(1, 2)) - np.diagonal(q, axis1=1, axis2=2).sum(axis=1)) / 2
    reduced = frame.start[hosts] + frame.pair[hosts[:, None], partners].sum(axis=1) + inner
    reduced = reduced - prices.school[keys].sum(axis=1) - prices.type[frame.shape.type_index]
    if prices.charges is not None:
        reduced = reduced - prices.charges.of(keys)
    ok = reduced > max(threshold, NEVER)
    return Found(frame.shape, hosts[ok], partners[ok], reduced[ok])


Sets = dict[int, tuple[Ints, Ints]]  # by number of partners: hosts and partners


def _run(
    frame: Frame,
    prices: Prices,
    rows: Ints,
    base: Floats,
    gain: Floats,
    threshold: float,
    width: int,
    keep: int,
) -> Sets:
    """One beam search over hosts side by side."""
    m, n = frame.shape.partners, gain.shape[1]
    if m > n or not len(rows):
        return {}
    potential = gain + frame.top[m - 1][None, :] / 2
    total = base + np.partition(potential, n - m, axis=1)[:, n - m :].sum(axis=1)
    hosts = np.flatnonzero(total > max(threshold, NEVER))
    if not len(hosts):
        return {}
    wide = min(n, max(m, 2 * keep))
    cand = np.argpartition(potential[hosts], n - wide, axis=1)[:, n - wide :]
    step = max(1, 2_000_000 // (wide * wide))
    parts = [
        _hosts(frame, prices, rows, hosts[k : k + step], cand[k : k + step], base, gain, width, keep)
        for k in range(0, len(hosts), step)
    ]
    return {
        size: (np.concatenate([p[size][0] for p in parts]), np.concatenate([p[size][1] for p in parts]))
        for size in parts[0]
    }


def _hosts(
    frame: Frame,
    prices: Prices,
    rows: Ints,
    at: Ints,
    cand: Ints,
    base: Floats,
    gain: Floats,
    width: int,
    keep: int,
) -> Sets:
    m = frame.shape.partners
    hosts = rows[at]
    a = gain[at[:, None], cand]
    q = net_peers(frame, prices, hosts, cand)
    if cand.shape[1] > max(m, keep):
        cand, a, q = _best_candidates(cand, a, q, m, max(m, keep))
    half = top_sums(q, m) / 2  # [j, h, r]
    value, reach = base[at][:, None], a[:, None, :]
    seen = np.zeros((len(hosts), 1), np.int64)
    bit = np.int64(1) << np.arange(a.shape[1], dtype=np.int64)
    out: Sets = {}
    for need in range(m - 1, 0, -1):
        value, reach, seen, tried = _level(value, reach, seen, bit, q, half, need, width)
        if need <= SPREAD and m - need > 1:
            out[m - need] = _listed(hosts, cand, tried, bit, m - need)
    score = value[:, :, None] + reach
    flat, row_bits = score.reshape(len(hosts), -1), (seen[:, :, None] | bit).reshape(len(hosts), -1)
    pick = _top(flat, width * OVER)
    best, sets = np.take_along_axis(flat, pick, axis=1), np.take_along_axis(row_bits, pick, axis=1)
    out[m] = _listed(hosts, cand, np.where(best > NEVER, sets, 0), bit, m)
    return out


def _listed(hosts: Ints, cand: Ints, sets: Ints, bit: Ints, size: int) -> tuple[Ints, Ints]:
    """Sets (bits) of `size` candidates as hosts and partners; 0 is none."""
    row, col = np.nonzero(sets)
    chosen = (sets[row, col][:, None] & bit) != 0
    whole = np.flatnonzero(chosen.sum(axis=1) == size)
    row, chosen = row[whole], chosen[whole]
    return hosts[row], cand[row][chosen].reshape(len(row), size)


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
) -> tuple[Floats, Floats, Ints, Ints]:
    """Add one partner to every state; `need` more are needed after it. The last: all sets that were tried."""
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
        np.where(gained < NEVER, 0, sets),
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
