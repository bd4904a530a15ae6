"""Numbers for single days, pasted from a table."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intervisit.core.days import read_counted

FIRST, LAST = date(2026, 9, 1), date(2027, 6, 30)


def read(text: str, *places: str):  # type: ignore[no-untyped-def]
    return read_counted(text, places=places or ("D15", "District 2"), first=FIRST, last=LAST)


def test_lines_of_a_table_are_read_whatever_parts_their_cells() -> None:
    found = read(
        "District\tDate\tNumber\nD15\t2026-10-05\t12\nd15; 2026-10-06; 8\n"
        "District 2, 10/25/2026, 3\nDistrict 2   10/26/2026   0\n\n"
    )
    assert found.troubles.messages() == ()
    assert found.rows == (
        (2, "D15", date(2026, 10, 5), 12),
        (3, "D15", date(2026, 10, 6), 8),
        (4, "District 2", date(2026, 10, 25), 3),
        (5, "District 2", date(2026, 10, 26), 0),
    )


def test_a_single_place_may_be_left_out() -> None:
    assert read("2026-10-05; 4", "D15").rows == ((1, "D15", date(2026, 10, 5), 4),)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("D15; 2026-10-05", ("row-not-understood",)),
        ("D15; 2026-10-05; 4; 5", ("row-not-understood",)),
        ("D9; 2026-10-05; 4", ("unknown",)),
        ("D15; 3/4/2027; 4", ("ambiguous-date",)),
        ("D15; 2026-02-30; 4", ("no-such-date",)),
        ("D15; 2027-10-05; 4", ("date-out-of-range",)),
        ("D15; 2026-10-05; four4", ("not-a-whole-number",)),
        ("D15; 2026-10-05; -4", ("out-of-range",)),
        ("D15; 2026-10-05; 4\nd15; 2026-10-05; 4", ("duplicate-in-file",)),
        ("\n \n", ("nothing-to-read",)),
        ("x\n" * 5001, ("too-long",)),
    ],
)
def test_what_cannot_be_read_has_a_code_and_a_line(text: str, codes: tuple[str, ...]) -> None:
    found = read(text)
    assert found.troubles.codes == codes
    if codes[0] not in ("nothing-to-read", "too-long"):
        assert found.troubles.messages()[0].startswith("Line ")


@given(st.text(max_size=200))
def test_any_text_gets_an_answer(text: str) -> None:
    found = read(text)
    assert found.rows or len(found.troubles)
