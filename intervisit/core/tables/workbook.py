"""XLSX workbooks: judged by their directory, then one sheet is read as a stream, values only."""

import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO
from xml.parsers import expat

from intervisit.core.tables.archive import Archive, check_archive
from intervisit.core.tables.shape import RawRow, Shaped, shape, too_many_rows
from intervisit.core.tables.sheets import Refused, line_beyond, shared_strings, sheet_rows, styles, walk
from intervisit.core.tables.table import Limits, Note, Table
from intervisit.core.text import Trouble, Troubles, shown

# What the standard library's readers raise on damaged members.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    KeyError,
    IndexError,
    OverflowError,
)


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    member: str
    hidden: bool


def read_workbook(data: bytes, *, limits: Limits, sheet: str | None = None) -> Table | Troubles:
    """The first visible sheet with anything in it, or the one named; other sheets are named in a note."""
    archive = check_archive(data, limits=limits)
    if isinstance(archive, Trouble):
        return Troubles((archive,))
    try:
        return _read(archive, limits, sheet)
    except Refused as refused:
        return Troubles((refused.trouble,))
    except DAMAGE:
        return Troubles((_broken("a part of it cannot be read"),))


def _read(archive: Archive, limits: Limits, wanted: str | None) -> Table | Troubles:
    book = _main_part(archive)
    if book is None:
        return Troubles((_broken("it is an archive, but not a workbook"),))
    sheets, since_1904 = _sheets(archive, book)
    visible = [sheet for sheet in sheets if not sheet.hidden]
    if wanted is not None:
        visible = [sheet for sheet in sheets if sheet.name == wanted]
    if not visible:
        names = ", ".join(shown(sheet.name) for sheet in sheets[:5]) or "none"
        return Troubles((Trouble("no-such-sheet", f"There is no such sheet. The sheets are: {names}."),))
    folder = posixpath.dirname(book)
    strings = _part(archive, f"{folder}/sharedStrings.xml", lambda part: shared_strings(part, limits))
    formats = _part(archive, f"{folder}/styles.xml", styles)
    shaped: Shaped | Troubles = Troubles()
    for sheet in visible:
        with archive.file.open(sheet.member) as stream:
            line = line_beyond(stream, limits.rows)
        if line:
            return Troubles((too_many_rows(line, limits),))
        with archive.file.open(sheet.member) as stream:
            rows = sheet_rows(stream, strings, formats, since_1904, limits)
            shaped = shape(_checked(rows), limits=limits, pad=True)
        if isinstance(shaped, Shaped):
            return _table(shaped, sheet, sheets)
        if shaped.codes != ("empty-file",):
            break
    return shaped if isinstance(shaped, Troubles) else Troubles()


def _table(shaped: Shaped, sheet: Sheet, sheets: list[Sheet]) -> Table:
    notes: tuple[Note, ...] = ()
    others = [shown(other.name) for other in sheets if other != sheet]
    if others:
        more = f" and {len(others) - 5} more" if len(others) > 5 else ""
        message = f"The sheet {shown(sheet.name)} was read; not read: {', '.join(others[:5])}{more}."
        notes = (Note("other-sheets", message, confirm=True),)
    return Table(shaped.header, shaped.rows, shaped.line, "utf-8", "", sheet.name, notes)


def _checked(rows: Iterator[RawRow]) -> Iterator[RawRow]:
    """Characters that XML forbids but a workbook can escape are refused like in a CSV file."""
    for line, cells in rows:
        for cell in cells:
            if not cell.isprintable() and any(c < " " and c not in "\t\n\r" for c in cell):
                point = next(ord(c) for c in cell if c < " " and c not in "\t\n\r")
                message = (
                    f"Line {line:,}: a control character (U+{point:04X}). Remove it and save the file again."
                )
                raise Refused(Trouble("control-character", message, line=line))
            if not cell.isascii() and any("\ud800" <= c <= "\udfff" for c in cell):
                message = f"Line {line:,}: a character that is not valid text. Type the cell again."
                raise Refused(Trouble("not-valid-text", message, line=line))
        yield line, cells


def _main_part(archive: Archive) -> str | None:
    targets = _relations(archive, "_rels/.rels")
    for kind, target in targets.values():
        if kind.endswith("/officeDocument"):
            found = posixpath.normpath(target.lstrip("/"))
            return found if found in archive.names else None
    return None


def _relations(archive: Archive, member: str) -> dict[str, tuple[str, str]]:
    """Relation id → (type, target); targets outside the file are left out."""
    found: dict[str, tuple[str, str]] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            found[attributes.get("Id", "")] = (attributes.get("Type", ""), attributes.get("Target", ""))

    if member in archive.names:
        with archive.file.open(member) as stream:
            for _ in walk(stream, start, lambda *_: None, frozenset()):
                pass
    return found


def _sheets(archive: Archive, book: str) -> tuple[list[Sheet], bool]:
    folder = posixpath.dirname(book)
    relations = _relations(archive, f"{folder}/_rels/{posixpath.basename(book)}.rels".lstrip("/"))
    sheets: list[Sheet] = []
    since_1904 = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal since_1904
        if name == "workbookPr":
            since_1904 = attributes.get("date1904", "0") in ("1", "true")
        elif name == "sheet":
            relation = next(
                (value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), ""
            )
            kind, target = relations.get(relation, ("", ""))
            path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            member = posixpath.normpath(path)
            if kind.endswith("/worksheet") and member in archive.names:
                hidden = attributes.get("state", "visible") != "visible"
                sheets.append(Sheet(attributes.get("name", ""), member, hidden))

    with archive.file.open(book) as stream:
        for _ in walk(stream, start, lambda *_: None, frozenset()):
            pass
    return sheets, since_1904


def _part(archive: Archive, member: str, read: Callable[[IO[bytes]], list[str]]) -> list[str]:
    if member not in archive.names:
        return []
    with archive.file.open(member) as stream:
        return read(stream)


def _broken(why: str) -> Trouble:
    return Trouble(
        "broken-archive", f"The workbook cannot be opened: {why}. Save it again, or save it as CSV."
    )
