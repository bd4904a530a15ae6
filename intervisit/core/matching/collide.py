"""A smallest set of wishes that collide, found by doing without them: also where only whole networks collide.

Every wish that can go while the rest still has no answer is given up; what stays is needed, each by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from intervisit.core.matching.problem import Problem, Quota, School, Travel

EVERY = 10**6


@dataclass(frozen=True)
class Wish:
    """One wish or rule somebody could give up: in words, and the problem without it.

    `about`: the row of the linear program it stands for (a school's id, a type's name …); "" where there is none.
    """

    words: str
    without: Callable[[Problem], Problem]
    about: str = ""


def wishes(problem: Problem) -> list[Wish]:
    """Everything that could be given up, one by one."""
    p = problem.params
    out = [
        Wish(f"{s.id} has to be placed", partial(_optional, s.id), f"school {s.id}")
        for s in problem.schools
        if s.must
    ]
    for t in problem.types:
        sizes = str(t.min_size) if t.min_size == t.max_size else f"{t.min_size} to {t.max_size}"
        if t.min_count:
            words = (
                f"at least {t.min_count} networks of type {t.name}, with {sizes} schools each, are to be made"
            )
            out.append(Wish(words, partial(_types, t.name, {"min_count": 0}), f"type {t.name}"))
        if t.max_count < len(problem.schools) // t.min_size:
            words = (
                f"at most {t.max_count} networks of type {t.name}, with {sizes} schools each, are to be made"
                if t.max_count
                else f"no networks of type {t.name} are to be made"
            )
            free = partial(_types, t.name, {"max_count": len(problem.schools)})
            out.append(Wish(words, free, f"type {t.name}" if t.max_count else ""))
        if t.seats:
            words = f"each {t.name} seats the kinds of schools as asked"
            out.append(Wish(words, partial(_types, t.name, {"seats": ()})))
    if problem.max_schools < len(problem.schools):
        words = f"at most {problem.max_schools} schools may be placed"
        out.append(Wish(words, lambda q: replace(q, max_schools=len(q.schools)), "places"))
    for quota in problem.quotas:
        words = f"quota {quota.name}: {quota.min} to {quota.max} of {len(quota.members)} schools"
        out.append(Wish(words, partial(_quota, quota), f"quota {quota.name}"))
    for pair in problem.forbidden:
        words = f"{pair[0]} and {pair[1]} are kept apart"
        out.append(Wish(words, partial(_pair, pair)))
    for group in problem.together:
        words = f"{', '.join(group[:-1])} and {group[-1]} stay together"
        out.append(Wish(words, partial(_group, group)))
    far = f"no two schools of a network are more than {p.travel.max_minutes} minutes apart"
    out.append(Wish(far, lambda q: replace(q, params=replace(q.params, travel=_anywhere(q)))))
    few = f"schools of a network share at least {p.grade_overlap[0]}/{p.grade_overlap[1]} of the smaller grade span"
    out.append(
        Wish(few, lambda q: replace(q, params=replace(q.params, grade_overlap=(0, 1), share_a_grade=False)))
    )
    return out


def smallest_conflict(
    problem: Problem,
    possible: Callable[[Problem], bool | None],
    stop: Callable[[], bool],
    known: list[Wish] | None = None,
) -> tuple[Wish, ...]:
    """Wishes of a problem without an answer that collide: without any one of them there is an answer.

    `possible` says whether a problem has an answer (None: not known, which counts as yes). When `stop` says so,
    more than the smallest set is returned. `known`: wishes that collide, as far as is known.
    """
    kept = wishes(problem)
    if known is not None and possible(_only(problem, known)) is False:
        kept = known
    step = max(1, len(kept) // 2)
    while True:
        at = 0
        while at < len(kept) and not stop():
            rest = kept[:at] + kept[at + step :]
            if possible(_only(problem, rest)) is False:
                kept = rest
            else:
                at += step
        if step == 1 or stop():
            return tuple(kept)
        step //= 2


def only(problem: Problem, rest: tuple[Wish, ...]) -> Problem:
    """The problem with these wishes alone."""
    return _only(problem, list(rest))


def _only(problem: Problem, rest: list[Wish]) -> Problem:
    words = {w.words for w in rest}
    out = problem
    for wish in wishes(problem):
        if wish.words not in words:
            out = wish.without(out)
    return out


def _optional(school: str, problem: Problem) -> Problem:
    def free(s: School) -> School:
        return replace(s, must=False) if s.id == school else s

    return replace(problem, schools=tuple(free(s) for s in problem.schools))


def _types(name: str, change: dict[str, Any], problem: Problem) -> Problem:
    types = tuple(replace(t, **change) if t.name == name else t for t in problem.types)
    return replace(problem, types=types)


def _quota(quota: Quota, problem: Problem) -> Problem:
    return replace(problem, quotas=tuple(q for q in problem.quotas if q != quota))


def _pair(pair: tuple[str, str], problem: Problem) -> Problem:
    return replace(problem, forbidden=tuple(p for p in problem.forbidden if p != pair))


def _group(group: tuple[str, ...], problem: Problem) -> Problem:
    return replace(problem, together=tuple(g for g in problem.together if g != group))


def _anywhere(problem: Problem) -> Travel:
    return replace(problem.params.travel, max_minutes=EVERY)
