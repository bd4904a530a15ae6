"""`python -m intervisit.kit.files_inside`: look into one file under limits, and give it back without its author.

The first line of the input is a JSON object (ending), then the file. The answer is a JSON line, {kind, removed} or
{code, message}, then the file to keep. `kit.files` starts this through `kit.parsing` and is its only caller.
"""

import io
import json
import re
import sys
import warnings
import zipfile
from collections.abc import Callable
from typing import Any

from intervisit.core.tables.archive import OLE, ZIP, check_archive
from intervisit.core.tables.table import Limits
from intervisit.core.text import BadValue, Trouble, clean

MOST_PIXELS = {"jpeg": 60_000_000, "png": 25_000_000}
LONGEST_SIDE = 4000  # pixels: larger pictures are made smaller, as paper and screens show no more
MOST_PAGES = 200
_TAKEN = "PDF, Word, Excel, PowerPoint, JPEG, PNG or plain text"
_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_ENDINGS = {
    ".pdf": "pdf", ".docx": "docx", ".xlsx": "xlsx", ".pptx": "pptx", ".jpg": "jpeg", ".jpeg": "jpeg", ".png": "png",
    ".txt": "text",
}  # fmt: skip


class NotTaken(Exception):
    """A reason to refuse."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code, self.message = code, message


def main(request: bytes) -> bytes:
    """The answer to one request."""
    first, _, data = request.partition(b"\n")
    try:
        kind = kind_of(data)
        claimed = _ENDINGS.get(json.loads(first)["ending"])
        if claimed is not None and claimed != kind:
            said = f"The name ends like {_called(claimed)}, but the file is {_called(kind)}."
            raise NotTaken("type-mismatch", f"{said} Save it again as what it is.")
        kept, removed = _CLEAN[kind](data)
    except NotTaken as no:
        return json.dumps({"code": no.code, "message": no.message}).encode() + b"\n"
    return json.dumps({"kind": kind, "removed": removed}).encode() + b"\n" + kept


def _called(kind: str) -> str:
    return {"pdf": "a PDF", "jpeg": "a JPEG picture", "png": "a PNG picture", "text": "plain text",
            "docx": "a Word file", "xlsx": "an Excel file", "pptx": "a PowerPoint file"}[kind]  # fmt: skip


def kind_of(data: bytes) -> str:
    """What a file is, by its first bytes and, of an archive, its directory; its name is not asked."""
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(OLE):
        raise NotTaken(
            "encrypted-file", "This is an old Office file, or one with a password. Save it as PDF."
        )
    if data.startswith(ZIP):
        return _office_kind(_archive(data).namelist())
    return _text_kind(data)


def _text_kind(data: bytes) -> str:
    known = b"\x00" in data[:4096] or data[:2] in (b"MZ", b"#!") or data.lstrip()[:1] == b"<"
    try:
        clean("" if known else data.decode("utf-8-sig"), field="file", max_length=10_000_000, kind="long")
    except (UnicodeDecodeError, BadValue):
        known = True
    if known:
        raise NotTaken("unknown-file-type", f"Files of this kind are not taken. Save it as {_TAKEN}.")
    return "text"


def _archive(data: bytes) -> zipfile.ZipFile:
    found = check_archive(data, limits=Limits(unpacked_bytes=80_000_000))
    if isinstance(found, Trouble):
        raise NotTaken(found.code, found.message.replace("save the sheet as CSV", "save it as PDF"))
    return found.file


def _office_kind(names: list[str]) -> str:
    for part, kind in _PARTS.items():
        if part in names:
            return kind
    raise NotTaken("unknown-file-type", f"This archive is no Office file. Save what is in it as {_TAKEN}.")


# ------------------------------------------------------------------ pictures


def _picture(data: bytes, kind: str) -> tuple[bytes, list[str]]:
    from PIL import Image, ImageOps  # noqa: PLC0415 - only where a picture is given

    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None  # we count them ourselves, before a pixel is unpacked
    try:
        with Image.open(io.BytesIO(data), formats=[kind.upper()]) as opened:
            pixels = opened.width * opened.height
            if pixels > MOST_PIXELS[kind]:
                most = MOST_PIXELS[kind] // 10**6
                said = f"The picture has {pixels / 1e6:,.0f} million pixels; at most {most} are taken."
                raise NotTaken("too-many-pixels", f"{said} Make it smaller.")
            removed = _said_by(opened)
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is unpacked no larger than it is kept
            turned = ImageOps.exif_transpose(opened)
            turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            return _repacked(turned, kind), removed
    except NotTaken:
        raise
    except MemoryError:
        raise
    except Exception:  # whatever a decoder stumbles over
        raise NotTaken(
            "broken-file", "The picture cannot be opened. Save it again and upload it once more."
        ) from None


def _said_by(opened: Any) -> list[str]:
    found = ["what the camera noted"] if dict(opened.getexif()) else []
    info = getattr(opened, "info", {})
    if any(key in info for key in ("xmp", "comment", "Author", "XML:com.adobe.xmp", "photoshop")):
        found.append("notes inside the picture")
    return found


def _repacked(picture: object, kind: str) -> bytes:
    """Only the pixels: no camera, place, time, profile or comment comes along."""
    from PIL import Image  # noqa: PLC0415

    assert isinstance(picture, Image.Image)
    mode = (
        "RGB"
        if kind == "jpeg"
        else ("RGBA" if "A" in picture.mode or "transparency" in picture.info else "RGB")
    )
    bare = Image.new(mode, picture.size)
    bare.paste(picture.convert(mode))
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=88) if kind == "jpeg" else bare.save(out, "PNG")
    return out.getvalue()


# ------------------------------------------------------------------ PDF

_RUNS = ("/JavaScript", "/JS", "/Launch", "/RichMedia", "/EmbeddedFile")


def _pdf(data: bytes) -> tuple[bytes, list[str]]:
    from pypdf import PdfReader, PdfWriter  # noqa: PLC0415 - only where a PDF is given

    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise NotTaken("encrypted-file", "The PDF has a password. Save it without one.")
        if len(reader.pages) > MOST_PAGES:
            said = f"The PDF has {len(reader.pages):,} pages; at most {MOST_PAGES} are taken."
            raise NotTaken("too-many-pages", f"{said} Upload the part that matters.")
        told = set(reader.metadata or ())
        said_by = told & {"/Author", "/Creator", "/Title", "/Subject", "/Keywords"}
        writer = PdfWriter()
        for page in reader.pages:
            _still(page)
            writer.add_page(page)
        writer.metadata = None
        out = io.BytesIO()
        writer.write(out)
    except NotTaken:
        raise
    except (MemoryError, RecursionError):
        raise MemoryError from None
    except Exception:  # whatever a parser stumbles over
        raise NotTaken("broken-file", "The PDF cannot be opened. Save or print it as PDF again.") from None
    kept = out.getvalue()
    if any(word.encode() in kept for word in _RUNS):
        raise NotTaken(
            "active-content", "The PDF holds a program or another file. Print it as PDF and upload that."
        )
    return kept, ["who wrote it, with which program, its title"] if said_by else []


def _still(page: Any) -> None:
    """A page without what would run or tell: only pages are copied, so actions of the document stay behind."""
    for name in ("/AA", "/Metadata", "/PieceInfo", "/LastModified"):
        if name in page:
            del page[name]
    for note in page.get("/Annots") or []:
        found = note.get_object()
        for name in ("/A", "/AA", "/T", "/M", "/CreationDate", "/NM"):
            action = found.get(name)
            plain_link = name == "/A" and action is not None and action.get_object().get("/S") == "/URI"
            if action is not None and not plain_link:
                del found[name]


# ------------------------------------------------------------------ Office

_EMPTY_CORE = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><cp:coreProperties '
    b'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)
_EMPTY_APP = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
)
_EMPTY_OWN = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>'
)
_EMPTIED = {
    "docProps/core.xml": _EMPTY_CORE,
    "docProps/app.xml": _EMPTY_APP,
    "docProps/custom.xml": _EMPTY_OWN,
}
_AUTHOR = re.compile(
    rb"\b((?:w:author|w:initials|w15:author|w15:userId|displayName|userId|initials|lastModifiedBy|userName)"
    rb'\s*=\s*)"[^"]*"'
)
_AUTHOR_TEXT = re.compile(rb"<author>[^<]*</author>")
_TEMPLATE = re.compile(
    rb'(<Relationship [^>]*attachedTemplate"[^>]*Target=)"[^"]*"|(Target=)"[^"]*"(?=[^>]*attachedTemplate)'
)


def _office(data: bytes) -> tuple[bytes, list[str]]:
    archive = _archive(data)
    if any(name.lower().endswith(("vbaproject.bin", ".exe", ".dll", ".js", ".vbs")) or "/activex/" in name.lower()
           for name in archive.namelist()):  # fmt: skip
        raise NotTaken(
            "active-content", "The file holds a program (macros). Save it without macros, or as PDF."
        )
    out, removed = io.BytesIO(), False
    try:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
            for member in archive.infolist():
                if member.is_dir():
                    continue
                body = _member(member.filename, archive.read(member))
                removed = removed or member.filename in _EMPTIED
                # A date of its own for every member would tell when it was written.
                written.writestr(
                    zipfile.ZipInfo(member.filename, (1980, 1, 1, 0, 0, 0)), body, zipfile.ZIP_DEFLATED
                )
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError):
        raise NotTaken("broken-file", "The file cannot be opened. Open it and save it again.") from None
    return out.getvalue(), ["who wrote it, for which organization, its title"] if removed else []


def _member(name: str, body: bytes) -> bytes:
    if name in _EMPTIED:
        return _EMPTIED[name]
    if not name.lower().endswith((".xml", ".rels", ".vml")):
        return body
    if b"<!DOCTYPE" in body.replace(b"\x00", b"")[:100_000].upper():
        said = "The file contains a document type definition, which Office files do not need. Save it again."
        raise NotTaken("xml-doctype", said)
    body = _AUTHOR.sub(rb'\1"Somebody"', body)
    body = _AUTHOR_TEXT.sub(b"<author>Somebody</author>", body)
    return (
        _TEMPLATE.sub(lambda m: (m[1] or m[2]) + b'"Normal.dotm"', body) if name.endswith(".rels") else body
    )


def _text(data: bytes) -> tuple[bytes, list[str]]:
    return data.removeprefix(b"\xef\xbb\xbf"), []


_CLEAN: dict[str, Callable[[bytes], tuple[bytes, list[str]]]] = {
    "pdf": _pdf, "docx": _office, "xlsx": _office, "pptx": _office, "text": _text,
    "jpeg": lambda data: _picture(data, "jpeg"), "png": lambda data: _picture(data, "png"),
}  # fmt: skip


if __name__ == "__main__":
    sys.stdout.buffer.write(main(sys.stdin.buffer.read()))
