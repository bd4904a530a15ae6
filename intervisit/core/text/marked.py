"""Markdown as far as people of a school office need it: headings, paragraphs, lists, bold, emphasis.

The result is a value, never markup: a template writes it out and escapes every word, so there is nothing to sanitise.
What looks like a link, an image or HTML stays the text it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_HEADING = re.compile(r"(#{1,6})[ \t]+(.+?)[ \t#]*$")
_ITEM = re.compile(r"[ \t]*[-*+][ \t]+(.*)$")
_NUMBERED = re.compile(r"[ \t]*\d{1,3}[.)][ \t]+(.*)$")
_MARK = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1|([*_])(?=\S)([^*_]+?)(?<=\S)\3")

Kind = Literal["heading", "text", "list", "numbers"]
Mark = Literal["", "strong", "em"]


@dataclass(frozen=True, slots=True)
class Run:
    """Some words, plain or marked."""

    text: str
    mark: Mark = ""


Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph or a list: one line, or one for each entry."""

    kind: Kind
    lines: tuple[Line, ...]


def blocks(text: str) -> tuple[Block, ...]:
    """`text` in Markdown as blocks. Every word of it is in one of them; takes time in proportion to its length."""
    return tuple(_blocks(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")))


def _blocks(rows: list[str]) -> Iterator[Block]:
    kind: Kind = "text"
    gathered: list[str] = []

    def flush() -> Iterator[Block]:
        if gathered:
            parts = [" ".join(gathered)] if kind == "text" else list(gathered)
            yield Block(kind, tuple(runs(part) for part in parts))
            gathered.clear()

    for row in rows:
        said = row.strip()
        heading = _HEADING.match(said)
        item = _ITEM.match(row)
        numbered = _NUMBERED.match(row)
        if not said or heading:
            yield from flush()
            kind = "text"
            if heading:
                yield Block("heading", (runs(heading.group(2)),))
        elif item or numbered:
            wanted: Kind = "list" if item else "numbers"
            if kind != wanted:
                yield from flush()
                kind = wanted
            gathered.append(((item or numbered).group(1)).strip())  # type: ignore[union-attr]
        elif kind != "text" and gathered:  # a line that goes on with the entry above it
            gathered[-1] = f"{gathered[-1]} {said}".strip()
        else:
            kind = "text"
            gathered.append(said)
    yield from flush()


def runs(line: str) -> Line:
    """One line as words with their marks; marks without a partner stay as they are."""
    found: list[Run] = []
    at = 0
    for mark in _MARK.finditer(line):
        if mark.start() > at:
            found.append(Run(line[at : mark.start()]))
        found.append(Run(mark.group(2), "strong") if mark.group(1) else Run(mark.group(4), "em"))
        at = mark.end()
    if at < len(line):
        found.append(Run(line[at:]))
    return tuple(found)


def plain(text: str) -> str:
    """`text` as it goes into a mail or a cell: without marks, entries with a dash."""
    parts = []
    for block in blocks(text):
        said = ["".join(run.text for run in line) for line in block.lines]
        if block.kind == "list":
            said = [f"- {one}" for one in said]
        elif block.kind == "numbers":
            said = [f"{number}. {one}" for number, one in enumerate(said, 1)]
        parts.append("\n".join(said))
    return "\n\n".join(parts)
