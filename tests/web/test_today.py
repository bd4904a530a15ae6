"""What now? What a program leaves its staff to do, in as many questions of the database for little as for much."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from intervisit.apps.applications.models import Application, PendingDecision
from intervisit.apps.applications.states import ApplicationState as A
from intervisit.apps.calendar.models import Change, Loss
from intervisit.apps.calendar.states import PlanState, VisitState
from intervisit.apps.networks.models import Network, Scenario
from intervisit.apps.networks.states import NetworkState, ScenarioState
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.states import Phase
from intervisit.web.today import today_of
from intervisit.web.today_counts import APPLICATIONS, DECISIONS, NETWORKS, PLANS, SCENARIOS, Counts
from tests import factories
from tests.world import World

pytestmark = pytest.mark.django_db
MOST = 15  # trust.md R16


def labels(world: World, name: str) -> list[str]:
    return [task.label for task in today_of(world.actor(name)).tasks]


def decide(application: Application, state: A) -> None:
    PendingDecision.objects.create(
        application=application, state=state, decision="accept", decided=timezone.now()
    )


def test_each_program_is_counted_by_itself(world: World) -> None:
    other = factories.program(world.district, phase=Phase.YEAR)
    for number in (1, 2, 3):
        world.applications[number].state = A.SUBMITTED
        world.applications[number].save()
    decide(world.applications[2], A.ACCEPTED)
    decide(world.applications[7], A.DECLINED)  # a draft by now: it is out of what waits
    counts = Counts.of([world.program, other])
    states = (A.DRAFT, A.SUBMITTED, A.ACCEPTED, A.DECLINED)
    assert [counts(world.program, APPLICATIONS, s) for s in states] == [0, 2, 4, 1]
    assert counts(world.program, DECISIONS) == 1
    assert counts(world.program, NETWORKS, NetworkState.PUBLISHED) == Network.objects.count() == 2
    assert counts(world.program, SCENARIOS, ScenarioState.READY) == Scenario.objects.count() == 1
    assert counts(world.program, PLANS, PlanState.PUBLISHED) == 1
    assert {key for key in counts.found if key[0] == other.pk} == set()


@pytest.mark.parametrize("state", [ScenarioState.READY, ScenarioState.FAILED])
def test_matching_is_told_by_how_far_it_is(world: World, state: ScenarioState) -> None:
    Program.objects.filter(pk=world.program.pk).update(phase=Phase.MATCHING)
    Network.objects.update(state=NetworkState.ADOPTED)
    assert "Publish the networks" in labels(world, "Sol")
    Network.objects.update(state=NetworkState.CLOSED)
    Scenario.objects.update(state=state)
    found = "Look at the scenario and adopt it" if state == ScenarioState.READY else "Find the best networks"
    assert labels(world, "Sol") == [found]


def test_a_draft_of_the_year_and_what_fell_away_are_told_with_the_first_of_them(world: World) -> None:
    east, west = world.visits["East"], world.visits["West"]
    Change.objects.create(visit=east, date=east.date + dt.timedelta(days=7))
    for visit, date in ((east, dt.date(2026, 11, 3)), (west, dt.date(2026, 10, 6))):
        Loss.objects.create(visit=visit, date=date, reason="Snow")
        Loss.objects.create(visit=visit, date=date, reason="Snow again")  # one visit, two lost days
        visit.state = VisitState.CANCELLED
        visit.save()
    tasks = {task.label: task.url for task in today_of(world.actor("Sol")).tasks}
    assert tasks["Release the draft of the year"] == reverse("plan_release", args=[east.plan_id])
    assert tasks["1 called off, without another day"] == reverse("visit_move", args=[west.pk])


def test_home_asks_as_much_for_little_as_for_much(world: World) -> None:
    def asked(name: str) -> int:
        browser = world.client(name)
        browser.get("/")
        with CaptureQueriesContext(connection) as seen:
            assert browser.get("/").status_code == 200
        return len(seen)

    few = {name: asked(name) for name in ("Dana", "Sol", "Fay", "Hana", "Pim")}
    for number in range(3, 9):
        factories.program(world.district, phase=[*Phase][number % len(Phase)])
    for application in world.applications.values():
        decide(application, A.ACCEPTED)
    for visit in world.visits.values():
        Change.objects.create(visit=visit, date=visit.date)
    assert {name: asked(name) for name in few} == few
    assert {name: n for name, n in few.items() if n > MOST} == {}
