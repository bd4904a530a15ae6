"""Rows that are copied in are the rows that were made, and more can be made beside them."""

import datetime as dt

import pytest
import time_machine
from django.apps import apps
from django.db import transaction

from intervisit.apps.people.models import Person, RoleHeld
from tests import factories
from tests.remembered import remembered
from tests.world import World, build_world

pytestmark = pytest.mark.django_db


def every_row() -> dict[str, list[tuple[object, ...]]]:
    return {
        model._meta.label: sorted(model._default_manager.values_list(), key=repr)
        for model in apps.get_models()
        if model._default_manager.exists()
    }


def begin_with(name: str) -> tuple[World, dict[str, list[tuple[object, ...]]]]:
    """What a test finds; undone at the end, as after a test."""
    with transaction.atomic():
        made = remembered(name, build_world)
        found = every_row()
        factories.role(made.people["Noa"], "team", made.schools[1].group)
        factories.person("One More")
        assert len(every_row()["people.RoleHeld"]) == len(found["people.RoleHeld"]) + 1
        transaction.set_rollback(True)
    return made, found


def test_copied_rows_are_the_rows_that_were_made() -> None:
    first, made = begin_with("the world of this test")
    second, copied = begin_with("the world of this test")
    assert copied == made
    assert (second.district, second.people, second.networks) == (first.district, first.people, first.networks)
    assert second.people["Hana"] is not first.people["Hana"]
    assert Person.objects.count() == RoleHeld.objects.count() == 0


def test_where_the_clock_was_moved_everything_is_made_anew() -> None:
    begin_with("a world of its time")
    with time_machine.travel(dt.datetime(2031, 5, 1, 12, tzinfo=dt.UTC)):
        assert remembered("a world of its time", build_world).people["Noa"].created.year == 2031
