"""Workbooks and archives: B20 (dates), B24, B28, and what a sheet's cells say."""

import io
import stat
import struct
import zipfile

import pytest

from intervisit.core.tables import Archive, Limits, Row, Table, check_archive, read_table
from intervisit.core.text import Trouble, Troubles
from tests.core.tables.cost import cheap
from tests.core.tables.workbooks import MAIN, PARTS, archive, workbook


def table(data: bytes, **options: str) -> Table:
    read = read_table(data, "schools.xlsx", **options)  # type: ignore[arg-type]
    assert isinstance(read, Table)
    return read


def refusal(data: bytes, limits: Limits | None = None) -> Trouble:
    read = cheap(lambda: read_table(data, "schools.xlsx", limits=limits))
    assert isinstance(read, Troubles)
    assert len(read) == 1
    assert read.items[0].file == "schools.xlsx"
    return read.items[0]


def test_a_plain_workbook() -> None:
    read = table(workbook())
    assert (read.header, read.rows) == (("code", "name"), (Row(3, ("101", "P.S. 1")),))
    assert (read.sheet, read.delimiter, read.notes) == ("Schools", "", ())


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c r="A2" s="1"><v>101</v></c>', "0101"),
        ('<c r="A2" s="2"><v>42799</v></c>', "2017-03-05"),
        ('<c r="A2" s="4"><v>42799.5</v></c>', "2017-03-05 12:00"),
        ('<c r="A2" s="4"><v>59</v></c>', "1900-02-28"),
        ('<c r="A2" s="4"><v>0.5</v></c>', "12:00"),
        ('<c r="A2" s="3"><v>0.453</v></c>', "45.3%"),
        ('<c r="A2"><v>0.1</v></c>', "0.1"),
        ('<c r="A2"><v>0.30000000000000004</v></c>', "0.3"),
        ('<c r="A2"><v>1.2E+35</v></c>', "1.2E+35"),
        ('<c r="A2"><v>1E3</v></c>', "1000"),
        ('<c r="A2"><v>-5</v></c>', "-5"),
        ('<c r="A2"><v>NaN</v></c>', "NAN"),
        ('<c r="A2" t="b"><v>1</v></c>', "TRUE"),
        ('<c r="A2" t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c r="A2" t="str"><f>1+1</f><v>2</v></c>', "2"),
        ('<c r="A2" t="inlineStr"><is><t xml:space="preserve"> a_x000A_b &amp;</t></is></c>', " a\nb &"),
        ('<c t="s"><v>2</v></c>', "P.S. 1"),
    ],
)
def test_cells_as_they_show(cell: str, text: str) -> None:
    head = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    read = table(workbook(rows=f'{head}<row r="2">{cell}<c r="B2" t="s"><v>2</v></c></row>'))
    assert read.rows == (Row(2, (text, "P.S. 1")),)


def test_the_other_calendar_of_1904() -> None:
    book = PARTS["xl/workbook.xml"].replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    head = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    data = workbook(
        {"xl/workbook.xml": book}, rows=f'{head}<row r="2"><c r="A2" s="4"><v>41337</v></c></row>'
    )
    assert table(data).rows == (Row(2, ("2017-03-05",)),)


def test_other_sheets_are_named_and_can_be_chosen() -> None:
    book = PARTS["xl/workbook.xml"].replace(
        "</sheets>", '<sheet name="Old" state="hidden" r:id="s2"/></sheets>'
    )
    relations = PARTS["xl/_rels/workbook.xml.rels"].replace(
        "</Relationships>",
        '<Relationship Id="s2" Type="x/worksheet" Target="/xl/worksheets/sheet2.xml"/></Relationships>',
    )
    second = PARTS["xl/worksheets/sheet1.xml"].replace("<v>101</v>", "<v>202</v>")
    data = workbook(
        {"xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": relations, "xl/worksheets/sheet2.xml": second}
    )
    read = table(data)
    assert read.rows[0].cells[0] == "101"
    assert [(note.code, note.confirm) for note in read.notes] == [("other-sheets", True)]
    assert read.notes[0].message == "The sheet “Schools” was read; not read: “Old”."
    assert table(data, sheet="Old").rows[0].cells[0] == "202"
    missing = read_table(data, "x.xlsx", sheet="None")
    assert isinstance(missing, Troubles)
    assert missing.codes == ("no-such-sheet",)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"xl/worksheets/sheet1.xml": "<worksheet>"}, "broken-archive"),
        ({"xl/worksheets/sheet1.xml": ""}, "broken-archive"),
        ({"xl/worksheets/sheet1.xml": None}, "no-such-sheet"),
        ({"xl/sharedStrings.xml": None}, "broken-archive"),
        ({"xl/workbook.xml": None}, "broken-archive"),
        ({"_rels/.rels": None}, "broken-archive"),
        ({"xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"/>'}, "empty-file"),
        (
            {
                "xl/worksheets/sheet1.xml": '<!DOCTYPE x [<!ENTITY a "b">]>'
                + PARTS["xl/worksheets/sheet1.xml"]
            },
            "xml-doctype",
        ),
    ],
)
def test_damaged_workbooks(changes: dict[str, str | None], code: str) -> None:
    assert refusal(workbook(changes)).code == code


def test_b08_a_control_character_that_a_workbook_escapes() -> None:
    rows = '<row r="1"><c t="inlineStr"><is><t>code</t></is></c></row>'
    rows += '<row r="7"><c t="inlineStr"><is><t>a_x0000_b</t></is></c></row>'
    trouble = refusal(workbook(rows=rows))
    assert (trouble.code, trouble.line) == ("control-character", 7)


def test_b22_too_many_columns_and_rows_of_a_sheet() -> None:
    head = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    far = refusal(workbook(rows=f'{head}<row r="2"><c r="XFD2"><v>1</v></c></row>'))
    assert (far.code, far.line) == ("too-many-columns", 2)
    many = "".join(f'<row r="{n}"><c><v>{n}</v></c></row>' for n in range(2, 9))
    trouble = refusal(workbook(rows=head + many), Limits(rows=5))
    assert (trouble.code, trouble.line) == ("too-many-rows", 7)


def test_b24_a_small_file_that_unpacks_to_100_mb() -> None:
    data = workbook({"xl/worksheets/sheet1.xml": b"0" * 100_000_000})
    assert len(data) < 300_000
    trouble = refusal(data)
    assert trouble.code == "too-large-unpacked"
    assert "it unpacks to 100 MB; at most 60 MB are read" in trouble.message


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (archive([("a", b"0" * 3_000_000)]), "not opened: it unpacks to"),
        (archive([(zipfile.ZipInfo("b"), b"\x01\x02" * 50_000), ("a", b"0" * 3_000_000)]), "member “a” unpacks to"),
        (archive([(f"m{n}", b"x") for n in range(1_001)]), "it has 1,001 members; at most 1,000"),
        (archive([(f"m{n}", b"x") for n in range(60_000)], packed=False), "it has 60,000 members"),
    ],
    ids=["whole", "member", "members", "many members"],
)  # fmt: skip
def test_b24_ratio_and_members(data: bytes, part: str) -> None:
    trouble = refusal(data)
    assert trouble.code == "too-large-unpacked"
    assert part in trouble.message


def _link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def _encrypted() -> bytes:
    data = bytearray(archive([("secret", b"x")], packed=False))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    return bytes(data)


def _renamed_inside() -> bytes:
    """The member calls itself otherwise than the directory does: two readers see two files."""
    return archive([("aaaa", b"x")], packed=False).replace(b"aaaa", b"bbbb", 1)


@pytest.mark.parametrize(
    ("data", "member", "part"),
    [
        (archive([("../../x", "1")]), "../../x", "leads out of the archive"),
        (archive([("a/../../x", "1")]), "a/../../x", "leads out of the archive"),
        (archive([("/abs", "1")]), "/abs", "path of another place"),
        (archive([("C:\\x", "1")]), "C:\\x", "path of another place"),
        (archive([("a\\b", "1")]), "a\\b", "path of another place"),
        (archive([("project.qde", "1"), ("project.qde", "2")]), "project.qde", "the same name appears twice"),
        (archive([("Project.qde", "1"), ("project.QDE", "2")]), "project.QDE", "the same name appears twice"),
        (archive([(_link(), "/etc/passwd")]), "link", "a link"),
        (archive([("inner.zip", archive([("a", "1")]))]), "inner.zip", "an archive inside"),
        (archive([("inner.bin", archive([("a", "1")]))]), "inner.bin", "an archive inside"),
        (archive([("xl/embeddings/a.xlsx", "1")]), "xl/embeddings/a.xlsx", "an archive inside"),
        (_encrypted(), "secret", "it is encrypted"),
        (archive([("x" * 300, "1")]), "x" * 200, "the name is not a file name"),
    ],
)
def test_b28_unsafe_members_are_named(data: bytes, member: str, part: str) -> None:
    trouble = refusal(data)
    assert (trouble.code, trouble.column) == ("unsafe-archive", member)
    assert part in trouble.message


def test_b28_two_ends_of_one_archive() -> None:
    first = archive([("a", b"1")], packed=False)
    assert refusal(first + archive([("b", b"2")], packed=False)).code == "unsafe-archive"
    assert refusal(first + b"after").code == "unsafe-archive"
    assert refusal(_renamed_inside()).code == "broken-archive"
    assert refusal(first[:-10]).code == "broken-archive"


def test_b28_a_directory_that_lies_about_sizes_gives_no_more_than_it_says() -> None:
    data = bytearray(archive([("a", " ".join(map(str, range(9_000))))]))
    place = data.index(b"PK\x01\x02") + 24
    struct.pack_into("<I", data, place, 10)
    assert refusal(bytes(data)).code == "broken-archive"
    struct.pack_into("<I", data, place, 9_000)
    checked = check_archive(bytes(data), limits=Limits())
    assert isinstance(checked, Archive)
    with checked.file.open("a") as stream, pytest.raises(zipfile.BadZipFile):
        stream.read()


def test_other_office_files_are_told_apart() -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512
    assert "the old kind (.xls)" in refusal(old).message
    locked = old + "EncryptedPackage".encode("utf-16-le")
    assert "with a password" in refusal(locked).message
    assert "not a workbook" in refusal(archive([("mimetype", "x"), ("content.xml", "y")])).message


def test_what_the_usual_library_writes_is_read() -> None:
    import datetime

    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["code", "day", "share", "note"])
    sheet.append(["0101", datetime.date(2027, 3, 14), 0.5, "a\nb"])
    sheet.append([101, None, -3, None])
    sheet["C2"].number_format = "0%"
    out = io.BytesIO()
    book.save(out)
    assert table(out.getvalue()).rows == (
        Row(2, ("0101", "2027-03-14", "50%", "a\nb")),
        Row(3, ("101", "", "-3", "")),
    )
