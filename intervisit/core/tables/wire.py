"""Tables and troubles as JSON text, for a parser that runs in another process."""

import json
from dataclasses import asdict

from intervisit.core.tables.table import Note, Row, Table
from intervisit.core.text import Trouble, Troubles


def to_wire(result: Table | Troubles) -> bytes:
    """What `from_wire` reads."""
    if isinstance(result, Troubles):
        items = [asdict(item) for item in result.items]
        return json.dumps({"troubles": items, "more": result.more}).encode()
    entry = {
        "header": result.header,
        "lines": [row.line for row in result.rows],
        "cells": [row.cells for row in result.rows],
        "rest": [result.header_line, result.encoding, result.delimiter, result.sheet],
        "notes": [asdict(note) for note in result.notes],
    }
    return json.dumps(entry).encode()


def from_wire(data: bytes) -> Table | Troubles:
    """The result again, equal to the one that was sent."""
    entry = json.loads(data)
    if "troubles" in entry:
        return troubles_from(entry)
    rows = tuple(Row(line, tuple(cells)) for line, cells in zip(entry["lines"], entry["cells"], strict=True))
    line, encoding, delimiter, sheet = entry["rest"]
    notes = tuple(Note(**note) for note in entry["notes"])
    return Table(tuple(entry["header"]), rows, line, encoding, delimiter, sheet, notes)


def troubles_from(entry: dict[str, object]) -> Troubles:
    """The troubles in an answer."""
    items, more = entry["troubles"], entry["more"]
    if not isinstance(items, list) or not isinstance(more, int):
        raise ValueError("not troubles")
    return Troubles(tuple(Trouble(**{**item, "offers": tuple(item["offers"])}) for item in items), more)
