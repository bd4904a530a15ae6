"""Rows and tables: what may be written, and what is refused when the program starts."""

from enum import StrEnum

import pytest

from intervisit.core.access import (
    ANYONE,
    ANYWHERE,
    PRINCIPAL,
    PUBLIC,
    ROLES,
    SELF,
    TEAM,
    Grant,
    Policy,
    Row,
    Table,
    allow,
)


class Life(StrEnum):
    DRAFT = "draft"
    SENT = "sent"


def test_a_row_as_it_is_written() -> None:
    row = allow(
        "paper.write", TEAM @ "school", PRINCIPAL @ "school", states=[Life.DRAFT], because="Sent.", fresh=True
    )
    assert row == Row(
        "paper.write",
        (Grant("team", "school"), Grant("principal", "school")),
        frozenset({"draft"}),
        "Sent.",
        True,
    )
    assert row.kind == "paper"
    assert allow("a.b.c", ANYONE) == Row("a.b.c", (ANYONE,), None, "", False)
    assert allow("a.b.c", ANYONE).kind == "a"
    assert allow("a.b", ANYONE, states=[]).states == frozenset()


def test_an_action_has_a_kind_and_a_verb() -> None:
    with pytest.raises(ValueError, match=r"^an action is written kind\.verb, not 'write'$"):
        allow("write", ANYONE)


def test_a_row_grants_something() -> None:
    with pytest.raises(
        ValueError, match=r"^paper\.write: a row without a grant allows nothing; leave it out$"
    ):
        allow("paper.write")


def test_a_policy_knows_its_rows_in_the_order_they_were_written() -> None:
    first, second = allow("b.x", ANYONE), allow("b.x", PUBLIC)
    other = allow("a.x", ANYONE)
    policy = Policy([Table("one", (first, second)), Table("two", (other,))])
    assert policy.rows("b.x") == (first, second)
    assert policy.rows("c.x") == ()
    assert policy.actions == ("a.x", "b.x")
    assert list(policy) == [other, first, second]
    assert ("a.x" in policy, "c.x" in policy) == (True, False)
    assert [table.app for table in policy.tables] == ["one", "two"]


def test_one_action_is_ruled_by_one_app() -> None:
    with pytest.raises(ValueError, match=r"^a\.x is ruled by one and by two$"):
        Policy([Table("one", (allow("a.x", ANYONE),)), Table("two", (allow("a.x", PUBLIC),))])


def test_words_for_the_roles() -> None:
    assert {key: role.words for key, role in ROLES.items()} == {
        "principal": "the principal", "team": "the school's team", "facilitator": "the facilitator",
        "staff": "program staff", "director": "the program director", "supervisor": "the superintendent",
        "reviewer": "an assigned reviewer", "interviewer": "an interviewer of the committee",
        "evaluator": "an evaluator on an approved study", "finance": "finance",
        "admin": "the system administrator",
    }  # fmt: skip
    assert all(role.key == key for key, role in ROLES.items())
    assert (SELF.key, SELF.words) == ("self", "the person concerned")
    assert ("*", Grant("anyone", "*"), Grant("public", "*")) == (ANYWHERE, ANYONE, PUBLIC)
    assert Grant("team", "school") == TEAM @ "school"
