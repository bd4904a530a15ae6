"""A table of travel times: staged, mapped, looked at, then applied whole or not at all."""

from collections.abc import Mapping

from django.db import DatabaseError, transaction

from intervisit.apps.networks.bridge.travel import COLUMNS, Ways, read_ways, table_of
from intervisit.apps.networks.models import TravelTime
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor
from intervisit.core.tables import named_columns
from intervisit.core.text import Troubles, long_date
from intervisit.kit.access import require
from intervisit.kit.clock import now, today
from intervisit.kit.history import action, record
from intervisit.kit.models import ImportRun, ImportState
from intervisit.kit.refusal import Refused
from intervisit.kit.staging import staged

WHAT = "travel"
BATCH = 2_000


@action("import.stage_travel")
def stage_travel(program: Program, *, by: Actor, filename: str, data: bytes) -> ImportRun:
    """Take a file in and propose what its columns are. Nothing is applied. Raises Refused with every trouble."""
    require(by, "program.work", program)
    made = ImportRun(what=WHAT, group=program.group, person_id=by.person, filename=filename, data=data)
    run = staged(made, table_of, COLUMNS)
    record(by, "import.stage_travel", run, label=run.filename, group=program.group_id)
    return run


@action("import.choose_travel")
def choose_travel_columns(run: ImportRun, program: Program, *, by: Actor, choices: Mapping[str, str]) -> None:
    """Say what each column is: heading → column key. Raises Refused, naming each conflict."""
    require(by, "import.apply", run)
    mapping, found = named_columns(choices, COLUMNS, needed=[c.key for c in COLUMNS])
    if found:
        raise Refused.of(found)
    run.mapping, run.state = mapping, ImportState.READY
    run.save(update_fields=["mapping", "state"])
    record(by, "import.choose_travel", run, group=program.group_id)


def preview_travel(run: ImportRun, program: Program) -> tuple[Ways, Troubles]:
    """What applying would do, or every trouble. Writes nothing."""
    table = table_of(run)
    if isinstance(table, Troubles):
        return Ways(), table
    return read_ways(program, table, run.mapping)


@action("program.import_travel")
def apply_travel(run: ImportRun, program: Program, *, by: Actor, confirmed: bool) -> dict[str, int]:
    """Write every way of the file, or none. Refuses with every trouble, and a file that was applied before."""
    require(by, "program.work", program)
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.state == ImportState.APPLIED:
        raise Refused("applied-already", "This file has been applied.", status=409)
    if any(n["confirm"] for n in run.notes) and not confirmed:
        raise Refused("not-confirmed", "Confirm first how the file was read.", "confirmed")
    ways, troubles = preview_travel(run, program)
    if troubles:
        raise Refused.of(troubles)
    source = f"{run.filename}, {long_date(today(program.zone))}"[:220]
    try:
        with transaction.atomic():
            _write(program, ways, source)
    except DatabaseError as error:
        message = "The database refused these rows. Nothing was changed. Look at the file once more."
        raise Refused("not-stored", message) from error
    run.state, run.summary, run.applied = ImportState.APPLIED, ways.counts, now()
    run.save(update_fields=["state", "summary", "applied"])
    counts = ways.counts
    changes: dict[str, tuple[object, object]] = {k: (0, counts[k]) for k in ("new", "changed")}
    record(by, "program.import_travel", program, label=run.filename, changes=changes, group=program.group_id)
    return counts


def _write(program: Program, ways: Ways, source: str) -> None:
    rows = [
        TravelTime(program=program, first=w.first, second=w.second, minutes=w.minutes, source=source)
        for w in [*ways.new, *(w for w, _ in ways.changed)]
    ]
    TravelTime.objects.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, unique_fields=["program", "first", "second"],
        update_fields=["minutes", "source"],
    )  # fmt: skip


@action("program.drop_travel")
def drop_travel(program: Program, *, by: Actor) -> int:
    """Go back to estimates. Scenarios made before keep the minutes they were made with."""
    require(by, "program.work", program)
    count, _ = TravelTime.objects.filter(program=program).delete()
    if not count:
        raise Refused("no-times", "There are no imported travel times.")
    record(by, "program.drop_travel", program, group=program.group_id, changes={"ways": (count, 0)})
    return count
