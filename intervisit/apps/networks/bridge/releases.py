"""What the next publication of a program's networks would tell, and to how many."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from intervisit.apps.networks.bridge.letters import notes_of
from intervisit.apps.networks.models import Network, NetworkMember, Pod, PodMember
from intervisit.apps.networks.queries import Standing
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
    people: frozenset[str]  # ids of those who would get a mail

    @property
    def readers(self) -> int:
        return len(self.people)


def upcoming(program: Program) -> list[News]:
    """Every network with its news, in a constant number of queries. Closed ones only while that is news."""
    standing = Standing.of(program)
    known = _Known.of(standing, _crowd(standing.rows))
    found = []
    for network in standing.networks:
        if network.state != NetworkState.CLOSED:
            found.append(known.news(network))
        elif network.told:
            into = f" It was put together with {network.into.name}." if network.into else ""
            found.append(News(network, (), known.now(network), (f"It has ended.{into}",), (), frozenset()))
    return found


def being(people: int, what: str = "told") -> str:
    """How many people are being told, asked or reminded, as a sentence."""
    return f"One person is being {what}." if people == 1 else f"{people} people are being {what}."


def untold(standing: Standing) -> int:
    """How many networks have news. Whom it would reach is not asked."""
    known = _Known.of(standing, {})
    return sum(
        bool(network.told if network.state == NetworkState.CLOSED else known.news(network).lines)
        for network in standing.networks
    )


@dataclass(frozen=True)
class _Known:
    """Everything that news are made of, read once for all networks."""

    rows: Sequence[NetworkMember]  # also those that have left
    present: Mapping[Any, Sequence[NetworkMember]]  # by network
    held: Sequence[RoleHeld]  # facilitators of today
    names: Mapping[str, str]  # of schools by code, of facilitators by id
    pods: Mapping[Any, list[list[Any]]]
    crowd: Mapping[Any, set[str]]  # group of a school -> who would be told
    placed: frozenset[Any]  # schools that are in some network today

    @classmethod
    def of(cls, standing: Standing, crowd: Mapping[Any, set[str]]) -> "_Known":
        rows, held, present = standing.rows, standing.held, standing.present
        names = {r.school.code: r.school.name for r in rows} | {str(h.person_id): h.person.name for h in held}
        told_ids = {i for n in standing.networks for i in n.told.get("facilitators", [])} - names.keys()
        names |= {str(h.person_id): h.person.name for h in _earlier(told_ids)}
        placed = frozenset(m.school_id for found in present.values() for m in found)
        return cls(rows, present, held, names, _pods(standing.networks), crowd, placed)

    def now(self, network: Network) -> dict[str, Any]:
        """What its people would be told of a network today."""
        members = self.present.get(network.pk, ())
        found: dict[str, Any] = {
            "members": sorted([m.school.code, m.role] for m in members),
            "facilitators": self._guides(network),
        }
        if self.pods.get(network.pk):
            found["pods"] = self.pods[network.pk]
        return found

    def news(self, network: Network) -> News:
        members, now = tuple(self.present.get(network.pk, ())), self.now(network)
        lines = tuple(notes_of(network, now, self.names)) if now != network.told else ()
        gone = self._gone(network, members)
        people = {p for m in members for p in self.crowd.get(m.school.group_id, ())}
        people |= set(self._guides(network))
        people |= {p for school, _ in gone for p in self.crowd.get(school.group_id, ())}
        return News(network, members, now, lines, gone, frozenset(people if lines else ()))

    def _guides(self, network: Network) -> list[str]:
        return sorted({str(h.person_id) for h in self.held if h.group_id == network.group_id})

    def _gone(
        self, network: Network, members: Sequence[NetworkMember]
    ) -> tuple[tuple[Organization, dt.date], ...]:
        """Schools that were told of it, have left it and are in no other."""
        told = {code for code, _ in network.told.get("members", [])} - {m.school.code for m in members}
        return tuple(
            (r.school, r.left)
            for r in self.rows
            if r.network_id == network.pk
            and r.left
            and r.school.code in told
            and r.school_id not in self.placed
        )


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
