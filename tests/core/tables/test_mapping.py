"""Which column is which, and typed rows: B04, B08, B12, B13, B19, B20, B22 (missing column)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intervisit.core.tables import (
    SCHOOL_COLUMNS,
    Column,
    Mapped,
    Table,
    apply_mapping,
    changed_codes,
    chosen_mapping,
    guess_mapping,
    read_grades,
    read_table,
    show_grades,
)
from intervisit.core.text import BadValue, Trouble

CODE = Column("code", "code", "code", ("dbn",), required=True)
NAME = Column("name", "name", "name", ("school name",), required=True)


def mapped(text: str, *columns: Column, known: list[str] | None = None, facts: bool = True) -> Mapped:
    table = read_table(text.encode(), "schools.csv")
    assert isinstance(table, Table)
    wanted = columns or (CODE, NAME)
    mapping = guess_mapping(table.header, wanted)
    return apply_mapping(
        table, mapping, wanted, unique=["code"], known_codes=known or [], facts=facts, file="schools.csv"
    )


def refusals(text: str, *columns: Column, known: list[str] | None = None) -> list[Trouble]:
    return list(mapped(text, *columns, known=known).troubles)


def test_b19_the_same_code_twice() -> None:
    rows = [f"S{n},School {n}" for n in range(4, 90)]
    text = "\n".join(["code,name", "01M001,A", "01m001 ,B", *rows, "01M001,C"])
    found = refusals(text)
    assert [(t.code, t.line) for t in found] == [("duplicate-in-file", 3), ("duplicate-in-file", 90)]
    assert found[0].message == "The code “01M001” is in lines 2 and 3. Delete one of them."
    assert found[1].message == "The code “01M001” is in lines 2 and 90. Delete one of them."
    assert found[0].file == "schools.csv"


def test_b19_several_columns_together() -> None:
    year = Column("year", "school year", "year")
    table = read_table(b"code,year\nA,2014-15\nA,2015-16\nA,2014-2015\n", "x")
    assert isinstance(table, Table)
    columns = (CODE, year)
    result = apply_mapping(table, guess_mapping(table.header, columns), columns, unique=["code", "year"])
    assert [t.message for t in result.troubles] == [
        "The code and school year “A 2014-15” is in lines 2 and 4. Delete one of them."
    ]


@pytest.mark.parametrize(
    ("cell", "known", "offers"),
    [
        ("1.2E+35", ["12E034", "13E034"], ("12E034",)),
        ("1.2E+35", [], ("12E034",)),
        ("4.00E+11", ["400123456789", "400999999999", "410000000000"], ("400123456789",)),
        ("4E+11", [], ("04E011", "40E010")),
        ("4.00E+99", [], ("04E099", "40E098")),
        ("101", ["0101", "1101"], ("0101",)),
        ("101.0", ["0101"], ("0101",)),
        ("101", ["0101", "00101"], ("00101", "0101")),
        ("5-Mar", ["3-5", "5-3", "4-5"], ("3-5", "5-3")),
        ("Mar-05", ["3-5"], ("3-5",)),
        ("3/5/2017", ["3-5"], ("3-5",)),
        ("2017-03-05 00:00", ["03-05"], ("03-05",)),
    ],
)
def test_b20_codes_changed_by_a_spreadsheet(cell: str, known: list[str], offers: tuple[str, ...]) -> None:
    text = "code,name\n" + "".join(f"0{n}K00{n},x\n" for n in range(1, 6)) + f"{cell},x\n"
    found = refusals(text, known=known)
    assert [(t.code, t.line, t.field, t.offers) for t in found] == [
        ("changed-by-spreadsheet", 7, "code", offers)
    ]
    assert found[0].message.startswith("The code in line 7 looks like a number or date")
    assert "Format the column as text and save again." in found[0].message


def test_b20_lost_zeros_are_told_by_the_rest_of_the_column() -> None:
    found = refusals("code,name\n0101,A\n102,B\n1103,C\n")
    assert [(t.line, t.offers) for t in found] == [(3, ("0102",))]


def test_b20_right_codes_are_not_suspected() -> None:
    codes = ["12E034", "101", "1001", "01M001", "A-5", "3-5", "2014", "5E1"]
    assert changed_codes(enumerate(codes), column="code") == []
    assert changed_codes([(2, "1.2E+35")], column="code", known=["1.2E+35"]) == []


@pytest.mark.parametrize(
    ("cell", "offers"), [("5-Mar", ("3-5",)), ("Aug-06", ("6-8",)), ("2017-03-05", ("3-5",))]
)
def test_b20_grade_bands_that_became_dates(cell: str, offers: tuple[str, ...]) -> None:
    grades = Column("grades", "grades", "grades")
    if cell == "Aug-06":
        offers = ()
    found = refusals(f"code,name,grades\nA,x,{cell}\n", CODE, NAME, grades)
    assert [(t.code, t.line, t.offers) for t in found] == [("changed-by-spreadsheet", 2, offers)]


def test_b22_a_missing_column() -> None:
    found = refusals("dbn,town\nA,x\n")
    assert [(t.code, t.field, t.line) for t in found] == [("missing-column", "name", 1)]
    assert found[0].message == (
        "Line 1: no column for the name. The file has “dbn”, “town”. Choose one of its columns, or add one."
    )


def test_troubles_in_cells_carry_line_column_and_file() -> None:
    number = Column("value", "value", "number", minimum=0)
    text = "code,name,Value\nA,ok,1\nB,\u202ename,NaN\nC,,-1\nD,ok,#N/A\n,ok,1\n"
    result = mapped(text, CODE, NAME, number)
    told = [(t.code, t.line, t.column, t.file) for t in result.troubles]
    assert told == [
        ("missing", 6, "code", "schools.csv"),
        ("invisible-character", 3, "name", "schools.csv"),
        ("missing", 4, "name", "schools.csv"),
        ("not-a-finite-number", 3, "Value", "schools.csv"),
        ("out-of-range", 4, "Value", "schools.csv"),
        ("spreadsheet-error", 5, "Value", "schools.csv"),
    ]
    assert result.troubles.messages()[1] == (
        "Line 3, column name: The name contains an invisible character (U+202E) at position 1. "
        "Remove it, or type the name again."
    )
    assert [row.line for row in result.rows] == [2]


def test_every_kind() -> None:
    columns = (
        CODE,
        Column("count", "count", "integer"),
        Column("share", "share", "percent"),
        Column("pay", "pay", "money"),
        Column("lat", "lat", "latitude"),
        Column("low", "low", "grade"),
        Column("grades", "grades", "grades"),
        Column("on", "on", "date"),
        Column("open", "open", "flag"),
        Column("year", "year", "year"),
        Column("mail", "mail", "email"),
        Column("note", "note", "long"),
    )
    text = (
        "code,count,share,pay,lat,low,grades,on,open,year,mail,note,zip,size\n"
        '" 01m001 ","1,234",45.5 %,"$7,500",40.5,PK,PK-2,3/14/2027,Yes,2014-2015,A@X.org,"a\nb",02351,7\n'
        "02M002,,,,,,,3/4/2027,,,,,10001,7.5\n"
    )
    first, second = mapped(text, *columns).rows
    assert first.values == {
        "code": "01M001",
        "count": 1234,
        "share": 45.5,
        "pay": Decimal("7500.00"),
        "lat": 40.5,
        "low": -1,
        "grades": (-1, 0, 1, 2),
        "on": date(2027, 3, 14),
        "open": True,
        "year": "2014-15",
        "mail": "a@x.org",
        "note": "a\nb",
    }
    assert first.facts == {"zip": "02351", "size": 7}
    assert second.facts == {"zip": "10001", "size": 7.5}
    assert second.values["on"] == date(2027, 3, 4)
    assert [value for key, value in second.values.items() if key not in ("code", "on")] == [None] * 10


def test_facts_are_cleaned_like_everything_else() -> None:
    assert [t.code for t in refusals("code,name,motto\nA,x,\u202eab\n")] == ["invisible-character"]
    assert mapped("code,name,E\u0301\nA,x,E\u0301\n").rows[0].facts == {"e": "É"}
    assert mapped("code,name,more\nA,x,y\n", facts=False).rows[0].facts == {}


@pytest.mark.parametrize(
    ("text", "grades"),
    [
        ("PK,K,1,2,3", (-1, 0, 1, 2, 3)),
        ("PK-5", (-1, 0, 1, 2, 3, 4, 5)),
        ("01,02,03", (1, 2, 3)),
        ("Pre-K to 2", (-1, 0, 1, 2)),
        ("K–2; 6-8", (0, 1, 2, 6, 7, 8)),
        ("Grades 9 through 12", (9, 10, 11, 12)),
        ("0K 1st 2nd", (0, 1, 2)),
        ("6,7,8,SE", (6, 7, 8)),
        ("12", (12,)),
        ("3K", None),
        ("5-3", None),
        ("13", None),
        ("all", None),
        ("912", None),
        ("-1", None),
    ],
)
def test_grades(text: str, grades: tuple[int, ...] | None) -> None:
    if grades is None:
        with pytest.raises(BadValue) as caught:
            read_grades(text)
        assert [t.code for t in caught.value.troubles] == ["unknown-grade"]
    else:
        assert read_grades(text) == grades


@settings(deadline=None)
@given(st.sets(st.integers(-1, 12)))
def test_grades_shown_are_read_back(grades: set[int]) -> None:
    assert read_grades(show_grades(grades)) == tuple(sorted(grades))


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("School_DBN", "code"), ("school code", "code"), ("Code", "code"), ("SCHOOL NAME", "name"), ("Schulname", None),
        ("schoolName", "name"), ("Grades Served", "grades"), ("LAT", "latitude"), ("Total Enrollment", "enrollment"),
        ("% Poverty", "pct_poverty"), ("Enrollment 2016", "enrollment"), ("école", None),
    ],
)  # fmt: skip
def test_headers_that_are_recognised(header: str, key: str | None) -> None:
    mapping = guess_mapping(["zzz", header], SCHOOL_COLUMNS)
    assert dict(mapping.places) == ({key: 1} if key else {})


def test_the_better_name_wins_and_two_equals_are_left_to_the_person() -> None:
    mapping = guess_mapping(
        ["location_code", "dbn", "superintendent_2015", "superintendent_2016"], SCHOOL_COLUMNS
    )
    assert dict(mapping.places) == {"code": 1}
    assert mapping.unsure == ("superintendent",)
    assert mapping.missing == ("name",)
    assert mapping.unused == (0, 2, 3)


def test_a_person_chooses() -> None:
    mapping = chosen_mapping(["a", "b"], (CODE, NAME), {"code": 1, "name": 1, "other": 0})
    assert (dict(mapping.places), mapping.missing, mapping.unused) == ({"code": 1}, ("name",), (0,))
    assert chosen_mapping(["a"], (CODE,), {"code": 7}).missing == ("code",)
