"""One number for each of several things, as horizontal bars: the names stay readable on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from intervisit.core.charts.values import (
    Attribute,
    Chart,
    ChartError,
    element,
    picture,
    shortened,
    text_width,
    words,
)

WIDTH = 440.0
ROW, BAR, TOP = 44.0, 12.0, 8.0  # a name above its bar
SIZE = 12.0
ROOM = 1.33  # texts are enlarged on a phone


@dataclass(frozen=True)
class Bar:
    """`value`: in the chart's unit, 0 or more; None where nothing is known. `series` 1–4: the colour."""

    label: str
    value: float | None
    series: int = 1


def bars(
    values: Sequence[Bar],
    *,
    title: str,
    sentence: str = "",
    unit: str = "",
    most: float | None = None,
    digits: int = 0,
    name: str = "bars",
    mark: float | None = None,
    mark_label: str = "",
) -> Chart:
    """Horizontal bars in the order given.

    `unit` is written after each number; `most`: the value at the right edge (default: the largest);
    `mark`: a reference line in the same unit, said by `mark_label`. Raises `ChartError` for a value below 0,
    not finite or above `most`.
    """
    top = _top(values, most, mark)
    said = sentence or _sentence(values, unit, digits)
    height = TOP + ROW * max(1, len(values)) + (18.0 if mark is not None else 2.0)
    parts = [part for i, bar in enumerate(values) for part in _row(bar, i, top, unit, digits)]
    if mark is not None:
        x = WIDTH * mark / top
        anchor = "start" if x < WIDTH / 2 else "end"
        parts += [
            element(
                "line",
                {"class": "chart-now", "x1": x, "x2": x, "y1": TOP, "y2": height - 16, "stroke_width": 2},
            ),
            element(
                "text",
                {
                    "class": "chart-label chart-soft",
                    "x": x,
                    "y": height - 4,
                    "font_size": 11,
                    "text_anchor": anchor,
                },
                words(mark_label),
            ),
        ]
    rows = tuple((bar.label, _said(bar.value, unit, digits)) for bar in values)
    return Chart(
        title, said, picture(name, WIDTH, height, title, said, parts), ("", unit.strip() or "Number"), rows
    )


def _top(values: Sequence[Bar], most: float | None, mark: float | None) -> float:
    known = [bar.value for bar in values if bar.value is not None]
    for bar in values:
        if bar.value is not None and not (isfinite(bar.value) and bar.value >= 0):
            raise ChartError(f"{bar.label}: {bar.value} cannot be a bar; give 0 or more")
    top = most if most is not None else max([*known, mark or 0.0], default=0.0)
    if most is not None and any(v > most for v in [*known, mark or 0.0]):
        raise ChartError(f"a value is above the right edge, {most}")
    return top or 1.0


def _row(bar: Bar, i: int, top: float, unit: str, digits: int) -> list[str]:
    y = TOP + ROW * i
    value = _said(bar.value, unit, digits)
    room = int((WIDTH - text_width(value, SIZE * ROOM) - 16) / (0.6 * SIZE * ROOM))
    length = 0.0 if bar.value is None else max(2.0 if bar.value else 0.0, WIDTH * bar.value / top)
    line: dict[str, Attribute] = {"y": y + 13, "font_size": SIZE}
    drawn = [
        element(
            "text", {**line, "class": "chart-label chart-text", "x": 0}, words(shortened(bar.label, room))
        ),
        element(
            "text",
            {**line, "class": "chart-label chart-text", "x": WIDTH, "text_anchor": "end", "font_weight": 640},
            words(value),
        ),
        element("rect", {"class": "chart-off", "x": 0, "y": y + 19, "width": WIDTH, "height": BAR, "rx": 6}),
    ]
    if length:
        shape: dict[str, Attribute] = {
            "x": 0,
            "y": y + 19,
            "width": length,
            "height": BAR,
            "rx": min(6.0, length / 2),
        }
        drawn.append(element("rect", {"class": f"chart-s{min(4, max(1, bar.series))}", **shape}))
    return drawn


def _said(value: float | None, unit: str, digits: int) -> str:
    return "no data" if value is None else f"{value:,.{digits}f}{unit}"


def _sentence(values: Sequence[Bar], unit: str, digits: int) -> str:
    known = sorted(((b.value, b.label) for b in values if b.value is not None), key=lambda v: v[0])
    if not known:
        return "There are no numbers to show yet."
    low, high = known[0], known[-1]
    if low[0] == high[0]:
        return (
            f"{high[1]}: {_said(high[0], unit, digits)}."
            if len(known) == 1
            else f"All are at {_said(high[0], unit, digits)}."
        )
    return f"From {_said(low[0], unit, digits)} ({low[1]}) to {_said(high[0], unit, digits)} ({high[1]})."
