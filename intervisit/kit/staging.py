"""A table that somebody brings: read, and kept with a guess of what its columns are, before anything is applied."""

from collections.abc import Callable, Sequence

from intervisit.core.tables import Column, Limits, Table, guess_mapping
from intervisit.core.text import Troubles
from intervisit.kit.models import ImportRun
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
