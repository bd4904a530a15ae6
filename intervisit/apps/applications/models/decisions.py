"""What the program decides: first among itself, then in a letter to the school; and what the school answers.

A decision that nobody outside the program knows never touches the application: no button, count, refusal or mail of
the school can differ before two people have released it.
"""

import uuid
from typing import ClassVar

from django.db import models

from intervisit.apps.applications.models.application import Application
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.people.models import Person
from intervisit.apps.programs.models import Program
from intervisit.kit.access import Relations
from intervisit.kit.models import OutgoingMail

_OF_THE_PROGRAM = {"program": "application__program__group"}


class PendingDecision(models.Model):
    """A decision on its way: the program's own until it is released."""

    application = models.OneToOneField(Application, models.CASCADE, primary_key=True, related_name="pending")
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in ApplicationState])
    role = models.CharField(max_length=30, blank=True)  # accepted for
    decision = models.CharField(max_length=60)  # key of the design's decision, which names the letter
    reason = models.TextField(blank=True)  # as the principal will read it
    decided = models.DateTimeField()
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    before = models.JSONField(default=dict)  # the pending decision it took the place of; {}: there was none
    batch = models.UUIDField(null=True, db_index=True)  # decided together, undone together
    asked = models.DateTimeField(null=True)  # a first person has said: release
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    access: ClassVar = Relations("decision", groups=_OF_THE_PROGRAM)

    def __str__(self) -> str:
        return f"Decision on {self.application.school}"


class WaitingPlace(models.Model):
    """Where a school stands on the waiting list, where somebody has put it in order by hand."""

    application = models.OneToOneField(
        Application, models.CASCADE, primary_key=True, related_name="waiting_place"
    )
    place = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.application.school}: {self.place}"


class LetterTemplate(models.Model):
    """The program's own wording of a letter; without a row the design's wording holds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, models.PROTECT, related_name="letter_templates")
    decision = models.CharField(max_length=60)
    subject = models.CharField(max_length=240)
    text = models.TextField()
    version = models.PositiveIntegerField(default=1)
    changed = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["program", "decision"], name="one_wording_per_decision"),
        ]

    def __str__(self) -> str:
        return self.decision


class Letter(models.Model):
    """A decision as the school was told it. Nothing changes it any more."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="letters")
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in ApplicationState])
    decision = models.CharField(max_length=60)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    told = models.DateTimeField()
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    released_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    appeal_until = models.DateTimeField(null=True)  # the principal may write one note until then
    mails: "models.ManyToManyField[OutgoingMail, models.Model]" = models.ManyToManyField(
        OutgoingMail, related_name="letters"
    )

    access: ClassVar = Relations(
        "letter",
        groups={
            "school": "application__school__group",
            "program": "application__program__group",
        },
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["application", "-told"])]

    def __str__(self) -> str:
        return f"Letter to {self.application.school}"


class Appeal(models.Model):
    """What a principal writes about a decision, once, and what the program answers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    letter = models.OneToOneField(Letter, models.PROTECT, related_name="appeal")
    text = models.TextField()
    written = models.DateTimeField()
    written_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    answer = models.TextField(blank=True)
    answered = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    access: ClassVar = Relations(
        "appeal",
        groups={
            "school": "letter__application__school__group",
            "program": "letter__application__program__group",
        },
    )

    def __str__(self) -> str:
        return f"Note of {self.letter.application.school}"
