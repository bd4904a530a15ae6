"""Boards as a director weighs them: scored anew, with the cost of every move."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from intervisit.apps.applications.models import Application
from intervisit.apps.networks.bridge import problem as bridge
from intervisit.apps.networks.bridge.kept import Kept, can_score
from intervisit.apps.networks.models import DraftNetwork, DraftPlace, Network, NetworkMember, Scenario
from intervisit.apps.people.models import Organization
from intervisit.core import matching
from intervisit.core.charts import Chart, Link, Point, network_map
from intervisit.core.designs import Design

_CROWD = 80  # schools, from which on only hosts are named on a map


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
    guessed: bool  # some of these minutes are only a rough estimate: a position is missing
    broken: tuple[str, ...]


@dataclass(frozen=True)
class Proof:
    """What is known of a board against all others: a line, and what it means."""

    line: str
    meaning: str


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

    edited: bool = False  # by hand, since it was found
    guessed: int = 0  # schools without a position, whose minutes are a rough estimate
    measured: int = 0  # ways that an imported table gives

    @property
    def farthest(self) -> int:
        """Minutes of the longest way on the board."""
        return max((c.farthest for c in self.columns), default=0)

    @property
    def proof_line(self) -> Proof | None:
        """In one line: how far from the best possible this board is, and what that means."""
        return proof_of(self)


def proof_of(board: Board) -> Proof | None:
    """The proof in words. None: nothing is known, or the board cannot be compared."""
    if board.bound is None or not board.points or board.broken:
        return None
    gap = max(0.0, (board.bound - board.points) / board.points)
    most = f"{board.bound:,.0f}"
    if board.fair:
        return _fair_proof(board, gap, most)
    if gap < 5e-7:
        return Proof(
            "No other arrangement is better: this is proven.",
            f"Of all ways to put these schools together that keep the rules, none has more than the {most} points "
            "of this one.",
        )
    lost = f"{max(1.0, board.bound - board.points):,.0f}"
    return Proof(
        f"No other arrangement can be better by more than {percent(gap)}: this is proven.",
        f"Of all ways to put these schools together that keep the rules, none has more than {most} points; this one "
        f"has {board.points:,.0f}. So at most {lost} points of all schools together could still be won.",
    )


def _fair_proof(board: Board, gap: float, most: str) -> Proof:
    """With the worst-served first, the bound speaks only of arrangements that serve them as well."""
    if board.edited:
        return Proof(
            "Edited by hand; the proof was for the board as it was found.",
            "It said: " + board.proof + " Solve around the locked ones to have a proof again.",
        )
    least = f"{board.worst or 0:,} points of the worst-served here"
    among = f"Among arrangements that leave nobody with fewer than the {least}"
    if gap < 5e-7:
        return Proof(board.proof, f"{among}, none has more than {most} points together.")
    return Proof(
        f"{among}, no other can be better by more than {percent(gap)}.",
        f"{board.proof} Arrangements that serve somebody worse may well have more points together; they were not "
        "asked for.",
    )


def percent(share: float) -> str:
    """A share as people read it, never rounded down to nothing."""
    return f"{100 * share:.2f} %" if share >= 0.0001 else "0.01 %"


def board(scenario: Scenario, *, with_map: bool = True) -> Board:
    """The board as it stands, scored anew."""
    kept, design = bridge.kept_of(scenario), scenario.program.design
    places = list(bridge.places_of(scenario))
    names = {p.application.school.code: p.application.school.name for p in places}
    by_network: dict[Any, list[DraftPlace]] = {}
    for place in places:
        by_network.setdefault(place.network_id, []).append(place)
    drafts = list(scenario.networks.order_by("number"))
    matched = {d.pk: bridge.as_network(d.type, by_network.get(d.pk, [])) for d in drafts}
    filled = [matched[d.pk] for d in drafts if by_network.get(d.pk)]
    cards = _cards(kept, design, filled)
    columns = tuple(
        _column(kept, d, design, matched[d.pk], tuple(map(cards.card, by_network.get(d.pk, []))), names)
        for d in drafts
    )
    values = list(cards.points.values())
    return Board(
        columns=columns,
        waiting=tuple(map(cards.card, by_network.get(None, []))),
        points=float(kept.points(filled)),
        bound=scenario.bound,
        broken=tuple(bridge.in_words(line, names) for line in kept.broken(filled)),
        worst=min(values, default=None),
        mean=round(sum(values) / len(values)) if values else None,
        fair=kept.problem.fairness == "maxmin",
        proof=scenario.proof,
        guessed=sum(s.x is None or s.y is None for s in kept.problem.schools),
        measured=len(kept.problem.travel_table),
        edited=scenario.edits.filter(undone=False).exists(),
        chart=scenario_map(places, scenario.name) if with_map and places else None,
    )


@dataclass(frozen=True)
class _Cards:
    """How a school is written down on a board."""

    points: dict[str, int]
    mark: int  # fewer points than this are badly off
    labels: dict[str, str]  # of focus areas

    def card(self, place: DraftPlace) -> SchoolCard:
        own = self.points.get(place.application.school.code)
        focus = tuple(self.labels.get(key, key) for key in place.application.focus)
        return SchoolCard(place.application, place.hosts, focus, own, own is not None and own < self.mark)


def _cards(kept: Kept, design: Design, board: list[matching.MatchedNetwork]) -> _Cards:
    return _Cards(
        points={code: round(float(own)) for n in board for code, own in kept.weigh(n).scores.items()},
        mark=design.matching.fairness.floor_percent * 10,
        labels={area.key: area.label for area in design.focus_areas},
    )


def sound(
    problem: matching.Problem, networks: Iterable[matching.MatchedNetwork]
) -> list[matching.MatchedNetwork]:
    """Networks that can be scored: two schools at least, and a host where the shape has one."""
    return [n for n in networks if can_score(problem, n)]


def _column(
    kept: Kept, draft: DraftNetwork, design: Design, network: matching.MatchedNetwork,
    cards: tuple[SchoolCard, ...], names: dict[str, str],
) -> Column:  # fmt: skip
    weighed = kept.weigh(network)
    broken = weighed.broken if cards else ("There is no school in it yet.",)
    return Column(
        network=draft,
        shape=design.shapes[draft.type].word if draft.type in design.shapes else draft.type,
        cards=cards,
        points=round(float(weighed.points)),
        farthest=weighed.farthest,
        guessed=weighed.guessed,
        broken=tuple(bridge.in_words(line, names) for line in broken),
    )


def scenario_map(
    places: list[DraftPlace], called: str, *, name: str = "map", labelled: frozenset[str] | None = None
) -> Chart:
    """The schools of a board and who is with whom. `labelled`: only these are written beside their dot."""
    if labelled is None and len(places) > _CROWD:
        labelled = frozenset(p.application.school.code for p in places if p.hosts)
        return replace(scenario_map(places, called, name=name, labelled=labelled), title=_map_title(called))
    hosts = {p.network_id: p for p in places if p.hosts}
    points = [_point(p.application.school, p.hosts) for p in places]
    links = [
        Link(hosts[p.network_id].application.school.code, p.application.school.code)
        for p in places
        if p.network_id in hosts and not p.hosts
    ]
    if not hosts:
        links = _chains(places)
    title = _map_title(called) if labelled is None else called
    return network_map(points, links, title=title, name=name, labelled=labelled)


def _map_title(called: str) -> str:
    return f"Where the schools of “{called}” are"


def _chains(places: list[DraftPlace]) -> list[Link]:
    """Without hosts every school is joined with the next of its network."""
    rows: dict[Any, list[str]] = {}
    for p in places:
        if p.network_id is not None:
            rows.setdefault(p.network_id, []).append(p.application.school.code)
    return [Link(a, b) for codes in rows.values() for a, b in pairwise(codes)]


def _point(school: Organization, hosts: bool) -> Point:
    return Point(school.code, school.name, school.latitude, school.longitude, "host" if hosts else "partner")


def network_chart(network: Network, members: Iterable[NetworkMember]) -> Chart:
    rows = list(members)
    points = [_point(m.school, m.hosts) for m in rows]
    host = next((m.school.code for m in rows if m.hosts), None)
    codes = [m.school.code for m in rows]
    links = [Link(host, c) for c in codes if c != host] if host else [Link(a, b) for a, b in pairwise(codes)]
    return network_map(points, links, title=f"Where the schools of {network.name} are")
