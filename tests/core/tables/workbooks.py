"""Workbooks made by hand, so that a test can break any part of one."""

import io
import warnings
import zipfile
from collections.abc import Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

PARTS: dict[str, str] = {
    "[Content_Types].xml": "<Types/>",
    "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="a" Type="{_OFFICE}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="Schools" sheetId="1" r:id="s1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}">'
    f'<Relationship Id="s1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>code</t></si><si><r><t>na</t></r><r><t>me</t></r></si>'
    "<si><t>P.S. 1</t><rPh><t>x</t></rPh></si></sst>",
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="0000"/>'
    '<numFmt numFmtId="165" formatCode="d\\-mmm;@"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/>'
    '<xf numFmtId="165"/><xf numFmtId="9"/><xf numFmtId="14"/></cellXfs></styleSheet>',
    "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>'
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    '<row r="3"><c r="A3"><v>101</v></c><c r="B3" t="s"><v>2</v></c></row></sheetData></worksheet>',
}


def workbook(changes: Mapping[str, str | bytes | None] | None = None, *, rows: str | None = None) -> bytes:
    """The zip archive of `PARTS` with some replaced or left out; `rows` is the inside of the sheet's data."""
    parts: dict[str, str | bytes | None] = {**PARTS, **(changes or {})}
    if rows is not None:
        parts["xl/worksheets/sheet1.xml"] = (
            f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        )
    return archive([(name, part) for name, part in parts.items() if part is not None])


def archive(members: list[tuple[str | zipfile.ZipInfo, str | bytes]], packed: bool = True) -> bytes:
    out = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", method) as made:
        warnings.simplefilter("ignore")  # two members of one name
        for name, content in members:
            made.writestr(name, content)
    return out.getvalue()
