"""Minutes between schools as somebody measured them. They stand in place of the estimate."""

from typing import ClassVar

from django.db import models

from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program


class TravelTime(models.Model):
    """Minutes between two schools of a program, the code that comes first first."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="travel_times")
    first = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    second = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    minutes = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=220)  # file and day

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["program", "first", "second"], name="one_time_for_a_way")
        ]

    def __str__(self) -> str:
        return f"{self.first} to {self.second}: {self.minutes} minutes"
