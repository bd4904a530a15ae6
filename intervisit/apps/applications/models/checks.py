"""A person's word on a rule of eligibility: beside what is computed, named, dated, and it can be taken back."""

import uuid
from typing import ClassVar

from django.db import models

from intervisit.apps.applications.models.application import Application
from intervisit.apps.people.models import Person


class RuleWord(models.Model):
    """“Met” or “not met”, said by a person who has looked. Never a rating, only that it was checked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="rule_words")
    rule = models.CharField(max_length=60)  # key of the design's rule
    met = models.BooleanField()
    reason = models.TextField()  # as the principal reads it
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    taken_back = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "rule"], condition=models.Q(taken_back=None), name="one_word_per_rule"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {'met' if self.met else 'not met'}"
