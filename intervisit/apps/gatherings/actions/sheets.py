"""A sign-in sheet that was kept on paper or in a form: read, matched, looked at, then applied whole or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from intervisit.apps.calendar.models import Visit
from intervisit.apps.gatherings.actions.attendance import mark, stand_in
from intervisit.apps.gatherings.queries import expected_at
from intervisit.apps.gatherings.queries.attendance import Expected, members_of
from intervisit.apps.gatherings.states import Presence
from intervisit.apps.people.models import Organization
from intervisit.core.access import Actor
from intervisit.core.tables import Column, Table, apply_mapping, chosen_mapping, guess_mapping
from intervisit.core.text import Collector, Trouble, Troubles, code_key, search_key, shown
from intervisit.kit.access import require
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Refused

COLUMNS: tuple[Column, ...] = (
    Column("name", "name", "text", ("participant", "full name", "who", "attendee", "print name", "teacher"),
           required=True, max_length=120),
    Column("email", "e-mail", "email", ("mail", "email address", "e mail")),
    Column("school", "school", "text", ("site", "from", "organization", "school name", "school code")),
    Column("title", "role", "text", ("position", "job title", "title"), max_length=80),
    Column("present", "was here", "flag", ("present", "attended", "signed in", "here", "attendance", "signature")),
)  # fmt: skip
MOST = 300  # rows of one sheet


@dataclass(frozen=True)
class SheetRow:
    """One line of the sheet: whom it is about, and what would be noted."""

    line: int
    name: str
    title: str
    someone: Expected | None
    school: Organization | None
    here: bool

    @property
    def words(self) -> str:
        if not self.here:
            return "not here: left as it is"
        if self.someone is not None:
            return "here"
        return f"here, not expected: is added for {self.school}"


@dataclass(frozen=True)
class Reading:
    """A sheet as it would be applied."""

    rows: tuple[SheetRow, ...] = ()
    troubles: Troubles = field(default_factory=Troubles)
    mapping: Mapping[str, int] = field(default_factory=dict)


def read_sheet(
    visit: Visit, table: Table, filename: str, choices: Mapping[str, int | None] | None = None
) -> Reading:
    """Match the lines of a sheet with the people of a visit. Writes nothing; every trouble names its line."""
    mapping = (
        chosen_mapping(table.header, COLUMNS, choices) if choices else guess_mapping(table.header, COLUMNS)
    )
    if mapping.missing:
        return Reading((), mapping.troubles(table.header, COLUMNS), mapping.places)
    if len(table.rows) > MOST:
        message = f"The sheet has {len(table.rows):,} rows; at most {MOST} are read. Split it."
        return Reading((), Troubles((Trouble("too-many-rows", message, file=filename),)), mapping.places)
    mapped = apply_mapping(table, mapping, COLUMNS, facts=False, file=filename)
    found = Collector()
    found.extend(mapped.troubles)
    members = members_of(visit)
    people = _Book(expected_at(visit, members), [m.school for m in members])
    rows = []
    for row in mapped.rows:
        name, title = str(row.values["name"]), str(row.values.get("title") or "")
        school = people.school(str(row.values.get("school") or ""))
        someone = people.person(name, str(row.values.get("email") or ""), school)
        here = row.values.get("present") is not False
        if someone is None and school is None and here:
            what = (
                f"{shown(name)} is not expected, and no school of this day is named. Add one of its schools."
            )
            found.add(Trouble("not-expected", what, "name").at(line=row.line, file=filename))
            continue
        rows.append(SheetRow(row.line, name, title, someone, someone.school if someone else school, here))
    return Reading(tuple(rows), found.done(), mapping.places)


class _Book:
    """Who is expected, to be found by address or by name."""

    def __init__(self, expected: list[Expected], schools: list[Organization]) -> None:
        self._by_email = {e.person.email: e for e in expected}
        self._by_name: dict[str, list[Expected]] = {}
        for e in expected:
            self._by_name.setdefault(_plain(e.person.name), []).append(e)
        self._schools = schools

    def person(self, name: str, email: str, school: Organization | None) -> Expected | None:
        if email and email in self._by_email:
            return self._by_email[email]
        same = self._by_name.get(_plain(name), [])
        if len(same) > 1 and school is not None:
            same = [e for e in same if e.school == school]
        return same[0] if len(same) == 1 else None

    def school(self, text: str) -> Organization | None:
        key = search_key(text)
        fits = [
            s for s in self._schools if text and (search_key(s.name) == key or s.code_key == code_key(text))
        ]
        return fits[0] if len(fits) == 1 else None


def _plain(name: str) -> str:
    """A name without case, accents and order: "Moreau, Tess" is Tess Moreau."""
    return " ".join(sorted(search_key(name.replace(",", " ")).split()))


@action("attendance.import")
def apply_sheet(visit: Visit, reading: Reading, *, by: Actor) -> int:
    """Note everybody on the sheet, or nobody. Returns how many were here."""
    require(by, "visit.take_attendance", visit)
    if reading.troubles.items:
        raise Refused.of(reading.troubles.items)
    here = [row for row in reading.rows if row.here]
    if not here:
        raise Refused("nothing-to-import", "Nobody on this sheet was here.")
    for row in here:
        if row.someone is not None:
            mark(visit, str(row.someone.person.pk), Presence.PRESENT, by=by, source="sheet")
        else:
            stand_in(visit, by=by, school=row.school, name=row.name, title=row.title)
    record(by, "attendance.import", visit, group=visit.network.group, changes={"rows": (0, len(here))})
    return len(here)
