"""Small random problems, and a matcher that tries everything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from random import Random

from intervisit.core.matching import MatchedNetwork, NetworkType, Problem, Quota, School, Seat, violations
from intervisit.core.matching.problem import CRITERIA
from intervisit.core.matching.score import network_scores
from intervisit.core.matching.violations import network_violations

BANDS = (
    (0, 1, 2, 3, 4, 5),
    (6, 7, 8),
    (0, 1, 2, 3, 4, 5, 6, 7, 8),
    (9, 10, 11, 12),
    (6, 7, 8, 9, 10, 11, 12),
)
AREAS = ("reading", "writing", "number", "science")


def random_school(rng: Random, name: str, names: list[str], must: bool, bands: int = 3) -> School:
    """One school; few focus areas and bands, so that schools have something in common."""
    focus = tuple(rng.sample(AREAS, rng.randint(1, 2)))
    return School(
        id=name,
        role=rng.choice(("host", "partner", "partner", "either", "either")),
        grades=BANDS[rng.randrange(bands)],
        focus=focus,
        enrollment=rng.randint(100, 900),
        x=rng.randint(0, 15_000),
        y=rng.randint(0, 15_000),
        borough=rng.choice("KMR"),
        district=str(rng.randint(1, 4)),
        superintendent=rng.choice("ab"),
        network=rng.choice("xyz"),
        poverty=rng.randint(0, 100),
        ell=rng.randint(0, 40),
        swd=rng.randint(0, 40),
        new_principal=rng.random() < 0.3,
        strength={area: rng.randint(0, 10) for area in rng.sample(AREAS, 3)},
        ranking=tuple(rng.sample(CRITERIA, rng.randint(3, 5))),
        known=tuple(rng.sample(names, min(2, len(names)))),
        wants=tuple(rng.sample(names, 1)) if rng.random() < 0.4 else (),
        prefers_new=rng.random() < 0.3,
        must=must,
    )


def random_problem(seed: int, n: int = 8, rules: bool = True) -> Problem:
    """n schools and types they might just fill; with rules: forbidden pairs, groups, quotas, places."""
    rng = Random(seed)
    names = [f"P{k}" for k in range(n)]
    optional = rules and rng.random() < 0.5
    must = [not optional or rng.random() < 0.3 for _ in names]
    bands = rng.choice((1, 2, 3))
    schools = tuple(
        random_school(rng, i, [j for j in names if j != i], m, bands)
        for i, m in zip(names, must, strict=True)
    )
    types = rng.choice(
        (
            (NetworkType("pair", 2, 2, 0, n), NetworkType("triad", 3, 3, 0, n)),
            (
                NetworkType("triad", 3, 3, 1, 2),
                NetworkType("cohort", 4, 6, 0, 1),
                NetworkType("pair", 2, 2, 0, 1),
            ),
            (NetworkType("cohort", 3, 5, 1, 3),),
            (NetworkType("family", 3, 5, 0, 3, hosted=False), NetworkType("pair", 2, 2, 0, 2)),
            (NetworkType("family", 2, 4, 1, 4, hosted=False),),
        )
    )
    forbidden = tuple(tuple(rng.sample(names, 2)) for _ in range(2 * rules))
    together = (tuple(rng.sample(names, rng.choice((2, 2, 3)))),) if rules and rng.random() < 0.5 else ()
    quotas = (Quota("some", tuple(names[: n // 2]), 1, n // 2 - 1 if optional else n),) if rules else ()
    places = n - 1 if optional else n
    return Problem(schools, types, places, forbidden, together, quotas)  # type: ignore[arg-type]


def every_matching(problem: Problem) -> Iterator[tuple[MatchedNetwork, ...]]:
    """All sets of networks that break no rule inside a network (counts and places are not looked at)."""
    columns: dict[str, list[MatchedNetwork]] = {s.id: [] for s in problem.schools}
    order = [s.id for s in problem.schools]
    for kind in problem.types:
        for size in range(kind.min_size, kind.max_size + 1):
            for members in combinations(order, size):
                for host in members if kind.hosted else (None,):
                    network = MatchedNetwork(kind.name, host, tuple(i for i in members if i != host))
                    if not network_violations(problem, network):
                        columns[members[0]].append(network)

    def extend(left: list[str], so_far: tuple[MatchedNetwork, ...]) -> Iterator[tuple[MatchedNetwork, ...]]:
        if not left:
            yield so_far
            return
        first, rest = left[0], left[1:]
        if not problem.by_id[first].must:
            yield from extend(rest, so_far)
        for network in columns[first]:
            if set(network.members) <= set(left):
                yield from extend([i for i in rest if i not in network.members], (*so_far, network))

    yield from extend(order, ())


def best_by_brute_force(problem: Problem) -> Fraction | None:
    """The best objective there is; None when no matching keeps all rules."""
    worth: dict[MatchedNetwork, Fraction] = {}
    best: Fraction | None = None
    for matching in every_matching(problem):
        total = Fraction(0)
        for network in matching:
            if network not in worth:
                worth[network] = sum(network_scores(problem, network).values(), Fraction(0))
            total += worth[network]
        if (best is None or total > best) and not violations(problem, matching):
            best = total
    return best


def fair_by_brute_force(problem: Problem) -> tuple[Fraction, Fraction] | None:
    """The best (worst own score, objective), compared in this order."""
    best: tuple[Fraction, Fraction] | None = None
    for matching in every_matching(problem):
        own = [v for n in matching for v in network_scores(problem, n).values()]
        if not own or violations(problem, matching):
            continue
        key = min(own), sum(own, Fraction(0))
        best = key if best is None else max(best, key)
    return best


def seated_problem(seed: int, n: int = 8) -> Problem:
    """A small problem whose networks have to mix two kinds of schools."""
    rng, problem = Random(seed), random_problem(seed, n)
    schools = tuple(replace(s, kind=rng.choice(("brook", "stone"))) for s in problem.schools)
    types = []
    for t in problem.types:
        low, high = rng.choice(((1, t.max_size - 1), (0, 1), (1, 1), (2, 3)))
        types.append(
            replace(t, seats=(Seat("stone", low, high), Seat("brook", rng.choice((0, 1)), t.max_size)))
        )
    return replace(problem, schools=schools, types=tuple(types))
