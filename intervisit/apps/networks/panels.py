"""What this chapter adds to lower ones: the conflict of a facilitator with her own network."""

import datetime as dt

from intervisit.apps.networks.models import NetworkMember
from intervisit.apps.people.models import Group, Person, RoleHeld, in_force
from intervisit.core.text import Trouble


def facilitator_conflicts(
    person: Person, role: str, group: Group, starts: dt.date, ends: dt.date | None
) -> list[Trouble]:
    """Nobody works in a school of a network that she facilitates, whichever role came first (B17)."""
    if role in ("principal", "team"):
        held = RoleHeld.objects.filter(in_force(), person=person, role="facilitator").values("group")
        rows = NetworkMember.objects.filter(network__group__in=held, school__group=group, left__isnull=True)
    elif role == "facilitator":
        schools = RoleHeld.objects.filter(in_force(), person=person, role__in=("principal", "team")).values(
            "group"
        )
        rows = NetworkMember.objects.filter(
            network__group=group, school__group__in=schools, left__isnull=True
        )
    else:
        return []
    return [
        Trouble(
            "own-network",
            f"{person.name} would facilitate {m.network.name} and work at {m.school.name}, which belongs to it. "
            "Choose somebody else.",
            "role",
        )
        for m in rows.select_related("network", "school")
    ]
