"""One calendar entry as the text that calendar programs take from a mail."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from icalendar import Calendar, Event, vCalAddress, vText

Method = Literal["REQUEST", "CANCEL"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one person's calendar is told. `starts` and `ends` are aware, in the zone of the place.

    `organizer` is the address that answers go to; `asks`: whether an answer is wanted.
    """

    uid: str
    sequence: int
    stamp: datetime
    starts: datetime
    ends: datetime
    summary: str
    place: str = ""
    description: str = ""
    url: str = ""
    organizer: str
    organizer_name: str
    attendee: str
    attendee_name: str
    asks: bool = True


def invitation_text(entry: Entry, method: Method) -> bytes:
    """RFC 5545 text of one entry with its METHOD; CRLF line ends, folded, UTF-8.

    Times stand in the place's own zone with the zone's rules beside them. A clock time that happens twice names its
    first instant there (RFC 5545 3.3.5), so the second one is written in UTC.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Intervisit//Invitations//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(_event(entry, method))
    year = entry.starts.year
    calendar.add_missing_timezones(first_date=date(year, 1, 1), last_date=date(year + 2, 1, 1))
    return bytes(calendar.to_ical())


def _event(entry: Entry, method: Method) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamp.astimezone(UTC))
    starts, ends = entry.starts, entry.ends
    if ends <= starts:
        ends = starts + timedelta(hours=1)
    utc = any(_second_of_two(moment) for moment in (starts, ends))
    event.add("dtstart", starts.astimezone(UTC) if utc else starts)
    event.add("dtend", ends.astimezone(UTC) if utc else ends)
    event.add("summary", entry.summary)
    for key in ("place", "description", "url"):
        value = getattr(entry, key)
        if value:
            event.add({"place": "location"}.get(key, key), value)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if method == "CANCEL" else "OPAQUE")
    event.add("organizer", _address(entry.organizer, CN=entry.organizer_name))
    parameters = {"CN": entry.attendee_name, "CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT"}
    if method == "REQUEST":
        parameters |= {"PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE" if entry.asks else "FALSE"}
    event.add("attendee", _address(entry.attendee, **parameters))
    return event


def _second_of_two(moment: datetime) -> bool:
    """Whether this is the later instant of a clock time that happens twice."""
    first = moment.replace(fold=0)
    return moment.fold == 1 and first.utcoffset() != moment.utcoffset()


def _address(email: str, **parameters: str) -> vCalAddress:
    made = vCalAddress(f"mailto:{email}")
    for key, value in parameters.items():
        if value:
            made.params[key] = vText(value.replace('"', "'")) if key == "CN" else value
    return made
