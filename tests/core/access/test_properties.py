"""A list and a check never disagree, whatever the policy, the person and the thing."""

import dataclasses

from hypothesis import given, settings

from intervisit.core.access import Actor, Policy, Thing, clauses, decide, holds_anywhere
from intervisit.core.access.decide import barred
from tests.core.access.made import ACTIONS, actors, by_hand, policies, things


@given(policies, actors, things)
@settings(max_examples=150, deadline=None)
def test_the_list_the_check_and_the_hand_agree(policy: Policy, actor: Actor, thing: Thing) -> None:
    for action in ACTIONS:
        listed = any(c.admits(thing) for c in clauses(policy, action, actor)) and not barred(actor, thing)
        assert (listed, bool(decide(policy, action, actor, thing))) == (
            by_hand(policy, action, actor, thing),
        ) * 2


@given(policies, actors, things)
@settings(max_examples=60, deadline=None)
def test_what_may_be_done_to_something_has_a_way_in_and_no_reason_against(
    policy: Policy, actor: Actor, thing: Thing
) -> None:
    for action in ACTIONS:
        decision = decide(policy, action, actor, thing)
        assert bool(decision) == (decision.reason == "")
        if decision:
            assert holds_anywhere(policy, action, actor)


@given(policies, actors, things)
@settings(max_examples=60, deadline=None)
def test_a_second_factor_never_takes_anything_away(policy: Policy, actor: Actor, thing: Thing) -> None:
    stronger = dataclasses.replace(actor, strong=True, fresh=True)
    for action in ACTIONS:
        assert bool(decide(policy, action, actor, thing)) <= bool(decide(policy, action, stronger, thing))


@given(policies, actors, things)
@settings(max_examples=60, deadline=None)
def test_rating_somebody_never_opens_anything(policy: Policy, actor: Actor, thing: Thing) -> None:
    harmless = dataclasses.replace(actor, rates=frozenset())
    for action in ACTIONS:
        assert bool(decide(policy, action, actor, thing)) <= bool(decide(policy, action, harmless, thing))


@given(policies, actors, things)
@settings(max_examples=30, deadline=None)
def test_an_action_without_a_row_is_denied_to_everybody(policy: Policy, actor: Actor, thing: Thing) -> None:
    for action in ("paper.shred", "paper", "", "observation.view "):
        assert clauses(policy, action, actor) == ()
        assert decide(policy, action, actor, thing).reason == "Nobody may do this here."
