"""Dates as people paste them from a mail, a web page or a document: many ways to write one, none of them guessed."""

import re
from dataclasses import dataclass, field
from datetime import date

from intervisit.core.days.blocked import LONGEST, Stretch
from intervisit.core.days.named import NAME_LENGTH
from intervisit.core.text import (
    BadValue,
    Collector,
    Order,
    Trouble,
    Troubles,
    clean,
    date_order,
    long_date,
    read_date,
    shown,
)

LONGEST_TEXT = 20_000  # characters
MOST_LINES = 500

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sep sept", "october oct", "november nov", "december dec"), start=1)
    for name in names.split()
}  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_LEAD = re.compile(r"[\s\-–—•*·▪◦>]*(?:\(?\d{1,3}\)\s+)?")
_WEEKDAY = re.compile(
    r"(mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?s?\.?,?\s+", re.IGNORECASE
)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_SLASHED = re.compile(r"(\d{1,2})([/.])(\d{1,2})(?:\2(\d{4}|\d{2}))?(?![\d/])\.?")
_MONTH_FIRST = re.compile(
    r"([A-Za-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?!\d)(?:,?\s+(\d{4})(?!\d))?", re.IGNORECASE
)
_DAY_FIRST = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?\.?\s+(?:of\s+)?([A-Za-z]{3,9})\b\.?(?:,?\s+(\d{4})(?!\d))?", re.IGNORECASE
)
_TO = re.compile(r"\s*(?:-|–|—|\bto\b|\buntil\b|\bthrough\b|\bthru\b)\s*", re.IGNORECASE)
_BARE = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?(?![\d/]|[.:]\d)(?:,?\s+(\d{4})(?!\d))?", re.IGNORECASE)
_NEXT = re.compile(r"\s*(?:,|;|&|\band\b|,\s*and\b)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pasted:
    """The days that were understood, each with its line; what was not; and the question that one line leaves open.

    `unsure` names a line whose month and day cannot be told apart: (line, what stands there, the two readings).
    """

    days: tuple[tuple[int, Stretch], ...]
    troubles: Troubles = field(default_factory=Troubles)
    notes: tuple[str, ...] = ()
    unsure: tuple[tuple[int, str, str, str], ...] = ()


class _NotRead(Exception):
    def __init__(self, trouble: Trouble) -> None:
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class _Date:
    day: date
    end: int
    month_named: bool = False
    year_given: bool = True


@dataclass(frozen=True, slots=True)
class _Year:
    """The school year in which a date without a year lies, and how 3/4 is read."""

    first: date
    last: date
    order: Order | None

    def of(self, month: int) -> int:
        return self.first.year if month >= 7 else self.first.year + (self.first.month >= 7)


def read_pasted(
    text: str, *, first: date, last: date, order: Order | None = None, source: str = "pasted"
) -> Pasted:
    """The days of a pasted text, one or more a line, with a name behind them if there is one; never raises.

    `first` and `last` bound the school year. `order` answers an earlier question about month and day; without it the
    dates of the whole text decide, when they can.
    """
    lines = re.split("\r\n|\n|\r", text)
    too_long = _too_long(text, lines)
    if too_long:
        return Pasted((), Troubles((too_long,)))
    slashed = (m[0].rstrip(".") for line in lines for m in _SLASHED.finditer(line) if m[4] and len(m[4]) == 4)
    reading = _Reading(_Year(first, last, order or date_order(slashed) or _short_order(lines)), source)
    for number, line in enumerate(lines, start=1):
        if line.strip():
            reading.take(number, line)
    return reading.done()


def _too_long(text: str, lines: list[str]) -> Trouble | None:
    for number, limit, what in ((len(text), LONGEST_TEXT, "characters"), (len(lines), MOST_LINES, "lines")):
        if number > limit:
            message = f"The text has {number:,} {what}; at most {limit:,} are read. Paste less of it."
            return Trouble("too-long", message, "text")
    return None


class _Reading:
    """What was understood so far, line after line."""

    def __init__(self, year: _Year, source: str) -> None:
        self.year, self.source, self.found = year, source, Collector()
        self.days: list[tuple[int, Stretch]] = []
        self.unsure: list[tuple[int, str, str, str]] = []
        self.notes: list[str] = []

    def take(self, number: int, line: str) -> None:
        try:
            read = _line(line, self.year, self.source)
        except _NotRead as error:
            trouble = error.trouble
            if trouble.code == "ambiguous-date" and len(trouble.offers) == 2:
                self.unsure.append((number, shown(line.strip()), *_in_words(trouble.offers)))
            self.found.add(trouble.at(line=number))
            return
        for stretch in read:
            refused = _outside(stretch, self.year)
            if refused:
                self.found.add(refused.at(line=number))
            elif all(day.weekday() >= 5 for day in stretch.dates()):
                day = long_date(stretch.first)
                self.notes.append(f"Line {number}: {day} is a weekend, so there is nothing to block.")
            else:
                self.days.append((number, stretch))

    def done(self) -> Pasted:
        if not self.days and not self.notes and not len(self.found.done()):
            what = "There is no date in this text. Paste dates like 2026-10-12 or Oct 12."
            self.found.add(Trouble("nothing-to-read", what, "text"))
        return Pasted(tuple(self.days), self.found.done(), tuple(self.notes), tuple(self.unsure))


def _short_order(lines: list[str]) -> Order | None:
    """The same decision from dates without a year or with a short one: 25/3 can only be a day first."""
    texts = [f"{m[1]}/{m[3]}/2000" for line in lines for m in _SLASHED.finditer(line)]
    return date_order(texts)


def _outside(stretch: Stretch, year: _Year) -> Trouble | None:
    if stretch.last < stretch.first:
        what = f"{long_date(stretch.last)} lies before {long_date(stretch.first)}. Exchange them."
        return Trouble("ends-before-it-starts", what, "text")
    if (stretch.last - stretch.first).days >= LONGEST:
        return Trouble("too-long", f"These are more than {LONGEST} days. Write them in parts.", "text")
    if stretch.last < year.first or stretch.first > year.last:
        bounds = f"{long_date(year.first)} to {long_date(year.last)}"
        return Trouble(
            "date-out-of-range", f"{long_date(stretch.first)} is not in the school year, {bounds}.", "text"
        )
    return None


def _line(line: str, year: _Year, source: str) -> list[Stretch]:
    at = _LEAD.match(line).end()  # type: ignore[union-attr] # it matches nothing as well
    found: list[tuple[date, date]] = []
    while True:
        one = _dated(line, at, year)
        if one is None:
            break
        first, at = one, one.end
        last, at = _until(line, at, first, year)
        found.append((first.day, last))
        following = _NEXT.match(line, at)
        if following is None:
            break
        more = _dated(line, following.end(), year)
        if more is None and first.month_named and (bare := _alone(line, following.end())):
            while bare:
                day = _made(first.day.year, first.day.month, int(bare[1]), line)
                found.append((day, day))
                at = bare.end(1)
                following = _NEXT.match(line, at)
                bare = _alone(line, following.end()) if following else None
            break
        if more is None:
            break
        at = following.end()
    if not found:
        text = line.strip()
        raise _NotRead(
            Trouble(
                "not-a-date",
                f"{shown(text)} is not a date. Write it like 2026-10-12, 12 October or Oct 12–15.",
                "text",
            )
        )
    name = _name(line[at:])
    return [Stretch(first, last, name, source) for first, last in found]


def _alone(line: str, at: int) -> re.Match[str] | None:
    """A day's number that stands alone in a list: "Oct 12, 14 and 16"."""
    return re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s*(?=,|;|&|and\b|:(?!\d)|$)").match(line, at)


def _name(rest: str) -> str:
    text = re.sub(r"^[\s:,;.()\-–—]+|[\s,;]+$", "", rest)
    text = text[:-1] if text.endswith(")") and "(" not in text else text
    try:
        return clean(text[: 4 * NAME_LENGTH], field="text", max_length=160, kind="line", label="name")
    except BadValue as bad:
        raise _NotRead(bad.troubles[0]) from None


def _until(line: str, at: int, first: _Date, year: _Year) -> tuple[date, int]:
    to = _TO.match(line, at)
    if to is None:
        return first.day, at
    last = _dated(line, to.end(), year)
    if last is not None:
        day = last.day
        return day, last.end
    bare = _BARE.match(line, to.end())
    if bare is None or not first.month_named:
        return first.day, at
    number = int(bare[2]) if bare[2] else first.day.year
    if bare[2] and not first.year_given and number != first.day.year:
        raise _NotRead(_other_year(line))
    return _made(number, first.day.month, int(bare[1]), line), bare.end()


def _other_year(line: str) -> Trouble:
    return Trouble(
        "ambiguous-date", f"{shown(line.strip())}: which year is the first day in? Write both years.", "text"
    )


def _dated(line: str, at: int, year: _Year) -> _Date | None:
    """The date that begins here, with or without its weekday; None when none does."""
    weekday = _WEEKDAY.match(line, at)
    start = weekday.end() if weekday else at
    found = _read(line, start, year)
    if found is None:
        return None
    if weekday:
        wanted = next(n for n, name in enumerate(_WEEKDAYS) if name.startswith(weekday[1].lower()[:3]))
        if found.day.weekday() != wanted:
            right = _WEEKDAYS[found.day.weekday()].capitalize()
            message = (
                f"{long_date(found.day)} is a {right}, not a {_WEEKDAYS[wanted].capitalize()}. "
                "Correct the day or the weekday."
            )
            raise _NotRead(Trouble("weekday-differs", message, "text"))
    return found


def _read(line: str, at: int, year: _Year) -> _Date | None:
    if m := _ISO.match(line, at):
        return _Date(_checked(f"{m[1]}-{m[2]}-{m[3]}", None), m.end())
    if m := _SLASHED.match(line, at):
        return _Date(_slashed(m, year), m.end(), year_given=bool(m[4]))
    for pattern, month, day in ((_MONTH_FIRST, 1, 2), (_DAY_FIRST, 2, 1)):
        m = pattern.match(line, at)
        if m and m[month].lower() in _MONTHS:
            number = _MONTHS[m[month].lower()]
            value = _made(int(m[3]) if m[3] else year.of(number), number, int(m[day]), line)
            return _Date(value, m.end(), True, bool(m[3]))
    return None


def _slashed(m: re.Match[str], year: _Year) -> date:
    first, second, given = int(m[1]), int(m[3]), m[4]
    if given:
        return _checked(f"{first}/{second}/{given if len(given) == 4 else '20' + given}", year.order)
    order = year.order or (
        "month-first"
        if second > 12 or 0 in (first, second)
        else "day-first"
        if first > 12 or first == second
        else None
    )
    if order is None:
        offers = tuple(f"{year.of(a):04}-{a:02}-{b:02}" for a, b in ((first, second), (second, first)))
        message = f"{shown(m[0])} can be {' or '.join(_in_words(offers))}. Say whether the month comes first."
        raise _NotRead(Trouble("ambiguous-date", message, "text", offers=offers))
    month, day = (first, second) if order == "month-first" else (second, first)
    if not 1 <= month <= 12:
        raise _NotRead(
            Trouble("no-such-date", f"{shown(m[0])} is no date: there is no month {month}.", "text")
        )
    return _made(year.of(month), month, day, m[0])


def _in_words(offers: tuple[str, ...]) -> tuple[str, str]:
    """The two days that a date can be, with their weekdays: that is what people tell them apart by."""
    one, other = (_weekday_and_date(offer) for offer in offers)
    return one, other


def _weekday_and_date(offer: str) -> str:
    try:
        day = date.fromisoformat(offer)
    except ValueError:  # there is no such month
        return offer
    return f"{_WEEKDAYS[day.weekday()].capitalize()} {long_date(day)}"


def _made(year: int, month: int, day: int, text: str) -> date:
    return _checked(f"{year}-{month}-{day}", None)


def _checked(text: str, order: Order | None) -> date:
    try:
        return read_date(text, field="text", order=order)
    except BadValue as bad:
        trouble = bad.troubles[0]
        if trouble.code == "ambiguous-date":
            either = " or ".join(_in_words(trouble.offers))
            message = f"{shown(text)} can be {either}. Say whether the month comes first."
            trouble = Trouble("ambiguous-date", message, "text", offers=trouble.offers)
        raise _NotRead(trouble) from None


__all__ = ["LONGEST_TEXT", "Pasted", "read_pasted"]
