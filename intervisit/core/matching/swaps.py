"""Local search on a seating: the best exchanges of two places, all pairs looked at together in numpy."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np

from intervisit.core.matching.pricing import acceptable
from intervisit.core.matching.seating import Costs, Seating
from intervisit.core.matching.tables import Floats, Ints, Shape
from intervisit.core.matching.task import Task

LOOKED_AT = 20_000  # promising exchanges of one round
ROUNDS, SCHOOL_ROUNDS = 40, 60_000  # of exchanges: at least, and times the number of schools
KICKS = 40  # tries to get out of a broken rule
NEAREST = 12  # exchanges from which a kick picks


class Exchange:
    """A seating under way. `place[i, j]`: what j would add in the place of i, j's own network left aside."""

    def __init__(self, task: Task, costs: Costs, seating: Seating) -> None:
        self.task, self.costs, self.s = task, costs, seating
        n, count = task.n, len(seating.shapes)
        self.join = np.zeros((n, count + 1))
        self.host = np.zeros((n, count))
        self.must = task.rows.low[:n] > 0
        self.join[self.must, count] = -costs.bad
        weights = [s.peer_weight for s in seating.shapes]
        self.weight = np.array([*weights, 0], dtype=float)
        named = [kind for s in seating.shapes for kind, _, _ in s.seats]
        kinds = max([int(task.tables.kinds.max(initial=0)), *named]) + 1
        self.kinds = kinds if any(s.seats for s in seating.shapes) else 0
        self.seats = np.zeros((count + 1, kinds, kinds))
        at = n + len(task.problem.types) + 1
        self.low, self.high = task.rows.low[at:], task.rows.high[at:]
        self.placed = task.quota_members @ (seating.net < count)
        self.unrotated = set(range(count))  # networks changed since their hosts were looked at
        self.unjudged = set(range(count))  # and since it was asked whether they keep the rules
        self.wrong: set[int] = set()
        self.refresh(np.arange(count))

    def refresh(self, nets: Ints) -> None:
        """Anew what schools would add to these networks."""
        if not len(nets):
            return
        self.unrotated.update(nets.tolist())
        self.unjudged.update(nets.tolist())
        self.join[:, nets] = self.costs.joining(self.s, nets)
        self.host[:, nets] = self.costs.hosting(self.s, nets)
        if self.kinds:
            for k in nets.tolist():
                self.seats[k] = self._seat_change(k)

    def _seat_change(self, k: int) -> Floats:
        """[a, b]: what it costs the seats of network k when kind a leaves and kind b comes."""
        count = np.bincount(self.task.tables.kinds[self.s.net == k], minlength=self.kinds)
        out = np.zeros((self.kinds, self.kinds))
        for a in range(self.kinds):
            for b in range(self.kinds):
                after = count.copy()
                after[a] -= 1
                after[b] += 1
                out[a, b] = -self.costs.bad * (self._unseated(k, after) - self._unseated(k, count))
        return out

    def _unseated(self, k: int, count: Ints) -> int:
        seats = self.s.shapes[k].seats
        return sum(max(0, low - int(count[a])) + max(0, int(count[a]) - high) for a, low, high in seats)

    def changes(self) -> Floats:
        """[i, j]: what the exchange of i and j would win; −∞ where both sit in one network."""
        net, count = self.s.net, len(self.s.shapes)
        hosts = self.s.host[self.s.host >= 0]
        place = self.join[:, net]
        place -= self.task.tables.peer_sum * self.weight[net][None, :]
        place -= np.where((net < count)[None, :], self.costs.peer_cost, 0.0)
        place[:, hosts] = self.host[:, net[hosts]]
        now = np.diagonal(place).copy()
        place -= now[None, :]
        if self.kinds:
            kinds = self.task.tables.kinds
            place += self.seats[net[:, None], kinds[:, None], kinds[None, :]].T
        out = place + place.T
        out[net[:, None] == net[None, :]] = -np.inf
        return out

    def round(self, rng: Random, heat: float) -> float:
        """Exchange the best pairs whose networks are all different; what was won."""
        gain = np.triu(self.changes(), 1)
        flat = gain.ravel()
        good = np.flatnonzero(flat > 0.5)
        if len(good) > LOOKED_AT:
            good = good[np.argpartition(-flat[good], LOOKED_AT)[:LOOKED_AT]]
        value = flat[good]
        if heat:
            value = value * np.array([1 + heat * rng.random() for _ in range(len(good))])
        order = good[np.argsort(-value, kind="stable")]
        count = len(self.s.shapes)
        touched: set[int] = set()
        won = 0.0
        for pair in order.tolist():
            i, j = divmod(pair, self.task.n)
            a, b = int(self.s.net[i]), int(self.s.net[j])
            if a in touched or b in touched or not self._quotas(i, j, a == count, b == count):
                continue
            touched |= {a, b} - {count}
            won += float(flat[pair])
            self._exchange(i, j)
        self.refresh(np.array(sorted(touched), dtype=np.int64))
        return won

    def _quotas(self, i: int, j: int, i_out: bool, j_out: bool) -> bool:
        if not len(self.low) or not (i_out or j_out):
            return True
        member = self.task.quota_members
        after = self.placed + (member[:, i] - member[:, j]) * (1 if i_out else -1)
        if self._off(after) > self._off(self.placed):
            return False
        self.placed = after
        return True

    def _off(self, placed: Floats) -> float:
        return float(np.maximum(0, self.low - placed).sum() + np.maximum(0, placed - self.high).sum())

    def _exchange(self, i: int, j: int) -> None:
        net, host, count = self.s.net, self.s.host, len(self.s.shapes)
        a, b = int(net[i]), int(net[j])
        if a < count and host[a] == i:
            host[a] = j
        if b < count and host[b] == j:
            host[b] = i
        net[i], net[j] = b, a

    def rotate(self) -> float:
        """In each network let the one host who is best for it; what was won."""
        won, changed = 0.0, []
        looked_at, self.unrotated = sorted(self.unrotated), set()
        for k in looked_at:
            shape = self.s.shapes[k]
            if not shape.hosted:
                continue
            members = np.flatnonzero(self.s.net == k)
            worths = self._worths(shape, members)
            at = int(np.argmax(worths))
            before = worths[members == self.s.host[k]][0]
            if worths[at] > before + 0.5:
                self.s.host[k] = members[at]
                won += float(worths[at] - before)
                changed.append(k)
        self.refresh(np.array(changed, dtype=np.int64))
        self.unrotated = set()
        return won

    def _worths(self, shape: Shape, members: Ints) -> Floats:
        """What these schools would be worth with each of them as the host."""
        t, costs, both = self.task.tables, self.costs, np.ix_(members, members)
        pair = t.host_gain[both] * shape.host_weight + t.partner_gain[both] * shape.partner_weight
        pair += costs.host_cost[both]
        peers = t.peer_sum[both] * shape.peer_weight + costs.peer_cost[both]
        np.fill_diagonal(pair, 0.0)
        np.fill_diagonal(peers, 0.0)
        each = peers.sum(axis=1)
        out: Floats = pair.sum(axis=1) + each.sum() / 2 - each
        return out

    def broken(self) -> list[int]:
        """Numbers of the networks that break a rule."""
        for k in self.unjudged:
            members = np.flatnonzero(self.s.net == k).tolist()
            first = int(self.s.host[k]) if self.s.shapes[k].hosted else members[0]
            ok = lawful(self.task, self.s.shapes[k], (first, *(i for i in members if i != first)))
            (self.wrong.discard if ok else self.wrong.add)(k)
        self.unjudged = set()
        return sorted(self.wrong)

    def kick(self, broken: list[int], rng: Random) -> None:
        """Exchange one school of each broken network for one that harms least, picked at random among the best."""
        for k in broken:
            members = np.flatnonzero(self.s.net == k).tolist()
            i = rng.choice(members)
            change = self.changes()[i]
            best = np.argpartition(-change, min(NEAREST, self.task.n - 1))[:NEAREST]
            able = [j for j in best.tolist() if np.isfinite(change[j])]
            if not able:
                continue
            j = rng.choice(able)
            a, b, count = int(self.s.net[i]), int(self.s.net[j]), len(self.s.shapes)
            if self._quotas(i, j, a == count, b == count):
                self._exchange(i, j)
                self.refresh(np.array(sorted({a, b} - {count}), dtype=np.int64))


def lawful(task: Task, shape: Shape, members: tuple[int, ...]) -> bool:
    """Whether one network keeps every rule inside networks."""
    t, rest = task.tables, list(members[1:])
    if shape.hosted and not (t.may_host[members[0]] and t.may_join[rest].all()):
        return False
    together = t.compatible[np.ix_(members, members)]
    if int(together.sum()) != len(members) * (len(members) - 1):
        return False
    return bool(acceptable(t, shape, np.array(members[:1]), np.array([rest]))[0])


def descend(
    task: Task,
    costs: Costs,
    seating: Seating,
    rng: Random,
    stop: Callable[[], bool],
    kicks: int = KICKS,
) -> Seating:
    """The seating after exchanges and new hosts until none helps or time is up; changed in place.

    Where rules stay broken, the networks concerned are stirred a little and the search goes on.
    """
    work = Exchange(task, costs, seating)
    left = max(ROUNDS, SCHOOL_ROUNDS // task.n)
    for _ in range(kicks):
        idle = 0
        while idle < 2 and left > 0 and not stop():
            left -= 1
            won = work.rotate() if idle == 0 else 0.0
            won += work.round(rng, 0.3)
            idle = 0 if won > 0.5 else idle + 1
        wrong = work.broken()
        if not wrong or left <= 0 or stop():
            break
        work.kick(wrong[:8], rng)
    return seating
