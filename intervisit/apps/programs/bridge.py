"""Designs from folders and uploads: texts in, a design or its problems out."""

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from django.conf import settings

from intervisit.core.designs import Design, Problem, Problems, load
from intervisit.core.tables.archive import check_archive
from intervisit.core.tables.table import Limits
from intervisit.core.text import Trouble

_TEXTS = (".toml", ".md")
_FREE = ("SOURCES.md", "README.md")
_MOST_BYTES = 2_000_000


def shipped() -> list[Design]:
    """The designs in the folder of designs, by title. Those with mistakes are left out: `designs check` names them."""
    found = [load(_texts(folder)) for folder in _folders()]
    return sorted((d for d in found if isinstance(d, Design)), key=lambda d: d.title)


def shipped_design(slug: str) -> Design | None:
    return next((d for d in shipped() if d.slug == slug), None)


def _folders() -> list[Path]:
    root = settings.DESIGNS
    return sorted(p for p in root.iterdir() if (p / "design.toml").is_file()) if root.is_dir() else []


def _texts(folder: Path) -> dict[str, str]:
    files = (p for p in sorted(folder.rglob("*")) if p.is_file() and p.suffix in _TEXTS)
    return {p.relative_to(folder).as_posix(): p.read_text("utf-8") for p in files}


def read_upload(files: Iterable[tuple[str, bytes]]) -> Design | Problems:
    """The design in uploaded files: one zip of its folder, or the files themselves.

    A lone design.toml takes its forms and protocols from the shipped design of the same slug.
    """
    given = list(files)
    if len(given) == 1 and given[0][0].lower().endswith(".zip"):
        members = _unzip(*given[0])
        if isinstance(members, Problems):
            return members
        given = members
    texts: dict[str, str] = {}
    for name, data in given:
        try:
            texts[_place(name)] = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            what = f"The file is not UTF-8 text (byte {error.start + 1})."
            return Problems((Problem(PurePosixPath(name).name, 1, what, "Save it as UTF-8."),))
    if set(texts) == {"design.toml"}:
        texts = _with_shipped_forms(texts)
    return load(texts)


def _place(name: str) -> str:
    """Where a file belongs in a design, by its name alone when it came without its folder."""
    path = PurePosixPath(name.replace("\\", "/"))
    if len(path.parts) > 1:
        return path.as_posix()
    if path.name == "design.toml" or path.name in _FREE:
        return path.name
    if path.suffix == ".toml":
        return f"instruments/{path.name}"
    return f"protocols/{path.name}" if path.suffix == ".md" else path.name


def _unzip(name: str, data: bytes) -> list[tuple[str, bytes]] | Problems:
    limits = Limits(unpacked_bytes=_MOST_BYTES, members=300)
    archive = check_archive(data, limits=limits)
    if isinstance(archive, Trouble):
        return Problems((Problem(name, 1, archive.message, "Pack the folder of the design again."),))
    inside = [n for n in archive.names if n.endswith(_TEXTS) and "__MACOSX" not in n]
    top = next(
        (n.removesuffix("design.toml") for n in sorted(inside, key=len) if n.endswith("design.toml")), ""
    )
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return [(n.removeprefix(top), opened.read(n)) for n in inside if n.startswith(top)]


def _with_shipped_forms(texts: dict[str, str]) -> dict[str, str]:
    for folder in _folders():
        known = _texts(folder)
        design = load(known)
        if isinstance(design, Design) and f'slug = "{design.slug}"' in texts["design.toml"]:
            return known | texts
    return texts
