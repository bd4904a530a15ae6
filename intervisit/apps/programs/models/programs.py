"""Designs as they were when a program took them, and programs."""

import uuid
from functools import lru_cache
from typing import ClassVar

from django.db import models

from intervisit.apps.people.models import Organization
from intervisit.apps.programs.states import Phase
from intervisit.core.designs import Call, Design, from_json
from intervisit.kit.access import Relations
from intervisit.kit.kept import Kept, KeptJSON
from intervisit.kit.models import Group


class DesignVersion(models.Model):
    """A frozen copy of a design. A changed design is a new row; programs keep the row they run on."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.CharField(max_length=60)
    number = models.PositiveIntegerField()  # 1, 2, 3 … of this slug
    digest = models.CharField(max_length=64)
    content = KeptJSON()
    title = models.CharField(max_length=240, blank=True)
    uploaded_to = models.ForeignKey(  # the district that brought it; null: shipped with the product
        Organization, models.PROTECT, null=True, related_name="+"
    )
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["slug", "number"], name="one_number_per_design")
        ]

    def __str__(self) -> str:
        return f"{self.title or self.slug} {self.number}"

    @property
    def design(self) -> Design:
        return _design(Kept(self.digest, self.content))


@lru_cache(maxsize=32)
def _design(kept: Kept) -> Design:
    """Reading a kept design takes 15 to 35 ms, and a page asks for its words dozens of times."""
    return from_json(kept.content)


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
    call_closes = models.DateTimeField(null=True)  # in the district's zone; the design gives the grace
    # What the director has settled for each call of the design: key -> {status, intake, opens, closes}. The days of
    # the first call stand in the two fields above; see programs/calls.py.
    calls = models.JSONField(default=dict)
    networks_published = models.DateTimeField(null=True)
    calendar_published = models.DateTimeField(null=True)
    created = models.DateTimeField(auto_now_add=True)

    access: ClassVar = Relations(
        "program",
        groups={
            "program": "group",
            "district": "district__group",
            "schools": "district__schools__group",
            "taking_part": "applications__school__group",
        },
        # Schools that are accepted and have been told so.
        only={"taking_part": {"applications__state": "accepted", "applications__released__isnull": False}},
        state="phase",
        along=("version", "district"),
    )

    class Meta:
        ordering: ClassVar = ["-year", "name"]

    def __str__(self) -> str:
        return f"{self.name} {self.year}"

    @property
    def design(self) -> Design:
        return self.version.design

    @property
    def call(self) -> Call:
        """The call that schools apply to."""
        return self.design.calls[0]

    @property
    def zone(self) -> str:
        return self.district.zone
