"""Scenarios with their inputs, their boards, and who is kept apart."""

import uuid
from typing import ClassVar

from django.db import models

from intervisit.apps.applications.models import Application
from intervisit.apps.networks.states import ScenarioState
from intervisit.apps.people.models import Organization, Person
from intervisit.apps.programs.models import Program
from intervisit.kit.access import Relations
from intervisit.kit.kept import KeptJSON
from intervisit.kit.models import Job


class Veto(models.Model):
    """Two schools that must not share a network, or must share one. Known to program staff only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, models.CASCADE, related_name="vetoes")
    first = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    second = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    together = models.BooleanField(default=False)  # False: apart
    note = models.CharField(max_length=200, blank=True)

    access: ClassVar = Relations("veto", groups={"program": "program__group"})

    def __str__(self) -> str:
        return f"{self.first} and {self.second} {'together' if self.together else 'apart'}"


class Scenario(models.Model):
    """One attempt at matching. Problem, seed and seconds are kept, so that any run can be replayed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, models.CASCADE, related_name="scenarios")
    name = models.CharField(max_length=80)
    note = models.TextField(blank=True)
    problem = KeptJSON()  # the instance as core.matching reads it; a change of it is a new value
    seed = models.PositiveIntegerField(default=1)
    seconds = models.FloatField(default=20)
    engine = models.CharField(max_length=40, blank=True)  # version of the product that solved it
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in ScenarioState], default=ScenarioState.SOLVING
    )
    objective = models.FloatField(null=True)  # points, as solved
    bound = models.FloatField(null=True)  # points: no arrangement scores more
    proof = models.TextField(blank=True)
    reasons = models.JSONField(default=list)  # why it is impossible
    version = models.PositiveIntegerField(default=1)  # rises with every edit of the board (B07, undo)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    adopted = models.DateTimeField(null=True)
    archived = models.DateTimeField(null=True)  # out of the list, kept with everything it was made of

    access: ClassVar = Relations("scenario", groups={"program": "program__group"}, state="state")

    class Meta:
        ordering: ClassVar = ["-created"]

    def __str__(self) -> str:
        return self.name


class DraftNetwork(models.Model):
    """One network on a scenario's board."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="networks")
    number = models.PositiveIntegerField()  # 1, 2, 3 … on the board
    type = models.CharField(max_length=40)  # name of a shape of the design
    locked = models.BooleanField(default=False)  # stays as it is when the rest is solved again

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scenario", "number"], name="one_draft_number")
        ]

    def __str__(self) -> str:
        return f"Network {self.number}"


class DraftPlace(models.Model):
    """Where one application stands on a board: in a network, or nowhere yet."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="places")
    network = models.ForeignKey(DraftNetwork, models.CASCADE, null=True, related_name="places")
    application = models.ForeignKey(Application, models.PROTECT, related_name="+")
    hosts = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scenario", "application"], name="one_draft_place")
        ]

    def __str__(self) -> str:
        return str(self.application)


class BoardEdit(models.Model):
    """One edit of a board, as the places before it, so that it can be undone and done again."""

    id = models.BigAutoField(primary_key=True)
    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="edits")
    said = models.CharField(max_length=200)
    before = models.JSONField()  # application id -> [network number or null, hosts]
    after = models.JSONField()
    undone = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.said
