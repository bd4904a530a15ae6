"""Asks `core.access` on behalf of pages, jobs, mails and feeds. The only caller of the policy.

A model names its relations once, in a class attribute `access = Relations(...)`; from it and the policy's
clauses come the queryset (which ones may she), the check (may she) and the sentence (why not).
"""

import datetime as dt
import uuid
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Protocol, TypeVar, cast

from django.apps import apps
from django.conf import settings
from django.db.models import ForeignKey, Model, Q, QuerySet
from django.utils.module_loading import import_string

from intervisit.core.access import (
    Actor,
    Clause,
    Decision,
    Held,
    Policy,
    Table,
    Thing,
    check_floor,
    clauses,
    decide,
    holds_anywhere,
    system_actor,
)
from intervisit.core.access.floor import CONFLICT_BARRED, CONFLICTED, RATER_BARRED
from intervisit.kit import prepared

__all__ = [
    "Actor", "Decision", "Hidden", "NotAllowed", "Relations", "actor_for", "allowed", "anonymous", "asked", "load",
    "may", "may_anywhere", "person_of", "policy", "require", "system_actor", "thing_of", "visible",
]  # fmt: skip

M = TypeVar("M", bound=Model)
R = TypeVar("R")


@dataclass(frozen=True)
class Relations:
    """How a model answers the policy.

    `kind` is the word before the dot in its actions. `groups` and `people` map the names that the policy uses
    after `@` to a field path that ends in a Group or in a Person. `only` adds conditions to a path, so that a
    school that has left a network no longer counts. `state` names the field that holds the state.
    """

    kind: str
    groups: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    state: str = ""
    along: tuple[str, ...] = ()  # rows that every page about one of them needs: loaded in the same query


class Hidden(Exception):
    """The thing is not there for this person: answered exactly as if it had never existed."""


class NotAllowed(Exception):
    """The thing may be seen, but not so used. `reason` is a sentence for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Person(Protocol):
    """What kit needs of the user model (apps.people): its roles of today, and whom it rates."""

    pk: Any
    is_active: bool

    def roles_with_kinds(self, on: dt.date | None = None) -> Iterable[tuple[str, str, str]]: ...
    def people_rated(self) -> Iterable[str]: ...


_policy: Policy | None = None


def policy() -> Policy:
    """All apps' tables together, checked against the floor when first asked for."""
    global _policy
    if _policy is None:
        tables = [cast("Table", import_string(path)) for path in settings.POLICIES]
        found = Policy(tables)
        check_floor(found)
        _policy = found
    return _policy


def anonymous() -> Actor:
    return Actor()


def actor_for(person: Any, *, strong: bool = False, fresh: bool = False) -> Actor:
    """The actor that a person is now. Mails, feeds and jobs act with the rights their person has today."""
    who = cast("_Person", person)
    if not who.is_active:
        return Actor()
    held = frozenset(Held(role, group, kind) for role, group, kind in who.roles_with_kinds())
    return Actor(str(who.pk), held, frozenset(who.people_rated()), strong=strong, fresh=fresh)


def person_of(actor: Actor) -> Any | None:
    """The person row behind an actor; None for the system and for visitors."""
    if actor.person is None:
        return None
    people = apps.get_model(settings.AUTH_USER_MODEL)
    found = prepared.one(people, actor.person)
    if found is None:
        raise people.DoesNotExist
    return found


def relations(model: type[Model] | Model) -> Relations:
    found = getattr(model, "access", None)
    if not isinstance(found, Relations):
        raise TypeError(f"{model} names no relations, so no policy can speak of it")
    return found


def _same_kind(action: str, model: type[Model] | Model) -> None:
    """A rule for another kind would read other relations than it was written for, and go past the floor."""
    kind = relations(model).kind
    if action.partition(".")[0] != kind:
        raise TypeError(f"{action} cannot be asked of a {kind}")


def _condition(model: type[Model], clause: Clause) -> Q:
    rel = relations(model)
    state = Q(**{f"{rel.state}__in": sorted(clause.states)}) if clause.states is not None else Q()
    if clause.by == "all":
        return state
    named = rel.groups if clause.by == "group" else rel.people
    path = named.get(clause.relation)
    if path is None:
        return Q(pk__in=[])
    inner = Q(**{f"{path}__in": sorted(clause.ids)}, **rel.only.get(clause.relation, {}))
    if not _many_valued(model, path):
        return state & inner
    # A subquery, so that a path through many rows neither repeats a thing nor mixes its conditions.
    return state & Q(pk__in=model._default_manager.filter(inner).values("pk"))


@cache
def _many_valued(model: type[Model], path: str) -> bool:
    """Whether a path can lead from one thing to several groups, such as all schools of a network."""
    at: Any = model
    for name in path.split("__"):
        field: Any = at._meta.get_field(name)
        if field.one_to_many or field.many_to_many:
            return True
        at = field.related_model
    return False


def visible(actor: Actor, action: str, source: type[M] | QuerySet[M]) -> QuerySet[M]:
    """The things on which `actor` may do `action`."""
    queryset = source if isinstance(source, QuerySet) else source._default_manager.all()
    model = queryset.model
    _same_kind(action, model)
    ways = clauses(policy(), action, actor)
    if not ways:
        return queryset.none()
    condition = Q()
    for clause in ways:
        condition |= _condition(model, clause)
    if any(c.by == "all" and c.states is None for c in ways):
        condition = Q()
    queryset = queryset.filter(condition)
    rel = relations(model)
    if rel.kind in RATER_BARRED and actor.rates:
        for path in rel.people.values():
            queryset = queryset.exclude(**{f"{path}__in": sorted(actor.rates)})
    if rel.kind in CONFLICT_BARRED and actor.person is not None:
        queryset = queryset.exclude(**{rel.people[CONFLICTED]: actor.person})
    return queryset


def asked(
    actor: Actor, make: Callable[..., QuerySet[Any, R]], *values: prepared.Value, name: Hashable = ()
) -> list[R]:
    """`make(actor, *values)` as a list, its SQL made once for all actors whose roles have the same outline.

    `make` builds a query of what an actor may see (`visible`). Of the actor it may use ids only by putting them into
    the query; what else shapes it must be in `name` (`kit/prepared`).
    """
    held = sorted(actor.held, key=lambda h: (h.role, h.kind, h.group))
    ids = tuple(dict.fromkeys(h.group for h in held))
    place = {group: n for n, group in enumerate(ids)}
    rates = tuple(sorted(actor.rates))
    person = () if actor.person is None else (actor.person,)
    roles = tuple((h.role, h.kind, place[h.group]) for h in held)
    outline = (policy(), name, make.__code__, roles, actor.strong, actor.fresh, bool(actor.system))

    def made(*given: Any) -> QuerySet[Any, R]:
        groups, rated, who, *rest = given
        filled = frozenset(Held(role, groups[n], kind) for role, kind, n in roles)
        someone = replace(actor, person=next(iter(who), None), held=filled, rates=frozenset(rated))
        return make(someone, *rest)

    try:
        return prepared.rows(outline, made, *map(prepared.Spare, (ids, rates, person)), *values)
    except prepared.Unfit:  # slower, and as right
        return list(make(actor, *values))


def _ids(obj: Model, path: str, only: Mapping[str, Any]) -> frozenset[str]:
    column = None if "__" in path or only else getattr(obj._meta.get_field(path), "attname", None)
    if column is not None:  # on the row itself: a foreign key, or the row's own key
        value = getattr(obj, column)
        return frozenset() if value is None else frozenset((str(value),))
    at_hand = None if only else _at_hand(obj, path)
    if at_hand is not None:
        return at_hand
    if obj._state.adding:
        return frozenset() if only else _ids_of_new(obj, path)
    rows = obj.__class__._default_manager.filter(pk=obj.pk, **only).values_list(path, flat=True)
    return frozenset(str(v) for v in rows if v is not None)


def _at_hand(obj: Model, path: str) -> frozenset[str] | None:
    """What a path of foreign keys ends in, when every row on the way has been loaded; None: ask the database."""
    *way, last = path.split("__")
    for name in way:
        hop = obj._meta.get_field(name)
        if not isinstance(hop, ForeignKey) or not hop.is_cached(obj):
            return None
        following = getattr(obj, name)
        if following is None:
            return frozenset()
        obj = following
    if not isinstance(obj._meta.get_field(last), ForeignKey):
        return None
    value = getattr(obj, f"{last}_id")
    return frozenset() if value is None else frozenset((str(value),))


def _ids_of_new(obj: Model, path: str) -> frozenset[str]:
    """What a row that is not saved yet names: by the rows it points at. Conditions on it cannot be asked: none."""
    found: Any = obj
    for step in path.split("__"):
        found = getattr(found, step, None)
        if not isinstance(found, Model):
            return frozenset()
    return frozenset((str(found.pk),))


def thing_of(obj: Model, names: frozenset[str] | None = None) -> Thing:
    """The thing a row is to the policy: who and what it names, and its state. `names` limits the relations read."""
    rel = relations(obj)

    def read(named: Mapping[str, str]) -> dict[str, frozenset[str]]:
        return {
            name: _ids(obj, path, rel.only.get(name, {}))
            for name, path in named.items()
            if names is None or name in names
        }

    state = str(getattr(obj, rel.state)) if rel.state else ""
    return Thing(rel.kind, read(rel.groups), read(rel.people), state)


def may(actor: Actor, action: str, obj: Model) -> Decision:
    """May `actor` do `action` to this row? With the reason, when not."""
    _same_kind(action, obj)
    if relations(obj).kind in RATER_BARRED:
        return decide(policy(), action, actor, thing_of(obj))
    # Only the relations this actor could come in by, if all her roles were awake, decide and explain: one or two.
    awake = replace(actor, strong=True, fresh=True)
    wanted = frozenset(c.relation for c in clauses(policy(), action, awake) if c.by != "all")
    if relations(obj).kind in CONFLICT_BARRED:
        wanted |= {CONFLICTED}
    return decide(policy(), action, actor, thing_of(obj, wanted))


def may_anywhere(actor: Actor, action: str) -> bool:
    """Whether the actor could do this to anything at all: for menus."""
    return holds_anywhere(policy(), action, actor)


def allowed(actor: Actor, action: str) -> bool:
    """For actions on no particular thing: every way in must be open as it stands."""
    return any(c.by == "all" and c.states is None for c in clauses(policy(), action, actor))


def require(actor: Actor, action: str, obj: Model) -> None:
    """Raise `NotAllowed` with the reason unless `actor` may do `action` to `obj`."""
    decision = may(actor, action, obj)
    if not decision:
        raise NotAllowed(decision.reason)


def load(actor: Actor, action: str, source: type[M] | QuerySet[M], **lookup: Any) -> M:
    """The one thing of this address, if `actor` may do `action` to it. Raises `Hidden` otherwise."""
    model = source.model if isinstance(source, QuerySet) else source
    along, fields = relations(model).along, tuple(lookup)

    def of(who: Actor, *values: Any) -> QuerySet[M]:
        rows = visible(who, action, source).filter(**dict(zip(fields, values, strict=True)))
        # In no order: there is at most one, and putting columns in order is a third of the work of asking for it.
        return (rows.select_related(*along) if along else rows).order_by()[:1]

    if isinstance(source, QuerySet) or not all(isinstance(v, uuid.UUID) for v in lookup.values()):
        found = list(of(actor, *lookup.values()))
    else:
        found = asked(actor, of, *lookup.values(), name=(action, model, fields))
    if not found:
        raise Hidden
    return found[0]
