"""The head of the minutes: the list of a day as one sheet and as text, and for whom."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from intervisit.apps.calendar.models import Visit
from intervisit.apps.calendar.states import VisitState
from intervisit.apps.gatherings.actions import attendance
from intervisit.apps.gatherings.models import VisitNote
from intervisit.apps.gatherings.states import Presence
from intervisit.apps.networks.models import Network
from intervisit.apps.programs.actions.agreements import accept_agreement
from intervisit.apps.programs.models import Agreement
from intervisit.core.memoranda import of_design, to_plain
from tests import factories
from tests.world import World

pytestmark = pytest.mark.django_db

THE_DAY = dt.datetime(2026, 10, 14, 19, 10, tzinfo=dt.UTC)  # ten past three in New York
READERS = ("Fay", "Sol", "Dana", "Hana", "Tess", "Piet", "Pim", "Ora")
OTHERS = ("Sue", "Ova", "Finn", "Ada", "Noa", "Rex")


@pytest.fixture(autouse=True)
def _the_day() -> Any:
    with time_machine.travel(THE_DAY, tick=False):
        yield


def at(world: World, route: str = "visit_minutes") -> str:
    return reverse(route, args=[world.visits["East"].pk])


def mark(world: World, **states: str) -> None:
    for name, state in states.items():
        attendance.mark(
            world.visits["East"], str(world.people[name].pk), Presence(state), by=world.actor("Fay")
        )


def a_day(world: World) -> None:
    """Hana and Fay are there, Amara for Piet; Ora is excused; nothing is said of Tess and Pim."""
    area = world.program.design.focus_areas[0]
    Network.objects.filter(pk=world.networks["East"].pk).update(focus=area.key)
    agreement = Agreement.objects.create(
        program=world.program, number=1, content=to_plain(of_design(world.program.design)), state="published",
        published=THE_DAY,
    )  # fmt: skip
    accept_agreement(
        agreement, by=world.actor("Hana"), party=str(world.schools[1].pk), name=world.people["Hana"].name
    )
    mark(world, Hana="present", Fay="present", Ora="excused")
    attendance.stand_in(
        world.visits["East"], by=world.actor("Fay"), school=world.schools[2], name="Amara Diallo",
        title="Assistant principal", instead_of=str(world.people["Piet"].pk),
    )  # fmt: skip
    VisitNote.objects.update_or_create(
        uid=world.visits["East"].uid,
        defaults={"network": world.networks["East"], "text": "Come in by the yard.\n\nBring a note-catcher."},
    )


def text(world: World, who: str = "Fay") -> str:
    answer = world.client(who).get(at(world), {"format": "txt"})
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    return str(answer.content.decode())


BEFORE = """\
Visit to P.S. 1

When: Wednesday, 14 October 2026, 8:30 a.m. to 3:00 p.m.
Where: P.S. 1, {place}
Network: East network
{label}: {area}
Led by: Fay Lindqvist
How many: 3 there: 2 of 6 expected, 1 in somebody’s place. 2 excused, 2 not noted yet.
The list: As noted so far: it is not closed.

P.S. 1 (is visited)
- There: Hana Whitfield (Principal)
- Not noted yet: Tess Moreau (Team)
- Memorandum: Accepted

P.S. 2
- There: Amara Diallo (Assistant principal), instead of Piet Abara
- Excused: Piet Abara (Principal)
- Not noted yet: Pim Ostrowski (Team)
- Memorandum: Not yet

P.S. 3
- Excused: Ora Delacroix (Principal)
- Memorandum: Not yet

What was said to bring, and where to come in:
Come in by the yard.

Bring a note-catcher.


What we saw




What we asked ourselves




What each school takes home




Until next time: who does what


"""


def test_the_text_of_a_small_day_before_closing_and_after(world: World) -> None:
    a_day(world)
    school = world.schools[1]
    before = BEFORE.format(
        place=", ".join(x for x in (school.address, school.area) if x),
        label=world.program.design.words["focus_area"].one.capitalize(),
        area=world.program.design.focus_areas[0].label,
    )
    assert text(world) == before
    attendance.close_attendance(world.visits["East"], by=world.actor("Fay"))
    after = (
        before.replace("2 not noted yet", "2 not there")
        .replace("As noted so far: it is not closed.", "Closed on Wednesday, 14 October 2026, 3:10 p.m.")
        .replace("- Not noted yet", "- Not there")
    )
    assert text(world) == after
    page = world.client("Fay").get(at(world))
    assert page.context["minutes"].text == after
    shown = page.content.decode()
    assert all(
        f"<dd>{fact.value}</dd>" in shown for p in page.context["minutes"].parties for fact in p.people
    )
    assert f"readonly>\n{after.splitlines()[0]}" in shown


def test_those_who_read_the_list_read_the_same_and_nobody_else(world: World) -> None:
    a_day(world)
    assert {text(world, name) for name in READERS} == {text(world)}
    for query in ({}, {"format": "txt"}):
        assert [world.client(name).get(at(world), query).status_code for name in OTHERS] == [404] * len(
            OTHERS
        )
    assert world.client(None).get(at(world)).status_code == 302


def test_the_way_in_is_there_once_something_is_noted_and_on_the_visit_once_it_is_closed(world: World) -> None:
    def ways(who: str = "Fay") -> tuple[bool, bool]:
        browser = world.client(who)
        found = (browser.get(at(world, route)).content.decode() for route in ("attendance", "visit"))
        first, second = (at(world) in page for page in found)
        return first, second

    assert ways() == (False, False)
    empty = world.client("Fay").get(at(world))
    assert "Nobody is noted yet" in empty.content.decode()
    assert empty.context["minutes"].parties == ()
    assert "How many" not in text(world)
    mark(world, Hana="present")
    assert ways() == (True, False)
    attendance.close_attendance(world.visits["East"], by=world.actor("Fay"))
    assert ways() == ways("Pim") == (True, True)


def test_who_evaluates_reads_the_note_and_finds_no_way_to_a_list_that_is_not_hers(world: World) -> None:
    a_day(world)
    attendance.close_attendance(world.visits["East"], by=world.actor("Fay"))
    world.people["Eve"] = factories.person("Eve Brandt")
    factories.role(world.people["Eve"], "evaluator", world.program.group)
    page = world.client("Eve").get(at(world, "visit")).content.decode()
    assert "Come in by the yard." in page
    assert [route for route in ("attendance", "visit_minutes") if at(world, route) in page] == []
    assert world.client("Eve").get(at(world)).status_code == 404


def test_who_leads_and_is_not_there_and_a_day_that_did_not_take_place(world: World) -> None:
    mark(world, Hana="present", Fay="excused")
    guests = ("One", "Two")
    for name in guests:
        attendance.stand_in(world.visits["East"], by=world.actor("Fay"), school=world.schools[3], name=name)
    lines = text(world).splitlines()
    assert "Led by: Fay Lindqvist (excused)" in lines
    assert "How many: 3 there: 1 of 6 expected, 2 besides. 1 excused, 4 not noted yet." in lines
    assert "- There: One; Two" in lines
    Visit.objects.filter(pk=world.visits["East"].pk).update(state=VisitState.CANCELLED)
    assert "The list: It did not take place on this day." in text(world).splitlines()


def test_it_asks_as_many_questions_for_many_as_for_few(world: World) -> None:
    def count() -> int:
        browser = world.client("Fay")
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(at(world)).status_code == 200
        return len(seen)

    mark(world, Hana="present", Tess="present", Pim="present")
    few = count()
    for n in range(27):
        someone = factories.person(f"Teacher N{n}")
        factories.role(someone, "team", world.schools[2].group)
        world.people[f"N{n}"] = someone
    mark(world, **{f"N{n}": "present" for n in range(27)})
    assert count() == few <= 15
