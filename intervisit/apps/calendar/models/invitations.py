"""Who was invited to what by mail, with which message, and what they answered."""

import uuid
from typing import ClassVar

from django.db import models

from intervisit.apps.calendar.models.year import Visit
from intervisit.apps.calendar.states import Answer
from intervisit.apps.networks.models import Network
from intervisit.apps.people.models import Person
from intervisit.kit.access import Relations


class CalendarWish(models.Model):
    """Whether somebody wants invitations by mail, or follows an address with her own calendar program."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="calendar_wish")
    invitations = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.person}: {'invitations' if self.invitations else 'addresses only'}"


class Invitation(models.Model):
    """One person and one calendar entry: what her calendar was last told, and her answer.

    It is known by the entry (`uid`), which stays the same in every plan; rows of visits come and go.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="invitations")
    network = models.ForeignKey(Network, models.CASCADE, related_name="+")
    uid = models.CharField(max_length=120)  # of the visit
    nonce = models.UUIDField(default=uuid.uuid4)  # goes into the secret of the address for answers
    sequence = models.PositiveIntegerField(default=0)
    called_off = models.BooleanField(default=False)
    facts = models.JSONField(default=dict)  # what her calendar holds
    answer = models.CharField(max_length=8, choices=[(a.value, a.value) for a in Answer], default=Answer.NONE)
    answered = models.DateTimeField(null=True)  # the sender's own stamp: an older one changes nothing

    access: ClassVar = Relations("invitation", people={"person": "person"})

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "uid"], name="one_invitation_each")
        ]
        indexes: ClassVar = [models.Index(fields=["uid"])]

    def __str__(self) -> str:
        return f"{self.person} to {self.uid}"


class InvitationLetter(models.Model):
    """One message of an invitation, as it was decided: a later change does not alter what an earlier mail says."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="letters")
    visit = models.ForeignKey(Visit, models.SET_NULL, null=True, related_name="+")
    sequence = models.PositiveIntegerField()
    method = models.CharField(max_length=8)  # REQUEST or CANCEL
    facts = models.JSONField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["invitation", "sequence"], name="one_letter_a_sequence")
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.sequence}"
