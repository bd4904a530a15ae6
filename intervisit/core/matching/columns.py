"""The pool of networks found so far: no doubles, each with its exact worth."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

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

    def __len__(self) -> int:
        return len(self.members)

    def add(self, found: Found, prices: Prices) -> list[int]:
        """Take in what pricing found at `prices`; returns the numbers of the columns that are new."""
        if not len(found.hosts):
            return []
        t = found.shape.type_index
        paid = prices.school[found.hosts] + prices.school[found.partners].sum(axis=1) + prices.type[t]
        exact = np.rint(found.reduced + paid).astype(np.int64).tolist()
        partners = np.sort(found.partners, axis=1).tolist()
        fresh = []
        for host, rest, value in zip(found.hosts.tolist(), partners, exact, strict=True):
            number = self.put(t, (host, *rest), value)
            if number is not None:
                fresh.append(number)
        return fresh

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

    def entries(self, numbers: list[int]) -> tuple[Ints, Ints, Floats]:
        """Columns as (starts, row indices, values) for the master."""
        n, n_types = self.task.n, len(self.task.problem.types)
        quota = self.task.quota_members
        starts: list[int] = []
        index: list[int] = []
        value: list[float] = []
        for k in numbers:
            starts.append(len(index))
            members = self.members[k]
            index += [*members, n + self.types[k], n + n_types]
            value += [1.0] * (len(members) + 1) + [float(len(members))]
            if len(quota):
                inside = quota[:, members].sum(axis=1)
                for row in np.flatnonzero(inside).tolist():
                    index.append(n + n_types + 1 + row)
                    value.append(float(inside[row]))
        return np.array(starts, np.int32), np.array(index, np.int32), np.array(value)

    def reduced(self, prices: Prices, numbers: list[int] | None = None) -> Floats:
        """Reduced worth of columns (all of them by default)."""
        chosen = range(len(self)) if numbers is None else numbers
        school, kind = prices.school.tolist(), prices.type.tolist()
        return np.array(
            [self.worth[k] - kind[self.types[k]] - sum(school[i] for i in self.members[k]) for k in chosen]
        )


def shape_of(task: Task, type_index: int, partners: int) -> Shape:
    """The shape of a type with so many partners. Raises KeyError when the type has no such size."""
    for shape in task.tables.shapes:
        if shape.type_index == type_index and shape.partners == partners:
            return shape
    raise KeyError((type_index, partners))
