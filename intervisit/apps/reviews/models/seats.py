"""Who reviews in a program, and who may not review whom."""

import uuid
from typing import ClassVar

from django.db import models

from intervisit.apps.people.models import Organization, Person, RoleHeld
from intervisit.apps.programs.models import Program
from intervisit.apps.reviews.states import OWED, ConflictKind, StageState
from intervisit.kit.access import Relations

# The role is still held: whoever ends it, everything below is gone at the next request.
STILL: dict[str, object] = {"held__ends__isnull": True, "held__taken_back": False}


class Seat(models.Model):
    """A reviewer of one program. The role itself is a `RoleHeld`; here stands what belongs to reviewing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, models.PROTECT, related_name="review_seats")
    person = models.ForeignKey(Person, models.PROTECT, related_name="review_seats")
    held = models.ForeignKey(RoleHeld, models.PROTECT, related_name="+")
    most = models.PositiveIntegerField(null=True)  # applications at most; null: as the design says
    created = models.DateTimeField(auto_now_add=True)

    access: ClassVar = Relations(
        "seat",
        groups={"program": "program__group"},
        people={"person": "person", "owing": "person"},
        only={
            "person": STILL,
            "owing": {
                **STILL,
                "reviews__state__in": sorted(OWED),
                "reviews__stage__state": StageState.OPEN,
            },
        },
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["program", "held"], name="one_seat_per_role_held"),
        ]

    def __str__(self) -> str:
        return str(self.person)


class Conflict(models.Model):
    """A person who must not read what a school applies with, nor what others think of it. It holds everywhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    school = models.ForeignKey(Organization, models.CASCADE, related_name="review_conflicts")
    person = models.ForeignKey(Person, models.CASCADE, related_name="review_conflicts")
    kind = models.CharField(max_length=20, choices=[(k.value, k.value) for k in ConflictKind])
    since = models.DateTimeField(auto_now_add=True)

    access: ClassVar = Relations(
        "conflict",
        groups={"programs": "school__district__programs__group"},
        people={"person": "person"},
        state="kind",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["school", "person", "kind"], name="one_conflict_of_a_kind"),
        ]

    def __str__(self) -> str:
        return "A conflict of interest"  # a line of history names neither school nor person
