"""A person applies for a post; her principal may have to agree; people look up what no fact tells."""

import uuid
from typing import ClassVar

from django.db import models

from intervisit.apps.leaders.states import ApplyState, ConsentState
from intervisit.apps.people.models import Organization, Person
from intervisit.apps.programs.models import Program
from intervisit.core.designs import Position
from intervisit.kit.access import Relations


class LeaderCall(models.Model):
    """Whether a program takes applications for its posts now."""

    program = models.OneToOneField(Program, models.CASCADE, primary_key=True, related_name="leader_call")
    opened = models.DateTimeField(null=True)  # null: not open
    closes = models.DateField(
        null=True
    )  # the last day, to midnight in the district's zone; null: until closed

    def __str__(self) -> str:
        return f"Posts of {self.program}"


class LeaderApplication(models.Model):
    """One person's application for one post of a program. Whoever rates her never reads it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, models.PROTECT, related_name="leader_applications")
    position = models.CharField(max_length=60)  # key of a position of the design
    person = models.ForeignKey(Person, models.PROTECT, related_name="leader_applications")
    school = models.ForeignKey(
        Organization, models.PROTECT, related_name="leader_applications"
    )  # where she works
    answers = models.JSONField(default=dict)  # question key -> answer
    shares = models.JSONField(default=list)  # what principals may see in the pool: question keys, "email"
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in ApplyState], default=ApplyState.DRAFT
    )
    version = models.PositiveIntegerField(default=1)  # rises with every save (B07)
    tab = models.CharField(max_length=40, blank=True)  # which page wrote last: nobody collides with herself
    created = models.DateTimeField(auto_now_add=True)
    submitted = models.DateTimeField(null=True)
    sentence = models.TextField(blank=True)  # of the outcome, as the person reads it
    decided = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    access: ClassVar = Relations(
        "leader_application",
        groups={"program": "program__group"},
        people={"person": "person"},
        state="state",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["program", "position", "person"], name="one_application_for_a_post"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["program", "state"])]

    def __str__(self) -> str:
        return f"{self.person}: {self.post.title}"

    @property
    def post(self) -> Position:
        """The post as the program's design describes it."""
        return self.program.design.positions[self.position]


class LeaderConsent(models.Model):
    """What a principal is asked about somebody who applies: yes or no to a name and a post."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.OneToOneField(LeaderApplication, models.CASCADE, related_name="consent")
    school = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in ConsentState], default=ConsentState.ASKED
    )
    asked = models.DateTimeField()
    answered = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    access: ClassVar = Relations("leader_consent", groups={"school": "school__group"}, state="state")

    def __str__(self) -> str:
        return str(self.application)


class LeaderCheck(models.Model):
    """Eligible or not by one rule, checked by, on. What was looked at, a rating above all, is never kept."""

    application = models.ForeignKey(LeaderApplication, models.CASCADE, related_name="checks")
    rule = models.CharField(max_length=60)
    met = models.BooleanField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "rule"], name="one_check_per_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {'yes' if self.met else 'no'}"
