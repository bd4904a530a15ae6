"""Facilitators, publishing and taking back."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from intervisit.apps.networks.events import NetworksWithdrawn
from intervisit.apps.networks.models import Network, NetworkMember
from intervisit.apps.networks.states import NetworkState
from intervisit.apps.people.models import Person, RoleHeld, in_force
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.states import Phase
from intervisit.core.access import Actor
from intervisit.kit.access import require
from intervisit.kit.clock import now, today
from intervisit.kit.events import emit
from intervisit.kit.history import action, record
from intervisit.kit.outbox import mail_kind, send_later
from intervisit.kit.refusal import Refused

PUBLISHED_MAIL = mail_kind("network.published", "network.view")
CHANGED_MAIL = mail_kind("network.changed", "network.view")
WITHDRAWN_MAIL = mail_kind("network.withdrawn", "")


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


@action("networks.publish")
def publish_networks(program: Program, *, by: Actor) -> int:
    """Show every network to its schools, and tell those for whom something is new. Returns how many mails that is."""
    require(by, "program.manage", program)
    networks = list(program.networks.select_related("group", "program").prefetch_related("members__school"))
    if not networks:
        raise Refused("no-networks", "Adopt a scenario first.")
    moment, told = now(), 0
    for network in networks:
        network.state = NetworkState.PUBLISHED
        network.published = network.published or moment
        told += _tell_members(network)
        network.save(update_fields=["state", "published", "told"])
    program.networks_published = moment
    program.phase = Phase.YEAR
    program.save(update_fields=["networks_published", "phase"])
    record(by, "networks.publish", program, group=program.group, changes={"mails": (0, told)})
    return told


def _news(network: Network) -> dict[str, Any]:
    members = [(m.school.code, m.role) for m in network.members.all() if m.left is None]
    people = RoleHeld.objects.filter(in_force(), group=network.group, role="facilitator")
    return {
        "members": sorted(map(list, members)),
        "facilitators": sorted(str(i) for i in people.values_list("person_id", flat=True)),
    }


def _tell_members(network: Network) -> int:
    news = _news(network)
    if news == network.told:
        return 0
    first = not network.told
    network.told = news
    digest = hashlib.sha256(json.dumps(news, sort_keys=True).encode()).hexdigest()[:16]
    word = network.program.design.words["network"].one
    schools = ", ".join(m.school.name for m in network.members.all() if m.left is None)
    subject = f"Your {word} for {network.program.year}" if first else f"Your {word} has changed"
    body = (
        f"{network.name}: {schools}.\n\nOpen the page below to see why you are together, who supports you, "
        "and when you will visit each other."
    )
    sent = 0
    for person in people_of(network):
        mail = send_later(
            PUBLISHED_MAIL if first else CHANGED_MAIL, person, subject=subject, body=body, about=network,
            link=f"/networks/{network.pk}/", key=f"network:{network.pk}:{digest}:{person.pk}",
        )  # fmt: skip
        sent += mail is not None
    return sent


def people_of(network: Network) -> Iterable[Person]:
    """Principals and teams of the network's schools, and its facilitator, each once."""
    groups = [m.school.group_id for m in network.members.all() if m.left is None]
    school = RoleHeld.objects.filter(in_force(), group__in=groups, role__in=("principal", "team"))
    facilitator = RoleHeld.objects.filter(in_force(), group=network.group, role="facilitator")
    ids = {*school.values_list("person_id", flat=True), *facilitator.values_list("person_id", flat=True)}
    return Person.objects.filter(pk__in=ids, is_active=True).order_by("name")


@action("networks.withdraw")
def withdraw_networks(program: Program, *, by: Actor) -> None:
    """Take the published networks back: their schools no longer see them, and are told so."""
    require(by, "program.manage", program)
    networks = list(program.networks.filter(state=NetworkState.PUBLISHED).select_related("group", "program"))
    if not networks:
        raise Refused("not-published", "These networks are not published.")
    word = program.design.words["network"].one
    for network in networks:
        for person in people_of(network):
            send_later(
                WITHDRAWN_MAIL, person, subject=f"Your {word} is being looked at again",
                body=f"The program office has taken back your {word} for {program.year} to correct something. "
                "You will hear from us when it is settled; please do not plan with it until then.",
                key=f"withdrawn:{network.pk}:{now():%Y%m%d%H%M%S}:{person.pk}",
            )  # fmt: skip
        network.state = NetworkState.ADOPTED
        network.save(update_fields=["state"])
    program.networks_published = None
    program.phase = Phase.MATCHING
    program.save(update_fields=["networks_published", "phase"])
    record(by, "networks.withdraw", program, group=program.group)
    emit(NetworksWithdrawn(program, by))


@action("membership.leave")
def leave_network(member: NetworkMember, *, by: Actor) -> None:
    """A school leaves its network from today: it keeps its own things and no longer sees new ones."""
    require(by, "network.assign", member.network)
    if member.left is not None:
        raise Refused("left-already", "This school has left already.")
    member.left = today(member.network.program.district.zone)
    member.save(update_fields=["left"])
    record(
        by,
        "membership.leave",
        member,
        group=member.network.program.group,
        changes={"left": (None, member.left)},
    )
