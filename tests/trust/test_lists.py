"""In the database as in the table: for every action, person and row the list and the check say the same."""

from collections.abc import Callable

import pytest
from django.apps import apps

from intervisit.kit.access import Relations, actor_for, may, policy, visible
from tests.trust import oracle
from tests.trust.places import Places
from tests.world import World

Tell = Callable[[str, object], None]


@pytest.mark.django_db
def test_what_is_listed_is_what_may_be_done(places: Places, world: World, record_property: Tell) -> None:
    by_kind = {m.access.kind: m for m in apps.get_models() if isinstance(vars(m).get("access"), Relations)}  # type: ignore[attr-defined]
    cells, wrong = 0, []
    for column, (name, strong) in oracle.ROLES.items():
        person = world.people[name] if name else None
        who = (
            actor_for(person, strong=strong, fresh=strong)
            if person
            else oracle.actor(places, None, strong=False)
        )
        assert who == oracle.actor(places, name, strong=strong), column
        for action in policy().actions:
            model = by_kind.get(action.partition(".")[0])
            if model is None:
                continue
            listed = set(visible(who, action, model).values_list("pk", flat=True))
            for row in model._default_manager.all():
                cells += 1
                if bool(may(who, action, row)) != (row.pk in listed):
                    wrong.append(f"{column}: {action} on {row}: listed {row.pk in listed}")
    record_property("counts", f"list and check: {cells} cells")
    assert wrong == []


@pytest.mark.django_db
def test_the_hand_and_the_database_agree_on_every_thing(places: Places, record_property: Tell) -> None:
    """The oracle's things are typed by hand; the product reads its own from the rows. Every action, every person."""
    cells, wrong = 0, []
    for column, (name, strong) in oracle.ROLES.items():
        who = oracle.actor(places, name, strong=strong)
        for label, (row, thing) in oracle.things(places).items():
            for action in policy().actions:
                if action.partition(".")[0] == thing.kind:
                    cells += 1
                    if oracle.may(who, action, thing) != bool(may(who, action, row)):
                        wrong.append(
                            f"{column}: {action} on {label}: by hand {oracle.may(who, action, thing)}"
                        )
    record_property("counts", f"hand and database: {cells} cells")
    assert wrong == []
