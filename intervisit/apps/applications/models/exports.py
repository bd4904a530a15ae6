"""A full export for a records officer: made by a job, fetched for a few days, then gone."""

import uuid
from typing import ClassVar

from django.db import models

from intervisit.apps.people.models import Person
from intervisit.apps.programs.models import Program
from intervisit.kit.access import Relations
from intervisit.kit.models import Job


class FullExport(models.Model):
    """Everything submitted to a program in one archive, with a list of fingerprints."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, models.CASCADE, related_name="full_exports")
    purpose = models.TextField()  # for whom and why, kept with the history
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")  # the second person
    confirmed = models.DateTimeField(null=True)
    expires = models.DateTimeField(null=True)  # from then on the archive is gone; what was asked stays
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    data = models.BinaryField(null=True)
    size = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    counts = models.JSONField(default=dict)

    access: ClassVar = Relations(
        "full_export", groups={"program": "program__group"}, people={"person": "person"}
    )

    def __str__(self) -> str:
        return f"Export of {self.program}"
