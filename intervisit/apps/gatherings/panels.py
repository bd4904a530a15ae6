"""What this chapter adds to the page of a visit: what to bring, and who was there."""

from dataclasses import dataclass

from intervisit.apps.calendar.models import Visit
from intervisit.apps.gatherings.models import Attendance, VisitNote
from intervisit.apps.gatherings.queries import note_of
from intervisit.apps.gatherings.states import Presence
from intervisit.core.access import Actor
from intervisit.kit.access import may


@dataclass(frozen=True)
class DayPanel:
    """The note on the day, and the way to the list; once it is closed, to the head of the minutes."""

    template: str
    note: VisitNote
    may_write: bool
    may_list: bool
    here: int


def day_panel(actor: Actor, visit: Visit) -> DayPanel:
    reads, may_list = bool(may(actor, "visit.note", visit)), bool(may(actor, "visit.attendance", visit))
    return DayPanel(
        "gatherings/day_panel.html" if reads else "",
        note_of(visit),
        bool(may(actor, "visit.write_note", visit)),
        may_list,
        Attendance.objects.filter(uid=visit.uid, state=Presence.PRESENT).count() if may_list else 0,
    )
