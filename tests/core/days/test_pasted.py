"""Pasted dates: the many ways to write one; a line that can be read in two ways is asked about."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intervisit.core.days import Pasted, read_pasted

FIRST, LAST = date(2026, 9, 10), date(2027, 6, 25)


def read(text: str, **options: object) -> Pasted:
    return read_pasted(text, first=FIRST, last=LAST, **options)  # type: ignore[arg-type]


def dates(text: str, **options: object) -> list[tuple[int, str, str, str]]:
    found = read(text, **options)
    assert found.troubles.items == (), found.troubles.items
    return [(line, f"{s.first:%m-%d}", f"{s.last:%m-%d}", s.name) for line, s in found.days]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-10-12", [(1, "10-12", "10-12", "")]),
        ("Oct 12", [(1, "10-12", "10-12", "")]),
        ("March 3", [(1, "03-03", "03-03", "")]),  # the year in which it is school
        ("12 October 2026: School fair", [(1, "10-12", "10-12", "School fair")]),
        ("Monday, October 12th", [(1, "10-12", "10-12", "")]),
        ("Mon Oct 12 - Wed Oct 14 (Retreat)", [(1, "10-12", "10-14", "Retreat")]),
        ("• Nov 3 – Parent conferences", [(1, "11-03", "11-03", "Parent conferences")]),
        ("May 3 to 7: tests", [(1, "05-03", "05-07", "tests")]),
        ("Oct 12-15, 2026 retreat", [(1, "10-12", "10-15", "retreat")]),
        ("Oct 12, 14 and 16", [(1, f"10-{d}", f"10-{d}", "") for d in (12, 14, 16)]),
        ("10/13/2026, 11/5/2026", [(1, "10-13", "10-13", ""), (1, "11-05", "11-05", "")]),
        ("25/3\n\n3/5 Trip", [(1, "03-25", "03-25", ""), (3, "05-03", "05-03", "Trip")]),
        ("Oct 5, 7:30 am meeting", [(1, "10-05", "10-05", "7:30 am meeting")]),
    ],
)
def test_one_date_in_many_clothes(text: str, found: list[tuple[int, str, str, str]]) -> None:
    assert dates(text) == found


def test_month_and_day_that_could_be_exchanged_are_asked_about_and_the_answer_counts() -> None:
    found = read("Oct 20\n3/4 Trip")
    assert found.unsure == ((2, "“3/4 Trip”", "Thursday 4 March 2027", "Saturday 3 April 2027"),)
    assert [t.code for t in found.troubles.items] == ["ambiguous-date"]
    assert dates("3/4/2027", order="month-first") == [(1, "03-04", "03-04", "")]
    assert dates("6/4", order="day-first") == [(1, "04-06", "04-06", "")]
    assert read("3/4", order="day-first").notes == (
        "Line 1: 3 April 2027 is a weekend, so there is nothing to block.",
    )


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("sometime in May", "not-a-date", "Line 1: “sometime in May”"),
        ("\nTuesday Oct 12", "weekday-differs", "Line 2: 12 October 2026 is a Monday, not a Tuesday"),
        ("Feb 29", "no-such-date", "February 2027 has 28 days"),
        ("2027-13-01", "no-such-date", "there is no month 13"),
        ("9999-12-31", "date-out-of-range", "Choose a date between"),
        ("2029-03-06", "date-out-of-range", "not in the school year"),
        ("Oct 15 to Oct 12", "ends-before-it-starts", "lies before"),
        ("Oct 12: fair\u202e", "invisible-character", "U+202E"),
        ("", "nothing-to-read", "There is no date"),
        ("x" * 30_000, "too-long", "30,000"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(text: str, code: str, words: str) -> None:
    found = read(text)
    assert [t.code for t in found.troubles.items] == [code]
    assert words in found.troubles.items[0].message
    assert found.days == ()


def test_a_bad_line_hides_no_good_one() -> None:
    found = read("Oct 12\nsoon\nOct 14")
    assert [line for line, _ in found.days] == [1, 3]
    assert [t.line for t in found.troubles.items] == [2]


@settings(max_examples=200, deadline=None)
@given(st.dates(FIRST, LAST).filter(lambda d: d.weekday() < 5), st.sampled_from(
    ["%Y-%m-%d", "%b %d, %Y", "%d %B %Y", "%A %d %B", "%a %b %d", "%B %d %Y"]))  # fmt: skip
def test_what_is_written_is_read(day: date, form: str) -> None:
    assert [(s.first, s.last) for _, s in read(day.strftime(form)).days] == [(day, day)]


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="Octo 0123456789/.-–,;:\n&adinJu", max_size=60))
def test_nothing_raises(text: str) -> None:
    read(text)
