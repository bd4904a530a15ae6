"""Posts of a design: read, kept, compared with their source, and refused where their parts do not fit."""

import csv
import json

import pytest

from intervisit.core.designs import Outcome, Problems, evaluate, from_json, load, to_json
from tests.shared_data import shared
from tests.shipped import shipped, texts

SLUG = "lpp-2014-15"


def test_pay_is_what_the_facts_table_says() -> None:
    with shared("data", "lpp_program_facts.csv").open(encoding="utf-8", newline="") as file:
        known = {
            r["fact"].removeprefix("salary addition: "): r["value"]
            for r in csv.DictReader(file)
            if r["fact"].startswith("salary addition: ")
        }
    posts = shipped(SLUG).positions.values()
    assert {p.title: str(p.pay) for p in posts if p.pay is not None} == known
    assert [p.title for p in posts if p.pay is None] == ["Peer Collaborative Teacher"]
    assert {p.term_years for p in posts} == {2}


def test_a_kept_design_keeps_its_posts_and_an_old_one_has_none() -> None:
    design = shipped(SLUG)
    kept = json.loads(json.dumps(to_json(design)))
    assert from_json(kept) == design
    for name in ("positions", "committee"):
        del kept[name]
    kept["agreement"].pop("texts")
    assert (len(from_json(kept).positions), from_json(kept).agreement.texts) == (0, ())


def test_numbers_by_role() -> None:
    posts = shipped(SLUG).positions
    assert [posts["model_teacher"].most_at(r) for r in ("host", "partner", "guest")] == [3, 3, 0]
    assert posts["master_teacher"].most_at("partner") == 0


@pytest.mark.parametrize(
    ("answers", "grades", "outcomes"),
    [
        ({"full_time": True, "tenured": True}, ["K", "3"], ["met", "met", "unknown", "met"]),
        ({"full_time": False}, ["PK", "K", "1"], ["not_met", "unknown", "unknown", "not_met"]),
        ({}, None, ["unknown"] * 4),
    ],
)
def test_rules_ask_the_person_and_the_school(
    answers: dict[str, object], grades: list[str] | None, outcomes: list[str]
) -> None:
    """Nothing known is unknown, never a no; what only a person can look up stays unknown."""
    design = shipped(SLUG)
    facts = {} if grades is None else {"grades_served": grades}
    found = evaluate(design.positions["model_teacher"].rules, facts, answers, design.facts)
    assert [r.outcome for r in found] == [Outcome(o) for o in outcomes]


MISFITS = {
    "a form of another kind": (
        'form = "leader"', 'form = "application"', "`application` is a form of purpose application.",
    ),
    "an interview with the applicant's form": (
        'interview = "leader-interview"', 'interview = "leader"', "`leader` is a form of purpose leader.",
    ),
    "an answer that its form does not ask": (
        '{ answer = "tenured", op', '{ answer = "adult_learning", op', "`adult_learning` is not asked in `leader`.",
    ),
    "an operation that does not suit the fact": (
        '"grades_served", op = "includes", value = "3"', '"enrollment", op = "includes", value = "3"',
        "`includes` does not suit `enrollment`, a fact of kind number.",
    ),
    "a rule for schools": (
        'key = "full_time"\n', 'key = "full_time"\nfor_roles = ["host"]\n',
        "A rule of a post speaks of a person, so it has no `for_roles`.",
    ),
    "a role that is not there": (
        '{ role = "host", most = 3 }', '{ role = "guest", most = 3 }',
        "`role` of entry 1 of `positions.model_teacher.seats` names `guest`, which is not one of the design's roles.",
    ),
    "pay below nothing": ("pay = 7500", "pay = -1", "`positions.model_teacher.pay` is -1."),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "what"), MISFITS.values(), ids=MISFITS)
def test_what_does_not_fit_is_told(old: str, new: str, what: str) -> None:
    files = texts(SLUG)
    assert old in files["design.toml"]
    found = load({**files, "design.toml": files["design.toml"].replace(old, new, 1)})
    assert isinstance(found, Problems)
    assert {p.what for p in found} == {what}
    assert all(p.line > 1 for p in found)
