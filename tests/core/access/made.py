"""Random policies, people and things for the properties, and the decision written a second time, by hand."""

from hypothesis import strategies as st

from intervisit.core.access import (
    ANYONE,
    ANYWHERE,
    CONFLICT_BARRED,
    PUBLIC,
    RATER_BARRED,
    ROLES,
    SECOND_FACTOR_ROLES,
    SELF,
    Actor,
    Grant,
    Held,
    Policy,
    Row,
    Table,
    Thing,
)

GROUPS = ("g1", "g2", "g3")
PEOPLE = ("p1", "p2", "p3")
RELATIONS = ("school", "program", "author")
NAMED = (*RELATIONS, "conflicted")
STATES = ("draft", "sent")
KINDS = (
    "paper",
    "observation",
    "review",
)  # closed: to whoever rates somebody in it, to whoever is in conflict
ACTIONS = tuple(f"{kind}.{verb}" for kind in KINDS for verb in ("view", "write"))

grants = st.one_of(
    st.sampled_from((ANYONE, PUBLIC)),
    st.builds(
        lambda r, rel: ROLES[r] @ rel, st.sampled_from(sorted(ROLES)), st.sampled_from((*RELATIONS, ANYWHERE))
    ),
    st.builds(lambda rel: SELF @ rel, st.sampled_from(RELATIONS)),
)
rows = st.builds(
    Row,
    st.sampled_from(ACTIONS),
    st.lists(grants, min_size=1, max_size=3).map(tuple),
    st.one_of(st.none(), st.frozensets(st.sampled_from(STATES))),
    st.just(""),
    st.booleans(),
)
policies = st.lists(rows, max_size=6).map(lambda found: Policy([Table("one", tuple(found))]))
actors = st.builds(
    Actor,
    st.one_of(st.none(), st.sampled_from(PEOPLE)),
    st.frozensets(st.builds(Held, st.sampled_from(sorted(ROLES)), st.sampled_from(GROUPS)), max_size=4),
    st.frozensets(st.sampled_from(PEOPLE), max_size=2),
    st.booleans(),
    st.booleans(),
    st.sampled_from(("", "", "", "nightly")),
)
things = st.builds(
    Thing,
    st.sampled_from(KINDS),
    st.dictionaries(st.sampled_from(RELATIONS), st.frozensets(st.sampled_from(GROUPS), max_size=2)),
    st.dictionaries(st.sampled_from(NAMED), st.frozensets(st.sampled_from(PEOPLE), max_size=2)),
    st.sampled_from(STATES),
)


def _opens(grant: Grant, actor: Actor, thing: Thing) -> bool:
    if grant == PUBLIC:
        return True
    if actor.person is None:
        return False
    if grant == ANYONE:
        return True
    if grant.role == "self":
        return actor.person in thing.people.get(grant.relation, ())
    if grant.role in SECOND_FACTOR_ROLES and not actor.strong:
        return False
    mine = [held.group for held in actor.held if held.role == grant.role]
    if grant.relation == ANYWHERE:
        return mine != []
    return any(group in thing.groups.get(grant.relation, ()) for group in mine)


def by_hand(policy: Policy, action: str, actor: Actor, thing: Thing) -> bool:
    """The same question as `decide`, answered row by row without clauses."""
    if thing.kind in RATER_BARRED:
        about = {person for people in thing.people.values() for person in people}
        if about & actor.rates:
            return False
    if thing.kind in CONFLICT_BARRED and actor.person in thing.people.get("conflicted", ()):
        return False
    for row in policy:
        if row.action != action or (row.states is not None and thing.state not in row.states):
            continue
        if actor.system:
            return True
        if row.fresh and not actor.fresh:
            continue
        if any(_opens(grant, actor, thing) for grant in row.grants):
            return True
    return False
