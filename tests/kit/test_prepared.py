"""A prepared query finds what the query itself finds, each time anew; what cannot be prepared says so."""

import contextlib
import datetime as dt
import uuid
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, connections
from django.db.models import QuerySet, UUIDField
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils import timezone

from intervisit.apps.applications.models import AnswerText, Application
from intervisit.apps.people.models import Organization, Person, RoleHeld, in_force
from intervisit.apps.programs.models import DesignVersion
from intervisit.core.access import Actor
from intervisit.kit import access, prepared
from tests.world import World

DAY = dt.date(2026, 5, 4)


def _held(person: uuid.UUID, day: dt.date) -> QuerySet[RoleHeld]:
    return (
        RoleHeld.objects.filter(in_force(day), person=person)
        .select_related("person", "group")
        .order_by("role")
    )


def test_rows_and_what_comes_along_are_those_of_the_query(world: World) -> None:
    for person in Person.objects.all():
        for day in (DAY, dt.date.today(), dt.date(1990, 1, 1)):  # noqa: DTZ011 - any day
            wanted = list(_held(person.pk, day))
            with CaptureQueriesContext(
                connection,
            ) as asked:
                found = prepared.rows("test held", _held, person.pk, day)
                shown = [(h, h.person, h.group, h.starts) for h in found]
            assert shown == [(h, h.person, h.group, h.starts) for h in wanted]
            assert len(asked) == 1


def test_every_kind_of_value_is_filled_in(world: World) -> None:
    people = list(Person.objects.order_by("pk"))
    for person in people[:3]:
        made: dict[str, tuple[Any, Any]] = {
            "key": (lambda v: Person.objects.filter(pk=v), person.pk),
            "text of a key": (lambda v: Person.objects.filter(pk=v), str(person.pk)),
            "text": (lambda v: Person.objects.filter(email=v), person.email),
            "moment": (lambda v: Person.objects.filter(created__gte=v).order_by("pk"), person.created),
            "several": (
                lambda v: Person.objects.filter(pk__in=v).order_by("pk"), tuple(str(p.pk) for p in people[:2])
            ),
            "none": (lambda v: Person.objects.filter(pk__in=v), ()),
            "flat": (lambda v: Person.objects.filter(pk=v).values_list("name", flat=True), person.pk),
            "pairs": (lambda v: Person.objects.filter(pk=v).values_list("name", "email"), person.pk),
        }  # fmt: skip
        for name, (make, value) in made.items():
            assert prepared.rows(f"test {name}", make, value) == list(make(value)), name


def test_only_the_words_are_kept_never_a_row(world: World) -> None:
    school = Organization.objects.filter(kind="school").first()
    assert school is not None
    assert prepared.one(Organization, school.pk) == school
    Organization.objects.filter(pk=school.pk).update(name="Another name")
    again = prepared.one(Organization, school.pk)
    assert again is not None
    assert again.name == "Another name"
    assert prepared.one(Organization, uuid.uuid4()) is None


def test_a_tuple_of_another_length_is_another_query(world: World) -> None:
    keys = list(Person.objects.values_list("pk", flat=True).order_by("pk")[:4])
    for length in (1, 3, 2, 4, 0):
        found = prepared.rows("test lengths", lambda v: Person.objects.filter(pk__in=v), tuple(keys[:length]))
        assert sorted(p.pk for p in found) == keys[:length]


@pytest.mark.parametrize(
    "make",
    [
        lambda v: RoleHeld.objects.filter(in_force(), person=v),
        lambda v: RoleHeld.objects.filter(person=v, group=uuid.UUID(int=7)),
        lambda v: Person.objects.all(),
        lambda v: Person.objects.filter(pk=v).values("name"),
    ],
    ids=["a day inside", "an id inside", "a value lost", "dictionaries"],
)
def test_what_would_go_wrong_later_is_refused_at_once(make: Any, world: World) -> None:
    with pytest.raises(prepared.Unfit):
        prepared.rows(make, make, uuid.uuid4())


@pytest.mark.parametrize("value", [None, True, 1.5, ["a"], (("a",),)])
def test_values_that_change_the_words_of_a_query_are_refused(value: Any, world: World) -> None:
    with pytest.raises(prepared.Unfit):
        prepared.rows("test refused", lambda v: Person.objects.filter(name=v), value)


def test_not_more_than_some_are_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[Any, Any] = connections["default"].__dict__.setdefault("_prepared", OrderedDict())
    monkeypatch.setattr(prepared, "_KEPT", len(kept) + 2)
    for n in range(9):
        prepared.rows(("test many", n), lambda v: Person.objects.filter(pk=v), uuid.uuid4())
    assert len(kept) == prepared._KEPT
    assert [key[0] for key in kept][-2:] == [("test many", 7), ("test many", 8)]


def test_what_is_asked_by_way_of_the_policy_is_what_is_visible(world: World) -> None:
    for person in Person.objects.all():
        for strong in (False, True):
            actor = access.actor_for(person, strong=strong, fresh=strong)
            for action, model in (
                ("application.view", Application), ("application.read_decision", Application),
                ("school.view", Organization), ("role.confirm", RoleHeld),
            ):  # fmt: skip

                def make(who: Actor, action: str = action, model: Any = model) -> QuerySet[Any]:
                    return access.visible(who, action, model).order_by("pk")

                assert access.asked(actor, make, name=(action, model)) == list(make(actor)), (person, action)
    for actor, some in ((Actor(), False), (access.system_actor("a test"), True)):
        found = access.asked(actor, lambda who: access.visible(who, "school.view", Organization))
        assert bool(found) is some


def test_rows_that_point_at_a_thing(world: World) -> None:
    school = world.schools[1]
    assert sorted(a.pk for a in prepared.of(school, "applications")) == [world.applications[1].pk]
    assert prepared.of(school, "applications")[0].school is school
    with CaptureQueriesContext(connection) as asked:
        [at_hand] = Organization.objects.filter(pk=school.pk).prefetch_related("applications")
        assert prepared.of(at_hand, "applications") == [world.applications[1]]
    assert len(asked) == 2


def test_every_thing_of_an_address_is_asked_for_with_prepared_words(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No route falls back to the slow way, for whoever asks."""
    unfit: list[str] = []
    rows = prepared.rows

    def watched(name: Any, *rest: Any) -> Any:
        try:
            return rows(name, *rest)
        except prepared.Unfit as error:
            unfit.append(f"{name}: {error}")
            raise

    monkeypatch.setattr(prepared, "rows", watched)
    actors = [world.actor(name) for name in world.people]
    asked = {(r.action, r.model, r.key) for p in _patterns() if (r := p.callback.route).model is not None}
    assert len(asked) > 60
    for action, model, key in asked:
        field: Any = model._meta.pk if key == "pk" else model._meta.get_field(key)
        for actor in actors if isinstance(field, UUIDField) else ():
            with contextlib.suppress(access.Hidden):
                access.load(actor, action, model, **{key: uuid.uuid4()})
    assert unfit == []


def _patterns(found: Any = None) -> Iterator[Any]:
    for pattern in (found or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _patterns(pattern)
        else:
            yield pattern


def test_an_update_writes_what_the_query_would(world: World) -> None:
    """Also JSON of every shape, None, and a moment; and says how many rows it wrote."""
    moment = timezone.now().replace(microsecond=123)
    made = world.applications[1]
    shapes: list[Any] = [{"a": [1, None, "é\x20“"], "b": {"c": True}}, [], {}, {"a": "null"}]
    for answers in shapes:
        for version in (made.version, 77):
            done = prepared.update(
                "test update", _answered, made.pk, version, prepared.Json(answers), version + 1, moment
            )
            fresh = Application.objects.get(pk=made.pk)
            assert done == (version == made.version)
            if done:
                assert (fresh.answers, fresh.version, fresh.changed) == (answers, version + 1, moment)
                made = fresh
    text = AnswerText.objects.create(application=made, question="q", answer="x", began=moment, at=moment)
    assert prepared.update("test text", _emptied, text.pk, prepared.Json(None)) == 1
    assert AnswerText.objects.filter(pk=text.pk, answer__isnull=True).exists()


def _emptied(pk: Any, answer: Any) -> tuple[QuerySet[AnswerText], dict[str, Any]]:
    return AnswerText.objects.filter(pk=pk), {"answer": answer}


def _answered(
    pk: Any, version: int, answers: Any, after: int, at: Any
) -> tuple[QuerySet[Application], dict[str, Any]]:
    rows = Application.objects.filter(pk=pk, version=version)
    return rows, {"answers": answers, "version": after, "changed": at}


def test_a_right_that_ends_ends_with_the_next_question(world: World) -> None:
    held = RoleHeld.objects.filter(role="principal").select_related("person").first()
    assert held is not None
    before = access.actor_for(held.person)
    RoleHeld.objects.filter(pk=held.pk).update(taken_back=True)
    after = access.actor_for(held.person)
    assert {h.group for h in before.held} - {h.group for h in after.held} >= {str(held.group_id)}


def test_a_design_is_decoded_once(world: World) -> None:
    one, two = (DesignVersion.objects.order_by("pk")[:1][0] for _ in range(2))
    assert one.content is two.content
    assert one.content == two.content != {}
