"""A school says which days do not suit it: tapped, pasted, from a file, from its own calendar. And who owes that."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from intervisit.apps.calendar import bridge
from intervisit.apps.calendar.actions import availability, subscriptions
from intervisit.apps.calendar.models import Availability, AvailabilityCall, DaysSubscription, NamedDays
from intervisit.apps.calendar.queries.availability import OWN_CALENDAR
from intervisit.core.days import read_days
from intervisit.kit import jobs, outbox
from intervisit.kit.models import OutgoingMail
from intervisit.kit.refusal import Refused, Trouble
from tests.world import World

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 9, 14, 15, tzinfo=dt.UTC)
CALENDAR = b"""BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20261021
DTEND;VALUE=DATE:20261024
SUMMARY:School closed for a retreat
END:VEVENT
BEGIN:VEVENT
UID:2
DTSTART:20261105T180000Z
DTEND:20261105T190000Z
SUMMARY:PTA meeting
END:VEVENT
BEGIN:VEVENT
UID:3
DTSTART;TZID=Mars/Base:20270301T090000
SUMMARY:Closed on Mars
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture(autouse=True)
def _september() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def days(world: World, number: int = 1) -> list[tuple[str, str, str, str]]:
    rows = NamedDays.objects.filter(organization=world.schools[number])
    return [(f"{r.starts:%m-%d}", f"{r.ends:%m-%d}", r.name, r.source) for r in rows]


def here(world: World, number: int = 1, route: str = "availability") -> str:
    return reverse(route, args=[world.schools[number].pk])


def test_days_are_tapped_saved_and_undone(world: World) -> None:
    tess, page = world.client("Tess"), here(world)
    body = {"day": ["2026-10-15", "2026-10-16", "2026-11-05"], "weekday": ["1", "3"]}
    answer = tess.post(page, body)
    assert (answer.status_code, answer["Location"]) == (303, page)
    assert days(world) == [
        ("10-15", "10-16", "Does not suit us", "tapped"), ("11-05", "11-05", "Does not suit us", "tapped")
    ]  # fmt: skip
    shown = tess.get(page).content.decode()
    assert "3 days do not suit you" in shown
    assert shown.count('name="day"') > 150
    assert shown.count(" checked>") == 5  # three days and two weekdays
    tess.post(page, {"day": ["2026-10-15"], "weekday": []})
    assert days(world) == [("10-15", "10-15", "Does not suit us", "tapped")]
    assert tess.post(here(world, route="availability_undo")).status_code == 303
    assert [d[:2] for d in days(world)] == [("10-15", "10-16"), ("11-05", "11-05")]
    assert Availability.objects.get().weekdays == [1, 3]
    tess.post(here(world, route="availability_undo"))
    assert days(world) == []
    assert tess.post(here(world, route="availability_undo")).status_code == 409


def test_a_colleague_who_saved_meanwhile_is_not_overwritten(world: World) -> None:
    seen = world.client("Tess").get(here(world)).context["seen"]
    world.client("Hana").post(here(world), {"day": ["2026-10-15"]})
    answer = world.client("Tess").post(here(world), {"day": ["2026-11-05"], "seen": seen})
    assert answer.status_code == 409
    assert "15 October 2026" in answer.content.decode()
    assert "5 November 2026" in answer.content.decode()
    assert [d[0] for d in days(world)] == ["10-15"]


def test_holidays_and_past_days_cannot_be_tapped(world: World) -> None:
    NamedDays.objects.create(organization=world.district, starts=dt.date(2026, 10, 12), ends=dt.date(2026, 10, 12),
                             name="Indigenous Peoples' Day", kind="closed")  # fmt: skip
    world.client("Hana").post(here(world), {"day": ["2026-10-12", "2026-09-10", "2026-10-17", "2026-10-13"]})
    assert [d[0] for d in days(world)] == ["10-13"]
    page = world.client("Hana").get(here(world)).content.decode()
    assert "Indigenous Peoples&#x27; Day" in page
    assert 'value="2026-10-12"' not in page


@pytest.mark.parametrize("value", ["2027-02-29", "9999-12-31", "soon", "0001-01-01"])
def test_b03_a_day_that_is_none_is_refused(world: World, value: str) -> None:
    assert world.client("Hana").post(here(world), {"day": [value]}).status_code == 422
    assert days(world) == []


def test_preferred_weekdays_reach_the_plan_as_wishes(world: World) -> None:
    world.client("Hana").post(here(world), {"weekday": ["1", "3", "9", "x"], "day": ["2026-10-15"]})
    world.client("Piet").post(here(world, 2), {"weekday": ["0", "1", "2", "3", "4"]})
    wishes = {s.name: s for s in bridge.problem(world.program).schools}
    assert wishes["P.S. 1"].weekdays == {1, 3}
    assert wishes["P.S. 1"].blocked == {dt.date(2026, 10, 15)}
    assert wishes["P.S. 2"].weekdays == frozenset()  # every day is no preference


def test_pasted_dates_are_shown_asked_about_and_taken(world: World) -> None:
    tess, page = world.client("Tess"), here(world, route="availability_paste")
    text = "Oct 20–21: Math fair\n3/4\nsoon"
    first = tess.post(page, {"text": text})
    words = first.content.decode()
    assert first.status_code == 200
    assert "Math fair" in words
    assert "Thursday 4 March 2027 or Saturday 3 April 2027" in words
    assert "Line 3: “soon” is not a date" in words
    assert days(world) == []
    text = "Oct 20–21: Math fair\n3/4"
    done = tess.post(page, {"text": text, "order": "month-first", "take": "1"})
    assert done.status_code == 303
    assert days(world) == [
        ("10-20", "10-21", "Math fair", "pasted"),
        ("03-04", "03-04", "Does not suit us", "pasted"),
    ]
    again = tess.post(page, {"text": text, "order": "month-first", "take": "1"})
    assert again.status_code == 422
    assert "blocked already" in again.content.decode()
    assert (
        "Math fair</textarea>" in again.content.decode()
        or "Math fair\n3/4</textarea>" in again.content.decode()
    )
    tess.post(here(world, route="availability_undo"))
    assert days(world) == []


def test_b08_text_that_cannot_be_stored_is_refused(world: World) -> None:
    answer = world.client("Tess").post(here(world, route="availability_paste"), {"text": "Oct 12 a\x00b"})
    assert answer.status_code == 422


def test_a_file_is_ticked_before_it_counts(world: World) -> None:
    tess, page = world.client("Tess"), here(world, route="availability_file")
    first = tess.post(page, {"file": SimpleUploadedFile("year.ics", CALENDAR)})
    assert first.status_code == 200
    assert [(r.entry.name, r.ticked) for r in first.context["rows"]] == [
        ("School closed for a retreat", True), ("PTA meeting", False)
    ]  # fmt: skip
    assert "Mars" in first.content.decode()  # B26: named, not taken
    staged = first.context["staged"]
    nothing = tess.post(page, {"staged": staged})
    assert (nothing.status_code, nothing.context["problem"]) == (
        422,
        "Tick the entries that do not suit you.",
    )
    assert [(r.entry.name, r.ticked) for r in nothing.context["rows"]] == [
        ("School closed for a retreat", False), ("PTA meeting", False)
    ]  # fmt: skip
    assert nothing.context["staged"] == staged  # the file need not be chosen again
    foreign = world.client("Piet").post(
        here(world, 2, "availability_file"), {"staged": staged, "take": ["0"]}
    )
    assert foreign.status_code == 422
    assert tess.post(page, {"staged": staged, "take": ["0", "99"]}).status_code == 303
    assert days(world) == [("10-21", "10-23", "School closed for a retreat", "year.ics")]
    assert tess.post(page, {"staged": "forged", "take": ["0"]}).status_code == 422


def test_a_file_whose_dates_do_not_tell_is_asked_about(world: World) -> None:
    tess, page = world.client("Tess"), here(world, route="availability_file")
    data = b"Date,What\n10/11/2026,Trip\n11/12/2026,Fair\n"
    first = tess.post(page, {"file": SimpleUploadedFile("year.csv", data)})
    assert (first.status_code, first.context["rows"]) == (422, [])
    assert [(o.key, o.readings[0], o.chosen) for o in first.context["orders"]] == [
        ("month-first", "10/11/2026 is Sunday 11 October 2026", False),
        ("day-first", "10/11/2026 is Tuesday 10 November 2026", False),
    ]
    staged = first.context["staged"]
    read = tess.post(page, {"staged": staged, "order": "day-first", "read": "1"})
    assert [(r.entry.name, r.entry.start) for r in read.context["rows"]] == [
        ("Trip", dt.date(2026, 11, 10)), ("Fair", dt.date(2026, 12, 11))
    ]  # fmt: skip
    nothing = tess.post(
        page, {"staged": staged, "order": "day-first"}
    )  # nothing ticked: it is not asked again
    assert (nothing.status_code, nothing.context["order"], len(nothing.context["rows"])) == (
        422,
        "day-first",
        2,
    )
    assert tess.post(page, {"staged": staged, "order": "day-first", "take": ["0"]}).status_code == 303
    assert days(world) == [("11-10", "11-10", "Trip", "year.csv")]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes | Trouble]:
    """The open internet, as far as the job knows."""
    answers: dict[str, bytes | Trouble] = {"https://cal.test/a.ics": CALENDAR}
    monkeypatch.setattr(subscriptions, "fetch", lambda url: answers[url])
    # The parser's own process is tried in test_a_file_is_ticked_before_it_counts; here it would only cost time.
    monkeypatch.setattr(subscriptions, "read_days_in_child", read_days)
    return answers


def subscribe(world: World, **more: str) -> Client:
    tess = world.client("Tess")
    body = {"url": "webcal://cal.test/a.ics", "which": "shut", **more}
    assert tess.post(here(world, route="own_calendar"), body).status_code == 303
    return tess


def test_an_own_calendar_counts_once_somebody_has_looked_and_then_follows(
    world: World, site: dict[str, bytes | Trouble]
) -> None:
    tess, page = subscribe(world), here(world, route="own_calendar")
    assert "Reading your calendar" in tess.get(page).content.decode()
    jobs.run_waiting()
    shown = tess.get(page).content.decode()
    assert "School closed for a retreat" in shown
    assert "PTA meeting" not in shown
    assert "remarks about the calendar" in shown
    assert days(world) == []  # nothing counts before somebody has looked
    tess.post(here(world, route="own_calendar_accept"))
    assert days(world) == [("10-21", "10-23", "School closed for a retreat", OWN_CALENDAR)]
    tess.post(
        here(world), {"day": ["2026-10-21", "2026-11-05"]}
    )  # its days are locked: neither doubled nor removed
    assert [d[0] for d in days(world)] == ["10-21", "11-05"]
    site["https://cal.test/a.ics"] = CALENDAR.replace(b"20261021", b"20261022")
    tess.post(here(world, route="own_calendar_read"))
    jobs.run_waiting()
    assert [d[:2] for d in days(world)] == [("10-22", "10-23"), ("11-05", "11-05")]
    for broken in (Trouble("not-reached", "Nothing answers at this address."), b"<html>hello", CALENDAR[:16]):
        site["https://cal.test/a.ics"] = broken
        DaysSubscription.objects.update(tried=NOW - dt.timedelta(hours=7))
        jobs.Job.objects.all().delete()
        jobs.Job.objects.create(kind="read_own_calendars", title="Again")
        jobs.run_waiting()
        mine = DaysSubscription.objects.get()
        assert mine.problem, broken
        assert [d[:2] for d in days(world)] == [("10-22", "10-23"), ("11-05", "11-05")]
    assert "The last reading did not work" in tess.get(page).content.decode()
    tess.post(here(world, route="own_calendar_forget"))
    assert [d[0] for d in days(world)] == ["11-05"]


def test_entries_are_chosen_by_a_word_of_the_schools(world: World, site: dict[str, bytes | Trouble]) -> None:
    tess = subscribe(world, which="word", word="pta")
    jobs.run_waiting()
    tess.post(here(world, route="own_calendar_accept"))
    assert [d[2] for d in days(world)] == ["PTA meeting"]
    body = {"url": "https://cal.test/a.ics", "which": "word", "word": ""}
    assert tess.post(here(world, route="own_calendar"), body).status_code == 422


@pytest.mark.parametrize(
    "url", ["http://cal.test/a.ics", "https://127.0.0.1/", "file:///etc/passwd", "https://localhost/"]
)
def test_an_address_that_is_not_public_is_refused_at_once(world: World, url: str) -> None:
    answer = world.client("Tess").post(here(world, route="own_calendar"), {"url": url, "which": "shut"})
    assert answer.status_code == 422
    assert f'value="{url}"' in answer.content.decode()
    assert not DaysSubscription.objects.exists()


def test_a_reader_who_has_left_reads_no_more(world: World, site: dict[str, bytes | Trouble]) -> None:
    subscribe(world)
    world.people["Tess"].roles.all().delete()
    jobs.run_waiting()
    assert DaysSubscription.objects.get().tried is None


def test_only_those_who_owe_are_asked_and_reminded(world: World) -> None:
    dana, page = world.client("Dana"), reverse("program_availability", args=[world.program.pk])
    world.client("Ova").post(
        here(world, 4), {"day": []}
    )  # answered before the question: it counts from then on only
    with time_machine.travel(NOW + dt.timedelta(hours=1), tick=False):
        assert dana.post(page, {"closes": "2026-09-25"}).status_code == 303
    asked = {m.to.name.split()[0] for m in OutgoingMail.objects.filter(kind="availability.asked")}
    assert asked == {"Hana", "Tess", "Piet", "Pim", "Ora", "Ova"}
    with time_machine.travel(NOW + dt.timedelta(hours=2), tick=False):
        world.client("Hana").post(here(world), {"day": []})
        rows = {r.school.name: r.answered is not None for r in dana.get(page).context["rows"]}
        assert rows["P.S. 1"]
        assert not rows["P.S. 2"]
        for _ in range(2):  # the second click the same day tells nobody again
            dana.post(reverse("availability_remind", args=[world.program.pk]))
        told = [m.to.name.split()[0] for m in OutgoingMail.objects.filter(kind="availability.reminder")]
        assert sorted(told) == ["Ora", "Ova", "Piet", "Pim"]
    mail = OutgoingMail.objects.filter(kind="availability.reminder").first()
    assert mail.link == here(world, 3) or "/availability/" in mail.link
    assert "P.S." not in mail.subject


def test_reminders_come_by_themselves_in_the_last_days_only(world: World) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        availability.ask_schools_for_days(world.program, by=world.actor("Dana"), closes=dt.date(2026, 9, 25))
        for day, mails in ((3, 0), (8, 6), (9, 6), (10, 12), (13, 12)):
            clock.move_to(NOW + dt.timedelta(days=day))
            jobs.Job.objects.create(kind="remind_schools_of_days", title="Reminders")
            jobs.run_waiting()
            assert OutgoingMail.objects.filter(kind="availability.reminder").count() == mails, day


def test_a_reminder_is_withheld_from_whoever_has_left_meanwhile(world: World, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    availability.ask_schools_for_days(world.program, by=world.actor("Dana"), closes=dt.date(2026, 9, 25))
    world.people["Pim"].roles.all().delete()
    outbox.send_due()
    states = {m.to.name.split()[0]: m.state for m in OutgoingMail.objects.all()}
    assert (states["Pim"], states["Piet"]) == ("withheld", "sent")


def test_a_day_that_is_over_is_no_deadline_and_others_may_not_ask(world: World) -> None:
    page = reverse("program_availability", args=[world.program.pk])
    assert world.client("Dana").post(page, {"closes": "2026-09-13"}).status_code == 422
    assert [
        world.client(n).post(page, {"closes": "2026-09-25"}).status_code for n in ("Hana", "Fay", "Sue")
    ] == [404] * 3
    with pytest.raises(Refused):
        availability.remind_owing(world.program, by=world.actor("Dana"))
    assert not AvailabilityCall.objects.exists()


def test_lists_ask_as_many_questions_for_many_days_as_for_few(world: World) -> None:
    def count(name: str, page: str) -> int:
        browser = world.client(name)
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(page).status_code == 200
        return len(seen)

    pages = [("Tess", here(world)), ("Dana", reverse("program_availability", args=[world.program.pk]))]
    few = [count(*p) for p in pages]
    world.client("Tess").post(
        here(world), {"day": [f"2026-10-{d}" for d in (1, 5, 7, 9, 13, 15, 19, 21, 23)]}
    )
    assert [count(*p) for p in pages] == few
    assert few[1] <= 12
    assert few[0] <= 15
