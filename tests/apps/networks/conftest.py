"""What tests of the workbench begin with."""

import re

import pytest
from django.urls import reverse

from intervisit.apps.networks import actions
from intervisit.apps.networks.models import Network, NetworkMember, Scenario
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.states import Phase
from intervisit.kit import jobs
from intervisit.web import workers  # noqa: F401 - it registers the jobs that these tests run
from tests.world import World


@pytest.fixture
def fresh(world: World) -> World:
    """The world before anything was matched; six schools wait for it."""
    world.plan.visits.all().delete()
    world.plan.delete()
    NetworkMember.objects.all().delete()
    Network.objects.all().delete()
    Scenario.objects.all().delete()
    world.applications[7].delete()
    Program.objects.update(phase=Phase.MATCHING)
    return world


def match(world: World, **more: object) -> Scenario:
    """A scenario as the director has it made, by the page."""
    data: dict[str, object] = {"name": "First try", "note": "", "everybody": "on", "seconds": 5}
    for key, shape in world.program.design.shapes.items():
        data |= {f"min_{key}": shape.min_count, f"max_{key}": shape.max_count}
    answer = world.client("Dana").post(reverse("scenarios", args=[world.program.pk]), data | more)
    assert answer.status_code == 303, answer.content.decode()[:2000]
    jobs.run_waiting()
    found = re.search(r"scenarios/([0-9a-f-]+)/", answer["Location"])
    assert found
    return Scenario.objects.select_related("program__version").get(pk=found[1])


@pytest.fixture
def year(fresh: World) -> World:
    """Two networks, adopted and published."""
    actions.adopt_scenario(match(fresh), by=fresh.actor("Dana"))
    actions.publish_networks(fresh.program, by=fresh.actor("Dana"))
    return fresh
