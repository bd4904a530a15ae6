"""Tables in files: CSV and XLSX in, typed rows out, and back.

Parts: reading (bytes → table; delimited, workbook, sheets, encodings, shape, archive), mapping (which column
is which), dates (how they are written), applying (typed rows, facts, duplicates; cells, grades, changed),
writing (CSV and XLSX; neutral),
schools (the columns of a school list), wire (for a parser in another process).
"""

from intervisit.core.tables.applying import Fact, Mapped, MappedRow, apply_mapping, duplicates
from intervisit.core.tables.archive import Archive, check_archive
from intervisit.core.tables.cells import Value, read_code, read_flag, read_school_year
from intervisit.core.tables.changed import changed_codes, looks_changed
from intervisit.core.tables.dates import ORDERS, DatesWritten, dates_written, readings
from intervisit.core.tables.grades import read_grade, read_grades, show_grades
from intervisit.core.tables.mapping import (
    Column,
    ColumnMapping,
    chosen_mapping,
    guess_mapping,
    header_key,
    named_columns,
)
from intervisit.core.tables.neutral import is_live, neutral, restored
from intervisit.core.tables.reading import read_table
from intervisit.core.tables.schools import SCHOOL_COLUMNS
from intervisit.core.tables.table import Limits, Note, Row, Table
from intervisit.core.tables.wire import from_wire, to_wire
from intervisit.core.tables.writing import Cell, write_csv, write_xlsx

__all__ = [
    "ORDERS",
    "SCHOOL_COLUMNS",
    "Archive",
    "Cell",
    "Column",
    "ColumnMapping",
    "DatesWritten",
    "Fact",
    "Limits",
    "Mapped",
    "MappedRow",
    "Note",
    "Row",
    "Table",
    "Value",
    "apply_mapping",
    "changed_codes",
    "check_archive",
    "chosen_mapping",
    "dates_written",
    "duplicates",
    "from_wire",
    "guess_mapping",
    "header_key",
    "is_live",
    "looks_changed",
    "named_columns",
    "neutral",
    "read_code",
    "read_flag",
    "read_grade",
    "read_grades",
    "read_school_year",
    "read_table",
    "readings",
    "restored",
    "show_grades",
    "to_wire",
    "write_csv",
    "write_xlsx",
]
