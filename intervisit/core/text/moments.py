"""Dates and times that people type, in the zone of a school: refused or asked about, never shifted."""

import calendar
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from intervisit.core.text.troubles import BadValue, Trouble, label_of, shown

EARLIEST = date(2000, 7, 1)
LATEST = date(2100, 6, 30)
Choice = Literal["first", "second"]
Order = Literal["month-first", "day-first"]

_ISO = re.compile(r"([0-9]{1,6})-([0-9]{1,2})-([0-9]{1,2})")
_SLASHED = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4,6})")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]{1,6})?)?\s*([aApP]\.?[mM]\.?)?")
_OFFSET = re.compile(r"(?:[zZ]|([+-])([0-9]{2}):?([0-9]{2}))$")


def read_date(
    value: object,
    *,
    field: str,
    earliest: date = EARLIEST,
    latest: date = LATEST,
    order: Order | None = None,
) -> date:
    """A day: `2027-03-14`; also `3/14/2027`, when `order` or the numbers themselves tell month from day.

    Raises BadValue: not-a-date, no-such-date, date-out-of-range, ambiguous-date.
    """
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return _in_range(value, field, earliest, latest)
    text = str(value).strip()
    found = _ISO.fullmatch(text)
    if found:
        year, month, day = (int(part) for part in found.groups())
    else:
        found = _SLASHED.fullmatch(text)
        if not found:
            message = f"The {label_of(field)} {shown(text)} is not a date. Write it like 2027-03-14."
            raise BadValue(Trouble("not-a-date", message, field))
        first, second, year = (int(part) for part in found.groups())
        month, day = _which_is_month(first, second, year, field, order)
    if not earliest.year <= year <= latest.year:
        raise BadValue(_out_of_range(field, earliest, latest))
    if not 1 <= month <= 12:
        message = f"{shown(text)} is no date: there is no month {month}. Write it like 2027-03-14."
        raise BadValue(Trouble("no-such-date", message, field))
    days = calendar.monthrange(year, month)[1]
    if not 1 <= day <= days:
        name = calendar.month_name[month]
        message = f"{day} {name} {year} does not exist; {name} {year} has {days} days."
        raise BadValue(Trouble("no-such-date", message, field))
    return _in_range(date(year, month, day), field, earliest, latest)


def date_order(texts: Iterable[str]) -> Order | None:
    """What the dates of one column tell together about month and day: `3/14/2027` in one decides for all."""
    orders: set[Order] = set()
    for text in texts:
        if found := _SLASHED.fullmatch(text.strip()):
            first, second = int(found[1]), int(found[2])
            if first > 12 >= second:
                orders.add("day-first")
            elif second > 12 >= first:
                orders.add("month-first")
    return orders.pop() if len(orders) == 1 else None


def read_moment(
    value: object,
    zone: str,
    *,
    field: str,
    choice: Choice | None = None,
    earliest: date = EARLIEST,
    latest: date = LATEST,
) -> datetime:
    """A moment in `zone` (an IANA name): `2027-03-14 09:30`, `2027-03-14T09:30`, with an offset if wanted.

    `choice` says which of two equal clock times is meant when clocks go back. Raises BadValue:
    time-does-not-exist, ambiguous-time (offers `first`, `second`), no-such-time, not-a-time,
    unknown-time-zone, and the codes of `read_date`.
    """
    tz = time_zone(zone, field=field)
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            _in_range(value.date(), field, earliest, latest)
            return value.astimezone(tz)
        value = value.replace(tzinfo=None).isoformat(sep=" ", timespec="minutes")
    text = str(value).strip()
    day_text, _, clock_text = text.replace("T", " ", 1).replace("t", " ", 1).partition(" ")
    day = read_date(day_text, field=field, earliest=earliest, latest=latest)
    clock_text = clock_text.strip()
    offset = _OFFSET.search(clock_text)
    clock = _read_clock(clock_text[: offset.start()] if offset else clock_text, text, field)
    local = datetime.combine(day, clock)
    if offset:
        return _with_offset(local, offset, field).astimezone(tz)
    return in_zone(local, tz, field=field, choice=choice)


def in_zone(local: datetime, tz: ZoneInfo, *, field: str, choice: Choice | None = None) -> datetime:
    """A clock time without a zone put into one. Raises BadValue: time-does-not-exist, ambiguous-time."""
    first, second = local.replace(tzinfo=tz, fold=0), local.replace(tzinfo=tz, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first
    if not _exists(first):
        raise BadValue(_does_not_exist(local, tz, field))
    if choice == "first":
        return first
    if choice == "second":
        return second
    clock = _clock(local)
    message = (
        f"{clock} {_half(local)} happens twice on {long_date(local.date())}, clocks go back. "
        f"Choose: first {clock} ({_time_name(first)}) or second ({_time_name(second)})?"
    )
    raise BadValue(Trouble("ambiguous-time", message, field, offers=("first", "second")))


def time_zone(zone: str, *, field: str = "time_zone") -> ZoneInfo:
    """The zone of an IANA name. Raises BadValue: unknown-time-zone."""
    try:
        if re.fullmatch(r"[A-Za-z0-9_+\-]+(?:/[A-Za-z0-9_+\-]+){0,2}", zone):
            return ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        pass
    message = f"The time zone {shown(zone)} is not known. Use a name like America/New_York."
    raise BadValue(Trouble("unknown-time-zone", message, field))


def long_date(day: date) -> str:
    """`14 March 2027`, in every language setting of the machine."""
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def _which_is_month(first: int, second: int, year: int, field: str, order: Order | None) -> tuple[int, int]:
    if order == "month-first" or (order is None and second > 12):
        return first, second
    if order == "day-first" or first > 12 or first == second:
        return second, first
    offers = (f"{year:04}-{first:02}-{second:02}", f"{year:04}-{second:02}-{first:02}")
    message = f"The {label_of(field)} can be {offers[0]} or {offers[1]}. Write the year first."
    raise BadValue(Trouble("ambiguous-date", message, field, offers=offers))


def _in_range(day: date, field: str, earliest: date, latest: date) -> date:
    if not earliest <= day <= latest:
        raise BadValue(_out_of_range(field, earliest, latest))
    return day


def _out_of_range(field: str, earliest: date, latest: date) -> Trouble:
    message = f"Choose a date between {long_date(earliest)} and {long_date(latest)}."
    return Trouble("date-out-of-range", message, field)


def _read_clock(text: str, whole: str, field: str) -> time:
    found = _CLOCK.fullmatch(text)
    if not found:
        message = f"The {label_of(field)} {shown(whole)} has no time. Write it like 2027-03-14 09:30."
        raise BadValue(Trouble("not-a-time", message, field))
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    half = (found[4] or "").lower()[:1]
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif half:
        hour = 99
    if hour > 23 or minute > 59 or second > 59:
        message = f"There is no time {shown(text)}. Choose one between 00:00 and 23:59."
        raise BadValue(Trouble("no-such-time", message, field))
    return time(hour, minute, second)


def _with_offset(local: datetime, offset: re.Match[str], field: str) -> datetime:
    if offset[1] is None:
        return local.replace(tzinfo=UTC)
    hours, minutes = int(offset[2]), int(offset[3])
    if hours > 14 or minutes > 59:
        raise BadValue(Trouble("no-such-time", f"There is no time zone {shown(offset[0])}.", field))
    shift = timedelta(hours=hours, minutes=minutes)
    return (local + shift if offset[1] == "-" else local - shift).replace(tzinfo=UTC)


def _exists(moment: datetime) -> bool:
    back = moment.astimezone(UTC).astimezone(moment.tzinfo)
    return back.replace(tzinfo=None) == moment.replace(tzinfo=None)


def _does_not_exist(local: datetime, tz: ZoneInfo, field: str) -> Trouble:
    step = timedelta(minutes=1)
    before, after = (_nearest(local.replace(second=0), tz, way) for way in (-step, step))
    message = (
        f"{_clock(local)} {_half(local)} does not exist on {long_date(local.date())}, clocks go forward. "
        f"Choose {_near(before, local)} or {_near(after, local)}."
    )
    offers = (before.isoformat(sep=" ", timespec="minutes"), after.isoformat(sep=" ", timespec="minutes"))
    return Trouble("time-does-not-exist", message, field, offers=offers)


def _nearest(local: datetime, tz: ZoneInfo, step: timedelta) -> datetime:
    while not _exists(local.replace(tzinfo=tz)):
        local += step
    return local


def _near(moment: datetime, asked: datetime) -> str:
    if moment.date() != asked.date():
        return f"{_clock(moment)} {_half(moment)} on {long_date(moment.date())}"
    return _clock(moment) if _half(moment) == _half(asked) else f"{_clock(moment)} {_half(moment)}"


def _clock(moment: datetime) -> str:
    return f"{moment.hour % 12 or 12}:{moment.minute:02}"


def _half(moment: datetime) -> str:
    return "a.m." if moment.hour < 12 else "p.m."


def _time_name(moment: datetime) -> str:
    return "daylight time" if moment.dst() else "standard time"
