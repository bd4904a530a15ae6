"""A form while it is edited: nothing is lost by moving, keys stay unique, and what a rule needs is said."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intervisit.core.designs import Design, Problems, form_digest, form_from_json, form_to_json, with_form
from intervisit.core.designs import drafting as d
from tests import factories


def kept() -> tuple[Design, dict[str, Any]]:
    design = factories.design(factories.hosted())
    return design, json.loads(json.dumps(form_to_json(next(iter(design.forms.values())))))


def test_a_kept_form_comes_back_as_it_was() -> None:
    for slug in (factories.hosted(), factories.equal()):
        for form in factories.design(slug).forms.values():
            plain = json.loads(json.dumps(form_to_json(form)))
            assert form_from_json(plain) == form
            assert form_digest(plain) == form_digest(form_to_json(form))


def test_the_design_with_its_own_form_is_itself() -> None:
    design, form = kept()
    assert with_form(design, form) == design


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_moving_keeps_every_question_once(data: st.DataObject) -> None:
    _, form = kept()
    before, changed = sorted(d.keys_of(form)), form
    for _ in range(data.draw(st.integers(1, 8))):
        key = data.draw(st.sampled_from(d.keys_of(changed)))
        changed = d.move_question(changed, key, data.draw(st.sampled_from([-1, 1])))
    assert sorted(d.keys_of(changed)) == before
    assert all(s["questions"] for s in changed["sections"])
    assert form == kept()[1]  # the one it began with is untouched


def test_up_and_down_is_where_it_was() -> None:
    _, form = kept()
    for key in d.keys_of(form)[1:-1]:
        there_and_back = d.move_question(d.move_question(form, key, 1), key, -1)
        assert d.keys_of(there_and_back) == d.keys_of(form)


def test_a_question_is_added_changed_moved_to_another_part_and_taken_out() -> None:
    design, form = kept()
    first, second = form["sections"][0]["key"], form["sections"][1]["key"]
    question = {"key": "room", "kind": "text", "label": "Which room?"}
    added = d.put_question(form, first, question)
    assert added["sections"][0]["questions"][-1] == question
    assert isinstance(with_form(design, added), Design)
    moved = d.put_question(added, second, {**question, "label": "In which room?"})
    assert moved["sections"][1]["questions"][-1]["label"] == "In which room?"
    assert d.keys_of(moved).count("room") == 1
    assert d.remove_question(moved, "room") == form
    with pytest.raises(d.NotThere):
        d.remove_question(form, "room")


def test_what_does_not_fit_is_said() -> None:
    design, form = kept()
    for question in (
        {"key": "x", "kind": "choice", "label": "One of?"},  # no choices
        {"key": "x", "kind": "schools", "label": "Who?", "choices_from": "criteria"},
        {"key": "x", "kind": "choice", "label": "Who?", "choices_from": "hosts"},
        {"key": "x", "kind": "text", "label": "", "max_words": 5},
        {"key": "x", "kind": "fact", "label": "What?", "fact": "no_such_fact"},
    ):
        assert isinstance(
            with_form(design, d.put_question(form, form["sections"][0]["key"], question)), Problems
        )
    without_focus = d.remove_question(form, "focus")
    assert isinstance(with_form(design, without_focus), Problems)
    hosts = {"key": "x", "kind": "schools", "label": "Which host?", "choices_from": "hosts"}
    assert isinstance(with_form(design, d.put_question(form, form["sections"][0]["key"], hosts)), Design)


def test_a_rule_says_that_it_needs_an_answer() -> None:
    design, _ = kept()
    assert d.needed_by(design, "practices") == [
        "The rule “There are promising practices in at least one learning focus area” looks at its answer."
    ]
    assert d.needed_by(design, "tried") == []


@given(st.text(max_size=80), st.sets(st.sampled_from(["why", "why_2", "question", "q_1"])))
@settings(max_examples=150, deadline=None)
def test_a_new_key_is_a_key_and_new(label: str, taken: set[str]) -> None:
    key = d.new_key(label, taken)
    assert key not in taken
    design, form = kept()
    made = d.put_question(form, form["sections"][0]["key"], {"key": key, "kind": "text", "label": "Which?"})
    if key not in d.keys_of(form):
        assert isinstance(with_form(design, made), Design)
