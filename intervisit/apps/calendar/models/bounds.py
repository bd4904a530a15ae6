"""What runs out and what keeps days free: substitutes, regular meetings, and the days of those who facilitate."""

import uuid
from typing import ClassVar

from django.db import models

from intervisit.apps.calendar.states import MeetsOn
from intervisit.apps.networks.models import Network
from intervisit.apps.people.models import Person
from intervisit.apps.programs.models import Program
from intervisit.kit.access import Relations

WEEKDAYS = [(n, name) for n, name in enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"))]


class SubstituteSupply(models.Model):
    """How many teachers of one part of the district can be replaced on a usual day. No row: no limit is known."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="substitutes")
    area = models.CharField(
        max_length=40, blank=True
    )  # as the schools' own `subdistrict`; "" for those without
    per_day = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["area"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["program", "area"], name="one_supply_an_area")
        ]

    def __str__(self) -> str:
        return f"{self.area}: {self.per_day} a day"


class SubstituteDay(models.Model):
    """Another number than usual on one day."""

    supply = models.ForeignKey(SubstituteSupply, models.CASCADE, related_name="days")
    date = models.DateField()
    number = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["date"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["supply", "date"], name="one_number_a_day")]

    def __str__(self) -> str:
        return f"{self.date}: {self.number}"


class RegularMeeting(models.Model):
    """A meeting that comes again and again in one program, beside those of its design."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, models.CASCADE, related_name="regular_meetings")
    name = models.CharField(max_length=80)
    weekday = models.PositiveSmallIntegerField(choices=WEEKDAYS)
    every_weeks = models.PositiveSmallIntegerField(default=1)
    starts = models.DateField()  # it comes first on its weekday on or after this day
    ends = models.DateField(null=True)
    role = models.CharField(max_length=60, blank=True)  # only schools of this role
    network = models.ForeignKey(Network, models.CASCADE, null=True, related_name="+")  # only its schools

    access: ClassVar = Relations("meeting", groups={"program": "program__group"})

    class Meta:
        ordering: ClassVar = ["name", "weekday"]

    def __str__(self) -> str:
        return self.name


class GuideWeek(models.Model):
    """The week of somebody who facilitates: the central meeting, and whether one day can hold two half days."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="guide_week")
    meets_on = models.CharField(
        max_length=10, choices=[(m.value, m.value) for m in MeetsOn], default=MeetsOn.DESIGN
    )
    two_halves = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"Week of {self.person}"


class GuideAway(models.Model):
    """Days on which somebody who facilitates is not there: travel, leave, a course. Why is not asked."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="guide_away")
    starts = models.DateField()
    ends = models.DateField()

    class Meta:
        ordering: ClassVar = ["starts"]

    def __str__(self) -> str:
        return f"{self.person} away from {self.starts}"
