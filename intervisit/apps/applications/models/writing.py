"""What stood in an answer before, who may write, and what staff ask a school to change."""

import uuid
from typing import ClassVar

from django.db import models

from intervisit.apps.applications.models.application import Application
from intervisit.apps.people.models import Person
from intervisit.kit.access import Relations


class AnswerText(models.Model):
    """One answer as somebody left it. What one person types in a few minutes is one row."""

    id = models.BigAutoField(primary_key=True)
    application = models.ForeignKey(Application, models.CASCADE, related_name="texts")
    question = models.CharField(max_length=80)
    answer = models.JSONField(null=True)  # null: it was emptied
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    began = models.DateTimeField()
    at = models.DateTimeField()  # of the last change of this row

    class Meta:
        indexes: ClassVar = [models.Index(fields=["application", "question", "-at"])]

    def __str__(self) -> str:
        return f"{self.question} of {self.application_id}"


class WritingFor(models.Model):
    """Somebody of the team whom the principal has named to write this application."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="writers")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "person"], name="named_once_to_write")
        ]

    def __str__(self) -> str:
        return f"{self.person} writes"


class ChangeAsked(models.Model):
    """Staff ask a school to change some answers of what it has submitted. Until the school sends its changes, the
    program reads what was submitted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="changes_asked")
    questions = models.JSONField(default=list)
    note = models.TextField()  # what to change, as the school reads it
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    asked = models.DateTimeField(auto_now_add=True)
    answers = models.JSONField(default=dict)  # the school's new answers, not sent yet
    version = models.PositiveIntegerField(default=1)
    sent = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    taken_back = models.DateTimeField(null=True)

    access: ClassVar = Relations(
        "change",
        groups={"school": "application__school__group", "program": "application__program__group"},
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application"], condition=models.Q(sent=None, taken_back=None), name="one_open_change"
            )
        ]

    def __str__(self) -> str:
        return f"Changes asked of {self.application.school}"
