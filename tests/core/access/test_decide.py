"""Worked examples: who gets in, who does not, and what they are told."""

import pytest

from intervisit.core.access import (
    ANYONE,
    ANYWHERE,
    DIRECTOR,
    FACILITATOR,
    PRINCIPAL,
    PUBLIC,
    SECOND_FACTOR_ROLES,
    SELF,
    STAFF,
    TEAM,
    Actor,
    Clause,
    Decision,
    Grant,
    Held,
    Policy,
    Table,
    Thing,
    allow,
    clauses,
    decide,
    holds_anywhere,
    system_actor,
)
from intervisit.core.access.decide import barred

PAPER = Policy([
    Table("papers", (
        allow("paper.view", PRINCIPAL @ "school", TEAM @ "school"),
        allow("paper.view", STAFF @ "program", states=["sent"]),
        allow("paper.write", TEAM @ "school", states=["draft"], because="It has been sent."),
        allow("paper.shred", TEAM @ "school", states=["draft"]),
        allow("paper.grant", DIRECTOR @ "program", fresh=True),
        allow("paper.own", SELF @ "author"),
        allow("paper.list", FACILITATOR @ ANYWHERE),
        allow("paper.any", ANYONE),
        allow("paper.open", PUBLIC, states=["sent"]),
        allow("observation.view", SELF @ "author", SELF @ "subject"),
        allow("review.view", SELF @ "author", STAFF @ "program"),
    )),
])  # fmt: skip
DRAFT = Thing(
    "paper",
    {"school": frozenset({"s1"}), "program": frozenset({"m1"})},
    {"author": frozenset({"ann"})},
    "draft",
)
SENT = Thing("paper", DRAFT.groups, DRAFT.people, "sent")
NOBODY = Actor()


def holder(role: str, group: str, person: str = "eve", **more: bool) -> Actor:
    return Actor(person, frozenset({Held(role, group)}), **more)


def told(action: str, actor: Actor, thing: Thing = DRAFT) -> str:
    """What decide says: "yes", or the reason."""
    decision = decide(PAPER, action, actor, thing)
    return "yes" if decision else decision.reason


def test_a_role_counts_in_the_group_the_thing_names() -> None:
    assert told("paper.view", holder("principal", "s1")) == "yes"
    assert told("paper.view", holder("team", "s1")) == "yes"
    assert (
        told("paper.view", holder("team", "s2"))
        == "Only the principal, the school's team or program staff may do this."
    )
    assert (
        told("paper.view", holder("facilitator", "s1"))
        == "Only the principal, the school's team or program staff may do this."
    )
    assert clauses(PAPER, "paper.view", holder("team", "s1")) == (
        Clause("group", "school", frozenset({"s1"})),
    )


def test_a_state_closes_a_row_and_says_why() -> None:
    sol = holder("staff", "m1", strong=True)
    assert told("paper.view", sol, SENT) == "yes"
    assert told("paper.view", sol, DRAFT) == "This is not possible while it is draft."
    assert told("paper.write", holder("team", "s1"), SENT) == "It has been sent."
    assert told("paper.write", holder("team", "s2"), SENT) == "Only the school's team may do this."
    busy = Thing("paper", DRAFT.groups, {}, "being_read")
    assert told("paper.shred", holder("team", "s1"), busy) == "This is not possible while it is being read."
    assert clauses(PAPER, "paper.view", sol) == (
        Clause("group", "program", frozenset({"m1"}), frozenset({"sent"})),
    )


def test_staff_sleep_without_a_second_factor_and_are_told_to_wake() -> None:
    sleeping = holder("staff", "m1")
    assert (sleeping.asleep, sleeping.groups("staff")) == (frozenset({"staff"}), frozenset())
    assert told("paper.view", sleeping, SENT) == "Please confirm who you are with your second factor first."
    assert clauses(PAPER, "paper.view", sleeping) == ()
    awake = holder("staff", "m1", strong=True)
    assert (awake.asleep, awake.groups("staff")) == (frozenset(), frozenset({"m1"}))
    assert holder("team", "s1").asleep == frozenset()
    assert holder("team", "s1").groups("team") == frozenset({"s1"})
    assert holder("team", "s1").groups("principal") == frozenset()


@pytest.mark.parametrize("role", ["staff", "director", "evaluator", "finance", "admin"])
def test_the_roles_that_sleep(role: str) -> None:
    assert role in SECOND_FACTOR_ROLES
    assert len(SECOND_FACTOR_ROLES) == 5


def test_what_matters_asks_for_a_recent_confirmation() -> None:
    stale, fresh = holder("director", "m1", strong=True), holder("director", "m1", strong=True, fresh=True)
    assert told("paper.grant", fresh) == "yes"
    assert told("paper.grant", stale) == "Please confirm who you are with your second factor first."
    assert (
        told("paper.grant", holder("director", "m2", strong=True)) == "Only the program director may do this."
    )
    assert clauses(PAPER, "paper.grant", stale) == ()


def test_the_person_concerned() -> None:
    assert told("paper.own", Actor("ann")) == "yes"
    assert told("paper.own", Actor("bob")) == "Only the person concerned may do this."
    assert told("paper.own", NOBODY) == "Please sign in first."
    assert clauses(PAPER, "paper.own", Actor("ann")) == (Clause("person", "author", frozenset({"ann"})),)


def test_anywhere_anybody_and_everybody() -> None:
    assert told("paper.list", holder("facilitator", "far away")) == "yes"
    assert told("paper.list", holder("team", "s1")) == "Only the facilitator may do this."
    assert told("paper.any", Actor("bob")) == "yes"
    assert told("paper.any", NOBODY) == "Please sign in first."
    assert told("paper.open", NOBODY, SENT) == "yes"
    assert told("paper.open", NOBODY, DRAFT) == "This is not possible while it is draft."
    assert clauses(PAPER, "paper.list", holder("facilitator", "x")) == (Clause("all"),)
    assert clauses(PAPER, "paper.open", NOBODY) == (Clause("all", states=frozenset({"sent"})),)


def test_nobody_may_do_what_no_row_names() -> None:
    assert told("paper.eat", holder("team", "s1")) == "Nobody may do this here."
    assert told("paper.eat", system_actor("nightly")) == "Nobody may do this here."
    assert not holds_anywhere(PAPER, "paper.eat", system_actor("nightly"))


def test_the_system_acts_for_a_reason_within_the_states() -> None:
    system = system_actor("nightly clean-up")
    assert (system.system, system.person, system.strong, system.fresh) == (
        "nightly clean-up",
        None,
        True,
        True,
    )
    assert told("paper.grant", system) == "yes"
    assert told("paper.write", system, DRAFT) == "yes"
    assert told("paper.write", system, SENT) == "Please sign in first."
    assert clauses(PAPER, "paper.write", system) == (Clause("all", states=frozenset({"draft"})),)
    with pytest.raises(ValueError, match=r"^the system acts for a reason$"):
        system_actor("")


def test_whoever_rates_somebody_in_it_is_shut_out() -> None:
    note = Thing("observation", {}, {"author": frozenset({"ann"}), "subject": frozenset({"tess"})}, "")
    rater = Actor("ann", rates=frozenset({"tess"}))
    assert told("observation.view", Actor("ann"), note) == "yes"
    assert told("observation.view", Actor("ann", rates=frozenset({"bob"})), note) == "yes"
    assert told("observation.view", rater, note) == "You rate somebody this is about, so it is closed to you."
    assert barred(rater, note)
    assert not barred(rater, DRAFT)
    assert not barred(Actor("x", rates=frozenset({"ann"})), DRAFT)  # an open kind
    assert told("paper.own", Actor("ann", rates=frozenset({"ann"}))) == "yes"


def test_whoever_is_in_conflict_is_shut_out_whatever_else_they_are() -> None:
    """B17: staff rights do not give back what a conflict of interest has taken, nor does having written it."""
    people = {"author": frozenset({"ann"}), "conflicted": frozenset({"ann", "sol"})}
    review = Thing("review", {"program": frozenset({"m1"})}, people)
    closed = "You have a conflict of interest here, so it is closed to you."
    assert told("review.view", Actor("ann"), review) == closed
    assert told("review.view", holder("staff", "m1", "sol", strong=True), review) == closed
    assert told("review.view", holder("staff", "m1", "dana", strong=True), review) == "yes"
    assert told("review.view", Actor("ann"), Thing("review", {}, {"author": frozenset({"ann"})})) == "yes"
    assert barred(Actor("ann"), review) == closed
    assert barred(Actor("bob"), review) == ""
    assert barred(Actor("ann"), Thing("paper", {}, people)) == ""  # an open kind
    assert barred(NOBODY, Thing("review", {}, {})) == ""
    assert barred(system_actor("nightly"), review) == ""


def test_a_clause_admits_by_state_and_by_name() -> None:
    assert Clause("all").admits(DRAFT)
    assert not Clause("all", states=frozenset({"sent"})).admits(DRAFT)
    assert Clause("group", "school", frozenset({"s1", "s9"})).admits(DRAFT)
    assert not Clause("group", "program", frozenset({"s1"})).admits(DRAFT)
    assert not Clause("group", "district", frozenset({"s1"})).admits(DRAFT)
    assert Clause("person", "author", frozenset({"ann"})).admits(DRAFT)
    assert not Clause("person", "school", frozenset({"s1"})).admits(DRAFT)
    assert not Clause("group", "author", frozenset({"ann"})).admits(DRAFT)


def test_the_same_way_in_is_listed_once() -> None:
    twice = Policy([Table("t", (allow("a.b", ANYONE, TEAM @ "school"), allow("a.b", ANYONE)))])
    assert clauses(twice, "a.b", Actor("eve")) == (Clause("all"),)


def test_a_refusal_names_every_holder_once() -> None:
    policy = Policy([Table("t", (
        allow("a.b", TEAM @ "school", TEAM @ "program"), allow("a.b", Grant("self", "author"), DIRECTOR @ "program"),
    ))])  # fmt: skip
    decision = decide(policy, "a.b", Actor("eve"), Thing("a"))
    assert decision == Decision(
        False, "Only the school's team, the person concerned or the program director may do this."
    )


def test_holding_a_role_anywhere_opens_the_menu() -> None:
    assert holds_anywhere(PAPER, "paper.write", holder("team", "s9"))
    assert not holds_anywhere(PAPER, "paper.write", holder("principal", "s9"))
    assert not holds_anywhere(PAPER, "paper.write", NOBODY)


def test_a_role_in_another_kind_of_group_opens_no_menu() -> None:
    policy = Policy([
        Table("t", (
            allow("a.here", TEAM @ "school"), allow("a.many", TEAM @ "member_schools"), allow("a.any", TEAM @ "group"),
            allow("a.all", TEAM @ ANYWHERE), allow("a.mine", SELF @ "person"), allow("a.both", TEAM @ "school", ANYONE),
        )),
    ])  # fmt: skip

    def opens(*kinds: str) -> set[str]:
        held = frozenset(Held("team", f"g{number}", kind) for number, kind in enumerate(kinds))
        return {name for name in policy.actions if holds_anywhere(policy, name, Actor("eve", held))}

    always = {"a.mine", "a.both"}
    assert opens() == always
    assert opens("district") == always | {"a.any", "a.all"}
    assert opens("network") == opens("program") == opens("district")
    assert opens("school") == opens("district", "school") == always | {"a.here", "a.many", "a.any", "a.all"}
    assert opens("") == opens("partner") == opens("school")
    assert not holds_anywhere(
        policy,
        "a.here",
        Actor("eve", frozenset({Held("principal", "g", "school"), Held("team", "h", "program")})),
    )
    assert Held("team", "g", "school") == Held("team", "g", "program")


def test_by_default_nobody_is_anybody() -> None:
    assert Actor() == Actor(None, frozenset(), frozenset(), strong=False, fresh=False, system="")
    assert Decision(True) == Decision(True, "")
    assert Thing("a") == Thing("a", {}, {}, "")
    assert Clause("all") == Clause("all", "", frozenset(), None)


def test_states_limit_every_kind_of_grant() -> None:
    sent = frozenset({"sent"})
    grants = {
        "a.self": SELF @ "author",
        "a.anyone": ANYONE,
        "a.public": PUBLIC,
        "a.anywhere": TEAM @ ANYWHERE,
        "a.here": TEAM @ "school",
    }
    policy = Policy([Table("t", tuple(allow(name, grant, states=sent) for name, grant in grants.items()))])
    eve = holder("team", "s1")
    assert {name: clauses(policy, name, eve) for name in grants} == {
        "a.self": (Clause("person", "author", frozenset({"eve"}), sent),),
        "a.anyone": (Clause("all", states=sent),),
        "a.public": (Clause("all", states=sent),),
        "a.anywhere": (Clause("all", states=sent),),
        "a.here": (Clause("group", "school", frozenset({"s1"}), sent),),
    }
    assert clauses(policy, "a.anyone", NOBODY) == ()
