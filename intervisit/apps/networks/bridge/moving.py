"""One school on a board: every place it could go, and whom it could change places with."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from intervisit.apps.applications.models import Application
from intervisit.apps.networks.bridge import problem as bridge
from intervisit.apps.networks.bridge.kept import Kept
from intervisit.apps.networks.models import DraftNetwork, DraftPlace, Scenario
from intervisit.core import matching

_CODES = re.compile(r"[^\s,]+")


@dataclass(frozen=True)
class Move:
    """One place a school could go, and what that would do."""

    network: DraftNetwork | None  # None: off the board
    label: str
    with_schools: str
    change: int  # points of everybody together
    points: float  # of everybody together, afterwards
    entered: int  # points of the network it enters, afterwards
    left: int  # points of the network it leaves, afterwards
    minutes: int | None  # to the school furthest away there
    farthest: int  # longest way there, afterwards
    behind: int  # longest way of the network it leaves, afterwards
    broken: tuple[str, ...]  # rules newly broken
    mended: int  # rules no longer broken
    here: bool


@dataclass(frozen=True)
class _Seat:
    """One place of a board, as little of it as weighing needs."""

    network: Any  # id, None: without a place
    hosts: bool
    application: UUID
    code: str
    name: str


def _seats(scenario: Scenario) -> dict[Any, list[_Seat]]:
    """The seats of each network in the order of a board: hosts first, then by code."""
    rows = scenario.places.order_by("-hosts", "application__school__code_key").values_list(
        "network_id", "hosts", "application_id", "application__school__code", "application__school__name"
    )
    found: dict[Any, list[_Seat]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(_Seat(*row))
    return found


def _network(kind: str, seats: list[_Seat]) -> matching.MatchedNetwork:
    return bridge.network_of(kind, ((seat.code, seat.hosts) for seat in seats))


def moves(scenario: Scenario, place: DraftPlace, *, hosts: bool) -> list[Move]:
    """Every network of the board as a place for one school, the best first, then off the board."""
    kept, seats = bridge.kept_of(scenario), _seats(scenario)
    names = {seat.code: seat.name for rows in seats.values() for seat in rows}
    drafts = list(scenario.networks.order_by("number"))
    board = [_network(d.type, seats.get(d.pk, [])) for d in drafts]
    code = place.application.school.code
    total = float(kept.points(board))
    found = [_here(d, place, seats[d.pk]) for d in drafts if d.pk == place.network_id]
    known = code in kept.problem.by_id
    for effect in matching.effects(kept.problem, board, code, hosts=hosts) if known else ():
        draft = None if effect.to is None else drafts[effect.to]
        if draft is None and place.network_id is None:
            continue
        mates = [seat.name for seat in seats.get(draft.pk, [])] if draft else []
        found.append(_move(effect, code, draft, mates, total, names))
    return sorted(found, key=lambda m: (m.network is None, m.here, len(m.broken), -m.change, m.label))


def _move(
    effect: matching.Effect, code: str, draft: DraftNetwork | None, mates: list[str], total: float,
    names: dict[str, str],
) -> Move:  # fmt: skip
    return Move(
        network=draft,
        label=f"Network {draft.number}" if draft else "Off the board",
        with_schools=", ".join(mates) or ("no school yet" if draft else ""),
        change=round(float(effect.change)),
        points=total + float(effect.change),
        entered=round(float(effect.entered)),
        left=round(float(effect.left)),
        minutes=effect.minutes,
        farthest=effect.there,
        behind=effect.here,
        broken=tuple(bridge.in_words(bare(line, code), names) for line in effect.broken),
        mended=len(effect.mended),
        here=False,
    )


def bare(line: str, code: str) -> str:
    """A broken rule without the list of the network's schools, which stands beside it already."""
    about, colon, what = line.partition(": ")
    if not colon or " of " not in about:
        return line
    return what if code in _CODES.findall(about) else f"where it is now: {what}"


def _here(draft: DraftNetwork, place: DraftPlace, seats: list[_Seat]) -> Move:
    mates = [seat.name for seat in seats if seat.application != place.application_id]
    label, company = f"Network {draft.number}", ", ".join(mates) or "no school yet"
    return Move(draft, label, company, 0, 0, 0, 0, None, 0, 0, (), 0, here=True)


@dataclass(frozen=True)
class Swap:
    """One school to change places with, and what that would do."""

    application: Application
    network: int
    change: int  # points of everybody together
    own: int | None  # points of the school itself
    broken: tuple[str, ...]


def swaps(scenario: Scenario, place: DraftPlace, *, most: int = 8) -> list[Swap]:
    """The best changes of places for one school, roles included. Locked networks stay out of it."""
    if place.network is None or place.network.locked:
        return []
    kept = bridge.kept_of(scenario)
    rows = [p for p in bridge.places_of(scenario) if p.network is not None]
    names = {p.application.school.code: p.application.school.name for p in rows}
    by_network: dict[Any, list[DraftPlace]] = {}
    for row in rows:
        by_network.setdefault(row.network_id, []).append(row)
    here = _network_of(by_network[place.network_id])
    code = place.application.school.code
    found = []
    for other in rows:
        if other.network is None or other.network_id == place.network_id or other.network.locked:
            continue
        there = _network_of(by_network[other.network_id])
        its = other.application.school.code
        after = [_exchanged(here, code, its), _exchanged(there, its, code)]
        found.append((kept.points(after) - kept.points([here, there]), other, after))
    found.sort(key=lambda item: -item[0])
    listed = [_swap(kept, code, other, change, after, names) for change, other, after in found[: 3 * most]]
    return sorted(listed, key=lambda s: (len(s.broken), -s.change))[:most]


def _swap(
    kept: Kept, code: str, other: DraftPlace, change: Fraction, after: list[matching.MatchedNetwork],
    names: dict[str, str],
) -> Swap:  # fmt: skip
    weighed = [kept.weigh(network) for network in after]
    own = next((w.scores[code] for w in weighed if code in w.scores), None)
    return Swap(
        application=other.application,
        network=other.network.number if other.network else 0,
        change=round(float(change)),
        own=None if own is None else round(float(own)),
        broken=tuple(
            bridge.in_words(line.partition(": ")[2] or line, names) for w in weighed for line in w.broken
        ),
    )


def _network_of(places: list[DraftPlace]) -> matching.MatchedNetwork:
    return bridge.as_network(places[0].network.type if places[0].network else "", places)


def _exchanged(network: matching.MatchedNetwork, out: str, into: str) -> matching.MatchedNetwork:
    host = into if network.host == out else network.host
    return matching.MatchedNetwork(
        network.type, host, tuple(into if c == out else c for c in network.partners)
    )
