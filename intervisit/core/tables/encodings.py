"""Which encoding a file's bytes are in: recognised and told, never guessed in silence."""

import codecs
import re
from dataclasses import dataclass

from intervisit.core.tables.table import Note
from intervisit.core.text import Trouble, shown

NAMES = {"utf-8": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}

# UTF-32 before UTF-16: its mark begins with the other's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MULTIBYTE = re.compile(rb"[\xc3-\xf4][\x80-\xbf]")
_HIGH = re.compile("[^\x00-\x7f]+")
_WORD_END = re.compile('[\\s,;"]')


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    encoding: str
    notes: tuple[Note, ...] = ()


def decode(data: bytes, encoding: str | None = None) -> Decoded | Trouble:
    """The text of a file, without its byte-order mark.

    `encoding`: one the person has confirmed (`utf-8`, `utf-16`, `cp1252`). Without it UTF-8 is taken; UTF-16
    and Windows-1252 are recognised and noted for confirmation; anything else is `unknown-encoding` or, where
    most of the file is UTF-8, `not-valid-text`, both with the position of the byte.
    """
    for mark, marked in _MARKS:
        if data.startswith(mark):
            body = data[len(mark) :]
            return _decoded(body, marked, len(mark)) if marked == "utf-8" else _noted(body, marked, len(mark))
    if encoding is not None and encoding not in NAMES:
        return Trouble(
            "unknown-encoding", f"The encoding {shown(encoding)} is not known. Save the file as UTF-8."
        )
    if encoding == "utf-16" or (encoding is None and _looks_like_utf16(data)):
        return _noted(data, "utf-16-be" if _even_zeros(data) else "utf-16-le", 0)
    if encoding == "cp1252":
        return _decoded(data, "cp1252", 0)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        if encoding == "utf-8" or _mostly_utf8(data):
            return _not_valid(data, error.start)
        return _noted(data, "cp1252", 0)


def _noted(body: bytes, encoding: str, skipped: int) -> Decoded | Trouble:
    decoded = _decoded(body, encoding, skipped)
    if isinstance(decoded, Trouble):
        return decoded
    name = NAMES.get(decoded.encoding, decoded.encoding.upper())
    sample = _sample(decoded.text)
    message = f"The file is not UTF-8; it was read as {name}.{sample} Confirm that the text is right."
    return Decoded(decoded.text, decoded.encoding, (Note("other-encoding", message, confirm=True),))


def _decoded(body: bytes, encoding: str, skipped: int) -> Decoded | Trouble:
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            return _not_valid(body, error.start, skipped)
        place = skipped + error.start + 1
        what = f"The byte at position {place:,}{_line(body, error.start)} is not {encoding.upper()} text"
        message = f"{what}, and no other encoding is recognised. Save the file as UTF-8 (“CSV UTF-8”)."
        return Trouble("unknown-encoding", message, position=place)
    short = "utf-16" if encoding.startswith("utf-16") else encoding
    return Decoded(text.removeprefix("\ufeff"), short)


def _not_valid(body: bytes, start: int, skipped: int = 0) -> Trouble:
    place = skipped + start + 1
    what = f"The byte 0x{body[start]:02X} at position {place:,}{_line(body, start)} is not valid UTF-8 text"
    line = body.count(b"\n", 0, start) + 1
    return Trouble("not-valid-text", f"{what}. Save the file as UTF-8 again.", position=place, line=line)


def _line(body: bytes, start: int) -> str:
    return f" (line {body.count(bytes([10]), 0, start) + 1:,})"


def _mostly_utf8(data: bytes) -> bool:
    """Some multi-byte letters are right: one damaged byte in UTF-8, rather than an older encoding."""
    sample = data[:1_000_000]
    right = len(_MULTIBYTE.findall(sample))
    high = sum(1 for byte in sample if byte > 127)
    return right > 0 and right * 4 >= high


def _looks_like_utf16(data: bytes) -> bool:
    sample = data[:2000]
    if len(sample) < 4:
        return False
    half = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    return max(even, odd) > 0.6 * half and min(even, odd) < 0.2 * half


def _even_zeros(data: bytes) -> bool:
    return data[0:2000:2].count(0) > data[1:2000:2].count(0)


def _sample(text: str) -> str:
    """The first three words with letters beyond ASCII, with their lines."""
    found: list[str] = []
    place = 0
    while len(found) < 3 and (match := _HIGH.search(text, place, 1_000_000)):
        before = _WORD_END.split(text[max(0, match.start() - 20) : match.start()])[-1]
        after = _WORD_END.split(text[match.end() : match.end() + 20])[0]
        line = text.count("\n", 0, match.start()) + 1
        found.append(f"{shown(before + match.group() + after)} in line {line:,}")
        place = match.end() + len(after)
    return f" It contains {', '.join(found)}." if found else ""
