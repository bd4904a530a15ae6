"""Reports of mail systems (RFC 3464), as they write them, cut short, and as nobody writes them."""

import base64
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intervisit.core.bounces import MOST_BYTES, Bounce, NoBounce, read_bounce

REPORTS = Path(__file__).parent / "reports"
ID, NOBODY = "MAIL-ID@intervisit.test", "nobody@school.test"


def report(name: str) -> bytes:
    return (REPORTS / f"{name}.eml").read_bytes()


@pytest.mark.parametrize(
    ("name", "ought"),
    [
        ("unknown-user", [Bounce(ID, NOBODY, "5.1.1", True, "nobody has this address")]),
        ("mailbox-full", [Bounce(ID, NOBODY, "5.2.2", True, "the mailbox is full")]),
        ("delayed", [Bounce(ID, NOBODY, "4.4.1", False, "their mail server did not answer")]),
        ("no-status", [Bounce(ID, NOBODY, "", True, "their mail system gives no reason")]),
        ("forwarded", [Bounce(ID, NOBODY, "5.7.1", True, "their mail server takes no mail from us")]),
        (
            "several",
            [
                Bounce(ID, NOBODY, "5.1.1", True, "nobody has this address"),
                Bounce(ID, "louisl@larry.slip.umd.test", "4.0.0", True, "their mail system gives no reason"),
            ],
        ),
        ("away", NoBounce("it is no delivery report")),
    ],
)
def test_reports_as_mail_systems_write_them(name: str, ought: object) -> None:
    assert read_bounce(report(name)) == ought


def test_line_ends_of_the_network_read_alike() -> None:
    for path in REPORTS.iterdir():
        data = path.read_bytes()
        assert read_bounce(data.replace(b"\n", b"\r\n")) == read_bounce(data)


def test_nothing_of_the_returned_mail_is_kept() -> None:
    found = read_bounce(report("unknown-user"))
    assert "words of the letter" not in str(found)
    assert "Recipient address rejected" not in str(found)


def test_a_report_without_the_mail_names_it_by_what_it_answers() -> None:
    cut = (
        report("unknown-user").partition(b"--report-1\nContent-Description: Undelivered")[0]
        + b"--report-1--\n"
    )
    assert read_bounce(cut) == NoBounce("it does not say which mail it is about")
    answered = cut.replace(b"Auto-Submitted:", b"In-Reply-To: <MAIL-ID@intervisit.test>\nAuto-Submitted:")
    assert read_bounce(answered) == [Bounce(ID, NOBODY, "5.1.1", True, "nobody has this address")]


GONE = [Bounce(ID, NOBODY, "5.1.1", True, "nobody has this address")]


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822-headers"])
def test_a_report_with_the_header_of_the_mail_alone(kind: str) -> None:
    changed = report("unknown-user").replace(
        b"Content-Type: message/rfc822\n", f"Content-Type: {kind}\n".encode()
    )
    assert changed != report("unknown-user")
    assert read_bounce(changed) == GONE


@pytest.mark.parametrize("kind", ["message/delivery-status", "message/global-delivery-status"])
@pytest.mark.parametrize("coded", [True, False])
def test_a_report_of_either_kind_plain_or_encoded(kind: str, coded: bool) -> None:
    whole = report("several")
    start = whole.index(b"Content-Type: message/delivery-status")
    begin = whole.index(b"\n\n", start) + 2
    end = whole.index(b"\n--", begin)
    part = base64.encodebytes(whole[begin:end]) if coded else whole[begin:end]
    way = "base64" if coded else "7bit"
    named = f"Content-Type: {kind}\nContent-Transfer-Encoding: {way}\n\n".encode()
    found = read_bounce(whole[:start] + named + part + whole[end:])
    assert isinstance(found, list)
    assert [one.recipient for one in found] == [NOBODY, "louisl@larry.slip.umd.test"]
    assert found == read_bounce(whole)


@pytest.mark.parametrize(("before", "ought"), [(197, GONE), (198, NoBounce("it is no delivery report"))])
def test_two_hundred_parts_are_looked_at(before: int, ought: object) -> None:
    """The whole is the first part and the apology the second: 197 more leave place for the report."""
    head, mark, rest = report("unknown-user").partition(b"--report-1\nContent-Description: Delivery report\n")
    many = b"--report-1\nContent-Type: text/plain\n\nx\n" * before
    answered = head.replace(b"Auto-Submitted:", b"In-Reply-To: <MAIL-ID@intervisit.test>\nAuto-Submitted:")
    assert read_bounce(answered + many + mark + rest) == ought


def test_what_is_too_large_is_left() -> None:
    assert read_bounce(b"x" * (MOST_BYTES + 1)) == NoBounce("it is larger than 2 MB")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_mail_breaks_the_reader(data: st.DataObject) -> None:
    """Mutated reports, and bytes that never were a mail, give values: never an exception."""
    whole = report(data.draw(st.sampled_from(["unknown-user", "several", "mailbox-full"])))
    at = data.draw(st.integers(0, len(whole)))
    to = data.draw(st.integers(at, min(len(whole), at + 200)))
    put = data.draw(st.binary(max_size=60))
    found = read_bounce(whole[:at] + put + whole[to:])
    assert isinstance(found, list | NoBounce)
    assert isinstance(read_bounce(put), NoBounce)
