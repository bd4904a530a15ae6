"""A memorandum holds all a design promises, comes back as it was kept, and tells exactly what a version changes."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intervisit.core.designs import Design
from intervisit.core.memoranda import Memorandum, Part, changes, from_plain, of_design, to_plain
from intervisit.core.memoranda.changes import pieces
from tests.shipped import SLUGS, shipped


@pytest.mark.parametrize("slug", SLUGS)
def test_every_promise_of_a_design_is_in_it_once(slug: str) -> None:
    design: Design = shipped(slug)
    found = of_design(design)
    said = sorted(clause for part in found.parts for clause in part.clauses)
    assert said == sorted(e.text for e in design.expectations)
    assert sorted(p.text for p in found.parts if p.text) == sorted(t.text for t in design.agreement.texts)
    assert len({p.key for p in found.parts}) == len(found.parts)
    for role in design.roles:
        mine = [clause for part in found.for_party("school", role) for clause in part.clauses]
        assert sorted(mine) == sorted(e.text for e in design.expectations_for(role))
    assert [p.whose for p in found.for_party("facilitator")] == ["facilitator"]
    assert from_plain(to_plain(found)) == found


def test_what_concerns_a_host_does_not_concern_a_partner() -> None:
    found = of_design(shipped("lpp-2014-pilot"))
    assert [p.title for p in found.for_party("school", "host")] == [
        "What every school promises", "What a host school does",
    ]  # fmt: skip
    assert [p.title for p in found.seen_by("school", "partner").parts] == [
        "What every school promises", "What a partner school does",
    ]  # fmt: skip


WORDS = st.lists(st.sampled_from(["we", "come", "twice", "never", "a", "team", "\n", "visit,"]), max_size=40)
TEXTS = WORDS.map(" ".join)
PARTS = st.builds(
    Part,
    key=st.sampled_from(["a", "b", "c"]),
    whose=st.sampled_from(["school", "facilitator"]),
    roles=st.sampled_from([(), ("host",)]),
    title=st.sampled_from(["One", "Two"]),
    text=TEXTS,
    clauses=st.lists(TEXTS, max_size=2).map(tuple),
)
MEMORANDA = st.builds(
    Memorandum,
    title=st.just("M"),
    intro=TEXTS,
    parts=st.lists(PARTS, max_size=3, unique_by=lambda p: p.key).map(tuple),
)


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS)
def test_taking_out_and_putting_in_gives_both_texts_back(before: str, after: str) -> None:
    found = pieces(before, after)
    assert "".join(p.text for p in found if p.mark != "ins") == before
    assert "".join(p.text for p in found if p.mark != "del") == after


@settings(max_examples=100, deadline=None)
@given(MEMORANDA, MEMORANDA)
def test_nothing_is_told_exactly_when_nothing_differs(old: Memorandum, new: Memorandum) -> None:
    def says(one: Memorandum) -> object:
        return one.title, one.intro, frozenset(one.parts)

    assert (changes(old, new) == ()) == (says(old) == says(new))
    assert changes(old, old) == ()


def test_a_changed_word_is_told_alone() -> None:
    old = of_design(shipped("lpp-2014-pilot"))
    first = old.parts[0]
    clauses = (first.clauses[0].replace("five to seven", "four to eight"), *first.clauses[1:])
    (told,) = changes(old, replace(old, parts=(replace(first, clauses=clauses), *old.parts[1:])))
    assert (told.title, told.kind) == ("What every school promises", "changed")
    assert [(p.text, p.mark) for p in told.pieces if p.mark in ("ins", "del")] == [
        ("five", "del"), ("four", "ins"), ("seven", "del"), ("eight", "ins"),
    ]  # fmt: skip


def test_a_very_long_text_is_shown_whole_and_at_once() -> None:
    assert [p.mark for p in pieces("a " * 4000, "b " * 4000)] == ["del", "ins"]


def numbered(first: int, last: int) -> str:
    return "".join(f"{n} " for n in range(first, last + 1))


def test_long_passages_that_stayed_are_told_as_a_gap_between_the_words_around_a_change() -> None:
    """Six words and their spaces are kept on each side of a change; two words more than that are shown, too."""
    assert [
        (p.text, p.mark) for p in pieces(numbered(1, 40), numbered(1, 19) + "new " + numbered(21, 40))
    ] == [
        (numbered(1, 13), "gap"),
        (numbered(14, 19), ""),
        ("20", "del"),
        ("new", "ins"),
        (" " + numbered(21, 25) + "26", ""),
        (" " + numbered(27, 40), "gap"),
    ]
    # between two changes both sides are kept, and what is hardly longer is shown whole
    for between, gap in (
        (" " + numbered(1, 13) + "\n", False),
        (" " + numbered(1, 14), True),
    ):  # 28 and 29 pieces
        found = pieces(f"a{between}b", f"c{between}d")
        assert [p.mark for p in found] == (
            ["del", "ins", "", "gap", "", "del", "ins"] if gap else ["del", "ins", "", "del", "ins"]
        )
        assert "".join(p.text for p in found if p.mark not in ("del", "ins")) == between


def test_a_word_put_in_or_taken_out_leaves_no_empty_piece() -> None:
    assert [(p.text, p.mark) for p in pieces("a b", "a x b")] == [("a ", ""), ("x ", "ins"), ("b", "")]
    assert [(p.text, p.mark) for p in pieces("a x b", "a b")] == [("a ", ""), ("x ", "del"), ("b", "")]


@pytest.mark.parametrize(
    ("text", "clauses", "empty"), [("", (), True), (" \n", (), True), ("x", (), False), ("", ("x",), False)]
)
def test_a_part_is_empty_when_it_promises_nothing(text: str, clauses: tuple[str, ...], empty: bool) -> None:
    assert Part("p", "school", (), "Title", text, clauses).empty is empty
