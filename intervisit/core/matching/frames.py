"""The arrays in which networks of one shape are searched: who may host whom, what pairs are worth.

Schools that belong together are made twins here: what another school gains from them is spread evenly over
the group. Networks hold such groups whole, so their worth stays the same, and no search is lured by half of a
group. A host's own mates carry a bonus that the host's start takes away again: without them it has no chance.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from intervisit.core.matching.tables import BLOCKED, Flags, Floats, Shape, Tables, pair_worth, top_sums

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
    top: Floats  # [j, p]: sum of the j best peers of p
    peer: Floats = field(repr=False)  # [p, r], BLOCKED where not allowed
    grouped: Flags  # [p]: belongs to a group


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
    pair = np.where(fit, pair_worth(tables, shape), BLOCKED)
    peer = np.where(join, tables.peer_sum * shape.peer_weight, BLOCKED)
    start = np.zeros(n)
    for group in groups(tables):
        _twins(pair, peer, start, group, shape.partners)
    grouped = np.array([bool(m) for m in tables.mates], dtype=bool)
    return Frame(shape, start, pair, top_sums(peer, shape.partners), peer, grouped)


def groups(tables: Tables) -> list[list[int]]:
    """Groups of schools that belong together."""
    return [[k, *mates] for k, mates in enumerate(tables.mates) if mates and k < min(mates)]


def _twins(pair: Floats, peer: Floats, start: Floats, group: list[int], m: int) -> None:
    """Spread worth evenly over one group, in place; rows and columns of hosts of the group get the bonus."""
    g = np.array(group)
    inside = pair[np.ix_(g, g)].copy()
    shared = pair[:, g].mean(axis=1)
    shared[(pair[:, g] < NEVER).any(axis=1)] = BLOCKED
    if len(g) > m:
        shared[:] = BLOCKED
    pair[:, g] = shared[:, None]
    for a, h in enumerate(group):
        pair[h, g] = BLOCKED
        others = [b for b in range(len(g)) if b != a]
        if len(others) > m or (inside[a, others] < NEVER).any():
            start[h] = BLOCKED
            continue
        pair[h, g[others]] = inside[a, others] + BONUS
        start[h] = -BONUS * len(others)
    block = peer[np.ix_(g, g)].copy()
    blocked = (peer[:, g] < NEVER).any(axis=1)
    each = peer[:, g].mean(axis=1)
    each[blocked] = BLOCKED
    peer[:, g] = each[:, None]
    peer[g, :] = each[None, :]
    peer[np.ix_(g, g)] = block  # inside the group pairs stay as they are
