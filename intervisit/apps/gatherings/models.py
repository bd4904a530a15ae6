"""The day itself: what its people need to know, and who was there."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from intervisit.apps.calendar.models import Visit
from intervisit.apps.gatherings.states import Presence
from intervisit.apps.networks.models import Network
from intervisit.apps.people.models import Organization, Person
from intervisit.kit.access import Relations


class VisitNote(models.Model):
    """What to bring and where to come in; and whether the list of those who came is closed.

    Known by the calendar entry (`uid`), which stays the same when the year is planned again.
    """

    uid = models.CharField(max_length=120, unique=True)
    network = models.ForeignKey(Network, models.CASCADE, related_name="+")
    text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)  # rises with every edit (B07)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    edited = models.DateTimeField(null=True)
    closed = models.DateTimeField(null=True)  # the list of those who came
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"Note on {self.uid}"


class Attendance(models.Model):
    """One person at one visit: there, excused, or missing. Somebody expected has no row until something is said."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    uid = models.CharField(max_length=120)  # of the visit
    visit = models.ForeignKey(Visit, models.SET_NULL, null=True, related_name="+")
    network = models.ForeignKey(Network, models.CASCADE, related_name="+")
    school = models.ForeignKey(
        Organization, models.PROTECT, null=True, related_name="+"
    )  # None: leads the day
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")  # None: has no account
    name = models.CharField(max_length=120, blank=True)  # of an alternate or a guest without an account
    title = models.CharField(max_length=80, blank=True)
    stands_in_for = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=[(p.value, p.value) for p in Presence])
    source = models.CharField(max_length=10, default="tap")  # or "sheet", "close"
    marked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    access: ClassVar = Relations(
        "attendance",
        groups={"program": "network__program__group", "network": "network__group", "school": "school__group"},
        people={"person": "person"},
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["uid", "person"], name="one_attendance_each"),
            models.UniqueConstraint(
                fields=["uid", "school", "name"], condition=Q(person=None), name="one_attendance_a_name"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["uid"])]

    def __str__(self) -> str:
        return f"{self.person or self.name}: {self.state}"
