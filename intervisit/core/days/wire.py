"""A list of days as JSON text, for a parser that runs in another process."""

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from intervisit.core.days.named import DayList, NamedDays
from intervisit.core.tables.dates import DatesWritten
from intervisit.core.tables.table import Note
from intervisit.core.tables.wire import troubles_from


def days_to_wire(days: DayList) -> bytes:
    """What `days_from_wire` reads."""
    entry = {
        "days": [asdict(day) | {"start": str(day.start), "end": str(day.end)} for day in days.days],
        "troubles": [asdict(item) for item in days.troubles.items],
        "more": days.troubles.more,
        "notes": [asdict(note) for note in days.notes],
        "written": asdict(days.written) if days.written else None,
    }
    return json.dumps(entry).encode()


def days_from_wire(data: bytes) -> DayList:
    """The list again, equal to the one that was sent."""
    entry = json.loads(data)
    days = tuple(
        NamedDays(**{**day, "start": date.fromisoformat(day["start"]), "end": date.fromisoformat(day["end"])})
        for day in entry["days"]
    )
    return DayList(
        days, troubles_from(entry), tuple(Note(**n) for n in entry["notes"]), _written(entry["written"])
    )


def _written(sent: dict[str, Any] | None) -> DatesWritten | None:
    return DatesWritten(sent["told"], tuple(sent["open"]), tuple(sent["examples"])) if sent else None
