"""Grades a school serves: `PK,K,1,2`, `PK-5`, `01,02,03`, `6 to 8` as numbers −1 (Pre-K), 0 (K), 1 … 12."""

import re
from collections.abc import Iterable

from intervisit.core.text import BadValue, Trouble, label_of, shown

PRE_K, K, LAST = -1, 0, 12

_NAMES = {"pk": PRE_K, "prek": PRE_K, "p": PRE_K, "4k": PRE_K, "k": K, "kg": K, "0k": K, "kindergarten": K,
          "prekindergarten": PRE_K}  # fmt: skip
_LONGEST = 200  # characters; the patterns below are not made for more
_UNGRADED = frozenset({"se", "ug", "ungraded"})  # special education and other classes that no grade counts
_BETWEEN = re.compile(r"\s*(?:-|–|—|‐|‑|−|\bto\b|\bthrough\b|\bthru\b)\s*")
_APART = re.compile(r"[,;/|&+\s]+")
_PRE = re.compile(r"\bpre[-‐‑–]?\s?(?=k)")
_FILLER = re.compile(r"\b(?:grades?|gr\.?|and)\b")
_RANGE = re.compile(r"([a-z0-9]+)-([a-z0-9]+)")


def read_grade(text: str, *, field: str = "grade") -> int:
    """One grade, −1 (Pre-K) to 12. Raises BadValue: unknown-grade."""
    grade = (
        None if len(text) > _LONGEST else _grade(_FILLER.sub(" ", _PRE.sub("pre", text.casefold())).strip())
    )
    if grade is None:
        raise BadValue(_unknown(text, field))
    return grade


def read_grades(text: str, *, field: str = "grades") -> tuple[int, ...]:
    """All grades of a list, of ranges, or of both, in order, each once; ungraded classes are left out.

    Raises BadValue: unknown-grade.
    """
    if len(text) > _LONGEST:
        raise BadValue(_unknown(text, field))
    plain = _BETWEEN.sub("-", _FILLER.sub(" ", _PRE.sub("pre", text.casefold())))
    found: set[int] = set()
    for part in _APART.split(plain.strip()):
        if not part or part in _UNGRADED:
            continue
        between = _RANGE.fullmatch(part)
        first, last = (_grade(between[1]), _grade(between[2])) if between else (_grade(part), _grade(part))
        if first is None or last is None or first > last:
            raise BadValue(_unknown(text, field))
        found.update(range(first, last + 1))
    return tuple(sorted(found))


def show_grades(grades: Iterable[int]) -> str:
    """`PK, K–2, 6–8` for a set of grades; empty for none."""
    runs: list[list[int]] = []
    for grade in sorted(set(grades)):
        if runs and runs[-1][1] == grade - 1:
            runs[-1][1] = grade
        else:
            runs.append([grade, grade])
    return ", ".join(_name(a) if a == b else f"{_name(a)}–{_name(b)}" for a, b in runs)


def _name(grade: int) -> str:
    return {PRE_K: "PK", K: "K"}.get(grade, str(grade))


def _grade(text: str) -> int | None:
    if text in _NAMES:
        return _NAMES[text]
    bare = re.sub("(?<=[0-9])(?:st|nd|rd|th)$", "", text)
    if not re.fullmatch("0?[1-9]|1[0-2]", bare):
        return None
    return int(bare)


def _unknown(text: str, field: str) -> Trouble:
    message = f"The {label_of(field)} {shown(text)} are not understood. Write them like PK,K,1,2 or PK-5."
    return Trouble("unknown-grade", message, field)
