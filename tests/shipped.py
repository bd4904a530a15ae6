"""The designs that ship, read from their folder."""

from functools import cache
from pathlib import Path

from intervisit.core.designs import Design, Problems, load

DESIGNS = Path(__file__).resolve().parents[1] / "designs"
SLUGS = tuple(sorted(path.parent.name for path in DESIGNS.glob("*/design.toml")))


def texts(slug: str) -> dict[str, str]:
    """The files of one shipped design: path inside its folder → text."""
    folder = DESIGNS / slug
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@cache
def shipped(slug: str) -> Design:
    """One shipped design; fails with its problems if it cannot be read."""
    found = load(texts(slug))
    assert not isinstance(found, Problems), "\n".join(found.shown())
    return found
