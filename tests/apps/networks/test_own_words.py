"""Schools' own words: suggested by words alone, counted only where a person has placed them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from intervisit.apps.applications.models import Application
from intervisit.apps.networks import actions, bridge
from intervisit.apps.networks.bridge.wording import counted, words_of
from intervisit.apps.networks.models import FocusPlacing
from intervisit.kit.models import HistoryLine
from intervisit.kit.refusal import Refused
from tests.apps.networks.conftest import match
from tests.world import World

pytestmark = pytest.mark.django_db

COLLEGE = "after_school_years"
TEXT = "Too many of our graduates leave college in the second year."


@pytest.fixture
def wrote(fresh: World) -> Application:
    """P.S. 2 has chosen one area and writes of another."""
    application = fresh.applications[2]
    application.answers, application.focus = {"why": TEXT}, ["teacher_growth"]
    application.save()
    return application


def _focus(world: World, code: str = "01M002") -> list[str]:
    problem = bridge.instance(world.program, bridge.Wanted(counts={}))
    return next(row["focus"] for row in problem["schools"] if row["id"] == code)


def _page(world: World, who: str = "Sol", **asked: str) -> str:
    answer = world.client(who).get(reverse("own_words", args=[world.program.pk]), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def _do(world: World, application: Application, do: str, **more: str) -> int:
    data = {"application": str(application.pk), "area": COLLEGE, "do": do, **more}
    return world.client("Sol").post(reverse("own_words", args=[world.program.pk]), data).status_code


def test_a_suggestion_says_because_of_which_words_and_weighs_nothing(
    fresh: World, wrote: Application
) -> None:
    found = words_of(wrote, fresh.program.design, ())
    assert [(n.area, n.because) for n in found.near] == [(COLLEGE, ("college",))]
    text = _page(fresh)
    assert "Readiness for college and work" in text
    assert "because of “college”" in text
    assert TEXT in text
    assert _focus(fresh) == ["teacher_growth"]  # only looked at
    assert match(fresh).problem["placed"] == []


def test_what_a_person_has_counted_is_matched_by_and_kept_with_the_scenario(
    fresh: World, wrote: Application
) -> None:
    before = match(fresh)
    assert _do(fresh, wrote, "count") == 303
    assert _focus(fresh) == ["teacher_growth", COLLEGE]
    after = match(fresh, name="With own words")
    (kept,) = after.problem["placed"]
    assert (kept["id"], kept["area"], kept["because"], kept["by"]) == (
        "01M002",
        COLLEGE,
        ["college"],
        "Sol Rivera",
    )
    before.refresh_from_db()
    assert before.problem["placed"] == []  # what a scenario was made of stays
    line = next(x for x in bridge.compare([before, after]).inputs if x.label == "Own words placed by hand")
    assert line.cells == ("0", "1")


def test_what_was_refused_is_not_suggested_again_and_weighs_nothing(fresh: World, wrote: Application) -> None:
    assert _do(fresh, wrote, "refuse") == 303
    assert "because of “college”" not in _page(fresh, show="all")
    assert "does not fit" in _page(fresh, show="decided")
    assert _focus(fresh) == ["teacher_growth"]
    assert _do(fresh, wrote, "open") == 303
    assert "because of “college”" in _page(fresh)
    assert not FocusPlacing.objects.exists()


def test_a_school_that_chose_two_is_only_counted_elsewhere_in_place_of_one(
    fresh: World, wrote: Application
) -> None:
    wrote.focus = ["teacher_growth", "leadership"]
    wrote.save()
    by = fresh.actor("Dana")
    for wrong in ("", "families"):
        with pytest.raises(Refused) as refused:
            actions.place_words(wrote, COLLEGE, by=by, instead=wrong)
        assert refused.value.troubles[0].code == "which-one"
    with pytest.raises(Refused):
        actions.place_words(wrote, "leadership", by=by)  # chosen already
    with pytest.raises(Refused):
        actions.place_words(wrote, "no_such_area", by=by)
    assert not FocusPlacing.objects.exists()
    actions.place_words(wrote, COLLEGE, by=by, instead="leadership")
    assert _focus(fresh) == ["teacher_growth", COLLEGE]
    with pytest.raises(Refused):  # its place is taken
        actions.place_words(wrote, "families", by=by, instead="leadership")
    assert counted([], [FocusPlacing(area="a", counts=True), FocusPlacing(area="b", counts=False)]) == ["a"]


def test_the_history_names_the_area_and_never_the_words(fresh: World, wrote: Application) -> None:
    for do in ("count", "open", "refuse"):
        _do(fresh, wrote, do)
    lines = HistoryLine.objects.filter(verb__startswith="focus.").order_by("pk")
    assert [x.verb for x in lines] == ["focus.place", "focus.open", "focus.refuse"]
    assert "graduates" not in " ".join(f"{x.label} {x.changes}" for x in lines)


def test_only_the_office_sees_the_page(fresh: World, wrote: Application) -> None:
    address = reverse("own_words", args=[fresh.program.pk])
    assert {who: fresh.client(who).get(address).status_code for who in ("Hana", "Fay", "Noa", "Dana")} == {
        "Hana": 404, "Fay": 404, "Noa": 404, "Dana": 200,
    }  # fmt: skip


def test_questions_to_the_database_do_not_grow_with_the_schools(fresh: World, wrote: Application) -> None:
    address, client = reverse("own_words", args=[fresh.program.pk]), fresh.client("Dana")
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    Application.objects.filter(program=fresh.program).update(answers={"why": TEXT}, focus=["families"])
    for a in Application.objects.filter(program=fresh.program, state="accepted")[:3]:
        actions.refuse_words(a, "leadership", by=fresh.actor("Dana"))
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(one) <= 12
