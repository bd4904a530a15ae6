"""JSON that is written once and never changed: decoded once a process, however often its row is read."""

import json
from functools import lru_cache
from typing import Any

from django.db import models


@lru_cache(maxsize=64)
def _decoded(text: str) -> Any:
    return json.loads(text)


class KeptJSON(models.JSONField):
    """For frozen copies (designs, edited forms), some 40 KB each, which come along with most pages. Every row with the
    same text holds the same value: nobody may change it in place."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if isinstance(value, str) and self.decoder is None and not hasattr(expression, "key_name"):
            return _decoded(value)
        return super().from_db_value(value, expression, connection)

    def deconstruct(self) -> Any:
        """The same column to a migration."""
        name, _, arguments, options = super().deconstruct()
        return name, "django.db.models.JSONField", arguments, options


class Kept:
    """A frozen copy, told from others by its fingerprint alone: what is made of it can be kept in a cache."""

    def __init__(self, digest: str, content: dict[str, Any]) -> None:
        self.digest, self.content = digest, content

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Kept) and self.digest == other.digest
