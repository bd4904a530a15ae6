"""Why there is no answer: conflicts that can be seen at once, and smallest sets of rules that collide."""

from __future__ import annotations

from itertools import combinations

from intervisit.core.matching.problem import Infeasible, Problem
from intervisit.core.matching.score import compatible
from intervisit.core.matching.violations import network_violations


def obvious_conflicts(problem: Problem) -> tuple[str, ...]:
    """Conflicts that need no search; empty when there are none."""
    out = _locks(problem)
    for group in problem.together:
        if not any(problem.by_id[i].must for i in group):
            continue  # such a group may stay out as a whole
        for a, b in combinations(group, 2):
            reason = compatible(problem, a, b)
            if reason:
                out.append(f"{a} and {b} are to be together, but {reason}")
    must = [s.id for s in problem.schools if s.must]
    if len(must) > problem.max_schools:
        out.append(
            f"{len(must)} schools have to be placed, but at most {problem.max_schools} schools may be placed"
        )
    return tuple(out)


def _locks(problem: Problem) -> list[str]:
    out: list[str] = []
    seen: set[str] = set()
    for network in problem.fixed:
        out += [f"a locked network breaks a rule: {line}" for line in network_violations(problem, network)]
        for i in network.members:
            if i in seen:
                out.append(f"{i} is in two locked networks")
            seen.add(i)
    return out


def explain_infeasible(problem: Problem, proven: bool) -> Infeasible:
    """Reasons why no arrangement was found."""
    if not proven:
        return Infeasible(
            ("No arrangement was found in the time given; it is not proven that there is none.",), False
        )
    return Infeasible(("No arrangement keeps every rule.",))
