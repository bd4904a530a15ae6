"""What it would do to move visits, before it is done: rules broken, wishes met and missed, notice given."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from intervisit.core.scheduling.check import violations_on
from intervisit.core.scheduling.grid import Grid
from intervisit.core.scheduling.model import PlannedVisit, Problem
from intervisit.core.scheduling.score import value_on, wishes_missed


@dataclass(frozen=True)
class Effect:
    """What moving visits changes. Rules that are broken already are not held against it."""

    broken: tuple[str, ...]  # rules it would break, in words
    points: int  # of wishes met, after less before
    met: tuple[str, ...]  # wishes missed now and met then, as sentences of today's plan
    missed: tuple[str, ...]  # wishes met now and missed then, as sentences of the new plan
    short: tuple[
        PlannedVisit, ...
    ]  # visits, as they are now, that leave or take a day inside the notice period

    @property
    def sound(self) -> bool:
        """Does it break no rule?"""
        return not self.broken


def effect_of(
    problem: Problem,
    visits: Iterable[PlannedVisit],
    moves: Mapping[PlannedVisit, date | None],
    *,
    today: date,
) -> Effect:
    """The effect of giving visits other days (None: of giving them up), all at once.

    A visit that is given up is owed no more, so that only the rules about what stays are asked.
    """
    before = tuple(visits)
    after = tuple(replace(v, date=to) for v in before if (to := moves.get(v, v.date)) is not None)
    given_up = tuple(visit for visit, to in moves.items() if to is None)
    horizon = today + timedelta(days=problem.limits.notice_days)
    grid = Grid(problem)
    then = Grid(replace(problem, missed=(*problem.missed, *given_up))) if given_up else grid
    known = set(violations_on(grid, before))
    was, will = wishes_missed(grid, before), wishes_missed(then, after)
    return Effect(
        broken=tuple(line for line in violations_on(then, after) if line not in known),
        points=value_on(then, after) - value_on(grid, before),
        met=tuple(line for line in was if line not in set(will)),
        missed=tuple(line for line in will if line not in set(was)),
        short=tuple(v for v in moves if _near(v.date, today, horizon) or _near(moves[v], today, horizon)),
    )


def _near(day: date | None, today: date, horizon: date) -> bool:
    return day is not None and today <= day < horizon
