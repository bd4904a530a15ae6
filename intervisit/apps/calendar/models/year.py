"""Days that matter to a school year, year plans and visits."""

import uuid
from typing import ClassVar

from django.db import models

from intervisit.apps.calendar.states import KNOWN, DayKind, PlanState, VisitState
from intervisit.apps.networks.models import Network
from intervisit.apps.people.models import Organization, Person
from intervisit.apps.programs.models import Program
from intervisit.kit.access import Relations
from intervisit.kit.models import Job


class NamedDays(models.Model):
    """Days of a district on which schools are shut or busy, or days that one school has blocked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="named_days")
    starts = models.DateField()
    ends = models.DateField()  # the last day, inclusive
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in DayKind])
    applies_to = models.CharField(max_length=60, blank=True)  # level of school, "" for all
    source = models.CharField(max_length=200, blank=True)

    access: ClassVar = Relations(
        "day", groups={"district": "organization__group", "school": "organization__group"}
    )

    class Meta:
        ordering: ClassVar = ["starts"]

    def __str__(self) -> str:
        return self.name


class YearPlan(models.Model):
    """One attempt at a year of visits, with everything needed to compute it again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, models.CASCADE, related_name="plans")
    name = models.CharField(max_length=80)
    problem = models.JSONField()
    seed = models.PositiveIntegerField(default=1)
    seconds = models.FloatField(default=20)
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in PlanState], default=PlanState.SOLVING
    )
    value = models.FloatField(null=True)
    bound = models.FloatField(null=True)
    proof = models.TextField(blank=True)
    reasons = models.JSONField(default=list)
    relaxations = models.JSONField(default=list)  # what giving up each of the reasons would give
    missed = models.JSONField(default=list)  # wishes that could not be met, in words
    facilitators_move = models.BooleanField(default=False)  # as the design says: each the visits of her own
    schools_propose = models.BooleanField(default=False)  # … other days to each other, within guard-rails
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    published = models.DateTimeField(null=True)

    access: ClassVar = Relations("plan", groups={"program": "program__group"}, state="state")

    class Meta:
        ordering: ClassVar = ["-created"]

    def __str__(self) -> str:
        return self.name


class Visit(models.Model):
    """One visit of a network to one of its schools."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(YearPlan, models.CASCADE, related_name="visits")
    network = models.ForeignKey(Network, models.PROTECT, related_name="visits")
    school = models.ForeignKey(Organization, models.PROTECT, related_name="visits")
    number = models.PositiveIntegerField()  # the first, second … visit of the network this year
    date = models.DateField()
    starts = models.TimeField()  # local to the district
    ends = models.TimeField()
    part = models.CharField(max_length=5)  # "whole" or "half"
    uid = models.CharField(
        max_length=120, db_index=True
    )  # of the calendar entry: network, school and which time
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in VisitState], default=VisitState.PLANNED
    )
    sequence = models.PositiveIntegerField(default=0)  # iCalendar SEQUENCE: rises with every published change
    told = models.JSONField(default=dict)  # date, times and place last published; {} when never

    access: ClassVar = Relations(
        "visit",
        groups={
            "program": "plan__program__group",
            "program_published": "plan__program__group",
            "network_published": "network__group",
            "schools_published": "network__members__school__group",
            "district_published": "plan__program__district__group",
            "network_moves": "network__group",
            "schools_propose": "network__members__school__group",
        },
        only={
            "program_published": {"plan__state": PlanState.PUBLISHED, "state__in": KNOWN},
            "network_published": {"plan__state": PlanState.PUBLISHED, "state__in": KNOWN},
            "network_moves": {
                "plan__state": PlanState.PUBLISHED,
                "plan__facilitators_move": True,
                "state__in": KNOWN,
            },
            "schools_propose": {
                "plan__state": PlanState.PUBLISHED,
                "plan__schools_propose": True,
                "state__in": KNOWN,
                "network__members__left__isnull": True,
                "network__state": "published",
            },
            "schools_published": {
                "plan__state": PlanState.PUBLISHED,
                "state__in": KNOWN,
                "network__members__left__isnull": True,
                "network__state": "published",
            },
            "district_published": {"plan__state": PlanState.PUBLISHED, "state__in": KNOWN},
        },
        state="state",
    )

    class Meta:
        ordering: ClassVar = ["date", "network"]
        indexes: ClassVar = [models.Index(fields=["plan", "date"])]

    def __str__(self) -> str:
        when = "without a day" if self.state == VisitState.OWED else f"on {self.date}"
        return f"Visit to {self.school} {when}"
