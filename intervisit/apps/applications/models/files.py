"""Files of an application. Their content is in a table of its own, so that no list ever loads it."""

import uuid
from typing import ClassVar

from django.db import models

from intervisit.apps.applications.models.application import Application
from intervisit.apps.applications.states import IN_HAND
from intervisit.apps.people.models import Person
from intervisit.kit.access import Relations


class Attachment(models.Model):
    """One file given as an answer, after it was checked and cleaned of what it says about its author."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="files")
    question = models.CharField(max_length=80)
    name = models.CharField(max_length=160)  # safe to show and to save under
    kind = models.CharField(max_length=10)  # of kit.files.KINDS, by content
    size = models.PositiveIntegerField()  # bytes
    digest = models.CharField(max_length=64)  # SHA-256 of what is kept
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    access: ClassVar = Relations(
        "attachment",
        groups={"school": "application__school__group", "program": "application__program__group"},
        # Row 1: of a draft the program has no file either.
        only={"program": {"application__state__in": sorted(IN_HAND)}},
    )

    def __str__(self) -> str:
        return self.name


class AttachmentContent(models.Model):
    """The bytes."""

    attachment = models.OneToOneField(Attachment, models.CASCADE, primary_key=True, related_name="content")
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"content of {self.attachment_id}"
