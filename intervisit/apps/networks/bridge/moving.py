"""One school on a board: every place it could go, and whom it could change places with."""

from dataclasses import dataclass
from typing import Any

from intervisit.apps.applications.models import Application
from intervisit.apps.networks.bridge import problem as bridge
from intervisit.apps.networks.bridge.boards import free_of, points_of, total_of
from intervisit.apps.networks.models import DraftNetwork, DraftPlace, Scenario
from intervisit.core import matching


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


def moves(scenario: Scenario, place: DraftPlace, *, hosts: bool) -> list[Move]:
    """Every network of the board as a place for one school, the best first, then off the board."""
    problem = bridge.problem_of(scenario)
    rows = list(scenario.places.select_related("network", "application__school").order_by("-hosts"))
    names = {p.application.school.code: p.application.school.name for p in rows}
    drafts = list(scenario.networks.order_by("number"))
    by_network: dict[Any, list[DraftPlace]] = {d.pk: [] for d in drafts}
    for row in rows:
        by_network.setdefault(row.network_id, []).append(row)
    board = [bridge.as_network(d.type, by_network[d.pk]) for d in drafts]
    code = place.application.school.code
    total = float(total_of(problem, board))
    found = [_here(d, place, by_network[d.pk]) for d in drafts if d.pk == place.network_id]
    for effect in matching.effects(problem, board, code, hosts=hosts) if code in problem.by_id else ():
        draft = None if effect.to is None else drafts[effect.to]
        if draft is None and place.network_id is None:
            continue
        mates = [] if draft is None else [p.application.school.name for p in by_network[draft.pk]]
        found.append(
            Move(
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
                broken=tuple(bridge.in_words(line, names) for line in effect.broken),
                mended=len(effect.mended),
                here=False,
            )
        )
    return sorted(found, key=lambda m: (m.network is None, m.here, len(m.broken), -m.change, m.label))


def _here(draft: DraftNetwork, place: DraftPlace, rows: list[DraftPlace]) -> Move:
    mates = [p.application.school.name for p in rows if p.pk != place.pk]
    return Move(
        draft,
        f"Network {draft.number}",
        ", ".join(mates) or "no school yet",
        0,
        0,
        0,
        0,
        None,
        0,
        0,
        (),
        0,
        True,
    )


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
    problem = bridge.problem_of(scenario)
    rows = list(
        scenario.places.filter(network__isnull=False).select_related("network", "application__school")
    )
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
        before, after = [here, there], [_exchanged(here, code, its), _exchanged(there, its, code)]
        change = total_of(problem, after) - total_of(problem, before)
        found.append((change, other, after))
    found.sort(key=lambda item: -item[0])
    free = free_of(problem)
    listed = []
    for change, other, after in found[: 3 * most]:
        own = points_of(problem, after).get(code)
        broken = tuple(bridge.in_words(line, names) for line in matching.violations(free, after))
        listed.append(
            Swap(
                other.application,
                other.network.number if other.network else 0,
                round(float(change)),
                own,
                broken,
            )
        )
    return sorted(listed, key=lambda s: (len(s.broken), -s.change))[:most]


def _network_of(places: list[DraftPlace]) -> matching.MatchedNetwork:
    return bridge.as_network(places[0].network.type if places[0].network else "", places)


def _exchanged(network: matching.MatchedNetwork, out: str, into: str) -> matching.MatchedNetwork:
    host = into if network.host == out else network.host
    return matching.MatchedNetwork(
        network.type, host, tuple(into if c == out else c for c in network.partners)
    )
