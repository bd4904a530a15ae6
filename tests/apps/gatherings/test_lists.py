"""Guests, numbers and who may note whom, value by value."""

import datetime as dt
from typing import Any

import pytest
import time_machine

from intervisit.apps.calendar.models import Visit
from intervisit.apps.gatherings.actions import attendance
from intervisit.apps.gatherings.actions.reminders import remind_of
from intervisit.apps.gatherings.models import Attendance
from intervisit.apps.gatherings.queries.attendance import sheet_of
from intervisit.apps.gatherings.queries.overview import counts_of
from intervisit.apps.gatherings.states import Presence
from intervisit.apps.networks.models import NetworkMember
from intervisit.kit.access import actor_for
from intervisit.kit.models import HistoryLine
from intervisit.kit.refusal import Refused
from tests.world import World

pytestmark = pytest.mark.django_db

THE_DAY = dt.datetime(2026, 10, 14, 13, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _the_day() -> Any:
    with time_machine.travel(THE_DAY, tick=False):
        yield


def guest(world: World, name: str, school: int = 1) -> Attendance:
    return attendance.stand_in(
        world.visits["East"], by=actor_for(world.people["Fay"]), school=world.schools[school], name=name
    )


def mark(world: World, who: str, key: str, state: Presence) -> None:
    attendance.mark(world.visits["East"], key, state, by=actor_for(world.people[who], strong=True))


def test_a_guest_marked_again_is_the_same_fact_and_marked_otherwise_a_new_one(world: World) -> None:
    row = guest(world, "Ada Byron")
    for hours, state, ought in ((1, Presence.PRESENT, THE_DAY), (2, Presence.ABSENT, None)):
        later = THE_DAY + dt.timedelta(hours=hours)
        with time_machine.travel(later, tick=False):
            mark(world, "Sol", f"row:{row.pk}", state)
        row.refresh_from_db()
        assert (row.state, row.at) == (state, ought or later)
    mark(world, "Fay", f"row:{row.pk}", Presence.EXPECTED)
    assert not Attendance.objects.exists()
    verbs = (
        HistoryLine.objects.filter(verb__startswith="attendance.")
        .order_by("pk")
        .values_list("verb", flat=True)
    )
    assert list(verbs) == ["attendance.stand_in", "attendance.mark", "attendance.mark", "attendance.remove"]


def test_a_list_is_full_at_its_last_place(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attendance, "MOST", 2)
    guest(world, "One")
    guest(world, "Two")
    with pytest.raises(Refused) as refused:
        guest(world, "Three")
    assert [(t.code, t.message) for t in refused.value.troubles] == [
        ("too-many", "A list holds at most 2 people.")
    ]


def noting(world: World, who: str) -> dict[str, bool]:
    """Of everybody on the list whether this reader may note them."""
    sheet = sheet_of(world.visits["East"], actor_for(world.people[who], strong=True))
    return {row.name: row.may_mark for group in sheet.schools for row in group.rows}


def test_each_reader_may_note_their_own_and_nobody_once_the_list_is_closed(world: World) -> None:
    guest(world, "Ada Byron", 1)
    guest(world, "Ben Gauss", 2)
    everybody = noting(world, "Fay")
    assert set(everybody.values()) == {True}
    hers = noting(world, "Hana")
    assert (hers["Ada Byron"], hers["Ben Gauss"]) == (True, False)
    own = {world.people[name].name for name in ("Hana", "Tess")} | {"Ada Byron"}
    assert {name for name, may in hers.items() if may} == own
    attendance.close_attendance(world.visits["East"], by=actor_for(world.people["Fay"]))
    assert set(noting(world, "Fay").values()) == set(noting(world, "Hana").values()) == {False}


def test_a_school_that_has_left_keeps_its_name_on_the_list(world: World) -> None:
    guest(world, "Ben Gauss", 2)
    NetworkMember.objects.filter(school=world.schools[2]).delete()
    found = sheet_of(world.visits["East"], actor_for(world.people["Fay"]))
    last = found.schools[-1]
    assert (last.school, last.name, last.visited, last.may_mark) == (world.schools[2], "P.S. 2", False, True)


def test_the_office_counts_alternates_apart(world: World) -> None:
    visit = world.visits["East"]
    mark(world, "Fay", str(world.people["Tess"].pk), Presence.PRESENT)
    attendance.stand_in(visit, by=actor_for(world.people["Fay"]), school=world.schools[1], name="Ada Byron",
                        instead_of=str(world.people["Hana"].pk))  # fmt: skip
    (count,) = counts_of(world.program)
    assert (count.school, count.here, count.excused, count.missing, count.stood_in, count.share) == (
        world.schools[1], 2, 1, 0, 1, 100,
    )  # fmt: skip


def test_the_same_evening_twice_writes_once(world: World) -> None:
    visits = list(Visit.objects.filter(pk=world.visits["East"].pk).select_related("plan__program", "network"))
    day = world.visits["East"].date
    first = remind_of(day, visits)
    assert (first > 0, remind_of(day, visits)) == (True, 0)
