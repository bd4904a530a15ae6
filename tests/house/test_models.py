"""What holds of every table: references point down, addresses know whose it is, no migration is missing."""

import io

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from intervisit.core.access import ANYWHERE, SELF
from intervisit.kit.access import Relations, policy
from tests.house.test_rules import routes

ORDER = (
    "kit",
    "people",
    "programs",
    "instruments",
    "applications",
    "reviews",
    "leaders",
    "networks",
    "calendar",
    "gatherings",
    "budget",
)


def ours() -> list[type[models.Model]]:
    return [m for m in apps.get_models() if m.__module__.startswith("intervisit.")]


def test_foreign_keys_point_down() -> None:
    """A later step of the year may name an earlier one, never the reverse. Everything may name a person."""
    wrong = []
    for model in ours():
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if (
                not getattr(field, "concrete", False)
                or target is None
                or target._meta.label == "people.Person"
            ):
                continue
            if ORDER.index(target._meta.app_label) > ORDER.index(model._meta.app_label):
                wrong.append(f"{model._meta.label}.{field.name} → {target._meta.label}")
    assert wrong == []


def test_every_model_with_an_address_says_whose_it_is() -> None:
    without = {
        r.model._meta.label
        for r in routes()
        if r.model and not isinstance(getattr(r.model, "access", None), Relations)
    }
    assert without == set()


def by_kind() -> dict[str, list[type[models.Model]]]:
    found: dict[str, list[type[models.Model]]] = {}
    for model in ours():
        if "access" in vars(model):
            found.setdefault(model.access.kind, []).append(model)
    return found


def test_a_kind_is_one_model() -> None:
    assert {kind: m for kind, m in by_kind().items() if len(m) > 1} == {}


def test_every_relation_of_the_policy_is_one_of_its_model() -> None:
    """A misspelt relation would quietly deny, and a table that nobody can be let in by is a table nobody read."""
    wrong = []
    for row in policy():
        for model in by_kind().get(row.kind, []):
            for grant in row.grants:
                named = model.access.people if grant.role == SELF.key else model.access.groups
                if grant.relation != ANYWHERE and grant.relation not in named:
                    wrong.append(f"{row.action}: {grant.relation} is no relation of {model._meta.label}")
    assert wrong == []


def test_states_of_the_policy_are_states_of_the_model() -> None:
    wrong = []
    for row in policy():
        for model in by_kind().get(row.kind, []):
            if row.states is None:
                continue
            if not model.access.state:
                wrong.append(f"{row.action}: {model._meta.label} has no state")
                continue
            known = {c for c, _ in model._meta.get_field(model.access.state).choices or ()}
            if known and not row.states <= known:
                wrong.append(f"{row.action}: {sorted(row.states - known)}")
    assert wrong == []


def test_every_kind_of_the_policy_has_a_model() -> None:
    assert {row.kind for row in policy()} - set(by_kind()) == set()


@pytest.mark.django_db
def test_relations_end_in_groups_and_persons() -> None:
    """Each path is asked of the database once; a wrong one raises."""
    for models_of_kind in by_kind().values():
        for model in models_of_kind:
            rel = model.access
            for path in (*rel.groups.values(), *rel.people.values()):
                list(model._default_manager.values_list(path, flat=True)[:1])
            for conditions in rel.only.values():
                list(model._default_manager.filter(**conditions)[:1])
            assert set(rel.only) <= set(rel.groups) | set(rel.people)


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    told = io.StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=told, verbosity=1)
    except SystemExit:
        pytest.fail(told.getvalue())
