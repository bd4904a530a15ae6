"""A year as a calendar: agenda, month, week, list and year of whichever visits a reader may see."""

import calendar
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from intervisit.apps.calendar.models import NamedDays, Visit
from intervisit.apps.calendar.queries.visits import timeline
from intervisit.apps.calendar.states import VisitState
from intervisit.core.charts import Year

KINDS = (("agenda", "Agenda"), ("month", "Month"), ("week", "Week"), ("list", "List"), ("year", "Year"))
MOST = 150  # visits in one list; beyond, lists go month by month
ROWS = 60  # networks on one page of a year
IN_A_CELL = 5  # visits of one day in a month
SCHOOL_WEEK = 5  # Monday to Friday: there are no visits at the weekend


@dataclass(frozen=True)
class Shown:
    """One visit on a calendar. `draft`: its day is the draft's, which only the office sees."""

    visit: Visit
    date: dt.date
    network: str
    past: bool
    off: bool
    draft: bool
    movable: bool


@dataclass(frozen=True)
class Cell:
    """One day of a month or a week."""

    date: dt.date
    outside: bool  # of the month shown
    today: bool
    visits: tuple[Shown, ...]
    more: int  # visits that found no room
    notes: tuple[str, ...]  # why there is no school, or no visit


@dataclass(frozen=True)
class Row:
    """One network's year: its visits by month."""

    name: str
    url: str
    months: tuple[tuple[Shown, ...], ...]


@dataclass(frozen=True)
class Tab:
    """One way of looking."""

    label: str
    url: str
    current: bool
    count: str = ""


@dataclass(frozen=True)
class View:
    """A calendar, ready to be shown."""

    kind: str
    title: str
    tabs: tuple[Tab, ...]
    before: str  # address of the time before; empty where there is none
    after: str
    weeks: tuple[tuple[Cell, ...], ...] = ()
    upcoming: tuple[Shown, ...] = ()
    past: tuple[Shown, ...] = ()
    groups: tuple[tuple[str, tuple[Shown, ...]], ...] = ()  # of a list: month → visits
    months: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    route: Year | None = None
    left_out: int = 0  # networks beyond the first page
    here: str = ""  # this view's own address, for what comes back to it


@dataclass(frozen=True)
class Notes:
    """Why there is no school on a day, or no visit, by day."""

    on: dict[dt.date, list[str]]


@dataclass(frozen=True)
class Span:
    """What is looked at: how, around which day, of which year; and which day it is."""

    kind: str
    on: dt.date
    today: dt.date
    first: dt.date
    last: dt.date


def span_of(asked: str, on: str, usual: str, today: dt.date, first: dt.date, last: dt.date) -> Span:
    """Read an address. What is not understood means the usual view of today, or the year's nearest day."""
    kind = asked if asked in dict(KINDS) else usual
    try:
        day = dt.date.fromisoformat(on)
    except ValueError:
        day = today
    return Span(kind, min(max(day, first), last), today, first, last)


def view_of(
    visits: QuerySet[Visit],
    span: Span,
    path: str,
    notes: Notes,
    *,
    movable: bool = False,
    draft: bool = False,
) -> View:
    """The calendar of these visits. At most four queries, however many there are."""
    few = visits.count() <= MOST if span.kind in ("agenda", "list") else True
    first, last = _reach(span, few)
    if draft:
        visits = visits.select_related("change")
    found = _range(visits, first, last, draft=draft)
    shown = [_shown(v, span.today, movable=movable, draft=draft) for v in found]
    shown = sorted((s for s in shown if first <= s.date <= last), key=lambda s: (s.date, s.network))
    before, after = _around(span, few)
    given = View(
        kind=span.kind,
        title=_title(span, few),
        tabs=tuple(
            Tab(label, _to(path, key, span.on), key == span.kind) for key, label in KINDS
        ),
        before=_to(path, span.kind, before) if before else "",
        after=_to(path, span.kind, after) if after else "",
        here=_to(path, span.kind, span.on),
    )  # fmt: skip
    return _filled(given, shown, span, notes)


def _filled(view: View, shown: list[Shown], span: Span, notes: Notes) -> View:
    if span.kind in ("month", "week"):
        return replace(view, weeks=_weeks(shown, span, notes))
    if span.kind == "year":
        return _year(view, shown, span)
    if span.kind == "list":
        months = groupby(shown, key=lambda s: (s.date.year, s.date.month))
        return replace(view, groups=tuple((_month(dt.date(*key, 1)), tuple(rows)) for key, rows in months))
    past = [s for s in shown if s.past]
    return replace(view, upcoming=tuple(s for s in shown if not s.past), past=tuple(past[::-1]))


def _year(view: View, shown: list[Shown], span: Span) -> View:
    by_network: dict[object, list[Shown]] = defaultdict(list)
    for s in sorted(shown, key=lambda s: (s.visit.network.number, s.date)):
        by_network[s.visit.network_id].append(s)
    if len(by_network) <= 1:
        on = [s.visit for s in shown if not s.off]
        return replace(view, route=timeline(on, span.first, span.last, span.today))
    months = _months(span.first, span.last)
    rows = []
    for these in list(by_network.values())[:ROWS]:
        cells = tuple(tuple(s for s in these if (s.date.year, s.date.month) == month) for month in months)
        rows.append(Row(these[0].network, f"/networks/{these[0].visit.network_id}/", cells))
    names = tuple(calendar.month_abbr[month] for _, month in months)
    return replace(view, months=names, rows=tuple(rows), left_out=max(0, len(by_network) - ROWS))


def _months(first: dt.date, last: dt.date) -> list[tuple[int, int]]:
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [(n // 12, n % 12 + 1) for n in months]


def _range(visits: QuerySet[Visit], first: dt.date, last: dt.date, *, draft: bool) -> Iterable[Visit]:
    inside = Q(date__range=(first, last))
    return visits.filter(inside | Q(change__date__range=(first, last)) if draft else inside)


def _shown(visit: Visit, today: dt.date, *, movable: bool, draft: bool) -> Shown:
    change = getattr(visit, "change", None) if draft else None
    date = change.date if change is not None and change.date is not None else visit.date
    off = visit.state != VisitState.PLANNED if change is None else change.date is None
    return Shown(
        visit,
        date,
        visit.network.name,
        date < today,
        off,
        change is not None,
        movable and visit.date >= today,
    )


def _reach(span: Span, few: bool) -> tuple[dt.date, dt.date]:
    if span.kind == "week":
        monday = span.on - dt.timedelta(days=span.on.weekday())
        return monday, monday + dt.timedelta(days=SCHOOL_WEEK - 1)
    if span.kind == "year" or (few and span.kind in ("agenda", "list")):
        return span.first, span.last
    start = span.on.replace(day=1)
    return start, _after(start) - dt.timedelta(days=1)


def _after(month: dt.date) -> dt.date:
    return (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1)


def _around(span: Span, few: bool) -> tuple[dt.date | None, dt.date | None]:
    """Days of the time before and after, within the year."""
    if span.kind == "year" or (few and span.kind in ("agenda", "list")):
        return None, None
    first, last = _reach(span, few)
    if span.kind == "week":
        before, after = first - dt.timedelta(days=7), first + dt.timedelta(days=7)
    else:
        before, after = (first - dt.timedelta(days=1)).replace(day=1), last + dt.timedelta(days=1)
    return (before if first > span.first else None), (after if last < span.last else None)


def _title(span: Span, few: bool) -> str:
    if span.kind == "year" or (few and span.kind in ("agenda", "list")):
        return f"{_month(span.first)} to {_month(span.last)}"
    if span.kind == "week":
        first, last = _reach(span, few)
        return f"{first:%a} {first.day} to {last:%a} {last.day} {last:%B %Y}"
    return _month(span.on)


def _month(day: dt.date) -> str:
    return f"{day:%B %Y}"


def _to(path: str, kind: str, on: dt.date) -> str:
    return f"{path}?{urlencode({'view': kind, 'on': on.isoformat()})}"


def _weeks(shown: list[Shown], span: Span, notes: Notes) -> tuple[tuple[Cell, ...], ...]:
    by_day: dict[dt.date, list[Shown]] = defaultdict(list)
    for s in shown:
        by_day[s.date].append(s)
    first, last = _reach(span, few=False)
    monday, room = first - dt.timedelta(days=first.weekday()), IN_A_CELL if span.kind == "month" else 99
    weeks = []
    while monday <= last:
        week = [monday + dt.timedelta(days=n) for n in range(SCHOOL_WEEK)]
        if any(first <= day <= last for day in week):
            weeks.append(tuple(_cell(day, first, last, span, by_day[day], room, notes) for day in week))
        monday += dt.timedelta(days=7)
    return tuple(weeks)


def _cell(
    day: dt.date, first: dt.date, last: dt.date, span: Span, visits: Sequence[Shown], room: int, notes: Notes
) -> Cell:
    outside = not first <= day <= last
    fitting = tuple(visits) if len(visits) <= room else tuple(visits[: room - 1])
    said = () if outside else tuple(notes.on.get(day, ()))
    return Cell(day, outside, day == span.today, () if outside else fitting, len(visits) - len(fitting), said)


def notes_of(organizations: Iterable[object], span: Span) -> Notes:
    """The named days of a district, and of a school that is looked at, in one query."""
    on: dict[dt.date, list[str]] = defaultdict(list)
    rows = NamedDays.objects.filter(
        organization__in=list(organizations), starts__lte=span.last, ends__gte=span.first
    )
    for row in rows.order_by("starts"):
        day = max(row.starts, span.first)
        while day <= min(row.ends, span.last):
            said = f"{row.name} ({row.applies_to})" if row.applies_to else row.name
            if said not in on[day]:
                on[day].append(said)
            day += dt.timedelta(days=1)
    return Notes(on)
