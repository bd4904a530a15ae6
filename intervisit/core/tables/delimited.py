"""CSV and its kin: separators recognised, quotation marks checked, every defect with line and column."""

import contextlib
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace

from intervisit.core.tables.encodings import decode
from intervisit.core.tables.neutral import restored
from intervisit.core.tables.shape import RawRow, Shaped, shape, too_many_rows
from intervisit.core.tables.table import Limits, Note, Table
from intervisit.core.text import MOST, Collector, Trouble, Troubles, shown_name

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_CONTROL_BYTES = bytes((*range(9), 11, 12, *range(14, 32), 127))
_LINES_PER_ROW = 5  # of a file at its limit of rows; more are blank rows, or cells of many lines
_LONG_LINE = 100_000  # characters; a longer line is looked at before it is cut into cells
_MOST_DOUBLED = 50_000  # doubled quotation marks in one cell
_QUOTED = re.compile(r'"[^"]*"?')


class _Stopped(Exception):
    def __init__(self, trouble: Trouble) -> None:
        self.trouble = trouble


def read_delimited(
    data: bytes, *, limits: Limits, encoding: str | None = None, delimiter: str | None = None
) -> Table | Troubles:
    """The table in the bytes of a CSV file; what was recognised rather than given is in its notes."""
    decoded = decode(data, encoding)
    if isinstance(decoded, Trouble):
        return Troubles((decoded,))
    text = decoded.text
    controls = _control_characters(text)
    if controls is not None:
        return controls
    separator = delimiter or _separator(text)
    beyond = _far_too_much(text, separator, limits)
    if beyond is not None:
        return Troubles((beyond,))
    odd: list[Note] = []
    try:
        shaped = shape(_records(text, separator, limits, odd), limits=limits)
    except _Stopped as stopped:
        return Troubles((stopped.trouble,))
    if isinstance(shaped, Troubles):
        return shaped
    notes = (*decoded.notes, *odd[:100])
    if separator != "," and delimiter is None:
        message = f"The cells are separated by {SEPARATORS[separator]}. Confirm that the columns are right."
        notes = (*notes, Note("other-separator", message, confirm=True))
    return _table(shaped, text, decoded.encoding, separator, notes)


def _table(shaped: Shaped, text: str, encoding: str, separator: str, notes: tuple[Note, ...]) -> Table:
    rows = shaped.rows
    if "'" in text:
        rows = tuple(
            row._replace(cells=tuple(restored(cell) if cell[:1] == "'" else cell for cell in row.cells))
            for row in rows
        )
    return Table(shaped.header, rows, shaped.line, encoding, separator, "", notes)


def _far_too_much(text: str, separator: str, limits: Limits) -> Trouble | None:
    """Too many lines, rows or cells in a row, told before anything is kept."""
    lines = max(text.count("\n"), text.count("\r"))
    if lines > _LINES_PER_ROW * limits.rows:
        message = f"The file has {lines:,} lines; at most {limits.rows:,} rows are read. Split it."
        return Trouble("too-many-rows", message)
    if len(text) > _LONG_LINE:
        for number, line in enumerate(io.StringIO(text, newline=""), start=1):
            if len(line) > _LONG_LINE and (cells := _QUOTED.sub("", line).count(separator)) > limits.columns:
                message = (
                    f"Line {number:,} has {cells + 1:,} cells; at most {limits.columns} columns are read."
                )
                return Trouble("too-many-columns", f"{message} Look at this line.", line=number)
    if lines > limits.rows and (beyond := _line_beyond(text, separator, limits.rows)):
        return too_many_rows(beyond, limits)
    return None


def _line_beyond(text: str, separator: str, most: int) -> int:
    """The line of the first row too many, or 0: counted before any row is kept."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    rows = line = 0
    with contextlib.suppress(csv.Error):  # told with its place when the rows are read
        for cells in reader:
            rows += any(map(str.strip, cells))
            if rows > most + 1:
                return line + 1
            line = reader.line_num
    return 0


def _control_characters(text: str) -> Troubles | None:
    found = Collector()
    line, counted = 1, 0
    for match in _CONTROLS.finditer(text):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        place = match.start() - (text.rfind("\n", 0, match.start()) + 1) + 1
        point = ord(match.group())
        invalid = 0xD800 <= point <= 0xDFFF
        what = f"Line {line:,}: {'a character that is not valid text' if invalid else 'a control character'}"
        message = f"{what} (U+{point:04X}) at position {place:,}. Remove it and save the file again."
        trouble = Trouble("control-character", message, position=place, line=line)
        found.add(replace(trouble, code="not-valid-text") if invalid else trouble)
        if len(found) == MOST:
            break
    done = found.done()
    if len(found) < MOST:
        return done if len(found) else None
    rest = text[counted + 1 :].encode("ascii", errors="replace")
    return replace(done, more=len(rest) - len(rest.translate(None, _CONTROL_BYTES)))


def _separator(text: str) -> str:
    """The separator that cuts the first lines into the most equal rows."""
    lines = [line for line in _QUOTED.sub("", text[:65_536]).splitlines()[:20] if line.strip()]
    best, best_score = ",", (0, 0)
    for mark in SEPARATORS:
        counts = [line.count(mark) for line in lines]
        if counts and counts[0]:
            score = (sum(1 for count in counts if count == counts[0]), counts[0])
            if score > best_score:
                best, best_score = mark, score
    return best


def _records(text: str, separator: str, limits: Limits, odd: list[Note]) -> Iterator[RawRow]:
    stream = io.StringIO(text, newline="")
    reader = csv.reader(stream, delimiter=separator, strict=True, skipinitialspace=True)
    header: list[str] = []
    while True:
        offset, line = stream.tell(), reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise _Stopped(_quote_trouble(text, offset, line, separator, header, limits)) from None
        if reader.line_num > line and header and _merges_lines(cells, header, separator):
            index = next(i for i, cell in enumerate(cells) if "\n" in cell or "\r" in cell)
            before = sum(cell.count("\n") for cell in cells[:index])
            raise _Stopped(_never_closed(line + before, index, header))
        if reader.line_num > line and header and (place := _two_rows(cells, header, separator)) is not None:
            message = f"Line {line:,}, column {_column(place, header)}: the cell goes over several lines and looks like"
            message += " two rows; perhaps a quotation mark is not closed. Confirm that it is one cell."
            odd.append(Note("rows-in-cell", message, confirm=True))
        if not header and any(cell.strip() for cell in cells):
            header = cells
        yield line, cells


def _merges_lines(cells: list[str], header: list[str], separator: str) -> bool:
    """A cell swallowed whole rows: the count of cells is wrong, or its inner lines have the form of rows."""
    broken = [cell for cell in cells if "\n" in cell or "\r" in cell]
    if not broken:
        return False
    if len(cells) < len(header):
        return True
    inner = [line for cell in broken for line in cell.splitlines()[1:-1]]
    rows = sum(1 for line in inner if line.count(separator) >= len(header) - 1)
    return len(header) >= 3 and len(inner) >= 2 and rows == len(inner)


def _two_rows(cells: list[str], header: list[str], separator: str) -> int | None:
    """The column of a cell whose first line would end its own row, and whose last line would begin another."""
    for place, cell in enumerate(cells if len(header) >= 3 else []):
        lines = cell.splitlines()
        begins = len(lines) > 1 and place > 0 and lines[-1].count(separator) == place
        if begins and lines[0].count(separator) == len(header) - 1 - place:
            return place
    return None


def _quote_trouble(
    text: str, offset: int, line: int, separator: str, header: list[str], limits: Limits
) -> Trouble:
    """Walk the one record that could not be read, cell by cell, and say what is wrong with it."""
    index, place = 0, offset
    while place < len(text):
        while place < len(text) and text[place] == " ":
            place += 1
        if text[place : place + 1] != '"':
            end = _end_of_plain(text, place, separator)
            if end - place > limits.cell_characters:
                return _long_cell(line, end - place, index, header, limits)
        else:
            close = _closing_quote(text, place)
            if close is None:
                return _never_closed(line, index, header)
            end, inside = close + 1, text[place + 1 : close]
            following = text[end : end + 1]
            if following not in (separator, "\n", "\r", ""):
                broken = "\n" in inside or "\r" in inside
                return _never_closed(line, index, header) if broken else _inside(line, index, header)
            if len(inside) > limits.cell_characters:
                broken = inside.count("\n") > 1
                known = _never_closed(line, index, header)
                return known if broken else _long_cell(line, len(inside), index, header, limits)
            line += inside.count("\n")
        if text[end : end + 1] != separator:
            break
        index, place = index + 1, end + 1
    message = (
        f"Line {line}: the row cannot be read. Open the file in a spreadsheet program and save it again."
    )
    return Trouble("row-not-understood", message, line=line)


def _end_of_plain(text: str, place: int, separator: str) -> int:
    found = re.compile(f"[{re.escape(separator)}\r\n]").search(text, place)
    return found.start() if found else len(text)


def _closing_quote(text: str, opened: int) -> int | None:
    place = text.find('"', opened + 1)
    for _ in range(_MOST_DOUBLED):
        if place < 0 or text[place + 1 : place + 2] != '"':
            break
        place = text.find('"', place + 2)
    else:
        return None
    return place if place >= 0 else None


def _column(index: int, header: list[str]) -> str:
    return shown_name(header[index].strip()) if index < len(header) else str(index + 1)


def _never_closed(line: int, index: int, header: list[str]) -> Trouble:
    message = "a quotation mark is opened and never closed. Close it, or remove it."
    return Trouble("unclosed-quote", message).at(line=line, column=_column(index, header))


def _inside(line: int, index: int, header: list[str]) -> Trouble:
    message = "text follows a closing quotation mark. Write a quotation mark inside a cell twice."
    return Trouble("quote-inside-cell", message).at(line=line, column=_column(index, header))


def _long_cell(line: int, length: int, index: int, header: list[str], limits: Limits) -> Trouble:
    message = f"the cell has {length:,} characters; at most {limits.cell_characters:,} fit. Shorten it."
    return Trouble("cell-too-long", message).at(line=line, column=_column(index, header))


def with_file(troubles: Troubles, filename: str) -> Troubles:
    """The same troubles, with the name of the file they are in."""
    return replace(troubles, items=tuple(replace(item, file=filename) for item in troubles.items))
