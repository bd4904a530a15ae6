"""A first seating of every school, quick at any size: slots are laid out, then filled with what fits best.

It may break rules; `swaps` mends that. No bound comes from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import numpy as np

from intervisit.core.matching.tables import Flags, Floats, Ints, Shape, Tables
from intervisit.core.matching.task import Task

BAD = 4000.0  # points a broken rule costs here: more than any swap can win


@dataclass
class Seating:
    """Which network every school sits in (len(shapes): in none), and who hosts each network (−1: nobody)."""

    shapes: list[Shape]
    net: Ints  # (n,)
    host: Ints  # (networks,)

    def networks(self) -> list[tuple[Shape, tuple[int, ...]]]:
        """Shape and members of each network, the host first (in a network of equals: the first member)."""
        out = []
        for k, shape in enumerate(self.shapes):
            members = np.flatnonzero(self.net == k).tolist()
            first = int(self.host[k]) if shape.hosted else members[0]
            out.append((shape, (first, *(i for i in members if i != first))))
        return out


class Costs:
    """Pair gains with a price on every pair that breaks a rule, and a reward for schools that belong together."""

    def __init__(self, task: Task) -> None:
        t: Tables = task.tables
        self.task, self.bad = task, BAD * t.scale
        fit = t.compatible
        self.peer_cost = np.where(fit, 0.0, -self.bad)
        np.fill_diagonal(self.peer_cost, 0.0)
        for i, mates in enumerate(t.mates):
            for j in mates:
                self.peer_cost[i, j] = self.bad if fit[i, j] else 0.0
        self.host_cost = self.peer_cost - self.bad * (~t.may_host[:, None] * 1.0 + ~t.may_join[None, :] * 1.0)
        np.fill_diagonal(self.host_cost, 0.0)
        self.roles = -self.bad * (~t.may_join)  # for a peer in a hosted network

    def joining(self, seating: Seating, nets: Ints) -> Floats:
        """[i, k]: what school i adds as a partner of the network nets[k] beside those who are in it now."""
        inside = self._partners(seating, nets)
        peers = self.task.tables.peer_sum @ inside
        out: Floats = self.peer_cost @ inside
        for c, k in enumerate(nets.tolist()):
            shape, h = seating.shapes[k], int(seating.host[k])
            out[:, c] += peers[:, c] * shape.peer_weight
            if shape.hosted and h >= 0:
                out[:, c] += self.pair(shape, h)
        return out

    def pair(self, shape: Shape, h: int) -> Floats:
        """[i]: what school i adds beside the host h, without the other partners."""
        t = self.task.tables
        gain = t.host_gain[h] * shape.host_weight + t.partner_gain[h] * shape.partner_weight
        out: Floats = gain + self.host_cost[h]
        return out

    def hosting(self, seating: Seating, nets: Ints) -> Floats:
        """[i, k]: what school i adds as the host of the network nets[k] beside the partners who are in it now."""
        t = self.task.tables
        inside = self._partners(seating, nets)
        hosts, partners = t.host_gain @ inside, t.partner_gain @ inside
        out: Floats = self.host_cost @ inside
        for c, k in enumerate(nets.tolist()):
            shape = seating.shapes[k]
            out[:, c] += hosts[:, c] * shape.host_weight + partners[:, c] * shape.partner_weight
        return out

    def _partners(self, seating: Seating, nets: Ints) -> Floats:
        inside: Floats = (seating.net[:, None] == nets[None, :]).astype(np.float64)
        hosts = seating.host[nets]
        some = np.flatnonzero(hosts >= 0)
        inside[hosts[some], some] = 0.0
        return np.asarray(inside, dtype=np.float64)


def slots(task: Task) -> list[Shape] | None:
    """Shapes that hold the schools to be placed, within the counts of their types; None when no such set is found."""
    rows, n = task.rows, task.n
    n_types = len(task.problem.types)
    by: dict[int, list[Shape]] = {}
    for s in task.tables.shapes:
        by.setdefault(s.type_index, []).append(s)
    low, high = rows.low[n : n + n_types], task.caps
    places = int(min(n, rows.high[n + n_types]))
    must = int(rows.low[:n].sum())
    chosen: list[Shape] = []
    for t in range(n_types):
        if low[t] > 0 and t not in by:
            return None
        chosen += [by[t][0]] * int(low[t]) if t in by else []
    room = {t: int(high[t]) - int(low[t]) for t in by}
    target = places if must <= places else -1

    def total() -> int:
        return sum(s.partners + 1 for s in chosen)

    while total() < target:
        grown = _grown(chosen, by, target - total())
        if not grown:
            more = [t for t in room if room[t] > 0 and by[t][0].partners + 1 <= target - total()]
            if not more:
                break
            t = max(more, key=lambda t: (by[t][0].partners, -t))
            chosen.append(by[t][0])
            room[t] -= 1
    return chosen if must <= total() <= places else None


def _grown(chosen: list[Shape], by: dict[int, list[Shape]], left: int) -> bool:
    """Make the smallest network that can still grow one size larger, in place."""
    for j in sorted(range(len(chosen)), key=lambda j: chosen[j].partners):
        larger = [s for s in by[chosen[j].type_index] if s.partners > chosen[j].partners]
        if larger and larger[0].partners - chosen[j].partners <= left:
            chosen[j] = larger[0]
            return True
    return False


def seat(task: Task, costs: Costs, rng: Random) -> Seating | None:
    """Everybody who has to be placed, and as many others as fit, seated round by round."""
    shapes = slots(task)
    if shapes is None:
        return None
    n, count = task.n, len(shapes)
    going = invited(task, shapes, rng)
    seating = Seating(shapes, np.full(n, count), np.full(count, -1))
    hosted = [k for k, s in enumerate(shapes) if s.hosted]
    hosts = _hosts(task, going, len(hosted), rng)
    if hosts is None:
        return None
    rng.shuffle(hosts)
    for k, h in zip(hosted, hosts, strict=True):
        seating.host[k], seating.net[h] = h, k
    going[hosts] = False
    left = np.array([s.partners if s.hosted else s.partners + 1 for s in shapes])
    while going.any():
        open_nets = np.flatnonzero(left == left.max())
        gain = costs.joining(seating, open_nets)
        people = np.flatnonzero(going)
        for c, i in _pairs(gain[people]):
            k = int(open_nets[c])
            seating.net[people[i]] = k
            left[k] -= 1
            going[people[i]] = False
    return seating


def _pairs(gain: Floats) -> list[tuple[int, int]]:
    """(network, school) one to one, best first; every network or every school gets one."""
    people, nets = gain.shape
    order = np.argsort(-gain, axis=None, kind="stable")
    used, taken = np.zeros(people, dtype=bool), np.zeros(nets, dtype=bool)
    out: list[tuple[int, int]] = []
    for at in range(0, len(order), 4096):
        for flat in order[at : at + 4096].tolist():
            i, c = divmod(flat, nets)
            if not used[i] and not taken[c]:
                used[i] = taken[c] = True
                out.append((c, i))
        if len(out) == min(people, nets):
            break
    return out


def _hosts(task: Task, going: Flags, count: int, rng: Random) -> list[int] | None:
    """Those who may only host, then others, so that every span of grades has its share of hosts."""
    t = task.tables
    able = [i for i in range(task.n) if going[i] and t.may_host[i]]
    only = [i for i in able if not t.may_join[i]]
    rest = [i for i in able if t.may_join[i]]
    if not len(only) <= count <= len(able):
        return None
    rng.shuffle(rest)
    chosen = list(only)
    spans = [s.grades for s in task.schools]
    size: dict[tuple[int, ...], int] = {}
    have: dict[tuple[int, ...], int] = {}
    for i in np.flatnonzero(going).tolist():
        size[spans[i]] = size.get(spans[i], 0) + 1
    for i in only:
        have[spans[i]] = have.get(spans[i], 0) + 1
    while len(chosen) < count:
        pick = max(rest, key=lambda i: size[spans[i]] / (1 + have.get(spans[i], 0)))
        rest.remove(pick)
        chosen.append(pick)
        have[spans[pick]] = have.get(spans[pick], 0) + 1
    return chosen


def invited(task: Task, shapes: list[Shape], rng: Random) -> Flags:
    """Who is to be placed at first: those who must, then those whom quotas and roles ask for, then anybody."""
    places, hosts = sum(s.partners + 1 for s in shapes), sum(s.hosted for s in shapes)
    going: Flags = task.rows.low[: task.n] > 0
    only_host = task.tables.may_host & ~task.tables.may_join
    only_join = ~task.tables.may_host & (hosts == len(shapes))
    at = task.n + len(task.problem.types) + 1
    rest = np.flatnonzero(~going).tolist()
    rng.shuffle(rest)
    inside = task.quota_members
    low, high = task.rows.low[at:], task.rows.high[at:]
    while int(going.sum()) < places and rest:
        have = inside @ going
        short, full = (have < low) * 1.0, (have >= high) * 1.0
        wish = short @ inside - 4 * (full @ inside)
        wish -= 4.0 * only_host * (only_host[going].sum() >= hosts)
        wish -= 4.0 * only_join * (only_join[going].sum() >= places - hosts)
        pick = rest[int(np.argmax(wish[rest]))]
        rest.remove(pick)
        going[pick] = True
    return going
