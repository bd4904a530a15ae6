"""The calendar follows when schools leave, come or move during the year."""

from intervisit.apps.calendar.actions.joining import follow_newcomers, forget
from intervisit.apps.calendar.models import Loss, Visit
from intervisit.apps.calendar.states import VisitState
from intervisit.apps.networks.events import MembersChanged
from intervisit.kit.clock import today
from intervisit.kit.history import record


def follow_members(event: MembersChanged) -> None:
    """Visits to a school that has left its network fall away from today; those that took place stay. Whoever has come
    is owed visits for the rest of the year.

    Nothing is mailed here: people are told when the program publishes what is new. (Wired in web/wiring.py.)
    """
    day = today(event.program.zone)
    for network, school in event.left:
        forget(network, school)
        rows = Visit.objects.filter(network=network, school=school, date__gte=day, state=VisitState.PLANNED)
        for visit in rows.select_related("plan"):
            visit.state = VisitState.CANCELLED
            visit.save(update_fields=["state"])
            Loss.objects.create(
                visit=visit, date=visit.date, reason=f"{school.name} has left {network.name}"[:160],
                person_id=event.by.person,
            )  # fmt: skip
            changes = {"state": ("planned", "cancelled")}
            record(event.by, "visit.call_off", visit, group=event.program.group, changes=changes)
    follow_newcomers(event)
