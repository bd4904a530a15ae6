"""What a school has shared of its application, with whom: each its own act, taken back at once."""

import uuid
from typing import ClassVar

from django.db import models

from intervisit.apps.applications.models.application import Application
from intervisit.apps.applications.states import IN_HAND, SharedWith
from intervisit.apps.people.models import Person
from intervisit.kit.access import Relations

_SUBMITTED = {"application__state__in": sorted(IN_HAND)}
_PLACE = "application__school__memberships"


class Share(models.Model):
    """One application, open to one kind of reader. By its own id: evaluators never meet the application's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="shares")
    whom = models.CharField(max_length=12, choices=[(w.value, w.value) for w in SharedWith])
    phrases = models.JSONField(default=list)  # what the school wants covered besides the names on record
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    access: ClassVar = Relations(
        "share",
        groups={
            # Whoever accompanies the school today, in a network that its schools know of.
            "network_shared": f"{_PLACE}__network__group",
            "program_shared": "application__program__group",
        },
        only={
            "network_shared": {
                **_SUBMITTED,
                "whom": SharedWith.FACILITATOR,
                f"{_PLACE}__left__isnull": True,
                f"{_PLACE}__network__program": models.F("application__program"),
                f"{_PLACE}__network__state": "published",
            },
            "program_shared": {**_SUBMITTED, "whom": SharedWith.EVALUATORS},
        },
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "whom"], name="one_share_of_a_kind"),
        ]

    def __str__(self) -> str:
        return "A shared application"  # evaluators learn of it without its school
