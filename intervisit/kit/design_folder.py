"""A design's folder on disk, read as the texts that `core/designs` understands."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from intervisit.core.designs import Design, Problem, Problems, load

MOST_FILES = 500
LARGEST_FILE = (
    1_000_000  # bytes; core says a stricter limit with a better sentence, this one spares the memory
)


def read_folder(folder: Path) -> Design | Problems:
    """The design in `folder`, or everything that is wrong with it; files are named from inside the folder."""
    files = folder_texts(folder)
    return files if isinstance(files, Problems) else load(files)


def folder_texts(folder: Path) -> Mapping[str, str] | Problems:
    """The texts of a design's folder by their path inside it. Hidden files are passed over."""
    if not folder.is_dir():
        return _problem("design.toml", f"{folder} is not a folder.", "Name the folder of a design.")
    try:
        return _texts(folder)
    except OSError as error:
        return _problem(
            "design.toml", f"The folder cannot be read: {error.strerror}.", "Check its permissions."
        )


def design_folders(designs: Path) -> list[Path]:
    """The folders in `designs` that hold a design, by name."""
    if not designs.is_dir():
        return []
    return sorted(path.parent for path in designs.glob("*/design.toml"))


def _texts(folder: Path) -> Mapping[str, str] | Problems:
    files: dict[str, str] = {}
    problems: list[Problem] = []
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        if len(files) + len(problems) >= MOST_FILES:
            return _problem(
                "design.toml", f"The folder has more than {MOST_FILES} files.", "Name a design's folder."
            )
        if path.is_symlink():
            problems.append(Problem(name, 1, "This is a link, not a file.", "Put the file itself here."))
        elif path.stat().st_size > LARGEST_FILE:
            problems.append(Problem(name, 1, "The file is larger than 1 MB.", "Shorten it, or remove it."))
        else:
            text = _text(path.read_bytes(), name)
            if isinstance(text, Problem):
                problems.append(text)
            else:
                files[name] = text
    return Problems(tuple(problems)) if problems else files


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if not any(part.startswith(".") for part in inside) and (path.is_file() or path.is_symlink()):
            yield path


def _text(content: bytes, name: str) -> str | Problem:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Problem(
            name, line, f"Byte {error.start + 1} of the file is not UTF-8.", "Save the file as UTF-8."
        )


def _problem(file: str, what: str, remedy: str) -> Problems:
    return Problems((Problem(file, 1, what, remedy),))
