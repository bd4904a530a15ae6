"""What can be made of the networks of a year under way when a school leaves, one comes, or two are kept apart."""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass

from intervisit.apps.applications.models import Application
from intervisit.apps.networks.bridge import problem as bridge
from intervisit.apps.networks.bridge.living import Living, placed
from intervisit.apps.networks.bridge.moving import bare
from intervisit.apps.networks.models import Network, NetworkMember, Veto
from intervisit.apps.programs.models import Program
from intervisit.core import matching

PATIENCE = 4.0  # seconds after which the ways found so far are enough


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
    """One alternative after what happened."""

    key: str  # names it from one request to the next
    touched: int  # networks it changes beside those that it happened to
    moved: tuple[str, ...]
    left_out: tuple[str, ...]
    cost: int  # points that all schools lose together; below 0: they win
    notes: tuple[str, ...]  # rules it does not keep
    puts: tuple[Put, ...]
    proven: bool


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


def leaves(member: NetworkMember) -> matching.Change:
    """A school leaves its network and the program."""
    return matching.Change(withdrawn=(member.school.code,))


def comes(application: Application) -> matching.Change:
    """An accepted school that has no place looks for one."""
    return matching.Change(joined=(application.school.code,))


def apart(veto: Veto) -> matching.Change:
    """Two schools that sit together are kept apart from now on."""
    return matching.Change(vetoed=((veto.first.code, veto.second.code),))


@dataclass(frozen=True)
class Entry:
    """One network that a school could come into as it is, and what that would do."""

    network: Network
    schools: str
    cost: int  # points that all lose together; below 0: they win
    broken: tuple[str, ...]  # rules it would break


def entries(now: Living) -> list[Entry]:
    """Every network as a place for the school that comes, the fewest broken rules first: for a choice by hand."""
    code, names = now.joining.school.code if now.joining else "", now.names
    if code not in now.problem.by_id:
        return []
    found = []
    for effect in matching.effects(now.problem, now.board, code):
        if effect.to is not None:
            mates = ", ".join(names.get(i, i) for i in now.board[effect.to].members)
            broken = tuple(bridge.in_words(bare(line, code), names) for line in effect.broken)
            found.append(Entry(now.networks[effect.to], mates, -round(float(effect.change)), broken))
    return sorted(found, key=lambda e: (len(e.broken), e.cost, e.network.number))


def ways_on(now: Living, change: matching.Change, *, patience: float = PATIENCE) -> list[WayOn]:
    """What can be done after what happened, the least disruptive first. Empty: nothing keeps the rules.

    A school that comes has a place in each of them: that it could stay without one is no way on.
    """
    names = now.names
    return [_way(now, one, names, change) for one in _repairs(now, change, patience)]


def chosen_way(now: Living, change: matching.Change, key: str) -> matching.Repair | None:
    """The alternative of this key, if it still is one."""
    return next((one for one in _repairs(now, change, PATIENCE) if _key(one) == key), None)


def _repairs(now: Living, change: matching.Change, patience: float) -> list[matching.Repair]:
    until = time.monotonic() + patience
    on_board = {code for network in now.board for code in network.members}
    leaves = set(change.withdrawn) <= on_board
    comes = not on_board & set(change.joined)
    concerned = {*change.withdrawn, *change.joined, *(code for pair in change.vetoed for code in pair)}
    if not leaves or not comes or not concerned <= now.problem.by_id.keys():
        return []
    found = matching.repair(now.problem, now.board, change, stop=lambda: time.monotonic() > until)
    return [one for one in found if not set(one.left_out) & set(change.joined)]


def _way(now: Living, one: matching.Repair, names: Mapping[str, str], change: matching.Change) -> WayOn:
    puts: list[Put] = []
    sizes: list[str] = []
    gone, moved = change.withdrawn, list[str]()
    for network, after in placed(now, one.networks):
        before = set() if network is None else set(now.board[now.networks.index(network)].members)
        members = after.members if after else ()
        # Who moves is said by the networks as they will be: one that is divided goes on where its host is.
        moved += [i for i in members if i not in before and i not in change.joined]
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
                went=", ".join(names.get(i, i) for i in sorted(before) if i not in members and i not in gone),
            )
        )
    return WayOn(
        key=_key(one),
        touched=one.touched,
        moved=tuple(names.get(i, i) for i in sorted(moved)),
        left_out=tuple(names.get(i, i) for i in one.left_out if i not in gone),
        cost=round(float(one.cost)),
        notes=(*filter(None, sizes), *(bridge.in_words(line, names) for line in one.notes)),
        puts=tuple(puts),
        proven=one.proven,
    )


def _key(one: matching.Repair) -> str:
    told = repr(sorted((n.type, n.host or "", tuple(sorted(n.partners))) for n in one.networks))
    return hashlib.sha256(told.encode()).hexdigest()[:16]
