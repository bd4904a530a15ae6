"""Answers in the shape in which three calendar programs send them, and in no shape at all."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intervisit.core.invitations import (
    LARGEST_MAIL,
    Reply,
    read_reply,
    replies_from_wire,
    replies_to_wire,
)
from intervisit.core.text import Trouble

MAILS = Path(__file__).parent / "mails"
UID = "7c1f.9d2e.1@visits.test"


@pytest.mark.parametrize(
    ("name", "answer", "minute"),
    [
        ("outlook-accepted", "coming", (2, 6)),
        ("google-declined", "not", (4, 59)),
        ("apple-tentative", "perhaps", (7, 44)),
    ],
)
def test_what_calendar_programs_send(name: str, answer: str, minute: tuple[int, int]) -> None:
    found = read_reply((MAILS / f"{name}.eml").read_bytes())
    stamp = datetime(2026, 10, 7, 14, *minute, tzinfo=UTC)
    assert found == Reply(UID, "hana@whitfield.test", answer, 0, stamp, ("visits+k3y@district.test",))  # type: ignore[arg-type]


def mail(**changes: str) -> bytes:
    text = (MAILS / "google-declined.eml").read_bytes().decode()
    for old, new in changes.items():
        text = text.replace(OLD[old], new)
    return text.encode()


OLD = {
    "method": "METHOD:REPLY",
    "partstat": "PARTSTAT=DECLINED",
    "uid": f"UID:{UID}",
    "stamp": "DTSTAMP:20261007T140459Z",
    "sequence": "SEQUENCE:0",
    "end": "END:VEVENT",
    "attendee": "mailto:hana@whitfield.test",
}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"method": "METHOD:REQUEST"}, "not-an-answer"),
        ({"partstat": "PARTSTAT=NEEDS-ACTION"}, "no-answer-yet"),
        ({"uid": "X-NOTHING:1"}, "answer-not-understood"),
        ({"stamp": "DTSTAMP:20261307T990000Z"}, "answer-not-understood"),
        ({"stamp": "DTSTAMP;VALUE=DATE:20261007"}, "answer-not-understood"),
        ({"sequence": "SEQUENCE:-1"}, "answer-not-understood"),
        ({"attendee": "mailto:nobody"}, "answer-not-understood"),
        ({"end": "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT"}, "answer-not-understood"),
    ],
)
def test_an_answer_that_lacks_something_is_none(changes: dict[str, str], code: str) -> None:
    found = read_reply(mail(**changes))
    assert isinstance(found, Trouble)
    assert found.code == code


def test_a_mail_without_an_answer_and_one_that_is_too_large() -> None:
    plain = read_reply(b"From: a@b.test\r\nTo: c@d.test\r\n\r\nHello")
    assert isinstance(plain, Trouble)
    assert plain.code == "no-answer-in-mail"
    large = read_reply(b"x" * (LARGEST_MAIL + 1))
    assert isinstance(large, Trouble)
    assert large.code == "file-too-large"


def test_an_answer_travels_unchanged() -> None:
    found = [read_reply(p.read_bytes()) for p in sorted(MAILS.iterdir())]
    found.append(Trouble("no-answer-yet", "x"))
    assert replies_from_wire(replies_to_wire(found)) == found


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2200), st.binary(min_size=1, max_size=6))
def test_damaged_mails_raise_nothing(at: int, damage: bytes) -> None:
    whole = (MAILS / "google-declined.eml").read_bytes()
    answer = read_reply(whole[:at] + damage + whole[at + len(damage) :])
    assert isinstance(answer, Reply) or (answer.code and answer.message)
