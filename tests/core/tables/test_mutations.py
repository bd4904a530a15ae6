"""Damaged files of every kind: refused with the declared troubles, never anything else (R8)."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intervisit.core.tables import (
    SCHOOL_COLUMNS,
    Table,
    apply_mapping,
    guess_mapping,
    read_table,
    write_csv,
    write_xlsx,
)
from intervisit.core.text import Troubles
from tests.core.tables.workbooks import workbook

ROWS: list[list[str | float]] = [
    [f"0{n % 9}M{n:03}", f"P.S. {n}, É", 40.1, -73.5 - n, "PK,K,1", n * 3] for n in range(40)
]
HEADER = ["dbn", "school_name", "latitude", "longitude", "grades_served", "enrollment"]
SEEDS = {
    "csv": write_csv(HEADER, ROWS),
    "windows": write_csv(HEADER, ROWS).decode("utf-8-sig").encode("cp1252"),
    "utf-16": write_csv(HEADER, ROWS).decode("utf-8-sig").encode("utf-16"),
    "xlsx": write_xlsx(HEADER, ROWS),
    "workbook": workbook(),
}
CHANGES = st.lists(
    st.tuples(
        st.floats(0, 1, exclude_max=True),
        st.sampled_from(["set", "insert", "delete", "cut", "copy"]),
        st.one_of(
            st.binary(min_size=1, max_size=4), st.sampled_from([b'"', b",", b"\n", b"\r", b"\x00", b"PK"])
        ),
    ),
    min_size=1,
    max_size=5,
)


def mutated(data: bytes, changes: list[tuple[float, str, bytes]]) -> bytes:
    for share, how, content in changes:
        place = int(share * len(data))
        if how == "set":
            data = data[:place] + content + data[place + len(content) :]
        elif how == "insert":
            data = data[:place] + content + data[place:]
        elif how == "delete":
            data = data[:place] + data[place + len(content) * 3 :]
        elif how == "cut":
            data = data[:place]
        else:
            data = data + data[place:]
    return data


def survives(data: bytes, name: str) -> None:
    started = time.process_time()
    read = read_table(data, name)
    if isinstance(read, Table):
        mapped = apply_mapping(
            read, guess_mapping(read.header, SCHOOL_COLUMNS), SCHOOL_COLUMNS, unique=["code"]
        )
        lines = {row.line for row in mapped.rows}
        refused = {trouble.line for trouble in mapped.troubles}
        assert not lines & refused - {1}
    else:
        assert isinstance(read, Troubles)
        assert len(read) > 0
        assert all(trouble.code and trouble.message and trouble.file == name for trouble in read)
    assert time.process_time() - started < 1


@pytest.mark.parametrize("kind", SEEDS)
@settings(max_examples=70, deadline=None)
@given(changes=CHANGES)
def test_damaged_files_are_read_or_refused(kind: str, changes: list[tuple[float, str, bytes]]) -> None:
    survives(mutated(SEEDS[kind], changes), kind)


PARTS = [
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "xl/workbook.xml",
    "_rels/.rels",
]


@pytest.mark.parametrize("part", PARTS)
@settings(max_examples=40, deadline=None)
@given(changes=CHANGES)
def test_damaged_parts_of_a_workbook_are_read_or_refused(
    part: str, changes: list[tuple[float, str, bytes]]
) -> None:
    from tests.core.tables.workbooks import PARTS as WHOLE

    survives(workbook({part: mutated(WHOLE[part].encode(), changes)}), part)


@settings(max_examples=120, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_are_read_or_refused(data: bytes) -> None:
    survives(data, "x")


@settings(max_examples=120, deadline=None)
@given(st.text(st.sampled_from('ab"\n\r,; \t1'), max_size=80))
def test_any_arrangement_of_marks_is_read_or_refused(text: str) -> None:
    survives(text.encode(), "x")
