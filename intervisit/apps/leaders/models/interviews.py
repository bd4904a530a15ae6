"""The joint committee's talk with somebody, and what each member wrote alone."""

import uuid
from typing import ClassVar

from django.db import models

from intervisit.apps.leaders.models.applying import LeaderApplication
from intervisit.apps.leaders.states import SheetState
from intervisit.apps.people.models import RoleHeld
from intervisit.kit.access import Relations

# A seat counts while its role has no end: whoever leaves the committee, or declares a conflict, reads nothing more.
_SITS = {"seat__ends__isnull": True, "seat__taken_back": False, "away": False}


class Interview(models.Model):
    """When and where the committee meets somebody. People of her school, past ones too, never see it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.OneToOneField(LeaderApplication, models.CASCADE, related_name="interview")
    at = models.DateTimeField(null=True)
    place = models.CharField(max_length=200, blank=True)

    access: ClassVar = Relations(
        "interview",
        groups={"program": "application__program__group"},
        people={
            "panel": "sheets__seat__person",
            "subject": "application__person",
            "conflicted": "application__school__group__roles__person",
        },
        only={"panel": {f"sheets__{k}": v for k, v in _SITS.items()}},
    )

    def __str__(self) -> str:
        return f"Interview with {self.application.person}"


class InterviewSheet(models.Model):
    """One member's form. The person it is about never reads it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    interview = models.ForeignKey(Interview, models.CASCADE, related_name="sheets")
    seat = models.ForeignKey(RoleHeld, models.PROTECT, related_name="interview_sheets")  # on the committee
    side = models.CharField(max_length=60)  # key of a side of the committee
    answers = models.JSONField(default=dict)
    state = models.CharField(
        max_length=6, choices=[(s.value, s.value) for s in SheetState], default=SheetState.OPEN
    )
    away = models.BooleanField(default=False)  # a conflict was declared, or the seat given to somebody else
    version = models.PositiveIntegerField(default=1)
    tab = models.CharField(max_length=40, blank=True)  # which page wrote last: nobody collides with herself
    handed_in = models.DateTimeField(null=True)

    access: ClassVar = Relations(
        "interview_sheet",
        groups={"program": "interview__application__program__group"},
        people={
            "author": "seat__person",
            "peers": "interview__sheets__seat__person",
            "subject": "interview__application__person",
            "conflicted": "interview__application__school__group__roles__person",
        },
        only={
            "author": _SITS,
            "peers": {
                **{f"interview__sheets__{k}": v for k, v in _SITS.items()},
                "interview__sheets__state": SheetState.IN,
            },
        },
        state="state",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["interview", "seat"], name="one_sheet_per_seat"),
        ]

    def __str__(self) -> str:
        return f"{self.seat.person} on {self.interview.application.person}"
