"""What a new version changes, part by part and word by word, so that nobody has to compare two papers."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from intervisit.core.memoranda.parts import Memorandum, Part

_WORD = re.compile(r"\n+|[^\S\n]+|[^\s]+")
_CONTEXT = 12  # tokens kept on each side of a change; what lies between two changes and is longer is left out
_LONGEST = 6000  # tokens: a text beyond it is shown whole, old and new

Mark = Literal["", "ins", "del", "gap"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words: as they were, put in, taken out, or left out here because nothing changed in them."""

    text: str
    mark: Mark = ""


@dataclass(frozen=True, slots=True)
class PartChange:
    """One part that differs."""

    title: str
    kind: Literal["new", "gone", "changed"]
    pieces: tuple[Piece, ...]


def changes(old: Memorandum, new: Memorandum) -> tuple[PartChange, ...]:
    """Everything in which `new` differs from `old`, in the order of `new`; empty exactly if they say the same."""
    return tuple(_changes(old, new))


def _changes(old: Memorandum, new: Memorandum) -> Iterator[PartChange]:
    if (old.title, old.intro) != (new.title, new.intro):
        before, after = f"{old.title}\n\n{old.intro}", f"{new.title}\n\n{new.intro}"
        yield PartChange("The beginning", "changed", pieces(before, after))
    before_parts = {part.key: part for part in old.parts}
    for part in new.parts:
        earlier = before_parts.pop(part.key, None)
        if earlier is None:
            yield PartChange(part.title, "new", (Piece(_said(part), "ins"),))
        elif _said(earlier) != _said(part):
            yield PartChange(part.title, "changed", pieces(_said(earlier), _said(part)))
        elif (earlier.whose, earlier.roles) != (part.whose, part.roles):
            yield PartChange(part.title, "new", (Piece(_said(part), "ins"),))
    for part in before_parts.values():
        yield PartChange(part.title, "gone", (Piece(_said(part), "del"),))


def _said(part: Part) -> str:
    """A part as one text: heading, words, clauses with a dash."""
    return "\n\n".join([part.title, part.text, *(f"– {clause}" for clause in part.clauses)])


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """The words of `after` with what was taken out and put in, and gaps where long passages stayed."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) + len(new) > _LONGEST:
        return (Piece(before, "del"), Piece(after, "ins"))
    found: list[Piece] = []
    steps = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for number, (step, a, b, c, d) in enumerate(steps):
        if step == "equal":
            found += _kept(old[a:b], first=number == 0, last=number == len(steps) - 1)
            continue
        if b > a:
            found.append(Piece("".join(old[a:b]), "del"))
        if d > c:
            found.append(Piece("".join(new[c:d]), "ins"))
    return tuple(found)


def _kept(words: list[str], *, first: bool, last: bool) -> list[Piece]:
    head = [] if first else words[:_CONTEXT]
    tail = [] if last else words[-_CONTEXT:]
    if len(words) <= len(head) + len(tail) + 4:
        return [Piece("".join(words))]
    found = [Piece("".join(head))] if head else []
    found.append(Piece("".join(words[len(head) : len(words) - len(tail)]), "gap"))
    return found + ([Piece("".join(tail))] if tail else [])
