"""Dates and times: B01, B02, B03."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intervisit.core.text import BadValue, Trouble, date_order, read_date, read_moment, time_zone
from tests.core.text.outcome import outcome

NEW_YORK = "America/New_York"


def refusal(call: object) -> Trouble:
    assert callable(call)
    with pytest.raises(BadValue) as caught:
        call()
    return caught.value.troubles[0]


def test_b01_the_hour_that_clocks_skip() -> None:
    trouble = refusal(lambda: read_moment("2027-03-14 02:30", NEW_YORK, field="start"))
    assert trouble.code == "time-does-not-exist"
    assert trouble.message == (
        "2:30 a.m. does not exist on 14 March 2027, clocks go forward. Choose 1:59 or 3:00."
    )
    assert trouble.field == "start"
    for offer in trouble.offers:
        read_moment(offer, NEW_YORK, field="start")


@pytest.mark.parametrize(
    ("value", "zone", "choose"),
    [
        ("2027-03-28 02:00", "Europe/Berlin", "Choose 1:59 or 3:00."),
        ("2027-10-03 02:15", "Australia/Lord_Howe", "Choose 1:59 or 2:30."),
        (
            "2011-12-30 09:00",
            "Pacific/Apia",
            "11:59 p.m. on 29 December 2011 or 12:00 a.m. on 31 December 2011.",
        ),
        ("2018-11-04 00:30", "America/Sao_Paulo", "Choose 11:59 p.m. on 3 November 2018 or 1:00."),
    ],
)
def test_b01_elsewhere(value: str, zone: str, choose: str) -> None:
    trouble = refusal(lambda: read_moment(value, zone, field="start"))
    assert trouble.code == "time-does-not-exist"
    assert trouble.message.endswith(choose)


def test_b02_the_hour_that_comes_twice() -> None:
    trouble = refusal(lambda: read_moment("2027-11-07 01:30", NEW_YORK, field="start"))
    assert (trouble.code, trouble.offers) == ("ambiguous-time", ("first", "second"))
    assert trouble.message == (
        "1:30 a.m. happens twice on 7 November 2027, clocks go back. "
        "Choose: first 1:30 (daylight time) or second (standard time)?"
    )
    first = read_moment("2027-11-07 01:30", NEW_YORK, field="start", choice="first")
    second = read_moment("2027-11-07 01:30", NEW_YORK, field="start", choice="second")
    assert first.astimezone(UTC) == datetime(2027, 11, 7, 5, 30, tzinfo=UTC)
    assert second.astimezone(UTC) == datetime(2027, 11, 7, 6, 30, tzinfo=UTC)
    assert read_moment("2027-11-07T01:30:00-05:00", NEW_YORK, field="start").astimezone(
        UTC
    ) == second.astimezone(UTC)


def test_a_choice_does_not_matter_on_other_days() -> None:
    plain = read_moment("2027-11-08 09:30", NEW_YORK, field="start")
    assert plain == datetime(2027, 11, 8, 14, 30, tzinfo=UTC)
    assert read_moment("2027-11-08 9:30 am", NEW_YORK, field="start", choice="second") == plain


@pytest.mark.parametrize(
    "value",
    [
        "9999-12-31 23:59",
        "0001-01-01 00:00",
        "10000-01-01 00:00",
        "2000-06-30 12:00",
        "2100-07-01 00:00",
        "0000-01-01 00:00",
    ],
)
def test_b03_out_of_range(value: str) -> None:
    for call in (
        lambda: read_moment(value, NEW_YORK, field="start"),
        lambda: read_date(value.split()[0], field="d"),
    ):
        trouble = refusal(call)
        assert trouble.code == "date-out-of-range"
        assert trouble.message == "Choose a date between 1 July 2000 and 30 June 2100."


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("2027-02-29", "29 February 2027 does not exist; February 2027 has 28 days."),
        ("2027-04-31", "31 April 2027 does not exist; April 2027 has 30 days."),
        ("2027-13-01", "“2027-13-01” is no date: there is no month 13. Write it like 2027-03-14."),
    ],
)
def test_b03_no_such_date(value: str, message: str) -> None:
    assert refusal(lambda: read_date(value, field="day")) == Trouble("no-such-date", message, "day")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("tomorrow", "not-a-date"),
        ("", "not-a-date"),
        ("20270314", "not-a-date"),
        ("3/4/2027", "ambiguous-date"),
        ("2027-03-14 25:00", "no-such-time"),
        ("2027-03-14", "not-a-time"),
        ("2027-03-14 13:00 pm", "no-such-time"),
        ("2027-03-14 9", "not-a-time"),
        ("2027-03-14 09:00+99:00", "no-such-time"),
    ],
)
def test_b03_other_refusals(value: str, code: str) -> None:
    assert refusal(lambda: read_moment(value, NEW_YORK, field="start")).code == code


def test_month_and_day_are_not_guessed() -> None:
    trouble = refusal(lambda: read_date("3/4/2027", field="day"))
    assert trouble.offers == ("2027-03-04", "2027-04-03")
    assert read_date("3/14/2027", field="day") == read_date("14.3.2027", field="day") == date(2027, 3, 14)
    assert read_date("3/4/2027", field="day", order="day-first") == date(2027, 4, 3)
    assert date_order(["3/4/2027", "3/14/2027"]) == "month-first"
    assert date_order(["3/4/2027", "14/3/2027"]) == "day-first"
    assert date_order(["13/4/2027", "3/14/2027"]) is None


@pytest.mark.parametrize(
    "zone", ["Mars/Base", "", "America", "../etc/passwd", "/etc/passwd", "a\x00b", "x" * 500, "Etc"]
)
def test_unknown_zones(zone: str) -> None:
    assert refusal(lambda: time_zone(zone)).code == "unknown-time-zone"


@settings(deadline=None)
@given(
    st.datetimes(datetime.fromisoformat("2000-07-02"), datetime.fromisoformat("2100-06-29")),
    st.sampled_from(
        [NEW_YORK, "Asia/Kolkata", "Pacific/Auckland", "UTC", "Australia/Lord_Howe", "Europe/Dublin"]
    ),
)
def test_what_is_read_shows_the_clock_that_was_typed(local: datetime, zone: str) -> None:
    text = local.isoformat(sep=" ", timespec="minutes")
    read = outcome(lambda: read_moment(text, zone, field="start"))
    if isinstance(read, BadValue):
        assert read.troubles[0].code in ("time-does-not-exist", "ambiguous-time")
        return
    assert read.astimezone(UTC).astimezone(ZoneInfo(zone)).isoformat(sep=" ", timespec="minutes")[:16] == text


@settings(deadline=None)
@given(st.integers(0, 60 * 24 * 3))
def test_around_the_change_every_minute_is_read_or_named(minutes: int) -> None:
    for start in (datetime.fromisoformat("2027-03-13"), datetime.fromisoformat("2027-11-06")):
        local = start + timedelta(minutes=minutes)
        text = local.isoformat(sep=" ", timespec="minutes")
        read = outcome(lambda text=text: read_moment(text, NEW_YORK, field="start"))  # type: ignore[misc]
        if isinstance(read, BadValue):
            hour = (read.troubles[0].code, local.month, local.day, local.hour)
            assert hour in (("time-does-not-exist", 3, 14, 2), ("ambiguous-time", 11, 7, 1))
        else:
            assert (local.month, local.day, local.hour) not in ((3, 14, 2), (11, 7, 1))
            assert read.replace(tzinfo=None) == local


@settings(deadline=None)
@given(st.text(max_size=30), st.text(max_size=15))
def test_any_text_is_read_or_refused(value: str, zone: str) -> None:
    for call in (lambda: read_date(value, field="x"), lambda: read_moment(value, zone, field="x")):
        result = outcome(call)
        assert result.troubles if isinstance(result, BadValue) else result
