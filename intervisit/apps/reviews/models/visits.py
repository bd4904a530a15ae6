"""A visit to a school that applies, as a stage of its review."""

import uuid
from typing import ClassVar

from django.db import models

from intervisit.apps.applications.models import Application
from intervisit.apps.people.models import Person, RoleHeld
from intervisit.apps.reviews.models.seats import STILL
from intervisit.apps.reviews.models.stages import Stage
from intervisit.apps.reviews.states import StageState, VisitState
from intervisit.core.access import CONFLICTED
from intervisit.kit.access import Relations

_COMING = {f"visitors__{key}": value for key, value in STILL.items()}


class SchoolVisit(models.Model):
    """Who goes to a school on which day, and the form of the design they fill in together."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="visits")
    application = models.ForeignKey(Application, models.PROTECT, related_name="school_visits")
    day = models.DateField(null=True)
    starts = models.TimeField(null=True)
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in VisitState], default=VisitState.PLANNED
    )
    answers = models.JSONField(default=dict)  # question key -> answer
    editors = models.JSONField(default=dict)  # question key -> [person name, moment, tab] of the last change
    version = models.PositiveIntegerField(default=1)
    done = models.DateTimeField(null=True)

    access: ClassVar = Relations(
        "school_visit",
        groups={"program": "stage__program__group"},
        people={
            "visitor": "visitors__person",
            "visitor_open": "visitors__person",
            CONFLICTED: "application__school__review_conflicts__person",
        },
        only={"visitor": _COMING, "visitor_open": {**_COMING, "stage__state": StageState.OPEN}},
        state="state",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stage", "application"], name="one_visit_per_application"),
        ]

    def __str__(self) -> str:
        return f"Visit to {self.application.school}"


class Visitor(models.Model):
    """Somebody who goes along, by the role they hold in the program."""

    visit = models.ForeignKey(SchoolVisit, models.CASCADE, related_name="visitors")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    held = models.ForeignKey(RoleHeld, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["visit", "person"], name="visitor_once"),
        ]

    def __str__(self) -> str:
        return str(self.person)
