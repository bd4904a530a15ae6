"""A file's bytes, whatever kind of table they are, into a table or into all that is wrong with them."""

from intervisit.core.tables.archive import OLE, ZIP
from intervisit.core.tables.delimited import SEPARATORS, read_delimited, with_file
from intervisit.core.tables.table import Limits, Table
from intervisit.core.tables.workbook import read_workbook
from intervisit.core.text import Trouble, Troubles, shown

_OTHER_KINDS = (
    (b"%PDF", "a PDF"),
    (b"{\\rtf", "a text document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x1f\x8b", "a packed file"),
    (b"7z\xbc\xaf", "a packed file"),
    (b"Rar!", "a packed file"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML file"),
)


def read_table(
    data: bytes,
    filename: str,
    *,
    limits: Limits | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
) -> Table | Troubles:
    """Read a CSV file or an XLSX workbook. The kind is told by the bytes; `filename` is only for messages.

    `encoding` (`utf-8`, `utf-16`, `cp1252`), `delimiter` and `sheet` are what a person has confirmed; without
    them they are recognised, and what is not plain is a note with `confirm`. Never raises; every trouble
    carries the file's name, and its line where there is one. Codes: docs/reference/error-codes.md.
    """
    bounds = limits or Limits()
    read = _read(data, bounds, encoding, delimiter, sheet)
    return with_file(read, filename) if isinstance(read, Troubles) else read


def _read(
    data: bytes, limits: Limits, encoding: str | None, delimiter: str | None, sheet: str | None
) -> Table | Troubles:
    if len(data) > limits.file_bytes:
        size, most = len(data) / 1e6, limits.file_bytes / 1e6
        message = f"The file has {size:,.1f} MB; at most {most:,.0f} MB are read. Split it."
        return Troubles((Trouble("file-too-large", message),))
    if not data.strip(b"\x00 \t\r\n"):
        return Troubles((Trouble("empty-file", "The file is empty. Choose a file with a header and rows."),))
    if data.startswith(ZIP):
        return read_workbook(data, limits=limits, sheet=sheet)
    kind = _other_kind(data)
    if kind:
        message = f"This is {kind}, not a table. Save the table as CSV or as .xlsx."
        return Troubles((Trouble("wrong-kind-of-file", message),))
    if delimiter is not None and delimiter not in SEPARATORS:
        message = f"The separator {shown(delimiter)} is not known. Use a comma, a semicolon or a tab."
        return Troubles((Trouble("unknown-separator", message),))
    return read_delimited(data, limits=limits, encoding=encoding, delimiter=delimiter)


def _other_kind(data: bytes) -> str:
    if data.startswith(OLE):
        # Both kinds are containers of one format; the name of the stream tells them apart.
        encrypted = "EncryptedPackage".encode("utf-16-le") in data[:1_000_000]
        return "a workbook with a password" if encrypted else "a workbook of the old kind (.xls)"
    start = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    return next((name for mark, name in _OTHER_KINDS if start.lower().startswith(mark.lower())), "")
