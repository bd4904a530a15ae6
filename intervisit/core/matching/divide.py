"""A large task in parts: schools that gain most from each other stay together; prices of parts start the whole."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from intervisit.core.matching.generation import Generator
from intervisit.core.matching.part import cut_tables
from intervisit.core.matching.tables import Floats, Ints
from intervisit.core.matching.task import Rows, Task

NEIGHBOURS = 24  # schools that count as near
TURNS = 60  # of the power iteration
ROUNDS = 30  # of pricing in one part
NEAR = 30.0  # points below its price a column of a part may be to be taken over


def divide(task: Task, size: int) -> list[Ints]:
    """The schools (indices) in parts of about `size`, cut where they have least to gain from each other."""
    near = _near(task)
    parts: list[Ints] = []
    _halve(near, np.arange(task.n), -(-task.n // size), parts)
    where = np.zeros(task.n, dtype=np.int64)
    for k, part in enumerate(parts):
        where[part] = k
    for i, mates in enumerate(task.tables.mates):
        if mates:
            where[i] = where[min(i, *mates)]
    split = [np.flatnonzero(where == k) for k in range(len(parts))]
    return [part for part in split if len(part)]


def _near(task: Task) -> Floats:
    """[i, j]: what two schools would gain from each other, 0 unless one is among the other's nearest."""
    t = task.tables
    join = t.may_join[:, None] & t.may_join[None, :]
    pair = np.where(t.may_host[:, None] & t.may_join[None, :], t.host_gain + t.partner_gain, 0.0)
    gain = np.maximum(np.maximum(pair, pair.T), np.where(join, t.peer_sum, 0.0))
    gain = np.where(t.compatible, np.maximum(gain, 0.0), 0.0)
    k = min(NEIGHBOURS, task.n - 1)
    least = np.partition(gain, task.n - 1 - k, axis=1)[:, task.n - 1 - k]
    out: Floats = np.where((gain >= least[:, None]) | (gain >= least[None, :]), gain, 0.0)
    return out


def _halve(near: Floats, schools: Ints, parts: int, out: list[Ints]) -> None:
    """Cut along the second eigenvector of the normalised graph, again and again."""
    if parts <= 1:
        out.append(schools)
        return
    graph = near[np.ix_(schools, schools)]
    degree = np.sqrt(graph.sum(axis=1) + 1e-9)
    graph = graph / degree[:, None] / degree[None, :]
    first = degree / np.linalg.norm(degree)
    vector = np.cos(np.arange(len(schools)) * 2.399963)  # any start will do; always the same
    for _ in range(TURNS):
        vector = graph @ vector + vector
        vector -= first * (first @ vector)
        vector /= np.linalg.norm(vector) + 1e-12
    order = np.argsort(np.round(vector / degree, 9), kind="stable")
    left = parts // 2
    at = len(schools) * left // parts
    _halve(near, np.sort(schools[order[:at]]), left, out)
    _halve(near, np.sort(schools[order[at:]]), parts - left, out)


def share_of(task: Task, schools: Ints) -> Task:
    """The task of some schools alone, with their share of the networks, places and quotas (in fractions: this is
    for the linear program only)."""
    n, n_types, quotas = task.n, len(task.problem.types), task.quota_members
    share = np.full(n_types + 1, len(schools) / n)
    inside = quotas[:, schools].sum(axis=1) / np.maximum(1.0, quotas.sum(axis=1))
    part = np.concatenate([share, inside])
    low = np.concatenate([task.rows.low[schools], task.rows.low[n:] * part])
    high = np.concatenate([task.rows.high[schools], task.rows.high[n:] * part])
    names = tuple(task.rows.names[k] for k in schools) + task.rows.names[n:]
    return replace(
        task,
        schools=tuple(task.schools[k] for k in schools),
        tables=cut_tables(task.tables, schools),
        rows=Rows(low, high, names),
        quota_members=quotas[:, schools],
        fixed_worth=0,
    )


def warm_start(g: Generator, size: int, width: int, keep: int, stop: Callable[[], bool]) -> None:
    """Price the parts of a task each for itself; take over their prices and their good columns."""
    task = g.task
    n = task.n
    duals = g.duals.copy()
    duals[n:] = 0.0
    fresh: list[int] = []
    for schools in divide(task, size):
        inner = Generator(share_of(task, schools), g.penalty, stop)
        inner.duals[: len(schools)] = g.duals[schools]
        inner.center = inner.duals.copy()
        inner.beam_round(width, keep, -np.inf)
        for _ in range(ROUNDS):
            if stop() or inner.beam_round(width, keep) < 10:
                break
        if inner.relaxed is None:
            continue
        duals[schools] = inner.duals[: len(schools)]
        duals[n:] += inner.duals[len(schools) :] * (len(schools) / n)
        good = np.flatnonzero(inner.pool.reduced(inner.prices()) >= -NEAR * g.scale)
        for k in good.tolist():
            members = tuple(int(schools[i]) for i in inner.pool.members[k])
            number = g.pool.put(inner.pool.types[k], members, inner.pool.worth[k])
            fresh += [] if number is None else [number]
    if fresh:
        g.resolve(fresh)
        g.duals = duals
        g.center = duals.copy()
