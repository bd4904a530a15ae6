"""Instance files in and answer files out, for the verbs that solve without a database: `match` and `plan`.

Whatever can be wrong with a file is said with its place and a remedy before any time is spent on solving; an
answer is written whole or not at all.
"""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path
from typing import Any

LARGEST = 50_000_000  # bytes; an instance of 1,800 schools has about 1 MB
DIGITS = 4000  # of one number; Python refuses a few more
STRING = r'"(?:[^"\\]|\\.)*"'  # looked at first, so that what stands in a text is not taken for a number
NO_NUMBER = re.compile(rf"{STRING}|(-?\b(?:NaN|Infinity)\b)")
LONG_NUMBER = re.compile(rf"{STRING}|(-?\d{{{DIGITS},}})")


class FileFault(Exception):
    """One thing that is wrong with a file: where, what, and what to do."""

    def __init__(self, path: Path, place: str, what: str, remedy: str) -> None:
        super().__init__(f"{path}: {place}: {what}. {remedy}")


def read_json(path: Path) -> Any:
    """The parsed JSON of an instance file. Raises FileFault."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        out = dict(pairs)
        if len(out) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)[:40]
            inside = f' (in the object with the id "{str(out["id"])[:40]}")' if "id" in out else ""
            what = f'the key "{twice}" is given twice in one object{inside}'
            raise FileFault(path, f'"{twice}"', what, "Keep one of the two.")
        return out

    def constant(name: str) -> Any:
        place = _where(text, NO_NUMBER)
        raise FileFault(
            path, place, f"{name} is not a number in JSON", "Give a number, or null where allowed."
        )

    text = _text(path)
    try:
        return json.loads(text, object_pairs_hook=once, parse_constant=constant)
    except json.JSONDecodeError as error:
        if not text.strip():
            raise FileFault(path, "the file", "is empty", "Give an instance.") from error
        place = f"line {error.lineno}, column {error.colno}"
        raise FileFault(path, place, f"is not JSON: {error.msg}", "Correct the file there.") from error
    except RecursionError as error:
        raise FileFault(path, "the file", "is nested too deeply", "Follow the format.") from error
    except ValueError as error:  # Python's limit for the digits of a whole number
        what = "a number with too many digits"
        raise FileFault(path, _where(text, LONG_NUMBER), what, "Give ordinary numbers.") from error


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        raise FileFault(path, "the file", what, "Check the path and the permissions.") from error
    if len(content) > LARGEST:
        what = f"has more than {LARGEST:,} bytes"
        raise FileFault(path, "the file", what, "Give an instance; one of 1,800 schools has about 1,000,000.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileFault(path, f"byte {error.start}", "is not UTF-8", "Save the file as UTF-8.") from error


def _where(text: str, wanted: re.Pattern[str]) -> str:
    for found in wanted.finditer(text):
        if found.group(1):
            before = text[: found.start()]
            return f"line {before.count(chr(10)) + 1}, column {found.start() - before.rfind(chr(10))}"
    return "the file"


def check_answer_file(path: Path, instance: Path) -> None:
    """Refuse a place where no answer can be written, before time is spent on one. Raises FileFault."""

    def refuse(what: str, remedy: str) -> FileFault:
        return FileFault(path, "--out", what, remedy)

    target = Path(os.path.realpath(path))
    try:
        if target.is_dir():
            raise refuse("is a folder", "Name a file in it.")
        if not target.parent.is_dir():
            raise refuse("its folder does not exist", "Create the folder or choose another.")
        if target.exists() and instance.exists() and os.path.samefile(target, instance):
            raise refuse("is the instance itself", "Name another file.")
        if not os.access(target if target.exists() else target.parent, os.W_OK):
            raise refuse("cannot be written (no permission)", "Choose another place.")
    except OSError as error:  # a name that is too long, a loop of links
        raise refuse(f"cannot be written ({error.strerror})", "Choose another place.") from error


def write_answer(path: Path, answer: dict[str, Any]) -> None:
    """All or nothing: a reader never finds half an answer. Raises FileFault."""
    content = (json.dumps(answer, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace")
    target = Path(os.path.realpath(path))
    try:
        if _replaceable(target):
            _replace(target, content)
        else:
            with target.open("wb") as file:
                file.write(content)
    except OSError as error:
        what = f"the answer cannot be written ({error.strerror})"
        raise FileFault(path, "--out", what, "Make room or choose another place, and start again.") from error


def _replaceable(target: Path) -> bool:
    """Not a terminal, a pipe or a device, nor a file that is mounted by itself: these are written as they are."""
    if not target.exists():
        return True
    return stat.S_ISREG(target.stat().st_mode) and os.access(target.parent, os.W_OK) and not target.is_mount()


def _replace(target: Path, content: bytes) -> None:
    draft = target.with_name(f".answer.{os.getpid()}.part")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            draft.chmod(stat.S_IMODE(target.stat().st_mode))
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
