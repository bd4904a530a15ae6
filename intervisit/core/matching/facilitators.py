"""Facilitators: who accompanies which network. Optimal, with a bound, by an integer program (HiGHS)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from intervisit.core.matching.problem import Infeasible, MatchedNetwork, Problem, School
from intervisit.core.matching.score import minutes_between


@dataclass(frozen=True)
class Facilitator:
    """One facilitator. `served` are school ids accompanied before, `conflicts` those never to be given."""

    id: str
    min_load: int = 3  # networks
    max_load: int = 4  # networks
    x: int | None = None  # metres
    y: int | None = None  # metres
    borough: str = ""
    district: str = ""
    expertise: tuple[str, ...] = ()  # focus areas
    served: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()


@dataclass(frozen=True)
class FacilitatorWeights:
    """Points for a perfect fit; `new_first` times as many where all schools of the network are new."""

    travel: int = 40
    expertise: int = 30
    continuity: int = 30
    new_first: int = 2


@dataclass(frozen=True)
class Assignment:
    """Who goes where. `objective`, `bound` in thousandths of a point: equal when proven optimal."""

    facilitator_of: tuple[str, ...]  # one id for each network, in the order given
    objective: int
    bound: int
    loads: Mapping[str, int]


def assign_facilitators(
    networks: Sequence[MatchedNetwork],
    facilitators: Sequence[Facilitator],
    *,
    problem: Problem,
    new_schools: frozenset[str] = frozenset(),
    fixed: Mapping[int, str] | None = None,
    weights: FacilitatorWeights = FacilitatorWeights(),
    seconds: float = 10.0,
) -> Assignment | Infeasible:
    """Give every network one facilitator within everybody's load, with the best fit in sum.

    `fixed`: facilitator id by index of a network, kept as it is. `new_schools`: ids in their first year.
    """
    held = dict(fixed or {})
    allowed = np.array([[_may(f, n) for f in facilitators] for n in networks], dtype=bool)
    allowed = allowed.reshape(len(networks), len(facilitators))
    for k, name in held.items():
        allowed[k] &= np.array([f.id == name for f in facilitators], dtype=bool)
    reasons = _conflicts(networks, facilitators, allowed)
    if reasons:
        return Infeasible(reasons)
    fit = np.array(
        [[_fit(problem, n, f, new_schools, weights) for f in facilitators] for n in networks], dtype=np.int64
    ).reshape(len(networks), len(facilitators))
    found = _program(facilitators, allowed, fit, seconds)
    if found is None:
        return Infeasible(_smallest(networks, facilitators, allowed))
    chosen, bound = found
    ids = tuple(facilitators[f].id for f in chosen)
    objective = int(sum(fit[k, f] for k, f in enumerate(chosen)))
    loads = {f.id: ids.count(f.id) for f in facilitators}
    return Assignment(ids, objective, max(objective, bound), loads)


def _may(facilitator: Facilitator, network: MatchedNetwork) -> bool:
    return not set(facilitator.conflicts) & set(network.members)


def _fit(
    problem: Problem,
    network: MatchedNetwork,
    facilitator: Facilitator,
    new_schools: frozenset[str],
    weights: FacilitatorWeights,
) -> int:
    """How well a facilitator fits a network, in points × 1000."""
    schools = [problem.by_id[i] for i in network.members]
    t = problem.params.travel
    home = School(
        "", "either", (), (), 1, facilitator.x, facilitator.y, facilitator.borough, facilitator.district
    )
    rides = [minutes_between(t, home, s) for s in schools]
    near = sum(
        min(1000, max(0, (t.zero_minutes - ride) * 1000 // (t.zero_minutes - t.full_minutes)))
        for ride in rides
    )
    skilled = sum(
        1000
        if s.focus[0] in facilitator.expertise
        else 500
        if set(s.focus) & set(facilitator.expertise)
        else 0
        for s in schools
    )
    again = sum(1000 * (s.id in facilitator.served) for s in schools)
    total = weights.travel * near + weights.expertise * skilled + weights.continuity * again
    newcomers = sum(s.id in new_schools for s in schools)
    n = len(schools)
    return total * (n + (weights.new_first - 1) * newcomers) // (n * n)


def _program(
    facilitators: Sequence[Facilitator], allowed: np.ndarray, fit: np.ndarray, seconds: float
) -> tuple[list[int], int] | None:
    """(facilitator index for each network, bound), or None when there is no assignment."""
    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    h.setOptionValue("threads", 1)
    h.setOptionValue("time_limit", seconds)
    h.setOptionValue("mip_rel_gap", 0.0)
    h.setOptionValue("mip_abs_gap", 0.5)
    pairs = np.argwhere(allowed)
    n = allowed.shape[0]
    none = np.zeros(0, np.int32)
    low = np.array([1.0] * n + [float(f.min_load) for f in facilitators])
    high = np.array([1.0] * n + [float(f.max_load) for f in facilitators])
    h.addRows(len(low), low, high, 0, np.zeros(len(low), np.int32), none, np.zeros(0))
    k = len(pairs)
    cost = np.array([-float(fit[a, b]) for a, b in pairs])
    index = np.array([[a, n + b] for a, b in pairs], dtype=np.int32).reshape(-1)
    starts = np.arange(0, 2 * k, 2, dtype=np.int32)
    h.addCols(k, cost, np.zeros(k), np.ones(k), 2 * k, starts, index, np.ones(2 * k))
    h.changeColsIntegrality(k, np.arange(k, dtype=np.int32), np.full(k, highspy.HighsVarType.kInteger))
    h.run()
    info = h.getInfo()
    if info.primal_solution_status != 2:  # no feasible point
        return None
    value = np.array(h.getSolution().col_value)
    chosen = dict(pairs[value > 0.5].tolist())
    return [chosen[a] for a in range(n)], int(np.floor(-info.mip_dual_bound + 1e-6))


def _conflicts(
    networks: Sequence[MatchedNetwork], facilitators: Sequence[Facilitator], allowed: np.ndarray
) -> tuple[str, ...]:
    out = []
    most, least = sum(f.max_load for f in facilitators), sum(f.min_load for f in facilitators)
    if most < len(networks):
        out.append(f"{len(networks)} networks, but all facilitators together take at most {most}")
    if least > len(networks):
        out.append(f"{len(networks)} networks, but all facilitators together need at least {least}")
    for k in np.flatnonzero(~allowed.any(axis=1)).tolist():
        out.append(f"no facilitator may take the {_label(networks[k])}")
    return tuple(out)


def _smallest(
    networks: Sequence[MatchedNetwork], facilitators: Sequence[Facilitator], allowed: np.ndarray
) -> tuple[str, ...]:
    """A smallest set of networks, or of facilitators, whose needs cannot be met together."""
    free = [Facilitator(f.id, 0, f.max_load) for f in facilitators]
    kept = list(range(len(networks)))
    if _program(free, allowed, np.zeros_like(allowed, dtype=np.int64), 10.0) is not None:
        needy = list(facilitators)
        for f in facilitators:
            rest = [g for g in needy if g.id != f.id]
            relaxed = [g if g in rest else Facilitator(g.id, 0, g.max_load) for g in facilitators]
            if _program(relaxed, allowed, np.zeros_like(allowed, dtype=np.int64), 10.0) is None:
                needy = rest
        names = ", ".join(f.id for f in needy)
        return (f"the least loads of {names} cannot all be reached with the networks they may take",)
    for k in range(len(networks)):
        rest_rows = [j for j in kept if j != k]
        part = allowed[rest_rows]
        if _program(free, part, np.zeros_like(part, dtype=np.int64), 10.0) is None:
            kept = rest_rows
    able = [f for j, f in enumerate(facilitators) if allowed[kept, j].any()]
    names = ", ".join(f.id for f in able)
    listed = "; ".join(_label(networks[k]) for k in kept)
    most = sum(f.max_load for f in able)
    return (f"only {names} may take these {len(kept)} networks, and they take at most {most}: {listed}",)


def _label(network: MatchedNetwork) -> str:
    return f"{network.type} of {', '.join(network.members)}"
