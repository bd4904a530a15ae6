"""One reviewer's reading of one application in one stage."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from intervisit.apps.applications.models import Application
from intervisit.apps.people.models import Person
from intervisit.apps.reviews.models.seats import STILL, Seat
from intervisit.apps.reviews.models.stages import Stage
from intervisit.apps.reviews.states import ReviewState, StageState
from intervisit.core.access import CONFLICTED
from intervisit.kit.access import Relations

_SEATED = {f"seat__{key}": value for key, value in STILL.items()}
_OTHERS = "application__reviews"


class Review(models.Model):
    """Assigned, begun, sent; or void, when a conflict came to light: then it counts no more and is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="reviews")
    application = models.ForeignKey(Application, models.PROTECT, related_name="reviews")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="reviews")
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in ReviewState], default=ReviewState.ASSIGNED
    )
    by_hand = models.BooleanField(default=False)  # chosen by a person: the automatic assignment keeps it
    levels = models.JSONField(default=dict)  # criterion -> value of the level chosen
    comment = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    tab = models.CharField(max_length=40, blank=True)  # which page wrote last: nobody collides with herself
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(null=True)
    sent = models.DateTimeField(null=True)
    void_because = models.CharField(max_length=40, blank=True)
    voided = models.DateTimeField(null=True)
    voided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    access: ClassVar = Relations(
        "review",
        groups={"program": "stage__program__group"},
        people={
            "author": "seat__person",
            "author_open": "seat__person",
            "author_told": "seat__person",
            "peers": f"{_OTHERS}__seat__person",
            CONFLICTED: "application__school__review_conflicts__person",
        },
        only={
            "author": {**_SEATED, "stage__state__in": [StageState.OPEN, StageState.CLOSED]},
            "author_open": {**_SEATED, "stage__state": StageState.OPEN},
            "author_told": {**_SEATED, "application__released__isnull": False},
            "peers": {
                "stage__state": StageState.CLOSED,
                "stage__peers_read": True,
                f"{_OTHERS}__stage": F("stage"),
                f"{_OTHERS}__state": ReviewState.SENT,
                **{f"{_OTHERS}__{key}": value for key, value in _SEATED.items()},
            },
        },
        state="state",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["stage", "application", "seat"],
                condition=~Q(state="void"),
                name="one_review_per_reviewer",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["seat", "state"])]

    def __str__(self) -> str:
        return "A review"  # a line of history names no school: its reader may be in conflict with it
