"""The answer in a mail, as calendar programs send it: METHOD:REPLY in a part of its own, or in an attached file."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Literal

import icalendar

from intervisit.core.text import BadValue, Trouble, clean_email

Answered = Literal["coming", "not", "perhaps"]
ANSWERS: dict[str, Answered] = {"ACCEPTED": "coming", "DECLINED": "not", "TENTATIVE": "perhaps"}
LARGEST_MAIL = 2_000_000  # bytes
_LARGEST_PART = 200_000
_MOST_PARTS = 50
_ADDRESSED = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Delivered-To")


@dataclass(frozen=True, slots=True)
class Reply:
    """What one person answered about one entry. `to`: every address that the mail was sent to, lower case."""

    uid: str
    attendee: str
    answer: Answered
    sequence: int
    stamp: datetime
    to: tuple[str, ...]


def read_reply(data: bytes) -> Reply | Trouble:
    """The answer in one mail (RFC 5322 bytes); never raises. A trouble's code says why there is none, not whose it is.

    Codes: file-too-large, no-answer-in-mail, answer-not-understood, not-an-answer, no-answer-yet.
    """
    if len(data) > LARGEST_MAIL:
        return Trouble("file-too-large", f"The mail has more than {LARGEST_MAIL / 1e6:.0f} MB.")
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        texts = list(_calendars(message))
        to = _recipients(message)
    except Exception:  # the mail library raises many kinds, and strangers write mails
        return Trouble("answer-not-understood", "The mail cannot be read.")
    if not texts:
        return Trouble("no-answer-in-mail", "The mail has no calendar answer in it.")
    read = [_reply(text, to) for text in texts]
    return next((one for one in read if isinstance(one, Reply)), read[0])


def _calendars(message: EmailMessage) -> Iterator[bytes]:
    for number, part in enumerate(message.walk()):
        if number >= _MOST_PARTS:
            return
        kind, name = part.get_content_type(), (part.get_filename() or "").lower()
        if kind in ("text/calendar", "application/ics") or (
            name.endswith(".ics") and not part.is_multipart()
        ):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and 0 < len(content) <= _LARGEST_PART:
                yield content


def _recipients(message: EmailMessage) -> tuple[str, ...]:
    written = [str(value) for key in _ADDRESSED for value in message.get_all(key, [])]
    return tuple(dict.fromkeys(address.lower() for _, address in getaddresses(written) if "@" in address))[
        :50
    ]


def _reply(text: bytes, to: tuple[str, ...]) -> Reply | Trouble:
    try:
        calendar = icalendar.Calendar.from_ical(text)
        assert isinstance(calendar, icalendar.Calendar)
        method = str(calendar.get("METHOD", "")).upper()
        events = calendar.walk("VEVENT")
    except Exception:  # as above
        return Trouble("answer-not-understood", "The calendar part of the mail cannot be read.")
    if method != "REPLY":
        return Trouble("not-an-answer", "The mail holds a calendar entry, and no answer to one.")
    if len(events) != 1:
        return Trouble("answer-not-understood", "The answer is not about exactly one entry.")
    try:
        return _of(events[0], to)
    except (BadValue, ValueError, TypeError, AttributeError, KeyError):
        return Trouble("answer-not-understood", "The answer lacks its entry, its sender or its time.")


def _of(event: icalendar.cal.Component, to: tuple[str, ...]) -> Reply | Trouble:
    attendees = event.get("ATTENDEE")
    if isinstance(attendees, list) or attendees is None:
        return Trouble("answer-not-understood", "The answer is not from exactly one person.")
    status = str(attendees.params.get("PARTSTAT", "")).upper()
    answer = ANSWERS.get(status)
    if answer is None:
        return Trouble("no-answer-yet", "The mail says neither yes, no nor perhaps.")
    address = re.sub("^mailto:", "", str(attendees).strip(), flags=re.IGNORECASE)
    uid = str(event.get("UID", "")).strip()
    if not uid or len(uid) > 300:
        raise ValueError
    stamp = event.decoded("DTSTAMP")
    if not isinstance(stamp, datetime):
        raise ValueError
    stamp = stamp.replace(tzinfo=UTC) if stamp.tzinfo is None else stamp.astimezone(UTC)
    sequence = int(event.get("SEQUENCE", 0))
    if not 0 <= sequence < 2**31 or not 2000 <= stamp.year <= 2100:
        raise ValueError
    return Reply(uid, clean_email(address, field="attendee"), answer, sequence, stamp, to)
