"""All pairs at once: the integers of `score.py` as numpy arrays, and the shapes a network can take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from intervisit.core.matching.problem import CRITERIA, Problem, School

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

BLOCKED = -1e12  # worth of what may not be; far below any sum of scaled scores, exact in a float


@dataclass(frozen=True)
class Shape:
    """One size of one network type: `partners` schools around a host (in a network of equals: around the
    member that comes first). Worth of a network, in units of 1/scale points: host_weight·(what the host
    gains) + partner_weight·(what partners gain from the host) + peer_weight·(what partners gain from each
    other, both directions)."""

    type_index: int
    name: str
    partners: int
    hosted: bool
    host_weight: int
    partner_weight: int
    peer_weight: int
    seats: tuple[tuple[int, int, int], ...] = ()  # (kind, min, max), kinds as in Tables.kinds


@dataclass(frozen=True)
class Tables:
    """Pairwise worth of n schools, in the order of `ids`. Arrays are n × n integers held in floats."""

    ids: tuple[str, ...]
    scale: int  # all worths are multiples of 1/scale points
    minutes: Ints
    compatible: Flags  # symmetric, false on the diagonal
    host_gain: Floats  # [h, p]: benefit(h ← p) when h hosts
    partner_gain: Floats  # [h, p]: benefit(p ← h) with the host's strength
    peer_gain: Floats  # [p, r]: benefit(p ← r) with shared focus
    peer_sum: Floats  # peer_gain + its transpose
    may_host: Flags
    may_join: Flags
    shapes: tuple[Shape, ...]
    mates: tuple[tuple[int, ...], ...]  # for each school: those that have to be in its network
    kinds: Ints  # the kind of each school, as a number
    floor: float = -np.inf  # no school's own score may be lower, in 1/scale points
    own: tuple[Floats, Floats, Floats] | None = None  # gains own scores are made of, when worth is another


def build_tables(problem: Problem, schools: tuple[School, ...]) -> Tables:
    """Tables over `schools`, in their order."""
    n = len(schools)
    minutes = _minutes(problem, schools)
    shared, span = _grades(schools)
    common = _common_benefit(problem, schools, minutes, shared, span)
    wants = _named(schools, lambda s: s.wants)
    new = np.array([s.new_principal for s in schools], dtype=bool).reshape(n)
    prefers = np.array([s.prefers_new for s in schools], dtype=bool).reshape(n)
    has_wants = np.array([bool(s.wants) for s in schools], dtype=bool).reshape(n)
    free = np.array([_free_points(problem, s) for s in schools], dtype=np.int64).reshape(n)
    wish = problem.params.wish_points
    focus, strength = _focus(schools)

    def gain(wishes: Flags, met: Flags, shared_focus: Ints) -> Ints:
        weight = np.where(wishes, wish, 0)
        points = problem.params.focus_points + free + (wish - weight)
        total: Ints = points[:, None] * shared_focus + weight[:, None] * 1000 * met + common
        return total // 100

    peer = gain(has_wants, wants, focus)
    as_host = gain(has_wants | prefers, wants | (prefers[:, None] & new[None, :]), focus)
    as_partner = gain(has_wants, wants, strength)  # [p, h]
    return replace(
        bare_tables(problem, schools),
        minutes=minutes,
        compatible=_compatible(problem, schools, minutes, shared, span),
        host_gain=as_host.astype(np.float64),
        partner_gain=as_partner.T.astype(np.float64).copy(),
        peer_gain=peer.astype(np.float64),
        peer_sum=(peer + peer.T).astype(np.float64),
    )


def bare_tables(problem: Problem, schools: tuple[School, ...]) -> Tables:
    """Tables without pairs, for what can be asked without them: roles, kinds, groups, shapes."""
    n, none = len(schools), np.zeros((0, 0))
    mates = _mates(problem, schools)
    scale = _scale(problem, mates)
    kinds = _kinds(problem)
    return Tables(
        ids=tuple(s.id for s in schools),
        scale=scale,
        minutes=none.astype(np.int64),
        compatible=none.astype(bool),
        host_gain=none,
        partner_gain=none,
        peer_gain=none,
        peer_sum=none,
        may_host=np.array([s.role != "partner" for s in schools], dtype=bool).reshape(n),
        may_join=np.array([s.role != "host" for s in schools], dtype=bool).reshape(n),
        shapes=_shapes(problem, scale, n),
        mates=mates,
        kinds=np.array([kinds[s.kind] for s in schools], dtype=np.int64).reshape(n),
    )


def pair_worth(tables: Tables, shape: Shape) -> Floats:
    """[h, p]: what the pair host–partner adds to a network of this shape, in 1/scale points."""
    if not shape.hosted:
        return tables.peer_sum * shape.peer_weight
    return tables.host_gain * shape.host_weight + tables.partner_gain * shape.partner_weight


def own_scores(tables: Tables, shape: Shape, hosts: Ints, partners: Ints) -> Floats:
    """(k, m + 1): own scores in 1/scale points of the schools of k networks of one shape, host first."""
    host_gain, partner_gain, peer_gain = tables.own or (
        tables.host_gain,
        tables.partner_gain,
        tables.peer_gain,
    )
    members = np.concatenate([hosts[:, None], partners], axis=1)
    out = np.empty(members.shape)
    peers = members[:, 1:] if shape.hosted else members
    among = peer_gain[peers[:, :, None], peers[:, None, :]]
    among = among.sum(axis=2) - np.diagonal(among, axis1=1, axis2=2)
    if not shape.hosted:
        equal: Floats = among * shape.peer_weight
        return equal
    out[:, 0] = host_gain[hosts[:, None], partners].sum(axis=1) * shape.host_weight
    out[:, 1:] = partner_gain[hosts[:, None], partners] * shape.partner_weight + among * shape.peer_weight
    return out


def worth(tables: Tables, shape: Shape, host: int, partners: tuple[int, ...]) -> int:
    """The scores of one network, summed, in 1/scale points. In a network of equals `host` is any member."""
    rest = np.array(partners, dtype=np.int64)
    peers = tables.peer_sum[np.ix_(rest, rest)]
    inner = (peers.sum() - np.trace(peers)) / 2 * shape.peer_weight
    return round(float(pair_worth(tables, shape)[host, rest].sum() + inner))


def points(tables: Tables, scaled: float) -> Fraction:
    """A scaled worth as exact points."""
    return Fraction(round(scaled), tables.scale)


def top_sums(peer: Floats, m: int) -> Floats:
    """[j, ...]: sums of the j largest along the last axis, j = 0..m−1."""
    k = min(m - 1, peer.shape[-1])
    best = largest(peer, k)
    sums = np.zeros((m, *peer.shape[:-1]))
    np.cumsum(np.moveaxis(best, -1, 0), axis=0, out=sums[1 : k + 1])
    sums[k + 1 :] = BLOCKED
    return sums


def largest(values: Floats, k: int) -> Floats:
    """The k largest along the last axis, largest first."""
    size = values.shape[-1]
    if k <= 0:
        return values[..., :0]
    if k < size:
        values = np.partition(values, size - k, axis=-1)[..., size - k :]
    return -np.sort(-values, axis=-1)


def _scale(problem: Problem, mates: tuple[tuple[int, ...], ...]) -> int:
    """A multiple of all denominators, doubled: halves of a worth are whole as well."""
    out = 1
    for t in problem.types:
        for size in range(t.min_size, t.max_size + 1):
            out = lcm(out, size - 1, 3 * max(1, size - 2)) if t.hosted else lcm(out, size - 1)
    sizes = lcm(*(len(m) + 1 for m in mates)) if mates else 1
    return 2 * out * sizes * sizes  # worth is spread evenly over groups, and over pairs of groups


def _shapes(problem: Problem, scale: int, n: int) -> tuple[Shape, ...]:
    out = []
    for k, t in enumerate(problem.types):
        if t.max_count == 0:
            continue
        for m in range(max(1, t.min_size - 1), min(t.max_size, n)):
            if not t.hosted:
                weights = 0, 0, scale // m
            elif m == 1:
                weights = scale, scale, 0
            else:
                weights = scale // m, 2 * scale // 3, scale // (3 * (m - 1))
            seats = tuple((_kinds(problem)[s.kind], s.min, s.max) for s in t.seats)
            if sum(low for _, low, _ in seats) <= m + 1:
                out.append(Shape(k, t.name, m, t.hosted, *weights, seats))
    return tuple(out)


def _kinds(problem: Problem) -> dict[str, int]:
    names = {s.kind for s in problem.schools} | {s.kind for t in problem.types for s in t.seats}
    return {name: k for k, name in enumerate(sorted(names))}


def _minutes(problem: Problem, schools: tuple[School, ...]) -> Ints:
    t = problem.params.travel
    x = np.array([s.x if s.x is not None else 0 for s in schools], dtype=np.int64)
    y = np.array([s.y if s.y is not None else 0 for s in schools], dtype=np.int64)
    square = (x[:, None] - x[None, :]) ** 2 + (y[:, None] - y[None, :]) ** 2
    root = np.sqrt(square.astype(np.float64)).astype(np.int64)
    root -= root * root > square  # a float root may be one off
    root += (root + 1) * (root + 1) <= square
    ride = root // t.metres_per_minute
    blank = np.array([s.x is None or s.y is None for s in schools], dtype=bool)
    far = _differs(schools, lambda s: s.borough)
    if blank.any():
        elsewhere = np.where(_differs(schools, lambda s: s.district), t.same_borough, t.same_district)
        guess = np.where(far, t.other_borough, elsewhere)
        ride = np.where(blank[:, None] | blank[None, :], guess, ride)
    island = np.array([s.borough == t.island for s in schools], dtype=bool)
    crossing = np.where(far, t.cross_borough, 0)
    crossing = np.where(island[:, None] != island[None, :], t.cross_island, crossing)
    out: Ints = t.base + ride + crossing
    index = {s.id: k for k, s in enumerate(schools)}
    for pair, value in problem.travel_overrides.items():
        a, b = sorted(pair)
        if a in index and b in index:
            out[index[a], index[b]] = out[index[b], index[a]] = value
    return out


def _codes(schools: tuple[School, ...], key: Callable[[School], Any]) -> Ints:
    values = [key(s) for s in schools]
    code = {v: k for k, v in enumerate(sorted(set(values)))}
    return np.array([code[v] for v in values], dtype=np.int64)


def _differs(schools: tuple[School, ...], key: Callable[[School], Any]) -> Flags:
    code = _codes(schools, key)
    out: Flags = code[:, None] != code[None, :]
    return out


def _grades(schools: tuple[School, ...]) -> tuple[Ints, Ints]:
    every = sorted({g for s in schools for g in s.grades})
    table = np.array([[g in s.grades for g in every] for s in schools], dtype=np.int64)
    table = table.reshape(len(schools), len(every))
    count = table.sum(axis=1)
    return table @ table.T, np.minimum(count[:, None], count[None, :])


def _compatible(
    problem: Problem, schools: tuple[School, ...], minutes: Ints, shared: Ints, span: Ints
) -> Flags:
    numerator, denominator = problem.params.grade_overlap
    out: Flags = shared * denominator >= span * numerator
    if problem.params.share_a_grade:
        out &= shared > 0
    out &= minutes <= problem.params.travel.max_minutes
    index = {s.id: k for k, s in enumerate(schools)}
    for a, b in problem.forbidden:
        if a in index and b in index:
            out[index[a], index[b]] = out[index[b], index[a]] = False
    np.fill_diagonal(out, False)
    return out


def _common_benefit(
    problem: Problem, schools: tuple[School, ...], minutes: Ints, shared: Ints, span: Ints
) -> Ints:
    """The part of 100 × benefit that neither focus nor wishes touch, [a, b]."""
    weight = {name: np.array([_points(problem, s).get(name, 0) for s in schools]) for name in CRITERIA}
    t = problem.params.travel
    near = (t.zero_minutes - minutes) * 1000 // (t.zero_minutes - t.full_minutes)
    value = {
        "proximity": np.clip(near, 0, 1000),
        "population": 1000 - np.minimum(1000, _population_gap(schools)),
        "network": 1000 * ~_differs(schools, lambda s: s.network),
        "superintendent": 1000 * ~_differs(schools, lambda s: s.superintendent),
        "known": 1000 * _named(schools, lambda s: s.known),
    }
    out: Ints = problem.params.grade_points * (1000 * shared // np.maximum(span, 1))
    for name in CRITERIA:
        out = out + weight[name][:, None] * value[name]
    return out


def _population_gap(schools: tuple[School, ...]) -> Ints:
    def apart(values: list[int]) -> Ints:
        v = np.array(values, dtype=np.int64)
        out: Ints = np.abs(v[:, None] - v[None, :])
        return out

    enrolled = np.array([s.enrollment for s in schools], dtype=np.int64)
    gap = 8 * apart([s.poverty for s in schools])
    gap += 12 * apart([s.ell for s in schools]) + 12 * apart([s.swd for s in schools])
    both = enrolled[:, None] + enrolled[None, :]
    out: Ints = gap + 600 * apart([s.enrollment for s in schools]) // np.maximum(both, 1)
    return out


def _points(problem: Problem, school: School) -> dict[str, int]:
    return dict(zip(school.ranking, problem.params.criteria_points, strict=False))


def _free_points(problem: Problem, school: School) -> int:
    return sum(problem.params.criteria_points) - sum(_points(problem, school).values())


def _named(schools: tuple[School, ...], key: Callable[[School], Any]) -> Flags:
    index = {s.id: k for k, s in enumerate(schools)}
    out = np.zeros((len(schools), len(schools)), dtype=bool)
    for k, s in enumerate(schools):
        for i in key(s):
            if i in index:
                out[k, index[i]] = True
    return out


def _focus(schools: tuple[School, ...]) -> tuple[Ints, Ints]:
    """(shared focus [a, b], strength of host h for partner p as [p, h]), both 0..1000."""
    areas = sorted({a for s in schools for a in s.focus} | {a for s in schools for a in s.strength})
    code = {a: k for k, a in enumerate(areas)}
    first = np.array([code[s.focus[0]] for s in schools], dtype=np.int64)
    second = np.array([code[s.focus[1]] if len(s.focus) > 1 else -1 for s in schools], dtype=np.int64)
    focus = np.where((second[:, None] == second[None, :]) & (second >= 0)[:, None], 400, 0)
    focus = np.where((first[:, None] == second[None, :]) | (second[:, None] == first[None, :]), 600, focus)
    focus = np.where(first[:, None] == first[None, :], 1000, focus)
    power = np.array([[s.strength.get(a, 0) for a in areas] for s in schools], dtype=np.int64)
    power = power.reshape(len(schools), len(areas))
    in_first = power[:, first].T  # [p, h]
    in_second = power[:, np.maximum(second, 0)].T
    alone = (second < 0)[:, None]
    return focus, np.where(alone, 100 * in_first, 10 * (7 * in_first + 3 * in_second))


def _mates(problem: Problem, schools: tuple[School, ...]) -> tuple[tuple[int, ...], ...]:
    """Groups that overlap grow into one."""
    index = {s.id: k for k, s in enumerate(schools)}
    group = {k: {k} for k in range(len(schools))}
    for ids in problem.together:
        members = [index[i] for i in ids if i in index]
        merged = set().union(*(group[k] for k in members)) if members else set()
        for k in merged:
            group[k] = merged
    return tuple(tuple(sorted(group[k] - {k})) for k in range(len(schools)))
