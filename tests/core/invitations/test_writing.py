"""Invitations: read by two libraries, at the right instant in every zone and on both days when clocks change."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st

from intervisit.core.invitations import Entry, Method, invitation_text

YORK = ZoneInfo("America/New_York")
ENTRY = Entry(
    uid="east.p1.1@visits.test", sequence=3, stamp=datetime(2026, 9, 1, 12, tzinfo=UTC),
    starts=datetime(2026, 10, 14, 8, 30, tzinfo=YORK), ends=datetime(2026, 10, 14, 15, tzinfo=YORK),
    summary="Visit 1: P.S. 1, “open doors”; all day", place="P.S. 1, 10 Main St", description="East\nsecond line",
    url="https://visits.test/visits/1/", organizer="visits+k3y@district.test", organizer_name='The "office"',
    attendee="hana@whitfield.test", attendee_name="Whitfield, Hana",
)  # fmt: skip


def test_two_libraries_read_the_same() -> None:
    text = invitation_text(ENTRY, "REQUEST")
    event = icalendar.Calendar.from_ical(text).walk("VEVENT")[0]
    other = vobject.readOne(text.decode())
    assert other.method.value == "REQUEST"
    assert (str(event["UID"]), str(event["SEQUENCE"])) == (
        other.vevent.uid.value,
        other.vevent.sequence.value,
    )
    assert str(event["SUMMARY"]) == other.vevent.summary.value == ENTRY.summary
    assert event.decoded("DTSTART") == other.vevent.dtstart.value == ENTRY.starts
    assert other.vevent.dtend.value == ENTRY.ends
    assert other.vevent.organizer.value == "mailto:visits+k3y@district.test"
    attendee = other.vevent.attendee
    assert attendee.value == "mailto:hana@whitfield.test"
    assert attendee.params == {"CN": ["Whitfield, Hana"], "CUTYPE": ["INDIVIDUAL"], "PARTSTAT": ["NEEDS-ACTION"],
                               "ROLE": ["REQ-PARTICIPANT"], "RSVP": ["TRUE"]}  # fmt: skip
    assert other.vtimezone.tzid.value == "America/New_York"
    assert max(map(len, text.split(b"\r\n"))) <= 75


def test_a_cancellation_asks_for_no_answer() -> None:
    text = invitation_text(ENTRY, "CANCEL").decode()
    assert "METHOD:CANCEL" in text
    assert "STATUS:CANCELLED" in text
    assert "RSVP" not in text
    assert "UID:east.p1.1@visits.test" in text


def lines(entry: Entry, method: Method) -> dict[str, str]:
    """Every property of the event by its name, as the second library wrote it down."""
    event = vobject.readOne(invitation_text(entry, method).decode()).vevent
    return {child.name: str(child.value) for child in event.getChildren()}


def test_every_property_of_an_invitation_and_of_its_end() -> None:
    said = {
        "UID": ENTRY.uid, "SEQUENCE": "3", "DTSTAMP": "2026-09-01 12:00:00+00:00",
        "DTSTART": "2026-10-14 08:30:00-04:00", "DTEND": "2026-10-14 15:00:00-04:00", "SUMMARY": ENTRY.summary,
        "LOCATION": "P.S. 1, 10 Main St", "DESCRIPTION": "East\nsecond line", "URL": ENTRY.url,
        "STATUS": "CONFIRMED", "TRANSP": "OPAQUE",
        "ORGANIZER": f"mailto:{ENTRY.organizer}", "ATTENDEE": f"mailto:{ENTRY.attendee}",
    }  # fmt: skip
    assert lines(ENTRY, "REQUEST") == said
    # called off: the time is free again
    assert lines(ENTRY, "CANCEL") == said | {"STATUS": "CANCELLED", "TRANSP": "TRANSPARENT"}
    # what is not known is not written as an empty line
    bare = lines(replace(ENTRY, place="", description="", url=""), "REQUEST")
    assert bare == {k: v for k, v in said.items() if k not in ("LOCATION", "DESCRIPTION", "URL")}


def test_names_lose_the_sign_that_ends_them_and_nothing_else() -> None:
    event = vobject.readOne(invitation_text(ENTRY, "REQUEST").decode()).vevent
    assert event.organizer.params == {"CN": ["The 'office'"]}


def test_a_visit_without_an_end_lasts_an_hour_and_no_shorter_one_is_lengthened() -> None:
    starts = ENTRY.starts
    for ends, wanted in (
        (starts, starts + timedelta(hours=1)),
        (starts - timedelta(minutes=1), starts + timedelta(hours=1)),
        (starts + timedelta(minutes=1), starts + timedelta(minutes=1)),
    ):
        assert instants(starts, ends) == (starts.astimezone(UTC), wanted.astimezone(UTC))


def test_the_zone_rules_of_the_year_and_of_the_next_stand_beside() -> None:
    """A calendar program that shows the entry next year, too, needs no rules of its own."""
    zone = vobject.readOne(invitation_text(ENTRY, "REQUEST").decode()).vtimezone
    noons = [
        datetime.fromisoformat(f"{year}-{month}-15 12:00") for year in (2026, 2027) for month in ("01", "07")
    ]
    hours = [zone.tzinfo.utcoffset(noon).total_seconds() / 3600 for noon in noons]
    assert hours == [-5, -4, -5, -4]


def instants(starts: datetime, ends: datetime) -> tuple[datetime, datetime]:
    text = invitation_text(replace(ENTRY, starts=starts, ends=ends), "REQUEST")
    event = icalendar.Calendar.from_ical(text).walk("VEVENT")[0]
    other = vobject.readOne(text.decode()).vevent
    found = tuple(event.decoded(k).astimezone(UTC) for k in ("DTSTART", "DTEND"))
    assert found == tuple(x.value.astimezone(UTC) for x in (other.dtstart, other.dtend))
    return found  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("zone", "local", "utc"),
    [
        ("America/New_York", "2026-10-30 08:30", "2026-10-30 12:30"),
        ("America/New_York", "2026-11-02 08:30", "2026-11-02 13:30"),
        ("America/New_York", "2027-03-14 01:59", "2027-03-14 06:59"),  # B01: the last minute before the gap
        ("America/New_York", "2027-03-14 03:00", "2027-03-14 07:00"),  # … and the first after it
        ("America/New_York", "2026-11-01 01:30", "2026-11-01 05:30"),  # B02: the first of two
        ("Asia/Kolkata", "2026-11-01 08:30", "2026-11-01 03:00"),
        ("Pacific/Auckland", "2026-09-27 08:30", "2026-09-26 19:30"),
        ("Pacific/Auckland", "2026-09-26 08:30", "2026-09-25 20:30"),
        ("Australia/Lord_Howe", "2026-10-04 08:30", "2026-10-03 21:30"),
        ("Europe/London", "2026-10-25 08:30", "2026-10-25 08:30"),
        ("UTC", "2026-10-25 08:30", "2026-10-25 08:30"),
    ],
)
def test_the_instant_is_right(zone: str, local: str, utc: str) -> None:
    starts = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone))
    wanted = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert instants(starts, starts.astimezone(UTC) + timedelta(hours=3)) == (
        wanted,
        wanted + timedelta(hours=3),
    )


def test_b02_the_second_of_two_equal_times_is_kept() -> None:
    second = datetime(2027, 11, 7, 1, 30, fold=1, tzinfo=YORK)
    first = second.replace(fold=0)
    assert instants(second, datetime(2027, 11, 7, 4, tzinfo=YORK))[0] == datetime(
        2027, 11, 7, 6, 30, tzinfo=UTC
    )
    assert instants(first, datetime(2027, 11, 7, 4, tzinfo=YORK))[0] == datetime(
        2027, 11, 7, 5, 30, tzinfo=UTC
    )


@settings(max_examples=40, deadline=None)
@given(
    st.datetimes(datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2029-12-01")),
    st.sampled_from(
        ["America/New_York", "America/St_Johns", "Asia/Kathmandu", "Africa/Casablanca", "Pacific/Chatham"]
    ),
)
def test_every_instant_survives(moment: datetime, zone: str) -> None:
    starts = moment.replace(microsecond=0, tzinfo=UTC).astimezone(ZoneInfo(zone))
    ends = (starts.astimezone(UTC) + timedelta(hours=2)).astimezone(ZoneInfo(zone))
    text = invitation_text(replace(ENTRY, starts=starts, ends=ends), "REQUEST")
    event = icalendar.Calendar.from_ical(text).walk("VEVENT")[0]
    assert [event.decoded(k).astimezone(UTC) for k in ("DTSTART", "DTEND")] == [starts, ends]
