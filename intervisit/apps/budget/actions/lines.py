"""Supplies, meals and whatever else: asked for, approved, paid."""

import datetime as dt
from decimal import Decimal

from intervisit.apps.budget.models import BudgetLine, SchoolBudget
from intervisit.apps.budget.states import Category, LineState
from intervisit.core.access import Actor
from intervisit.kit.access import require
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Refused

MOST = 500  # lines of one budget


@action("line.ask")
def ask_for(
    budget: SchoolBudget, *, by: Actor, category: Category, text: str, amount: Decimal, date: dt.date
) -> BudgetLine:
    """Ask for something. It costs nothing before it is approved."""
    require(by, "budget.ask", budget)
    if amount <= 0:
        raise Refused("must-be-positive", "Write an amount above 0.", "amount")
    if budget.lines.count() >= MOST:
        raise Refused("too-many", f"A budget has at most {MOST} lines.")
    made = BudgetLine.objects.create(
        budget=budget, category=category, text=text, asked=amount, date=date, person_id=by.person
    )
    record(
        by,
        "line.ask",
        made,
        group=budget.program.group,
        label=LABEL,
        changes={"amount": ("0.00", str(amount))},
    )
    return made


LABEL = "a line of a budget"  # the history names no purchase


@action("line.decide")
def decide_line(line: BudgetLine, *, by: Actor, approve: bool) -> None:
    require(by, "line.approve", line)
    before, line.state = line.state, LineState.APPROVED if approve else LineState.REFUSED
    line.decided_by_id = by.person
    line.save(update_fields=["state", "decided_by"])
    record(
        by,
        "line.decide",
        line,
        group=line.budget.program.group,
        label=LABEL,
        changes={"state": (before, line.state)},
    )


@action("line.spend")
def spend_line(line: BudgetLine, *, by: Actor, actual: Decimal) -> None:
    """What was paid in the end; at most what was approved."""
    require(by, "line.spend", line)
    if actual > line.asked:
        raise Refused(
            "more-than-approved",
            "More was paid than was approved. Ask for the rest in a line of its own.",
            "actual",
        )
    before = line.actual
    line.actual, line.state = actual, LineState.SPENT
    line.save(update_fields=["actual", "state"])
    record(by, "line.spend", line, group=line.budget.program.group, label=LABEL,
           changes={"actual": (str(before or ""), str(actual))})  # fmt: skip


@action("line.remove")
def remove_line(line: BudgetLine, *, by: Actor) -> None:
    require(by, "line.remove", line)
    record(by, "line.remove", line, group=line.budget.program.group, label=LABEL)
    line.delete()
