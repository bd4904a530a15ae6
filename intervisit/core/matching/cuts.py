"""Cuts: of three schools, at most one network may hold two or more. Networks that do pay for it.

Every matching keeps these (one school sits in one network), the linear program does not: it likes to take half of
a with b, half of b with c, half of c with a. With the cuts that it breaks added, its bound falls most of the way to
the best matching there is.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from intervisit.core.matching.tables import Flags, Floats, Ints

CHUNK = 2_000_000  # numbers in one working array
BROKEN = 0.02  # by so much a cut has to be broken to be worth its row
FRESH = 0.15  # cuts added in one round, for each school
SHARED = 4  # cuts of one round that one school may be in


@dataclass(frozen=True)
class Charges:
    """What networks pay for cuts: `each` (whole multiples of 3, in 1/scale points) for two or three of a triple."""

    triples: Ints  # (k, 3)
    each: Floats  # (k,)
    pair: Floats = field(repr=False)  # [i, j]: a third of what the cuts of i and j cost: never too much

    def of(self, members: Ints) -> Floats:
        """What each row of schools pays."""
        return self._sum(members, two=1.0)

    def beyond_pairs(self, members: Ints) -> Floats:
        """What each row of schools pays beyond the sum of `pair` over its pairs."""
        return self._sum(members, two=2 / 3, three=0.0)

    def _sum(self, members: Ints, two: float, three: float = 1.0) -> Floats:
        out = np.zeros(len(members))
        n = len(self.pair)
        step = max(64, CHUNK // max(1, len(self.triples)))
        price = np.rint(self.each * two), np.rint(self.each * three)
        for at in range(0, len(members), step):
            part = members[at : at + step]
            count = held(self.triples, part, n)
            out[at : at + step] = price[0] @ (count == 2)
            if three:
                out[at : at + step] += price[1] @ (count == 3)
        return out


def held(triples: Ints, members: Ints, n: int) -> NDArray[np.uint8]:
    """[c, k]: how many schools of triple c the row k of schools holds. Rows may be padded with n."""
    inside = np.zeros((n + 1, len(members)), dtype=np.uint8)
    inside[members.T, np.arange(len(members))[None, :]] = 1
    inside[n] = 0
    out: NDArray[np.uint8] = inside[triples[:, 0]] + inside[triples[:, 1]] + inside[triples[:, 2]]
    return out


def charges(triples: Ints, each: Floats, n: int) -> Charges | None:
    """Charges at these prices (1/scale points); None when nothing is charged."""
    third = np.rint(np.maximum(each, 0.0) / 3)
    some = third > 0
    if not some.any():
        return None
    triples, third = triples[some], third[some]
    pair = np.zeros((n, n))
    for a, b in ((0, 1), (0, 2), (1, 2)):
        np.add.at(pair, (triples[:, a], triples[:, b]), third)
        np.add.at(pair, (triples[:, b], triples[:, a]), third)
    return Charges(triples, 3 * third, pair)


def broken_cuts(members: Ints, values: Floats, n: int, known: set[tuple[int, int, int]]) -> Ints:
    """Triples whose cut these networks (rows of schools, padded with n; taken `values` times) break, the worst
    first, few for each school."""
    inside = np.zeros((n + 1, len(members)))
    inside[members.T, np.arange(len(members))[None, :]] = 1.0
    inside = inside[:n]
    active = np.flatnonzero(inside.any(axis=1))
    some = inside[active]
    share = (some * values) @ some.T
    np.fill_diagonal(share, 0.0)
    found: list[tuple[float, tuple[int, int, int]]] = []
    near: list[Ints] = [np.flatnonzero(row > 1e-6) for row in share]
    for i in range(len(active)):
        after = near[i][near[i] > i]
        for at, j in enumerate(after.tolist()):
            rest = after[at + 1 :]
            if len(rest):
                three = (some[i] * some[j] * values) @ some[rest].T
                total = share[i, j] + share[i, rest] + share[j, rest] - 2 * three
                for k in np.flatnonzero(total > 1 + BROKEN).tolist():
                    key = int(active[i]), int(active[j]), int(active[rest[k]])
                    found.append((-float(total[k]), key))
    found.sort()
    used: dict[int, int] = {}
    out: list[tuple[int, int, int]] = []
    for _, key in found:
        if key in known or any(used.get(i, 0) >= SHARED for i in key):
            continue
        out.append(key)
        for i in key:
            used[i] = used.get(i, 0) + 1
        if len(out) >= max(20, FRESH * n):
            break
    return np.array(out, dtype=np.int64).reshape(-1, 3)


def paying(triples: Ints, members: Ints, n: int) -> Flags:
    """[c, k]: whether the row k of schools pays for cut c."""
    out: Flags = held(triples, members, n) >= 2
    return out
