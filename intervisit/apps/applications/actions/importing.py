"""Applications from a file: staged, mapped, previewed, then applied whole or not at all."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.db import DatabaseError, transaction

from intervisit.apps.applications.actions.starting import in_the_way
from intervisit.apps.applications.bridge import answers_as_wishes, form_for
from intervisit.apps.applications.bridge.sheet import SheetRow, call_of, columns_of, read_rows, table_of
from intervisit.apps.applications.models import Application, Wishes
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.instruments.answers import form_of
from intervisit.apps.instruments.queries import design_now, newest_versions
from intervisit.apps.people.actions.roles import hold_role
from intervisit.apps.people.models import District, Organization, Person, RoleHeld, in_force
from intervisit.apps.people.setup import make_person
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor
from intervisit.core.tables import ORDERS, named_columns
from intervisit.core.text import Collector, Trouble, Troubles
from intervisit.kit.access import may, require
from intervisit.kit.clock import now, today
from intervisit.kit.history import action, record
from intervisit.kit.jobs import Running, enqueue, job
from intervisit.kit.models import ImportRun, ImportState, Job
from intervisit.kit.refusal import Refused
from intervisit.kit.staging import applied, queued, staged

WHAT = "applications"


@action("import.stage_applications")
def stage_applications(program: Program, *, by: Actor, filename: str, data: bytes) -> ImportRun:
    """Take a file in and propose what its columns are. Nothing is applied. Raises Refused with every trouble."""
    require(by, "program.work", program)
    made = ImportRun(what=WHAT, group=program.group, person_id=by.person, filename=filename, data=data)
    run = staged(made, table_of, columns_of(design_now(program)))
    record(by, "import.stage_applications", run, label=run.filename, group=program.group_id)
    return run


@action("import.choose_applications")
def choose_columns(
    run: ImportRun, program: Program, *, by: Actor, choices: Mapping[str, str], order: str = "",
    unsure: Collection[str] = (),
) -> ImportRun:  # fmt: skip
    """Say what each column of the file is: heading → column key or "". Raises Refused, naming each conflict.

    `order`: whether the month or the day comes first; asked for when one of the headings in `unsure`, whose dates do
    not tell, is used as a date.
    """
    require(by, "import.apply", run)
    columns = columns_of(design_now(program))
    mapping, found = named_columns(choices, columns, needed=[c.key for c in columns if c.required])
    dated = {c.key for c in columns if c.kind == "date"} | {"submitted"}
    if order not in ORDERS and any(mapping.get(key) in unsure for key in dated):
        message = "Say below whether the month or the day comes first in this file: it does not tell itself."
        found.append(Trouble("order-not-said", message, "order"))
    if found:
        raise Refused.of(found)
    run.mapping, run.state = mapping, ImportState.READY
    run.options = {**run.options, "order": order if order in ORDERS else ""}
    run.save(update_fields=["mapping", "state", "options"])
    record(by, "import.choose_applications", run, group=program.group_id)
    return run


@dataclass
class Plan:
    """What applying a file would do."""

    new: list[SheetRow] = field(default_factory=list)
    changed: list[tuple[SheetRow, Application, list[str]]] = field(default_factory=list)
    same: int = 0
    people: list[str] = field(default_factory=list)  # principals who get an account
    notes: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        return {
            "new": len(self.new),
            "changed": len(self.changed),
            "same": self.same,
            "people": len(self.people),
        }


def preview(run: ImportRun, program: Program) -> tuple[Plan, Troubles]:
    """What applying would do, or every trouble. Writes nothing."""
    table = table_of(run)
    if isinstance(table, Troubles):
        return Plan(), table
    rows, troubles = read_rows(program, table, run.mapping, run.options.get("order") or None)
    found = Collector()
    found.extend(troubles)
    plan = _plan(program, rows, found, run)
    return plan, found.done()


def _plan(program: Program, rows: list[SheetRow], found: Collector, run: ImportRun) -> Plan:
    plan = Plan()
    design = program.design
    every = program.applications.select_related("school", "pending", "program")
    standing = {(a.school_id, a.call or design.calls[0].key): a for a in every}
    elsewhere = {a.school_id: a for a in every if in_the_way(a)}
    wishes = {w.pk: w for w in Wishes.objects.filter(application__program=program)}
    principals = _principals(program)
    for row in rows:
        if row.school is None:
            continue
        column = run.mapping.get("code", "code")
        application = standing.get((row.school.pk, call_of(design, row.role)))
        if application is not None:
            _compare(plan, row, application, wishes.get(application.pk), found, column)
        elif row.school.pk in elsewhere:
            message = f"{row.school} has an application to another call. Decide and tell that one first."
            found.add(Trouble("has-application", message, "code").at(line=row.line, column=column))
        else:
            plan.new.append(row)
        _plan_principal(plan, row, principals.get(row.school.group_id, []))
    return plan


def _compare(
    plan: Plan, row: SheetRow, application: Application, wishes: Wishes | None, found: Collector, column: str
) -> None:
    decided = application.state != ApplicationState.SUBMITTED or hasattr(application, "pending")
    if decided or not application.imported:
        why = (
            "has been decided already; a file can no longer change it"
            if application.imported
            else "has an application of its own making; leave this line out"
        )
        message = f"{application.school} {why}."
        found.add(Trouble("has-application", message, "code").at(line=row.line, column=column))
        return
    wanted = _fields(row, application)
    different = [k for k, v in wanted.items() if getattr(application, k) != v]
    if row.wished and wishes is not None:
        fields = _wishes(application, row)
        different += [k for k, v in fields.items() if getattr(wishes, k) != v]
    if different:
        plan.changed.append((row, application, [d.replace("_", " ") for d in different]))
    else:
        plan.same += 1


def _fields(row: SheetRow, application: Application | None = None) -> dict[str, Any]:
    answers = {**(application.answers if application else {}), **row.answers}
    return {"role_wanted": row.role, "focus": row.focus, "answers": answers}


def _wishes(application: Application, row: SheetRow) -> dict[str, Any]:
    return answers_as_wishes(form_for(application), row.role, row.wished)


def _principals(program: Program) -> dict[Any, list[Person]]:
    held = RoleHeld.objects.filter(
        in_force(), role="principal", group__organization__district=program.district_id
    ).select_related("person")
    found: dict[Any, list[Person]] = {}
    for one in held:
        found.setdefault(one.group_id, []).append(one.person)
    return found


def _plan_principal(plan: Plan, row: SheetRow, known: list[Person]) -> None:
    if not row.email or any(p.email == row.email for p in known):
        return
    if known:
        who = ", ".join(p.name for p in known)
        plan.notes.append(
            f"Line {row.line}: the principal on record is {who}, not {row.principal}. The record stays."
        )
        return
    plan.people.append(f"{row.principal}, {row.school}")


@action("import.apply_applications")
def start_import(run: ImportRun, program: Program, *, by: Actor, confirmed: bool) -> Job:
    """Queue the import. Raises Refused: not-confirmed, already-running."""
    require(by, "import.apply", run)
    started = queued(
        run,
        lambda title: enqueue("applications.import", by=by, title=title, group=program.group,
                              back=f"/application-imports/{run.pk}/", run=str(run.pk)),
        confirmed=confirmed,
    )  # fmt: skip
    record(by, "import.apply_applications", run, group=program.group_id)
    return started


@job("applications.import", "import.view")
def import_job(running: Running) -> dict[str, Any]:
    """Apply a staged file in one transaction."""

    def write(run: ImportRun) -> dict[str, Any]:
        program = Program.objects.select_related("version", "district").get(group=run.group)
        plan, troubles = preview(run, program)
        if troubles:
            raise Refused.of(troubles)
        running.tell(0.5, f"Writing {len(plan.new) + len(plan.changed):,} applications")
        with running.keeping() as result:
            result |= apply_plan(run, program, plan, by=running.by)
        return result

    return applied(running, write)


@action("program.import_applications")
def apply_plan(run: ImportRun, program: Program, plan: Plan, *, by: Actor) -> dict[str, Any]:
    """Write every application of the file, or none. Returns the counts. Raises Refused: not-stored, with the line."""
    require(by, "program.work", program)
    line = 0
    try:
        with transaction.atomic():
            for place, write in _writes(program, plan, by):
                line = place
                write()
    except DatabaseError as error:
        message = "the database refused this row. Nothing was changed. Look at the values of this line."
        raise Refused.of([Trouble("not-stored", message).at(line=line)]) from error
    counts = plan.counts
    changes: dict[str, tuple[object, object]] = {k: (0, v) for k, v in counts.items() if k != "same"}
    record(
        by,
        "program.import_applications",
        program,
        label=run.filename,
        changes=changes,
        group=program.group_id,
    )
    run.state, run.summary, run.applied = ImportState.APPLIED, counts, now()
    run.save(update_fields=["state", "summary", "applied"])
    return counts


def _writes(program: Program, plan: Plan, by: Actor) -> Any:
    """(line, what to write), so that a refusal of the database can name its line."""
    principals = _principals(program)
    for row in plan.new:
        yield row.line, lambda row=row: _make(program, row)
    for row, application, _ in plan.changed:
        yield row.line, lambda row=row, application=application: _change(application, row)
    every = [*plan.new, *(row for row, _, _ in plan.changed)]
    for row in every:
        if row.school is not None and row.email and not principals.get(row.school.group_id):
            yield row.line, lambda row=row: _give_principal(program, row.school, row, by)


def _make(program: Program, row: SheetRow) -> None:
    assert row.school is not None
    design = design_now(program)
    form = form_of(design, row.role)
    application = Application.objects.create(
        program=program, call=call_of(design, row.role), school=row.school, form_key=form.key,
        form=newest_versions(program).get(form.key), state=ApplicationState.SUBMITTED, imported=True,
        submitted=_submitted(row, program), **_fields(row),
    )  # fmt: skip
    Wishes.objects.create(application=application, **_wishes(application, row))


def _submitted(row: SheetRow, program: Program) -> dt.datetime:
    if row.submitted is None:
        return now()
    return dt.datetime.combine(row.submitted, dt.time(12), ZoneInfo(program.zone))


def _change(application: Application, row: SheetRow) -> None:
    for key, value in _fields(row, application).items():
        setattr(application, key, value)
    application.version += 1
    application.save(update_fields=["role_wanted", "focus", "answers", "version", "changed"])
    if row.wished:
        Wishes.objects.update_or_create(application=application, defaults=_wishes(application, row))


def _give_principal(program: Program, school: Organization, row: SheetRow, by: Actor) -> None:
    """An account and the role for a principal nobody knows yet. Only the district's office gives it at once."""
    person = Person.objects.filter(email=row.email).first() or make_person(row.principal, row.email)
    office = bool(may(by, "district.people", District.objects.get(pk=program.district_id)))
    hold_role(person, "principal", school.group, by=by, starts=today(program.zone), zone=program.zone,
              proposed=not office)  # fmt: skip
