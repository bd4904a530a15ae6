"""Holidays and testing windows: B26, and the troubles of a table of days."""

from collections import Counter
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intervisit.core.days import DayList, NamedDays, days_from_wire, days_to_wire, kind_of, read_days
from tests.core.tables.cost import cheap
from tests.core.tables.test_mutations import CHANGES, mutated
from tests.shared_data import shared

ZONE = "America/New_York"


def calendar(*events: str) -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0"]
    for event in events:
        lines += ["BEGIN:VEVENT", "UID:1", *event.split("\n"), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def test_a_file_that_only_calls_itself_a_calendar_says_so() -> None:
    read = read_days(b"not a calendar", "days.ics", zone=ZONE)
    assert [(t.code, t.file) for t in read.troubles] == [("no-calendar", "days.ics")]
    assert "BEGIN:VCALENDAR" in next(iter(read.troubles)).message


def days(data: bytes, name: str = "days.ics") -> DayList:
    return cheap(lambda: read_days(data, name, zone=ZONE))


GOOD = "SUMMARY:Winter Recess\nDTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20270102"
TAKEN = NamedDays(date(2026, 12, 24), date(2027, 1, 1), "Winter Recess", "closed", "", 3)


@pytest.mark.parametrize(
    ("event", "code", "part"),
    [
        ("DTSTART;TZID=Mars/Base:20270301T090000\nDURATION:PT1H", "unknown-time-zone", "zone “Mars/Base”"),
        ("DTSTART:20271301T990000\nDTEND:20271302T990000", "broken-date", "“20271301T990000” is not a date and time"),
        ("DTSTART;TZID=America/New_York:20270301T090000", "no-end", "it has a time, and no end"),
        ("DTSTART:20270301T100000\nDTEND:20270301T090000", "ends-before-it-starts", "before it starts on 1 March 2027"),
        ("DTSTART;VALUE=DATE:20270301\nDTEND;VALUE=DATE:20270201", "ends-before-it-starts", "ends on 1 February 2027"),
        ("DTSTART;VALUE=DATE:20270301\nDTEND:20270302T090000", "broken-date", "one of start and end has a time"),
        ("DTEND;VALUE=DATE:20270201", "no-start", "it has no start"),
        ("DTSTART;VALUE=DATE:99991231", "date-out-of-range", "Choose a date between 1 July 2000 and 30 June 2100."),
        ("DTSTART:20270301T090000\nDURATION:PT9999999999999H", "broken-date", "its duration is not understood"),
        ("DTSTART:20270301T090000\nDTSTART:20270302T090000\nDTEND:20270303T090000", "broken-date", "is not a date"),
        ("DTSTART:PT1H\nDTEND:20270303T090000", "broken-date", "“PT1H” is not a date"),
    ],
)  # fmt: skip
def test_b26_each_event_with_its_problem(event: str, code: str, part: str) -> None:
    read = days(calendar(GOOD, f"SUMMARY:Bad day\n{event}"))
    assert read.days == (TAKEN,)
    assert [(t.code, t.line, t.file) for t in read.troubles] == [(code, 9, "days.ics")]
    assert read.troubles.items[0].message.startswith("Line 9, event “Bad day”: ")
    assert part in read.troubles.items[0].message
    assert read.needs_confirmation


@pytest.mark.filterwarnings("ignore:Timezone .* is a globally unique TZID")
@pytest.mark.parametrize(
    ("event", "start", "end"),
    [
        ("DTSTART;VALUE=DATE:20270301", 1, 1),
        ("DTSTART;VALUE=DATE:20270301\nDTEND;VALUE=DATE:20270301", 1, 1),
        ("DTSTART;VALUE=DATE:20270301\nDTEND;VALUE=DATE:20270304", 1, 3),
        ("DTSTART;VALUE=DATE:20270301\nDURATION:P2D", 1, 2),
        ("DTSTART;TZID=America/New_York:20270301T180000\nDTEND;TZID=America/New_York:20270302T000000", 1, 1),
        ("DTSTART;TZID=Eastern Standard Time:20270301T180000\nDURATION:PT7H", 1, 2),
        ("DTSTART;TZID=/x.org/20070129/America/New_York:20270301T180000\nDURATION:PT1H", 1, 1),
        ("DTSTART:20270302T020000Z\nDTEND:20270302T040000Z", 1, 1),
        ("DTSTART:20270301T090000\nDTEND:20270301T090000", 1, 1),
    ],
)
def test_days_of_events(event: str, start: int, end: int) -> None:
    read = days(calendar(event + "\nSUMMARY:No school"))
    assert read.troubles.messages() == ()
    assert read.days == (NamedDays(date(2027, 3, start), date(2027, 3, end), "No school", "closed", "", 3),)


def test_a_zone_that_the_file_explains() -> None:
    zone = b"BEGIN:VTIMEZONE\r\nTZID:Eastern\r\nX-LIC-LOCATION:America/New_York\r\nBEGIN:STANDARD\r\nEND:STANDARD\r\n"
    data = calendar("DTSTART;TZID=Eastern:20270301T090000\nDURATION:PT1H\nSUMMARY:x").replace(
        b"BEGIN:VEVENT", zone + b"END:VTIMEZONE\r\nBEGIN:VEVENT"
    )
    assert days(data).troubles.messages() == ()


def test_b26_repeating_cancelled_cut_off_and_none() -> None:
    read = days(
        calendar("DTSTART;VALUE=DATE:20270301\nRRULE:FREQ=YEARLY\nSUMMARY:Test", GOOD + "\nSTATUS:CANCELLED")
    )
    assert [note.code for note in read.notes] == ["repeating-event", "cancelled-event"]
    assert [day.name for day in read.days] == ["Test"]
    cut = days(calendar(GOOD, GOOD).rpartition(b"END:VEVENT")[0])
    assert ([t.code for t in cut.troubles], len(cut.days)) == (["cut-off-event"], 1)
    assert [t.code for t in days(b"BEGIN:VCALENDAR\nEND:VCALENDAR").troubles] == ["no-events"]


def test_b26_alarms_attachments_and_folded_lines_are_passed_over() -> None:
    event = (
        "SUMMARY:Par\n ent-teacher conferences\nBEGIN:VALARM\nDTSTART:junk\nEND:VALARM\nATTACH:"
        + "A" * 50_000
    )
    read = days(calendar(event + "\nDTSTART;VALUE=DATE:20270301"))
    assert [(day.name, day.kind) for day in read.days] == [("Parent-teacher conferences", "conference")]


def test_b12_names_of_events() -> None:
    read = days(calendar("SUMMARY:\u202ex\nDTSTART;VALUE=DATE:20270301"))
    assert [t.code for t in read.troubles] == ["invisible-character"]


def test_too_many_events_stop_in_time() -> None:
    read = read_days(calendar(*["DTSTART;VALUE=DATE:20270301\nSUMMARY:x"] * 5_010), "x.ics")
    assert (len(read.days), [t.code for t in read.troubles]) == (5_000, ["too-many-events"])


def test_a_table_of_days() -> None:
    text = (
        "Date,To,Holiday,Type\n9/3/2026,,Staff Day,\n11/26/2026,11/27/2026,Thanksgiving,\n"
        "2/30/2027,,Nothing,\n3/5/2027,3/1/2027,Backwards,\n,,No date,\n4/20/2027,4/22/2027,ELA,State tests\n"
    )
    read = days(text.encode(), "days.csv")
    assert read.days == (
        NamedDays(date(2026, 9, 3), date(2026, 9, 3), "Staff Day", "staff", "", 2),
        NamedDays(date(2026, 11, 26), date(2026, 11, 27), "Thanksgiving", "closed", "", 3),
        NamedDays(date(2027, 4, 20), date(2027, 4, 22), "ELA", "testing", "", 7),
    )
    assert [(t.code, t.line) for t in read.troubles] == [
        ("no-such-date", 4),
        ("ends-before-it-starts", 5),
        ("missing", 6),
    ]
    assert [t.code for t in days(b"when,what\n2027-01-01,x\n", "x.csv").troubles] == ["missing-column"]


def test_the_calendar_of_new_york() -> None:
    read = days(shared("data", "nyc_school_calendar_2014_2017.csv").read_bytes(), "nyc.csv")
    assert (len(read.days), read.troubles.messages(), read.notes) == (87, (), ())
    kinds = Counter(day.kind for day in read.days)
    assert kinds == {"closed": 34, "conference": 22, "testing": 14, "staff": 10, "other": 7}
    winter = next(day for day in read.days if day.name == "Winter recess")
    assert (winter.start, winter.end, winter.applies_to) == (
        date(2014, 12, 24),
        date(2015, 1, 2),
        "all schools",
    )


@pytest.mark.parametrize(
    ("category", "name", "kind"),
    [
        ("", "Election Day, Chancellor's Conference Day", "staff"),
        ("", "Parent-Teacher Conferences", "conference"),
        ("", "Regents Administration", "testing"),
        ("", "Snow day", "closed"),
        ("", "Presidents’ Day", "closed"),
        ("", "First day of school", "other"),
        ("schools closed", "Test of patience", "closed"),
        ("Holiday", "x", "closed"),
    ],
)
def test_kinds(category: str, name: str, kind: str) -> None:
    assert kind_of(category, name) == kind


def test_a_day_without_students_is_closed() -> None:
    assert (kind_of("", "Something", False), kind_of("", "Something", True)) == ("closed", "other")


SEED = calendar(
    GOOD,
    "DTSTART;TZID=America/New_York:20270301T090000\nDTEND:20270301T140000Z\nSUMMARY:Test\nRRULE:FREQ=DAILY",
    "DTSTART:20270301T090000Z\nDURATION:PT1H30M\nCATEGORIES:A,B\nSUMMARY:x\\, y",
)


@settings(max_examples=120, deadline=None)
@given(CHANGES)
def test_b26_damaged_calendars_are_read_or_refused(changes: list[tuple[float, str, bytes]]) -> None:
    read = read_days(mutated(SEED, changes), "days.ics", zone=ZONE)
    assert read.days or len(read.troubles) or read.notes
    assert all(day.start <= day.end and day.name for day in read.days)
    assert days_from_wire(days_to_wire(read)) == read


NAMES = ["DTSTART", "DTEND", "DURATION", "SUMMARY", "CATEGORIES", "RRULE", "STATUS", "BEGIN", "END"]
OPTIONS = ["", ";VALUE=DATE", ";TZID=Europe/Berlin", ";TZID=x", ';TZID="', ";VALUE=PERIOD", ";VALUE="]
VALUES = ["20270301", "20270301T090000", "20270301T090000Z", "P1D", "PT1H", "-P1D", "00010101",
          "20270301/20270302", "20270301,20270302", "FREQ=DAILY", "VALARM", "VEVENT"]  # fmt: skip
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
PROPERTY = st.tuples(
    st.sampled_from(NAMES), st.sampled_from(OPTIONS), st.one_of(st.sampled_from(VALUES), TEXT)
)


@pytest.mark.parametrize("name", NAMES)
def test_b26_a_property_in_any_writing_is_read_or_refused(name: str) -> None:
    """Each of them beside an event that is in order otherwise, which is in its place whatever the others are."""
    events = [f"DTSTART:20270301\n{name}{o}:{v}" for o, v in product(OPTIONS, VALUES)]
    read = read_days(calendar(*events, "DTSTART;VALUE=DATE:20270302\nSUMMARY:Last"), "days.ics", zone=ZONE)
    assert "Last" in {day.name for day in read.days} or name in ("BEGIN", "END")
    assert all(day.start <= day.end and day.name for day in read.days)
    assert all(t.code and t.message and t.file == "days.ics" for t in read.troubles)


@settings(max_examples=120, deadline=None)
@given(st.lists(st.lists(PROPERTY, max_size=6), max_size=4))
def test_b26_any_properties_are_read_or_refused(events: list[list[tuple[str, str, str]]]) -> None:
    lines = ["\n".join(f"{name}{option}:{value}" for name, option, value in event) for event in events]
    read = read_days(calendar(*lines), "days.ics", zone=ZONE)
    assert all(day.start <= day.end and day.name for day in read.days)
    assert all(t.code and t.message and t.file == "days.ics" for t in read.troubles)
