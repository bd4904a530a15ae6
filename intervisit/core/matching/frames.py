"""The arrays in which networks of one shape are searched: who may host whom, what pairs are worth.

Schools that belong together are made twins here: what another school gains from them is spread evenly over
the group. Networks hold such groups whole, so their worth stays the same, and no search is lured by half of a
group. A host's own mates carry a bonus that the host's start takes away again: without them it has no chance.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from intervisit.core.matching.tables import BLOCKED, Flags, Floats, Ints, Shape, Tables, pair_worth, top_sums

NEVER = BLOCKED / 2
BONUS = 1e10  # beyond every worth, far from BLOCKED; sums stay exact


@dataclass
class Frame:
    """Arrays of one shape: pair worth with blocked pairs, and the best peers of every school."""

    shape: Shape
    start: (
        Floats  # [h]: what a host begins with: 0, less the bonus of its mates, BLOCKED when it may not host
    )
    pair: Floats  # [h, p], BLOCKED where not allowed
    top: Floats  # [j, p]: at least the sum of the j best peers of p
    peer: Floats = field(repr=False)  # [p, r], BLOCKED where not allowed; groups are twins
    own: dict[int, Floats] = field(repr=False)  # peers of a grouped school beside a host of its own group
    mates: tuple[tuple[int, ...], ...] = field(repr=False)
    grouped: Flags  # [p]: belongs to a group

    def local(self, hosts: Ints, cand: Ints) -> Floats:
        """[h, c, c]: worth of pairs among the candidates of each host."""
        q = self.peer[cand[:, :, None], cand[:, None, :]]
        for row in np.flatnonzero(self.grouped[hosts]).tolist():
            for mate in self.mates[int(hosts[row])]:
                for spot in np.flatnonzero(cand[row] == mate).tolist():
                    q[row, spot, :] = q[row, :, spot] = self.own[mate][cand[row]]
        return q


def frame(tables: Tables, shape: Shape, allowed: Flags | None = None) -> Frame:
    """Arrays for searching `shape`; `allowed` restricts which schools may be used."""
    n = len(tables.ids)
    fit = tables.compatible.copy()
    join = tables.compatible.copy()
    if shape.hosted:
        fit &= tables.may_host[:, None] & tables.may_join[None, :]
        join &= tables.may_join[:, None] & tables.may_join[None, :]
    else:
        fit &= np.triu(np.ones_like(fit), 1)
    if allowed is not None:
        fit &= allowed[:, None] & allowed[None, :]
        join &= allowed[:, None] & allowed[None, :]
    if np.isfinite(tables.floor):
        fit &= _high_enough(tables, shape, fit)
    pair = np.where(fit, pair_worth(tables, shape), BLOCKED)
    peer = np.where(join, tables.peer_sum * shape.peer_weight, BLOCKED)
    start = np.zeros(n)
    own: dict[int, Floats] = {}
    best = peer
    together = groups(tables)
    if together:
        for group in together:
            rows = peer[group].copy()
            for other in together:
                if other is not group:
                    rows[:, other] = _even(rows[:, other])[:, None]
            own.update(zip(group, rows, strict=True))
        for group in together:
            _twins(pair, start, group, shape.partners)
            each = _even(peer[:, group])
            block = peer[np.ix_(group, group)].copy()
            peer[:, group], peer[group, :] = each[:, None], each[None, :]
            peer[np.ix_(group, group)] = block  # inside the group pairs stay as they are
        best = peer.copy()
        for school, row in own.items():
            best[:, school] = np.maximum(best[:, school], row)
            best[school, :] = np.maximum(best[school, :], row)
    grouped = np.array([bool(m) for m in tables.mates], dtype=bool)
    return Frame(shape, start, pair, top_sums(best, shape.partners), peer, own, tables.mates, grouped)


def _high_enough(tables: Tables, shape: Shape, fit: Flags) -> Flags:
    """[h, p]: whether both can reach the floor at all in a network of this shape."""
    m = shape.partners
    host_gain, partner_gain, peer_gain = tables.own or (
        tables.host_gain,
        tables.partner_gain,
        tables.peer_gain,
    )
    if not shape.hosted:
        best = top_sums(np.where(tables.compatible, peer_gain, BLOCKED), m + 1)[m] * shape.peer_weight
        out: Flags = (best >= tables.floor)[:, None] & (best >= tables.floor)[None, :]
        return out
    among = np.where(tables.compatible & tables.may_join[None, :], peer_gain, BLOCKED)
    most = top_sums(among, m)[m - 1] * shape.peer_weight if m > 1 else np.zeros(len(peer_gain))
    rest = top_sums(np.where(fit, host_gain, BLOCKED), m)[m - 1][:, None]
    hosts = (np.where(fit, host_gain, BLOCKED) + rest) * shape.host_weight >= tables.floor
    partners = partner_gain * shape.partner_weight + most[None, :] >= tables.floor
    able: Flags = hosts & partners
    return able


def _even(columns: Floats) -> Floats:
    """The mean of each row, BLOCKED when one is."""
    out: Floats = np.where((columns < NEVER).any(axis=1), BLOCKED, columns.mean(axis=1))
    return out


def groups(tables: Tables) -> list[list[int]]:
    """Groups of schools that belong together."""
    return [[k, *mates] for k, mates in enumerate(tables.mates) if mates and k < min(mates)]


def _twins(pair: Floats, start: Floats, group: list[int], m: int) -> None:
    """Spread what a group is worth to a host evenly, in place; hosts of the group get the bonus."""
    inside = pair[np.ix_(group, group)].copy()
    pair[:, group] = BLOCKED if len(group) > m else _even(pair[:, group])[:, None]
    for a, h in enumerate(group):
        pair[h, group] = BLOCKED
        others = [b for b in range(len(group)) if b != a]
        if len(others) > m or (inside[a, others] < NEVER).any():
            start[h] = BLOCKED
        else:
            pair[h, [group[b] for b in others]] = inside[a, others] + BONUS
            start[h] = -BONUS * len(others)
