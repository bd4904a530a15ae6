"""What this chapter adds: the conflict of a facilitator with her own network, and who stands by the memorandum."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from intervisit.apps.applications.queries.sharing import shared_with_me
from intervisit.apps.networks.models import Network, NetworkMember
from intervisit.apps.people.models import Group, Person, RoleHeld, in_force
from intervisit.apps.programs.queries import day_words
from intervisit.apps.programs.queries.agreements import Standing, in_force_agreement, standings
from intervisit.core.access import Actor
from intervisit.core.text import Trouble
from intervisit.kit.access import may
from intervisit.kit.clock import local_day


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


@dataclass(frozen=True)
class AgreementPanel:
    """How the schools of a network stand to the program's memorandum."""

    template: str
    url: str = ""
    title: str = ""
    rows: Sequence[tuple[Standing, str]] = ()  # with who accepted it, and when


def agreement_panel(actor: Actor, network: Network) -> AgreementPanel:
    """At hand when somebody stays away: all schools for the facilitator and the program, its own line for a school."""
    agreement = in_force_agreement(network.program)
    if agreement is None:
        return AgreementPanel("")
    members = {m.school_id for m in network.members.all() if m.left is None}
    rows = [
        r for r in standings(network.program, agreement) if r.party.school and r.party.school.pk in members
    ]
    leads = str(network.group_id) in actor.groups("facilitator")
    if not leads and not may(actor, "network.assign", network):
        mine = actor.groups("principal") | actor.groups("team")
        rows = [r for r in rows if r.party.school and str(r.party.school.group_id) in mine]
    url = reverse("agreement", args=[agreement.pk])
    told = [(r, _by_whom(r, network)) for r in rows]
    return AgreementPanel("networks/agreement_panel.html", url, agreement.memorandum.title, told)


def _by_whom(row: Standing, network: Network) -> str:
    if row.last is None or row.state != "accepted":
        return ""
    day = local_day(row.last.at, network.program.zone)
    return f"{row.last.name}, {day_words(day)}"


@dataclass(frozen=True)
class SharedPanel:
    """The applications that schools of a network have shared with whoever accompanies it."""

    template: str
    rows: Sequence[tuple[str, str]] = ()  # the school's name, the page


def shared_panel(actor: Actor, network: Network) -> SharedPanel:
    """For its facilitator alone: a school that shares nothing is not named."""
    if str(network.group_id) not in actor.groups("facilitator"):
        return SharedPanel("")
    rows = network.members.filter(left__isnull=True, application__isnull=False).select_related("school")
    names = {m.application_id: m.school.name for m in rows.order_by("-hosts", "school__code_key")}
    shared = shared_with_me(actor, names)
    found = [
        (name, reverse("shared_application", args=[shared[pk].pk]))
        for pk, name in names.items()
        if pk in shared
    ]
    return SharedPanel("networks/shared_panel.html" if found else "", found)
