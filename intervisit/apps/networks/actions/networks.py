"""Who accompanies a network, what it is called, and whom it is about."""

import datetime as dt
from collections.abc import Iterable

from intervisit.apps.networks.models import Network
from intervisit.apps.people.models import Person, RoleHeld, in_force
from intervisit.core.access import Actor
from intervisit.kit.access import require
from intervisit.kit.clock import today
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Refused


@action("network.assign")
def set_facilitator(network: Network, person: Person | None, *, by: Actor) -> None:
    """Give a network its facilitator, from today; the one before loses it in the same moment."""
    require(by, "network.assign", network)
    day = today(network.program.district.zone)
    held = RoleHeld.objects.filter(group=network.group, role="facilitator", ends__isnull=True)
    before = [h.person for h in held.select_related("person")]
    if person is not None:
        _refuse_own_team(network, person)
    for row in held:
        if person is not None and row.person_id == person.pk:
            continue
        if row.starts >= day:
            row.delete()  # given and taken back on one day: it never counted
        else:
            # A role counts on its last day, so one that must end now ended yesterday (trust.md 2.5: at once).
            row.ends = day - dt.timedelta(days=1)
            row.save(update_fields=["ends"])
    if person is not None and person not in before:
        RoleHeld.objects.create(
            person=person, role="facilitator", group=network.group, starts=day, granted_by_id=by.person
        )
    names = (", ".join(p.name for p in before), person.name if person else "")
    record(by, "network.assign", network, group=network.program.group, changes={"facilitator": names})


def _refuse_own_team(network: Network, person: Person) -> None:
    """A facilitator is neutral: nobody facilitates the network of her own school (B17)."""
    groups = network.members.filter(left__isnull=True).values("school__group")
    held = RoleHeld.objects.filter(
        in_force(), person=person, role__in=("principal", "team"), group__in=groups
    )
    school = held.select_related("group").first()
    if school is not None:
        raise Refused(
            "own-network",
            f"{person.name} works at {school.group.name}, which belongs to this network. Choose somebody else.",
            "facilitator",
        )


@action("network.rename")
def rename_network(network: Network, name: str, *, by: Actor) -> None:
    require(by, "network.assign", network)
    record(by, "network.rename", network, group=network.program.group, changes={"name": (network.name, name)})
    network.name = network.group.name = name
    network.save(update_fields=["name"])
    network.group.save(update_fields=["name"])


def people_of(network: Network) -> Iterable[Person]:
    """Principals and teams of the network's schools, and its facilitator, each once."""
    groups = [m.school.group_id for m in network.members.all() if m.left is None]
    school = RoleHeld.objects.filter(in_force(), group__in=groups, role__in=("principal", "team"))
    facilitator = RoleHeld.objects.filter(in_force(), group=network.group, role="facilitator")
    ids = {*school.values_list("person_id", flat=True), *facilitator.values_list("person_id", flat=True)}
    return Person.objects.filter(pk__in=ids, is_active=True).order_by("name")
