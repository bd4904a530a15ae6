"""The last value that is taken and the first that is not."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from intervisit.core.text import BadValue, Trouble, Troubles, clean, clean_email, money, read_moment
from tests.core.text.outcome import outcome


def code(found: object) -> str:
    return found.troubles[0].code if isinstance(found, BadValue) else "taken"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("100", "taken"),
        ("100.00", "taken"),
        ("100.01", "too-large"),
        ("101", "too-large"),
        ("99.99", "taken"),
    ],
)
def test_the_largest_amount_is_taken(text: str, wanted: str) -> None:
    assert code(outcome(lambda: money(text, field="pay", maximum=Decimal(100)))) == wanted


@pytest.mark.parametrize(("length", "wanted"), [(254, "taken"), (255, "too-long")])
def test_the_longest_address_is_taken(length: int, wanted: str) -> None:
    start = "a" * 60 + "@" + "b" * 60 + "." + "c" * 60 + "."
    address = start + "e" * 60 + "." + "f" * (length - len(start) - 65) + ".org"
    assert len(address) == length
    assert code(outcome(lambda: clean_email(address))) == wanted


def test_messages_end_with_how_many_more_there_are() -> None:
    one = Trouble("x", "First.", "name")
    assert Troubles((one,), 0).messages() == ("First.",)
    assert Troubles((one,), 1200).messages() == ("First.", "and 1,200 more")


@pytest.mark.parametrize(
    ("clock", "hour"),
    [("12:30 am", 0), ("1:30 am", 1), ("12:30 pm", 12), ("1:30 pm", 13), ("11:30 pm", 23), ("23:30", 23),
     ("0:30 am", None), ("13:30 pm", None), ("24:30", None)],
)  # fmt: skip
def test_halves_of_the_day(clock: str, hour: int | None) -> None:
    zone = ZoneInfo("America/New_York")
    found = outcome(lambda: read_moment(f"2027-05-03 {clock}", field="starts", zone="America/New_York"))
    if hour is None:
        assert code(found) == "no-such-time"
    else:
        assert found == datetime(2027, 5, 3, hour, 30, tzinfo=zone)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("\u0645\u0647\u200c\u0631\u0648", "taken"),  # a joiner between two letters that need it
        ("\u0645\u200c\u0645", "taken"),  # the shortest word with one
        ("\u0645\u0645\u200c", "invisible-character"),
        ("\u200c\u0645\u0645", "invisible-character"),
        ("a\u200cb", "invisible-character"),
        ("a\u200c\u0645", "invisible-character"),
        ("\u0645\u200ca", "invisible-character"),
    ],
)
def test_joiners_between_letters_that_need_them(name: str, wanted: str) -> None:
    assert code(outcome(lambda: clean(name, field="name", kind="name", max_length=80))) == wanted
