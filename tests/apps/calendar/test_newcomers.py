"""A school comes into a network of a published year: what it is owed, its days, who sees them when, and who is told."""

import datetime as dt
from collections import Counter
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from intervisit.apps.applications.models import Application
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.calendar import actions, bridge
from intervisit.apps.calendar.models import Change, NamedDays, Visit, YearPlan
from intervisit.apps.calendar.queries import visits_for
from intervisit.apps.networks.actions import (
    join_network,
    leave_network,
    merge_networks,
    move_member,
)
from intervisit.apps.networks.models import NetworkMember
from intervisit.core.scheduling import violations
from intervisit.kit import jobs
from intervisit.kit.models import HistoryLine, OutgoingMail
from intervisit.kit.refusal import Refused
from tests import factories
from tests.apps.calendar.published import EAST, TODAY, next_visit, told
from tests.world import World

pytestmark = pytest.mark.django_db


def _late(world: World, number: int = 8) -> Application:
    """An accepted school without a network, with a principal."""
    school = factories.school(world.district, number)
    factories.role(factories.person("Lena Late"), "principal", school.group)
    role = world.applications[2].role
    return factories.application(
        world.program, school, role_wanted=role, role=role, state=ApplicationState.ACCEPTED, submitted=None
    )


def _joins(world: World, number: int = 8, blocked: tuple[dt.date, dt.date] | None = None) -> Application:
    late = _late(world, number)
    if blocked:
        NamedDays.objects.create(
            organization=late.school, starts=blocked[0], ends=blocked[1], name="Trip", kind="blocked"
        )
    join_network(world.networks["East"], late, by=world.actor("Dana"))
    return late


def _sums(plan: YearPlan) -> tuple[int, ...]:
    total = bridge.ledger_of(plan, TODAY.date()).total
    return total.owed, total.held, total.planned, total.made_up, total.missed


def _rows(plan: YearPlan, application: Application) -> list[tuple[str, str]]:
    rows = plan.visits.filter(school=application.school).order_by("uid")
    return [(v.state, v.uid.rpartition(".")[2]) for v in rows]


def test_a_school_that_joins_is_owed_the_rest_of_the_year_and_only_the_office_knows(
    world: World, year: YearPlan
) -> None:
    owed, held, planned, made_up, missed = _sums(year)
    late = _joins(world)
    assert _sums(year) == (owed + 3, held, planned, made_up, missed + 3)
    assert _rows(year, late) == [("owed", "1"), ("owed", "2"), ("owed", "3")]
    line = HistoryLine.objects.get(verb="visit.owe")
    assert line.label == "P.S. 8, East network"
    ledger = bridge.ledger_of(year, TODAY.date())
    assert [(v.school, many) for v, many in ledger.new] == [(late.school, 3)]
    assert ledger.waiting == ()
    assert [line for line in ledger.conflicts if "P.S. 8" in line] == []
    new = set(year.visits.filter(state="owed"))
    for name in ("Dana", "Fay", "Hana"):
        assert not new & set(visits_for(world.actor(name)))
    hidden = [
        world.client(n).get(reverse("visit", args=[v.pk])).status_code for n in ("Fay", "Hana") for v in new
    ]
    assert hidden == [404] * 6
    page = world.client("Dana").get(reverse("program_year", args=[world.program.pk])).content.decode()
    assert "have no day yet" in page
    assert reverse("plan_find_days", args=[year.pk]) in page
    assert "3 new, without a day" in world.client("Dana").get("/").content.decode()
    assert told() == Counter()


def test_its_days_are_found_drafted_and_released_to_those_concerned(world: World, year: YearPlan) -> None:
    trip = dt.date(2026, 11, 5), dt.date(2026, 12, 18)
    late, dana = _joins(world, blocked=trip), world.client("Dana")
    before = set(bridge.ledger_of(year, TODAY.date()).conflicts)
    assert before
    assert all("P.S. 8 has blocked this day" in line for line in before)
    assert dana.post(reverse("plan_find_days", args=[year.pk])).status_code == 303
    made = year.happenings.get()
    assert (made.kind, made.reason) == ("came", "Days for 3 new visits: P.S. 8")
    jobs.run_waiting()
    made.refresh_from_db()
    assert {way["key"] for way in made.ways} <= {"fewest", "soonest", "given_up"}
    assert "no day yet" in dana.get(reverse("happening", args=[made.pk])).content.decode()
    actions.choose_way(made, "fewest", by=world.actor("Dana"))
    lines = Change.objects.filter(visit__school=late.school)
    assert [c.made_up for c in lines] == [False] * 3
    assert min(c.date or trip[1] for c in lines) > trip[1]
    at = bridge.standing(year)
    assert (at.broken, violations(at.drafted, at.then), at.waiting) == ([], (), ())
    assert "Every rule is kept" in dana.get(reverse("plan_release", args=[year.pk])).content.decode()
    assert (told(), bridge.ledger_of(year, TODAY.date()).new) == (Counter(), ())
    actions.publish_plan(year, by=world.actor("Dana"), name="P.S. 8 has come")
    assert told() == Counter([*EAST, "Lena"])
    body = OutgoingMail.objects.get(to__name="Lena Late", kind__startswith="visits.").body
    assert body.count("P.S. 8 Elementary") + body.count(late.school.name) >= 3
    assert [state for state, _ in _rows(year, late)] == ["planned"] * 3
    assert _sums(year)[4] == 0
    assert year.visits.filter(pk__in=visits_for(world.actor("Hana")), school=late.school).count() == 3


def test_one_day_is_chosen_by_hand_and_released_while_the_others_wait(world: World, year: YearPlan) -> None:
    late, dana = _joins(world), world.actor("Dana")
    one = year.visits.filter(school=late.school).order_by("uid")[0]
    days = bridge.free_days(one, drafted=True)
    assert days
    assert days[0] >= TODAY.date() + dt.timedelta(days=world.program.design.visits.notice_days)
    page = world.client("Dana").get(reverse("visit_move", args=[one.pk])).content.decode()
    assert "no day yet" in page
    actions.move_visit(one, days[0], by=dana)
    actions.publish_plan(year, by=dana)
    assert sorted(state for state, _ in _rows(year, late)) == ["owed", "owed", "planned"]
    with pytest.raises(Refused, match="Nobody knows of it yet"):
        actions.ask_schools(year.visits.filter(state="owed")[0], days[-1], by=dana)


def test_where_no_day_keeps_the_rules_it_is_said(world: World, year: YearPlan) -> None:
    late = _joins(world, blocked=(dt.date(2026, 11, 5), dt.date(2027, 6, 30)))
    one = year.visits.filter(school=late.school)[0]
    assert bridge.free_days(one, drafted=True) == []
    made = actions.find_days(year, by=world.actor("Dana"))
    jobs.run_waiting()
    made.refresh_from_db()
    assert any("P.S. 8" in line for line in made.refused)
    page = world.client("Dana").get(reverse("happening", args=[made.pk])).content.decode()
    assert "No new days keep all these rules" in page
    assert actions.find_days(year, by=world.actor("Dana")) == made


def test_a_school_that_moves_is_owed_no_visit_twice(world: World, year: YearPlan) -> None:
    by, member = world.actor("Dana"), world.networks["West"].members.get(school=world.schools[5])
    mine = year.visits.filter(school=member.school).order_by("date")
    first = mine[0]
    Visit.objects.filter(pk=first.pk).update(date=dt.date(2026, 10, 6))  # it has taken place
    had = mine.filter(date__lt=TODAY.date()).count()
    before = _sums(year)
    move_member(member, world.networks["East"], by=by)
    assert (
        year.visits.filter(network=world.networks["East"], school=member.school, state="owed").count()
        == 3 - had
    )
    after = _sums(year)
    assert (after[0], after[1], after[4]) == (before[0], before[1], before[4] + 3 - had)
    assert not year.visits.filter(network=world.networks["West"], school=member.school, state="owed").exists()
    back = world.networks["East"].members.get(school=member.school, left=None)
    move_member(back, world.networks["West"], by=by)  # and back: what was planned there waits for new days
    assert not year.visits.filter(state="owed").exists()
    assert _sums(year) == (before[0], before[1], before[2] - (3 - had), before[3], before[4] + 3 - had)


def test_merged_networks_owe_no_visit_twice(world: World, year: YearPlan) -> None:
    before = _sums(year)
    schools = [m.school_id for m in world.networks["West"].members.all()]
    lost = year.visits.filter(network=world.networks["West"], date__gte=TODAY.date()).count()
    had = Counter(
        year.visits.filter(network=world.networks["West"], date__lt=TODAY.date()).values_list(
            "school", flat=True
        )
    )
    merge_networks(world.networks["East"], world.networks["West"], by=world.actor("Dana"))
    # of two hosts one becomes a member of the other's network, in the role it has applied for
    roles = {m.school_id: m for m in world.networks["East"].members.filter(school__in=schools, left=None)}
    rows = Counter(year.visits.filter(state="owed").values_list("school", flat=True))
    times = {r.role: r.times for r in world.program.design.visits.rules}
    assert rows == {pk: times[m.role] - had[pk] for pk, m in roles.items() if times[m.role] - had[pk]}
    after = _sums(year)
    assert after[0] == before[0] - lost + rows.total()
    assert (after[1], after[4]) == (before[1], before[4] + rows.total())
    at = bridge.standing(year)
    assert [n.name for n in at.problem.networks if n.staying] == ["East network"]
    assert len(at.waiting) == rows.total()


def test_who_comes_and_leaves_again_leaves_nothing_behind(world: World, year: YearPlan) -> None:
    before = _sums(year)
    late, dana = _joins(world), world.actor("Dana")
    one = year.visits.filter(school=late.school)[0]
    actions.move_visit(one, bridge.free_days(one, drafted=True)[0], by=dana)
    leave_network(NetworkMember.objects.get(school=late.school), by=dana)
    assert (_sums(year), _rows(year, late), Change.objects.count()) == (before, [], 0)


def test_a_plan_that_is_published_after_somebody_has_come_owes_it_too(world: World, year: YearPlan) -> None:
    dana = world.actor("Dana")
    actions.withdraw_plan(year, by=dana)
    late = _joins(world)
    assert _rows(year, late) == []
    year.refresh_from_db()
    actions.publish_plan(year, by=dana)
    actions.withdraw_plan(year, by=dana)
    actions.publish_plan(year, by=dana)
    assert _rows(year, late) == [("owed", "1"), ("owed", "2"), ("owed", "3")]


def test_days_are_looked_for_by_the_office_and_only_where_something_is_new(
    world: World, year: YearPlan
) -> None:
    with pytest.raises(Refused, match="No new"):
        actions.find_days(year, by=world.actor("Dana"))
    _joins(world)
    url = reverse("plan_find_days", args=[year.pk])
    assert [world.client(n).post(url).status_code for n in ("Fay", "Hana")] == [404, 404]


@pytest.mark.parametrize("name", ["program_year", "plan_release"])
def test_as_many_questions_for_thirty_newcomers_as_for_one(world: World, year: YearPlan, name: str) -> None:
    args = [year.pk] if name == "plan_release" else [world.program.pk]
    _joins(world)
    browser = world.client("Dana")

    def asked() -> int:
        browser.get(reverse(name, args=args))
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert browser.get(reverse(name, args=args)).status_code == 200
        return len(found)

    one = asked()
    for number in range(10, 39):
        school = factories.school(world.district, number)
        NetworkMember.objects.create(
            network=world.networks["East"],
            school=school,
            role=world.applications[2].role,
            joined=TODAY.date(),
        )
        Visit.objects.create(
            plan=year, network=world.networks["East"], school=school, number=0, state="owed", part="whole",
            date=dt.date(2026, 8, 1), starts=dt.time(9), ends=dt.time(15), uid=f"{school.pk}.{school.pk}.1",
        )  # fmt: skip
    assert asked() == one


def test_the_draft_with_two_lost_visits_of_one_school_can_be_released_one_by_one(
    world: World, year: YearPlan
) -> None:
    """What waits for a day is no broken rule of the draft."""
    visits = list(
        year.visits.filter(network=world.networks["East"], date__gt=TODAY.date()).order_by("school", "date")
    )
    school = next(v.school_id for v, w in pairwise(visits) if v.school_id == w.school_id)
    two = [v for v in visits if v.school_id == school][:2]
    Visit.objects.filter(pk__in=[v.pk for v in two]).update(state="cancelled")
    first = year.visits.select_related("plan__program__version", "plan__program__district").get(pk=two[0].pk)
    days = [d for d in bridge.free_days(first, drafted=True) if d > TODAY.date() + dt.timedelta(days=20)]
    actions.move_visit(first, days[0], by=world.actor("Dana"))
    actions.publish_plan(year, by=world.actor("Dana"))
    first.refresh_from_db()
    assert (first.state, first.date) == ("planned", days[0])


def test_a_visit_without_a_day_has_a_page_for_the_office_that_says_so(world: World, year: YearPlan) -> None:
    late = _joins(world)
    one = year.visits.filter(school=late.school)[0]
    page = world.client("Sol").get(reverse("visit", args=[one.pk]))
    assert (page.context["kicker"], page.context["may_postpone"], page.context["panels"]) == (
        "East network",
        False,
        [],
    )
    assert "It has no day yet" in page.content.decode()
    assert str(one) == "Visit to P.S. 8 without a day"


def test_the_ways_out_of_a_snow_day_leave_new_visits_alone(world: World, year: YearPlan) -> None:
    late = _joins(world)
    visit = next_visit(year, world, "West")
    made = actions.close_days(year, by=world.actor("Dana"), first=visit.date, last=visit.date, reason="Snow")
    jobs.run_waiting()
    made.refresh_from_db()
    touched = {key for way in made.ways for key, _ in way["moves"]}
    assert str(visit.pk) in touched
    assert not touched & {str(v.pk) for v in year.visits.filter(school=late.school)}
