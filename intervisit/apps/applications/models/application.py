"""Applications, and the wishes a principal adds for the matching."""

import uuid
from typing import ClassVar

from django.db import models

from intervisit.apps.applications.states import IN_HAND, ApplicationState
from intervisit.apps.instruments.models import FormVersion
from intervisit.apps.people.models import Organization, Person
from intervisit.apps.programs.models import Program
from intervisit.kit.access import Relations

_TOLD = {"released__isnull": False}  # row 4: the decision is known only when two people have released it


class Application(models.Model):
    """A school's application to one program. The answers follow the form of the program's frozen design."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, models.PROTECT, related_name="applications")
    school = models.ForeignKey(Organization, models.PROTECT, related_name="applications")
    role_wanted = models.CharField(max_length=30)  # key of a role of the design, or "either"
    call = models.CharField(max_length=60, blank=True)  # key of the design's call; empty: its first
    form_key = models.CharField(max_length=60)  # which of the design's forms
    form = models.ForeignKey(  # the edited form it is filled on; null: the form as the design has it
        FormVersion, models.PROTECT, null=True, related_name="+"
    )
    answers = models.JSONField(default=dict)  # question key -> answer
    focus = models.JSONField(default=list)  # focus area keys, the first counts more
    state = models.CharField(
        max_length=12, choices=[(s.value, s.value) for s in ApplicationState], default=ApplicationState.DRAFT
    )
    version = models.PositiveIntegerField(default=1)  # rises with every save (B07)
    editors = models.JSONField(default=dict)  # question key -> [person name, moment] of the last change
    begun_from = models.ForeignKey(  # last year's application, whose answers it began with
        "self", models.SET_NULL, null=True, related_name="+"
    )
    carried = models.JSONField(default=list)  # questions that still hold last year's answer, unread
    only_named = models.BooleanField(default=False)  # the principal has named who writes (`WritingFor`)
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)
    submitted = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    imported = models.BooleanField(default=False)  # came from a spreadsheet, so a spreadsheet may change it
    role = models.CharField(max_length=30, blank=True)  # role accepted for
    decision = models.CharField(
        max_length=60, blank=True
    )  # key of the design's decision, which names the letter
    reason = models.TextField(blank=True)  # of the decision, as the principal will read it
    decided = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    released = models.DateTimeField(null=True)  # when the school was told; what is not told is in `pending`

    access: ClassVar = Relations(
        "application",
        groups={
            "school": "school__group",
            "school_released": "school__group",
            "network_released": "school__memberships__network__group",
            "district_released": "program__district__group",
            "program_released": "program__group",
            "program": "program__group",
            "district": "program__district__group",
        },
        only={
            "school_released": _TOLD,
            "network_released": {
                **_TOLD,
                "school__memberships__network__program": models.F("program"),
                "school__memberships__left__isnull": True,
            },
            "district_released": _TOLD,
            "program_released": _TOLD,
        },
        state="state",
        along=("program__version", "program__district", "school", "form"),
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["program", "school", "call"], name="one_application_per_school"),
        ]
        indexes: ClassVar = [models.Index(fields=["program", "state"])]

    def __str__(self) -> str:
        return f"Application of {self.school}"


class Wishes(models.Model):
    """What the principal wishes of the matching: which criteria matter most, and schools named."""

    application = models.OneToOneField(Application, models.CASCADE, related_name="wishes", primary_key=True)
    ranking = models.JSONField(default=list)  # criteria keys, most important first
    schools = models.JSONField(default=list)  # ids of schools named
    known = models.JSONField(default=list)  # ids of schools worked with before
    avoid = models.JSONField(default=list)  # ids of schools it should not be put together with
    welcomes_new = models.BooleanField(
        null=True
    )  # a host that likes partners with new principals; null: not said
    version = models.PositiveIntegerField(default=1)

    access: ClassVar = Relations(
        "wishes",
        groups={"school": "application__school__group", "program": "application__program__group"},
        # Row 1: of a draft the program knows that it is there, nothing more.
        only={"program": {"application__state__in": sorted(IN_HAND)}},
    )

    def __str__(self) -> str:
        return f"Wishes of {self.application.school}"
