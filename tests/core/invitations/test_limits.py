"""How much of a mail is looked at: up to a limit all of it counts, one more and it does not."""

from pathlib import Path

import pytest

from intervisit.core.invitations import LARGEST_MAIL, Reply, read_reply
from intervisit.core.text import Trouble

WHOLE = (Path(__file__).parent / "mails" / "google-declined.eml").read_bytes().decode()
UID = "UID:7c1f.9d2e.1@visits.test"
CALENDAR = WHOLE[WHOLE.index("BEGIN:VCALENDAR") : WHOLE.index("END:VCALENDAR") + len("END:VCALENDAR")]


def code(data: bytes | str) -> str:
    found = read_reply(data.encode() if isinstance(data, str) else data)
    return found.code if isinstance(found, Trouble) else "read"


def enclosed(before: int, calendar: str = CALENDAR, kind: str = "text/calendar", name: str = "") -> str:
    """A mail of `before` plain parts and the answer as its last one."""
    named = f'Content-Disposition: attachment; filename="{name}"\n' if name else ""
    plain = "--b\nContent-Type: text/plain\n\nx\n" * before
    head = "From: hana@whitfield.test\nTo: a@b.test\nMIME-Version: 1.0\n"
    return (
        f'{head}Content-Type: multipart/mixed; boundary="b"\n\n{plain}'
        f"--b\nContent-Type: {kind}; charset=utf-8\n{named}\n{calendar}\n--b--\n"
    )


@pytest.mark.parametrize(
    ("mail", "wanted"),
    [
        (enclosed(48), "read"),  # with the whole mail itself: the 50th part
        (enclosed(49), "no-answer-in-mail"),
        (enclosed(1, kind="application/octet-stream", name="Answer.ICS"), "read"),
        (enclosed(1, kind="application/octet-stream", name="answer.txt"), "no-answer-in-mail"),
        (enclosed(1, calendar=""), "no-answer-in-mail"),
        (enclosed(1, calendar="x" * 200_000), "answer-not-understood"),
        (enclosed(1, calendar="x" * 200_001), "no-answer-in-mail"),
    ],
    ids=["50 parts", "51 parts", "a file", "another file", "nothing", "large", "larger"],
)
def test_parts(mail: str, wanted: str) -> None:
    assert code(mail) == wanted


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("UID:" + "u" * 300, "read"),
        ("UID:" + "u" * 301, "answer-not-understood"),
        (f"{UID}\nX-A:1", "read"),
    ],
)
def test_names_of_entries(line: str, wanted: str) -> None:
    assert UID in CALENDAR
    assert code(enclosed(0, CALENDAR.replace(UID, line))) == wanted


@pytest.mark.parametrize(
    ("number", "wanted"),
    [(0, "read"), (2**31 - 1, "read"), (2**31, "answer-not-understood"), (-1, "answer-not-understood")],
)
def test_sequences(number: int, wanted: str) -> None:
    assert code(enclosed(0, CALENDAR.replace("SEQUENCE:0", f"SEQUENCE:{number}"))) == wanted


@pytest.mark.parametrize(
    ("year", "wanted"),
    [
        (1999, "answer-not-understood"),
        (2000, "read"),
        (2100, "read"),
        (2101, "answer-not-understood"),
    ],
)
def test_years(year: int, wanted: str) -> None:
    assert code(enclosed(0, CALENDAR.replace("DTSTAMP:2026", f"DTSTAMP:{year}"))) == wanted


def test_fifty_addresses_are_kept_each_once() -> None:
    to = ", ".join(f"A{n}@b.test" for n in (*range(51), 0))
    found = read_reply(enclosed(0).replace("To: a@b.test", f"To: {to}").encode())
    assert isinstance(found, Reply)
    assert found.to == tuple(f"a{n}@b.test" for n in range(50))


def test_two_megabytes_are_read_and_a_byte_more_is_not() -> None:
    room = LARGEST_MAIL - len(enclosed(0).encode())
    assert code(enclosed(0) + " " * room) == "read"
    assert code(enclosed(0) + " " * (room + 1)) == "file-too-large"
