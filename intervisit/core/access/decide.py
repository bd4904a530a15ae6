"""From a policy and a person to clauses (for a list) and to a decision with its reason (for one thing)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from intervisit.core.access.floor import CONFLICT_BARRED, CONFLICTED, RATER_BARRED
from intervisit.core.access.policy import Policy, Row
from intervisit.core.access.words import (
    ANYONE,
    ANYWHERE,
    GROUP_KINDS,
    PUBLIC,
    ROLES,
    SECOND_FACTOR_ROLES,
    SELF,
    Grant,
)


@dataclass(frozen=True)
class Held:
    """A role held today in one group. `kind` is what the group is: a school, a network, a program, a district."""

    role: str
    group: str
    kind: str = field(default="", compare=False)


@dataclass(frozen=True)
class Actor:
    """Somebody acting. `person` None is a visitor who has not signed in (or the system itself).

    `rates` holds the ids of the people this person rates; `strong` says that this session has shown a second
    factor, `fresh` that it did so within the last minutes; `system` marks commands of the operator.
    """

    person: str | None = None
    held: frozenset[Held] = frozenset()
    rates: frozenset[str] = frozenset()
    strong: bool = False
    fresh: bool = False
    system: str = ""

    def groups(self, role: str) -> frozenset[str]:
        """The groups in which the role is held and awake."""
        if role in SECOND_FACTOR_ROLES and not self.strong:
            return frozenset()
        return frozenset(h.group for h in self.held if h.role == role)

    @property
    def asleep(self) -> frozenset[str]:
        """Roles held that wait for the second factor."""
        if self.strong:
            return frozenset()
        return frozenset(h.role for h in self.held if h.role in SECOND_FACTOR_ROLES)


def system_actor(reason: str) -> Actor:
    """The operator at a command line, or a nightly job. `reason` goes into the history."""
    if not reason:
        raise ValueError("the system acts for a reason")
    return Actor(system=reason, strong=True, fresh=True)


@dataclass(frozen=True)
class Thing:
    """What somebody wants to act on: its kind, the groups and people it names, and its state."""

    kind: str
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    people: Mapping[str, frozenset[str]] = field(default_factory=dict)
    state: str = ""


@dataclass(frozen=True)
class Clause:
    """One way a list may be opened: things whose `relation` meets `ids`, in `states`. `ids` None: all things."""

    by: Literal["all", "group", "person"]
    relation: str = ""
    ids: frozenset[str] = frozenset()
    states: frozenset[str] | None = None

    def admits(self, thing: Thing) -> bool:
        if self.states is not None and thing.state not in self.states:
            return False
        if self.by == "all":
            return True
        named = thing.groups if self.by == "group" else thing.people
        return bool(self.ids & named.get(self.relation, frozenset()))


@dataclass(frozen=True)
class Decision:
    """Whether, and why, in words for the person who asked."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


def _clause(grant: Grant, row: Row, actor: Actor) -> Clause | None:
    if grant == PUBLIC:
        return Clause("all", states=row.states)
    if actor.person is None:
        return None
    if grant == ANYONE:
        return Clause("all", states=row.states)
    if grant.role == SELF.key:
        return Clause("person", grant.relation, frozenset((actor.person,)), row.states)
    groups = actor.groups(grant.role)
    if not groups:
        return None
    if grant.relation == ANYWHERE:
        return Clause("all", states=row.states)
    return Clause("group", grant.relation, groups, row.states)


def clauses(policy: Policy, action: str, actor: Actor) -> tuple[Clause, ...]:
    """The ways in which `actor` may reach things by `action`: the union of what each admits. None: nothing."""
    rows = policy.rows(action)
    if actor.system:
        return tuple(Clause("all", states=row.states) for row in rows)
    found = (_clause(g, row, actor) for row in rows for g in row.grants if actor.fresh or not row.fresh)
    return tuple(dict.fromkeys(c for c in found if c is not None))


def barred(actor: Actor, thing: Thing) -> str:
    """Why the floor shuts this thing to this person, whatever else she is; empty when it does not."""
    if thing.kind in RATER_BARRED and any(actor.rates & people for people in thing.people.values()):
        return "You rate somebody this is about, so it is closed to you."
    if thing.kind in CONFLICT_BARRED and actor.person in thing.people.get(CONFLICTED, ()):
        return "You have a conflict of interest here, so it is closed to you."
    return ""


def _holders(rows: tuple[Row, ...]) -> str:
    words = []
    for row in rows:
        for grant in row.grants:
            word = ROLES[grant.role].words if grant.role in ROLES else SELF.words
            if word not in words:
                words.append(word)
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]


def decide(policy: Policy, action: str, actor: Actor, thing: Thing) -> Decision:
    """May `actor` do `action` to `thing`, and why (not). Unknown actions are denied."""
    rows = policy.rows(action)
    if not rows:
        return Decision(False, "Nobody may do this here.")
    shut = barred(actor, thing)
    if shut:
        return Decision(False, shut)
    if any(c.admits(thing) for c in clauses(policy, action, actor)):
        return Decision(True)
    return Decision(False, _why_not(rows, actor, thing))


def _why_not(rows: tuple[Row, ...], actor: Actor, thing: Thing) -> str:
    """The refusal that helps most: first the state, then a missing fresh sign-in, then whose it is."""
    awake = replace(actor, strong=True)
    for row in rows:
        ways = [_clause(g, row, awake) for g in row.grants]
        reach = [c for c in ways if c is not None]
        if any(Clause(c.by, c.relation, c.ids).admits(thing) for c in reach):
            if row.states is not None and thing.state not in row.states:
                return row.because or f"This is not possible while it is {thing.state.replace('_', ' ')}."
            return "Please confirm who you are with your second factor first."
    if actor.person is None:
        return "Please sign in first."
    return f"Only {_holders(rows)} may do this."


def holds_anywhere(policy: Policy, action: str, actor: Actor) -> bool:
    """Whether there is any way in at all: what menus ask before they show an entry.

    A role counts only in a group of the kind that the relation speaks of: a program's director directs no district.
    """
    found = clauses(policy, action, actor)
    return any(
        c.by != "group" or any(h.group in c.ids and _fits(h.kind, c.relation) for h in actor.held)
        for c in found
    )


def _fits(kind: str, relation: str) -> bool:
    """Whether a group of this kind can be what a relation names; relations that name no kind fit all."""
    return kind not in GROUP_KINDS or kind in relation or not any(k in relation for k in GROUP_KINDS)
