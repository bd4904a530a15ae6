"""Who was there: taps that may be repeated, alternates, sheets, closed lists; and what the ledger makes of it."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from intervisit.apps.calendar import bridge
from intervisit.apps.calendar.models import Loss, Visit
from intervisit.apps.gatherings.actions import reminders
from intervisit.apps.gatherings.models import Attendance, VisitNote
from intervisit.apps.gatherings.pages import sheets
from intervisit.core import scheduling
from intervisit.core.tables import read_table, write_csv, write_xlsx
from intervisit.kit import jobs, outbox
from intervisit.kit.models import HistoryLine, OutgoingMail
from tests import factories
from tests.world import World, canary

pytestmark = pytest.mark.django_db

THE_DAY = dt.datetime(2026, 10, 14, 13, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _the_day() -> Any:
    with time_machine.travel(THE_DAY, tick=False):
        yield


def at(world: World, route: str = "attendance", name: str = "East") -> str:
    return reverse(route, args=[world.visits[name].pk])


def tap(world: World, who: str, whom: str, state: str = "present") -> int:
    answer = world.client(who).post(at(world), {"who": world.people[whom].pk, "state": state})
    return int(answer.status_code)


def states() -> dict[str, str]:
    return {(r.person.name.split()[0] if r.person else r.name): r.state for r in Attendance.objects.all()}


def test_one_tap_notes_a_person_and_the_same_tap_again_changes_nothing(world: World) -> None:
    assert [tap(world, "Fay", "Pim") for _ in range(3)] == [303] * 3
    assert states() == {"Pim": "present"}
    first = Attendance.objects.get()
    with time_machine.travel(THE_DAY + dt.timedelta(hours=1)):
        tap(world, "Tess", "Tess")
        tap(world, "Fay", "Pim")
    first.refresh_from_db()
    assert first.at == THE_DAY  # a repeated tap is no new fact
    assert tap(world, "Fay", "Pim", "expected") == 303
    assert states() == {"Tess": "present"}
    assert not any("Pim" in str(line.changes) for line in HistoryLine.objects.all())


def test_a_tap_from_the_page_gets_the_list_back_without_a_redirect(world: World) -> None:
    body = {"who": world.people["Pim"].pk, "state": "present"}
    answer = world.client("Fay").post(at(world), body, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert 'id="list"' in answer.content.decode()
    assert states() == {"Pim": "present"}


def test_who_may_note_whom(world: World) -> None:
    found = {(who, whom): tap(world, who, whom, "excused") for who, whom in (
        ("Fay", "Hana"), ("Sol", "Ora"), ("Hana", "Tess"), ("Tess", "Hana"), ("Pim", "Pim"), ("Piet", "Pim"),
        ("Pim", "Hana"), ("Piet", "Fay"), ("Ova", "Pim"), ("Finn", "Pim"), ("Sue", "Pim"), ("Noa", "Noa"),
        ("Fay", "Ova"),
    )}  # fmt: skip
    assert found == {
        ("Fay", "Hana"): 303, ("Sol", "Ora"): 303, ("Hana", "Tess"): 303, ("Tess", "Hana"): 303, ("Pim", "Pim"): 303,
        ("Piet", "Pim"): 303, ("Pim", "Hana"): 403, ("Piet", "Fay"): 403, ("Ova", "Pim"): 404, ("Finn", "Pim"): 404,
        ("Sue", "Pim"): 404, ("Noa", "Noa"): 404, ("Fay", "Ova"): 404,
    }  # fmt: skip


def test_nobody_is_here_before_the_day_and_the_excused_are(world: World) -> None:
    with time_machine.travel(THE_DAY - dt.timedelta(days=1)):
        assert tap(world, "Fay", "Pim") == 422
        assert tap(world, "Pim", "Pim", "excused") == 303
        page = world.client("Fay").get(at(world)).content.decode()
        assert 'value="present"' not in page
    assert states() == {"Pim": "excused"}
    assert tap(world, "Fay", "Pim", "absent") == 422
    assert tap(world, "Fay", "Pim", "nonsense") == 422


def test_an_assistant_principal_stands_in_for_a_principal(world: World) -> None:
    fay = world.client("Fay")
    body = {"name": "Amara Diallo", "title": "Assistant principal", "school": world.schools[2].pk,
            "instead_of": world.people["Piet"].pk}  # fmt: skip
    assert fay.post(at(world, "attendance_add"), body).status_code == 303
    assert fay.post(at(world, "attendance_add"), body).status_code == 303  # the same again
    assert states() == {"Amara Diallo": "present", "Piet": "excused"}
    page = fay.get(at(world)).content.decode()
    assert "instead of Piet Abara" in page
    sheet = fay.get(at(world)).context["sheet"]
    assert (sheet.here, sheet.excused, sheet.expected) == (1, 1, 5)
    key = next(r.key for r in sheet.rows if r.alternate)
    assert fay.post(at(world), {"who": key, "state": "expected"}).status_code == 303
    assert states() == {"Piet": "excused"}


@pytest.mark.parametrize(
    ("field", "value"), [("name", "\u202eevil"), ("name", ""), ("school", "far"), ("instead_of", "tess")]
)
def test_who_stands_in_is_checked_and_what_was_typed_stays(world: World, field: str, value: str) -> None:
    ids = {"far": world.schools[4].pk, "tess": world.people["Tess"].pk}
    body = {"name": "Amara Diallo", "school": world.schools[2].pk, "title": "Kept while typing",
            field: ids.get(value, value)}  # fmt: skip
    answer = world.client("Piet").post(at(world, "attendance_add"), body)
    assert answer.status_code == 422
    assert "Kept while typing" in answer.content.decode()
    assert states() == {}


def test_a_school_adds_its_own_only(world: World) -> None:
    body = {"name": "Amara Diallo", "school": world.schools[1].pk}
    assert world.client("Piet").post(at(world, "attendance_add"), body).status_code == 422
    assert world.client("Ova").post(at(world, "attendance_add"), body).status_code == 404
    assert states() == {}


def test_a_closed_list_is_a_record(world: World) -> None:
    fay = world.client("Fay")
    assert fay.post(at(world, "attendance_close")).status_code == 422  # nobody is here
    for name in ("Hana", "Tess", "Fay"):
        tap(world, "Fay", name)
    tap(world, "Fay", "Ora", "excused")
    assert world.client("Hana").post(at(world, "attendance_close")).status_code == 403
    assert fay.post(at(world, "attendance_close")).status_code == 303
    after = {
        "Hana": "present",
        "Tess": "present",
        "Fay": "present",
        "Ora": "excused",
        "Piet": "absent",
        "Pim": "absent",
    }
    assert states() == after
    assert tap(world, "Fay", "Pim") == 409
    world.people["Pim"].roles.all().delete()  # who leaves later was still missing then
    factories.role(
        world.people["Noa"], "team", world.schools[2].group
    )  # who comes later was not expected then
    shown = {r.name.split()[0]: str(r.state) for r in fay.get(at(world)).context["sheet"].rows}
    assert shown == after
    assert fay.post(at(world, "attendance_reopen")).status_code == 303
    assert set(states()) == {"Hana", "Tess", "Fay", "Ora"}


def test_what_did_not_take_place_is_owed_again_and_tells_nobody(world: World) -> None:
    world.plan.problem = scheduling.write_instance(bridge.problem(world.program))
    world.plan.save()

    def line() -> tuple[int, int, int]:
        found = bridge.ledger_of(world.plan, dt.date(2026, 10, 15), [world.networks["East"].pk]).total
        return found.held, found.planned, found.missed

    assert line()[0] == 1
    tap(world, "Fay", "Hana")
    body = {"reason": "The heating broke"}
    assert (
        world.client("Fay").post(at(world, "attendance_not_held"), body).status_code == 422
    )  # somebody is here
    tap(world, "Fay", "Hana", "expected")
    assert world.client("Tess").post(at(world, "attendance_not_held"), body).status_code == 403
    assert world.client("Fay").post(at(world, "attendance_not_held"), body).status_code == 303
    assert Loss.objects.get().reason == "The heating broke"
    assert line()[0] == 0
    assert OutgoingMail.objects.count() == 0
    assert tap(world, "Fay", "Hana") == 422
    world.client("Fay").post(at(world, "attendance_held"))
    assert line()[0] == 1
    assert not Loss.objects.exists()


def test_the_office_sees_counts_and_no_names(world: World) -> None:
    for name in ("Hana", "Tess", "Piet", "Fay"):
        tap(world, "Fay", name)
    world.client("Fay").post(at(world, "attendance_close"))
    page = reverse("program_attendance", args=[world.program.pk])
    rows = {
        r.school.name: (r.share, r.here, r.missing) for r in world.client("Sol").get(page).context["rows"]
    }
    assert rows == {"P.S. 3": (0, 0, 1), "P.S. 2": (50, 1, 1), "P.S. 1": (100, 2, 0)}
    assert list(rows) == ["P.S. 3", "P.S. 2", "P.S. 1"]  # those that slip first
    text = (
        world.client("Sol").get(page).content.decode()
        + world.client("Sol").get(page + "file/").content.decode()
    )
    assert [n for n in ("Whitfield", "Moreau", "Abara", "Ostrowski") if n in text] == []
    assert [world.client(n).get(page).status_code for n in ("Hana", "Fay", "Sue", "Ada")] == [404] * 4


# ------------------------------------------------------------------ sign-in sheets

SHEET = [["Moreau, Tess", "P.S. 1", "yes"], ["pim ostrowski", "", "yes"], ["Amara Diallo", "01M003", "yes"],
         ["Ora Delacroix", "P.S. 3", "no"]]  # fmt: skip
HEADER = ["Participant", "School", "Attended"]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The parser's own process is tried with the workbook; in the other tests it would only cost time."""
    monkeypatch.setattr(sheets, "read_table_in_child", read_table)


def upload(world: World, data: bytes, name: str = "sheet.csv", who: str = "Fay") -> Any:
    return world.client(who).post(at(world, "attendance_file"), {"file": SimpleUploadedFile(name, data)})


@pytest.mark.parametrize("make", [write_csv, write_xlsx])
def test_a_sheet_is_matched_shown_and_applied_whole(world: World, make: Any) -> None:
    name = "sheet.csv" if make is write_csv else "sheet.xlsx"
    first = upload(world, make(HEADER, SHEET), name)
    assert first.status_code == 200, first.content.decode()
    assert [(r.line, r.words) for r in first.context["reading"].rows] == [
        (2, "here"), (3, "here"), (4, "here, not expected: is added for P.S. 3"), (5, "not here: left as it is")
    ]  # fmt: skip
    assert states() == {}
    columns = {f"column_{c.key}": str(c.chosen) if c.chosen >= 0 else "" for c in first.context["columns"]}
    body = {"staged": first.context["staged"], "apply": "1", **columns}
    assert world.client("Fay").post(at(world, "attendance_file", "West"), body).status_code == 404
    assert world.client("Fay").post(at(world, "attendance_file"), body).status_code == 303
    assert states() == {"Tess": "present", "Pim": "present", "Amara Diallo": "present"}
    assert set(Attendance.objects.filter(person__isnull=False).values_list("source", flat=True)) == {"sheet"}
    world.client("Fay").post(at(world, "attendance_file"), body)
    assert len(states()) == 3


def test_a_sheet_with_one_bad_line_notes_nobody(world: World, quick: None) -> None:
    rows = [*SHEET, ["A Stranger", "P.S. 99", "yes"]]
    first = upload(world, write_csv(HEADER, rows))
    assert "Line 6" in first.content.decode()
    body = {
        "staged": first.context["staged"],
        "apply": "1",
        "column_name": "0",
        "column_school": "1",
        "column_present": "2",
    }
    assert world.client("Fay").post(at(world, "attendance_file"), body).status_code == 422
    assert states() == {}


def test_columns_can_be_chosen_and_files_that_are_none_are_named(world: World, quick: None) -> None:
    first = upload(world, b"Who signed?,x\nTess Moreau,1\n")
    assert first.status_code == 200
    assert "no column for the name" in first.content.decode()
    body = {"staged": first.context["staged"], "column_name": "0"}
    again = world.client("Fay").post(at(world, "attendance_file"), body)
    assert [r.words for r in again.context["reading"].rows] == ["here"]
    for data in (b"", b'Name,School\n"Tess,1\n', b"\xff\xfe\x00"):
        assert upload(world, data).status_code == 422
    assert upload(world, b"Name\nTess Moreau\n", who="Hana").status_code == 404
    assert world.client("Fay").post(at(world, "attendance_file"), {"staged": "forged"}).status_code == 422


# ------------------------------------------------------------------ what to bring, and the evening before


def test_what_to_bring_is_written_by_those_who_meet_and_read_by_nobody_who_rates(world: World) -> None:
    text = canary("note")
    page = at(world, "visit_note")
    assert world.client("Hana").post(page, {"text": text, "version": 0}).status_code == 303
    stale = world.client("Pim").post(page, {"text": "mine", "version": 0})
    assert stale.status_code == 409
    assert text in stale.content.decode()
    body = {"text": text, "version": 1}
    codes = {n: (world.client(n).get(page).status_code, world.client(n).post(page, body).status_code)
             for n in ("Tess", "Pim", "Fay", "Sol", "Ova", "Finn", "Sue", "Noa")}  # fmt: skip
    assert codes == {"Tess": (200, 303), "Pim": (200, 303), "Fay": (200, 303), "Sol": (200, 403), "Ova": (404, 404),
                     "Finn": (404, 404), "Sue": (404, 404), "Noa": (404, 404)}  # fmt: skip
    assert not any(text in str((line.changes, line.label)) for line in HistoryLine.objects.all())
    assert text in world.client("Sol").get(reverse("visit", args=[world.visits["East"].pk])).content.decode()


@pytest.fixture
def evening(settings: Any) -> Any:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with time_machine.travel(dt.datetime(2026, 10, 13, 18, 30, tzinfo=dt.UTC), tick=False) as clock:
        yield clock


def remind() -> set[str]:
    jobs.Job.objects.create(kind="remind_of_tomorrow", title="Tomorrow")
    jobs.run_waiting()
    return {m.to.name.split()[0] for m in OutgoingMail.objects.filter(kind="visits.tomorrow")}


def test_the_evening_before_each_gets_one_mail(world: World, evening: Any) -> None:
    evening.move_to(dt.datetime(2026, 10, 13, 17, 59, tzinfo=dt.UTC))  # not yet two o'clock in New York
    assert remind() == set()
    evening.move_to(dt.datetime(2026, 10, 13, 18, 1, tzinfo=dt.UTC))
    tap(world, "Pim", "Pim", "excused")
    assert remind() == {"Hana", "Tess", "Piet", "Ora", "Fay", "Ova", "Finn"}
    assert remind() == {"Hana", "Tess", "Piet", "Ora", "Fay", "Ova", "Finn"}
    assert OutgoingMail.objects.filter(kind="visits.tomorrow").count() == 7
    body = OutgoingMail.objects.get(kind="visits.tomorrow", to=world.people["Piet"]).body
    assert "Wednesday, 14 October 2026, 8:30 a.m. to 3:00 p.m." in body
    assert "Out of P.S. 2: Piet Abara" in body
    assert "Excused: Pim Ostrowski" in body
    assert "P.S. 4" not in body


def test_it_says_what_is_true_when_it_is_sent(world: World, evening: Any) -> None:
    from django.core import mail as sent

    remind()
    VisitNote.objects.create(
        uid=world.visits["East"].uid, network=world.networks["East"], text=canary("note")
    )
    world.people["Piet"].roles.all().delete()  # lost her role after the mail was written
    Visit.objects.filter(pk=world.visits["West"].pk).update(state="cancelled")
    sent.outbox.clear()
    outbox.send_due()
    assert {m.to[0].split("@")[0] for m in sent.outbox} == {"hana", "tess", "pim", "ora", "fay"}
    assert all(canary("note") in m.body for m in sent.outbox)
    withheld = {m.to.name.split()[0] for m in OutgoingMail.objects.filter(state="withheld")}
    assert withheld == {"Piet", "Ova", "Finn"}
    assert all("P.S." not in m.subject and "East" not in m.subject for m in sent.outbox)


@pytest.mark.parametrize(
    ("zone", "hour"), [("Pacific/Auckland", 1), ("America/New_York", 18), ("Asia/Kolkata", 9)]
)
def test_the_afternoon_is_that_of_the_district(world: World, zone: str, hour: int) -> None:
    world.district.time_zone = zone
    world.district.save()
    with time_machine.travel(dt.datetime(2026, 10, 13, hour, 0, tzinfo=dt.UTC), tick=False):
        assert remind() != set()
    OutgoingMail.objects.all().delete()
    with time_machine.travel(
        dt.datetime(2026, 10, 13, hour, 0, tzinfo=dt.UTC) - dt.timedelta(hours=1), tick=False
    ):
        assert remind() == set()


def test_the_list_asks_as_many_questions_for_many_as_for_few(world: World) -> None:
    def count() -> int:
        browser = world.client("Fay")
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(at(world)).status_code == 200
        return len(seen)

    few = count()
    for n in range(25):
        factories.role(factories.person(f"Teacher N{n}"), "team", world.schools[2].group)
    tap(world, "Fay", "Pim")
    assert count() == few <= 15
    assert reminders.FROM.hour == 14
