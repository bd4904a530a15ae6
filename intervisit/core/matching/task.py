"""A problem made ready for the solver: schools in an order of their own, locked networks taken out, rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from intervisit.core.matching.problem import MatchedNetwork, Problem, School
from intervisit.core.matching.tables import Floats, Ints, Tables, bare_tables, build_tables, worth

UNLIMITED = float("inf")


@dataclass(frozen=True)
class Rows:
    """Rows of the master: one per school, one per type, one for the number of schools, one per quota.

    A column of type t with members S has 1 in the rows of S, 1 in row t, |S| in the row of the number of
    schools, and |S ∩ members| in the row of each quota.
    """

    low: Floats
    high: Floats
    names: tuple[str, ...]


@dataclass(frozen=True)
class Task:
    """What is left to decide once the locked networks are taken out. Schools are known by their index."""

    problem: Problem
    schools: tuple[School, ...]
    tables: Tables
    rows: Rows
    quota_members: Floats  # (quotas, schools): 1 for a member
    fixed_worth: int  # of the locked networks, in 1/scale points

    @property
    def n(self) -> int:
        """Number of schools still to be placed."""
        return len(self.schools)

    @cached_property
    def caps(self) -> Ints:
        """At most so many networks of each type."""
        by_size = [self.n // t.min_size for t in self.problem.types]
        high = self.rows.high[self.n : self.n + len(self.problem.types)]
        out: Ints = np.minimum(np.array(by_size), high).astype(np.int64)
        return out

    def network(self, type_index: int, host: int, partners: Ints) -> MatchedNetwork:
        """A column as a network, by id."""
        kind = self.problem.types[type_index]
        ids = self.tables.ids
        others = sorted(ids[int(p)] for p in partners)
        if kind.hosted:
            return MatchedNetwork(kind.name, ids[host], tuple(others))
        return MatchedNetwork(kind.name, None, tuple(sorted([ids[host], *others])))


def prepare(problem: Problem) -> Task:
    """The task of a problem. Schools are ordered by what they are, by id only where they do not differ."""
    task = outline(problem)
    tables = build_tables(problem, task.schools)
    return replace(task, tables=tables, fixed_worth=_fixed_worth(problem, tables.scale))


def outline(problem: Problem) -> Task:
    """The task without its tables of pairs, for what can be asked without them."""
    gone = {i for network in problem.fixed for i in network.members}
    schools = tuple(sorted((s for s in problem.schools if s.id not in gone), key=_order))
    tables = bare_tables(problem, schools)
    n, n_types = len(schools), len(problem.types)
    members = np.zeros((len(problem.quotas), n))
    used = [sum(network.type == t.name for network in problem.fixed) for t in problem.types]
    required = [s.must or any(schools[j].must for j in tables.mates[k]) for k, s in enumerate(schools)]
    low = [float(must) for must in required]
    high = [1.0] * n
    low += [max(0.0, t.min_count - u) for t, u in zip(problem.types, used, strict=True)]
    high += [float(t.max_count - u) for t, u in zip(problem.types, used, strict=True)]
    low.append(0.0)
    high.append(float(problem.max_schools - len(gone)))
    for k, quota in enumerate(problem.quotas):
        inside = set(quota.members)
        members[k] = [s.id in inside for s in schools]
        placed = len(inside & gone)
        low.append(max(0.0, float(quota.min - placed)))
        high.append(float(quota.max - placed))
    names = [s.id for s in schools] + [t.name for t in problem.types]
    names += ["max_schools"] + [q.name for q in problem.quotas]
    assert len(names) == len(low) == n + n_types + 1 + len(problem.quotas)
    rows = Rows(np.array(low), np.array(high), tuple(names))
    return Task(problem, schools, tables, rows, members, fixed_worth=0)


def _order(s: School) -> tuple[object, ...]:
    place = (s.x is None, s.x or 0, s.y or 0, s.borough, s.district)
    people = (s.enrollment, s.poverty, s.ell, s.swd, s.superintendent, s.network)
    shape = (s.role, s.kind, s.grades, s.focus)
    return (*shape, place, people, s.ranking, s.must, s.new_principal, s.prefers_new, s.id)


def _fixed_worth(problem: Problem, scale: int) -> int:
    """Worth of the locked networks, in 1/scale points."""
    if not problem.fixed:
        return 0
    inside = tuple(problem.by_id[i] for network in problem.fixed for i in network.members)
    tables = build_tables(replace(problem, fixed=()), inside)
    index = {i: k for k, i in enumerate(tables.ids)}
    shapes = {(s.name, s.partners): s for s in tables.shapes}
    total = 0
    for network in problem.fixed:
        first, *rest = (index[i] for i in network.members)
        total += worth(tables, shapes[network.type, len(rest)], first, tuple(rest))
    return int(Fraction(total * scale, tables.scale))
