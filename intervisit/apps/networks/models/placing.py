"""What the office made of a school's own words: which focus area they belong to, or not."""

import uuid
from typing import ClassVar

from django.db import models

from intervisit.apps.applications.models import Application
from intervisit.apps.people.models import Person


class FocusPlacing(models.Model):
    """Somebody's decision about one school's own words and one focus area. Scenarios made later count what counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="focus_placings")
    area = models.CharField(max_length=80)  # key of a focus area of the design
    counts = models.BooleanField()  # False: the words do not belong to it
    instead = models.CharField(max_length=80, blank=True)  # the chosen area that it takes the place of
    because = models.JSONField(default=list)  # words of the school that spoke for it; none: placed by hand
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "area"], name="one_word_on_an_area")
        ]

    def __str__(self) -> str:
        return f"{self.application.school}: {self.area}"
