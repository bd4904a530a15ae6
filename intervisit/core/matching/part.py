"""A part of a task: some networks of an answer dissolved, their schools matched anew, the rest held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from intervisit.core.matching.columns import Pool
from intervisit.core.matching.tables import Tables
from intervisit.core.matching.task import Rows, Task


def part_of(task: Task, pool: Pool, held: Iterable[int], schools: list[int]) -> Task:
    """The task of matching `schools` (indices) while the networks `held` (column numbers) stay."""
    held = list(held)
    index = np.array(sorted(schools), dtype=np.int64)
    n, n_types = task.n, len(task.problem.types)
    counts = Counter(pool.types[k] for k in held)
    used = np.array([counts[t] for t in range(n_types)], dtype=float)
    placed = np.array(sorted(i for k in held for i in pool.members[k]), dtype=np.int64)
    taken = np.concatenate([used, [len(placed)], task.quota_members[:, placed].sum(axis=1)])
    low = np.concatenate([task.rows.low[index], np.maximum(0.0, task.rows.low[n:] - taken)])
    high = np.concatenate([task.rows.high[index], task.rows.high[n:] - taken])
    names = tuple(task.rows.names[k] for k in index) + task.rows.names[n:]
    return replace(
        task,
        schools=tuple(task.schools[k] for k in index),
        tables=cut_tables(task.tables, index),
        rows=Rows(low, high, names),
        quota_members=task.quota_members[:, index],
        fixed_worth=0,
    )


def cut_tables(tables: Tables, index: np.ndarray) -> Tables:
    """The tables of some schools (indices)."""
    both = np.ix_(index, index)
    new = {int(old): k for k, old in enumerate(index)}
    mates = tuple(tuple(new[m] for m in tables.mates[k] if m in new) for k in index.tolist())
    return replace(
        tables,
        ids=tuple(tables.ids[k] for k in index),
        minutes=tables.minutes[both],
        compatible=tables.compatible[both],
        host_gain=tables.host_gain[both],
        partner_gain=tables.partner_gain[both],
        peer_gain=tables.peer_gain[both],
        peer_sum=tables.peer_sum[both],
        may_host=tables.may_host[index],
        may_join=tables.may_join[index],
        shapes=tuple(s for s in tables.shapes if s.partners < len(index)),
        mates=mates,
        kinds=tables.kinds[index],
    )
