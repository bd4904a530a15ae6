"""The parts of a workbook as streams of events: strings, styles, the cells of one sheet. Nothing is executed.

Source: ECMA-376 part 1, 18.3 (sheets), 18.4 (shared strings), 18.8 (styles). Element names are compared
without their namespace, since the strict and the transitional form of the standard differ only in it.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import IO
from xml.parsers import expat

from intervisit.core.tables.shape import RawRow
from intervisit.core.tables.table import Limits
from intervisit.core.text import Trouble

CHUNK = 65_536

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_PLACE = re.compile("([A-Z]{1,3})([0-9]{1,7})")
_ROW_NUMBER = re.compile(rb'[^>]{0,200}? r="([0-9]{1,7})"')
_WHOLE = re.compile("-?[0-9]{1,15}")
_BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_BUILT_IN_PERCENT = frozenset((9, 10))
_QUOTED_PART = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')


class Refused(Exception):
    """Stops a parser in the middle; carries the trouble."""

    def __init__(self, trouble: Trouble) -> None:
        self.trouble = trouble


def walk(
    stream: IO[bytes],
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str, str], None],
    text_of: frozenset[str],
) -> Iterator[None]:
    """Feed a member to `start(name, attributes)` and `end(name, text)`; text only of elements in `text_of`.

    Yields after every chunk, so that the caller can take what is ready. Refuses a document type definition.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    collected: list[str] = []
    wanted: list[bool] = []

    def started(name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        wanted.append(local in text_of)
        if wanted[-1]:
            collected.clear()
        start(local, attributes)

    def ended(name: str) -> None:
        local = name.rpartition(":")[2]
        text = "".join(collected) if wanted.pop() else ""
        end(local, text)

    def characters(text: str) -> None:
        if wanted and wanted[-1]:
            collected.append(text)

    parser.StartElementHandler = started
    parser.EndElementHandler = ended
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = _refuse_doctype
    while chunk := stream.read(CHUNK):
        parser.Parse(chunk, False)
        yield
    parser.Parse(b"", True)
    yield


def shared_strings(stream: IO[bytes], limits: Limits) -> list[str]:
    """The strings that cells point to, by number; phonetic hints are left out."""
    strings: list[str] = []
    parts: list[str] = []
    hints = 0

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal hints
        if name == "si":
            parts.clear()
        elif name == "rPh":
            hints += 1

    def end(name: str, text: str) -> None:
        nonlocal hints
        if name == "t" and not hints:
            parts.append(text)
        elif name == "rPh":
            hints -= 1
        elif name == "si":
            strings.append(unescaped("".join(parts)))
            if len(strings) > limits.cells:
                message = f"The workbook has more than {limits.cells:,} different texts; split it."
                raise Refused(Trouble("table-too-large", message))

    for _ in walk(stream, start, end, frozenset({"t"})):
        pass
    return strings


def styles(stream: IO[bytes]) -> list[str]:
    """For each cell style, how its numbers show: `date`, `percent`, `zeros4` (padded to 4) or nothing."""
    own: dict[str, str] = {}
    shown: list[str] = []
    inside = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if name == "numFmt":
            own[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            inside = True
        elif name == "xf" and inside:
            shown.append(_shows(attributes.get("numFmtId", "0"), own))

    def end(name: str, _: str) -> None:
        nonlocal inside
        inside = inside and name != "cellXfs"

    for _ in walk(stream, start, end, frozenset()):
        pass
    return shown


def _shows(number: str, own: dict[str, str]) -> str:
    if number in own:
        code = _QUOTED_PART.sub("", own[number][:200].partition(";")[0])
        if re.fullmatch("0{2,15}", code):
            return f"zeros{len(code)}"
        if "%" in code:
            return "percent"
        return "date" if re.search("[dmyhs]", code.lower()) and "general" not in code.lower() else ""
    built_in = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
    if built_in in _BUILT_IN_DATES:
        return "date"
    return "percent" if built_in in _BUILT_IN_PERCENT else ""


def sheet_rows(
    stream: IO[bytes], strings: list[str], formats: list[str], since_1904: bool, limits: Limits
) -> Iterator[RawRow]:
    """The rows of a sheet as (row number, cells as text); rows and cells that are not there are left out."""
    ready: list[RawRow] = []
    cells: list[str] = []
    parts: list[str] = []
    row, column, kind, style, value = 0, 0, "", "", ""

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, kind, style, value
        if name == "c":
            kind, style, value = attributes.get("t", "n"), attributes.get("s", ""), ""
            column = _column(attributes.get("r", ""), column, row, limits)
            parts.clear()
        elif name == "row":
            given = attributes.get("r", "")
            row = int(given) if given.isascii() and given.isdigit() and len(given) < 8 else row + 1
            column = 0
            cells.clear()

    def end(name: str, text: str) -> None:
        nonlocal column, value
        if name == "v":
            value = text
        elif name == "t":
            parts.append(text)
        elif name == "c":
            if value or parts:
                cells.extend([""] * (column - len(cells)))
                style_number = int(style) if style.isascii() and style.isdigit() and len(style) < 7 else -1
                shows = formats[style_number] if 0 <= style_number < len(formats) else ""
                cells.append(_text(kind, value, parts, strings, shows, since_1904))
            column += 1
        elif name == "row" and cells:
            ready.append((row, cells.copy()))

    for _ in walk(stream, start, end, frozenset({"v", "t"})):
        yield from ready
        ready.clear()


def line_beyond(stream: IO[bytes], most: int) -> int:
    """The row number of the first row with a value beyond `most` and a header, or 0.

    Counts marks in the bytes, without parsing: a sheet far too long is refused before its cells are read. Sheets
    that write their elements in an unusual way are not counted here but while they are read.
    """
    rest, rows = b"", 0
    while chunk := stream.read(1 << 20):
        *whole, rest = (rest + chunk).split(b"<row")
        for piece in whole:
            rows += b"<v" in piece or b"<is" in piece
            if rows > most + 1:
                number = _ROW_NUMBER.match(piece)
                return int(number[1]) if number else rows
        if len(rest) > 4 << 20:
            return 0
    return 0


def _column(reference: str, following: int, row: int, limits: Limits) -> int:
    place = _PLACE.fullmatch(reference)
    column = following
    if place:
        column = 0
        for letter in place[1]:
            column = column * 26 + ord(letter) - 64
        column -= 1
    if column >= limits.columns:
        message = f"Line {row:,}: more than {limits.columns} columns. At most so many are read: delete some."
        raise Refused(Trouble("too-many-columns", message, line=row))
    return max(column, following)


def _text(kind: str, value: str, parts: list[str], strings: list[str], shows: str, since_1904: bool) -> str:
    if kind == "s":
        index = int(value) if value.isascii() and value.isdigit() and len(value) < 9 else -1
        if not 0 <= index < len(strings):
            raise Refused(
                Trouble("broken-archive", "The workbook points to a text that is not in it. Save it again.")
            )
        return strings[index]
    if kind == "inlineStr":
        return unescaped("".join(parts))
    if kind == "b":
        return "TRUE" if value.strip() == "1" else "FALSE"
    if kind in ("str", "e", "d"):
        return unescaped(value)
    return number_text(value.strip(), shows, since_1904)


def number_text(raw: str, shows: str = "", since_1904: bool = False) -> str:
    """A stored number as its cell shows it: dates as `2017-05-03`, percent with its sign, padding kept."""
    whole = _WHOLE.fullmatch(raw) is not None
    if whole and not shows:
        return raw
    try:
        number = float(raw)
    except ValueError:
        return raw
    if shows == "date":
        return _date_text(number, since_1904) or raw
    if shows.startswith("zeros") and whole:
        return raw.zfill(int(shows.removeprefix("zeros")))
    if shows == "percent":
        return f"{number * 100:.13g}%"
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.15g}".upper()


def _date_text(serial: float, since_1904: bool) -> str | None:
    if not 0 <= serial < 2_958_466:  # 31 December 9999
        return None
    if serial < 1:
        minutes = round(serial * 1440)
        return f"{minutes // 60 % 24:02}:{minutes % 60:02}"
    # Day 60 of the 1900 system is a 29 February that never was.
    start = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30 if serial >= 60 else 31)  # noqa: DTZ001
    moment = start + timedelta(minutes=round(serial * 1440)) if serial < 2_900_000 else None
    if moment is None:
        return None
    exact = moment.hour or moment.minute
    return moment.strftime("%Y-%m-%d %H:%M" if exact else "%Y-%m-%d")


def unescaped(text: str) -> str:
    """`_x000D_` and its kin back into characters."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def _refuse_doctype(*_: object) -> None:
    message = "The file contains a document type definition, which workbooks do not need. Save it again."
    raise Refused(Trouble("xml-doctype", message))
