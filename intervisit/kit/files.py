"""Files that people give: known by their content, checked and cleaned in a child process, kept out of any web folder.

A file is taken whole or refused with a reason. What it says about its author, device and place is removed before it
is kept (trust.md 2.6); what it holds is never run, and it is only ever handed out as a download.
"""

import hashlib
import json
import unicodedata
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from urllib.parse import quote

from intervisit.core.text import BadValue, Trouble, Troubles, clean
from intervisit.kit.parsing import in_child

MOST_BYTES = 10_000_000  # of one file; a whole request may have 25 MB
_SECONDS, _MEGABYTES = 12, 768
_NAME = 120  # characters


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file that is taken."""

    key: str
    label: str
    mime: str
    endings: tuple[str, ...]  # the first is given to what is kept


KINDS: dict[str, Kind] = {
    k.key: k
    for k in (
        Kind("pdf", "PDF", "application/pdf", (".pdf",)),
        Kind("docx", "Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",)),
        Kind("xlsx", "Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",)),
        Kind("pptx", "PowerPoint", "application/vnd.openxmlformats-officedocument.presentationml.presentation",
             (".pptx",)),
        Kind("jpeg", "picture", "image/jpeg", (".jpg", ".jpeg")),
        Kind("png", "picture", "image/png", (".png",)),
        Kind("text", "text", "text/plain; charset=utf-8", (".txt",)),
    )
}  # fmt: skip
ACCEPT = ",".join(ending for kind in KINDS.values() for ending in kind.endings)
TAKEN = "PDF, Word, Excel, PowerPoint, JPEG, PNG or plain text"


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that may be kept: its safe name, its kind by content, its bytes without their author."""

    name: str
    kind: str
    data: bytes
    removed: tuple[str, ...]  # what was taken out, for the person who gave it

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def take(name: str, data: bytes, *, most_bytes: int = MOST_BYTES) -> Taken | Troubles:
    """The file as it may be kept, or everything that is wrong with it. Never raises for any content.

    Codes: control-character, invisible-character, not-valid-text, too-long (its name), file-empty, file-too-large,
    unknown-file-type, type-mismatch, encrypted-file, active-content, broken-file, too-many-pixels, too-many-pages,
    xml-doctype, the codes of `core.tables.archive`, and took-too-long, too-much-memory, parser-failed.
    """
    try:
        plain = file_name(name)
    except BadValue as error:
        return Troubles(error.troubles)
    if not data:
        return _one("file-empty", "The file is empty. Choose it again.", plain)
    if len(data) > most_bytes:
        said = f"The file has {len(data) / 1e6:,.1f} MB; at most {most_bytes / 1e6:,.0f} MB are taken. Make it smaller."
        return _one("file-too-large", said, plain)
    request = json.dumps({"ending": PurePosixPath(plain).suffix.lower()}).encode() + b"\n" + data
    answer = in_child("intervisit.kit.files_inside", request, seconds=_SECONDS, megabytes=_MEGABYTES)
    if isinstance(answer, Trouble):
        return Troubles((replace(answer, message=_said(answer), file=plain),))
    first, _, kept = answer.partition(b"\n")
    found = json.loads(first)
    if "code" in found:
        return _one(found["code"], found["message"], plain)
    return Taken(_with_ending(plain, found["kind"]), found["kind"], kept, tuple(found["removed"]))


def _one(code: str, message: str, name: str) -> Troubles:
    return Troubles((Trouble(code, message, file=name),))


def _said(trouble: Trouble) -> str:
    if trouble.code == "parser-failed":
        return "The file could not be read. Open it and save it again, as PDF if you can."
    return trouble.message.replace("save it as CSV", "save it as PDF")


def file_name(name: str) -> str:
    """The name of a file without its folders, in one form. Raises BadValue for what is not text or not seen (B12)."""
    last = PurePosixPath(unicodedata.normalize("NFC", name.replace("\\", "/"))).name
    text = clean(last, field="file", max_length=240, kind="name", label="name of the file") or "file"
    safe = "".join(c if c.isalnum() or c in " ._-()+,&'’" else "_" for c in text).strip(" .")
    stem, dot, ending = safe.rpartition(".")
    if dot and len(ending) <= 5:
        return f"{stem[: _NAME - 6].rstrip()}.{ending}" if stem else f"file.{ending}"
    return safe[:_NAME] or "file"


def _with_ending(name: str, kind: str) -> str:
    """The name with the ending that its content has: what a computer opens it by must be what it is."""
    known = KINDS[kind].endings
    return name if name.lower().endswith(known) else f"{name}{known[0]}"


def download_headers(kind: str) -> dict[str, str]:
    """Headers under which a file is handed out, beside its disposition: nothing in it runs in our place."""
    return {
        "Content-Type": KINDS[kind].mime,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store, private",
    }


def disposition(name: str) -> str:
    """`attachment`, with the name for old and new browsers."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name) or "file"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"


def size_words(size: int) -> str:
    """`1.4 MB`, `310 KB`."""
    return f"{size / 1e6:,.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000)):,} KB"
