"""The one draft of a published year, and its releases, each kept as it was."""

import uuid
from typing import ClassVar

from django.db import models

from intervisit.apps.calendar.models.year import Visit, YearPlan
from intervisit.apps.calendar.states import ReleaseKind
from intervisit.apps.people.models import Person
from intervisit.apps.programs.models import Program
from intervisit.kit.access import Relations


class Change(models.Model):
    """One line of the draft: what a published visit will be. Until it is released everybody sees it as it was."""

    visit = models.OneToOneField(Visit, models.CASCADE, related_name="change")
    date = models.DateField(null=True)  # None: it is given up
    made_up = models.BooleanField(default=False)  # it had lost its day, or was postponed
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.visit}, to be {self.date or 'given up'}"


class Loss(models.Model):
    """A day that a visit lost: called off or postponed. The ledger counts from these rows."""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="losses")
    date = models.DateField()
    reason = models.CharField(max_length=160)  # read by everybody who may see the visit
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return f"{self.visit} lost {self.date}"


class Release(models.Model):
    """A year as it was released: named, noted and kept whole, so that it can be read and compared again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, models.CASCADE, related_name="releases")
    plan = models.ForeignKey(YearPlan, models.SET_NULL, null=True, related_name="releases")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    note = models.CharField(max_length=500, blank=True)  # stands in the mail to those concerned
    kind = models.CharField(
        max_length=12, choices=[(k.value, k.value) for k in ReleaseKind], default=ReleaseKind.OFFICE
    )
    entries = models.JSONField(default=list)  # every visit: uid, network, school, number, date, times, state
    names = models.JSONField(default=dict)  # of networks and schools as they were then, by id
    new = models.PositiveIntegerField(default=0)  # compared with the release before
    moved = models.PositiveIntegerField(default=0)
    cancelled = models.PositiveIntegerField(default=0)
    told = models.PositiveIntegerField(default=0)  # people, each once
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made = models.DateTimeField(auto_now_add=True)

    access: ClassVar = Relations("release", groups={"program": "program__group"})

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["program", "number"], name="one_release_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.name}"
