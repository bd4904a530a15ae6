"""What the next publication of a program's networks would tell, and to how many."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from intervisit.apps.networks.bridge.letters import notes_of
from intervisit.apps.networks.models import Network, NetworkMember, Pod, PodMember
from intervisit.apps.networks.states import NetworkState
from intervisit.apps.people.models import Organization, RoleHeld, in_force
from intervisit.apps.programs.models import Program


@dataclass(frozen=True)
class News:
    """One network: what it is now, and what of it its people have not been told yet."""

    network: Network
    members: tuple[NetworkMember, ...]
    news: Mapping[str, Any]
    lines: tuple[str, ...]
    gone: tuple[
        tuple[Organization, dt.date], ...
    ]  # schools told of it before that are in no network any more
    readers: int  # people who would get a mail


def upcoming(program: Program) -> list[News]:
    """Every network with its news, in a constant number of queries. Closed ones only while that is news."""
    networks = list(
        Network.objects.filter(program=program)
        .select_related("group", "program__version", "into")
        .order_by("number")
    )
    rows = list(
        NetworkMember.objects.filter(network__in=networks)
        .select_related("school")
        .order_by("-hosts", "school__code_key")
    )
    present: dict[Any, list[NetworkMember]] = {}
    for row in rows:
        if row.left is None:
            present.setdefault(row.network_id, []).append(row)
    held = list(
        RoleHeld.objects.filter(
            in_force(), group__in=[n.group_id for n in networks], role="facilitator"
        ).select_related("person")
    )
    names = {r.school.code: r.school.name for r in rows} | {str(h.person_id): h.person.name for h in held}
    told_ids = {i for n in networks for i in n.told.get("facilitators", [])} - names.keys()
    names |= {str(h.person_id): h.person.name for h in _earlier(told_ids)}
    pods = _pods(networks)
    crowd = _crowd(rows)
    placed = {m.school_id for found in present.values() for m in found}
    found = []
    for network in networks:
        members = tuple(present.get(network.pk, ()))
        guides = sorted({str(h.person_id) for h in held if h.group_id == network.group_id})
        news: dict[str, Any] = {
            "members": sorted([m.school.code, m.role] for m in members),
            "facilitators": guides,
        }
        if pods.get(network.pk):
            news["pods"] = pods[network.pk]
        if network.state == NetworkState.CLOSED:
            if network.told:
                into = f" It was put together with {network.into.name}." if network.into else ""
                found.append(News(network, (), news, (f"It has ended.{into}",), (), 0))
            continue
        lines = tuple(notes_of(network, news, names)) if news != network.told else ()
        codes = {code for code, _ in network.told.get("members", [])} - {m.school.code for m in members}
        gone = tuple(
            (r.school, r.left)
            for r in rows
            if r.network_id == network.pk and r.left and r.school.code in codes and r.school_id not in placed
        )
        people = {p for m in members for p in crowd.get(m.school.group_id, ())} | set(guides)
        people |= {p for school, _ in gone for p in crowd.get(school.group_id, ())}
        found.append(News(network, members, news, lines, gone, len(people) if lines else 0))
    return found


def _earlier(ids: set[Any]) -> list[RoleHeld]:
    if not ids:
        return []
    return list(RoleHeld.objects.filter(person__in=ids, role="facilitator").select_related("person"))


def _crowd(rows: Sequence[NetworkMember]) -> dict[Any, set[str]]:
    """Group of a school -> its principal and team of today."""
    held = RoleHeld.objects.filter(
        in_force(),
        group__in={r.school.group_id for r in rows},
        role__in=("principal", "team"),
        person__is_active=True,
    )
    found: dict[Any, set[str]] = {}
    for group, person in held.values_list("group_id", "person_id"):
        found.setdefault(group, set()).add(str(person))
    return found


def _pods(networks: Sequence[Network]) -> dict[Any, list[list[Any]]]:
    """Network -> its smaller groups of today, each as [name, codes]."""
    seats = Prefetch("seats", PodMember.objects.select_related("member__school"))
    found: dict[Any, list[list[Any]]] = {}
    for pod in Pod.objects.filter(network__in=networks, ends__isnull=True).prefetch_related(seats):
        codes = sorted(s.member.school.code for s in pod.seats.all() if s.member.left is None)
        found.setdefault(pod.network_id, []).append([pod.name, codes])
    return {key: sorted(value) for key, value in found.items()}
