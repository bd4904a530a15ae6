"""Measured ways come in by a file, whole or not at all, and stand in place of the estimate."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from intervisit.apps.networks import bridge
from intervisit.apps.networks.models import TravelTime
from intervisit.core.matching import travel_minutes
from intervisit.kit.models import ImportRun
from tests.apps.networks.conftest import match
from tests.world import World

pytestmark = pytest.mark.django_db

GOOD = "From,To,Travel time\n01M001,01M002,41\n01M003,01M001,17\n"


def _bring(world: World, text: str, name: str = "ways.csv") -> ImportRun:
    browser = world.client("Sol")
    at = reverse("travel", args=[world.program.pk])
    answer = browser.post(at, {"table": SimpleUploadedFile(name, text.encode())})
    assert answer.status_code == 303, answer.content.decode()
    run = ImportRun.objects.latest("created")
    columns = reverse("travel_columns", args=[run.pk])
    assert "We guessed what they are" in browser.get(columns).content.decode()
    chosen = {v: k for k, v in run.mapping.items()}
    browser.post(columns, {f"c{n}": chosen.get(h, "") for n, h in enumerate(run.header)})
    run.refresh_from_db()
    return run


def test_what_was_measured_counts_on_the_board_and_in_the_reasons(fresh: World) -> None:
    run = _bring(fresh, GOOD)
    browser = fresh.client("Sol")
    page = browser.get(reverse("travel_import", args=[run.pk])).content.decode()
    assert "41" in page
    assert TravelTime.objects.count() == 0
    assert browser.post(reverse("travel_import", args=[run.pk])).status_code == 303
    assert set(TravelTime.objects.values_list("first__code", "second__code", "minutes")) == {
        ("01M001", "01M002", 41), ("01M001", "01M003", 17),
    }  # fmt: skip
    scenario = match(fresh)
    problem = bridge.problem_of(scenario)
    assert travel_minutes(problem, "01M002", "01M001") == 41
    assert bridge.board(scenario).measured == 2
    place = scenario.places.get(application__school=fresh.schools[1])
    told = [str(line) for story in bridge.why_on_board(scenario, place).stories for line in story.lines]
    near = [t for t in told if "minutes apart" in t]
    together = {c for n in bridge.board_of(scenario) if "01M001" in n.members for c in n.members}
    measured = {"41 minutes apart, as measured.": "01M002", "17 minutes apart, as measured.": "01M003"}
    assert {t for t in near if "as measured" in t} == {t for t, code in measured.items() if code in together}
    assert (
        "2 ways are from the imported table"
        in browser.get(reverse("scenario", args=[scenario.pk])).content.decode()
    )


def test_the_same_file_again_changes_nothing_and_another_one_changes_what_it_names(fresh: World) -> None:
    run = _bring(fresh, GOOD)
    browser = fresh.client("Sol")
    browser.post(reverse("travel_import", args=[run.pk]))
    assert browser.post(reverse("travel_import", args=[run.pk])).status_code == 403
    again = _bring(fresh, GOOD)
    assert (
        "Everything in this file stands already"
        in browser.get(reverse("travel_import", args=[again.pk])).content.decode()
    )
    other = _bring(fresh, "from,to,minutes\n01M002,01M001,55\n")
    browser.post(reverse("travel_import", args=[other.pk]))
    assert set(TravelTime.objects.values_list("minutes", flat=True)) == {55, 17}
    assert browser.post(reverse("travel_remove", args=[fresh.program.pk])).status_code == 303
    assert TravelTime.objects.count() == 0


def test_the_slower_direction_counts(fresh: World) -> None:
    run = _bring(fresh, "from,to,minutes\n01M001,01M002,20\n01M002,01M001,31\n")
    fresh.client("Sol").post(reverse("travel_import", args=[run.pk]))
    assert TravelTime.objects.get().minutes == 31


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("01M001,99X999,12", "no school has the code"),
        ("01M001,01M001,12", "is on both sides"),
        ("01M001,01M002,12\n01M001,01M002,13", "Delete one of them"),
        ("01M001,01M002,-4", "0"),
        ("01M001,01M002,601", "600"),
        ("01M001,01M002,soon", "soon"),
        ("01M001,,12", "Line 2"),
        ("01M001,01M002,", "Line 2"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_applied(fresh: World, rows: str, told: str) -> None:
    run = _bring(fresh, f"from,to,minutes\n{rows}\n")
    browser = fresh.client("Sol")
    page = browser.get(reverse("travel_import", args=[run.pk])).content.decode()
    assert "cannot be applied as it is" in page
    assert told in page.split("cannot be applied as it is")[1]
    answer = browser.post(reverse("travel_import", args=[run.pk]))
    assert answer.status_code == 422
    assert TravelTime.objects.count() == 0


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"PK\x03\x04 not a workbook"])
def test_a_file_that_is_none_is_refused_with_words(fresh: World, data: bytes) -> None:
    answer = fresh.client("Sol").post(
        reverse("travel", args=[fresh.program.pk]), {"table": SimpleUploadedFile("x.xlsx", data)}
    )
    assert answer.status_code in (422, 415)
    assert ImportRun.objects.filter(what="travel").count() == 0


def test_nobody_else_reads_the_ways(fresh: World) -> None:
    run = _bring(fresh, GOOD)
    for name in ("Hana", "Fay", "Sue"):
        assert fresh.client(name).get(reverse("travel", args=[fresh.program.pk])).status_code == 404
        assert fresh.client(name).get(reverse("travel_import", args=[run.pk])).status_code == 404


def test_a_file_whose_columns_nobody_has_named_asks_for_them(fresh: World) -> None:
    browser = fresh.client("Sol")
    at = reverse("travel", args=[fresh.program.pk])
    browser.post(at, {"table": SimpleUploadedFile("x.csv", b"a,b\n01M001,12\n")})
    run = ImportRun.objects.latest("created")
    page = browser.get(reverse("travel_import", args=[run.pk])).content.decode()
    assert "no column for the" in page
    refused = browser.post(reverse("travel_columns", args=[run.pk]), {"c0": "first", "c1": "first"})
    assert refused.status_code == 422
    assert "cannot both be" in refused.content.decode()
