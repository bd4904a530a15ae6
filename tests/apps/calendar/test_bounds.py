"""What runs out and what keeps days free, from the pages to the plan and the sentences of an impossible year."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from intervisit.apps.calendar import bridge
from intervisit.apps.calendar.models import (
    GuideAway,
    NamedDays,
    RegularMeeting,
    SubstituteSupply,
    Visit,
    YearPlan,
)
from intervisit.apps.calendar.states import DayKind, PlanState
from intervisit.apps.people.models import Organization
from intervisit.kit import jobs
from tests.world import World, words_of

pytestmark = pytest.mark.django_db
TUESDAYS = [dt.date(2026, 9, 1) + dt.timedelta(days=n) for n in range(303)]
TUESDAYS = [day for day in TUESDAYS if day.weekday() == 1]


@pytest.fixture(autouse=True)
def parts_of_the_district(world: World) -> None:
    Organization.objects.filter(pk__in=[s.pk for s in world.schools.values()]).update(subdistrict="D15")


def guide(world: World, who: str, **data: str) -> None:
    path = reverse("program_guide", args=[world.program.pk, world.people[who].pk])
    answer = world.client("Sol").post(path, {"meets_on": "design", "away": "", **data})
    assert answer.status_code == 303, words_of(answer)


def planned(world: World) -> YearPlan:
    Visit.objects.all().delete()
    YearPlan.objects.all().delete()
    path = reverse("year_plans", args=[world.program.pk])
    assert world.client("Sol").post(path, {"name": "A", "seconds": 5}).status_code == 303
    jobs.run_waiting()
    return YearPlan.objects.get()


def test_an_impossible_year_is_said_in_the_words_of_what_was_entered(world: World) -> None:
    """The sentence of the issue, out of the product's own pages."""
    host = world.schools[1]
    guide(world, "Fay", meets_on="monday")
    for weekday in (2, 3, 4):
        for first in range(0, 280, 7):
            day = dt.date(2026, 9, 1) + dt.timedelta(days=first + (weekday - 1) % 7)
            NamedDays.objects.create(organization=host, starts=day, ends=day, kind=DayKind.BLOCKED, name="x")
    for day in TUESDAYS[:35]:
        NamedDays.objects.create(organization=host, starts=day, ends=day, kind=DayKind.BLOCKED, name="x")
    plan = planned(world)
    assert plan.state == PlanState.IMPOSSIBLE
    assert f"{world.people['Fay'].name} meets centrally on Mondays." in plan.reasons, plan.reasons
    assert any(line.startswith(f"{host.name} has ") and "blocked days" in line for line in plan.reasons)
    assert any(" owes 11 visits " in line for line in plan.reasons)
    shown = words_of(world.client("Sol").get(reverse("year_plan", args=[plan.pk])))
    for line in plan.reasons:
        assert line in shown


def test_central_meetings_days_away_and_regular_meetings_stay_free(world: World) -> None:
    guide(world, "Fay", meets_on="wednesday", away="2026-10-01 to 2026-10-30\nNov 3")
    path = reverse("program_limits", args=[world.program.pk])
    meeting = {
        "name": "Principals’ meeting",
        "weekday": "3",
        "every_weeks": "2",
        "starts": "2026-09-01",
        "whom": "all",
    }
    assert world.client("Sol").post(path, meeting).status_code == 303
    one = {**meeting, "name": "East’s team", "weekday": "4", "every_weeks": "1", "whom": "network:1"}
    assert world.client("Sol").post(path, one).status_code == 303
    plan = planned(world)
    assert plan.state == PlanState.READY, plan.reasons
    east, west = world.networks["East"], world.networks["West"]
    mine = list(plan.visits.filter(network=east).values_list("date", flat=True))
    assert len(mine) == 11
    assert not [d for d in mine if d.weekday() in (2, 4) or d.month == 10 or d == dt.date(2026, 11, 3)]
    thursdays = {dt.date(2026, 9, 3) + dt.timedelta(weeks=2 * n) for n in range(30)}
    dates = set(plan.visits.values_list("date", flat=True))
    assert dates & thursdays == set()
    assert {d.weekday() for d in plan.visits.filter(network=west).values_list("date", flat=True)} != {0}
    problem = bridge.problem_of(plan)
    fay = next(f for f in problem.facilitators if f.name.startswith("Fay"))
    assert fay.weekly_meeting_weekday == 2
    assert len(fay.blocked) == 31
    assert {len(m.schools) for m in problem.meetings} == {0, 3}
    shown = words_of(world.client("Sol").get(path))
    assert "every second Thursday" in shown
    assert 'Wednesdays, <span class="soft">her own' in shown
    row = RegularMeeting.objects.get(name="Principals’ meeting")
    assert world.client("Sol").post(reverse("meeting_remove", args=[row.pk])).status_code == 303
    assert RegularMeeting.objects.count() == 1


def test_a_facilitator_enters_her_own_days_and_nobody_elses(world: World) -> None:
    mine = reverse("my_days", args=[world.program.pk])
    assert "My days away" in words_of(world.client("Fay").get(reverse("my_calendar")))
    answer = world.client("Fay").post(mine, {"meets_on": "none", "two_halves": "on", "away": "Oct 12-14"})
    assert answer.status_code == 303
    assert GuideAway.objects.filter(person=world.people["Fay"]).count() == 1
    wrong = world.client("Fay").post(mine, {"meets_on": "none", "away": "Oct 12\n31 February"})
    assert wrong.status_code == 422
    assert "31 February" in wrong.content.decode()  # what was typed is still there
    assert GuideAway.objects.get(person=world.people["Fay"]).ends == dt.date(
        2026, 10, 14
    )  # nothing half kept
    for who in ("Hana", "Tess", "Sue", "Rex"):
        assert world.client(who).get(mine).status_code == 404
    office = reverse("program_guide", args=[world.program.pk, world.people["Fay"].pk])
    assert (
        world.client("Fay").get(office).status_code == 403
        or world.client("Fay").get(office).status_code == 404
    )
    nobody = reverse("program_guide", args=[world.program.pk, world.people["Hana"].pk])
    assert world.client("Sol").get(nobody).status_code == 404


def test_substitutes_by_part_and_day_bind_the_plan_and_are_shown(world: World) -> None:
    path = reverse("program_substitutes", args=[world.program.pk])
    sol = world.client("Sol")
    size = world.program.design.visits.team_size
    assert sol.post(path, {"usual-0": str(3 * size)}).status_code == 303  # one triad a day and no second
    days = reverse("program_substitute_days", args=[world.program.pk])
    text = f"District; Date; Number\nD15; 2026-10-05; 0\nd15\t2026-10-06\t{6 * size}"
    shown = words_of(sol.post(days, {"text": text}))
    assert "2 days understood" in shown
    assert SubstituteSupply.objects.get().days.count() == 0
    assert sol.post(days, {"text": text, "take": "1"}).status_code == 303
    plan = planned(world)
    assert plan.state == PlanState.READY, plan.reasons
    limits = bridge.problem_of(plan).limits
    assert limits.substitutes == (("D15", 3 * size),)
    assert limits.substitute_days == (
        ("D15", dt.date(2026, 10, 5), 0),
        ("D15", dt.date(2026, 10, 6), 6 * size),
    )
    dates = list(plan.visits.values_list("date", flat=True))
    twice = {d for d in dates if dates.count(d) > 1}
    assert twice <= {dt.date(2026, 10, 6)}
    assert dt.date(2026, 10, 5) not in dates
    full = len(set(dates) - {dt.date(2026, 10, 6)} | twice)
    assert f"{full} days on which substitutes are used up" in words_of(
        sol.get(reverse("year_plan", args=[plan.pk]))
    )
    YearPlan.objects.update(state=PlanState.PUBLISHED)
    assert f"{full} days" in words_of(sol.get(path))
    assert (
        sol.post(reverse("program_substitutes_usual", args=[world.program.pk]), {"number": "0"}).status_code
        == 303
    )
    assert SubstituteSupply.objects.get().days.count() == 0


def test_too_few_substitutes_are_named(world: World) -> None:
    path = reverse("program_substitutes", args=[world.program.pk])
    assert world.client("Sol").post(path, {"usual-0": "2"}).status_code == 303
    plan = planned(world)
    assert plan.state == PlanState.IMPOSSIBLE
    assert any(line.startswith("District D15 has 2 substitutes a day") for line in plan.reasons), plan.reasons


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("D15; 2026-10-05; -1", "Line 1:"),
        ("D16; 2026-10-05; 4", "Line 1: There is no “D16” here. Write one of: D15."),
        ("D15; 2026-02-30; 4", "Line 1:"),
        ("D15; 2031-10-05; 4", "is not in the school year"),
        ("D15; 2026-10-05; 4\nD15; 2026-10-05; 5", "Line 2: D15 on 5 October 2026 stands in line 1 already."),
        ("hello", "There is nothing to read."),
    ],
)
def test_lines_that_cannot_be_read_are_named_and_nothing_is_taken(world: World, text: str, said: str) -> None:
    sol = world.client("Sol")
    assert (
        sol.post(reverse("program_substitutes", args=[world.program.pk]), {"usual-0": "9"}).status_code == 303
    )
    answer = sol.post(
        reverse("program_substitute_days", args=[world.program.pk]), {"text": text, "take": "1"}
    )
    assert answer.status_code == 422
    assert said in words_of(answer)
    assert text.splitlines()[0] in answer.content.decode()
    assert SubstituteSupply.objects.get().days.count() == 0


def test_a_number_that_is_none_stays_in_the_form(world: World) -> None:
    path = reverse("program_substitutes", args=[world.program.pk])
    answer = world.client("Sol").post(path, {"usual-0": "twelve"})
    assert answer.status_code == 422
    assert 'value="twelve"' in answer.content.decode()
    assert not SubstituteSupply.objects.exists()


def _queries(world: World, name: str) -> int:
    sol, path = world.client("Sol"), reverse(name, args=[world.program.pk])
    sol.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert sol.get(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize("name", ["program_limits", "program_substitutes"])
def test_lists_cost_the_same_for_one_and_many(world: World, name: str) -> None:
    def meet(number: int) -> None:
        RegularMeeting.objects.create(
            program=world.program, name=f"M{number}", weekday=number % 5, every_weeks=2,
            starts=world.program.first_day,
        )  # fmt: skip

    meet(0)
    one = _queries(world, name)
    for number in range(1, 21):
        meet(number)
    assert _queries(world, name) == one
    assert one <= 15
