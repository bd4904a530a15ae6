"""Answers as JSON text, for a parser that runs in another process."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from intervisit.core.invitations.replies import Reply
from intervisit.core.text import Trouble


def replies_to_wire(found: Iterable[Reply | Trouble]) -> bytes:
    """What `replies_from_wire` reads."""
    rows = [
        asdict(one) | {"stamp": one.stamp.isoformat()} if isinstance(one, Reply) else one.as_json()
        for one in found
    ]
    return json.dumps(rows).encode()


def replies_from_wire(data: bytes) -> list[Reply | Trouble]:
    """The answers again, equal to those that were sent."""
    return [
        Trouble(row["code"], row["message"])
        if "code" in row
        else Reply(**{**row, "stamp": datetime.fromisoformat(row["stamp"]), "to": tuple(row["to"])})
        for row in json.loads(data)
    ]
