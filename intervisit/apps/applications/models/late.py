"""One school is given more time than the others."""

import uuid
from typing import ClassVar

from django.db import models

from intervisit.apps.people.models import Organization, Person
from intervisit.apps.programs.models import Program
from intervisit.kit.access import Relations


class LateAllowed(models.Model):
    """This school may submit to this call until a moment of its own. Never deleted: ended, when taken back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, models.PROTECT, related_name="late")
    call = models.CharField(max_length=60)  # key of the design's call
    school = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    until = models.DateTimeField()
    reason = models.TextField()  # as the school reads it
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    ended = models.DateTimeField(null=True)  # taken back

    access: ClassVar = Relations("late", groups={"program": "program__group", "school": "school__group"})

    def __str__(self) -> str:
        return f"More time for {self.school}"
