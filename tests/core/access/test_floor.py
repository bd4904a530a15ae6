"""The floor refuses what no table and no design may grant."""

import pytest

from intervisit.core.access import (
    ADMIN,
    ANYONE,
    ANYWHERE,
    CONFLICT_BARRED,
    CONFLICTED,
    DIRECTOR,
    EVALUATOR,
    FACILITATOR,
    FINANCE,
    FLOOR,
    PRINCIPAL,
    PUBLIC,
    RATER_BARRED,
    ROLES,
    SELF,
    STAFF,
    SUPERVISOR,
    TEAM,
    FloorBroken,
    Grant,
    Policy,
    Table,
    allow,
    check_floor,
)

RELATIONS = (
    "school", "program", "district", "network", "study", "author", "author_open", "author_told", "subject", "peers",
    "members", "group", "visitor", "visitor_open", "person", "panel", ANYWHERE,
)  # fmt: skip
EVERY_GRANT = (
    *(role @ relation for role in (*ROLES.values(), SELF) for relation in RELATIONS), ANYONE, PUBLIC,
)  # fmt: skip
PROGRAM = {STAFF @ "program", DIRECTOR @ "program"}

# trust.md 2.4, typed again: who a row may ever name.
WIDEST = {
    "review": {SELF @ "author", SELF @ "author_open", SELF @ "author_told", SELF @ "peers"} | PROGRAM,
    "school_visit": {SELF @ "visitor", SELF @ "visitor_open"} | PROGRAM,
    "leader_application": {SELF @ "person"} | PROGRAM,
    "interview": {SELF @ "panel"} | PROGRAM,
    "interview_sheet": {SELF @ "author", SELF @ "peers"} | PROGRAM,
    "scenario": PROGRAM,
    "veto": PROGRAM,
    "wishes": {PRINCIPAL @ "school"} | PROGRAM,
    "team_space": {TEAM @ "school", PRINCIPAL @ "members", FACILITATOR @ "network"},
    "private_note": {SELF @ "author"},
    "observation": {SELF @ "author", SELF @ "subject"},
    "survey_answer": {SELF @ "author", EVALUATOR @ "study"},
    "transcript": {SELF @ "subject", EVALUATOR @ "study"},
}


def one(kind: str, grant: Grant) -> Policy:
    return Policy([Table("t", (allow(f"{kind}.view", grant),))])


def refused(kind: str, grant: Grant) -> bool:
    try:
        check_floor(one(kind, grant))
    except FloorBroken:
        return True
    return False


@pytest.mark.parametrize("kind", sorted(WIDEST))
def test_a_guarded_kind_takes_these_grants_and_no_other(kind: str) -> None:
    taken = {grant for grant in EVERY_GRANT if not refused(kind, grant)}
    assert taken == WIDEST[kind]


def test_the_guarded_kinds() -> None:
    assert {kind: set(grants) for kind, grants in FLOOR.items()} == WIDEST
    of_teams = {"private_note", "observation", "survey_answer", "team_space"}
    of_persons = {"leader_application", "interview", "interview_sheet"}
    assert of_teams | of_persons == RATER_BARRED
    shut = {"review", "school_visit", "interview", "interview_sheet"}
    assert (CONFLICTED, shut) == ("conflicted", CONFLICT_BARRED)


def test_an_open_kind_takes_any_grant() -> None:
    for grant in EVERY_GRANT:
        check_floor(one("school", grant))


def test_the_refusal_names_the_row_and_the_grant() -> None:
    with pytest.raises(
        FloorBroken, match=r"^private_note\.view: supervisor @ district is below the deny floor$"
    ):
        check_floor(one("private_note", SUPERVISOR @ "district"))


def test_every_row_and_every_grant_is_looked_at() -> None:
    rows = (
        allow("school.view", ANYONE),
        allow("observation.read", SELF @ "author"),
        allow("observation.view", SELF @ "author", SELF @ "subject", ADMIN @ "district"),
    )
    with pytest.raises(FloorBroken, match="admin @ district"):
        check_floor(Policy([Table("t", rows)]))
    with pytest.raises(FloorBroken, match="finance @ program"):
        check_floor(Policy([Table("t", rows[:2]), Table("u", (allow("wishes.view", FINANCE @ "program"),))]))
    check_floor(Policy([Table("t", rows[:2])]))
