"""A host's strength from its reviews: read once when a scenario begins, told to the office, never to a school."""

import pytest
from django.urls import reverse

from intervisit.apps.applications.models import Application
from intervisit.apps.networks.bridge.strength import reviewed
from intervisit.apps.networks.models import Scenario
from intervisit.apps.programs.models import Program
from intervisit.apps.reviews.models import Conflict, Review, Seat, Stage
from tests import factories
from tests.apps.networks.conftest import match
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def judged(fresh: World) -> World:
    """P.S. 1 was judged 4 and 3 of 1 to 4 in strength; P.S. 4, the other host, by nobody."""
    stage = Stage.objects.create(program=fresh.program, key="reading", title="Reading", state="closed")
    for name, level in (("Ruth Adler", 4), ("Rob Bauer", 3)):
        review(fresh, stage, name, 1, strength=level, readiness=1)
    review(fresh, stage, "Ria Castro", 1, state="draft", strength=1)
    review(fresh, stage, "Rod Dean", 1, state="void", strength=1)
    review(fresh, stage, "Ron Elm", 2, strength=1)  # a partner: nothing that it offers
    return fresh


def review(world: World, stage: Stage, name: str, number: int, state: str = "sent", **levels: int) -> Review:
    person = factories.person(name)
    seat = Seat.objects.create(
        program=world.program, person=person, held=factories.role(person, "reviewer", world.program.group)
    )
    return Review.objects.create(
        stage=stage, application=world.applications[number], seat=seat, state=state, levels=levels
    )


def strengths(world: World) -> dict[str, int]:
    program = Program.objects.select_related("version").get(pk=world.program.pk)
    rows = list(Application.objects.filter(program=program).select_related("school"))
    found = reviewed(program, rows)
    return {a.school.name: found[a.pk].strength for a in rows if a.pk in found}


def test_the_mean_of_what_was_sent_counts_between_the_lowest_level_and_the_highest(judged: World) -> None:
    assert strengths(judged) == {"P.S. 1": 8}  # (3.5 - 1) / 3 of ten, rounded


def test_a_scenario_keeps_it_and_tells_the_office_in_a_sentence(judged: World) -> None:
    scenario = match(judged)
    by_code = {row["id"]: row["strength"] for row in scenario.problem["schools"]}
    first = judged.applications[1].focus[0]
    assert (by_code["01M001"][first], by_code["01M004"][first]) == (8, 9)
    assert scenario.problem["strength_from_review"] == {"criterion": "strength", "hosts": {"01M001": [8, 2]}}
    page = judged.client("Dana").get(reverse("scenario", args=[scenario.pk])).content.decode()
    assert "on average: so for 1 of 2 hosts." in page
    Review.objects.update(state="void")
    assert Scenario.objects.get(pk=scenario.pk).problem == scenario.problem
    assert strengths(judged) == {}


def test_a_conflict_of_somebody_in_the_office_leaves_the_figure_of_the_design(judged: World) -> None:
    Conflict.objects.create(school=judged.schools[1], person=judged.people["Sol"], kind="declared")
    assert strengths(judged) == {}
    Conflict.objects.update(person=judged.people["Ova"])
    assert strengths(judged) == {"P.S. 1": 8}


@pytest.mark.parametrize("level", [1, 4])
def test_what_schools_read_is_the_same_whatever_reviewers_chose(judged: World, level: int) -> None:
    """A low mark must not show by a sentence that is missing."""
    for one in Review.objects.filter(state="sent"):
        one.levels = {"strength": level}
        one.save()
    scenario = match(judged)
    dana = judged.client("Dana")
    assert dana.post(reverse("scenario_adopt", args=[scenario.pk])).status_code == 303
    assert dana.post(reverse("networks_publish", args=[judged.program.pk])).status_code == 303
    network = judged.schools[1].memberships.get(left=None).network
    text = judged.client("Hana").get(reverse("network", args=[network.pk])).content.decode()
    assert "You are strong in" in text
    assert "on average" not in text
