"""Networks as they stand during the year, in the method's terms, and what can be made of them when a school leaves."""

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from intervisit.apps.networks.bridge import problem as bridge
from intervisit.apps.networks.models import Network, NetworkMember
from intervisit.apps.networks.states import NetworkState
from intervisit.apps.programs.models import Program
from intervisit.core import matching

PATIENCE = 4.0  # seconds after which the ways found so far are enough


@dataclass(frozen=True)
class Living:
    """The networks of a program today. `board[k]` is `networks[k]`."""

    program: Program
    networks: tuple[Network, ...]
    members: Mapping[Any, tuple[NetworkMember, ...]]  # network id -> its schools
    problem: matching.Problem
    board: tuple[matching.MatchedNetwork, ...]

    @property
    def names(self) -> dict[str, str]:
        return {m.school.code: m.school.name for found in self.members.values() for m in found}


@dataclass(frozen=True)
class Put:
    """One network as a way would leave it. `network` None: it is new; `after` empty: it is no more."""

    network: Network | None
    after: matching.MatchedNetwork | None
    schools: str
    came: str
    went: str


@dataclass(frozen=True)
class WayOn:
    """One alternative after a school has left."""

    key: str  # names it from one request to the next
    touched: int  # other networks it changes
    moved: tuple[str, ...]
    left_out: tuple[str, ...]
    cost: int  # points that all schools lose together; below 0: they win
    notes: tuple[str, ...]  # rules it does not keep
    puts: tuple[Put, ...]
    proven: bool


def living(program: Program) -> Living | None:
    """The networks of today. None while there are none."""
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
    problem = _problem(program, made_of, {m.school.code for found in members.values() for m in found})
    return Living(program, networks, members, problem, tuple(_matched(n, members[n.pk]) for n in networks))


def _problem(program: Program, made_of: Mapping[str, Any], codes: set[str]) -> matching.Problem:
    """The problem the networks came from, if from one, with schools that came since. Locks of then bind nobody."""
    known = {row["id"] for row in made_of.get("schools", ())}
    data = dict(made_of)
    if not known:
        data = bridge.instance(program, bridge.Wanted(counts={}))
    elif codes - known:
        fresh = bridge.instance(program, bridge.Wanted(counts={}))
        data["schools"] = [*made_of["schools"], *(r for r in fresh["schools"] if r["id"] in codes - known)]
        data["max_schools"] = max(made_of["max_schools"], len(data["schools"]))
    data = bridge.with_vetoes(data, program)
    found = matching.read_instance({**data, "fixed": []}, "the year under way")
    return replace(found, types=tuple(_loose(t) for t in found.types))


def _loose(kind: matching.NetworkType) -> matching.NetworkType:
    """During the year one school fewer or more is better than to begin anew; the page says where that is so."""
    return replace(
        kind, min_size=max(2, kind.min_size - 1), max_size=kind.max_size + 1, min_count=0, max_count=10_000
    )  # fmt: skip


def _off_size(program: Program, after: matching.MatchedNetwork, called: str) -> str:
    """A sentence where a network would have another size than its shape in the design."""
    shape, size = program.design.shapes.get(after.type), len(after.members)
    if shape is None or shape.min_size <= size <= shape.max_size:
        return ""
    usual = (
        f"{shape.min_size}" if shape.min_size == shape.max_size else f"{shape.min_size} to {shape.max_size}"
    )
    many = program.design.words["school"].many
    return f"{called} would have {size} {many}; a {shape.word} has {usual}."


def _matched(network: Network, members: Sequence[NetworkMember]) -> matching.MatchedNetwork:
    host = next((m.school.code for m in members if m.hosts), None)
    return matching.MatchedNetwork(
        network.type, host, tuple(m.school.code for m in members if m.school.code != host)
    )


def ways_on(now: Living, leaving: NetworkMember, *, patience: float = PATIENCE) -> list[WayOn]:
    """What can be done when a school leaves, the least disruptive first. Empty: nothing keeps the rules."""
    until = time.monotonic() + patience
    code = leaving.school.code
    if code not in now.problem.by_id or not any(code in n.members for n in now.board):
        return []
    found = matching.repair(
        now.problem, now.board, matching.Change(withdrawn=(code,)), stop=lambda: time.monotonic() > until
    )
    names = now.names
    return [_way(now, one, names, code) for one in found]


def _way(now: Living, one: matching.Repair, names: Mapping[str, str], leaving: str) -> WayOn:
    puts: list[Put] = []
    sizes: list[str] = []
    for network, after in placed(now, one.networks):
        before = set() if network is None else set(now.board[now.networks.index(network)].members)
        members = after.members if after else ()
        if set(members) == before and after and network and after == now.board[now.networks.index(network)]:
            continue
        if after is not None:
            sizes.append(_off_size(now.program, after, network.name if network else "The new one"))
        puts.append(
            Put(
                network=network,
                after=after,
                schools=", ".join(names.get(i, i) for i in members),
                came=", ".join(names.get(i, i) for i in members if i not in before),
                went=", ".join(names.get(i, i) for i in sorted(before) if i not in members and i != leaving),
            )
        )
    return WayOn(
        key=_key(one),
        touched=one.touched,
        moved=tuple(names.get(i, i) for i in one.moved),
        left_out=tuple(names.get(i, i) for i in one.left_out if i != leaving),
        cost=round(float(one.cost)),
        notes=(*filter(None, sizes), *(bridge.in_words(line, names) for line in one.notes)),
        puts=tuple(puts),
        proven=one.proven,
    )


def _key(one: matching.Repair) -> str:
    told = repr(sorted((n.type, n.host or "", tuple(sorted(n.partners))) for n in one.networks))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def chosen_way(now: Living, leaving: NetworkMember, key: str) -> matching.Repair | None:
    """The alternative of this key, if it still is one."""
    change = matching.Change(withdrawn=(leaving.school.code,))
    until = time.monotonic() + PATIENCE
    found = matching.repair(now.problem, now.board, change, stop=lambda: time.monotonic() > until)
    return next((one for one in found if _key(one) == key), None)


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
