"""Conflicts that need no search: each is a smallest set of rules by itself, told in words."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

from intervisit.core.matching.problem import NetworkType, Problem, School
from intervisit.core.matching.score import compatible
from intervisit.core.matching.violations import network_violations

SAMPLE = 80  # schools looked at first


def obvious_conflicts(problem: Problem) -> tuple[str, ...]:
    """Conflicts that can be seen at once; empty when there are none."""
    return (
        *_locks(problem),
        *_together(problem),
        *_numbers(problem),
        *_roles(problem),
        *_quotas(problem),
        *_seats(problem),
        *_lonely(problem),
    )


def _locks(problem: Problem) -> list[str]:
    out: list[str] = []
    seen: set[str] = set()
    counts = Counter(network.type for network in problem.fixed)
    for network in problem.fixed:
        out += [f"a locked network breaks a rule: {line}" for line in network_violations(problem, network)]
        for i in network.members:
            if i in seen:
                out.append(f"{i} is in two locked networks")
            seen.add(i)
    for t in problem.types:
        if counts[t.name] > t.max_count:
            out.append(f"{counts[t.name]} networks of type {t.name} are locked, at most {t.max_count} may be")
    if len(seen) > problem.max_schools:
        out.append(f"{len(seen)} schools are in locked networks, at most {problem.max_schools} may be placed")
    for quota in problem.quotas:
        if (locked := len(seen.intersection(quota.members))) > quota.max:
            out.append(
                f"quota {quota.name}: at most {quota.max} allowed, but {locked} of its schools are in locked networks"
            )
    for group in problem.together:
        inside = [i for i in group if i in seen]
        shared = any(set(group) <= set(network.members) for network in problem.fixed)
        if inside and not shared:
            out.append(
                f"{inside[0]} is in a locked network without {_listed(group, inside[0])}, though they belong together"
            )
    return out


def _together(problem: Problem) -> list[str]:
    out = []
    largest = max((t.max_size for t in problem.types if t.max_count), default=0)
    for group in problem.together:
        if not any(problem.by_id[i].must for i in group):
            continue  # such a group may stay out as a whole
        for a, b in combinations(group, 2):
            reason = compatible(problem, a, b)
            if reason:
                out.append(f"{a} and {b} are to be together, but {reason}")
        hosts = [i for i in group if problem.by_id[i].role == "host"]
        if len(hosts) > 1 and all(t.hosted for t in problem.types if t.max_count):
            out.append(f"{hosts[0]} and {hosts[1]} are to be together, but both may only host")
        if len(group) > largest:
            out.append(f"{len(group)} schools are to be together, but the largest network has {largest}")
    return out


def _numbers(problem: Problem) -> list[str]:
    out = []
    must = sum(s.must for s in problem.schools)
    if must > problem.max_schools:
        out.append(
            f"{must} schools have to be placed, but at most {problem.max_schools} schools may be placed"
        )
    least = sum(t.min_count * t.min_size for t in problem.types)
    most = sum(t.max_count * t.max_size for t in problem.types)
    room = min(problem.max_schools, len(problem.schools))
    if least > room:
        out.append(
            f"the networks wanted need at least {least} schools, but only {room} schools may be placed"
        )
    if most < must:
        out.append(f"{must} schools have to be placed, but the networks wanted hold at most {most}")
    return out or _sums(problem, must, room)


def _sums(problem: Problem, must: int, room: int) -> list[str]:
    """Seven schools never fill triads, whoever they are."""
    whole = (1 << len(problem.schools) + max(t.max_size for t in problem.types) + 1) - 1
    sums = 1  # bit k: k schools can be placed in all
    for t in problem.types:
        alone = 0
        for count in range(t.min_count, min(t.max_count, len(problem.schools) // t.min_size + 1) + 1):
            widths = count * (t.max_size - t.min_size) + 1
            alone |= ((1 << widths) - 1) << count * t.min_size
        alone &= whole
        both, at = 0, sums
        while at:
            low = at & -at
            both |= alone << low.bit_length() - 1
            at ^= low
        sums = both & whole
    if must > room or sums >> must & ((1 << room - must + 1) - 1):
        return []
    below = (sums & ((1 << must) - 1)).bit_length() - 1
    above = sums >> room + 1
    held = [str(below)] if below >= 0 else []
    held += [str(room + (above & -above).bit_length())] if above else []
    exactly = "" if room == must else f" and at most {room} may be"
    wanted = ", ".join(f"{t.name}: {_sizes(t)} schools" for t in problem.types if t.max_count)
    return [
        f"{must} schools have to be placed{exactly}, but the networks wanted ({wanted}) hold {' or '.join(held)}"
    ]


def _sizes(t: NetworkType) -> str:
    return str(t.min_size) if t.min_size == t.max_size else f"{t.min_size} to {t.max_size}"


def _roles(problem: Problem) -> list[str]:
    out = []
    hosted = [t for t in problem.types if t.hosted]
    hosts_needed = sum(t.min_count for t in hosted)
    able = sum(s.role != "partner" for s in problem.schools)
    if hosts_needed > able:
        out.append(f"{hosts_needed} networks need a host, but only {able} schools may host")
    partners_needed = sum(t.min_count * (t.min_size - 1) for t in hosted)
    joining = sum(s.role != "host" for s in problem.schools)
    if partners_needed > joining:
        out.append(
            f"the networks wanted need at least {partners_needed} partners, but only {joining} schools may be one"
        )
    if len(hosted) == len(problem.types):
        only = sum(s.must and s.role == "host" for s in problem.schools)
        most = sum(t.max_count for t in hosted)
        if only > most:
            out.append(
                f"{only} schools have to be placed and may only host, but at most {most} networks may be made"
            )
        followers = sum(s.must and s.role == "partner" for s in problem.schools)
        seats = sum(t.max_count * (t.max_size - 1) for t in hosted)
        if followers > seats:
            out.append(
                f"{followers} schools have to be placed as partners, but there is room for {seats} partners"
            )
    return out


def _quotas(problem: Problem) -> list[str]:
    out = []
    for quota in problem.quotas:
        must = sum(problem.by_id[i].must for i in quota.members)
        if quota.min > len(quota.members):
            out.append(
                f"quota {quota.name}: at least {quota.min} wanted, but it has only {len(quota.members)} schools"
            )
        if quota.min > problem.max_schools:
            out.append(
                f"quota {quota.name}: at least {quota.min} wanted, but only {problem.max_schools} may be placed"
            )
        if must > quota.max:
            out.append(
                f"quota {quota.name}: at most {quota.max} allowed, but {must} of its schools have to be placed"
            )
    return out


def _seats(problem: Problem) -> list[str]:
    out = []
    for kind in sorted({seat.kind for t in problem.types for seat in t.seats}):
        have = sum(s.kind == kind for s in problem.schools)
        must = sum(s.kind == kind and s.must for s in problem.schools)
        least = most = 0
        for t in problem.types:
            low, high = next(((s.min, s.max) for s in t.seats if s.kind == kind), (0, t.max_size))
            least += t.min_count * low
            most += t.max_count * min(high, t.max_size)
        if least > have:
            out.append(f"the networks wanted need at least {least} schools of kind {kind}, there are {have}")
        if must > most:
            out.append(
                f"{must} schools of kind {kind} have to be placed, but the networks wanted seat at most {most}"
            )
    return out


def _lonely(problem: Problem) -> list[str]:
    """Schools that have to be placed and fit into no network at all."""
    placed = {i for network in problem.fixed for i in network.members}
    free = [s for s in problem.schools if s.id not in placed]
    types = [t for t in problem.types if t.max_count]
    some = free[:: max(1, len(free) // SAMPLE)]  # company among some is company; most schools find it there
    out = []
    for s in free:
        if not s.must or not types or _has_company(problem, s, some, types):
            continue
        if not _has_company(problem, s, free, types):
            out.append(_why_lonely(problem, s, free, types))
    return out


def _has_company(problem: Problem, s: School, others: list[School], types: list[NetworkType]) -> bool:
    near = joining = hosting = 0
    for o in others:
        if o is s or compatible(problem, s.id, o.id) is not None:
            continue
        near, joining, hosting = near + 1, joining + (o.role != "host"), hosting + (o.role != "partner")
        for t in types:
            if near + 1 < t.min_size:
                continue
            if not t.hosted:
                return True
            if s.role != "partner" and joining >= t.min_size - 1:
                return True
            if s.role != "host" and hosting and joining >= t.min_size - 2:
                return True
    return False


def _why_lonely(problem: Problem, s: School, free: list[School], types: list[NetworkType]) -> str:
    hosted = all(t.hosted for t in types)
    need = "host" if hosted and s.role == "partner" else "partner" if hosted and s.role == "host" else ""
    others = [o for o in free if o is not s and not (need == "host" and o.role == "partner")]
    others = [o for o in others if not (need == "partner" and o.role == "host")]
    near = [o for o in others if compatible(problem, s.id, o.id) is None]
    smallest = min(t.min_size for t in types)
    if not near:
        kinds = Counter(_kind(compatible(problem, s.id, o.id) or "") for o in others)
        why = "; ".join(f"{count} {kind}" for kind, count in kinds.most_common())
        whom = f"no possible {need}" if need else "no other school"
        return f"{s.id} has to be placed, but {whom} is compatible with it ({why or 'there is none'})"
    return (
        f"{s.id} has to be placed, but only {len(near)} {'possible ' + need + 's' if need else 'schools'} are "
        f"compatible with it, too few for a network of {smallest} schools with a host and partners"
    )


def _kind(reason: str) -> str:
    for words, kind in (
        ("share no grade", "share no grade"),
        ("share only", "share too few grades"),
        ("minutes apart", "are too far away"),
    ):
        if words in reason:
            return kind
    return "must not be in one network with it"


def _listed(group: tuple[str, ...], without: str) -> str:
    return ", ".join(i for i in group if i != without)
