"""What is promised for a year: versions of a program's memorandum, and who accepted which by name and date."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from intervisit.apps.people.models import Organization, Person
from intervisit.apps.programs.models.programs import Program
from intervisit.apps.programs.states import AgreementState
from intervisit.core.memoranda import Memorandum, from_plain
from intervisit.kit.access import Relations


class Agreement(models.Model):
    """One version of a program's memorandum. Once published its words never change; a new version is a new row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, models.PROTECT, related_name="agreements")
    number = models.PositiveIntegerField()  # 1, 2, 3 … of this program
    content = models.JSONField()  # core.memoranda
    note = models.CharField(max_length=400, blank=True)  # what is new in it, in the director's words
    due = models.DateField(null=True)  # accepted by then, please
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in AgreementState], default=AgreementState.DRAFT
    )
    version = models.PositiveIntegerField(default=1)  # rises with every save of the draft (B07)
    edited_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    published = models.DateTimeField(null=True)
    published_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    access: ClassVar = Relations(
        "agreement",
        groups={"program": "program__group", "schools": "program__district__schools__group"},
        state="state",
    )

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["program", "number"], name="one_number_per_agreement"),
            models.UniqueConstraint(
                fields=["program"], condition=Q(state=AgreementState.DRAFT), name="one_draft_agreement"
            ),
            models.UniqueConstraint(
                fields=["program"], condition=Q(state=AgreementState.PUBLISHED), name="one_agreement_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.memorandum.title}, version {self.number}"

    @property
    def memorandum(self) -> Memorandum:
        return from_plain(self.content)


class Acceptance(models.Model):
    """Somebody's yes to one version, by name and date. It is never changed; it can be withdrawn, with a note."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="acceptances")
    whose = models.CharField(max_length=12)  # "school" or "facilitator"
    school = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="acceptances")
    role = models.CharField(max_length=30, blank=True)  # of the school: a key of the design
    person = models.ForeignKey(Person, models.PROTECT, related_name="acceptances")
    name = models.CharField(max_length=120)  # as it was typed
    at = models.DateTimeField()
    withdrawn = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)  # why it was withdrawn: for the program's director

    access: ClassVar = Relations(
        "acceptance",
        groups={"school": "school__group", "program": "agreement__program__group"},
        people={"facilitator": "person"},
        only={"facilitator": {"whose": "facilitator"}},
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agreement", "school"],
                condition=Q(school__isnull=False, withdrawn__isnull=True),
                name="one_acceptance_per_school",
            ),
            models.UniqueConstraint(
                fields=["agreement", "person"],
                condition=Q(school__isnull=True, withdrawn__isnull=True),
                name="one_acceptance_per_facilitator",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school or self.person}: version {self.agreement.number}"
