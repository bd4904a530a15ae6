"""Boards as a director weighs them: scored anew, with the cost of every move."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from intervisit.apps.applications.models import Application
from intervisit.apps.networks.bridge import problem as bridge
from intervisit.apps.networks.models import DraftNetwork, DraftPlace, Network, NetworkMember, Scenario
from intervisit.apps.networks.queries import focus_labels
from intervisit.apps.people.models import Organization
from intervisit.core import matching
from intervisit.core.charts import Chart, Link, Point, network_map
from intervisit.core.designs import Design


@dataclass(frozen=True)
class SchoolCard:
    """One school on a board."""

    application: Application
    hosts: bool
    focus: tuple[str, ...]
    points: int | None  # of 1000
    low: bool  # under the design's fairness mark


@dataclass(frozen=True)
class Column:
    """One network on a board."""

    network: DraftNetwork
    shape: str
    cards: tuple[SchoolCard, ...]
    points: int
    farthest: int  # minutes between the two schools furthest apart
    broken: tuple[str, ...]


@dataclass(frozen=True)
class Board:
    """A scenario's board with everything a director weighs."""

    columns: tuple[Column, ...]
    waiting: tuple[SchoolCard, ...]
    points: float
    bound: float | None
    broken: tuple[str, ...]
    worst: int | None
    mean: int | None
    fair: bool  # the worst-served school came first
    proof: str  # in words, of the board as it was found
    chart: Chart | None = field(default=None)

    @property
    def gap_words(self) -> str:
        """In one line: how far from the best possible this board is."""
        if self.bound is None or not self.points:
            return ""
        gap = max(0.0, (self.bound - self.points) / self.points)
        if self.broken:
            return "The board breaks a rule, so it cannot be compared with the best possible one yet."
        if self.fair:  # the bound holds only among arrangements that serve the worst-served as well
            return (
                self.proof if gap < 5e-7 else "Edited by hand; the proof was for the board as it was found."
            )
        if gap < 5e-7:
            return "No other arrangement is better: this is proven."
        share = f"{100 * gap:.2f} %" if gap >= 0.0001 else "0.01 %"
        return f"No other arrangement can be better by more than {share}: this is proven."


def board(scenario: Scenario, *, with_map: bool = True) -> Board:
    """The board as it stands, scored anew."""
    design = scenario.program.design
    problem = bridge.problem_of(scenario)
    places = list(
        DraftPlace.objects.filter(scenario=scenario)
        .select_related("network", "application__school")
        .order_by("-hosts", "application__school__code_key")
    )
    names = {p.application.school.code: p.application.school.name for p in places}
    by_network: dict[Any, list[DraftPlace]] = {}
    for place in places:
        by_network.setdefault(place.network_id, []).append(place)
    drafts = list(scenario.networks.order_by("number"))
    matched = {d.pk: bridge.as_network(d.type, by_network.get(d.pk, [])) for d in drafts}
    filled = [matched[d.pk] for d in drafts if by_network.get(d.pk)]
    points = _points(problem, filled)
    mark = design.matching.fairness.floor_percent * 10

    def card(place: DraftPlace) -> SchoolCard:
        own = points.get(place.application.school.code)
        focus = focus_labels(design, place.application.focus)
        return SchoolCard(place.application, place.hosts, focus, own, own is not None and own < mark)

    free = _free(problem)
    columns = tuple(
        _column(problem, free, d, design, matched[d.pk], tuple(map(card, by_network.get(d.pk, []))), names)
        for d in drafts
    )
    broken = tuple(bridge.in_words(line, names) for line in matching.violations(problem, filled))
    values = list(points.values())
    return Board(
        columns=columns,
        waiting=tuple(map(card, by_network.get(None, []))),
        points=float(_total(problem, filled)),
        bound=scenario.bound,
        broken=broken,
        worst=min(values, default=None),
        mean=round(sum(values) / len(values)) if values else None,
        fair=problem.fairness == "maxmin",
        proof=scenario.proof,
        chart=scenario_map(places, scenario.name) if with_map and places else None,
    )


def sound(
    problem: matching.Problem, networks: Iterable[matching.MatchedNetwork]
) -> list[matching.MatchedNetwork]:
    """Networks that can be scored: two schools at least, and a host where the shape has one."""
    kinds = problem.type_by_name
    return [
        n
        for n in networks
        if len(n.members) > 1 and n.type in kinds and (n.host is not None) == kinds[n.type].hosted
        and all(i in problem.by_id for i in n.members)
    ]  # fmt: skip


def _points(problem: matching.Problem, networks: Iterable[matching.MatchedNetwork]) -> dict[str, int]:
    return {
        code: round(float(value))
        for code, value in matching.scores(problem, sound(problem, networks)).items()
    }


def _total(problem: matching.Problem, networks: Iterable[matching.MatchedNetwork]) -> Fraction:
    return matching.objective(problem, sound(problem, networks))


def _column(
    problem: matching.Problem,
    free: matching.Problem, draft: DraftNetwork, design: Design, network: matching.MatchedNetwork,
    cards: tuple[SchoolCard, ...], names: dict[str, str],
) -> Column:  # fmt: skip
    codes = [c for c in network.members if c in problem.by_id]
    minutes = [matching.travel_minutes(problem, a, b) for i, a in enumerate(codes) for b in codes[i + 1 :]]
    broken = matching.violations(free, [network]) if cards else ("There is no school in it yet.",)
    shape = design.shapes[draft.type].word if draft.type in design.shapes else draft.type
    return Column(
        network=draft,
        shape=shape,
        cards=cards,
        points=sum(c.points or 0 for c in cards),
        farthest=max(minutes, default=0),
        broken=tuple(bridge.in_words(line, names) for line in broken),
    )


def scenario_map(
    places: list[DraftPlace], called: str, *, name: str = "map", labelled: frozenset[str] | None = None
) -> Chart:
    """The schools of a board and who is with whom. `labelled`: only these are written beside their dot."""
    hosts = {p.network_id: p for p in places if p.hosts}
    points = [_point(p.application.school, p.hosts) for p in places]
    links = [
        Link(hosts[p.network_id].application.school.code, p.application.school.code)
        for p in places
        if p.network_id in hosts and not p.hosts
    ]
    if not hosts:
        links = _chains(places)
    title = f"Where the schools of “{called}” are" if labelled is None else called
    return network_map(points, links, title=title, name=name, labelled=labelled)


def _chains(places: list[DraftPlace]) -> list[Link]:
    """Without hosts every school is joined with the next of its network."""
    rows: dict[Any, list[str]] = {}
    for p in places:
        if p.network_id is not None:
            rows.setdefault(p.network_id, []).append(p.application.school.code)
    return [Link(a, b) for codes in rows.values() for a, b in pairwise(codes)]


def _point(school: Organization, hosts: bool) -> Point:
    return Point(school.code, school.name, school.latitude, school.longitude, "host" if hosts else "partner")


@dataclass(frozen=True)
class Move:
    """One place a school could go, and what that would do."""

    network: DraftNetwork | None
    label: str
    with_schools: str
    change: int  # points of everybody together
    minutes: int | None  # to the school furthest away there
    broken: tuple[str, ...]  # rules newly broken
    here: bool


def moves(scenario: Scenario, place: DraftPlace, *, hosts: bool) -> list[Move]:
    """Every network of the board as a place for one school, the best first."""
    problem = bridge.problem_of(scenario)
    rows = list(scenario.places.select_related("network", "application__school").order_by("-hosts"))
    names = {p.application.school.code: p.application.school.name for p in rows}
    by_network: dict[Any, list[DraftPlace]] = {}
    for row in rows:
        if row.pk != place.pk:
            by_network.setdefault(row.network_id, []).append(row)
    drafts = list(scenario.networks.order_by("number"))
    now = _board(scenario, drafts, by_network, place, place.network_id, place.hosts)
    before, total = set(matching.violations(problem, now)), _total(problem, now)
    found = []
    for draft in drafts:
        board = _board(scenario, drafts, by_network, place, draft.pk, hosts)
        broken = [line for line in matching.violations(problem, board) if line not in before]
        mates = [p.application.school for p in by_network.get(draft.pk, [])]
        codes = [s.code for s in mates if s.code in problem.by_id]
        own = place.application.school.code
        found.append(
            Move(
                network=draft,
                label=f"Network {draft.number}",
                with_schools=", ".join(s.name for s in mates) or "no school yet",
                change=round(float(_total(problem, board) - total)),
                minutes=max((matching.travel_minutes(problem, own, c) for c in codes), default=None),
                broken=tuple(bridge.in_words(line, names) for line in broken),
                here=draft.pk == place.network_id,
            )
        )
    return sorted(found, key=lambda m: (m.here, len(m.broken), -m.change, m.label))


def _board(
    scenario: Scenario, drafts: list[DraftNetwork], by_network: dict[Any, list[DraftPlace]], place: DraftPlace,
    to: Any, hosts: bool,
) -> list[matching.MatchedNetwork]:  # fmt: skip
    board = []
    for draft in drafts:
        mates = list(by_network.get(draft.pk, []))
        if draft.pk == to:
            if hosts:
                mates = [_as(m, False) for m in mates]
            mates = [_as(place, hosts), *mates] if hosts else [*mates, _as(place, False)]
        if mates:
            board.append(bridge.as_network(draft.type, mates))
    return board


def _as(place: DraftPlace, hosts: bool) -> DraftPlace:
    return DraftPlace(application=place.application, hosts=hosts, network_id=place.network_id)


def network_chart(network: Network, members: Iterable[NetworkMember]) -> Chart:
    rows = list(members)
    points = [_point(m.school, m.hosts) for m in rows]
    host = next((m.school.code for m in rows if m.hosts), None)
    codes = [m.school.code for m in rows]
    links = [Link(host, c) for c in codes if c != host] if host else [Link(a, b) for a, b in pairwise(codes)]
    return network_map(points, links, title=f"Where the schools of {network.name} are")


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
        change = _total(problem, after) - _total(problem, before)
        found.append((change, other, after))
    found.sort(key=lambda item: -item[0])
    free = _free(problem)
    listed = []
    for change, other, after in found[: 3 * most]:
        own = _points(problem, after).get(code)
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


def _free(problem: matching.Problem) -> matching.Problem:
    """The rules that one network can break by itself: no counts, nobody who must be placed elsewhere."""
    return replace(
        problem,
        types=tuple(replace(t, min_count=0, max_count=10_000) for t in problem.types),
        schools=tuple(replace(s, must=False) for s in problem.schools),
        together=(),
        quotas=(),
        fixed=(),
    )
