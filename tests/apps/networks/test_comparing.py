"""Scenarios side by side, and what a scenario is made of."""

import uuid

import pytest
from django.urls import reverse

from intervisit.apps.networks import actions, bridge
from intervisit.apps.networks.models import Scenario
from intervisit.core import matching
from intervisit.kit.refusal import Refused
from tests.apps.networks.conftest import match
from tests.world import World

pytestmark = pytest.mark.django_db


def _moved(world: World, scenario: Scenario) -> Scenario:
    """A copy in which two members have changed places."""
    copy = actions.duplicate_scenario(scenario, by=world.actor("Dana"))
    one = copy.places.filter(hosts=False).order_by("pk").first()
    other = copy.places.filter(hosts=False).exclude(network=one.network).order_by("pk").first()
    actions.swap_schools(copy, one.application, other.application, by=world.actor("Dana"))
    return Scenario.objects.select_related("program__version").get(pk=copy.pk)


def test_a_comparison_says_what_the_method_says(fresh: World) -> None:
    scenario = match(fresh)
    copy = _moved(fresh, scenario)
    found = bridge.compare([scenario, copy])
    for side, measured in zip((scenario, copy), found.measures, strict=True):
        problem, board = bridge.problem_of(side), bridge.board_of(side)
        scores = matching.scores(problem, board)
        assert measured.points == pytest.approx(float(matching.objective(problem, board)))
        assert measured.worst == min(round(float(v)) for v in scores.values())
        broken = len(
            matching.violations(problem, board)
        )  # the veto, where the two it keeps apart were moved together
        assert (measured.placed, measured.waiting, measured.broken) == (6, 0, broken)
        assert dict(measured.shapes)[fresh.program.design.shapes[board[0].type].many] == 2
    assert len(found.elsewhere) == 6  # two change places, so all six are in other company
    assert found.same == 0
    assert found.yardstick == ""
    best = {line.label: line.best for line in found.lines}
    assert best["Points together"] in (frozenset({0}), frozenset())


def test_boards_of_other_weights_are_judged_by_one_yardstick(fresh: World) -> None:
    scenario = match(fresh)
    other = match(fresh, name="Near", w_focus=10, w_1=46)
    assert other.problem["params"]["focus_points"] == 10
    found = bridge.compare([scenario, other])
    assert found.yardstick == "First try"
    first = bridge.problem_of(scenario)
    assert found.measures[1].points == pytest.approx(float(matching.objective(first, bridge.board_of(other))))
    assert found.measures[1].bound is None
    page = fresh.client("Sol").get(
        reverse("compare_scenarios", args=[fresh.program.pk]), {"with": [str(scenario.pk), str(other.pk)]}
    )
    text = page.content.decode()
    assert "One yardstick for all" in text
    assert 'id="map0' in text
    assert 'id="map1' in text


def test_the_price_of_fairness_is_against_the_best_sum(fresh: World) -> None:
    plain, fair = match(fresh), match(fresh, name="Fair", worst_first="on")
    line = next(x for x in bridge.compare([plain, fair]).lines if x.label == "Price of fairness")
    assert line.cells[0] == "–"
    assert "points (" in line.cells[1]
    alone = bridge.compare([fair, actions.duplicate_scenario(fair, by=fresh.actor("Dana"))])
    note = next(x.note for x in alone.lines if x.label == "Price of fairness")
    assert note.startswith("Put a scenario that looks at the sum")


def test_weights_must_make_the_same_sum_and_nothing_typed_is_lost(fresh: World) -> None:
    data = {"name": "Odd", "note": "n", "everybody": "on", "seconds": 5, "w_focus": 77}
    for key, shape in fresh.program.design.shapes.items():
        data |= {f"min_{key}": shape.min_count, f"max_{key}": shape.max_count}
    answer = fresh.client("Dana").post(reverse("scenarios", args=[fresh.program.pk]), data)
    assert answer.status_code == 422
    assert "The weights make 137 together, and must make 100" in answer.content.decode()
    assert 'value="77"' in answer.content.decode()
    assert Scenario.objects.count() == 0


def test_a_school_may_be_left_out_and_ways_may_be_shorter(fresh: World) -> None:
    gone = fresh.applications[6]
    scenario = match(fresh, without=[str(gone.pk)], minutes=45, everybody="")
    assert gone.school.code not in {s["id"] for s in scenario.problem["schools"]}
    assert scenario.problem["params"]["travel"]["max_minutes"] == 45
    assert not scenario.places.filter(application=gone).exists()


def test_two_to_four_and_only_ones_own(fresh: World) -> None:
    scenario = match(fresh)
    browser, at = fresh.client("Dana"), reverse("compare_scenarios", args=[fresh.program.pk])
    assert browser.get(at, {"with": [str(scenario.pk)]}).status_code == 303
    assert browser.get(at, {"with": [str(scenario.pk), str(uuid.uuid4())]}).status_code == 404
    assert browser.get(at, {"with": [str(scenario.pk), "no id"]}).status_code == 404
    assert fresh.client("Hana").get(at, {"with": [str(scenario.pk)]}).status_code == 404


def test_what_is_put_away_is_kept_with_its_inputs(fresh: World) -> None:
    scenario = match(fresh)
    browser = fresh.client("Dana")
    assert browser.post(reverse("scenario_archive", args=[scenario.pk])).status_code == 303
    page = reverse("scenarios", args=[fresh.program.pk])
    assert (
        scenario.name
        not in browser.get(page).content.decode().split("Another scenario")[0].split("side-by-side")[1]
    )
    assert scenario.name in browser.get(page, {"archived": "1"}).content.decode()
    kept = Scenario.objects.get(pk=scenario.pk)
    assert (kept.problem, kept.seed, kept.places.count()) == (scenario.problem, scenario.seed, 6)
    browser.post(reverse("scenario_archive", args=[scenario.pk]), {"archived": "0"})
    assert Scenario.objects.get(pk=scenario.pk).archived is None
    actions.adopt_scenario(kept, by=fresh.actor("Dana"))
    with pytest.raises(Refused):
        actions.archive_scenario(kept, by=fresh.actor("Dana"))


def test_four_boards_cost_a_handful_of_queries(fresh: World, django_assert_max_num_queries: object) -> None:
    scenario = match(fresh)
    boards = [scenario, *(actions.duplicate_scenario(scenario, by=fresh.actor("Dana")) for _ in range(3))]
    browser = fresh.client("Dana")
    with django_assert_max_num_queries(15):  # type: ignore[operator]
        browser.get(
            reverse("compare_scenarios", args=[fresh.program.pk]), {"with": [str(b.pk) for b in boards]}
        )
