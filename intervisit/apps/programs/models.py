"""Designs as they were when a program took them, and programs."""

import uuid
from typing import ClassVar

from django.db import models

from intervisit.apps.people.models import Organization
from intervisit.apps.programs.states import Phase
from intervisit.core.designs import Design, from_json
from intervisit.kit.access import Relations
from intervisit.kit.models import Group


class DesignVersion(models.Model):
    """A frozen copy of a design. A changed design is a new row; programs keep the row they run on."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.CharField(max_length=60)
    number = models.PositiveIntegerField()  # 1, 2, 3 … of this slug
    digest = models.CharField(max_length=64)
    content = models.JSONField()
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["slug", "number"], name="one_number_per_design")]

    def __str__(self) -> str:
        return f"{self.slug} {self.number}"

    @property
    def design(self) -> Design:
        return from_json(self.content)


class Program(models.Model):
    """One program in one year in one district."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    group = models.OneToOneField(Group, models.PROTECT, related_name="program")
    district = models.ForeignKey(Organization, models.PROTECT, related_name="programs")
    version = models.ForeignKey(DesignVersion, models.PROTECT, related_name="programs")
    name = models.CharField(max_length=120)
    year = models.CharField(max_length=10)  # "2026-27"
    phase = models.CharField(max_length=10, choices=[(p.value, p.value) for p in Phase], default=Phase.SETUP)
    first_day = models.DateField()  # of the school year
    last_day = models.DateField()
    call_opens = models.DateTimeField(null=True)
    call_closes = models.DateTimeField(null=True)  # in the district's zone; 60 s of grace
    networks_published = models.DateTimeField(null=True)
    calendar_published = models.DateTimeField(null=True)
    created = models.DateTimeField(auto_now_add=True)

    access: ClassVar = Relations(
        "program",
        groups={
            "program": "group",
            "district": "district__group",
            "schools": "district__schools__group",
        },
        state="phase",
    )

    class Meta:
        ordering: ClassVar = ["-year", "name"]

    def __str__(self) -> str:
        return f"{self.name} {self.year}"

    @property
    def design(self) -> Design:
        return self.version.design
