"""A table and a mapping into typed rows, all its troubles at once, and every other column as a fact."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from intervisit.core.tables.cells import SPREADSHEET_ERRORS, Value, converter
from intervisit.core.tables.changed import band_offers, changed, changed_codes, looks_changed
from intervisit.core.tables.mapping import Column, ColumnMapping, header_key
from intervisit.core.tables.table import Row, Table
from intervisit.core.text import (
    BadValue,
    Collector,
    Order,
    Trouble,
    Troubles,
    clean,
    code_key,
    date_order,
    shown,
    shown_name,
)

Fact = int | float | str

FACT_LENGTH = 1_000  # characters of a text fact

# A leading zero marks a code (`02351`), more than 15 digits a number that a double cannot hold.
_FACT_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?")


@dataclass(frozen=True, slots=True)
class MappedRow:
    """One row: the line it came from, the wanted values by key (None for an empty cell), and its facts."""

    line: int
    values: Mapping[str, Value]
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Mapped:
    """Rows without a trouble, and every trouble. Apply nothing while `troubles` is not empty."""

    rows: tuple[MappedRow, ...]
    troubles: Troubles


def apply_mapping(
    table: Table,
    mapping: ColumnMapping,
    columns: Sequence[Column],
    *,
    unique: Sequence[str] = (),
    known_codes: Iterable[str] = (),
    facts: bool = True,
    order: Order | None = None,
    file: str = "",
) -> Mapped:
    """Read every mapped column by its kind.

    `unique`: keys that together may occur once (`duplicate-in-file`); `known_codes`: codes that exist,
    offered where a spreadsheet program has changed one; `facts`: keep the columns that nothing uses, as
    numbers where every value of the column is a number, as text otherwise; `order`: how dates are written in columns
    that do not tell it themselves.
    """
    found = Collector()
    found.extend(mapping.troubles(table.header, columns))
    known = tuple(known_codes)
    bad_lines: set[int] = set()
    read: dict[str, list[Value]] = {}
    for column in columns:
        if column.key in mapping.places:
            place = mapping.places[column.key]
            read[column.key] = _read_column(table, place, column, known, order, file, found, bad_lines)
    kept = _facts(table, mapping.unused, file, found, bad_lines) if facts else {}
    if unique and all(key in read for key in unique):
        labels = [column.label for column in columns if column.key in unique]
        repeated = duplicates(table.rows, [read[key] for key in unique], " and ".join(labels), file)
        bad_lines.update(trouble.line for trouble in repeated if trouble.line is not None)
        found.extend(repeated)
    rows = tuple(
        MappedRow(
            row.line,
            {key: cells[index] for key, cells in read.items()},
            {key: fact for key, cells in kept.items() if (fact := cells[index]) is not None},
        )
        for index, row in enumerate(table.rows)
        if row.line not in bad_lines
    )
    return Mapped(rows, found.done())


def duplicates(
    rows: Sequence[Row], keys: Sequence[Sequence[Value]], label: str, file: str = ""
) -> list[Trouble]:
    """`duplicate-in-file` for every row whose keys an earlier one has, naming both lines."""
    first: dict[tuple[Value, ...], int] = {}
    found: list[Trouble] = []
    for row, values in zip(rows, zip(*keys, strict=True), strict=True):
        if values[0] is None or values[0] == "":
            continue
        key = tuple(code_key(value) if isinstance(value, str) else value for value in values)
        earlier = first.setdefault(key, row.line)
        if earlier != row.line:
            what = " ".join(str(value) for value in values)
            message = (
                f"The {label} {shown(what)} is in lines {earlier:,} and {row.line:,}. Delete one of them."
            )
            found.append(Trouble("duplicate-in-file", message, file=file, line=row.line, column=label))
    return found


def _read_column(
    table: Table, place: int, column: Column, known: Sequence[str], order: Order | None, file: str, found: Collector,
    bad: set[int],
) -> list[Value]:  # fmt: skip
    name = table.header[place]
    refused: dict[int, Trouble] = {}
    if column.kind == "code":
        cells = ((row.line, row.cells[place]) for row in table.rows)
        for trouble in changed_codes(cells, column=shown_name(name), label=column.label, known=known):
            refused[trouble.line or 0] = trouble
    told = date_order(row.cells[place] for row in table.rows) if column.kind == "date" else None
    convert = converter(column, told or order)
    values: list[Value] = []
    memo: dict[str, Value] = {"": None}
    faults: dict[str, tuple[Trouble, ...]] = {}
    for line, cells_of_row in table.rows:
        text = cells_of_row[place].strip()
        if text not in memo and text not in faults:
            try:
                memo[text] = _read_cell(text, column, convert)
            except BadValue as error:
                faults[text] = error.troubles
        value = memo.get(text)
        values.append(value)
        if line in refused:
            found.add(replace(refused[line], file=file, field=column.key))
        elif text in faults:
            found.extend(_placed(trouble, text, line, name, column, file) for trouble in faults[text])
        elif value is None and column.required:
            missing = Trouble("missing", f"the cell is empty. Enter the {column.label}.", column.key)
            found.add(missing.at(line=line, column=name, file=file))
        else:
            continue
        bad.add(line)
    return values


def _read_cell(text: str, column: Column, convert: Callable[[str], Value]) -> Value:
    if text in SPREADSHEET_ERRORS:
        message = f"the cell holds the spreadsheet error {shown(text)}. Correct it and save again."
        raise BadValue(Trouble("spreadsheet-error", message, column.key))
    if column.kind in ("grade", "grades") and looks_changed(text):
        raise BadValue(Trouble("changed-by-spreadsheet", "", column.key, offers=band_offers(text)))
    value = convert(text)
    return None if value == "" else value


def _placed(trouble: Trouble, text: str, line: int, name: str, column: Column, file: str) -> Trouble:
    if trouble.code == "changed-by-spreadsheet":
        trouble = changed(text, line, shown_name(name), column.label, trouble.offers)
        return replace(trouble, file=file, field=column.key)
    return trouble.at(line=line, column=name, file=file)


def _facts(
    table: Table, places: Sequence[int], file: str, found: Collector, bad: set[int]
) -> dict[str, list[Fact | None]]:
    kept: dict[str, list[Fact | None]] = {}
    for place in places:
        name = table.header[place]
        key = header_key(name).replace(" ", "_") or f"column_{place + 1}"
        while key in kept:
            key += "_2"
        texts = [row.cells[place].strip() for row in table.rows]
        distinct = set(texts)
        distinct.discard("")
        if distinct and all(map(_FACT_NUMBER.fullmatch, distinct)):
            numbers: dict[str, Fact] = {text: float(text) if "." in text else int(text) for text in distinct}
            kept[key] = [numbers.get(text) for text in texts]
        else:
            kept[key] = _text_facts(table, texts, name, file, found, bad)
    return kept


def _text_facts(
    table: Table, texts: list[str], name: str, file: str, found: Collector, bad: set[int]
) -> list[Fact | None]:
    memo: dict[str, Fact | None] = {"": None}
    facts: list[Fact | None] = []
    for row, text in zip(table.rows, texts, strict=True):
        if text not in memo:
            memo[text] = None
            try:
                memo[text] = clean(text, field=header_key(name), max_length=FACT_LENGTH, kind="long")
            except BadValue as error:
                found.extend(trouble.at(line=row.line, column=name, file=file) for trouble in error.troubles)
                bad.add(row.line)
        facts.append(memo[text])
    return facts
