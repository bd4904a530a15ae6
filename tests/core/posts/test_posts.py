"""Eligible, not eligible, not known; terms over leap days; a committee with two sides."""

import datetime as dt
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intervisit.core.designs import Committee, Outcome, Side
from intervisit.core.posts import (
    Checked,
    Term,
    asked_on,
    findings,
    free,
    in_pool_until,
    later_year,
    missing,
    term,
    verdict,
)
from tests.shipped import shipped

DESIGN = shipped("lpp-2014-15")
POST = DESIGN.positions["model_teacher"]
DAY = dt.date(2026, 4, 20)
MET = {"full_time": True, "tenured": True}
GRADES = {"grades_served": ["K", "3"]}


def outcome(answers: dict[str, object], checked: dict[str, bool]) -> Outcome:
    words = {key: Checked(met, "Sol Rivera", DAY) for key, met in checked.items()}
    return verdict(findings(DESIGN, POST, GRADES, answers, words))


@pytest.mark.parametrize(
    ("answers", "checked", "wanted"),
    [
        (MET, {}, Outcome.UNKNOWN),  # nobody has looked up the evaluation
        (MET, {"evaluation": True}, Outcome.MET),
        (MET, {"evaluation": False}, Outcome.NOT_MET),
        (MET | {"tenured": False}, {"evaluation": True}, Outcome.NOT_MET),
        (
            MET | {"tenured": False},
            {"evaluation": True, "tenured": True},
            Outcome.MET,
        ),  # the record says otherwise
        ({}, {"evaluation": True}, Outcome.UNKNOWN),
        ({"full_time": False}, {}, Outcome.NOT_MET),  # one clear no decides, whatever else is open
    ],
)
def test_who_is_eligible(answers: dict[str, object], checked: dict[str, bool], wanted: Outcome) -> None:
    assert outcome(answers, checked) is wanted


def test_a_persons_word_is_told_with_name_and_day_and_nothing_else() -> None:
    found = findings(DESIGN, POST, GRADES, MET, {"evaluation": Checked(True, "Sol Rivera", DAY)})
    (said,) = (f for f in found if f.checked)
    assert (said.rule.key, said.checked, said.outcome) == (
        "evaluation",
        Checked(True, "Sol Rivera", DAY),
        Outcome.MET,
    )
    assert said.reason == "The office has looked and found that you can apply."


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([None, True, False]), min_size=3, max_size=3))
def test_the_verdict_is_that_of_its_bars(words: list[bool | None]) -> None:
    """By brute force: any no is no, else any unknown is unknown."""
    answers = {k: v for k, v in zip(("full_time", "tenured"), words, strict=False) if v is not None}
    checked = {} if words[2] is None else {"evaluation": words[2]}
    wanted = Outcome.NOT_MET if False in words else Outcome.UNKNOWN if None in words else Outcome.MET
    assert outcome(answers, checked) is wanted


def test_two_school_years() -> None:
    first, last = dt.date(2026, 9, 8), dt.date(2027, 6, 25)
    assert term(first, last, 2) == Term(first, dt.date(2028, 6, 25))
    assert term(first, last, 1, on=dt.date(2026, 11, 2)) == Term(dt.date(2026, 11, 2), last)
    assert (
        term(first, last, 2, on=dt.date(2026, 5, 1)).starts == first
    )  # chosen in spring, begins in September
    assert (in_pool_until(last, 1), in_pool_until(last, 2)) == (last, dt.date(2028, 6, 25))
    assert asked_on(dt.date(2028, 6, 25), 120) == dt.date(2028, 2, 26)
    assert later_year(dt.date(2028, 2, 29), 1) == dt.date(2029, 2, 28)


@settings(max_examples=60, deadline=None)
@given(st.dates(dt.date(2001, 1, 1), dt.date(2090, 1, 1)), st.integers(1, 10), st.integers(0, 400))
def test_a_term_never_ends_before_it_begins(first: dt.date, years: int, late: int) -> None:
    last = first + dt.timedelta(days=290)
    found = term(first, last, years, on=first + dt.timedelta(days=late))
    assert first <= found.starts <= last <= found.ends
    assert found.ends.year == last.year + years - 1


def test_what_is_free() -> None:
    assert [free(None, 9), free(3, 1), free(3, 5)] == [None, 2, 0]


def test_who_is_missing_by_brute_force() -> None:
    sides = (Side(key="a", label="the district"), Side(key="b", label="the union"))
    for need, there in product((1, 2), product("ab", repeat=3)):
        found = {m.side.key: m.count for m in missing(Committee(sides=sides, per_side=need), there)}
        assert found == {k: need - there.count(k) for k in "ab" if there.count(k) < need}
    assert [m.side.label for m in missing(Committee(), ())] == ["the committee"]
