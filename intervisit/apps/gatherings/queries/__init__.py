"""Who is expected and who came. Parts: `attendance`, `minutes`, `overview`."""

from intervisit.apps.gatherings.queries.attendance import (
    Row,
    SchoolRows,
    Sheet,
    expected_at,
    note_of,
    sheet_of,
)

__all__ = ["Row", "SchoolRows", "Sheet", "expected_at", "note_of", "sheet_of"]
