"""The days in a form tool's table: whole columns are written one way, and with the second of the submission."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import replace

from intervisit.apps.programs.queries import day_words
from intervisit.core.text import BadValue, Order, Trouble, date_order, read_date, shown

_TIME = re.compile(r"(?<=\d)[ T]+\d{1,2}:\d\d.*$")  # form tools note the second; the day is enough


def order_of(values: Iterable[object]) -> Order | None:
    """Whether a column writes the month or the day first: one day after the 12th tells it of all."""
    return date_order(_TIME.sub("", str(value or "").strip()) for value in values)


def day_of(value: object, order: Order | None, problems: list[tuple[str, Trouble]]) -> dt.date | None:
    """The day of a date or of a form tool's time stamp."""
    text = _TIME.sub("", str(value or "").strip())
    if re.fullmatch(r"\d{4}/\d{1,2}/\d{1,2}", text):
        text = "-".join(part.zfill(2) for part in text.split("/"))
    if not text:
        return None
    try:
        return read_date(text, field="submitted", order=order)
    except BadValue as error:
        problems += [("submitted", _unsure(text, t) if t.offers else t) for t in error.troubles]
        return None


def _unsure(text: str, trouble: Trouble) -> Trouble:
    """A day that can be two, in words."""
    one, other = (day_words(dt.date.fromisoformat(offer)) for offer in trouble.offers[:2])
    message = (
        f"{shown(text)} can be {one} or {other}, and no other line tells which. "
        "Say under Columns what comes first."
    )
    return replace(trouble, message=message)
