"""Text as typed: B08, B09, B12, B13 (normal form), B14."""

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intervisit.core.text import BadValue, Kind, Trouble, clean
from tests.core.text.outcome import outcome

KINDS: tuple[Kind, ...] = ("line", "name", "long", "email", "code")


def refusal(value: object, kind: Kind = "name", field: str = "name", max_length: int = 100) -> Trouble:
    with pytest.raises(BadValue) as caught:
        clean(value, field=field, max_length=max_length, kind=kind)
    return caught.value.troubles[0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("value", "place"), [("a\x00b", 2), ("\x00", 1), ("  a\x00", 4), ("\x00a", 1)])
def test_b08_nul_is_a_control_character_everywhere(kind: Kind, value: str, place: int) -> None:
    trouble = refusal(value, kind)
    assert (trouble.code, trouble.position, trouble.field) == ("control-character", place, "name")
    assert f"(U+0000) at position {place}" in trouble.message


@pytest.mark.parametrize(
    ("value", "what"), [("a\tb", "a tab"), ("a\nb", "a line break"), ("a\u2028b", "a line break")]
)
def test_b08_one_line_stays_one_line(value: str, what: str) -> None:
    trouble = refusal(value, "line", "title")
    assert trouble.code == "control-character"
    assert trouble.message == f"The title contains {what} at position 2. Write it on one line."


def test_b08_long_text_keeps_its_lines_and_nothing_else_below_32() -> None:
    assert clean(" a\r\nb\rc\td\n ", field="note", max_length=100, kind="long") == "a\nb\nc\td"
    assert refusal("a\nb\x0bc", "long").position == 4


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", ["a\ud800", "a\udfffb", "a\uffff", "a\U0001fffe"])
def test_b09_half_characters_are_not_valid_text(kind: Kind, value: str) -> None:
    trouble = refusal(value, kind)
    assert (trouble.code, trouble.position) == ("not-valid-text", 2)
    assert f"U+{ord(value[1]):04X}) at position 2" in trouble.message


@pytest.mark.parametrize(
    ("value", "point", "place"),
    [
        ("\u202eabc", "202E", 1),
        ("ab\u202ec", "202E", 3),
        ("\u200b\u200d\u2060", "200B", 1),
        ("  \u2066x", "2066", 3),
        ("a\u00adb", "00AD", 2),
        ("a\x07b", "0007", 2),
        ("\u3164", "3164", 1),
        ("\u2800", "2800", 1),
        ("a\ufe0f", "FE0F", 2),
        ("a\U000e0041", "E0041", 2),
        ("a\u200db", "200D", 2),
    ],
)
@pytest.mark.parametrize("kind", ["name", "code", "email"])
def test_b12_names_hold_nothing_invisible(kind: Kind, value: str, point: str, place: int) -> None:
    trouble = refusal(value, kind)
    assert (trouble.code, trouble.position) == ("invisible-character", place)
    assert trouble.message.startswith(
        f"The name contains an invisible character (U+{point}) at position {place}."
    )


def test_b12_two_hundred_marks_on_one_letter() -> None:
    trouble = refusal("x" + "e" + "\u0301" * 200)
    assert (trouble.code, trouble.position) == ("invisible-character", 2)
    assert "200 combining marks on the letter at position 2" in trouble.message


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", ["\u200b", "\u200b \u200d", "\u3164\u3164", "\ufeff"])
def test_b12_text_of_unseen_characters_only_is_refused_in_every_kind(kind: Kind, value: str) -> None:
    assert refusal(value, kind).code == "invisible-character"


@pytest.mark.parametrize(
    "name", ["علی\u200cرضا", "क\u094d\u200dष", "O’Brien", "Nguyễn Thị", "李小龍", "Зоя", "José-María"]
)
def test_b12_real_names_pass(name: str) -> None:
    assert clean(name, field="name", max_length=100, kind="name") == unicodedata.normalize("NFC", name)


def test_b12_emoji_in_a_title_pass() -> None:
    assert clean("Fair 👩\u200d🏫 ❤\ufe0f", field="title", max_length=100) == "Fair 👩\u200d🏫 ❤\ufe0f"


def test_b13_one_normal_form() -> None:
    assert clean("E\u0301cole", field="name", max_length=10, kind="name") == "École"
    assert clean("  P.S.\u00a0 015 ", field="name", max_length=10, kind="name") == "P.S. 015"


def test_b14_too_long_gives_both_numbers_and_does_not_cut() -> None:
    started = time.perf_counter()
    trouble = refusal("é" * 200_000, "long", "note", 10_000)
    assert time.perf_counter() - started < 1
    assert trouble.code == "too-long"
    assert trouble.message == "The note has 200,000 characters; at most 10,000 fit. Shorten it by 190,000."
    assert clean("é" * 10_000, field="note", max_length=10_000, kind="long") == "é" * 10_000


def test_b14_the_length_is_that_of_what_is_stored() -> None:
    assert clean("e\u0301" * 5, field="name", max_length=5, kind="name") == "é" * 5


@pytest.mark.parametrize("value", [None, 5, b"x", ["x"]])
def test_values_that_are_no_text(value: object) -> None:
    assert refusal(value).code == "not-text"


def test_required_text_must_be_there() -> None:
    with pytest.raises(BadValue) as caught:
        clean(" \n", field="school_name", max_length=5, required=True)
    assert caught.value.troubles == (Trouble("missing", "Enter the school name.", "school_name"),)
    assert clean("  ", field="x", max_length=5) == ""


def test_all_defects_are_told_at_once() -> None:
    with pytest.raises(BadValue) as caught:
        clean("a\x00\u202e\ud800", field="name", max_length=5, kind="name")
    codes = [trouble.code for trouble in caught.value.troubles]
    assert codes == ["not-valid-text", "control-character", "invisible-character"]


ANY_TEXT = st.text(st.characters() | st.sampled_from("\x00\u202e\u200b\ud800\u0301\t\n é"), max_size=60)


@settings(deadline=None)
@given(ANY_TEXT, st.sampled_from(KINDS))
def test_whatever_passes_is_clean_and_stays_as_it_is(value: str, kind: Kind) -> None:
    result = outcome(lambda: clean(value, field="f", max_length=50, kind=kind))
    if isinstance(result, BadValue):
        for trouble in result.troubles:
            assert trouble.message.startswith("The f ")
            assert trouble.position is not None
            if trouble.code != "too-long":
                assert 1 <= trouble.position <= len(value)
    else:
        assert clean(result, field="f", max_length=50, kind=kind) == result
        assert len(result) <= 50
        assert unicodedata.is_normalized("NFC", result)
        result.encode()
        assert "\x00" not in result
        seen = [c for c in result if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zs", "Zl", "Zp")]
        assert result == "" or seen
        assert kind in ("line", "long") or all(unicodedata.category(c) != "Co" for c in result)
