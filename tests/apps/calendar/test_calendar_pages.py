"""The calendar's pages: how they look at a year, what they show before anything is done, and what paper gets."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from intervisit.apps.calendar import actions, bridge
from intervisit.apps.calendar.models import Change, Happening, NamedDays, Proposal, Release, Visit, YearPlan
from intervisit.kit import jobs
from intervisit.kit.models import OutgoingMail
from tests import factories
from tests.apps.calendar.published import EAST, TODAY, next_visit, told
from tests.world import World

pytestmark = pytest.mark.django_db


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_each_way_of_looking_shows_the_same_visits(world: World, year: YearPlan) -> None:
    browser, mine = world.client("Hana"), set(year.visits.filter(network=world.networks["East"]))
    for page in (reverse("my_calendar"), reverse("school_calendar", args=[world.schools[1].pk])):
        view = browser.get(page, {"view": "agenda"}).context["view"]
        assert {s.visit for s in (*view.upcoming, *view.past)} == mine
        assert [s.date for s in view.upcoming] == sorted(s.date for s in view.upcoming)
        view = browser.get(page, {"view": "list"}).context["view"]
        assert {s.visit for _, rows in view.groups for s in rows} == mine
        found, on = set(), "2026-09-08"
        while on:
            view = browser.get(page, {"view": "month", "on": on}).context["view"]
            found |= {s.visit for week in view.weeks for cell in week for s in cell.visits}
            on = view.after.partition("on=")[2]
        assert found == mine
        view = browser.get(page, {"view": "year"}).context["view"]
        assert sum(len(m.items) for m in view.route.months) == len(mine)
    assert browser.get(page, {"view": "nonsense", "on": "9999-99-99"}).status_code == 200


def test_the_director_sees_all_with_the_draft_and_a_school_sees_what_was_released(
    world: World, year: YearPlan
) -> None:
    visit = next_visit(year, world, "East", after=14)
    to = bridge.free_days(visit, drafted=True)[-1]
    actions.move_visit(visit, to, by=world.actor("Dana"))
    page = reverse("program_year", args=[world.program.pk])
    view = world.client("Dana").get(page, {"view": "list"}).context["view"]
    drafted = [s for _, rows in view.groups for s in rows if s.draft]
    assert [(s.visit.pk, s.date) for s in drafted] == [(visit.pk, to)]
    rows = world.client("Dana").get(page, {"view": "year"}).context["view"].rows
    assert [row.name for row in rows] == ["East network", "West network"]
    seen = world.client("Hana").get(reverse("my_calendar"), {"view": "agenda"}).context["view"].upcoming
    assert {s.date for s in seen if s.visit.pk == visit.pk} == {visit.date}
    assert world.client("Hana").get(page).status_code == 404


def test_the_ledger_beside_it_is_counted(world: World, year: YearPlan) -> None:
    visit = next_visit(year, world, "East", after=90)
    actions.close_school(
        world.schools[1], by=world.actor("Hana"), first=visit.date, last=visit.date, reason="Snow"
    )
    context = world.client("Hana").get(reverse("school_calendar", args=[world.schools[1].pk])).context
    total = context["ledger"].total
    assert (total.owed, total.missed, total.owed - total.held - total.planned) == (11, 1, 1)
    assert [v.pk for v in context["ledger"].waiting] == [visit.pk]
    assert context["ledger"].conflicts == ()
    assert [line.name for line in context["ledger"].lines] == ["P.S. 1", "P.S. 2", "P.S. 3"]


def test_who_leads_networks_has_their_ledger_beside_her_calendar_and_nobody_elses(
    world: World, year: YearPlan
) -> None:
    browser, page = world.client("Fay"), reverse("my_calendar")
    context = browser.get(page).context
    mine = bridge.ledger_of(year, TODAY.date(), [world.networks["East"].pk])
    assert (context["ledger"].total, context["ledger"].lines) == (mine.total, mine.lines)
    assert [line.name for line in mine.lines] == ["P.S. 1", "P.S. 2", "P.S. 3"]
    assert "P.S. 4" not in text(browser.get(page))
    factories.role(world.people["Fay"], "facilitator", world.networks["West"].group)
    context = world.client("Fay").get(page).context
    assert ([line.name for line in context["ledger"].lines], context["ledger_of"]) == (
        ["East network", "West network"], "Network"
    )  # fmt: skip
    for name in ("Hana", "Dana", "Ada"):
        assert world.client(name).get(page).context["ledger"] is None
    fay = world.client("Fay")
    with CaptureQueriesContext(connection) as asked:
        fay.get(page)
    assert len(asked) <= 15
    actions.withdraw_plan(year, by=world.actor("Dana"))
    assert fay.get(page).context["ledger"] is None


@pytest.mark.parametrize("name", ["Fay", "Hana"])
def test_holidays_stand_in_ones_own_month(world: World, year: YearPlan, name: str) -> None:
    NamedDays.objects.create(
        organization=world.district, starts=dt.date(2026, 11, 26), ends=dt.date(2026, 11, 27),
        name="Thanksgiving recess", kind="closed",
    )  # fmt: skip
    browser = world.client(name)
    for view, times in (("month", 2), ("week", 2), ("agenda", 0)):
        page = text(browser.get(reverse("my_calendar"), {"view": view, "on": "2026-11-26"}))
        assert page.count("Thanksgiving recess") == times


def test_a_move_is_seen_before_it_is_made(world: World, year: YearPlan) -> None:
    visit = next_visit(year, world, "East", after=14)
    browser, page = world.client("Fay"), reverse("visit_move", args=[visit.pk])
    free = [d for d in browser.get(page).context["free"] if d > TODAY.date() + dt.timedelta(days=7)]
    answer = browser.get(page, {"to": free[0].isoformat()})
    preview = answer.context["preview"]
    assert (preview.to, preview.effect.sound, preview.asks) == (free[0], True, False)
    assert "6 people" in preview.told
    saturday = visit.date + dt.timedelta(days=5 - visit.date.weekday())
    answer = browser.get(page, {"to": saturday.isoformat()})
    assert not answer.context["preview"].effect.sound
    assert "no school at the weekend" in text(answer)
    visit.refresh_from_db()
    assert (visit.change if Change.objects.exists() else None, OutgoingMail.objects.count()) == (None, 0)
    assert browser.post(page, {"date": free[0].isoformat()}).status_code == 303
    visit.refresh_from_db()
    assert visit.date == free[0]


def test_a_snow_day_is_shown_before_it_is_declared(world: World, year: YearPlan) -> None:
    visit = next_visit(year, world, "East")
    browser, page = world.client("Ora"), reverse("school_close", args=[world.schools[3].pk])
    data = {"first": visit.date.isoformat(), "last": "", "reason": "Snow day"}
    hit = browser.get(page, data).context["hit"]
    assert ([v.pk for v in hit.visits], hit.people, told()) == ([visit.pk], 5, Counter())
    assert browser.post(page, data).status_code == 303
    assert told() == Counter(EAST) - Counter(["Ora"])
    assert browser.post(page, {"first": "2026-02-30", "reason": "x"}).status_code == 422
    empty = browser.get(page, {"first": "", "last": "", "reason": ""})
    assert (empty.status_code, text(empty).count("A few things need another look")) == (422, 1)
    turned = browser.get(page, data | {"last": "2020-01-01"})
    assert "lies before the first one" in text(turned)
    assert world.client("Tess").get(reverse("school_close", args=[world.schools[1].pk])).status_code == 404
    assert world.client("Hana").get(page).status_code == 404


def test_a_day_without_visits_has_no_way_out_to_choose(world: World, year: YearPlan) -> None:
    browser, page = world.client("Dana"), reverse("happening_new", args=[year.pk])
    empty = browser.get(page, {"kind": "closed", "facilitator": "", "first": "", "last": "", "reason": ""})
    assert (empty.status_code, text(empty).count("A few things need another look")) == (422, 1)
    days = (TODAY.date() + dt.timedelta(days=n) for n in range(20, 60))
    day = next(d for d in days if d.weekday() < 5 and not year.visits.filter(date=d).exists())
    data = {"kind": "closed", "facilitator": "", "first": day.isoformat(), "last": "", "reason": "Snow day"}
    assert browser.post(page, data).status_code == 303
    jobs.run_waiting()
    answer = browser.get(reverse("happening", args=[Happening.objects.get().pk]))
    assert answer.context["ways"] == []
    assert "Nothing has to be moved" in text(answer)


def test_who_comes_is_not_asked_when_the_day_is_over(world: World, year: YearPlan) -> None:
    visit = next_visit(year, world, "East")
    page = reverse("visit", args=[visit.pk])
    assert "I cannot" in text(world.client("Hana").get(page))
    visit.date = TODAY.date() - dt.timedelta(days=1)
    visit.save()
    assert "I cannot" not in text(world.client("Hana").get(page))


def test_what_happened_is_weighed_chosen_and_released_on_pages(world: World, year: YearPlan) -> None:
    visit, browser = next_visit(year, world, "East"), world.client("Dana")
    page = reverse("happening_new", args=[year.pk])
    data = {
        "kind": "closed",
        "facilitator": "",
        "first": visit.date.isoformat(),
        "last": "",
        "reason": "Snow day",
    }
    hit = browser.get(page, data).context["hit"]
    assert visit in hit.visits
    assert browser.post(page, data).status_code == 303
    happening = Happening.objects.get()
    assert browser.get(reverse("happening", args=[happening.pk])).context["weighing"]
    jobs.run_waiting()
    answer = browser.get(reverse("happening", args=[happening.pk]))
    assert next(w.key for w in answer.context["ways"]) == "fewest"
    assert (
        browser.post(reverse("happening_choose", args=[happening.pk]), {"way": "fewest"}).status_code == 303
    )
    draft = browser.get(reverse("plan_release", args=[year.pk]))
    assert {line.visit.pk for line in draft.context["lines"]} == {v.pk for v in hit.visits}
    assert (draft.context["broken"], draft.context["waiting"]) == ([], [])
    OutgoingMail.objects.all().delete()
    made = browser.post(reverse("plan_release", args=[year.pk]), {"name": "After the snow", "note": ""})
    assert made.status_code == 303
    assert set(told()) <= {*EAST, "Ova", "Finn"}
    release = Release.objects.first()
    answer = browser.get(reverse("release", args=[release.pk]))
    assert (release.name, {n.what for n in answer.context["news"]}) == ("After the snow", {"moved"})
    answer = browser.get(reverse("release", args=[release.pk]), {"against": "1"})
    assert all(n.was != n.day for n in answer.context["news"])
    assert "After the snow" in text(browser.get(reverse("releases", args=[world.program.pk])))
    gone = browser.post(reverse("happening_choose", args=[happening.pk]), {"way": "nothing"})
    assert gone.status_code == 422


def test_a_school_proposes_and_another_answers_with_one_tap(world: World, year: YearPlan) -> None:
    visit = next_visit(year, world, "East", after=14)
    page = reverse("visit_propose", args=[visit.pk])
    browser = world.client("Hana")
    day = browser.get(page).context["months"][0][1][0]
    assert browser.get(page, {"to": day.isoformat()}).context["asked"] == ["P.S. 2", "P.S. 3"]
    assert browser.post(page, {"date": day.isoformat(), "reason": "Choir"}).status_code == 303
    proposal = Proposal.objects.get()
    here, answer = reverse("proposal", args=[proposal.pk]), reverse("proposal_answer", args=[proposal.pk])
    assert "your answer" in text(world.client("Pim").get(reverse("my_calendar")))
    assert world.client("Pim").get(here).context["mine"] == [world.schools[2]]
    assert world.client("Ova").get(here).status_code == 404
    assert world.client("Fay").post(answer, {"reply": "yes"}).status_code == 403
    for key in ("Pim", "Ora"):
        assert world.client(key).post(answer, {"reply": "yes"}).status_code == 303
    visit.refresh_from_db()
    assert visit.date == day
    assert world.client("Pim").post(answer, {"reply": "yes"}).status_code == 409


def test_a_question_can_be_taken_back_by_whoever_asked(world: World, year: YearPlan) -> None:
    visit = next_visit(year, world, "East", after=14)
    day = bridge.free_days(visit, drafted=False)[0]
    made = actions.propose_day(visit, day, by=world.actor("Hana"), school=world.schools[1])
    back = reverse("proposal_withdraw", args=[made.pk])
    assert [world.client(k).post(back).status_code for k in ("Pim", "Fay", "Ova", "Tess")] == [
        403,
        403,
        404,
        303,
    ]
    made.refresh_from_db()
    assert made.state == "withdrawn"


def test_paper_has_the_year_of_a_network_and_the_days_of_a_school(world: World, year: YearPlan) -> None:
    sheet = world.client("Hana").get(reverse("network_sheet", args=[world.networks["East"].pk]))
    assert [(s.name, s.count, len(s.schools)) for s in sheet.context["sheets"]] == [("East network", 11, 3)]
    assert (
        world.client("Ova").get(reverse("network_sheet", args=[world.networks["East"].pk])).status_code == 404
    )
    sheets = world.client("Sol").get(reverse("program_sheets", args=[world.program.pk]))
    assert [s.count for s in sheets.context["sheets"]] == [11, 11]
    wall = world.client("Tess").get(reverse("school_wall", args=[world.schools[1].pk]))
    rows = [row for _, month in wall.context["months"] for row in month]
    ahead = year.visits.filter(network=world.networks["East"], date__gte=TODAY.date())
    assert len(rows) == ahead.count()
    assert {row.where for row in rows if row.home} == {"P.S. 1"}
    assert "We have visitors" in text(wall)
    assert world.client("Pim").get(reverse("school_wall", args=[world.schools[1].pk])).status_code == 404


def test_the_home_page_says_what_waits(world: World, year: YearPlan) -> None:
    visit = next_visit(year, world, "East")
    actions.close_school(
        world.schools[1], by=world.actor("Hana"), first=visit.date, last=visit.date, reason="Snow"
    )
    jobs.run_waiting()
    home = text(world.client("Dana").get(reverse("home")))
    assert "P.S. 1 is closed on" in home
    assert "P.S. 1 is closed on" not in text(world.client("Ova").get(reverse("home")))


def test_calendars_ask_few_questions_for_few_and_many(world: World, year: YearPlan) -> None:
    day, network = next_visit(year, world, "East").date, world.networks["East"]

    def count(person: str, page: str, kind: str) -> int:
        browser = world.client(person)
        browser.get(page)
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(page, {"view": kind, "on": day.isoformat()}).status_code == 200
        return len(seen)

    pages = (("Hana", reverse("my_calendar")), ("Dana", reverse("program_year", args=[world.program.pk])),
             ("Hana", reverse("school_calendar", args=[world.schools[1].pk])),
             ("Fay", reverse("my_calendar")))  # fmt: skip
    kinds = ("agenda", "month", "week", "list", "year")
    few = [count(person, page, kind) for person, page in pages for kind in kinds]
    monday = day - dt.timedelta(days=day.weekday())
    Visit.objects.bulk_create(
        Visit(
            plan=year, network=network, school=world.schools[1], number=n, part="whole", uid=f"x.{n}",
            date=monday + dt.timedelta(days=n % 5), starts=dt.time(8, 30), ends=dt.time(15),
        )
        for n in range(30)
    )  # fmt: skip
    many = [count(person, page, kind) for person, page in pages for kind in kinds]
    assert many == few
    assert max(few) <= 20
    # Who leads networks has their ledger beside her calendar: also when one visit is off and another day is proposed.
    off, other = year.visits.filter(network=network, date__gt=day).order_by("date")[:2]
    Visit.objects.filter(pk=off.pk).update(state="cancelled")
    Proposal.objects.create(
        visit=other,
        was=other.date,
        to=other.date + dt.timedelta(days=7),
        expires=timezone.now() + dt.timedelta(days=2),
    )
    led = [count("Fay", reverse("my_calendar"), kind) for kind in kinds]
    assert max(*led, *few[-len(kinds) :]) <= 15, (led, few)
    assert timezone.now().date() == TODAY.date()
