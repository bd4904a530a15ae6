"""What happened to a year, and the ways out; other days that schools propose to each other."""

import uuid
from typing import ClassVar

from django.db import models

from intervisit.apps.calendar.models.year import Visit, YearPlan
from intervisit.apps.calendar.states import HappeningKind, HappeningState, PlanState, ProposalState, Reply
from intervisit.apps.people.models import Organization, Person
from intervisit.kit.access import Relations
from intervisit.kit.models import Job


class Happening(models.Model):
    """A snow day, a closure, a facilitator who is away, a visit to be postponed; with the ways to choose from."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(YearPlan, models.CASCADE, related_name="happenings")
    kind = models.CharField(max_length=12, choices=[(k.value, k.value) for k in HappeningKind])
    school = models.ForeignKey(Organization, models.CASCADE, null=True, related_name="+")
    facilitator = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    visit = models.ForeignKey(Visit, models.CASCADE, null=True, related_name="+")
    first = models.DateField()
    last = models.DateField()
    reason = models.CharField(max_length=160)  # read by everybody concerned
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in HappeningState], default=HappeningState.WEIGHING
    )
    ways = models.JSONField(
        default=list
    )  # [{key, moves: [[visit id, new day or null]], points, fewest, asked}]
    refused = models.JSONField(default=list)  # why lost visits find no day, in words
    chosen = models.CharField(max_length=10, blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made = models.DateTimeField(auto_now_add=True)

    access: ClassVar = Relations("happening", groups={"program": "plan__program__group"}, state="state")

    class Meta:
        ordering: ClassVar = ["-made"]

    def __str__(self) -> str:
        return self.reason


class Proposal(models.Model):
    """Another day for a visit, or two visits that change places, put to the schools concerned."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="proposals")
    was = models.DateField()  # the day of the visit when it was proposed
    to = models.DateField()
    swap = models.ForeignKey(Visit, models.CASCADE, null=True, related_name="+")  # goes from `to` to `was`
    school = models.ForeignKey(Organization, models.CASCADE, null=True, related_name="+")  # None: the office
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)  # read by the schools asked and the office
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in ProposalState], default=ProposalState.OPEN
    )
    expires = models.DateTimeField()
    made = models.DateTimeField(auto_now_add=True)
    settled = models.DateTimeField(null=True)

    access: ClassVar = Relations(
        "proposal",
        groups={
            "program": "visit__plan__program__group",
            "network_published": "visit__network__group",
            "schools_published": "visit__network__members__school__group",
            "proposing_school": "school__group",
        },
        people={"person": "person"},
        only={
            "network_published": {"visit__plan__state": PlanState.PUBLISHED},
            "schools_published": {
                "visit__plan__state": PlanState.PUBLISHED,
                "visit__network__members__left__isnull": True,
                "visit__network__state": "published",
            },
        },
        state="state",
    )

    class Meta:
        ordering: ClassVar = ["-made"]

    def __str__(self) -> str:
        return f"{self.visit}, proposed for {self.to}"


class ProposalAnswer(models.Model):
    """What one school says to a proposal."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="answers")
    school = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    reply = models.CharField(max_length=7, choices=[(r.value, r.value) for r in Reply], default=Reply.WAITING)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "school"], name="one_answer_a_school")
        ]

    def __str__(self) -> str:
        return f"{self.school}: {self.reply}"
