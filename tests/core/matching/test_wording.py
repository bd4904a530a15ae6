"""Free text and focus areas: what is suggested, and because of which words."""

from hypothesis import given, settings
from hypothesis import strategies as st

from intervisit.core.matching.wording import Suggestion, likeness, stem, suggest, words

AREAS = {
    "ell": ("Supporting English Language Learners", "bilingual", "multilingual newcomers"),
    "teachers": ("Supporting teacher growth", "coaching", "feedback on lessons"),
    "culture": ("Positive school culture", "belonging", "restorative practices"),
}


def test_a_text_comes_near_the_area_whose_words_it_uses():
    found = suggest("We want our newcomers to speak the language; coaches give lessons feedback.", AREAS)
    assert [(s.area, s.because) for s in found] == [
        ("teachers", ("coaches", "lessons", "feedback")),
        ("ell", ("newcomers", "language")),
    ]
    assert [s.points for s in found] == [600, 400]


def test_nothing_is_suggested_for_words_that_belong_nowhere():
    assert suggest("Gardening on the roof", AREAS) == ()
    assert suggest("", AREAS) == ()


def test_a_word_of_many_areas_counts_less():
    areas = {"a": ("reading",), "b": ("reading", "writing")}
    assert suggest("reading and writing", areas) == (
        Suggestion("b", 1000, ("reading", "writing")),
        Suggestion("a", 333, ("reading",)),
    )


def test_inflected_words_are_one():
    assert stem("coaching") == stem("coached") == "coach"
    assert words("How we use the schools' gardens") == ("gardens",)
    assert likeness("Restorative practice in gardens", "the garden, restorative") == (
        667,
        ("Restorative", "gardens"),
    )
    assert likeness("", "x") == (0, ())


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_the_same_both_ways_and_full_only_for_the_same_words(one, two):
    value = likeness(one, two)[0]
    assert value == likeness(two, one)[0]
    assert 0 <= value <= 1000
    assert likeness(one, one)[0] in (0, 1000)
