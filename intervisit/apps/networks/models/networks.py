"""Networks, which school belongs to which from when to when, and the smaller groups inside them."""

import uuid
from typing import ClassVar

from django.db import models

from intervisit.apps.applications.models import Application
from intervisit.apps.networks.models.scenarios import Scenario
from intervisit.apps.networks.states import Leaving, NetworkState, PodBasis
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.kit.access import Relations
from intervisit.kit.models import Group


class Network(models.Model):
    """Schools that learn together for a year."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, models.PROTECT, related_name="networks")
    group = models.OneToOneField(Group, models.PROTECT, related_name="network")
    name = models.CharField(max_length=80)
    number = models.PositiveIntegerField()
    type = models.CharField(max_length=40)
    focus = models.CharField(max_length=80, blank=True)  # focus area key that most members share
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in NetworkState], default=NetworkState.ADOPTED
    )
    scenario = models.ForeignKey(Scenario, models.PROTECT, null=True, related_name="adopted_networks")
    published = models.DateTimeField(null=True)
    closed = models.DateField(null=True)  # the day it ended before its year did
    into = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")  # what it was merged into
    told = models.JSONField(default=dict)  # what its schools were last told, to tell only those affected

    access: ClassVar = Relations(
        "network",
        groups={"network": "group", "program": "program__group", "member_schools": "members__school__group"},
        only={"member_schools": {"members__left__isnull": True}},
        state="state",
        along=("program__version", "program__district"),
    )

    class Meta:
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return self.name


class NetworkMember(models.Model):
    """A school in a network, from a day to a day, and why it is there."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, models.CASCADE, related_name="members")
    school = models.ForeignKey(Organization, models.PROTECT, related_name="memberships")
    application = models.ForeignKey(Application, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=30)  # key of a role of the design
    hosts = models.BooleanField(default=False)
    joined = models.DateField()
    left = models.DateField(null=True)  # from this day on it no longer belongs to it
    how = models.CharField(max_length=10, blank=True, choices=[(k.value, k.value) for k in Leaving])
    to = models.ForeignKey(Network, models.SET_NULL, null=True, related_name="+")  # where it went
    note = models.CharField(max_length=200, blank=True)  # why, for program staff only
    score = models.FloatField(null=True)  # its own score; never shown to another school
    reasons = models.JSONField(default=dict)

    access: ClassVar = Relations(
        "membership",
        groups={
            "program": "network__program__group",
            "network": "network__group",
            "school_published": "school__group",
        },
        only={"school_published": {"network__state": NetworkState.PUBLISHED}},
    )

    def __str__(self) -> str:
        return f"{self.school} in {self.network}"


class Pod(models.Model):
    """Some schools of a network that work together for a while: a pair, or a part of a cohort."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(Network, models.CASCADE, related_name="pods")
    name = models.CharField(max_length=80)
    number = models.PositiveIntegerField()
    basis = models.CharField(max_length=10, choices=[(b.value, b.value) for b in PodBasis])
    starts = models.DateField()
    ends = models.DateField(null=True)  # from this day on it is history

    class Meta:
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return self.name


class PodMember(models.Model):
    """A school of a network in one of its pods. A host sits in each of its pairs."""

    pod = models.ForeignKey(Pod, models.CASCADE, related_name="seats")
    member = models.ForeignKey(NetworkMember, models.CASCADE, related_name="seats")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["pod", "member"], name="one_seat_in_a_pod")]

    def __str__(self) -> str:
        return f"{self.member.school} in {self.pod}"
