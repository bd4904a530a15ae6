"""Every action leaves a line, or it did not happen; events are answered in the same transaction."""

import datetime as dt
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest
from django.db import transaction

from intervisit.apps.people.models import Organization
from intervisit.core.access import Actor
from intervisit.kit import events
from intervisit.kit.access import system_actor
from intervisit.kit.history import ACTIONS, NoHistory, action, lines_about, record
from intervisit.kit.models import Group, HistoryLine
from tests.world import World


@pytest.fixture(autouse=True)
def _forget() -> Any:
    yield
    for verb in [v for v in ACTIONS if v.startswith("trial.")]:
        del ACTIONS[verb]


def add_group(name: str) -> Group:
    return Group.objects.create(kind="trial", name=name)


def groups() -> list[str]:
    return list(Group.objects.filter(kind="trial").order_by("name").values_list("name", flat=True))


@action("trial.silent")
def silent(school: Organization, *, by: Actor) -> None:
    add_group("silent")


@action("trial.rename")
def rename(school: Organization, *, by: Actor, name: str) -> str:
    record(by, "trial.rename", school, changes={"name": (school.name, name)}, group=school.group)
    add_group(name)
    return name


@action("trial.twice")
def twice(school: Organization, *, by: Actor) -> None:
    rename(school, by=by, name="inner")


@action("trial.breaks")
def breaks(school: Organization, *, by: Actor) -> None:
    rename(school, by=by, name="half")
    raise ZeroDivisionError


def test_an_action_without_a_line_did_not_happen(world: World) -> None:
    before = HistoryLine.objects.count()
    with pytest.raises(NoHistory, match=r"trial\.silent"):
        silent(world.schools[1], by=world.actor("Dana"))
    assert (groups(), HistoryLine.objects.count()) == ([], before)


def test_a_line_says_who_what_when_and_from_what_to_what(world: World) -> None:
    school = world.schools[1]
    assert rename(school, by=world.actor("Dana"), name="P.S. 100") == "P.S. 100"
    line = lines_about(school).first()
    assert line is not None
    assert (line.verb, line.kind, line.thing, line.label) == (
        "trial.rename",
        "school",
        str(school.pk),
        "P.S. 1",
    )
    assert (line.actor, line.who, line.system) == (world.people["Dana"], "Dana Okafor", "")
    assert (line.changes, line.group) == ({"name": ["P.S. 1", "P.S. 100"]}, school.group)


def test_the_line_of_an_action_within_counts_for_the_one_without(world: World) -> None:
    twice(world.schools[1], by=world.actor("Dana"))
    assert groups() == ["inner"]


def test_an_action_that_fails_leaves_neither_change_nor_line(world: World) -> None:
    before = HistoryLine.objects.count()
    with pytest.raises(ZeroDivisionError):
        breaks(world.schools[1], by=world.actor("Dana"))
    assert (groups(), HistoryLine.objects.count()) == ([], before)


def test_one_failure_does_not_lend_its_lines_to_the_next(world: World) -> None:
    with pytest.raises(ZeroDivisionError):
        breaks(world.schools[1], by=world.actor("Dana"))
    with pytest.raises(NoHistory):
        silent(world.schools[1], by=world.actor("Dana"))


@pytest.mark.parametrize("by", [None, "Dana", object()])
def test_nobody_acts_without_a_name(world: World, by: Any) -> None:
    with pytest.raises(TypeError, match="needs by="):
        rename(world.schools[1], by=by, name="x")


def test_the_system_acts_for_a_reason(world: World) -> None:
    rename(world.schools[1], by=system_actor("The school year ended"), name="x")
    line = lines_about(world.schools[1]).first()
    assert line is not None
    assert (line.actor, line.who) == (None, "The school year ended")


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (dt.date(2027, 2, 3), "2027-02-03"), (["a", dt.date(2027, 2, 3)], ["a", "2027-02-03"]), (None, None),
        ({"k": (1, 2)}, {"k": [1, 2]}), (True, True), (1.5, 1.5),
    ],
)  # fmt: skip
def test_values_are_kept_as_they_can_be_read_later(world: World, value: object, kept: object) -> None:
    line = record(world.actor("Dana"), "trial.x", world.schools[1], changes={"f": (None, value)})
    assert HistoryLine.objects.get(pk=line.pk).changes == {"f": [None, kept]}


def test_rows_are_kept_by_their_keys(world: World) -> None:
    line = record(
        world.actor("Dana"), "trial.x", world.schools[1], changes={"f": (None, world.people["Hana"])}
    )
    assert HistoryLine.objects.get(pk=line.pk).changes == {"f": [None, str(world.people["Hana"].pk)]}


def test_every_action_of_the_product_is_known_by_its_verb() -> None:
    import_module("intervisit.web.urls")
    assert {"days.add", "application.submit"} <= set(ACTIONS)
    assert [verb for verb, run in ACTIONS.items() if run.verb != verb or "." not in verb] == []


# -------------------------------------------------------------------------------------------------- events


@dataclass(frozen=True)
class Happened:
    name: str


@dataclass(frozen=True)
class HappenedMore(Happened):
    """A kind of its own: nobody reacts to it."""


def _first(event: Happened) -> None:
    add_group(f"{event.name} 1")


def _second(event: Happened) -> None:
    add_group(f"{event.name} 2")


def _breaks(event: Happened) -> None:
    raise ZeroDivisionError


TABLE = {Happened: (_first, _second)}
BROKEN = {Happened: (_first, _breaks)}


def test_those_who_react_are_asked_in_their_order(db: None, settings: Any) -> None:
    settings.REACTIONS = f"{__name__}.TABLE"
    events.emit(Happened("a"))
    events.emit(HappenedMore("b"))
    assert groups() == ["a 1", "a 2"]


def test_a_reaction_that_fails_undoes_what_caused_it(db: None, settings: Any) -> None:
    settings.REACTIONS = f"{__name__}.BROKEN"
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 - the transaction is part of it
        add_group("cause")
        events.emit(Happened("a"))
    assert groups() == []
