"""Exports: B23."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from intervisit.core.tables import Table, is_live, neutral, read_table, restored, write_csv, write_xlsx

LIVE = [
    '=HYPERLINK("http://x","y")', "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\u00a0=1", "a\n=1",
    "a\r\n  @x", "\u200b=1", "＝1", "-", "-cmd|' /C calc'!A0", "'=1", "\tx", "+49 30 1234", "-1-2",
]  # fmt: skip
PLAIN = [
    "",
    "a",
    "-5",
    "-7,500",
    "-0.5",
    "-3%",
    "1+1",
    "a=b",
    "x@y.org",
    "01M001",
    "'tis",
    "a\nb",
    "O'Brien",
    "(-1)",
]


@pytest.mark.parametrize("text", LIVE)
def test_b23_live_text_is_neutralised(text: str) -> None:
    assert is_live(text)
    data = write_csv(["value"], [[text], ["x"]])
    cell = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1][0]
    assert cell == "'" + text
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(["value"], [[text]])))
    assert book.active is not None
    assert book.active["A2"].data_type == "s"
    assert book.active["A2"].quotePrefix


@pytest.mark.parametrize("text", PLAIN)
def test_b23_plain_text_is_left_alone(text: str) -> None:
    assert neutral(text) == text


def test_b23_negative_numbers_stay_numbers() -> None:
    rows = [[-5, -7.5, Decimal("-7500.00")]]
    assert write_csv(["a", "b", "c"], rows).endswith(b"\r\n-5,-7.5,-7500.00\r\n")
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(["a", "b", "c"], rows)))
    assert book.active is not None
    assert [cell.value for cell in book.active[2]] == [-5, -7.5, -7500]


def test_values_of_every_kind() -> None:
    header = ["text", "none", "yes", "day", "moment", "nan", "code"]
    row = [
        "É",
        None,
        True,
        date(2027, 3, 14),
        datetime.fromisoformat("2027-03-14T09:30"),
        float("nan"),
        "0101",
    ]
    for data in (write_csv(header, [row]), write_xlsx(header, [row])):
        read = read_table(data, "x")
        assert isinstance(read, Table)
        assert read.rows[0].cells == ("É", "", "yes", "2027-03-14", "2027-03-14 09:30", "", "0101")


def test_the_same_table_gives_the_same_bytes() -> None:
    assert write_xlsx(["a"], [["b"]]) == write_xlsx(["a"], [["b"]])


@pytest.mark.parametrize("writer", [write_csv, write_xlsx])
def test_a_long_even_table_is_not_taken_for_a_bomb(writer: object) -> None:
    assert callable(writer)
    read = read_table(writer(["a", "b"], [["same", 0]] * 30_000), "x")
    assert isinstance(read, Table)
    assert len(read.rows) == 30_000


def test_b23_sheet_names_and_letters() -> None:
    data = write_xlsx([f"c{n}" for n in range(60)], [list(range(60))], sheet="a/b:c*?[x]\\'" + "y" * 40)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["a b c   x   " + "y" * 19]
    assert book.active is not None
    assert book.active["BH2"].value == 59


TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("=+-@'\t\n\r \u00a0_x0041"), max_size=15
)


@settings(deadline=None)
@given(TEXT)
@example("''=1")
@example("'-5")
@example("'+")
def test_b23_what_was_neutralised_can_be_restored(text: str) -> None:
    assert restored(neutral(text)) == text
    if neutral(text) == text:
        assert restored(text) == text


@settings(deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT, st.integers(-(10**12), 10**12)), min_size=1, max_size=5))
@pytest.mark.parametrize("writer", [write_csv, write_xlsx])
def test_b23_importing_our_own_export_gives_the_original(
    writer: object, rows: list[tuple[str, str, int]]
) -> None:
    assert callable(writer)
    read = read_table(writer(["one", "two", "three"], rows), "x")
    assert isinstance(read, Table)
    assert [row.cells for row in read.rows] == [(one, two, str(three)) for one, two, three in rows]
