"""Real school lists through one reader and one set of columns, without a word about any of them in the code."""

import time

import pytest

from intervisit.core.tables import (
    SCHOOL_COLUMNS,
    Mapped,
    Table,
    apply_mapping,
    guess_mapping,
    read_table,
    write_csv,
    write_xlsx,
)
from tests.shared_data import shared


def read(name: str, *unique: str) -> tuple[Table, Mapped, dict[str, str]]:
    data = shared("data", name).read_bytes()
    table = read_table(data, name)
    assert isinstance(table, Table)
    mapping = guess_mapping(table.header, SCHOOL_COLUMNS)
    mapped = apply_mapping(table, mapping, SCHOOL_COLUMNS, unique=unique, file=name)
    return table, mapped, {key: table.header[place] for key, place in mapping.places.items()}


def test_new_york_schools() -> None:
    _, mapped, columns = read("nyc_schools.csv", "code")
    assert columns == {
        "code": "dbn",
        "name": "school_name",
        "district": "district",
        "borough": "borough",
        "address": "address",
        "latitude": "latitude",
        "longitude": "longitude",
        "grades": "grades_served",
        "grade_low": "grade_low",
        "grade_high": "grade_high",
        "school_type": "quality_report_school_type",
    }
    assert (len(mapped.rows), mapped.troubles.messages()) == (1795, ())
    assert sum(row.values["latitude"] is None for row in mapped.rows) == 24
    first = mapped.rows[0]
    assert (first.line, first.values["code"], first.values["grades"]) == (2, "01M015", (-1, 0, 1, 2, 3, 4, 5))
    assert first.facts["building_code"] == "M015"
    assert first.facts["geographic_district"] == 1


def test_new_york_demographics() -> None:
    _, mapped, columns = read("nyc_demographics_2014_2017.csv", "code", "year")
    assert (len(mapped.rows), mapped.troubles.messages()) == (5317, ())
    assert {"code", "year", "enrollment", "pct_poverty", "pct_ell", "pct_swd", "grades"} <= set(columns)
    assert columns["year"] == "school_year"
    first = mapped.rows[0]
    assert (first.values["year"], first.values["enrollment"], first.values["pct_poverty"]) == (
        "2014-15",
        183,
        92.3,
    )
    assert first.facts["economic_need_index"] == 0.93


def test_massachusetts_schools() -> None:
    _, mapped, columns = read("massachusetts_schools_2017.csv", "code")
    assert (len(mapped.rows), mapped.troubles.messages()) == (1861, ())
    assert (columns["code"], columns["name"], columns["town"]) == ("school_code", "school_name", "town")
    assert (columns["pct_poverty"], columns["grades"]) == ("pct_economically_disadvantaged", "grades_served")
    assert "latitude" not in columns
    second = mapped.rows[1]
    assert (second.values["code"], second.values["grades"], second.values["zip"]) == (
        "00010003",
        (1, 2, 3, 4),
        "02351",
    )


def test_oneroster_organisations() -> None:
    _, mapped, columns = read("oneroster/nyc_orgs_v1p1/orgs.csv", "code")
    assert (columns["code"], columns["name"]) == ("sourcedId", "name")
    assert mapped.troubles.messages() == ()


def test_schools_and_demographics_in_two_seconds() -> None:
    shared("data")
    started = time.process_time()
    read("nyc_schools.csv", "code")
    read("nyc_demographics_2014_2017.csv", "code", "year")
    assert time.process_time() - started < 2


@pytest.mark.parametrize("writer", [write_csv, write_xlsx])
def test_our_export_of_the_list_is_the_list(writer: object) -> None:
    assert callable(writer)
    table, _, _ = read("massachusetts_schools_2017.csv")
    again = read_table(writer(table.header, [row.cells for row in table.rows]), "again")
    assert isinstance(again, Table)
    assert (again.header, again.rows) == (table.header, table.rows)
