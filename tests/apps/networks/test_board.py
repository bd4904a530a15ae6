"""The board: weighed as a school is dragged, filtered, with rules added on it, and its proof in words."""

import json

import pytest
from django.urls import reverse

from intervisit.apps.networks import actions, bridge
from intervisit.apps.networks.bridge.boards import proof_of
from intervisit.apps.networks.models import Scenario, Veto
from intervisit.core import matching
from tests.apps.networks.conftest import match
from tests.world import World

pytestmark = pytest.mark.django_db

PART = {"HX-Request": "true", "HX-Part": "board"}


def test_what_a_hand_is_told_is_what_the_board_says_afterwards(fresh: World) -> None:
    scenario, browser = match(fresh), fresh.client("Dana")
    place = scenario.places.filter(hosts=False).order_by("pk").first()
    other = scenario.networks.exclude(pk=place.network_id).get()
    told = json.loads(
        browser.get(reverse("scenario_weigh", args=[scenario.pk, place.application_id])).content
    )
    assert set(told) == {str(other.number), "off"}
    said = told[str(other.number)]
    assert any("4 schools" in line for line in said["broken"])
    answer = browser.post(
        reverse("scenario_move", args=[scenario.pk, place.application_id]),
        {"to": other.number, "version": scenario.version},
        headers=PART,
    )
    assert answer.status_code == 200
    part = answer.content.decode()
    assert part.strip().startswith("<drag-board")
    assert "<html" not in part
    assert said["total"] in part
    now = bridge.board(Scenario.objects.get(pk=scenario.pk))
    assert said["total"] == f"{now.points:,.0f}"
    by_number = {c.network.number: c for c in now.columns}
    assert said["points"] == f"{by_number[other.number].points:,}"
    assert said["minutes"] == by_number[other.number].farthest


def test_a_stale_drag_moves_nothing_and_the_board_can_be_asked_for_again(fresh: World) -> None:
    scenario, browser = match(fresh), fresh.client("Dana")
    place = scenario.places.filter(hosts=False).order_by("pk").first()
    before = place.network_id
    url = reverse("scenario_move", args=[scenario.pk, place.application_id])
    answer = browser.post(url, {"to": "off", "version": scenario.version + 1}, headers=PART)
    assert answer.status_code == 409
    place.refresh_from_db()
    assert place.network_id == before
    again = browser.get(reverse("scenario", args=[scenario.pk]), headers=PART).content.decode()
    assert again.strip().startswith("<drag-board")


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ({"q": "01m001"}, 1),
        ({"q": "nowhere"}, 0),
        ({"area": "Manhattan"}, 2),
        ({"area": "Queens"}, 0),
        ({"level": "elementary"}, 2),
        ({"level": "high"}, 0),
        ({"level": "no level"}, 2),
        ({"broken": "1"}, 0),
        ({"focus": "no focus"}, 0),
    ],
)
def test_a_board_is_looked_at_by_what_schools_are(fresh: World, asked: dict[str, str], left: int) -> None:
    scenario = match(fresh)
    board = bridge.board(scenario)
    assert len(bridge.Shown.of(asked).columns(board)) == left
    page = fresh.client("Sol").get(reverse("scenario", args=[scenario.pk]), asked).content.decode()
    assert page.count('<article class="card') == left


def test_only_networks_with_a_broken_rule(fresh: World) -> None:
    scenario = match(fresh)
    place = scenario.places.filter(hosts=False).order_by("pk").first()
    actions.move_school(scenario, place.application, None, by=fresh.actor("Dana"))
    found = bridge.Shown.of({"broken": "1"}).columns(bridge.board(scenario))
    assert [c.network.pk for c in found] == [place.network_id]


def test_a_veto_on_the_board_is_a_broken_rule_at_once_and_kept_in_mind(fresh: World) -> None:
    scenario, browser = match(fresh), fresh.client("Dana")
    Veto.objects.all().delete()
    place = scenario.places.filter(hosts=False).order_by("pk").first()
    mate = scenario.places.filter(network=place.network).exclude(pk=place.pk).order_by("pk").first()
    stranger = scenario.places.exclude(network=place.network).first()
    url = reverse("scenario_apart", args=[scenario.pk, place.application_id])
    assert browser.post(url, {"other": str(stranger.application_id)}).status_code == 404
    assert browser.post(url, {"other": str(mate.application_id)}).status_code == 303
    veto = Veto.objects.get()
    assert {veto.first_id, veto.second_id} == {place.application.school_id, mate.application.school_id}
    page = browser.get(reverse("scenario", args=[scenario.pk])).content.decode()
    assert "must not be in one network" in page
    rest = actions.solve_rest(Scenario.objects.get(pk=scenario.pk), by=fresh.actor("Dana"))
    assert sorted((veto.first.code, veto.second.code)) in [sorted(p) for p in rest.problem["forbidden"]]


def _board(scenario: Scenario, **more: object) -> bridge.Board:
    found = bridge.board(scenario, with_map=False)
    return type(found)(**{**vars(found), **more})


def test_the_proof_says_what_it_means(fresh: World) -> None:
    scenario = match(fresh)
    best = proof_of(_board(scenario))
    assert best is not None
    assert best.line == "No other arrangement is better: this is proven."
    near = proof_of(_board(scenario, points=10_000.0, bound=10_003.0))
    assert near is not None
    assert near.line == "No other arrangement can be better by more than 0.03 %: this is proven."
    assert "none has more than 10,003 points; this one has 10,000" in near.meaning
    assert "at most 3 points" in near.meaning
    assert proof_of(_board(scenario, broken=("x",))) is None
    assert proof_of(_board(scenario, bound=None)) is None


def test_with_the_worst_first_the_proof_says_among_which(fresh: World) -> None:
    scenario = match(fresh, worst_first="on")
    near = proof_of(_board(scenario, points=10_000.0, bound=10_100.0))
    assert near is not None
    assert near.line.startswith("Among arrangements that leave nobody with fewer than the")
    assert "can be better by more than 1.00 %" in near.line
    edited = proof_of(_board(scenario, edited=True))
    assert edited is not None
    assert edited.line.startswith("Edited by hand")


def test_a_school_without_a_position_is_said_to_be_guessed(fresh: World) -> None:
    school = fresh.schools[2]
    school.latitude = school.longitude = None
    school.save()
    scenario = match(fresh)
    page = fresh.client("Dana").get(reverse("scenario", args=[scenario.pk])).content.decode()
    assert "no position on file" in page
    assert "≈" in page
    place = scenario.places.get(application__school=school)
    why = (
        fresh.client("Dana")
        .get(reverse("scenario_why", args=[scenario.pk, place.application_id]))
        .content.decode()
    )
    assert "estimated from where the schools lie" in why or "borough and district" in why


def test_points_have_separators(fresh: World) -> None:
    scenario = match(fresh)
    points = bridge.board(scenario).points
    assert points > 1000
    page = fresh.client("Dana").get(reverse("scenario", args=[scenario.pk])).content.decode()
    assert f"{round(points):,}" in page
    problem = bridge.problem_of(scenario)
    assert float(matching.objective(problem, bridge.board_of(scenario))) == pytest.approx(points)
