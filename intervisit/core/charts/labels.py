"""Where to write names beside dots so that they do not sit on each other.

Greedy, the important first: each label tries eight places around its dot and takes the cheapest
(cf. Christensen, Marks, Shieber, ACM Transactions on Graphics 14(3), 1995, section 3.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from intervisit.core.charts.values import text_width

Segment = tuple[tuple[float, float], tuple[float, float]]
CROWD = 400  # lines: so many are everywhere, and no place avoids them
MOST = 90  # names: more would be grey on grey
ROOM = 1.33  # labels are enlarged on a phone; keep that much room


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Label:
    """Where a text starts, ends or is centred (`anchor`), and its base line."""

    x: float
    y: float
    anchor: str
    box: Box


def overlap(a: Box, b: Box) -> float:
    """The shared area, in square units."""
    wide = min(a.right, b.right) - max(a.left, b.left)
    high = min(a.bottom, b.bottom) - max(a.top, b.top)
    return max(0.0, wide) * max(0.0, high)


def place_labels(
    dots: Sequence[Box],
    texts: Sequence[str],
    *,
    size: float,
    lines: Sequence[Segment] = (),
    width: float,
    height: float,
    must: int = 0,
) -> list[Label | None]:
    """One label for each dot, in order of importance; None where every place is taken.

    All lengths in user units; `must`: that many labels are written whatever they cover. Only the first `MOST` are
    tried, so that a map of a whole state is drawn in a moment.
    """
    placed: list[Box] = []
    found: list[Label | None] = []
    spans = [(line, _around([_span(line)])) for line in lines if len(lines) <= CROWD]
    for i, (dot, text) in enumerate(zip(dots[:MOST], texts[:MOST], strict=True)):
        places = _places(dot, text, size)
        reach = _around([place.box for place in places])
        others = [d for d in dots if d is not dot and overlap(d, reach)]
        near = [line for line, span in spans if overlap(span, reach)]
        best, cost = None, float("inf")
        for rank, label in enumerate(places):
            price = _cost(label.box, placed, others, near, width, height) + rank * 2
            if price < cost:
                best, cost = label, price
        if best is not None and (i < must or cost < 150):
            placed.append(best.box)
            found.append(best)
        else:
            found.append(None)
    return found + [None] * (len(dots) - len(found))


def _around(boxes: Sequence[Box]) -> Box:
    """The smallest box around all of them, a little larger so that what only touches counts."""
    return Box(
        min(b.left for b in boxes) - 0.1,
        min(b.top for b in boxes) - 0.1,
        max(b.right for b in boxes) + 0.1,
        max(b.bottom for b in boxes) + 0.1,
    )


def _span(line: Segment) -> Box:
    (x, y), (x2, y2) = line
    return Box(min(x, x2), min(y, y2), max(x, x2), max(y, y2))


def _cost(
    box: Box,
    placed: Sequence[Box],
    dots: Sequence[Box],
    lines: Sequence[Segment],
    width: float,
    height: float,
) -> float:
    """Square units covered: other names weigh most, the edge nearly as much, lines little."""
    outside = max(0.0, 2 - box.left) + max(0.0, box.right - width + 2)
    outside += max(0.0, 2 - box.top) + max(0.0, box.bottom - height)
    names = sum(overlap(box, b) for b in placed)
    covered = sum(overlap(box, d) for d in dots)
    crossed = sum(_crosses(line, box) for line in lines)
    return 10 * names + 5 * covered + 60 * outside + 12 * crossed


def _places(dot: Box, text: str, size: float) -> list[Label]:
    wide, high = text_width(text, size) * ROOM, size * ROOM
    x, y = (dot.left + dot.right) / 2, (dot.top + dot.bottom) / 2
    near, slant = 5.0, (dot.right - dot.left) * 0.36
    middle, over, under = y + size * 0.35, dot.top - near, dot.bottom + size + near - 2
    spots = [
        (dot.right + near, middle, "start"),
        (dot.left - near, middle, "end"),
        (x, over, "middle"),
        (x, under, "middle"),
        (x + slant + near, over, "start"),
        (x + slant + near, under, "start"),
        (x - slant - near, over, "end"),
        (x - slant - near, under, "end"),
    ]
    labels = []
    for tx, ty, anchor in spots:
        left = tx - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        labels.append(Label(tx, ty, anchor, Box(left, ty - high * 0.8, left + wide, ty + high * 0.25)))
    return labels


def _crosses(line: Segment, box: Box) -> bool:
    """Liang–Barsky clipping: does the segment touch the box?"""
    (x, y), (x2, y2) = line
    enter, leave = 0.0, 1.0
    for p, q in (
        (x - x2, x - box.left),
        (x2 - x, box.right - x),
        (y - y2, y - box.top),
        (y2 - y, box.bottom - y),
    ):
        if p == 0:
            if q < 0:
                return False
        elif p < 0:
            enter = max(enter, q / p)
        else:
            leave = min(leave, q / p)
    return enter <= leave
