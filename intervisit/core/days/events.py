"""Days from iCalendar text (RFC 5545): every event on its own, so that a broken one hides no other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from intervisit.core.days.listed import ends_before
from intervisit.core.days.named import MOST_EVENTS, NAME_LENGTH, DayList, NamedDays, in_order, kind_of
from intervisit.core.tables import Note
from intervisit.core.text import BadValue, Collector, Trouble, clean, read_date, shown, time_zone

# All that a day needs; the rest of an event (attachments, alarms, descriptions) is never parsed.
_USED = re.compile(
    r"(DTSTART|DTEND|DURATION|SUMMARY|CATEGORIES|RRULE|RDATE|STATUS|RECURRENCE-ID)[;:]", re.IGNORECASE
)
_LONGEST_LINE = 1_500  # characters of one unfolded line; a name over its limit is refused for its length


@dataclass(frozen=True, slots=True)
class _Event:
    line: int
    text: str
    closed: bool


class _NotTaken(Exception):
    def __init__(self, trouble: Trouble) -> None:
        self.trouble = trouble


def days_of_calendar(text: str, filename: str, zone: str | None) -> DayList:
    """All-day events as they are, timed ones on their local day; moments in UTC fall on the day of `zone`."""
    found = Collector()
    days: list[NamedDays] = []
    notes: list[Note] = []
    local = time_zone(zone) if zone else None
    names = _zones(text)
    count = 0
    for count, event in enumerate(_events(text), start=1):
        if count > MOST_EVENTS:
            message = (
                f"Line {event.line:,}: more than {MOST_EVENTS:,} events; no more are read. Split the file."
            )
            found.add(Trouble("too-many-events", message, file=filename, line=event.line))
            break
        try:
            day, told = _day(event, local, names)
        except _NotTaken as refused:
            found.add(replace(refused.trouble, file=filename, line=event.line))
        else:
            days.extend([day] if day else [])
            notes.extend(told)
    if not count:
        message = "The calendar has no events. Export it again with its events."
        found.add(Trouble("no-events", message, file=filename))
    return DayList(in_order(days), found.done(), tuple(notes[:100]))


def _events(text: str) -> Iterator[_Event]:
    """The blocks between BEGIN:VEVENT and END:VEVENT, cut down to the lines in use, with their first line."""
    lines: list[str] = []
    begun, nested, keep = 0, 0, False
    for number, line in enumerate(re.split("\r\n|\n|\r", text), start=1):
        mark = line.strip().upper()
        if mark == "BEGIN:VEVENT":
            if begun:
                yield _Event(begun, "\r\n".join(lines), closed=False)
            lines, begun, nested, keep = [], number, 0, False
        elif begun and mark == "END:VEVENT":
            yield _Event(begun, "\r\n".join(lines), closed=True)
            begun = 0
        elif begun and mark.startswith(("BEGIN:", "END:")):
            nested = max(0, nested + (1 if mark.startswith("BEGIN:") else -1))
        elif begun and line[:1] in (" ", "\t"):
            if keep and len(lines[-1]) < _LONGEST_LINE:
                lines[-1] += line[1:_LONGEST_LINE]
        elif begun:
            keep = not nested and _USED.match(line) is not None
            if keep:
                lines.append(line[:_LONGEST_LINE])
    if begun:
        yield _Event(begun, "\r\n".join(lines), closed=False)


def _zones(text: str) -> dict[str, str]:
    """The file's own names of time zones → the IANA name it gives beside them."""
    blocks = re.findall(r"BEGIN:VTIMEZONE(.{0,2000}?)BEGIN:(?:STANDARD|DAYLIGHT)", text[:200_000], re.DOTALL)
    found: dict[str, str] = {}
    for block in blocks:
        name = re.search(r"^TZID:(.+)$", block, re.MULTILINE)
        place = re.search(r"^X-LIC-LOCATION:(.+)$", block, re.MULTILINE)
        if name and place:
            found[name[1].strip()] = place[1].strip()
    return found


def _day(
    event: _Event, local: ZoneInfo | None, names: dict[str, str]
) -> tuple[NamedDays | None, tuple[Note, ...]]:
    if not event.closed:
        raise _refused(event, "", "cut-off-event", "the event does not end (END:VEVENT is missing)")
    try:
        parsed = icalendar.Event.from_ical(f"BEGIN:VEVENT\r\n{event.text}\r\nEND:VEVENT\r\n")
        assert isinstance(parsed, icalendar.Event)
    except Exception:  # the library's own errors are many, and a file may bring out any of them
        raise _refused(event, "", "event-not-understood", "the event is not understood") from None
    name = _name(event, parsed)
    if str(parsed.get("STATUS", "")).upper() == "CANCELLED":
        return None, (Note("cancelled-event", f"{_place(event, name)}: cancelled, and therefore left out."),)
    start = _value(event, name, parsed, "DTSTART", names)
    if start is None:
        raise _refused(event, name, "no-start", "it has no start")
    first, last = _first(start, local), _last(event, name, parsed, start, local, names)
    try:
        for day in (first, last):
            read_date(day, field="date")
    except BadValue as bad:
        raise _NotTaken(replace(bad.troubles[0], message=f"{_place(event, name)}: {bad}")) from None
    if last < first:
        raise _NotTaken(ends_before(name, first, last, _place(event, name), event.line, ""))
    kind = kind_of(_categories(parsed), name)
    notes: tuple[Note, ...] = ()
    if parsed.get("RRULE") is not None or parsed.get("RDATE") is not None:
        message = f"{_place(event, name)}: the event repeats; only its first date is taken."
        notes = (Note("repeating-event", message, confirm=True),)
    return NamedDays(first, last, name, kind, "", event.line), notes


def _first(start: date, local: ZoneInfo | None) -> date:
    return _local(start, local).date() if isinstance(start, datetime) else start


def _last(
    event: _Event,
    name: str,
    parsed: icalendar.Event,
    start: date,
    local: ZoneInfo | None,
    names: dict[str, str],
) -> date:
    """The last day, included: DTEND and DURATION name the first moment after the event."""
    end = _value(event, name, parsed, "DTEND", names)
    if end is None and (length := _duration(event, name, parsed)) is not None:
        try:
            end = start + length
        except OverflowError:
            raise _refused(event, name, "date-out-of-range", "it lasts beyond all calendars") from None
    if end is None:
        if isinstance(start, datetime):
            raise _refused(event, name, "no-end", "it has a time, and no end")
        return start  # RFC 5545 3.6.1: an all-day event without an end lasts one day
    if isinstance(end, datetime) != isinstance(start, datetime):
        raise _refused(event, name, "broken-date", "one of start and end has a time, the other has none")
    if isinstance(end, datetime) and isinstance(start, datetime):
        first, last = _local(start, local), _local(end, local)
        if last.replace(tzinfo=None) > first.replace(tzinfo=None):
            last -= timedelta(seconds=1)
        return last.date() if last >= first else min(last.date(), first.date() - timedelta(days=1))
    return end - timedelta(days=1) if end > start else end


def _local(moment: datetime, local: ZoneInfo | None) -> datetime:
    if moment.tzinfo is None:
        return moment.replace(tzinfo=local or UTC)
    in_utc = moment.utcoffset() == timedelta(0) and getattr(moment.tzinfo, "key", "UTC") in ("UTC", "Etc/UTC")
    return moment.astimezone(local) if in_utc and local else moment


def _value(event: _Event, name: str, parsed: icalendar.Event, key: str, names: dict[str, str]) -> date | None:
    raw = parsed.get(key)
    if raw is None:
        return None
    try:
        value, zone = raw.dt, raw.params.get("TZID")
    except (AttributeError, ValueError, TypeError, KeyError, icalendar.error.BrokenCalendarProperty):
        value, zone = None, None
    if not isinstance(value, date):
        given = re.search(f"^{key}[^:]*:(.*)$", event.text, re.MULTILINE | re.IGNORECASE)
        text = shown(given[1].strip()) if given else "it"
        raise _refused(event, name, "broken-date", f"{text} is not a date and time")
    if isinstance(value, datetime) and value.tzinfo is None and zone:
        return value.replace(tzinfo=_zone(event, name, str(zone), names))
    return value


def _zone(event: _Event, name: str, zone: str, names: dict[str, str]) -> ZoneInfo:
    """The zone of a TZID: an IANA name, the name Windows uses, or one that the file explains."""
    for known in (names.get(zone, ""), zone, WINDOWS_TO_OLSON.get(zone, ""), "/".join(zone.split("/")[-2:])):
        try:
            return time_zone(known)
        except BadValue:
            continue
    what = f"the time zone {shown(zone)} is not known, so the hour is not known either"
    raise _refused(event, name, "unknown-time-zone", what)


def _duration(event: _Event, name: str, parsed: icalendar.Event) -> timedelta | None:
    raw = parsed.get("DURATION")
    if raw is None:
        return None
    try:
        length = raw.dt
    except (AttributeError, ValueError, TypeError, KeyError, icalendar.error.BrokenCalendarProperty):
        length = None
    if not isinstance(length, timedelta):
        raise _refused(event, name, "broken-date", "its duration is not understood")
    return length


def _name(event: _Event, parsed: icalendar.Event) -> str:
    try:
        text = clean(str(parsed.get("SUMMARY", "")), field="name", max_length=NAME_LENGTH, kind="line")
    except BadValue as bad:
        raise _NotTaken(replace(bad.troubles[0], message=f"{_place(event, '')}: {bad}")) from None
    return text or "(no name)"


def _categories(parsed: icalendar.Event) -> str:
    raw = parsed.get("CATEGORIES")
    entries = raw if isinstance(raw, list) else [raw]
    try:
        return " ".join(str(part) for entry in entries for part in getattr(entry, "cats", ()))
    except icalendar.error.BrokenCalendarProperty:  # written as something else than text: of no use to us
        return ""


def _place(event: _Event, name: str) -> str:
    return f"Line {event.line:,}, event {shown(name)}" if name else f"Line {event.line:,}"


def _refused(event: _Event, name: str, code: str, what: str) -> _NotTaken:
    message = f"{_place(event, name)}: {what}. Correct it in the calendar and export it again."
    return _NotTaken(Trouble(code, message))
