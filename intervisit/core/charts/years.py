"""What happens when: a year as a row of months. The page draws it (`ui/year.html`), paper too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from intervisit.core.charts.values import ChartError

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Happening:
    """Something on a day. `kind` "host" stands out; `day_name` is what the page shows ("Tue 14")."""

    on: date
    label: str
    kind: str = ""
    url: str = ""

    @property
    def day(self) -> str:
        return f"{DAYS[self.on.weekday()]} {self.on.day}"


@dataclass(frozen=True)
class Month:
    """`state`: past, now or later; `items` in order of days."""

    label: str
    state: str
    items: tuple[Happening, ...]


@dataclass(frozen=True)
class Year:
    months: tuple[Month, ...]
    sentence: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def year_timeline(happenings: Sequence[Happening], *, start: date, end: date, today: date) -> Year:
    """Every month from `start` to `end`, both included, empty ones too, with what happens in it.

    Raises `ChartError` where the end is before the start, the span over five years, or a day outside it.
    """
    if end < start:
        raise ChartError(f"the year ends ({end}) before it starts ({start})")
    first, last = _index(start), _index(end)
    if last - first >= 60:
        raise ChartError(f"{start} to {end} is more than five years")
    in_order = sorted(happenings, key=lambda h: (h.on, h.label))
    for h in in_order:
        if not first <= _index(h.on) <= last:
            raise ChartError(f"{h.label} on {h.on} is outside {start} to {end}")
    months = []
    for i in range(first, last + 1):
        year, month = divmod(i, 12)
        state = "past" if i < _index(today) else "now" if i == _index(today) else "later"
        label = MONTHS[month] if month and i != first else f"{MONTHS[month]} {year}"
        months.append(Month(label, state, tuple(h for h in in_order if _index(h.on) == i)))
    rows = tuple((h.on.isoformat(), h.day, h.label) for h in in_order)
    return Year(tuple(months), _sentence(in_order, today), ("Date", "Day", "What"), rows)


def _index(day: date) -> int:
    return day.year * 12 + day.month - 1


def _sentence(happenings: Sequence[Happening], today: date) -> str:
    if not happenings:
        return "Nothing is planned yet."
    ahead = [h for h in happenings if h.on >= today]
    behind = len(happenings) - len(ahead)
    if not ahead:
        return f"All {behind} are behind us." if behind > 1 else f"{happenings[0].label} is behind us."
    following = ahead[0]
    when = f"{following.day} {MONTHS[following.on.month - 1]}"
    return f"{behind} done, {len(ahead)} to come; next {following.label}, {when}."
