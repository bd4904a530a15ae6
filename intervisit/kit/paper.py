"""PDF from plain values: headings, facts, texts, lists, tables. Nothing in a text is ever interpreted (B15)."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    KeepTogether,
    ListFlowable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

_FONTS = Path(__file__).parent / "fonts"
_INK, _SOFT, _LINE = colors.HexColor("#1d2733"), colors.HexColor("#5b6776"), colors.HexColor("#d3d9e0")


@dataclass(frozen=True, slots=True)
class Said:
    """A question or a name, and what is said to it: a text, a list, or a table with its headings."""

    label: str
    text: str = ""
    items: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with what stands below it."""

    title: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """One document. `reads`: who may read it; `foot`: on every page."""

    title: str
    lead: str = ""
    reads: str = ""
    foot: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    parts: tuple[Part, ...] = field(default=())


@cache
def _fonts() -> None:
    """Read once for each process: a font takes a tenth of a second."""
    pdfmetrics.registerFont(TTFont("Text", _FONTS / "DejaVuSans.ttf"))
    pdfmetrics.registerFont(TTFont("Strong", _FONTS / "DejaVuSans-Bold.ttf"))


def _style(
    name: str, size: float, *, font: str = "Text", color: Any = _INK, before: float = 0, after: float = 4
) -> Any:
    return ParagraphStyle(name, fontName=font, fontSize=size, leading=size * 1.42, textColor=color, spaceBefore=before,
                          spaceAfter=after, splitLongWords=1)  # fmt: skip


_TITLE = _style("title", 19, font="Strong", after=2)
_LEAD = _style("lead", 10.5, color=_SOFT, after=8)
_PART = _style("part", 12.5, font="Strong", before=14, after=6)
_LABEL = _style("label", 9.5, font="Strong", before=6, after=2)
_TEXT = _style("text", 9.5)
_NOTE = _style("note", 8, color=_SOFT)


def _typed(text: str, style: Any) -> Any:
    """A text as it was typed: its lines stay, nothing in it is markup."""
    return Paragraph(escape(text).replace("\r\n", "\n").replace("\n", "<br/>"), style)


def _said(one: Said) -> list[Any]:
    found: list[Any] = [_typed(one.label, _LABEL)]
    if one.rows:
        cells = [
            [_typed(c, _LABEL) for c in one.head],
            *([_typed(c, _TEXT) for c in row] for row in one.rows),
        ]
        table = Table(
            cells, hAlign="LEFT", colWidths=[180 * mm / max(1, len(one.head))] * len(one.head), repeatRows=1
        )
        table.setStyle(TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE), ("VALIGN", (0, 0), (-1, -1), "TOP"),
                                   ("LEFTPADDING", (0, 0), (-1, -1), 0)]))  # fmt: skip
        found.append(table)
    elif one.items:
        found.append(
            ListFlowable([_typed(i, _TEXT) for i in one.items], bulletFontName="Text", bulletFontSize=9.5)
        )
    else:
        found += [_typed(part, _TEXT) for part in (one.text or "–").split("\n\n")]
    if one.note:
        found.append(_typed(one.note, _NOTE))
    return [KeepTogether(found[:2]), *found[2:]]


def _facts(facts: Sequence[tuple[str, str]]) -> Any:
    rows = [[_typed(label, _NOTE), _typed(value, _TEXT)] for label, value in facts]
    table = Table(rows, colWidths=[45 * mm, 135 * mm], hAlign="LEFT")
    table.setStyle(TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE), ("VALIGN", (0, 0), (-1, -1), "TOP"),
                               ("LEFTPADDING", (0, 0), (-1, -1), 0)]))  # fmt: skip
    return table


def pdf_of(paper: Paper) -> bytes:
    """The document as PDF, the same bytes for the same paper; it names no author and no moment."""
    _fonts()
    out = io.BytesIO()
    made = SimpleDocTemplate(
        out, pagesize=letter, title=paper.title, author="", creator="Intervisit", invariant=1,
        leftMargin=18 * mm, rightMargin=18 * mm, topMargin=18 * mm, bottomMargin=20 * mm,
    )  # fmt: skip
    flow: list[Any] = [_typed(paper.title, _TITLE)]
    if paper.lead:
        flow.append(_typed(paper.lead, _LEAD))
    if paper.reads:
        flow.append(_typed(f"Who can read this: {paper.reads}", _NOTE))
    if paper.facts:
        flow += [Spacer(1, 4), _facts(paper.facts)]
    for part in paper.parts:
        flow.append(_typed(part.title, _PART))
        for one in part.said:
            flow += _said(one)

    def foot(canvas: Any, document: Any) -> None:
        canvas.saveState()
        canvas.setFont("Text", 7.5)
        canvas.setFillColor(_SOFT)
        canvas.drawString(18 * mm, 11 * mm, paper.foot[:120])
        canvas.drawRightString(letter[0] - 18 * mm, 11 * mm, f"Page {document.page}")
        canvas.restoreState()

    made.build(flow, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()
