"""A table that somebody brings: kept with a guess of what its columns are, and applied later, whole or not at all."""

from collections.abc import Callable, Sequence
from typing import Any

from intervisit.core.tables import Column, Limits, Table, guess_mapping
from intervisit.core.text import Troubles
from intervisit.kit.access import require
from intervisit.kit.jobs import Running
from intervisit.kit.models import ImportRun, ImportState, Job
from intervisit.kit.refusal import Refused


def staged(
    run: ImportRun, read: Callable[[ImportRun], Table | Troubles], wanted: Sequence[Column]
) -> ImportRun:
    """Take a file in, as it is, and propose what its columns are. Nothing is applied.

    Raises Refused with every trouble of a file that cannot be read, and keeps nothing of it.
    """
    size, most = len(run.data), Limits().file_bytes
    if size > most:
        message = f"The file has {size / 1e6:.1f} MB; at most {most / 1e6:.0f} MB are read. Split it."
        raise Refused("file-too-large", message, "table", status=413)
    run.filename = "".join(c for c in run.filename if c.isprintable())[-200:] or "file"
    table = read(run)
    if isinstance(table, Troubles):
        raise Refused.of(table)
    places = guess_mapping(table.header, wanted).places
    run.header = list(table.header)
    run.mapping = {key: table.header[place] for key, place in places.items()}
    run.notes = [{"message": n.message, "confirm": n.confirm} for n in table.notes]
    run.save()
    return run


def queued(run: ImportRun, enqueued: Callable[[str], Job], *, confirmed: bool) -> Job:
    """Have a job apply this file: `enqueued` gives it, under this title.

    Raises Refused: not-confirmed, already-running.
    """
    if any(n["confirm"] for n in run.notes) and not confirmed:
        raise Refused("not-confirmed", "Confirm first how the file was read.", "confirmed")
    earlier = job_of(run)
    if run.state == ImportState.APPLYING and earlier is not None and not earlier.over:
        raise Refused("already-running", "This import is under way.", status=409)
    waiting = enqueued(f"Import of {run.filename}"[:120])
    run.state, run.troubles = ImportState.APPLYING, []
    run.options = {**run.options, "job": str(waiting.pk)}
    run.save(update_fields=["state", "troubles", "options"])
    return waiting


def job_of(run: ImportRun) -> Job | None:
    """The job that applies this file, if one was started."""
    key = run.options.get("job")
    return Job.objects.filter(pk=key).first() if key else None


def applied(running: Running, write: Callable[[ImportRun], dict[str, Any]]) -> dict[str, Any]:
    """What the job of a staged file does: `write` it, and keep why it could not be.

    Safe to run twice: an applied file is left alone.
    """
    run = ImportRun.objects.select_related("group").get(pk=running.job.arguments["run"])
    if run.state == ImportState.APPLIED:
        return dict(run.summary)
    require(running.by, "import.view", run)
    running.tell(0.1, "Reading the file")
    try:
        return write(run)
    except Refused as refusal:
        told = [t.as_json() for t in refusal.troubles]
        ImportRun.objects.filter(pk=run.pk).update(state=ImportState.REFUSED, troubles=told)
        raise
