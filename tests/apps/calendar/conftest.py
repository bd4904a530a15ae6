"""A year that is published, on a day in November."""

import datetime as dt

import pytest
from django.utils import timezone

from intervisit.apps.calendar import actions
from intervisit.apps.calendar.models import Visit, YearPlan
from intervisit.apps.calendar.states import PlanState
from intervisit.kit import jobs
from intervisit.kit.models import OutgoingMail
from intervisit.web import workers  # noqa: F401 - it registers the jobs that these tests run
from tests.apps.calendar.published import TODAY
from tests.world import World


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> dt.date:
    """It is a Wednesday in November."""
    monkeypatch.setattr(timezone, "now", lambda: TODAY)
    return TODAY.date()


@pytest.fixture
def year(world: World, clock: dt.date) -> YearPlan:
    """A published year of the real pattern; the outbox is empty again."""
    Visit.objects.all().delete()
    YearPlan.objects.all().delete()
    plan = actions.draft_plan(world.program, by=world.actor("Dana"), name="The year", seconds=5)
    jobs.run_waiting()
    plan = YearPlan.objects.select_related("program__version", "program__district").get(pk=plan.pk)
    assert plan.state == PlanState.READY, plan.reasons
    actions.adopt_plan(plan, by=world.actor("Dana"))
    actions.publish_plan(plan, by=world.actor("Dana"), name="The year")
    OutgoingMail.objects.all().delete()
    return plan
