"""The schools of a file against the schools that stand: what is new, what changes field by field, what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from intervisit.apps.people.bridge.school_file import SchoolRow
from intervisit.apps.people.models import Organization, SchoolYear, grade_words
from intervisit.apps.people.queries.facts import fact_words, show
from intervisit.apps.people.states import OrganizationKind

FIELD_WORDS = {
    "name": "Name", "sector": "Sector", "subdistrict": "Subdistrict", "level": "Level", "area": "Area",
    "superintendent": "Superintendent", "support_network": "Support network", "address": "Address",
    "grades": "Grades", "latitude": "Latitude", "longitude": "Longitude",
}  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One field: what stands, and what the file says."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """A school that stands and that the file says something else about."""

    school: Organization
    row: SchoolRow
    fields: tuple[str, ...]
    years: tuple[str, ...]  # years whose figures change
    differences: tuple[Difference, ...]


@dataclass
class Comparison:
    """All schools of a file, sorted by what would happen to them."""

    new: list[SchoolRow] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    same: int = 0
    missing: list[Organization] = field(default_factory=list)  # stand here, and are not in the file
    without_position: int = 0  # schools of the file that have no coordinates afterwards
    figures: int = 0  # single figures that are new or change

    @property
    def rows(self) -> int:
        return len(self.new) + len(self.changed) + self.same

    @property
    def counts(self) -> dict[str, int]:
        return {
            "rows": self.rows,
            "new": len(self.new),
            "changed": len(self.changed),
            "same": self.same,
            "missing": len(self.missing),
            "without_position": self.without_position,
            "figures": self.figures,
        }


def compare(district: Organization, rows: Iterable[SchoolRow]) -> Comparison:
    """Compare with what stands in a district. Two queries."""
    stand = {
        o.code_key: o for o in Organization.objects.filter(district=district, kind=OrganizationKind.SCHOOL)
    }
    years: dict[tuple[object, str], SchoolYear] = {
        (y.school_id, y.year): y for y in SchoolYear.objects.filter(school__district=district)
    }
    found, seen = Comparison(), set()
    for row in rows:
        seen.add(row.code)
        school = stand.get(row.code)
        if school is None:
            found.new.append(row)
            found.figures += sum(map(len, row.figures.values()))
            found.without_position += "latitude" not in row.fields
            continue
        found.without_position += "latitude" not in row.fields and school.latitude is None
        change = _change(school, row, years, found)
        if change.differences:
            found.changed.append(change)
        else:
            found.same += 1
    found.missing = sorted((o for code, o in stand.items() if code not in seen), key=lambda o: o.name)
    return found


def _change(
    school: Organization, row: SchoolRow, years: dict[tuple[object, str], SchoolYear], found: Comparison
) -> Change:
    fields = tuple(name for name, value in row.fields.items() if getattr(school, name) != value)
    differences = [
        Difference(FIELD_WORDS[name], _shown(name, getattr(school, name)), _shown(name, row.fields[name]))
        for name in fields
    ]
    touched = []
    for year, figures in row.figures.items():
        standing = years.get((school.pk, year))
        before = standing.facts if standing else {}
        keys = [key for key, value in figures.items() if before.get(key) != value]
        if not keys:
            continue
        touched.append(year)
        found.figures += len(keys)
        if not before:
            differences.append(Difference(f"Figures of {year}", "", f"{len(keys)} figures"))
            continue
        differences += [
            Difference(f"{fact_words(k)}, {year}", show(before.get(k)), show(figures[k])) for k in keys
        ]
    return Change(school, row, fields, tuple(touched), tuple(differences))


def _shown(name: str, value: object) -> str:
    if name == "grades" and isinstance(value, list):
        return grade_words(value)
    return show(value) if not isinstance(value, float) else str(value)
