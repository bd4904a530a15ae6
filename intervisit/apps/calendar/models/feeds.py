"""The secret addresses of calendars."""

import uuid
from typing import ClassVar

from django.db import models

from intervisit.apps.calendar.states import FeedKind
from intervisit.apps.networks.models import Network
from intervisit.apps.people.models import Organization, Person
from intervisit.kit.access import Relations


class FeedAddress(models.Model):
    """The secret address of a calendar: one person's, with what that person may see at that moment.

    The address is computed from `nonce` and the site's key, so the table alone opens nothing; a new nonce
    makes the old address dead, and so does removing it. `kind` narrows what is shown: to one network, to one school, to
    what this person facilitates.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="feeds")
    kind = models.CharField(
        max_length=10, choices=[(k.value, k.value) for k in FeedKind], default=FeedKind.MINE
    )
    network = models.ForeignKey(Network, models.CASCADE, null=True, related_name="+")
    school = models.ForeignKey(Organization, models.CASCADE, null=True, related_name="+")
    nonce = models.UUIDField(default=uuid.uuid4)
    created = models.DateTimeField(auto_now_add=True)
    read = models.DateTimeField(null=True)  # when a calendar last asked

    access: ClassVar = Relations("feed", people={"person": "person"})

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "network"], name="one_feed_each"),
            models.UniqueConstraint(fields=["person", "school"], name="one_feed_a_school"),
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=models.Q(network=None, school=None),
                name="one_feed_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"Calendar of {self.person}"
