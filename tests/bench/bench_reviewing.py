"""Reviewers to applications at the size of a district, beside a careful greedy rival.

    python3 iv bench reviewing [--short]

306 applications (the call of 2016–17), 30 reviewers, 3 reviews each. Conflicts as they come: every reviewer has
worked in a few of the schools and shares a superintendent with others. In the hard one each reviewer knows only a
stretch of the city. The goal: no assignment is more even, proven by its bound, in under 5 seconds.
"""

import random
import sys
import time
from collections.abc import Iterator

from intervisit.core.reviewing import Assigned, Problem, Reviewer, assign

APPLICATIONS, REVIEWERS, REVIEWS, GOAL = 306, 30, 3, 5.0


def problem(kind: str, seed: int) -> Problem:
    chance = random.Random(seed)
    schools = [f"s{n}" for n in range(APPLICATIONS)]
    readers = [f"r{n}" for n in range(REVIEWERS)]
    offices = {s: chance.randrange(32) for s in schools}
    forbidden = set()
    for n, r in enumerate(readers):
        worked = set(chance.sample(schools, 4 if kind == "usual" else 0))
        own = {chance.randrange(32) for _ in range(2 if kind == "usual" else 0)}
        forbidden |= {(s, r) for s in schools if s in worked or offices[s] in own}
        if kind == "hard":  # each knows one stretch of the city, and they overlap like tiles
            first, wide = n * APPLICATIONS // REVIEWERS, chance.choice((36, 42, 90))
            known = {schools[k % APPLICATIONS] for k in range(first - wide // 2, first + wide // 2)}
            forbidden |= {(s, r) for s in schools if s not in known}
    limits = [Reviewer(r, 60) for r in readers]
    return Problem(tuple(schools), tuple(limits), REVIEWS, frozenset(forbidden))


def greedy(p: Problem) -> dict[str, int] | None:
    """What a careful person does: the school with the fewest possible reviewers first, the least loaded reviewer."""
    loads = {r.id: 0 for r in p.reviewers}
    limit = {r.id: r.limit for r in p.reviewers}
    free = {a: [r.id for r in p.reviewers if (a, r.id) not in p.forbidden] for a in p.applications}
    for a in sorted(p.applications, key=lambda a: len(free[a])):
        chosen = sorted((r for r in free[a] if loads[r] < limit[r]), key=lambda r: loads[r])[: p.reviews]
        if len(chosen) < p.reviews:
            return None
        for r in chosen:
            loads[r] += 1
    return loads


def said(loads: dict[str, int] | None) -> str:
    if loads is None:
        return "finds no assignment"
    return (
        f"loads {min(loads.values())}–{max(loads.values())}, squares {sum(x * x for x in loads.values()):,}"
    )


def runs(short: bool) -> Iterator[bool]:
    for kind in ("usual", "hard"):
        for seed in range(1 if short else 5):
            p = problem(kind, seed)
            began = time.perf_counter()
            found = assign(p, seed=seed)
            took = time.perf_counter() - began
            assert isinstance(found, Assigned), found
            assert not found.pairs & p.forbidden
            good = found.proven and took < GOAL
            print(f"{kind} {seed}: {APPLICATIONS} × {REVIEWERS} × {REVIEWS}, {len(p.forbidden)} conflicts: "
                  f"{said(found.loads)}, bound {found.bound:,}{', proven' if found.proven else ''}, {took:.2f} s; "
                  f"greedy: {said(greedy(p))}{'' if good else '  MISSED'}")  # fmt: skip
            yield good


def main() -> int:
    return 0 if all(list(runs("--short" in sys.argv))) else 1


if __name__ == "__main__":
    sys.exit(main())
