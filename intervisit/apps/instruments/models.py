"""Forms as edited in a program: every version is kept, because answers refer to the one they were given to."""

import uuid
from functools import lru_cache
from typing import ClassVar

from django.db import models

from intervisit.apps.people.models import Person
from intervisit.apps.programs.models import Program
from intervisit.core.designs import Form, form_from_json
from intervisit.kit.kept import Kept, KeptJSON


class FormVersion(models.Model):
    """A form of a program after it was edited. Never changed: an edit is a new row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    program = models.ForeignKey(Program, models.PROTECT, related_name="form_versions")
    key = models.CharField(max_length=60)  # of the design's form
    number = models.PositiveIntegerField()  # 1, 2, 3 … of this form; the design's own is 0
    digest = models.CharField(max_length=64)
    content = KeptJSON()
    note = models.CharField(max_length=240, blank=True)  # what was changed, in the director's words
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["program", "key", "number"], name="one_number_per_form")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.number}"

    @property
    def form(self) -> Form:
        return _form(Kept(self.digest, self.content))


@lru_cache(maxsize=64)
def _form(kept: Kept) -> Form:
    return form_from_json(kept.content)


class FormDraft(models.Model):
    """A form being edited: what the director has changed so far and nobody else sees yet."""

    program = models.ForeignKey(Program, models.CASCADE, related_name="form_drafts")
    key = models.CharField(max_length=60)
    content = models.JSONField()
    version = models.PositiveIntegerField(default=1)  # rises with every change (B07)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["program", "key"], name="one_draft_per_form")
        ]

    def __str__(self) -> str:
        return f"draft of {self.key}"
