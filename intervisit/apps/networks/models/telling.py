"""What schools are told of their networks: reasons, letters, and the notes of each publication."""

import uuid
from typing import ClassVar

from django.db import models

from intervisit.apps.people.models import Person
from intervisit.apps.programs.models import Program


class Showing(models.Model):
    """Which reasons of its match a school of this program may read. No row: what the design says."""

    program = models.OneToOneField(Program, models.CASCADE, primary_key=True, related_name="showing")
    reasons = models.JSONField(default=list)  # keys, as in `bridge.showing.REASONS` and the design's criteria

    def __str__(self) -> str:
        return f"What schools of {self.program} read"


class NetworkLetter(models.Model):
    """The letter that one kind of reader gets when networks are published, with its blanks."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="network_letters")
    reader = models.CharField(max_length=30)  # key of a role of the design, or "facilitator"
    subject = models.CharField(max_length=120)
    text = models.TextField()
    version = models.PositiveIntegerField(default=1)  # rises with every save (B07)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["program", "reader"], name="one_network_letter")
        ]

    def __str__(self) -> str:
        return self.subject


class Release(models.Model):
    """One publication of a program's networks: what had changed since the one before, and how many were told."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, models.CASCADE, related_name="network_releases")
    number = models.PositiveIntegerField()
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    notes = models.JSONField(default=list)  # [network's name, [lines]]
    mails = models.PositiveIntegerField(default=0)
    withdrawn = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["program", "number"], name="one_release_number")
        ]

    def __str__(self) -> str:
        return f"Publication {self.number} of {self.program}"
