"""Names compared: B13."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intervisit.core.text import (
    BadValue,
    clean_email,
    code_key,
    look_alike_key,
    looks_like_mixed_scripts,
    search_key,
)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("École", "ecole"),
        ("E\u0301COLE", "ecole"),
        ("Straße", "strasse"),
        ("  Łódź   Ø ", "lodz o"),
        ("O’Brien", "o'brien"),
        ("ﬁne", "fine"),
        ("İstanbul", "istanbul"),
        ("Ａｂ", "ab"),
        ("が", "が"),
        ("कि", "कि"),
        ("a\u200bb", "ab"),
    ],
)
def test_b13_search_does_not_see_case_and_accents(text: str, key: str) -> None:
    assert search_key(text) == key


@settings(deadline=None)
@given(st.text(max_size=40))
def test_b13_a_key_is_its_own_key(text: str) -> None:
    assert search_key(search_key(text)) == search_key(text)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_b13_normal_form_and_case_do_not_change_the_key(text: str) -> None:
    for form in ("NFC", "NFD"):
        assert search_key(unicodedata.normalize(form, text)) == search_key(text)


def test_codes_are_compared_without_case_and_outer_blanks() -> None:
    assert code_key("01m001 ") == code_key("01M001") == "01M001"


@pytest.mark.parametrize(
    ("text", "scripts"),
    [
        ("аdmin", ("Cyrillic", "Latin")),
        ("admin", ()),
        ("Анна Smith", ()),
        ("admіn@x.org", ("Cyrillic", "Latin")),
        ("αdmin", ("Greek", "Latin")),
        ("東京タワー", ()),
        ("Tシャツ", ()),
        ("école", ()),
    ],
)
def test_b13_mixed_alphabets_in_one_word_are_told(text: str, scripts: tuple[str, ...]) -> None:
    assert looks_like_mixed_scripts(text) == scripts


@pytest.mark.parametrize(
    ("one", "other"),
    [("аdmin", "ADMIN"), ("раураl", "paypal"), ("B0b", "bob"), ("Corn", "com"), ("Ανα", "avα"), ("Al", "A1")],
)
def test_b13_look_alikes_have_one_key(one: str, other: str) -> None:
    assert look_alike_key(one) == look_alike_key(other)


def test_b13_different_names_keep_different_keys() -> None:
    names = ["Hana", "Pim", "Fay", "Sol", "Ova", "Anna", "Hanna"]
    assert len({look_alike_key(name) for name in names}) == len(names)


def test_b13_one_address_whatever_its_case() -> None:
    assert clean_email(" ADMIN@X.org ") == clean_email("admin@x.org") == "admin@x.org"


@pytest.mark.parametrize(
    "value",
    [
        "x",
        "a@b",
        "a@@b.c",
        "a b@c.de",
        "@b.de",
        "a@",
        "a@-b.de",
        "a@b..de",
        ".a@b.de",
        "a@b.1",
        "a@b_c.de",
        "<a@b.de>",
        "a" * 65 + "@b.de",
        "a@" + "b" * 64 + ".de",
    ],
)
def test_what_is_no_address(value: str) -> None:
    with pytest.raises(BadValue) as caught:
        clean_email(value)
    assert [trouble.code for trouble in caught.value.troubles] == ["not-an-email"]
    assert "Write it like name@school.org." in caught.value.troubles[0].message


@pytest.mark.parametrize("value", ["a.b+c@x-y.org", "o'brien@schools.nyc.gov", "zoë@école.fr"])
def test_what_is_an_address(value: str) -> None:
    assert clean_email(value) == value
    assert clean_email("") == ""
