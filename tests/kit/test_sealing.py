"""Seals over the history: whatever is changed, taken out or put in beside the product is named."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from intervisit.kit import sealing
from intervisit.kit.jobs import run_waiting
from intervisit.kit.models import HistoryLine, HistorySeal, Job
from intervisit.kit.sealing import check, last_check, seal
from tests.world import World

pytestmark = pytest.mark.django_db
MORNING = dt.datetime(2026, 11, 2, 8, tzinfo=dt.UTC)


def line(number: int, at: dt.datetime = MORNING) -> HistoryLine:
    made = HistoryLine.objects.create(
        verb="role.grant",
        kind="role",
        thing=str(number),
        label=f"Número {number}",
        changes={"b": [None, 1.5], "a": ["x", "y"]},
    )
    HistoryLine.objects.filter(pk=made.pk).update(at=at)
    return made


@pytest.fixture
def sealed() -> list[int]:
    """Seven lines of a week, two or three under a seal."""
    keys = []
    for day, many in enumerate((3, 2, 2)):
        moment = MORNING + dt.timedelta(days=2 * day)
        with time_machine.travel(moment, tick=False):
            keys += [line(n, moment).pk for n in range(many)]
            assert seal() == many
            assert seal() == 0
    return keys


def test_untouched_lines_are_as_they_were_written(sealed: list[int]) -> None:
    found = check()
    assert (found.lines, found.seals, found.troubles) == (7, 3, ())
    assert found.last == HistorySeal.objects.get(number=3).digest
    assert [s.lines for s in HistorySeal.objects.order_by("number")] == [sealed[:3], sealed[3:5], sealed[5:]]


@pytest.mark.parametrize("column", ["verb", "kind", "thing", "label", "system", "changes", "at"])
def test_a_changed_line_is_named(sealed: list[int], column: str) -> None:
    new = {"changes": '{"a": [1, 2]}', "at": "2026-11-04 08:00:01+00:00"}.get(column, "other")
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE kit_historyline SET {column} = %s WHERE id = %s", [new, sealed[3]])
    [trouble] = check().troubles
    assert trouble.startswith(f"Lines {sealed[3]} to {sealed[4]} (between ")
    assert trouble.endswith("were changed after seal 2.")


@pytest.mark.parametrize(("gone", "number"), [(0, 1), (4, 2), (6, 3)])
def test_a_line_taken_out_is_named(sealed: list[int], gone: int, number: int) -> None:
    HistoryLine.objects.filter(pk=sealed[gone]).delete()
    assert check().troubles == (f"Line {sealed[gone]} and 0 more of seal {number} are gone.",)


def test_a_line_put_in_later_is_named_and_never_sealed(sealed: list[int]) -> None:
    late = line(9, MORNING + dt.timedelta(hours=1))
    with time_machine.travel(MORNING + dt.timedelta(days=5), tick=False):
        assert seal() == 0
    assert check().troubles == (f"Line {late.pk} and 0 more were put in later: no seal has them.",)


def test_seals_cannot_be_taken_out_or_exchanged(sealed: list[int]) -> None:
    HistorySeal.objects.filter(number=2).delete()
    assert check().troubles[0] == "Seal 2 is missing: the next one there is 3."
    HistorySeal.objects.create(number=2, at=MORNING, lines=sealed[3:5], digest="0" * 64)
    assert [t.rpartition(" ")[2] for t in check().troubles] == ["2.", "3."]


def test_a_long_transaction_is_sealed_when_it_ends(sealed: list[int]) -> None:
    """Its line has an earlier moment and a smaller number than lines that are sealed already."""
    moment = MORNING + dt.timedelta(days=4, hours=-3)
    slow = line(9, moment)
    with time_machine.travel(MORNING + dt.timedelta(days=4, minutes=1), tick=False):
        assert seal() == 1
    assert HistorySeal.objects.get(number=4).lines == [slow.pk]
    assert check().troubles == ()


@settings(max_examples=12, deadline=None)
@given(sizes=st.lists(st.integers(0, 4), max_size=6), most=st.integers(1, 3))
def test_every_line_is_under_one_seal(sizes: list[int], most: int) -> None:
    HistoryLine.objects.all().delete()
    HistorySeal.objects.all().delete()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "_MOST", most)
        for size in sizes:
            with time_machine.travel(MORNING, tick=False):
                made = [line(n) for n in range(size)]
                assert seal() == len(made)
    rows = list(HistorySeal.objects.order_by("number"))
    assert [pk for row in rows for pk in row.lines] == list(
        HistoryLine.objects.order_by("pk").values_list("pk", flat=True)
    )
    assert all(1 <= len(row.lines) <= most for row in rows)
    assert check().troubles == ()


def history(world: World) -> str:
    return world.client("Ada").get("/district/history/").content.decode()


def test_the_page_tells_what_the_night_found(world: World) -> None:
    line(1, timezone.now())
    assert "compared with their seals" not in history(world)
    for kind in ("history.seal", "history.check"):
        Job.objects.create(kind=kind, title="Tonight")
        run_waiting()
    found = last_check()
    assert found is not None
    assert (found.lines, found.troubles) == (HistoryLine.objects.count(), ())
    assert "compared with their seals" in history(world)
    HistoryLine.objects.order_by("pk").filter(pk=HistorySeal.objects.get(number=1).lines[0]).update(
        label="other"
    )
    Job.objects.create(kind="history.check", title="The next night")
    run_waiting()
    assert "The history is not as it was written" in history(world)
