"""What to read next, and what a blind reviewer reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intervisit.core.reviewing import BLOCK, Waiting, next_up, phrases_of, redact

# ------------------------------------------------------------------ the queue


def test_the_least_reviewed_comes_first() -> None:
    rows = [Waiting("a", 2), Waiting("b", 0, 1), Waiting("c", 1), Waiting("d", 0, 0)]
    assert next_up(rows, "Ann") == ["d", "b", "c", "a"]


def test_what_one_has_begun_comes_before_all() -> None:
    assert next_up([Waiting("a"), Waiting("b", 5, mine=True)], "Ann") == ["b", "a"]


WAITING = st.builds(Waiting, st.text(max_size=3), st.integers(0, 3), st.integers(0, 3))


@given(st.lists(WAITING, unique_by=lambda w: w.id))
def test_the_order_does_not_depend_on_how_it_is_asked(rows: list[Waiting]) -> None:
    assert next_up(rows, "Ann") == next_up(rows[::-1], "Ann")
    assert sorted(next_up(rows, "Ann")) == sorted(w.id for w in rows)


def test_two_reviewers_do_not_reach_for_the_same() -> None:
    rows = [Waiting(f"a{n}") for n in range(8)]
    assert len({next_up(rows, f"r{n}")[0] for n in range(8)}) > 2


# ------------------------------------------------------------------ redaction

TEXT = "At P.S. 10 José Pérez and Ms. Whitfield's team\nof P.S.  10 meet; P.S. 101 and Whitfielders do not."


def test_names_are_covered_wherever_they_stand() -> None:
    shown = redact(TEXT, ["P.S. 10", "jose perez", "Whitfield"])
    assert (
        shown
        == f"At {BLOCK} {BLOCK} and Ms. {BLOCK}'s team\nof {BLOCK} meet; P.S. 101 and Whitfielders do not."
    )


@pytest.mark.parametrize(
    ("text", "phrase", "shown"),
    [
        ("O’Brien", "O'Brien", BLOCK),
        ("WHITFIELD", "Whitfield", BLOCK),
        ("e\u0301cole", "École", BLOCK),
        ("Straße", "STRASSE", BLOCK),
        ("New\nYork", "New York", BLOCK),
        ("a.b", ".", f"a{BLOCK}b"),
        ("nothing", "", "nothing"),
        ("nothing", "\u0301", "nothing"),
        ("", "x", ""),
        ("Mira Cho", "Mira\nCho", BLOCK),
    ],
)
def test_as_people_write(text: str, phrase: str, shown: str) -> None:
    assert redact(text, [phrase]) == shown


def test_phrases_that_overlap_are_both_covered() -> None:
    assert redact("Mira Cho Duarte", ["Mira Cho", "Cho Duarte"]) == BLOCK


def test_phrases_are_lines() -> None:
    assert phrases_of(" P.S.  10 \n\nMira\nP.S. 10\n") == ("P.S. 10", "Mira")


@given(
    st.text(alphabet="ab ÉéA.\n", max_size=30), st.lists(st.text(alphabet="ab éÉ.", max_size=4), max_size=3)
)
def test_a_covered_text_holds_no_phrase_any_more(text: str, phrases: list[str]) -> None:
    shown = redact(text, phrases)
    assert redact(shown, phrases) == shown
    assert shown.replace(BLOCK, "").replace(" ", "") == "" or set(shown) <= set(text) | set(BLOCK)
