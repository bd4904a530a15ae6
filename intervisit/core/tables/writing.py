"""Tables out: CSV and XLSX that no program runs, and that read back as they were."""

import csv
import io
import math
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from xml.sax.saxutils import escape

from intervisit.core.tables.neutral import is_live, neutral
from intervisit.core.tables.table import Limits

Cell = str | int | float | Decimal | bool | date | datetime | None

# Styles of a written workbook, by their place in `cellXfs`.
_GENERAL, _TEXT, _LIVE_TEXT, _DATE, _MOMENT = range(5)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with a byte-order mark, commas, every text in quotation marks, live text behind an apostrophe.

    Numbers stay numbers, negative ones too; dates are `2027-03-14`; None is an empty cell.
    """
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([_plain(name) for name in header])
    for row in rows:
        writer.writerow([_plain(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig", errors="replace")


def write_xlsx(header: Sequence[str], rows: Iterable[Sequence[Cell]], *, sheet: str = "Table") -> bytes:
    """A workbook of one sheet; texts are text cells: codes keep their zeros and nothing is a formula."""
    members = [(name, text.encode()) for name, text in _frame(sheet)]
    body = "".join(_sheet(header, rows)).encode("utf-8", errors="replace")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in (*members, ("xl/worksheets/sheet1.xml", body)):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))  # the same table gives the same bytes
            dense = len(content) > Limits().ratio // 2 * len(zlib.compress(content, 1))
            # What shrinks too well would be taken for a bomb when it is read back.
            info.compress_type = zipfile.ZIP_STORED if dense else zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return out.getvalue()


def _plain(cell: Cell) -> str | int | float | Decimal:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        return neutral(cell)
    return cell if math.isfinite(cell) else ""


def _sheet(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{_MAIN}"><sheetViews>'
    yield '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView>'
    yield "</sheetViews><sheetData>"
    yield _row(1, header)
    for number, row in enumerate(rows, start=2):
        yield _row(number, row)
    yield "</sheetData></worksheet>"


def _row(number: int, cells: Sequence[Cell]) -> str:
    written = (_cell(f"{_letters(place)}{number}", cell) for place, cell in enumerate(cells))
    return f'<row r="{number}">{"".join(written)}</row>'


def _letters(place: int) -> str:
    letters, rest = "", place + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


def _cell(reference: str, cell: Cell) -> str:
    if isinstance(cell, bool):
        cell = "yes" if cell else "no"
    if isinstance(cell, datetime) and cell.tzinfo is not None:
        cell = cell.isoformat(sep=" ", timespec="minutes")
    if isinstance(cell, date):
        moment = isinstance(cell, datetime)
        return f'<c r="{reference}" s="{_MOMENT if moment else _DATE}"><v>{_serial(cell)}</v></c>'
    if isinstance(cell, str):
        if not cell:
            return ""
        style = _LIVE_TEXT if is_live(cell) else _TEXT
        text = escape(_SURROGATE.sub("\ufffd", _FORBIDDEN.sub(_escaped, cell)))
        return f'<c r="{reference}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    if cell is None or not math.isfinite(cell):
        return ""
    return f'<c r="{reference}"><v>{cell}</v></c>'


def _escaped(match: re.Match[str]) -> str:
    return f"_x{ord(match.group()):04X}_"


def _serial(day: date) -> str:
    whole = day.toordinal() - date(1899, 12, 30).toordinal()
    if not isinstance(day, datetime):
        return str(whole)
    return f"{whole + (day.hour * 60 + day.minute) / 1440:.10f}"


def _frame(sheet: str) -> Iterator[tuple[str, str]]:
    """The members of a workbook that are the same for every table."""
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    name = escape(_SURROGATE.sub("", _SHEET_NAME.sub(" ", sheet)).strip()[:31] or "Table", {'"': "&quot;"})
    overrides = "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="{kinds}.{kind}+xml"/>'
        for part, kind in (
            ("workbook", "sheet.main"),
            ("worksheets/sheet1", "worksheet"),
            ("styles", "styles"),
        )
    )
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    yield (
        "[Content_Types].xml",
        (
            f'{head}<Types xmlns="{_PACKAGE}/content-types">'
            f'<Default Extension="rels" ContentType="{relations}"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
        ),
    )
    yield "_rels/.rels", head + _relations(("officeDocument", "xl/workbook.xml"))
    yield (
        "xl/workbook.xml",
        (
            f'{head}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            f'<sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        head + _relations(("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")),
    )
    formats = ("0", "49", "49", "164", "165")
    xfs = "".join(
        f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"'
        f"{' quotePrefix=' + chr(34) + '1' + chr(34) if place == _LIVE_TEXT else ''}/>"
        for place, number in enumerate(formats)
    )
    yield (
        "xl/styles.xml",
        (
            f'{head}<styleSheet xmlns="{_MAIN}">'
            '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy-mm-dd"/>'
            '<numFmt numFmtId="165" formatCode="yyyy-mm-dd hh:mm"/></numFmts><fonts count="1"><font/></fonts>'
            '<fills count="2"><fill><patternFill patternType="none"/></fill>'
            '<fill><patternFill patternType="gray125"/>'
            '</fill></fills><borders count="1"><border/></borders>'
            '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
            f'<cellXfs count="{len(formats)}">{xfs}</cellXfs>'
            '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
        ),
    )


def _relations(*targets: tuple[str, str]) -> str:
    entries = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{entries}</Relationships>'
