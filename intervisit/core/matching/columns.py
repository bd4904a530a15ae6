"""The pool of networks found so far: no doubles, each with its exact worth."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from intervisit.core.matching.cuts import paying
from intervisit.core.matching.pricing import Found, Prices
from intervisit.core.matching.tables import Floats, Ints, Shape
from intervisit.core.matching.task import Task


@dataclass
class Pool:
    """Columns by number. `worth` is in 1/scale points; `members` lists host first."""

    task: Task
    members: list[tuple[int, ...]] = field(default_factory=list)
    types: list[int] = field(default_factory=list)
    worth: list[int] = field(default_factory=list)
    _known: dict[tuple[int, ...], int] = field(default_factory=dict)
    _rows: Ints = field(default_factory=lambda: np.zeros((0, 0), np.int64))

    def __len__(self) -> int:
        return len(self.members)

    def add(self, found: Found, prices: Prices) -> list[int]:
        """Take in what pricing found at `prices`; returns the numbers of the columns, known before or not."""
        if not len(found.hosts):
            return []
        t = found.shape.type_index
        paid = prices.school[found.hosts] + prices.school[found.partners].sum(axis=1) + prices.type[t]
        if prices.charges is not None:
            paid = paid + prices.charges.of(np.concatenate([found.hosts[:, None], found.partners], axis=1))
        exact = np.rint(found.reduced + paid).astype(np.int64).tolist()
        partners = np.sort(found.partners, axis=1).tolist()
        numbers = []
        for host, rest, value in zip(found.hosts.tolist(), partners, exact, strict=True):
            number = self.put(t, (host, *rest), value)
            numbers.append(self._known[t, host, *rest] if number is None else number)
        return numbers

    def put(self, type_index: int, members: tuple[int, ...], worth: int) -> int | None:
        """Add one column; None when it is there already."""
        key = (type_index, *members)
        if key in self._known:
            return None
        self._known[key] = len(self.members)
        self.members.append(members)
        self.types.append(type_index)
        self.worth.append(worth)
        return len(self.members) - 1

    def number(self, type_index: int, members: tuple[int, ...]) -> int | None:
        """The number of a column that is in the pool."""
        return self._known.get((type_index, *members))

    def rows(self) -> Ints:
        """(columns, largest size): members of every column, padded with the number of schools."""
        have, n = len(self._rows), self.task.n
        if have < len(self.members):
            width = max((s.partners + 1 for s in self.task.tables.shapes), default=1)
            fresh = [(*m, *([n] * (width - len(m)))) for m in self.members[have:]]
            block = np.array(fresh, dtype=np.int64).reshape(len(fresh), width)
            self._rows = np.concatenate([self._rows, block]) if have else block
        return self._rows

    def entries(self, numbers: list[int], triples: Ints | None = None) -> tuple[Ints, Ints, Floats]:
        """Columns as (starts, row indices, values) for the master, whose last rows are cuts."""
        n, n_types = self.task.n, len(self.task.problem.types)
        chosen = self.rows()[numbers]
        inside = chosen < n
        col, at = np.nonzero(inside)
        every = np.arange(len(numbers))
        sizes = inside.sum(axis=1)
        kinds = np.array([self.types[k] for k in numbers], dtype=np.int64)
        cols = [col, every, every]
        index = [chosen[col, at], n + kinds, np.full(len(numbers), n + n_types)]
        value = [np.ones(len(col)), np.ones(len(numbers)), sizes.astype(float)]
        quotas = self.task.quota_members
        if len(quotas):
            padded = np.concatenate([quotas, np.zeros((len(quotas), 1))], axis=1)
            count = padded[:, chosen].sum(axis=2)
            row, some = np.nonzero(count)
            cols.append(some)
            index.append(n + n_types + 1 + row)
            value.append(count[row, some])
        if triples is not None and len(triples):
            row, some = np.nonzero(paying(triples, chosen, n))
            cols.append(some)
            index.append(n + n_types + 1 + len(quotas) + row)
            value.append(np.ones(len(row)))
        where = np.concatenate(cols)
        order = np.argsort(where, kind="stable")
        starts = np.searchsorted(where[order], every)
        return (
            starts.astype(np.int32),
            np.concatenate(index)[order].astype(np.int32),
            np.concatenate(value)[order],
        )

    def reduced(self, prices: Prices, numbers: list[int] | None = None) -> Floats:
        """Reduced worth of columns (all of them by default)."""
        chosen = np.arange(len(self)) if numbers is None else np.array(numbers, dtype=np.int64)
        rows = self.rows()[chosen]
        kinds = np.array(self.types, dtype=np.int64)[chosen]
        paid = np.append(prices.school, 0.0)[rows].sum(axis=1) + prices.type[kinds]
        if prices.charges is not None:
            paid += prices.charges.of(rows)
        out: Floats = np.array(self.worth, dtype=np.float64)[chosen] - paid
        return out


def shape_of(task: Task, type_index: int, partners: int) -> Shape:
    """The shape of a type with so many partners. Raises KeyError when the type has no such size."""
    for shape in task.tables.shapes:
        if shape.type_index == type_index and shape.partners == partners:
            return shape
    raise KeyError((type_index, partners))
