"""A table read from a file, before anybody says what its columns mean."""

from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is read. Every refusal for size states the limit it went over."""

    file_bytes: int = 25_000_000
    rows: int = 50_000
    columns: int = 300
    cell_characters: int = 32_767  # what a spreadsheet cell holds
    cells: int = 1_500_000
    characters: int = 40_000_000
    members: int = 1_000  # files inside a workbook or another archive
    unpacked_bytes: int = 60_000_000
    ratio: int = 100  # unpacked to packed, of the whole archive and of each member


class Row(NamedTuple):
    """One row: the line of the file it begins in (from 1; in a sheet the row number), its cells as text."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Something to show in the preview; `confirm` when a person must agree before anything is applied."""

    code: str
    message: str
    confirm: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Header and rows of equal length, all cells text. A workbook has a `sheet` and no `delimiter`."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    header_line: int = 1
    encoding: str = "utf-8"
    delimiter: str = ","
    sheet: str = ""
    notes: tuple[Note, ...] = field(default=())

    @property
    def needs_confirmation(self) -> bool:
        return any(note.confirm for note in self.notes)
