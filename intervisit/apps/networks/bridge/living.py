"""Networks as they stand during the year, in the method's terms, and which of them becomes which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from intervisit.apps.applications.models import Application
from intervisit.apps.networks.bridge import problem as bridge
from intervisit.apps.networks.models import Network, NetworkMember
from intervisit.apps.networks.states import NetworkState
from intervisit.apps.programs.models import Program
from intervisit.core import matching


@dataclass(frozen=True)
class Living:
    """The networks of a program today. `board[k]` is `networks[k]`."""

    program: Program
    networks: tuple[Network, ...]
    members: Mapping[Any, tuple[NetworkMember, ...]]  # network id -> its schools
    problem: matching.Problem
    board: tuple[matching.MatchedNetwork, ...]
    joining: Application | None = None  # a school that looks for its place; known to `problem`, on no board

    @property
    def names(self) -> dict[str, str]:
        found = {m.school.code: m.school.name for rows in self.members.values() for m in rows}
        return found | ({self.joining.school.code: self.joining.school.name} if self.joining else {})


def living(program: Program, joining: Application | None = None) -> Living | None:
    """The networks of today, with the school that looks for a place in them. None while there are none."""
    networks = tuple(
        Network.objects.filter(program=program)
        .exclude(state=NetworkState.CLOSED)
        .select_related("group", "program__version", "scenario")
        .order_by("number")
    )
    if not networks:
        return None
    scenario = next((n.scenario for n in networks if n.scenario is not None), None)
    made_of = scenario.problem if scenario is not None else {}
    rows: dict[Any, list[NetworkMember]] = {n.pk: [] for n in networks}
    present = NetworkMember.objects.filter(network__in=networks, left__isnull=True)
    for row in present.select_related("school", "application").order_by("-hosts", "school__code_key"):
        rows[row.network_id].append(row)
    members = {key: tuple(found) for key, found in rows.items()}
    codes = {m.school.code for found in members.values() for m in found}
    if joining is not None:
        codes.add(joining.school.code)
    problem = _problem(program, made_of, codes)
    board = tuple(_matched(n, members[n.pk]) for n in networks)
    return Living(program, networks, members, problem, board, joining)


def _problem(program: Program, made_of: Mapping[str, Any], codes: set[str]) -> matching.Problem:
    """The problem the networks came from, if from one, with schools that came since. Locks of then bind nobody."""
    known = {row["id"] for row in made_of.get("schools", ())}
    data = dict(made_of)
    if not known:
        data = bridge.instance(program, bridge.Wanted(counts={}))
    elif codes - known:
        data = bridge.with_schools(made_of, bridge.instance(program, bridge.Wanted(counts={})), codes - known)
    data = bridge.with_vetoes(data, program)
    found = matching.read_instance({**data, "fixed": []}, "the year under way")
    return replace(found, types=tuple(_loose(t) for t in found.types))


def _loose(kind: matching.NetworkType) -> matching.NetworkType:
    """During the year one school fewer or more is better than to begin anew; the page says where that is so."""
    return replace(
        kind, min_size=max(2, kind.min_size - 1), max_size=kind.max_size + 1, min_count=0, max_count=10_000
    )  # fmt: skip


def _matched(network: Network, members: Sequence[NetworkMember]) -> matching.MatchedNetwork:
    host = next((m.school.code for m in members if m.hosts), None)
    return matching.MatchedNetwork(
        network.type, host, tuple(m.school.code for m in members if m.school.code != host)
    )


def placed(
    now: Living, after: Sequence[matching.MatchedNetwork]
) -> list[tuple[Network | None, matching.MatchedNetwork | None]]:
    """Which network becomes which: each keeps what shares most with it. (None, x): new; (x, None): no more."""
    left = list(after)
    found: dict[int, matching.MatchedNetwork | None] = {}
    for k, before in enumerate(now.board):
        if before in left:
            left.remove(before)
            found[k] = before
    for k, before in enumerate(now.board):
        if k in found:
            continue
        alike = [n for n in left if set(n.members) & set(before.members)]
        best = max(alike, key=lambda n: (n.host is not None and n.host == before.host,
                                         len(set(n.members) & set(before.members))), default=None)  # fmt: skip
        if best is not None:
            left.remove(best)
        found[k] = best
    kept: list[tuple[Network | None, matching.MatchedNetwork | None]] = [
        (now.networks[k], found[k]) for k in range(len(now.board))
    ]
    return kept + [(None, n) for n in left]
