"""A stage of a program's review as it runs; what is covered for those who read blind."""

import uuid
from typing import ClassVar

from django.db import models

from intervisit.apps.applications.models import Application
from intervisit.apps.people.models import Person
from intervisit.apps.programs.models import Program
from intervisit.apps.reviews.states import StageState
from intervisit.kit.access import Relations


class Stage(models.Model):
    """One of the design's stages, from the moment something is prepared for it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, models.PROTECT, related_name="review_stages")
    key = models.CharField(max_length=60)  # of the design's stage
    title = models.CharField(max_length=240)
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in StageState], default=StageState.PLANNED
    )
    opened = models.DateTimeField(null=True)
    closes = models.DateTimeField(
        null=True
    )  # the moment until which is promised; null: until somebody closes it
    closed = models.DateTimeField(null=True)
    peers_read = models.BooleanField(
        default=True
    )  # the design lets reviewers see each other's after the close

    access: ClassVar = Relations("stage", groups={"program": "program__group"}, state="state")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["program", "key"], name="one_row_per_stage"),
        ]

    def __str__(self) -> str:
        return self.title


class Redaction(models.Model):
    """What is covered in one application for those who read it blind, checked by a person."""

    application = models.OneToOneField(
        Application, models.CASCADE, related_name="redaction", primary_key=True
    )
    phrases = models.JSONField(default=list)  # words covered wherever they stand
    questions = models.JSONField(default=list)  # keys of questions not shown at all
    checked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    checked = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1)

    access: ClassVar = Relations("redaction", groups={"program": "application__program__group"})

    def __str__(self) -> str:
        return f"Covered names of {self.application.school}"
