"""Archives that staff ask for: all applications as PDF, or everything for a records officer. Made by a job, fetched for
a few days, then gone; that they were asked for stays."""

import uuid
from typing import ClassVar

from django.db import models

from intervisit.apps.people.models import Person
from intervisit.apps.programs.models import Program
from intervisit.kit.access import Relations
from intervisit.kit.models import Job


class FullExport(models.Model):
    """One archive, with a list of fingerprints inside."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, models.CASCADE, related_name="full_exports")
    kind = models.CharField(max_length=6)  # "papers": every application as PDF; "full": everything
    purpose = models.TextField(blank=True)  # of a full one: for whom and why
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")  # the second person
    confirmed = models.DateTimeField(null=True)
    expires = models.DateTimeField(null=True)  # from then on the archive is gone; what was asked stays
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    size = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    counts = models.JSONField(default=dict)

    access: ClassVar = Relations(
        "full_export", groups={"program": "program__group"}, people={"person": "person"}
    )

    def __str__(self) -> str:
        return f"Export of {self.program}"


class FullExportPart(models.Model):
    """A few megabytes of an archive, so that no process ever holds all of it."""

    export = models.ForeignKey(FullExport, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["export", "number"], name="one_part_per_number")
        ]

    def __str__(self) -> str:
        return f"part {self.number}"
