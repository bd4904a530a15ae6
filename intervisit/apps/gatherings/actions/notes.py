"""What to bring, and where to come in."""

from intervisit.apps.calendar.models import Visit
from intervisit.apps.gatherings.models import VisitNote
from intervisit.apps.gatherings.queries import note_of
from intervisit.core.access import Actor
from intervisit.kit.access import require
from intervisit.kit.clock import now
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Stale

LONGEST = 2_000  # characters


@action("visit.write_note")
def write_note(visit: Visit, text: str, *, by: Actor, version: int) -> None:
    """Write what the people of a visit need to know. Somebody who wrote in between is not overwritten."""
    require(by, "visit.write_note", visit)
    note = note_of(visit)
    if note.version != version and note.text != text:
        raise Stale({"What to bring": text}, {"What to bring": note.text}, str(note.person or ""))
    changes = {"characters": (len(note.text), len(text))}  # never the words
    VisitNote.objects.update_or_create(
        uid=visit.uid,
        defaults={"network": visit.network, "text": text, "version": note.version + 1, "person_id": by.person,
                  "edited": now()},
    )  # fmt: skip
    record(by, "visit.write_note", visit, group=visit.network.group, changes=changes)
