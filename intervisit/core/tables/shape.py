"""From raw rows to a table: one header, every row as long as it, each defect named with its line."""

import re
from collections.abc import Iterable, Iterator

from intervisit.core.tables.table import Limits, Row
from intervisit.core.text import Collector, Trouble, Troubles, search_key, shown, shown_name

RawRow = tuple[int, list[str]]  # line, cells

_NUMBER = re.compile(r"-?[0-9][0-9.,]*%?")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}(?:-[0-9]{2,4})?")


class Shaped:
    """Header, its line, and rows; what `shape` gives when nothing is wrong."""

    def __init__(self, header: tuple[str, ...], line: int, rows: tuple[Row, ...]) -> None:
        self.header, self.line, self.rows = header, line, rows


def shape(raw: Iterable[RawRow], *, limits: Limits, pad: bool = False) -> Shaped | Troubles:
    """Take the first row that is not blank as header, and check every further row against it.

    `pad`: short rows are filled up, because a sheet leaves out empty cells. Blank rows are passed over.
    Troubles: empty-file, no-rows, no-header, repeated-column, column-without-name, header-repeated,
    row-too-long, row-too-short, cell-too-long, too-many-columns, too-many-rows, table-too-large.
    """
    rows = iter(raw)
    first = next((row for row in rows if any(cell.strip() for cell in row[1])), None)
    if first is None:
        return Troubles((Trouble("empty-file", "The file is empty. Choose a file with a header and rows."),))
    line, cells = first
    header = _names(cells)
    found = Collector()
    _check_header(header, line, limits, found)
    if len(found):
        return found.done()
    body = tuple(_body(rows, header, limits, pad, found))
    if not body and not len(found):
        found.add(Trouble("no-rows", f"Line {line}: a header and no row below it. Add the rows.", line=line))
    if _is_data(header, body):
        found = Collector()
        what = f"Line {line} looks like a row, not like a header ({shown(header[0])}, …)"
        found.add(Trouble("no-header", f"{what}. Add a first line that names the columns.", line=line))
    header, body = _without_empty_columns(header, body, line, found)
    return found.done() if len(found) else Shaped(header, line, body)


def _names(cells: list[str]) -> tuple[str, ...]:
    names = [" ".join(cell.replace("\ufeff", "").split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _check_header(header: tuple[str, ...], line: int, limits: Limits, found: Collector) -> None:
    if len(header) > limits.columns:
        message = f"Line {line}: {len(header):,} columns; at most {limits.columns} are read. Delete some."
        found.add(Trouble("too-many-columns", message, line=line))
        return
    seen: dict[str, int] = {}
    for number, name in enumerate(header, start=1):
        if len(name) > 200:
            message = (
                f"Line {line}: the name of column {number} has {len(name):,} characters; at most 200 fit."
            )
            found.add(Trouble("cell-too-long", message, line=line, column=shown_name(name)))
        key = search_key(name)
        if key and key in seen:
            where = f"columns {seen[key]} and {number}"
            message = f"Line {line}: the column {shown(name)} appears twice ({where}). Rename or delete one."
            found.add(Trouble("repeated-column", message, line=line, column=shown_name(name)))
        seen.setdefault(key, number)


def _body(
    rows: Iterator[RawRow], header: tuple[str, ...], limits: Limits, pad: bool, found: Collector
) -> Iterator[Row]:
    width, count, characters = len(header), 0, 0
    folded = tuple(name.casefold() for name in header)
    most_rows = min(limits.rows, limits.cells // width)
    for line, cells in rows:
        size = len(cells)
        total = sum(map(len, cells))
        if total == 0 or not any(map(str.strip, cells)):
            continue
        if size != width:
            if size > width and any(map(str.strip, cells[width:])):
                found.add(_too_long(line, _filled(cells), width))
                continue
            if size < width and not pad:
                found.add(_too_short(line, size, header))
                continue
            cells = cells[:width] + [""] * (width - size)
        count, characters = count + 1, characters + total
        if total > limits.cell_characters and (longest := _too_long_cell(line, cells, header, limits)):
            found.add(longest)
            continue
        if count > most_rows or characters > limits.characters:
            found.add(_too_much(line, count, most_rows, limits))
            return
        if cells[0].strip().casefold() == folded[0] and _is_header(cells, folded):
            message = f"Line {line} repeats the header of the file. Delete it."
            found.add(Trouble("header-repeated", message, line=line))
            continue
        yield Row(line, tuple(cells))


def _is_header(cells: list[str], folded: tuple[str, ...]) -> bool:
    return tuple(" ".join(cell.split()).casefold() for cell in cells) == folded


def _filled(cells: list[str]) -> int:
    return max(index for index, cell in enumerate(cells, start=1) if cell.strip())


def _too_long(line: int, size: int, width: int) -> Trouble:
    message = (
        f"Line {line} has {size} cells; the header has {width} columns. "
        "Put a cell that contains the separator into quotation marks."
    )
    return Trouble("row-too-long", message, line=line)


def _too_short(line: int, size: int, header: tuple[str, ...]) -> Trouble:
    missing = ", ".join(shown_name(name) for name in header[size : size + 3])
    message = f"Line {line} has {size} cells; the header has {len(header)} columns. Missing from: {missing}."
    return Trouble("row-too-short", message, line=line, column=shown_name(header[size]))


def _too_long_cell(line: int, cells: list[str], header: tuple[str, ...], limits: Limits) -> Trouble | None:
    for name, cell in zip(header, cells, strict=False):
        if len(cell) > limits.cell_characters:
            message = (
                f"the cell has {len(cell):,} characters; at most {limits.cell_characters:,} fit. Shorten it."
            )
            return Trouble("cell-too-long", message).at(line=line, column=name)
    return None


def too_many_rows(line: int, limits: Limits) -> Trouble:
    """The trouble of the row in `line`, the first beyond the limit."""
    message = f"Line {line:,}: more than {limits.rows:,} rows. At most so many are read: split the file."
    return Trouble("too-many-rows", message, line=line)


def _too_much(line: int, count: int, most_rows: int, limits: Limits) -> Trouble:
    if count > limits.rows:
        return too_many_rows(line, limits)
    if count > most_rows:
        message = (
            f"Line {line:,}: more than {limits.cells:,} cells. At most so many are read: split the file."
        )
        return Trouble("table-too-large", message, line=line)
    message = f"Line {line:,}: more than {limits.characters:,} characters. No more are read: split the file."
    return Trouble("table-too-large", message, line=line)


def _is_data(header: tuple[str, ...], body: tuple[Row, ...]) -> bool:
    """Most columns of numbers and codes begin, in the header, with a value of exactly their form."""
    alike = told = 0
    for index, name in enumerate(header):
        below = [row.cells[index].strip() for row in body[:20]]
        forms = {_form(cell) for cell in below if cell}
        if not forms or not any("9" in form for form in forms):
            continue
        told += 1
        if name and _form(name) in forms and any(c.isdigit() for c in name) and not _YEAR.fullmatch(name):
            alike += 1
    return alike > 0 and alike * 2 > told


def _form(cell: str) -> str:
    if _NUMBER.fullmatch(cell):
        return "9"
    return re.sub("[a-z]", "a", re.sub("[A-Z]", "A", re.sub("[0-9]", "9", cell)))


def _without_empty_columns(
    header: tuple[str, ...], body: tuple[Row, ...], line: int, found: Collector
) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """Leave out nameless columns without values; a nameless column with values is a trouble."""
    nameless = [index for index, name in enumerate(header) if not name]
    if not nameless:
        return header, body
    for index in nameless:
        used = next((row.line for row in body if row.cells[index].strip()), None)
        if used is not None:
            message = (
                f"Line {line}: column {index + 1} has no name, and values (line {used}). Name or delete it."
            )
            found.add(Trouble("column-without-name", message, line=line, column=str(index + 1)))
    kept = [index for index, name in enumerate(header) if name]
    rows = tuple(Row(row.line, tuple(row.cells[index] for index in kept)) for row in body)
    return tuple(header[index] for index in kept), rows
