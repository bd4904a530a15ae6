"""A form while it is being edited: plain values in, plain values out, and a friendly word for what cannot be done.

A kept form (`form_to_json`) is a dict; each function gives a new one and leaves the old as it was. Whether the result
fits its design is asked of `with_form` afterwards.
"""

import copy
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .program import Design

Kept = Mapping[str, Any]
_NOT_IN_KEYS = re.compile(r"[^a-z0-9]+")


class NotThere(LookupError):
    """The form has no such section or question."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a question stands: section and place in it, both from 0."""

    section: int
    place: int


def new_key(label: str, taken: Iterable[str]) -> str:
    """A key for something new, from what people read: `Why now?` → `why_now`, `why_now_2` …"""
    plain = unicodedata.normalize("NFKD", label.casefold()).encode("ascii", "ignore").decode()
    words = [w for w in _NOT_IN_KEYS.split(plain) if w]
    stem = "_".join(words)[:40].strip("_") or "question"
    if not stem[0].isalpha():
        stem = f"q_{stem}"
    known, number, key = set(taken), 2, stem
    while key in known:
        key, number = f"{stem}_{number}", number + 1
    return key


def keys_of(form: Kept) -> list[str]:
    return [q["key"] for s in form["sections"] for q in s["questions"]]


def place_of(form: Kept, key: str) -> Place:
    """Raises NotThere."""
    for number, section in enumerate(form["sections"]):
        for place, question in enumerate(section["questions"]):
            if question["key"] == key:
                return Place(number, place)
    raise NotThere(key)


def section_at(form: Kept, key: str) -> int:
    """Raises NotThere."""
    for number, section in enumerate(form["sections"]):
        if section["key"] == key:
            return number
    raise NotThere(key)


def put_question(form: Kept, section: str, question: Kept) -> dict[str, Any]:
    """The form with this question: in its old place, or at the end of `section`."""
    made = copy.deepcopy(dict(form))
    target = made["sections"][section_at(made, section)]["questions"]
    if question["key"] in keys_of(made):
        at = place_of(made, question["key"])
        if made["sections"][at.section]["key"] == section:
            target[at.place] = dict(question)
            return made
        del made["sections"][at.section]["questions"][at.place]
    target.append(dict(question))
    return _without_empty(made, keep=section)


def remove_question(form: Kept, key: str) -> dict[str, Any]:
    """A section that is left without a question goes as well."""
    made = copy.deepcopy(dict(form))
    at = place_of(made, key)
    del made["sections"][at.section]["questions"][at.place]
    return _without_empty(made)


def _without_empty(form: dict[str, Any], keep: str = "") -> dict[str, Any]:
    form["sections"] = [s for s in form["sections"] if s["questions"] or s["key"] == keep]
    return form


def move_question(form: Kept, key: str, step: int) -> dict[str, Any]:
    """One place up (-1) or down (+1); past the edge of its section it goes into the next one."""
    made = copy.deepcopy(dict(form))
    at = place_of(made, key)
    here = made["sections"][at.section]["questions"]
    to = at.place + step
    if 0 <= to < len(here):
        here[at.place], here[to] = here[to], here[at.place]
        return made
    other = at.section + step
    if not 0 <= other < len(made["sections"]):
        return made
    moved = here.pop(at.place)
    beyond = made["sections"][other]["questions"]
    beyond.insert(len(beyond) if step < 0 else 0, moved)
    return _without_empty(made)


def put_section(form: Kept, section: Kept, question: Kept | None = None) -> dict[str, Any]:
    """The form with this section's heading changed; a new one comes last, with its first `question`."""
    made = copy.deepcopy(dict(form))
    known = [s["key"] for s in made["sections"]]
    if section["key"] in known:
        standing = made["sections"][section_at(made, section["key"])]
        standing.update({k: v for k, v in section.items() if k != "questions"})
    else:
        made["sections"].append({**section, "questions": [dict(question)] if question else []})
    return made


def move_section(form: Kept, key: str, step: int) -> dict[str, Any]:
    made = copy.deepcopy(dict(form))
    at = section_at(made, key)
    to = at + step
    if 0 <= to < len(made["sections"]):
        made["sections"][at], made["sections"][to] = made["sections"][to], made["sections"][at]
    return made


def needed_by(design: Design, key: str) -> list[str]:
    """Why an application form must go on asking this question, in words; empty when it may go."""
    found = [
        f"The rule “{rule.label}” looks at its answer."
        for rule in design.eligibility
        if rule.when is not None and any(test.answer == key for test in rule.when.tests())
    ]
    return list(dict.fromkeys(found))


__all__ = [
    "NotThere", "Place", "keys_of", "move_question", "move_section", "needed_by", "new_key", "place_of", "put_question",
    "put_section", "remove_question", "section_at",
]  # fmt: skip
