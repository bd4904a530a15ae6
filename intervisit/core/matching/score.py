"""The objective, exactly: what a school gains from another, its own score, the sum. Integers, no numpy."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import isqrt

from intervisit.core.matching.problem import MatchedNetwork, Problem, School, Travel


def minutes_between(travel: Travel, a: School, b: School) -> int:
    """Minutes from `a` to `b` by coordinates, else by district and borough."""
    if a.x is None or a.y is None or b.x is None or b.y is None:
        if a.borough != b.borough:
            ride = travel.other_borough
        else:
            ride = travel.same_district if a.district == b.district else travel.same_borough
    else:
        ride = isqrt((a.x - b.x) ** 2 + (a.y - b.y) ** 2) // travel.metres_per_minute
    if (a.borough == travel.island) != (b.borough == travel.island):
        return travel.base + ride + travel.cross_island
    return travel.base + ride + (travel.cross_borough if a.borough != b.borough else 0)


def minutes(problem: Problem, a: School, b: School) -> int:
    """Minutes from `a` to `b`; the imported table wins over the estimate."""
    if problem.travel_overrides:
        known = problem.travel_overrides.get(frozenset((a.id, b.id)))
        if known is not None:
            return known
    return minutes_between(problem.params.travel, a, b)


def travel_minutes(problem: Problem, a: str, b: str) -> int:
    """Minutes between two schools given by id. Raises KeyError for an unknown id."""
    return minutes(problem, problem.by_id[a], problem.by_id[b])


def shared_grades(a: School, b: School) -> tuple[int, int]:
    """(number of shared grades, the smaller span)."""
    x, y = set(a.grades), set(b.grades)
    return len(x & y), min(len(x), len(y))


def compatible(problem: Problem, a: str, b: str) -> str | None:
    """None when the two schools may be in one network, else the reason why not."""
    one, two = problem.by_id[a], problem.by_id[b]
    if frozenset((a, b)) in problem.forbidden_pairs:
        return f"{a} and {b} must not be in one network"
    shared, span = shared_grades(one, two)
    if not shared and problem.params.share_a_grade:
        return f"{a} and {b} share no grade"
    numerator, denominator = problem.params.grade_overlap
    if shared * denominator < span * numerator:
        return f"{a} and {b} share only {shared} of {span} grades"
    ride = minutes(problem, one, two)
    if ride > problem.params.travel.max_minutes:
        return f"{a} and {b} are {ride} minutes apart, more than {problem.params.travel.max_minutes}"
    return None


def criterion(problem: Problem, name: str, a: School, b: School) -> int:
    """How well `b` meets one criterion for `a`, 0..1000."""
    if name == "proximity":
        t = problem.params.travel
        near = (t.zero_minutes - minutes(problem, a, b)) * 1000 // (t.zero_minutes - t.full_minutes)
        return min(1000, max(0, near))
    if name == "population":
        gap = 8 * abs(a.poverty - b.poverty) + 12 * abs(a.ell - b.ell) + 12 * abs(a.swd - b.swd)
        gap += 600 * abs(a.enrollment - b.enrollment) // (a.enrollment + b.enrollment)
        return 1000 - min(1000, gap)
    if name == "known":
        return 1000 * (b.id in a.known)
    if name == "network":
        return 1000 * (a.network == b.network)
    return 1000 * (a.superintendent == b.superintendent)


def shared_focus(a: School, b: School) -> int:
    """1000 if first = first, 600 if one's first = the other's second, 400 if second = second; the best."""
    if a.focus[0] == b.focus[0]:
        return 1000
    second_a, second_b = a.focus[1:2], b.focus[1:2]
    if a.focus[:1] == second_b or second_a == b.focus[:1]:
        return 600
    return 400 if second_a and second_a == second_b else 0


def host_strength(partner: School, host: School) -> int:
    """How strong the host is in what the partner works on, 0..1000."""
    first = host.strength.get(partner.focus[0], 0)
    if len(partner.focus) == 1:
        return 100 * first
    return 10 * (7 * first + 3 * host.strength.get(partner.focus[1], 0))


def wish_met(a: School, b: School, hosts: bool) -> bool:
    """Whether `b` fulfils a wish of `a`."""
    return b.id in a.wants or (hosts and a.prefers_new and b.new_principal)


def benefit(problem: Problem, a: School, b: School, focus: int, hosts: bool = False) -> int:
    """What `a` gains from `b`, about 0..1000. `focus` is shared focus or the host's strength, 0..1000."""
    p = problem.params
    shared, span = shared_grades(a, b)
    points = dict(zip(a.ranking, p.criteria_points, strict=False))
    wishes = p.wish_points if a.wants or (hosts and a.prefers_new) else 0
    unused = sum(p.criteria_points) - sum(points.values()) + p.wish_points - wishes
    total = (p.focus_points + unused) * focus + wishes * 1000 * wish_met(a, b, hosts)
    total += p.grade_points * (1000 * shared // span if span else 0)
    total += sum(weight * criterion(problem, name, a, b) for name, weight in points.items())
    return total // 100


def peer_benefit(problem: Problem, a: School, b: School) -> int:
    """What `a` gains from a fellow partner or equal `b`."""
    return benefit(problem, a, b, shared_focus(a, b))


def network_scores(problem: Problem, network: MatchedNetwork) -> dict[str, Fraction]:
    """Own score of each school of one network. A network of one school gives 0."""
    partners = [problem.by_id[i] for i in network.partners]
    if network.host is None:
        return {a.id: _mean([peer_benefit(problem, a, b) for b in partners if b is not a]) for a in partners}
    host = problem.by_id[network.host]
    out = {host.id: _mean([benefit(problem, host, q, shared_focus(host, q), True) for q in partners])}
    for q in partners:
        as_partner = benefit(problem, q, host, host_strength(q, host))
        others = [peer_benefit(problem, q, r) for r in partners if r is not q]
        out[q.id] = Fraction(2 * as_partner, 3) + _mean(others) / 3 if others else Fraction(as_partner)
    return out


def _mean(values: list[int]) -> Fraction:
    return Fraction(sum(values), len(values)) if values else Fraction(0)


def scores(problem: Problem, networks: Iterable[MatchedNetwork]) -> dict[str, Fraction]:
    """Own score of every placed school."""
    out: dict[str, Fraction] = {}
    for network in networks:
        out.update(network_scores(problem, network))
    return out


def objective(problem: Problem, networks: Iterable[MatchedNetwork]) -> Fraction:
    """The sum of the placed schools' own scores."""
    return sum((sum(network_scores(problem, n).values(), Fraction(0)) for n in networks), Fraction(0))
