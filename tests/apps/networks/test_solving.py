"""While the best arrangement is looked for: what the page says, polled, and how it is stopped."""

from fractions import Fraction
from typing import Any

import pytest
from django.urls import reverse

from intervisit.apps.networks import actions, bridge
from intervisit.apps.networks.jobs import _progress_words
from intervisit.apps.networks.models import Scenario
from intervisit.core.matching import Progress
from intervisit.kit import jobs
from intervisit.kit.models import HistoryLine, Job
from tests.apps.networks.conftest import match
from tests.world import World

pytestmark = pytest.mark.django_db
POLL = {"HTTP_HX_REQUEST": "true", "HTTP_HX_PART": "progress"}


def _begun(world: World) -> Scenario:
    """A scenario whose work waits for a worker."""
    made = actions.draft_scenario(
        world.program,
        by=world.actor("Dana"),
        name="Under way",
        wanted=bridge.Wanted({"triad": (0, 2)}),
        seconds=5,
    )
    return Scenario.objects.select_related("program__version", "job").get(pk=made.pk)


def test_points_rise_and_what_can_still_be_won_falls() -> None:
    told = [
        _progress_words(Progress(1, "", objective and Fraction(objective), bound and Fraction(bound)))
        for objective, bound in ((None, None), (7000, None), (7900, 8300), (8000, 8100), (8089, 8089))
    ]
    assert told == [
        "Looking for a first arrangement …",
        "7,000 points so far …",
        "7,900 points so far, at most 5.06 % can still be won …",
        "8,000 points so far, at most 1.25 % can still be won …",
        "8,089 points so far, at most 0 % can still be won …",
    ]


def test_the_page_asks_again_and_goes_on_when_it_is_solved(fresh: World) -> None:
    scenario, dana = _begun(fresh), fresh.client("Dana")
    address = reverse("scenario", args=[scenario.pk])
    Job.objects.update(progress=0.4, message="7,900 points so far, at most 5.06 % can still be won …")
    first = dana.get(address).content.decode()
    assert f'hx-get="{address}?part=progress"' in first
    assert reverse("scenario_stop", args=[scenario.pk]) in first
    polled = dana.get(f"{address}?part=progress", **POLL)  # type: ignore[arg-type]
    assert "at most 5.06 % can still be won" in polled.content.decode()
    assert "<html" not in polled.content.decode()
    jobs.run_waiting()
    after = dana.get(f"{address}?part=progress", **POLL)  # type: ignore[arg-type]
    assert after.headers["HX-Redirect"] == address
    assert "No other arrangement is better: this is proven." in dana.get(address).content.decode()


def test_stopped_while_it_looks_it_keeps_the_best_so_far(fresh: World, monkeypatch: Any) -> None:
    scenario, dana = _begun(fresh), fresh.client("Dana")
    tell, answered = jobs.Running.tell, []

    def and_somebody_stops(self: jobs.Running, share: float, message: str = "", **more: Any) -> bool:
        goes_on = tell(self, share, message, **more)
        if "points so far" in message and not answered:
            dana.post(reverse("scenario_stop", args=[scenario.pk]))
            goes_on = tell(self, share, message, **more)
            answered.append(goes_on)
        return goes_on

    monkeypatch.setattr(jobs.Running, "tell", and_somebody_stops)
    jobs.run_waiting()
    scenario.refresh_from_db()
    assert answered == [False]
    assert scenario.state == "ready"
    assert scenario.networks.count() == 2
    assert scenario.objective is not None
    assert scenario.objective <= scenario.bound
    assert HistoryLine.objects.filter(verb="scenario.stop").count() == 1


def test_the_rest_is_completed_around_what_is_locked_and_the_board_of_the_hand_stays(fresh: World) -> None:
    scenario, dana = match(fresh), fresh.client("Dana")
    place = scenario.places.select_related("application__school", "network").filter(hosts=False).first()
    assert place is not None
    swap = next(s for s in bridge.swaps(scenario, place) if not s.broken)
    actions.swap_schools(scenario, place.application, swap.application, by=fresh.actor("Dana"))
    by_hand = bridge.board_of(scenario)
    dana.post(reverse("scenario_lock", args=[scenario.pk]), {"network": "1", "locked": "1"})
    answer = dana.post(reverse("scenario_rest", args=[scenario.pk]))
    jobs.run_waiting()
    after = Scenario.objects.select_related("program__version").exclude(pk=scenario.pk).get()
    assert answer["Location"] == reverse("scenario", args=[after.pk])
    found = bridge.board_of(after)
    assert {frozenset(n.members) for n in found} == {frozenset(n.members) for n in by_hand}
    assert [n.number for n in after.networks.filter(locked=True)] == [
        k for k, n in enumerate(found, 1) if set(n.members) == set(by_hand[0].members)
    ]
    assert bridge.board_of(scenario) == by_hand
    assert bridge.board(after).proof_line is not None  # the best completion, and proven to be
