"""A year planned, moved, published and taken back; days that do not suit; feeds that calendars accept."""

import datetime as dt
from collections import Counter

import icalendar
import pytest
import time_machine
import vobject
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from intervisit.apps.calendar.models import FeedAddress, NamedDays, Visit, YearPlan
from intervisit.apps.calendar.queries import address_of
from intervisit.apps.calendar.states import DayKind, PlanState
from intervisit.apps.networks.models import NetworkMember
from intervisit.kit import jobs
from intervisit.kit.models import OutgoingMail
from tests.world import IN_THE_YEAR, World, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def planned(world: World) -> YearPlan:
    """A plan of the real pattern, solved, in place of the world's single visits."""
    Visit.objects.all().delete()
    YearPlan.objects.all().delete()
    browser = world.client("Dana")
    answer = browser.post(reverse("year_plans", args=[world.program.pk]), {"name": "First", "seconds": 5})
    assert answer.status_code == 303, answer.content.decode()
    jobs.run_waiting()
    plan = YearPlan.objects.get()
    assert plan.state == PlanState.READY, plan.reasons
    return plan


def test_a_triad_has_eleven_days_five_at_the_host_three_at_each_partner(
    world: World, planned: YearPlan
) -> None:
    for name, numbers in (("East", (1, 2, 3)), ("West", (4, 5, 6))):
        counts = Counter(
            planned.visits.filter(network=world.networks[name]).values_list("school__code", flat=True)
        )
        host, *partners = (world.schools[n].code for n in numbers)
        assert counts == {host: 5} | dict.fromkeys(partners, 3)


def test_no_visit_falls_on_a_closed_or_blocked_day(world: World) -> None:
    Visit.objects.all().delete()
    YearPlan.objects.all().delete()
    october = (dt.date(2026, 10, 1), dt.date(2026, 10, 31))
    NamedDays.objects.create(
        organization=world.district,
        starts=october[0],
        ends=october[1],
        name="Long recess",
        kind=DayKind.CLOSED,
    )
    NamedDays.objects.create(
        organization=world.schools[2], starts=dt.date(2026, 11, 1), ends=dt.date(2026, 11, 30), name="Building work",
        kind=DayKind.BLOCKED,
    )  # fmt: skip
    world.client("Dana").post(
        reverse("year_plans", args=[world.program.pk]), {"name": "Second", "seconds": 5}
    )
    jobs.run_waiting()
    plan = YearPlan.objects.get()
    assert plan.state == PlanState.READY, plan.reasons
    assert not plan.visits.filter(date__range=october).exists()
    assert not plan.visits.filter(network=world.networks["East"], date__month=11).exists()


@time_machine.travel(IN_THE_YEAR, tick=True)
def test_publishing_tells_each_person_once_and_again_only_what_moved(world: World, planned: YearPlan) -> None:
    browser = world.client("Dana")
    assert browser.post(reverse("plan_adopt", args=[planned.pk])).status_code == 303
    publish = reverse("plan_publish", args=[planned.pk])
    assert browser.post(publish).status_code == 303
    told = OutgoingMail.objects.filter(kind="visits.published").values_list("to__name", flat=True)
    assert Counter(n.split()[0] for n in told) == Counter(
        ("Hana", "Tess", "Piet", "Pim", "Ora", "Fay", "Ova", "Finn")
    )
    OutgoingMail.objects.all().delete()
    browser.post(publish)
    assert OutgoingMail.objects.count() == 0
    visit = planned.visits.filter(network=world.networks["East"]).order_by("date").last()
    page = browser.get(reverse("visit_move", args=[visit.pk]))
    free = page.context["free"]
    assert visit.date not in free
    assert (
        browser.post(reverse("visit_move", args=[visit.pk]), {"date": free[-1].isoformat()}).status_code
        == 303
    )
    browser.post(publish)
    told = OutgoingMail.objects.filter(kind="visits.changed").values_list("to__name", flat=True)
    assert {n.split()[0] for n in told} == {"Hana", "Tess", "Piet", "Pim", "Ora", "Fay"}
    body = OutgoingMail.objects.filter(kind="visits.changed").first().body
    assert body.count("\n- ") == 1
    assert "(was " in body
    visit.refresh_from_db()
    assert visit.sequence == 1


def test_a_move_onto_a_holiday_is_refused_with_the_rule(world: World, planned: YearPlan) -> None:
    visit = planned.visits.order_by("date").first()
    answer = world.client("Dana").post(
        reverse("visit_move", args=[visit.pk]), {"date": "2026-10-17"}
    )  # a Saturday
    assert answer.status_code == 422
    assert "is not a school day" in answer.content.decode() or "Saturday" in answer.content.decode()
    before = visit.date
    visit.refresh_from_db()
    assert visit.date == before


def test_taking_the_networks_back_takes_their_calendar_back(world: World) -> None:
    world.client("Dana").post(reverse("networks_withdraw", args=[world.program.pk]))
    world.plan.refresh_from_db()
    assert world.plan.state == PlanState.ADOPTED
    assert world.client("Hana").get(reverse("visit", args=[world.visits["East"].pk])).status_code == 404


def test_each_sees_her_own_visits(world: World) -> None:
    east, west = (reverse("visit", args=[world.visits[n].pk]) for n in ("East", "West"))
    seen = {name: (world.client(name).get(east).status_code, world.client(name).get(west).status_code)
            for name in ("Hana", "Pim", "Fay", "Ova", "Finn", "Sol", "Rex", "Noa", "Sue")}  # fmt: skip
    assert seen == {
        "Hana": (200, 404), "Pim": (200, 404), "Fay": (200, 404), "Ova": (404, 200), "Finn": (404, 200),
        "Sol": (200, 200), "Rex": (404, 404), "Noa": (404, 404), "Sue": (404, 404),
    }  # fmt: skip


def test_a_feed_is_read_by_two_calendar_libraries_and_has_the_right_instant(world: World) -> None:
    path = address_of(world.feeds["Hana"])
    answer = world.client(None).get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    events = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    assert [e.decoded("dtstart") for e in events] == [dt.datetime(2026, 10, 14, 12, 30, tzinfo=dt.UTC)]
    other = vobject.readOne(answer.content.decode())
    assert [str(e.summary.value) for e in other.vevent_list] == ["Visit 1: P.S. 1"]
    assert events[0]["uid"].startswith(world.visits["East"].uid)


def test_winter_and_summer_time_are_both_right(world: World) -> None:
    visit = world.visits["East"]
    for day, hour in ((dt.date(2026, 10, 30), 12), (dt.date(2026, 11, 2), 13), (dt.date(2027, 3, 15), 12)):
        Visit.objects.filter(pk=visit.pk).update(date=day)
        text = world.client(None).get(address_of(world.feeds["Hana"])).content
        start = icalendar.Calendar.from_ical(text).walk("VEVENT")[0].decoded("dtstart")
        assert start == dt.datetime.combine(day, dt.time(hour, 30), dt.UTC)


def test_a_feed_dies_with_the_role_and_with_a_new_address(world: World) -> None:
    nobody = world.client(None)
    assert (
        icalendar.Calendar.from_ical(nobody.get(address_of(world.feeds["Rex"])).content).walk("VEVENT") == []
    )
    old = address_of(world.feeds["Hana"])
    world.client("Hana").post(reverse("my_feeds"), {"renew": world.feeds["Hana"].pk})
    assert nobody.get(old).status_code == 404
    world.feeds["Hana"].refresh_from_db()
    assert nobody.get(address_of(world.feeds["Hana"])).status_code == 200
    NetworkMember.objects.filter(school=world.schools[1]).update(left=dt.date(2026, 11, 1))
    assert (
        icalendar.Calendar.from_ical(nobody.get(address_of(world.feeds["Hana"])).content).walk("VEVENT") == []
    )


def test_a_feed_address_cannot_be_guessed(world: World) -> None:
    right = address_of(world.feeds["Hana"])
    wrong = right[:-6] + ("0" if right[-6] != "0" else "1") + right[-5:]
    other = f"/feeds/{FeedAddress.objects.get(person=world.people['Ova']).pk.hex}{right[-44:]}"
    answers = [
        world.client(None).get(p) for p in (wrong, other, "/feeds/nothing.ics", "/feeds/" + "0" * 72 + ".ics")
    ]
    assert {a.status_code for a in answers} == {404}
    assert len({words_of(a) for a in answers}) == 1


def test_nobody_renews_or_makes_a_feed_of_somebody_else(world: World) -> None:
    before = world.feeds["Hana"].nonce
    assert world.client("Ova").post(reverse("my_feeds"), {"renew": world.feeds["Hana"].pk}).status_code == 404
    east = world.networks["East"].pk
    assert world.client("Ova").post(reverse("my_feeds"), {"network": east}).status_code == 404
    world.feeds["Hana"].refresh_from_db()
    assert world.feeds["Hana"].nonce == before


def test_a_school_blocks_days_for_itself_only(world: World) -> None:
    mine, theirs = (reverse("school_days", args=[world.schools[n].pk]) for n in (1, 4))
    data = {"starts": "2026-12-01", "ends": "2026-12-03", "name": "Winter fair"}
    assert world.client("Tess").post(mine, data).status_code == 303
    assert world.client("Tess").post(theirs, data).status_code == 404
    days = NamedDays.objects.get()
    assert (days.organization_id, days.kind) == (world.schools[1].pk, DayKind.BLOCKED)
    assert world.client("Ova").post(reverse("days_remove", args=[days.pk])).status_code == 404
    assert world.client("Hana").post(reverse("days_remove", args=[days.pk])).status_code == 303


def test_b03_dates_that_are_none_are_refused_and_the_text_stays(world: World) -> None:
    mine = reverse("school_days", args=[world.schools[1].pk])
    for text, words in (
        ("9999-12-31", "Choose a date between"),
        ("2027-02-29", "29"),
        ("0001-01-01", "Choose a date"),
    ):
        answer = world.client("Hana").post(mine, {"starts": text, "name": "Trip"})
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert f'value="{text}"' in answer.content.decode()
    assert NamedDays.objects.count() == 0


def test_a_file_of_closings_whose_dates_do_not_tell_is_asked_about(world: World) -> None:
    browser, url = world.client("Dana"), reverse("district_days_file")
    data = SimpleUploadedFile("days.csv", b"Date,Event\n11/10/2026,Recess\n12/11/2026,Holiday\n")
    first = browser.post(url, {"file": data})
    assert (first.status_code, [o.chosen for o in first.context["orders"]]) == (422, [False, False])
    body = {"staged": first.context["staged"], "order": "month-first"}
    read = browser.post(url, {**body, "read": "1"})
    assert [o.chosen for o in read.context["orders"]] == [True, False]
    assert 'name="order" value="month-first"' in read.content.decode()
    assert browser.post(url, body).status_code == 303
    kept = NamedDays.objects.filter(source="days.csv").order_by("starts")
    assert [(d.name, d.starts) for d in kept] == [
        ("Recess", dt.date(2026, 11, 10)), ("Holiday", dt.date(2026, 12, 11))
    ]  # fmt: skip


def test_days_come_from_a_file_after_a_preview(world: World) -> None:
    rows = [
        "start_date,end_date,event,category",
        "2026-11-26,2026-11-27,Thanksgiving recess,closed",
        "2026-13-01,,Broken,closed",
    ]
    text = "\n".join(rows) + "\n"
    file = SimpleUploadedFile("days.csv", text.encode(), "text/csv")
    browser = world.client("Dana")
    answer = browser.post(reverse("district_days_file"), {"file": file})
    page = answer.content.decode()
    assert answer.status_code == 200, page
    assert "Thanksgiving recess" in page
    assert "Some entries cannot be taken" in page
    assert NamedDays.objects.count() == 0
    done = browser.post(reverse("district_days_file"), {"staged": answer.context["staged"]})
    assert done.status_code == 303
    assert list(NamedDays.objects.values_list("name", "starts", "ends")) == [
        ("Thanksgiving recess", dt.date(2026, 11, 26), dt.date(2026, 11, 27))
    ]


def test_pages_ask_as_many_questions_for_many_visits_as_for_few(
    world: World, django_assert_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count() -> int:
        browser = world.client("Hana")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert browser.get(reverse("my_calendar")).status_code == 200
        return len(seen)

    few = count()
    plan, network = world.plan, world.networks["East"]
    Visit.objects.bulk_create(
        Visit(plan=plan, network=network, school=world.schools[1], number=n,
              date=dt.date(2026, 10, 15) + dt.timedelta(n),
              starts=dt.time(8, 30), ends=dt.time(15), part="whole", uid=f"x{n}")
        for n in range(2, 32)
    )  # fmt: skip
    assert count() == few <= 12
