"""Schools from a file: staged, mapped, previewed, then applied whole or not at all."""

import datetime as dt
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction

from intervisit.apps.people.bridge.comparison import Comparison, compare
from intervisit.apps.people.bridge.school_file import (
    COLUMNS,
    Reading,
    SchoolRow,
    guessed,
    school_rows,
    table_of,
)
from intervisit.apps.people.models import District, Organization, SchoolYear
from intervisit.apps.people.states import OrganizationKind
from intervisit.core.access import Actor
from intervisit.core.tables import Limits, Table, named_columns, read_school_year
from intervisit.core.text import BadValue, Trouble, Troubles, search_key
from intervisit.kit.access import require
from intervisit.kit.clock import now, today
from intervisit.kit.history import action, record
from intervisit.kit.jobs import Running, enqueue, job
from intervisit.kit.models import Group, ImportRun, ImportState, Job
from intervisit.kit.refusal import Refused
from intervisit.kit.staging import applied, queued

WHAT = "schools"
BATCH = 500


def school_year_of(day: dt.date) -> str:
    """The school year a day belongs to; it turns on 1 July."""
    first = day.year if day.month >= 7 else day.year - 1
    return f"{first}-{(first + 1) % 100:02d}"


def reading_of(run: ImportRun) -> Reading:
    """How this file is to be read, as chosen so far."""
    return Reading(run.mapping, tuple(run.options.get("left_out", [])), run.options.get("year", ""))


@action("import.stage")
def stage_schools(district: District, *, by: Actor, filename: str, data: bytes, year: str = "") -> ImportRun:
    """Take a file in and propose what its columns are. Nothing is applied. Raises Refused with every trouble."""
    require(by, "district.import_schools", district)
    limit = Limits().file_bytes
    if len(data) > limit:
        message = f"The file has {len(data) / 1e6:.1f} MB; at most {limit / 1e6:.0f} MB are read. Split it."
        raise Refused("file-too-large", message, "file", status=413)
    name = "".join(c for c in filename if c.isprintable())[-200:] or "file"
    run = ImportRun(what=WHAT, group=district.group, person_id=by.person, filename=name, data=data)
    _read(run, district)
    if year:
        run.options["year"] = read_school_year(year, field="year")
    run.save()
    record(by, "import.stage", run, label=name, group=district.group)
    return run


def _read(run: ImportRun, district: District) -> Table:
    table = table_of(run)
    if isinstance(table, Troubles):
        raise Refused.of(table)
    reading = guessed(table, run.filename, school_year_of(today(district.zone)))
    run.header = list(table.header)
    run.notes = [{"message": n.message, "confirm": n.confirm} for n in table.notes]
    run.mapping = dict(reading.mapping)
    run.options = {**run.options, "year": reading.year, "left_out": []}
    return table


@action("import.read_as")
def read_differently(
    run: ImportRun, district: District, *, by: Actor, encoding: str, delimiter: str
) -> ImportRun:
    """Read the staged file again with another encoding or separator. Raises Refused with every trouble."""
    require(by, "import.apply", run)
    run.options = {**run.options, "encoding": encoding, "delimiter": delimiter}
    _read(run, district)
    run.save(update_fields=["header", "notes", "mapping", "options"])
    record(by, "import.read_as", run, group=run.group, changes={"read as": ("", f"{encoding} {delimiter}")})
    return run


@action("import.choose")
def choose_columns(run: ImportRun, *, by: Actor, choices: dict[str, str], year: str) -> ImportRun:
    """Say what each column of the file is: heading → key, "figure" or "". Raises Refused, naming each conflict."""
    require(by, "import.apply", run)
    mapping, found = named_columns(choices, COLUMNS, needed=("code",))
    try:
        year = read_school_year(year, field="year") if year.strip() else ""
    except BadValue as bad:
        found += bad.troubles
    if found:
        raise Refused.of(found)
    run.mapping = mapping
    left = [heading for heading, key in choices.items() if not key]
    run.options = {**run.options, "left_out": left, "year": year}
    run.state = ImportState.READY
    run.save(update_fields=["mapping", "options", "state"])
    record(by, "import.choose", run, group=run.group)
    return run


def preview(run: ImportRun, district: District) -> tuple[Comparison, Troubles]:
    """What applying would do. Reads the file and two tables, writes nothing."""
    rows, troubles = _rows(run, district)
    return compare(district, rows), troubles


def _rows(run: ImportRun, district: District) -> tuple[list[SchoolRow], Troubles]:
    table = table_of(run)
    if isinstance(table, Troubles):
        return [], table
    schools = Organization.objects.filter(district=district, kind=OrganizationKind.SCHOOL)
    known = frozenset(schools.values_list("code_key", flat=True))
    return school_rows(table, reading_of(run), known_codes=known)


@action("import.apply")
def start_import(run: ImportRun, *, by: Actor, confirmed: bool) -> Job:
    """Queue the import. Raises Refused: not-confirmed, already-running."""
    require(by, "import.apply", run)
    started = queued(
        run,
        lambda title: enqueue("people.import_schools", by=by, title=title, group=run.group,
                              back=f"/schools/import/{run.pk}/", run=str(run.pk)),
        confirmed=confirmed,
    )  # fmt: skip
    record(by, "import.apply", run, group=run.group)
    return started


@job("people.import_schools", "import.view")
def import_job(running: Running) -> dict[str, Any]:
    """Apply a staged file in one transaction."""

    def write(run: ImportRun) -> dict[str, Any]:
        district = District.objects.get(group=run.group)
        rows, troubles = _rows(run, district)
        if troubles:
            raise Refused.of(troubles)
        running.tell(0.4, f"Writing {len(rows):,} schools")
        with running.keeping() as result:
            result |= apply_schools(run, district, rows, by=running.by)
        return result

    return applied(running, write)


def apply_file(run: ImportRun, district: District, *, by: Actor) -> dict[str, Any]:
    """Apply a staged file at once, without the queue. Raises Refused with every trouble."""
    rows, troubles = _rows(run, district)
    if troubles:
        raise Refused.of(troubles)
    return apply_schools(run, district, rows, by=by)


@action("district.import_schools")
def apply_schools(run: ImportRun, district: District, rows: list[SchoolRow], *, by: Actor) -> dict[str, Any]:
    """Write every school of the file, or none. Returns the counts.

    Raises Refused: not-stored, with the line of every row that the database itself refuses.
    """
    require(by, "district.import_schools", district)
    found = compare(district, rows)
    source = f"{run.filename}, {today(district.zone).strftime('%-d %B %Y')}"
    try:
        with transaction.atomic():
            _write(district, found, source)
    except (IntegrityError, DatabaseError) as error:
        raise Refused.of(_refused_rows(district, found, source) or [_unknown()]) from error
    counts = found.counts
    changes: dict[str, tuple[object, object]] = {k: (0, counts[k]) for k in ("new", "changed", "figures")}
    record(by, "district.import_schools", district, label=run.filename, group=district.group, changes=changes)
    run.state, run.summary, run.applied = ImportState.APPLIED, counts, now()
    run.save(update_fields=["state", "summary", "applied"])
    return counts


def _unknown() -> Trouble:
    return Trouble(
        "not-stored", "The database refused these rows. Nothing was changed. Look at the file once more."
    )


def _write(district: District, found: Comparison, source: str) -> None:
    groups = [Group(kind=OrganizationKind.SCHOOL, name=str(row.fields["name"])) for row in found.new]
    Group.objects.bulk_create(groups, batch_size=BATCH)
    made = [_school(district, row, group) for row, group in zip(found.new, groups, strict=True)]
    Organization.objects.bulk_create(made, batch_size=BATCH)
    rows = [(school, row, tuple(row.figures)) for school, row in zip(made, found.new, strict=True)]
    renamed = []
    for change in found.changed:
        for name in change.fields:
            setattr(change.school, name, change.row.fields[name])
        change.school.search_key = _key(change.school)
        if "name" in change.fields:
            renamed.append(
                Group(pk=change.school.group_id, kind=OrganizationKind.SCHOOL, name=change.school.name)
            )
        rows.append((change.school, change.row, change.years))
    touched = sorted({name for change in found.changed for name in change.fields})
    if touched:
        schools = [change.school for change in found.changed if change.fields]
        Organization.objects.bulk_update(schools, [*touched, "search_key"], batch_size=200)
        Group.objects.bulk_update(renamed, ["name"], batch_size=BATCH)
    _write_figures(rows, source)


def _school(district: District, row: SchoolRow, group: Group) -> Organization:
    school = Organization(
        kind=OrganizationKind.SCHOOL,
        group=group,
        district=district,
        code=row.code,
        code_key=row.code,
        **row.fields,
    )
    school.search_key = _key(school)
    return school


def _key(school: Organization) -> str:
    return search_key(f"{school.name} {school.code}")[:240]


def _write_figures(rows: list[tuple[Organization, SchoolRow, tuple[str, ...]]], source: str) -> None:
    wanted = [(school, year, row.figures[year]) for school, row, years in rows for year in years]
    keys = {school.pk for school, _, _ in wanted}
    standing: dict[tuple[object, str], SchoolYear] = {}
    for chunk in _chunks(list(keys)):
        standing |= {(y.school_id, y.year): y for y in SchoolYear.objects.filter(school__in=chunk)}
    new, old = [], []
    for school, year, figures in wanted:
        row = standing.get((school.pk, year))
        if row is None:
            new.append(
                SchoolYear(school=school, year=year, facts=figures, sources=dict.fromkeys(figures, source))
            )
            continue
        changed = {key: value for key, value in figures.items() if row.facts.get(key) != value}
        row.facts = {**row.facts, **changed}
        row.sources = {**row.sources, **dict.fromkeys(changed, source)}
        old.append(row)
    SchoolYear.objects.bulk_create(new, batch_size=BATCH)
    SchoolYear.objects.bulk_update(old, ["facts", "sources"], batch_size=200)


def _chunks(keys: list[Any]) -> list[list[Any]]:
    return [keys[i : i + BATCH] for i in range(0, len(keys), BATCH)]


def _refused_rows(district: District, found: Comparison, source: str) -> list[Trouble]:
    """Which rows the database refuses: each tried alone, and everything taken back."""
    troubles: list[Trouble] = []
    singles = [Comparison(new=[row]) for row in found.new] + [Comparison(changed=[c]) for c in found.changed]
    with transaction.atomic():
        for single in singles:
            row = single.new[0] if single.new else single.changed[0].row
            try:
                with transaction.atomic():
                    _write(district, single, source)
            except (IntegrityError, DatabaseError):
                message = (
                    f"the school {row.code} cannot be stored as it stands. Look at the values of this line."
                )
                troubles.append(Trouble("not-stored", message).at(line=row.line))
        transaction.set_rollback(True)
    return troubles
