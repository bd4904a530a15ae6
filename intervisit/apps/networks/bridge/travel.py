"""Minutes between schools from a file: what its columns are, each row as a way, and what stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from intervisit.apps.networks.models import TravelTime
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.core.tables import Column, Table, apply_mapping, chosen_mapping
from intervisit.core.text import Collector, Trouble, Troubles, code_key, shown
from intervisit.kit.models import ImportRun
from intervisit.kit.parsing import read_table_in_child

MOST_MINUTES = 600
COLUMNS = (
    Column("first", "code of one school", "code", ("from", "school a", "origin", "from school", "first", "dbn1"),
           required=True, max_length=40),
    Column("second", "code of the other school", "code", ("to", "school b", "destination", "to school", "dbn2"),
           required=True, max_length=40),
    Column("minutes", "minutes", "number", ("travel time", "time", "travel minutes", "min", "duration"),
           required=True, minimum=0, maximum=MOST_MINUTES),
)  # fmt: skip

Pair = tuple[Any, Any]  # ids of two schools, the code that comes first first


@dataclass(frozen=True)
class Way:
    """One way between two schools, as the file gives it."""

    line: int
    first: Organization
    second: Organization
    minutes: int

    @property
    def pair(self) -> Pair:
        return self.first.pk, self.second.pk


@dataclass
class Ways:
    """What applying a file would do."""

    new: list[Way] = field(default_factory=list)
    changed: list[tuple[Way, int]] = field(default_factory=list)  # with the minutes that stand now
    same: int = 0
    both_ways: int = 0  # pairs given in both directions with different minutes: the slower one counts

    @property
    def counts(self) -> dict[str, int]:
        return {"new": len(self.new), "changed": len(self.changed), "same": self.same}


def table_of(run: ImportRun) -> Table | Troubles:
    """Read the staged file in a process of its own."""
    return read_table_in_child(bytes(run.data), run.filename)


def read_ways(program: Program, table: Table, mapping: Mapping[str, str]) -> tuple[Ways, Troubles]:
    """Every way of the table beside what stands, or every trouble with its line."""
    at = {name: place for place, name in enumerate(table.header)}
    chosen = chosen_mapping(table.header, COLUMNS, {k: at.get(h) for k, h in mapping.items()})
    schools = {
        s.code_key: s for s in Organization.objects.filter(district=program.district_id, kind="school")
    }
    mapped = apply_mapping(table, chosen, COLUMNS, known_codes=sorted(schools), facts=False)
    found = Collector()
    found.extend(mapped.troubles)
    headings = {key: table.header[place] for key, place in chosen.places.items()}
    if any(column.key not in headings for column in COLUMNS):
        return Ways(), found.done()  # nobody has said yet which column is which
    given: dict[tuple[Any, Any], Way] = {}
    for row in mapped.rows:
        way = _way(row.line, row.values, schools, headings, found)
        if way is None:
            continue
        asked = (way.first.pk, way.second.pk)
        known = given.setdefault(asked, way)
        if known.minutes != way.minutes:
            message = (
                f"{way.first.code} to {way.second.code} takes {known.minutes} minutes in line {known.line:,} and "
                f"{way.minutes} in line {way.line:,}. Delete one of them."
            )
            found.add(Trouble("two-values", message, "minutes").at(line=way.line, column=headings["minutes"]))
    return _beside(program, given.values()), found.done()


def _way(
    line: int, values: Mapping[str, Any], schools: Mapping[str, Organization], headings: Mapping[str, str],
    found: Collector,
) -> Way | None:  # fmt: skip
    ends = []
    for key in ("first", "second"):
        school = schools.get(code_key(str(values[key])))
        if school is None:
            message = f"no school has the code {shown(str(values[key]))}. Import the school first, or correct the code."
            found.add(Trouble("unknown-school", message, key).at(line=line, column=headings[key]))
        ends.append(school)
    first, second = ends
    if first is None or second is None:
        return None
    if first.pk == second.pk:
        message = f"{first.code} is on both sides. A way leads from one school to another; delete this line."
        found.add(Trouble("same-school", message, "second").at(line=line, column=headings["second"]))
        return None
    return Way(line, first, second, round(float(values["minutes"])))


def _beside(program: Program, given: Iterable[Way]) -> Ways:
    """One entry for a pair, whichever way round it was given; the slower direction counts."""
    pairs: dict[Pair, Way] = {}
    ways = Ways()
    for way in given:
        a, b = sorted((way.first, way.second), key=lambda s: s.code_key)
        turned = Way(way.line, a, b, way.minutes)
        known = pairs.get(turned.pair)
        if known is not None and known.minutes != turned.minutes:
            ways.both_ways += 1
        if known is None or known.minutes < turned.minutes:
            pairs[turned.pair] = turned
    standing = {(t.first_id, t.second_id): t.minutes for t in TravelTime.objects.filter(program=program)}
    for pair, way in pairs.items():
        before = standing.get(pair)
        if before is None:
            ways.new.append(way)
        elif before != way.minutes:
            ways.changed.append((way, before))
        else:
            ways.same += 1
    return ways


def travel_table(program: Program, codes: Mapping[Any, str]) -> list[list[Any]]:
    """The measured ways between these schools (id -> code), as the matching reads them."""
    rows = TravelTime.objects.filter(program=program, first__in=list(codes), second__in=list(codes))
    found = rows.values_list("first_id", "second_id", "minutes")
    return sorted([codes[a], codes[b], minutes] for a, b, minutes in found)
