"""What schools may spend, and what things cost."""

from decimal import Decimal

from intervisit.apps.budget.models import Prices, SchoolBudget
from intervisit.apps.calendar.queries.availability import participants
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor
from intervisit.core.text import show_money
from intervisit.kit.access import require
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Refused, Stale

AMOUNTS = ("substitutes", "supplies", "meals")
PRICES = ("substitute_day", "substitute_half", "meal")


def prices_of(program: Program) -> Prices:
    """The prices of a program, or ones of nothing that are not saved yet."""
    return Prices.objects.filter(program=program).first() or Prices(program=program)


@action("budget.open")
def open_budgets(
    program: Program, *, by: Actor, amounts: dict[str, Decimal], prices: dict[str, Decimal]
) -> int:
    """Give every school that takes part and has no budget yet one with these amounts; keep the prices."""
    require(by, "program.budget", program)
    schools = list(participants(program))
    if not schools:
        raise Refused("nobody", "No school takes part yet. Release decisions first.")
    have = set(SchoolBudget.objects.filter(program=program).values_list("school", flat=True))
    made = SchoolBudget.objects.bulk_create(
        SchoolBudget(program=program, school=s, **{k: amounts[k] for k in AMOUNTS})
        for s in schools
        if s.pk not in have
    )
    Prices.objects.update_or_create(program=program, defaults={k: prices[k] for k in PRICES})
    record(
        by,
        "budget.open",
        program,
        group=program.group,
        changes={"schools": (len(have), len(have) + len(made))},
    )
    return len(made)


@action("budget.write")
def set_amounts(budget: SchoolBudget, *, by: Actor, amounts: dict[str, Decimal], version: int) -> None:
    """Say what a school may spend. Somebody who saved in between is not overwritten."""
    require(by, "budget.write", budget)
    if version != budget.version:
        raise Stale(
            {k.capitalize(): show_money(amounts[k]) for k in AMOUNTS},
            {k.capitalize(): show_money(getattr(budget, k)) for k in AMOUNTS},
        )
    changes = {
        k: (str(getattr(budget, k)), str(amounts[k])) for k in AMOUNTS if getattr(budget, k) != amounts[k]
    }
    for key in AMOUNTS:
        setattr(budget, key, amounts[key])
    budget.version += 1
    budget.save()
    record(by, "budget.write", budget, group=budget.program.group, changes=changes)
