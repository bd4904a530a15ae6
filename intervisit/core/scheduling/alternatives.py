"""Ways out after something happened, for a person to choose from: the fewest moved first, with their proof.

Every way keeps all rules and moves as few visits as the first one, which is proven to be the minimum; they
differ in when the new days are, in who has to be asked, and in whether the lost visits are made up at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from intervisit.core.scheduling.model import Infeasible, Plan, PlannedVisit, Problem
from intervisit.core.scheduling.repair import lost_visits, resolve

Key = Literal["fewest", "soonest", "asked", "given_up"]
SOON = (7, 14, 28)  # days after the notice period within which the new days of "soonest" are looked for


@dataclass(frozen=True)
class Alternative:
    """One way. `asked`: networks whose schools have to say yes first; `given_up`: visits not made up."""

    key: Key
    plan: Plan
    asked: tuple[str, ...] = ()
    given_up: tuple[PlannedVisit, ...] = ()


@dataclass(frozen=True)
class Choices:
    """The ways there are, the one with the fewest moves first; `refused` says why lost visits find no day."""

    lost: tuple[PlannedVisit, ...]  # visits that cannot stay where they are
    ways: tuple[Alternative, ...]
    refused: Infeasible | None = None


def alternatives(
    problem: Problem,
    visits: Iterable[PlannedVisit],
    *,
    postponed: Iterable[PlannedVisit] = (),
    today: date,
    seed: int,
    seconds: float,
) -> Choices:
    """What can be done about the visits that lost their day, and about those a person wants to postpone."""
    old, away = tuple(visits), tuple(postponed)
    lost = lost_visits(problem, old, postponed=away, today=today)
    horizon = today + timedelta(days=problem.limits.notice_days)
    found = resolve(problem, old, postponed=away, today=today, seed=seed, seconds=seconds)
    ways: list[Alternative] = []
    if isinstance(found, Plan):
        ways.append(Alternative("fewest", found))
        ways += _soonest(problem, old, away, found, today, horizon, seed, seconds)
    sooner = resolve(
        problem, old, postponed=away, today=today, seed=seed, seconds=seconds,
        new_from=today + timedelta(days=1), new_until=horizon - timedelta(days=1),
        reasons=False,
    )  # fmt: skip
    if isinstance(sooner, Plan) and (not ways or len(sooner.moved) <= len(ways[0].plan.moved)):
        near = {visit.network for visit in sooner.moved if visit.date < horizon}
        ways.append(Alternative("asked", sooner, tuple(sorted(near))))
    ways += _given_up(problem, old, lost, today, seed, seconds)
    return Choices(lost, _different(ways), found if isinstance(found, Infeasible) else None)


def _soonest(
    problem: Problem, old: tuple[PlannedVisit, ...], away: tuple[PlannedVisit, ...], best: Plan, today: date,
    horizon: date, seed: int, seconds: float,
) -> list[Alternative]:  # fmt: skip
    """As few moves, and every new day as near as one of a few limits allows."""
    latest = max((visit.date for visit in best.moved), default=horizon)
    for days in SOON:
        until = horizon + timedelta(days=days)
        if until >= latest:
            return []
        found = resolve(
            problem,
            old,
            postponed=away,
            today=today,
            seed=seed,
            seconds=seconds,
            new_until=until,
            reasons=False,
        )
        if isinstance(found, Plan) and len(found.moved) <= len(best.moved):
            return [Alternative("soonest", found)]
    return []


def _given_up(
    problem: Problem, old: tuple[PlannedVisit, ...], lost: tuple[PlannedVisit, ...], today: date, seed: int,
    seconds: float,
) -> list[Alternative]:  # fmt: skip
    if not lost:
        return []
    kept = tuple(visit for visit in old if visit not in set(lost))
    less = replace(problem, missed=(*problem.missed, *lost))
    found = resolve(less, kept, today=today, seed=seed, seconds=seconds, reasons=False)
    return [Alternative("given_up", found, given_up=lost)] if isinstance(found, Plan) else []


def _different(ways: list[Alternative]) -> tuple[Alternative, ...]:
    """Without ways that come to the same visits as an earlier one."""
    seen: set[frozenset[tuple[str, str, date]]] = set()
    kept = []
    for way in ways:
        key = frozenset((visit.network, visit.school, visit.date) for visit in way.plan.visits)
        if key not in seen:
            seen.add(key)
            kept.append(way)
    return tuple(kept)
