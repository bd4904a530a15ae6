"""Addresses that mail came back from."""

import uuid

from django.db import models


class BadAddress(models.Model):
    """Mail to this address came back. It is still tried: only people know which address is right."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    address = models.CharField(max_length=254, unique=True)  # lower case
    since = models.DateTimeField()
    last = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    status = models.CharField(max_length=20, blank=True)  # "5.1.1"
    reason = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.address
