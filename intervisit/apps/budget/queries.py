"""Sums, always of whole rows and always in Decimal: the database in use changes no cent."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from intervisit.apps.budget.models import ZERO, BudgetLine, CoverRequest, SchoolBudget
from intervisit.apps.budget.states import Category, CoverState, LineState
from intervisit.apps.calendar.models import Visit
from intervisit.apps.gatherings.models import Attendance
from intervisit.apps.gatherings.queries import expected_at
from intervisit.apps.gatherings.states import Presence
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor
from intervisit.kit.access import visible

FLOOR = 3  # schools: sums over fewer tell of single ones


@dataclass(frozen=True)
class Sum:
    """One category of a budget: what there is, what is asked for, promised and gone, and what is left."""

    category: Category
    label: str
    allowed: Decimal
    asked: Decimal
    approved: Decimal
    spent: Decimal

    @property
    def left(self) -> Decimal:
        """What nobody has been promised yet. Below zero: more is promised than there is."""
        return self.allowed - self.approved - self.spent

    @property
    def short(self) -> bool:
        """Not enough for everything that is asked for, too."""
        return self.left - self.asked < 0


LABELS = {Category.SUBSTITUTES: "Substitutes", Category.SUPPLIES: "Supplies", Category.MEALS: "Meals"}
_COVER = {CoverState.ASKED: "asked", CoverState.APPROVED: "approved", CoverState.USED: "spent"}
_LINES = {LineState.ASKED: "asked", LineState.APPROVED: "approved", LineState.SPENT: "spent"}


def sums(
    budgets: Iterable[SchoolBudget], cover: Iterable[CoverRequest], lines: Iterable[BudgetLine]
) -> tuple[Sum, ...]:
    """The categories of one budget, or of several together."""
    found: dict[tuple[str, str], Decimal] = {}
    for request in cover:
        key = _COVER.get(CoverState(request.state))
        if key:
            at = (Category.SUBSTITUTES, key)
            found[at] = found.get(at, ZERO) + request.cost
    for line in lines:
        key = _LINES.get(LineState(line.state))
        if key:
            at = (Category(line.category), key)
            found[at] = found.get(at, ZERO) + line.cost
    rows = list(budgets)
    return tuple(
        Sum(
            category, LABELS[category], sum((getattr(b, category) for b in rows), ZERO),
            *(found.get((category, key), ZERO) for key in ("asked", "approved", "spent")),
        )
        for category in Category
    )  # fmt: skip


def together(rows: Iterable[Sum]) -> Sum:
    """All categories as one."""
    found = list(rows)
    return Sum(
        Category.SUBSTITUTES, "Together",
        *(sum((getattr(r, k) for r in found), ZERO) for k in ("allowed", "asked", "approved", "spent")),
    )  # fmt: skip


@dataclass(frozen=True)
class BudgetRow:
    """One school in the list of a program."""

    budget: SchoolBudget
    total: Sum
    waiting: int  # requests to decide


def budgets_of(program: Program) -> tuple[list[BudgetRow], tuple[Sum, ...]]:
    """Every school's budget with its sums, and the sums of all. Three queries for few and many."""
    budgets = list(
        SchoolBudget.objects.filter(program=program).select_related("school").order_by("school__name")
    )
    cover = _by_budget(CoverRequest.objects.filter(budget__program=program))
    lines = _by_budget(BudgetLine.objects.filter(budget__program=program))
    rows = []
    for budget in budgets:
        mine, own = cover.get(budget.pk, []), lines.get(budget.pk, [])
        waiting = sum(c.state == CoverState.ASKED for c in mine) + sum(
            x.state == LineState.ASKED for x in own
        )
        rows.append(BudgetRow(budget, together(sums([budget], mine, own)), waiting))
    every = sums(
        budgets, [c for some in cover.values() for c in some], [x for some in lines.values() for x in some]
    )
    return rows, every


def _by_budget(rows: Iterable[Any]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for row in rows:
        found.setdefault(row.budget_id, []).append(row)
    return found


def sums_of(program: Program) -> tuple[Sum, ...]:
    """Sums over a whole program, for those who may read each of its budgets."""
    cover = CoverRequest.objects.filter(budget__program=program)
    lines = BudgetLine.objects.filter(budget__program=program)
    return sums(SchoolBudget.objects.filter(program=program), cover, lines)


def totals_of(program: Program) -> tuple[Sum, ...]:
    """The same for everybody else: none while so few schools are in them that they would tell of single ones."""
    few = SchoolBudget.objects.filter(program=program).count() < FLOOR
    return () if few else sums_of(program)


def cover_for(actor: Actor, program: Program) -> QuerySet[CoverRequest]:
    """The requests of a program that this reader may see, by day."""
    found = visible(actor, "cover.view", CoverRequest).filter(budget__program=program)
    return found.select_related("budget__school", "visit__school", "network").order_by(
        "date", "budget__school__name"
    )


def who_is_out(visit: Visit) -> dict[Any, list[str]]:
    """Who needs cover on the day of a visit, by school: its team, without whoever is excused. Three queries."""
    excused = set(
        Attendance.objects.filter(uid=visit.uid, state=Presence.EXCUSED).values_list("person", flat=True)
    )
    found: dict[Any, list[str]] = {}
    for e in expected_at(visit):
        if e.school is not None and e.role == "team" and e.person.pk not in excused:
            found.setdefault(e.school.pk, []).append(e.person.name)
    return found
