"""What every chart is made of, and how markup is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

Attribute = str | int | float


@dataclass(frozen=True)
class Chart:
    """A picture, what it says, and its numbers. `svg` is safe markup: every text in it has been escaped."""

    title: str
    sentence: str
    svg: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class ChartError(ValueError):
    """A value that cannot be drawn; the message says which and why."""


def number(value: float) -> str:
    """A coordinate, in user units, to one tenth: 12.0 → "12", 12.34 → "12.3"."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def legal(text: str) -> str:
    """The text without the characters that XML forbids."""
    return "".join(
        c
        for c in text
        if c in "\t\n\r" or (c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    )


def words(text: str) -> str:
    """Text as markup."""
    return escape(legal(text), quote=True)


def element(name: str, attributes: dict[str, Attribute], *content: str) -> str:
    """One element. `content` is markup already, attributes are escaped here. `_` in a name means `-`."""
    written = "".join(
        f' {key.replace("_", "-")}="{words(number(value) if isinstance(value, float) else str(value))}"'
        for key, value in attributes.items()
    )
    return f"<{name}{written}>{''.join(content)}</{name}>"


def picture(name: str, width: float, height: float, title: str, sentence: str, parts: Iterable[str]) -> str:
    """The whole drawing: to a screen reader an image named `title` and described by `sentence`."""
    ids = f"{name}-title", f"{name}-desc"
    return element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {number(width)} {number(height)}",
            "role": "img",
            "aria_labelledby": ids[0],
            "aria_describedby": ids[1],
        },
        element("title", {"id": ids[0]}, words(title)),
        element("desc", {"id": ids[1]}, words(sentence)),
        *parts,
    )


def text_width(text: str, size: float) -> float:
    """About how wide a text is, in the unit of `size`: Public Sans averages 0.56 em a character."""
    return sum(0.32 if c in " .,'ilIjt|" else 0.82 if c in "MW@%" else 0.59 for c in text) * size


def shortened(text: str, longest: int) -> str:
    """The text, cut at `longest` characters with an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def listed(names: list[str]) -> str:
    """ "A", "A and B", "A, B and C"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
