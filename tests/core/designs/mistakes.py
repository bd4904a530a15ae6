"""What a mistake in the pilot's files is told as."""

from intervisit.core.designs import Problems, load
from tests.shipped import texts

PILOT = "lpp-2014-pilot"
FORM = "instruments/application.toml"


def problems(files: dict[str, str]) -> list[tuple[str, str, str, str]]:
    """(file, text of the line, what, remedy) of every problem."""
    found = load(files)
    assert isinstance(found, Problems)
    return [(p.file, files[p.file].split("\n")[p.line - 1], p.what, p.remedy) for p in found]


def changed(old: str, new: str, file: str = "design.toml") -> dict[str, str]:
    """The pilot's files with one passage replaced where it first stands."""
    files = texts(PILOT)
    assert old in files[file]
    return {**files, file: files[file].replace(old, new, 1)}
