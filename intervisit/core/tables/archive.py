"""Zip archives judged by their directory: refused before a single member is unpacked."""

import io
import stat
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass

from intervisit.core.tables.table import Limits
from intervisit.core.text import Trouble, shown

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old Office files, and encrypted new ones
_NESTED = (ZIP, b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"BZh", b"\xfd7zXZ")
_NESTED_NAMES = (".zip", ".xlsx", ".xlsm", ".docx", ".pptx", ".jar", ".7z", ".rar", ".gz", ".bz2", ".xz",
                 ".tar", ".qdpx", ".odt", ".ods")  # fmt: skip
_END = struct.Struct("<4s4H2LH")
_DIRECTORY_BYTES_PER_MEMBER = (
    1_000  # 46 bytes, the name, extra fields; a directory beyond that hides something
)


@dataclass(frozen=True, slots=True)
class Archive:
    """A checked archive: its members' names, and a reader that gives no more than each member declares."""

    names: tuple[str, ...]
    file: zipfile.ZipFile


def check_archive(data: bytes, *, limits: Limits) -> Archive | Trouble:
    """An archive that is safe to read, or the first reason why not.

    Codes: broken-archive, too-large-unpacked (size, ratio, members), unsafe-archive (names, two of one name,
    links, encrypted members, archives inside). Nothing is unpacked but the first four bytes of each member.
    """
    if not data.startswith(ZIP):
        return _broken("it does not begin like an archive")
    early = _check_end(data, limits)
    if early is not None:
        return early
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, struct.error, IndexError):
        return _broken("its directory cannot be read")
    members = archive.infolist()
    trouble = _check_sizes(members, len(data), limits) or _check_names(members)
    if trouble is None:
        trouble = _check_starts(archive, members)
    if trouble is not None:
        return trouble
    return Archive(tuple(member.filename for member in members), archive)


def _check_end(data: bytes, limits: Limits) -> Trouble | None:
    """The end record, before the library walks a directory of unknown length."""
    place = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if place < 0 or len(data) - place < _END.size:
        return _broken("its end is missing")
    _, _, _, _, members, size, _, comment = _END.unpack_from(data, place)
    if (
        place + _END.size + comment != len(data)
        or data.find(b"PK\x05\x06", max(0, len(data) - 65_557), place) >= 0
    ):
        return _unsafe("something follows its end, so that two programs can see two different files", "")
    if data[max(0, place - 20) : place].startswith(b"PK\x06\x07"):
        return _unsafe("it uses the form for archives over 4 GB", "")
    if members > limits.members or size > limits.members * _DIRECTORY_BYTES_PER_MEMBER:
        return _too_large(f"it has {members:,} members; at most {limits.members:,} are read")
    return None


def _check_sizes(members: list[zipfile.ZipInfo], packed: int, limits: Limits) -> Trouble | None:
    if len(members) > limits.members:
        return _too_large(f"it has {len(members):,} members; at most {limits.members:,} are read")
    unpacked = sum(member.file_size for member in members)
    if unpacked > limits.unpacked_bytes:
        most = limits.unpacked_bytes // 1_000_000
        return _too_large(f"it unpacks to {unpacked / 1e6:,.0f} MB; at most {most:,} MB are read")
    if unpacked > limits.ratio * packed:
        return _too_large(
            f"it unpacks to {unpacked // packed:,} times its size; at most {limits.ratio} times"
        )
    for member in members:
        if member.file_size > limits.ratio * max(1, member.compress_size):
            times = member.file_size // max(1, member.compress_size)
            what = f"the member {shown(member.filename)} unpacks to {times:,} times its size"
            return _too_large(f"{what}; at most {limits.ratio} times")
    return None


def _check_names(members: list[zipfile.ZipInfo]) -> Trouble | None:
    seen: set[str] = set()
    offsets: set[int] = set()
    for member in members:
        name = member.orig_filename
        key = unicodedata.normalize("NFC", name).casefold().rstrip("/")
        reason = _bad_name(name) or _bad_member(member)
        if reason is None and key in seen:
            reason = "the same name appears twice"
        if reason is None and member.header_offset in offsets:
            reason = "it shares its bytes with another member"
        if reason is not None:
            return _unsafe(reason, name)
        seen.add(key)
        offsets.add(member.header_offset)
    return None


def _bad_name(name: str) -> str | None:
    if not name or len(name) > 255 or any(ord(character) < 32 or ord(character) == 127 for character in name):
        return "the name is not a file name"
    if name.startswith(("/", "\\", "~")) or "\\" in name or name[1:2] == ":":
        return "the name is the path of another place"
    if ".." in name.split("/"):
        return "the name leads out of the archive"
    return "it is an archive inside the archive" if name.lower().endswith(_NESTED_NAMES) else None


def _bad_member(member: zipfile.ZipInfo) -> str | None:
    mode = member.external_attr >> 16
    if mode and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_IFMT(mode) == 0):
        return "it is a link or a device"
    if member.flag_bits & 0x1 or member.flag_bits & 0x40 or member.flag_bits & 0x2000:
        return "it is encrypted"
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "it is packed in an unusual way"
    return None


def _check_starts(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> Trouble | None:
    """Opening a member compares its own name with the directory's; its first bytes tell an archive inside."""
    for member in members:
        try:
            with archive.open(member) as stream:
                start = stream.read(6)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, struct.error):
            return _broken(f"the member {shown(member.filename)} cannot be read")
        if start.startswith(_NESTED):
            return _unsafe("it is an archive inside the archive", member.filename)
    return None


def _broken(why: str) -> Trouble:
    return Trouble(
        "broken-archive", f"The file cannot be opened: {why}. Save it again and upload it once more."
    )


def _too_large(why: str) -> Trouble:
    message = f"The file is not opened: {why}. Delete what is not needed, or save the sheet as CSV."
    return Trouble("too-large-unpacked", message)


def _unsafe(why: str, member: str) -> Trouble:
    culprit = f" because of its member {shown(member)}" if member else ""
    return Trouble(
        "unsafe-archive", f"The file is not opened{culprit}: {why}. Save it again.", column=member[:200]
    )
