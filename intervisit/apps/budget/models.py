"""Budgets of schools, cover for those who are out, and lines. Every amount is a Decimal with two places."""

import uuid
from decimal import Decimal
from typing import ClassVar

from django.db import models

from intervisit.apps.budget.states import Category, CoverState, LineState
from intervisit.apps.calendar.models import Visit
from intervisit.apps.networks.models import Network
from intervisit.apps.people.models import Organization, Person
from intervisit.apps.programs.models import Program
from intervisit.kit.access import Relations

ZERO = Decimal("0.00")


def amount(**options: object) -> "models.DecimalField[Decimal, Decimal]":
    """An amount of money: up to 999,999,999.99."""
    return models.DecimalField(max_digits=11, decimal_places=2, **options)  # type: ignore[arg-type] # a field takes its options by name


class Prices(models.Model):
    """What a substitute and a meal cost in a program."""

    program = models.OneToOneField(Program, models.CASCADE, related_name="prices")
    substitute_day = amount(default=ZERO)
    substitute_half = amount(default=ZERO)
    meal = amount(default=ZERO)

    def __str__(self) -> str:
        return f"Prices of {self.program}"


class SchoolBudget(models.Model):
    """What one school may spend in one program."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, models.CASCADE, related_name="budgets")
    school = models.ForeignKey(Organization, models.PROTECT, related_name="budgets")
    substitutes = amount(default=ZERO)
    supplies = amount(default=ZERO)
    meals = amount(default=ZERO)
    version = models.PositiveIntegerField(default=1)  # rises with every edit (B07)

    access: ClassVar = Relations(
        "budget",
        groups={
            "program": "program__group",
            "school": "school__group",
            "district": "program__district__group",
        },
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["program", "school"], name="one_budget_a_school")
        ]

    def __str__(self) -> str:
        return f"Budget of {self.school}"


class CoverRequest(models.Model):
    """Substitutes for the teachers of one school who are out on the day of one visit."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    budget = models.ForeignKey(SchoolBudget, models.CASCADE, related_name="cover")
    network = models.ForeignKey(Network, models.CASCADE, related_name="+")
    visit = models.ForeignKey(Visit, models.SET_NULL, null=True, related_name="+")
    uid = models.CharField(max_length=120)  # of the visit
    date = models.DateField()
    half = models.BooleanField(default=False)
    needed = models.PositiveSmallIntegerField()  # teachers
    by_hand = models.BooleanField(
        default=False
    )  # the school has said so: the calendar no longer counts for it
    approved = models.PositiveSmallIntegerField(default=0)
    used = models.PositiveSmallIntegerField(default=0)
    rate = amount(default=ZERO)  # for one substitute on this day
    state = models.CharField(
        max_length=8, choices=[(s.value, s.value) for s in CoverState], default=CoverState.ASKED
    )
    moved_from = models.DateField(null=True)  # it had been approved for another day
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    access: ClassVar = Relations(
        "cover",
        groups={
            "program": "budget__program__group",
            "school": "budget__school__group",
            "district": "budget__program__district__group",
            "network": "network__group",
        },
        state="state",
    )

    class Meta:
        ordering: ClassVar = ["date", "budget"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["budget", "uid"], name="one_cover_a_day")]

    def __str__(self) -> str:
        return f"Cover on {self.date}"

    @property
    def cost(self) -> Decimal:
        """What it costs as far as it is known: used, else approved, else asked for."""
        count = {
            CoverState.USED: self.used,
            CoverState.APPROVED: self.approved,
            CoverState.ASKED: self.needed,
        }
        return self.rate * count.get(CoverState(self.state), 0)


class BudgetLine(models.Model):
    """One thing a school asks for, gets and pays: supplies, meals, or substitutes beside the visits."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    budget = models.ForeignKey(SchoolBudget, models.CASCADE, related_name="lines")
    category = models.CharField(max_length=12, choices=[(c.value, c.value) for c in Category])
    text = models.CharField(max_length=160)
    date = models.DateField()
    asked = amount()
    actual = amount(null=True)
    state = models.CharField(
        max_length=8, choices=[(s.value, s.value) for s in LineState], default=LineState.ASKED
    )
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made = models.DateTimeField(auto_now_add=True)

    access: ClassVar = Relations(
        "line",
        groups={
            "program": "budget__program__group",
            "school": "budget__school__group",
            "district": "budget__program__district__group",
        },
        state="state",
    )

    class Meta:
        ordering: ClassVar = ["date", "made"]

    def __str__(self) -> str:
        return self.text

    @property
    def cost(self) -> Decimal:
        """What was paid, else what was asked for; nothing when it was refused."""
        if self.state == LineState.REFUSED:
            return ZERO
        return self.actual if self.actual is not None else self.asked
