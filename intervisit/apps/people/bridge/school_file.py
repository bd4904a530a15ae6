"""A list of schools from a file: which column is what, and each row as a school."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from intervisit.core.tables import (
    SCHOOL_COLUMNS,
    Column,
    ColumnMapping,
    Fact,
    MappedRow,
    Table,
    apply_mapping,
    chosen_mapping,
    guess_mapping,
)
from intervisit.core.text import Collector, Trouble, Troubles
from intervisit.kit.models import ImportRun
from intervisit.kit.parsing import read_table_in_child

# How long each text may be: what its column in the database holds.
_LENGTHS = {
    "district": 40, "borough": 60, "town": 60, "zip": 20, "address": 110, "school_type": 60, "superintendent": 120,
}  # fmt: skip
_OURS = (
    Column("sector", "sector", "text", ("managed by", "governance", "operator"), max_length=30),
    Column(
        "support_network",
        "support network",
        "text",
        ("field support center", "support center"),
        max_length=120,
    ),
)
# The principal is left out: a person comes in through the people page, with an account.
COLUMNS: tuple[Column, ...] = (
    *(
        replace(c, required=c.key == "code", max_length=_LENGTHS.get(c.key, c.max_length))
        for c in SCHOOL_COLUMNS
        if c.key != "principal"
    ),
    *_OURS,
)
LABELS = {c.key: c.label for c in COLUMNS}
_FIGURES = ("enrollment", "pct_poverty", "pct_ell", "pct_swd")  # published by year, like every unknown column
_PLAIN = {
    "name": "name", "sector": "sector", "subdistrict": "district", "level": "school_type",
    "superintendent": "superintendent", "support_network": "support_network",
}  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """How a file is to be read: which column is what (key → heading), what is left out, and the year of figures."""

    mapping: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    year: str = ""


@dataclass
class SchoolRow:
    """One school of the file: what it says about the school, and its figures by year."""

    code: str
    line: int
    fields: dict[str, object]
    figures: dict[str, dict[str, Fact]]


def table_of(run: ImportRun) -> Table | Troubles:
    """Read the staged file in a process of its own. `options` may name its encoding, delimiter and sheet."""
    option = run.options.get
    return read_table_in_child(
        bytes(run.data),
        run.filename,
        encoding=option("encoding") or None,
        delimiter=option("delimiter") or None,
        sheet=option("sheet") or None,
    )


def guessed(table: Table, filename: str, current_year: str) -> Reading:
    """A proposal from the headings and the file's name."""
    places = guess_mapping(table.header, COLUMNS).places
    return Reading(
        {key: table.header[place] for key, place in places.items()}, (), year_in(filename) or current_year
    )


def year_in(filename: str) -> str:
    """The school year that a file's name speaks of: `…_2016-17.csv` and `…_2017.csv` → 2016-17; "" if none."""
    found = re.search(r"(?<!\d)(20\d\d)[-_](\d\d)(?!\d)", filename)
    if found and int(found[2]) == (int(found[1]) + 1) % 100:
        return f"{found[1]}-{found[2]}"
    years = re.findall(r"(?<!\d)20\d\d(?!\d)", filename)
    return f"{int(years[-1]) - 1}-{years[-1][2:]}" if years else ""


def columns_of(table: Table, reading: Reading) -> ColumnMapping:
    """The places of the chosen columns; what is left out is used by nothing."""
    at = {name: place for place, name in enumerate(table.header)}
    chosen = chosen_mapping(
        table.header, COLUMNS, {key: at.get(name) for key, name in reading.mapping.items()}
    )
    left = {at[name] for name in reading.left_out if name in at}
    return replace(chosen, unused=tuple(p for p in chosen.unused if p not in left))


def school_rows(
    table: Table, reading: Reading, *, known_codes: frozenset[str], file: str = ""
) -> tuple[list[SchoolRow], Troubles]:
    """Every school of the table, or every trouble. A school may have one row per year when there is a year column."""
    mapping = columns_of(table, reading)
    unique = ("code", "year") if "year" in mapping.places else ("code",)
    mapped = apply_mapping(table, mapping, COLUMNS, unique=unique, known_codes=sorted(known_codes), file=file)
    found = Collector()
    found.extend(mapped.troubles)
    by_code: dict[str, SchoolRow] = {}
    latest: dict[str, str] = {}
    for row in mapped.rows:
        code = str(row.values["code"])
        year = str(row.values.get("year") or reading.year)
        figures = _figures(row)
        if figures and not year:
            found.add(_no_year())
            break
        school = by_code.setdefault(code, SchoolRow(code, row.line, {}, {}))
        if figures:
            school.figures[year] = figures
        if year >= latest.get(code, ""):
            latest[code] = year
            school.fields |= _fields(row)
    for school in by_code.values():
        if school.code not in known_codes and not school.fields.get("name"):
            message = "a school that is new needs a name. Enter it, or choose the column that holds it."
            found.add(
                Trouble("missing", message, "name").at(line=school.line, column=LABELS["name"], file=file)
            )
    return list(by_code.values()), found.done()


def _no_year() -> Trouble:
    message = "The file has figures but no school year. Choose the year that the figures belong to."
    return Trouble("missing-year", message, "year")


def _figures(row: MappedRow) -> dict[str, Fact]:
    known = {key: row.values[key] for key in _FIGURES if row.values.get(key) is not None}
    return {**known, **row.facts}  # type: ignore[dict-item]  # these columns are integers and percents


def _fields(row: MappedRow) -> dict[str, object]:
    """What a row says about the school itself. An empty cell says nothing, so nothing is erased by it."""
    get = row.values.get
    fields: dict[str, object] = {name: get(key) for name, key in _PLAIN.items()}
    fields["area"] = get("borough") or get("town")
    fields["address"] = _address(row)
    low, high = get("grade_low"), get("grade_high")
    grades = get("grades")
    if isinstance(grades, tuple):
        fields["grades"] = list(grades)
    elif isinstance(low, int) and isinstance(high, int) and low <= high:
        fields["grades"] = list(range(low, high + 1))
    if get("latitude") is not None and get("longitude") is not None:
        fields |= {"latitude": get("latitude"), "longitude": get("longitude")}
    return {name: value for name, value in fields.items() if value not in (None, "", [])}


def _address(row: MappedRow) -> str:
    street, town, code = (str(row.values.get(key) or "") for key in ("address", "town", "zip"))
    place = " ".join(part for part in (town, code) if part)
    return ", ".join(part for part in (street, place) if part)
