"""The ledger and the conflicts that stand beside a calendar: counted from visits, never typed."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, OuterRef

from intervisit.apps.calendar.bridge.newcomers import problem_now
from intervisit.apps.calendar.bridge.year import as_planned, departed
from intervisit.apps.calendar.models import Change, Loss, Visit, YearPlan
from intervisit.apps.calendar.states import VisitState
from intervisit.core import scheduling
from intervisit.core.scheduling import Account

MOST_CHECKED = 60  # networks whose rules are asked while a page is made; beyond, the plan's own page says it


@dataclass(frozen=True)
class Line:
    """What one network, or one school of it, was owed and what became of it."""

    name: str
    owed: int
    held: int
    planned: int
    made_up: int
    missed: int

    @classmethod
    def of(cls, name: str, accounts: Iterable[Account]) -> "Line":
        rows = list(accounts)
        return cls(
            name,
            *(sum(getattr(a, f) for a in rows) for f in ("owed", "held", "planned", "made_up", "missed")),
        )


@dataclass(frozen=True)
class Ledger:
    """Lines with their sum, and what is not as it should be."""

    lines: tuple[Line, ...]
    total: Line
    conflicts: tuple[str, ...]
    waiting: tuple[Visit, ...]  # lost their day, and have no other one yet
    new: tuple[
        tuple[Visit, int], ...
    ] = ()  # schools that came: the first of its visits without a day, how many


def ledger_of(plan: YearPlan, day: dt.date, networks: Iterable[Any] | None = None) -> Ledger:
    """The ledger of a plan: by network, or by school where only a few networks are asked for."""
    rows = plan.visits.select_related("school", "network").order_by("date", "network__number")
    rows = rows.annotate(lost=Exists(Loss.objects.filter(visit=OuterRef("pk"))))
    wanted = None if networks is None else {str(n) for n in networks}
    if wanted is not None:
        rows = rows.filter(network__pk__in=wanted)
    visits = list(rows)
    problem = problem_now(plan, visits)
    if wanted is not None:
        problem = replace(problem, networks=tuple(n for n in problem.networks if n.id in wanted), fixed=())
    planned = {v.pk: as_planned(v) for v in visits}
    off = [v for v in visits if v.state != VisitState.PLANNED]
    accounts = scheduling.accounts(
        problem, planned.values(), today=day, off={planned[v.pk] for v in off},
        made_up={planned[v.pk] for v in visits if v.lost},
    )  # fmt: skip
    gone = departed(plan, off) if off else set()
    no_more = Counter((planned[pk].network, planned[pk].school) for pk in gone)
    accounts = tuple(_without(a, no_more[a.network, a.school]) for a in accounts)
    standing = [it for pk, it in planned.items() if pk not in {v.pk for v in off}]
    conflicts: tuple[str, ...] = ()
    if len(problem.networks) <= MOST_CHECKED:
        done = replace(problem, missed=(*problem.missed, *(planned[v.pk] for v in off)))
        conflicts = scheduling.violations(done, standing)
    return Ledger(
        _lines(problem, accounts),
        Line.of("Together", accounts),
        conflicts,
        tuple(v for v in off if v.pk not in gone and v.state != VisitState.OWED),
        _new(off) if wanted is None else (),
    )


def _new(off: Iterable[Visit]) -> tuple[tuple[Visit, int], ...]:
    """New visits for which the draft has no day yet, by network and school. One query where there are any."""
    owed = [v for v in off if v.state == VisitState.OWED]
    drafted = set(Change.objects.filter(visit__in=owed).values_list("visit", flat=True)) if owed else set()
    first: dict[tuple[Any, Any], list[Visit]] = {}
    for v in owed:
        if v.pk not in drafted:
            first.setdefault((v.network_id, v.school_id), []).append(v)
    return tuple((visits[0], len(visits)) for visits in first.values())


def _without(account: Account, number: int) -> Account:
    """The same account when so many visits are owed no more, because their school has left."""
    return replace(account, owed=account.owed - number, missed=max(0, account.missed - number))


def _lines(problem: scheduling.Problem, accounts: tuple[Account, ...]) -> tuple[Line, ...]:
    names = {s.school: s.name for s in problem.schools}
    if len(problem.networks) > 1:
        return tuple(Line.of(n.name, [a for a in accounts if a.network == n.id]) for n in problem.networks)
    place = {m.school: i for n in problem.networks for i, m in enumerate(n.members)}  # the host stands first
    ordered = sorted(accounts, key=lambda a: place.get(a.school, len(place)))
    return tuple(Line.of(names.get(a.school, a.school), [a]) for a in ordered)
