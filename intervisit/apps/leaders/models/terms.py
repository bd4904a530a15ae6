"""Those who qualified, as principals may see them; and posts offered, held and ended."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from intervisit.apps.leaders.models.applying import LeaderApplication
from intervisit.apps.leaders.states import TAKES_A_PLACE, Renewal, TermState
from intervisit.apps.people.models import Organization, Person
from intervisit.apps.programs.models import Program
from intervisit.core.designs import Position
from intervisit.kit.access import Relations


class PoolEntry(models.Model):
    """Somebody qualified, with what she agreed to show: a copy, so that nothing else can be read through it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.OneToOneField(LeaderApplication, models.CASCADE, related_name="pool_entry")
    program = models.ForeignKey(Program, models.PROTECT, related_name="pool")
    position = models.CharField(max_length=60)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    school = models.ForeignKey(Organization, models.PROTECT, related_name="+")  # where she works now
    shown = models.JSONField(default=list)  # [heading, text] of what she agreed to show
    search_key = models.TextField(blank=True)
    until = models.DateField()  # the last day she can be chosen
    for_principals = models.BooleanField(default=True)  # principals choose; else the program does
    away = models.BooleanField(default=False)  # she does not want to be found

    access: ClassVar = Relations(
        "pool_entry",
        groups={"program": "program__group", "taking_part": "program__applications__school__group"},
        people={"person": "person"},
        only={
            "taking_part": {
                "program__applications__state": "accepted",
                "program__applications__released__isnull": False,
                "for_principals": True,
                "away": False,
            }
        },
    )

    def __str__(self) -> str:
        return f"{self.person}, qualified"

    @property
    def post(self) -> Position:
        return self.program.design.positions[self.position]


class LeaderTerm(models.Model):
    """A post at a school: offered, then held from a day to a day. Pay is for payee, payer and finance alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, models.PROTECT, related_name="terms")
    position = models.CharField(max_length=60)
    person = models.ForeignKey(Person, models.PROTECT, related_name="terms")
    school = models.ForeignKey(Organization, models.PROTECT, related_name="terms")  # where the post is
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in TermState], default=TermState.OFFERED
    )
    offered = models.DateTimeField()
    offered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    answered = models.DateTimeField(null=True)
    starts = models.DateField()
    ends = models.DateField()
    pay = models.PositiveIntegerField(
        null=True
    )  # a year, in whole units, from the design's scale; null: not fixed
    currency = models.CharField(max_length=3, default="USD")
    renewal = models.CharField(
        max_length=6, blank=True, choices=[(r.value, r.value) for r in Renewal], default=Renewal.NOT_ASKED
    )
    renewal_asked = models.DateTimeField(null=True)
    renews = models.OneToOneField("self", models.PROTECT, null=True, related_name="renewed_by")

    access: ClassVar = Relations(
        "leader_term",
        groups={
            "school": "school__group",
            "program": "program__group",
            "district": "program__district__group",
        },
        people={"person": "person"},
        state="state",
    )

    class Meta:
        ordering: ClassVar = ["-starts", "person__name"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends__gte=models.F("starts")), name="term_dates_in_order"),
            models.UniqueConstraint(
                fields=["program", "position", "person"],
                condition=Q(state__in=sorted(TAKES_A_PLACE), renews__isnull=True),
                name="one_term_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.post.title} at {self.school}"

    @property
    def post(self) -> Position:
        return self.program.design.positions[self.position]
