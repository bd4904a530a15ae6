"""CSV files: B04 (in cells), B08, B09, B18, B21, B22."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intervisit.core.tables import Limits, Row, Table, read_table
from intervisit.core.text import Trouble, Troubles
from tests.core.tables.cost import cheap

FULL = [b"code,name,town"] + [f'S{n},"School, {n}",Town'.encode() for n in range(2, 402)]


def table(data: bytes, **options: str) -> Table:
    read = read_table(data, "schools.csv", **options)  # type: ignore[arg-type]
    assert isinstance(read, Table)
    return read


def refusals(data: bytes, limits: Limits | None = None) -> list[Trouble]:
    read = cheap(lambda: read_table(data, "schools.csv", limits=limits))
    assert isinstance(read, Troubles)
    assert {trouble.file for trouble in read} == {"schools.csv"}
    return list(read)


def refusal(data: bytes) -> Trouble:
    found = refusals(data)
    assert len(found) == 1
    return found[0]


def test_a_plain_file() -> None:
    assert table(b'code,name\r\n01M001,"P.S. 1, ""The Hill"""\r\n\r\n02M002,x\r\n') == Table(
        ("code", "name"), (Row(2, ("01M001", 'P.S. 1, "The Hill"')), Row(4, ("02M002", "x")))
    )


def test_lines_are_counted_in_the_file() -> None:
    read = table(b'\n\na,b\n1,"two\nlines"\n\n3,4\n')
    assert (read.header_line, read.rows) == (3, (Row(4, ("1", "two\nlines")), Row(7, ("3", "4"))))


@pytest.mark.parametrize(
    ("line", "broken"),
    [
        (2, b'S2,"School 2,Town'),
        (2, b'S2,"School, 2,Town'),
        (400, b'S400,"School, 400,Town'),
        (401, b'S401,"School, 401,Town'),
    ],
)
def test_b18_a_quotation_mark_that_is_never_closed(line: int, broken: bytes) -> None:
    lines = FULL.copy()
    lines[line - 1] = broken
    trouble = refusal(b"\n".join(lines) + b"\n")
    assert (trouble.code, trouble.line, trouble.column) == ("unclosed-quote", line, "name")
    assert trouble.message.startswith(
        f"Line {line}, column name: a quotation mark is opened and never closed."
    )


def test_b18_when_other_rows_have_no_quotation_marks() -> None:
    lines = [b"code,name,town"] + [b"S,School,Town"] * 399
    lines[1] = b'S,"School,Town'
    trouble = refusal(b"\n".join(lines))
    assert (trouble.code, trouble.line, trouble.column) == ("unclosed-quote", 2, "name")


def test_b18_when_a_later_mark_closes_it_neatly() -> None:
    trouble = refusal(
        b'code,name,town\nS2,"School,Town\nS3,School,Town\nS4,School,Town\nS5,x",Town\nS6,y,Town\n'
    )
    assert (trouble.code, trouble.line, trouble.column) == ("unclosed-quote", 2, "name")


def test_b18_when_the_last_cell_of_a_later_row_closes_it() -> None:
    trouble = refusal(b'code,name,town\nS2,"School,Town\nS3,x,Town"\nS4,y,Town\n')
    assert (trouble.code, trouble.line, trouble.column) == ("unclosed-quote", 2, "name")


def test_b18_two_rows_that_merge_without_a_trace_are_shown() -> None:
    read = table(b'code,name,town\nS2,"School,Town\nS3,x",Town\nS4,y,Town\n')
    assert [(note.code, note.confirm) for note in read.notes] == [("rows-in-cell", True)]
    assert read.notes[0].message.startswith("Line 2, column name: the cell goes over several lines")
    assert table(b'code,name,town\nS2,"School\nHill",Town\n').notes == ()


def test_b18_in_a_large_file() -> None:
    trouble = refusal(b'code,name\nS2,"School\n' + b"S3,School\n" * 40_000)
    assert (trouble.code, trouble.line, trouble.column) == ("unclosed-quote", 2, "name")


def test_b18_text_after_a_closing_mark() -> None:
    trouble = refusal(b'code,name\nS2,"School" two\n')
    assert (trouble.code, trouble.line, trouble.column) == ("quote-inside-cell", 2, "name")


def test_b18_marks_inside_plain_cells_are_text() -> None:
    assert table(b'code,name\nS2,The "Hill" School\n').rows == (Row(2, ("S2", 'The "Hill" School')),)


def test_b21_a_mark_at_the_start_is_no_part_of_the_header() -> None:
    read = table("\ufeffcode,name\n1,É\n".encode())
    assert (read.header, read.encoding, read.notes) == (("code", "name"), "utf-8", ())


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_b21_utf_16_is_recognised_and_shown(codec: str) -> None:
    read = table("code,name\n1,É\n".encode(codec))
    assert (read.header, read.rows[0].cells, read.needs_confirmation) == (("code", "name"), ("1", "É"), True)
    assert read.encoding == ("utf-32-le" if codec == "utf-32" else "utf-16")
    assert "“1,É”" in read.notes[0].message or "“É” in line 2" in read.notes[0].message


def test_b21_windows_1252_is_recognised_and_shown() -> None:
    data = b"code,name\n1,O\x92Brien\n"
    read = table(data)
    assert (read.rows[0].cells, read.encoding) == (("1", "O’Brien"), "cp1252")
    assert [(note.code, note.confirm) for note in read.notes] == [("other-encoding", True)]
    assert "read as Windows-1252. It contains “O’Brien” in line 2." in read.notes[0].message
    assert table(data, encoding="cp1252").notes == ()


def test_b21_unknown_encoding_names_the_byte() -> None:
    trouble = refusal(b"code,name\n1,O\x81Brien\n")
    assert (trouble.code, trouble.position) == ("unknown-encoding", 14)
    assert "at position 14 (line 2)" in trouble.message


def test_b09_a_damaged_byte_in_utf_8() -> None:
    trouble = refusal("code,name\n1,École\n2,Zoë\n".encode() + b"3,\xff\n")
    assert (trouble.code, trouble.line) == ("not-valid-text", 4)
    assert "The byte 0xFF at position 29 (line 4)" in trouble.message


@pytest.mark.parametrize(("mark", "words"), [(";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")])
def test_b21_other_separators_are_recognised_and_shown(mark: str, words: str) -> None:
    data = f'code{mark}name\n1{mark}"a, b"\n2{mark}"c, d"\n'.encode()
    read = table(data)
    assert read.rows == (Row(2, ("1", "a, b")), Row(3, ("2", "c, d")))
    assert [(note.code, note.confirm) for note in read.notes] == [("other-separator", True)]
    assert f"separated by {words}." in read.notes[0].message
    assert table(data, delimiter=mark).notes == ()


def test_b08_control_characters_are_named_with_their_line() -> None:
    found = refusals(b"code,name\n1,a\x00b\n2,\x07\n")
    assert [(trouble.code, trouble.line, trouble.position) for trouble in found] == [
        ("control-character", 2, 4),
        ("control-character", 3, 3),
    ]
    assert found[0].message.startswith("Line 2: a control character (U+0000) at position 4.")


@pytest.mark.parametrize(
    ("data", "code", "line", "part"),
    [
        (b"", "empty-file", None, "The file is empty."),
        (b"\xef\xbb\xbf \r\n", "empty-file", None, "The file is empty."),
        (b",,\n,,\n", "empty-file", None, "The file is empty."),
        (b"code,name\n", "no-rows", 1, "Line 1: a header and no row below it."),
        (b"01M001,P.S. 1,230\n01M002,P.S. 2,340\n", "no-header", 1, "Line 1 looks like a row"),
        (b"code,name,Code \n1,2,3\n", "repeated-column", 1, "appears twice (columns 1 and 3)"),
        (b"a,,b\n1,2,3\n", "column-without-name", 1, "column 2 has no name, and values (line 2)"),
        (b"a,b\n1,2\nA, b\n3,4\n", "header-repeated", 3, "Line 3 repeats the header"),
        (b"a,b\n1,2,3\n", "row-too-long", 2, "Line 2 has 3 cells; the header has 2 columns."),
        (b"a,b,c\n1,2\n", "row-too-short", 2, "Line 2 has 2 cells; the header has 3 columns. Missing from: c."),
        (b"a,b\n1," + b"x" * 200_000, "cell-too-long", 2, "Line 2, column b: the cell has 200,000 characters; at"),
        (b'a,b\n1,"' + b"x" * 200_000 + b'"\n', "cell-too-long", 2, "column b: the cell has 200,000 characters"),
        (b"a,b\n1," + b"x" * 40_000 + b"\n", "cell-too-long", 2, "column b: the cell has 40,000 characters"),
        (b"a,b\n" + b"1,2\n" * 200_000, "too-many-rows", 50_002, "more than 50,000 rows"),
        (b"a,b\n" + b'1,"2"\n' * 200_000, "too-many-rows", 50_002, "more than 50,000 rows"),
        (b",".join(b"c%d" % n for n in range(301)) + b"\n1\n", "too-many-columns", 1, "301 columns; at most 300"),
        (b"a,b\n" + b",\n" * 300_000, "too-many-rows", None, "300,001 lines; at most 50,000 rows"),
        (b"a,b\n1," + b"," * 200_000, "too-many-columns", 2, "Line 2 has 200,002 cells; at most 300 columns"),
        (b"a,b\n1," + b'"' * 300_001, "unclosed-quote", 2, "Line 2, column b: a quotation mark is opened"),
        (b"%PDF-1.4 ...", "wrong-kind-of-file", None, "This is a PDF"),
        (b"<!DOCTYPE html><html></html>", "wrong-kind-of-file", None, "This is a web page"),
        (b"a" * 25_000_001, "file-too-large", None, "at most 25 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)  # fmt: skip
def test_b22_shape(data: bytes, code: str, line: int | None, part: str) -> None:
    trouble = refusal(data)
    assert (trouble.code, trouble.line) == (code, line)
    assert part in trouble.message


def test_b22_a_year_or_a_single_column_is_a_header() -> None:
    assert table(b"dbn,2014-15,2016\n01M001,5,6\n").header == ("dbn", "2014-15", "2016")
    assert table(b"code\nS1\nS2\n").rows == (Row(2, ("S1",)), Row(3, ("S2",)))


def test_b22_empty_cells_at_the_end_are_no_trouble() -> None:
    assert table(b"a,b,,\n1,2,,\n3,4,\n").rows == (Row(2, ("1", "2")), Row(3, ("3", "4")))


def test_b22_all_at_once_and_at_most_a_hundred() -> None:
    read = read_table(b"a,b\n" + b"1\n1,2,3\n" * 150, "x.csv")
    assert isinstance(read, Troubles)
    assert (len(read.items), read.more, len(read)) == (100, 200, 300)
    assert read.messages()[-1] == "and 200 more"
    assert read.as_json()["errors"][-1] == {"code": "and-more", "message": "and 200 more"}


def test_limits_are_arguments() -> None:
    small = Limits(rows=2, cell_characters=5, columns=2, file_bytes=40)
    assert [t.code for t in refusals(b"a,b\n1,2\n3,4\n5,6\n", small)] == ["too-many-rows"]
    assert [t.code for t in refusals(b"a,b\n1,123456\n", small)] == ["cell-too-long"]
    assert [t.code for t in refusals(b"a,b,c\n1,2,3\n", small)] == ["too-many-columns"]
    assert [t.code for t in refusals(b"a,b\n" + b"1,2\n" * 10, small)] == ["file-too-large"]


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('\n",;'), max_size=12)


@settings(deadline=None)
@given(
    st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=6),
    st.sampled_from([",", ";", "\t"]),
)
def test_what_the_standard_writer_writes_is_read_back(rows: list[list[str]], mark: str) -> None:
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, delimiter=mark, quoting=csv.QUOTE_ALL)
    writer.writerow(["one", "two", "three"])
    writer.writerows([["x" + cell for cell in row] for row in rows])
    read = read_table(out.getvalue().encode(), "x.csv", delimiter=mark)
    assert isinstance(read, Table)
    assert [row.cells for row in read.rows] == [tuple("x" + cell for cell in row) for row in rows]


def test_b08_millions_of_control_characters_are_counted_not_listed() -> None:
    read = cheap(lambda: read_table(b"a,b\n" + b"\x01" * 2_000_000, "x.csv"))
    assert isinstance(read, Troubles)
    assert (len(read.items), read.more) == (100, 1_999_900)


def test_r8_no_pattern_takes_longer_than_the_file_is_long() -> None:
    for data in (
        b"a" * 1_000_000 + b"\n\xe9",
        b"a\n" + b"'=\n" * 20_000,
        b"a\n" + (b" " * 30_000 + b"1\n") * 30,
    ):
        cheap(lambda data=data: read_table(data, "x.csv"))  # type: ignore[misc]
