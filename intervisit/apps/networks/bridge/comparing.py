"""Scenarios side by side: the same numbers of each, by one yardstick, and where the boards differ."""

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from intervisit.apps.networks.bridge import problem as bridge
from intervisit.apps.networks.bridge.boards import scenario_map, sound
from intervisit.apps.networks.models import DraftPlace, Scenario
from intervisit.core import matching
from intervisit.core.charts import Chart
from intervisit.core.designs import Design


@dataclass(frozen=True)
class Measures:
    """One board in numbers. Points are those of the yardstick."""

    scenario: Scenario
    points: float
    mean: int | None
    worst: int | None
    worst_school: str
    median_minutes: int | None
    longest_minutes: int | None
    wishes_met: int
    wishes: int
    broken: int
    placed: int
    waiting: int
    bound: float | None  # None when judged by other weights than its own
    fair: bool
    shapes: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Line:
    """One measure over all boards, as the table shows it. `best` marks which."""

    label: str
    cells: tuple[str, ...]
    best: frozenset[int] = frozenset()
    note: str = ""


@dataclass(frozen=True)
class Elsewhere:
    """A school whose company is not the same on every board."""

    school: str
    with_whom: tuple[str, ...]  # per board


@dataclass(frozen=True)
class Comparison:
    """Two to four boards beside each other."""

    measures: tuple[Measures, ...]
    lines: tuple[Line, ...]
    inputs: tuple[Line, ...]  # what was asked of each
    charts: tuple[Chart, ...]
    elsewhere: tuple[Elsewhere, ...]
    same: int  # schools with the same company everywhere
    yardstick: str  # name of the scenario whose weights judge, "" when all have the same


@dataclass(frozen=True)
class _Side:
    scenario: Scenario
    problem: matching.Problem
    judged: matching.Problem  # the same schools by the yardstick's weights
    board: list[matching.MatchedNetwork]
    places: list[DraftPlace]
    own: bool  # judged by its own weights


def compare(scenarios: Sequence[Scenario]) -> Comparison:
    """Put boards beside each other. The first one is the yardstick: its weights judge all of them."""
    design = scenarios[0].program.design
    sides = _sides(scenarios)
    names = {p.application.school.code: p.application.school.name for s in sides for p in s.places}
    measures = tuple(_measures(side, design, names) for side in sides)
    company = [_company(side.board) for side in sides]
    everybody = sorted({code for found in company for code in found}, key=lambda c: names.get(c, c))
    differ = [c for c in everybody if len({found.get(c, frozenset()) for found in company}) > 1]
    charts = tuple(
        scenario_map(
            side.places, side.scenario.name, name=f"map{n}", labelled=frozenset(differ) if n else frozenset()
        )
        for n, side in enumerate(sides)
    )
    return Comparison(
        measures=measures,
        lines=tuple(_lines(measures, design)),
        inputs=tuple(_inputs(sides, design)),
        charts=charts,
        elsewhere=tuple(
            Elsewhere(names.get(c, c), tuple(_mates(found.get(c), c, names) for found in company))
            for c in differ
        ),
        same=len(everybody) - len(differ),
        yardstick="" if all(s.own for s in sides) else scenarios[0].name,
    )


def _sides(scenarios: Sequence[Scenario]) -> list[_Side]:
    found: list[_Side] = []
    for scenario in scenarios:
        problem = bridge.problem_of(scenario)
        params = found[0].problem.params if found else problem.params
        places = list(bridge.places_of(scenario))
        board = sound(problem, bridge.board_from(places))
        judged = replace(problem, params=params)
        found.append(_Side(scenario, problem, judged, board, places, params == problem.params))
    return found


def _measures(side: _Side, design: Design, names: dict[str, str]) -> Measures:
    scores = matching.scores(side.judged, side.board)
    own = sorted((round(float(v)), names.get(c, c)) for c, v in scores.items())
    minutes = [
        matching.travel_minutes(side.problem, a, b)
        for network in side.board
        for a, b in combinations(network.members, 2)
    ]
    met = wished = 0
    for network in side.board:
        for code in network.members:
            wants = side.problem.by_id[code].wants
            wished += len(wants)
            met += sum(w in network.members for w in wants)
    counts = Counter(n.type for n in side.board)
    return Measures(
        scenario=side.scenario,
        points=float(sum(scores.values())),
        mean=round(statistics.fmean(p for p, _ in own)) if own else None,
        worst=own[0][0] if own else None,
        worst_school=own[0][1] if own else "",
        median_minutes=round(statistics.median(minutes)) if minutes else None,
        longest_minutes=max(minutes, default=None),
        wishes_met=met,
        wishes=wished,
        broken=len(matching.violations(side.problem, bridge.board_from(side.places))),
        placed=len(own),
        waiting=sum(p.network_id is None for p in side.places),
        bound=side.scenario.bound if side.own else None,
        fair=side.problem.fairness == "maxmin",
        shapes=tuple((shape.many, counts[key]) for key, shape in design.shapes.items()),
    )


def _company(board: Sequence[matching.MatchedNetwork]) -> dict[str, frozenset[str]]:
    return {code: frozenset(n.members) for n in board for code in n.members}


def _mates(found: frozenset[str] | None, code: str, names: dict[str, str]) -> str:
    if not found:
        return ""
    return ", ".join(sorted(names.get(c, c) for c in found if c != code))


def _number(value: float | None, unit: str = "") -> str:
    return "–" if value is None else f"{value:,.0f}{unit}"


def _line(label: str, values: Sequence[float | None], *, most: bool, unit: str = "", note: str = "") -> Line:
    known = [v for v in values if v is not None]
    best = (max if most else min)(known) if known and len(set(known)) > 1 else None
    marked = frozenset(n for n, v in enumerate(values) if best is not None and v == best)
    return Line(label, tuple(_number(v, unit) for v in values), marked, note)


def _lines(all_of: tuple[Measures, ...], design: Design) -> list[Line]:
    school, many = design.words["school"].one, design.words["school"].many
    lines = [
        _line("Points together", [m.points for m in all_of], most=True),
        _line(f"Mean of a {school}", [m.mean for m in all_of], most=True),
        _line(f"Worst-served {school}", [m.worst for m in all_of], most=True),
        Line("Which one that is", tuple(m.worst_school or "–" for m in all_of)),
        _line(
            "Travel, half the ways take at most", [m.median_minutes for m in all_of], most=False, unit=" min"
        ),
        _line("Travel, the longest way", [m.longest_minutes for m in all_of], most=False, unit=" min"),
        Line(
            "Wishes met",
            tuple(f"{m.wishes_met} of {m.wishes}" for m in all_of),
            _line("", [m.wishes_met for m in all_of], most=True).best,
        ),
        _line("Rules broken", [m.broken for m in all_of], most=False),
        _line(f"{many.capitalize()} placed", [m.placed for m in all_of], most=True),
        _line("Without a place", [m.waiting for m in all_of], most=False),
        Line(
            "No arrangement has more than",
            tuple(_number(m.bound) for m in all_of),
            note="Proven, under the rules of each scenario.",
        ),
    ]
    if any(m.fair for m in all_of):
        lines.append(_price(all_of))
    for place, (word, _) in enumerate(all_of[0].shapes):
        lines.append(Line(word.capitalize(), tuple(str(m.shapes[place][1]) for m in all_of)))
    return lines


def _price(all_of: tuple[Measures, ...]) -> Line:
    """What lifting the worst-served costs everybody, against the best sum beside it."""
    rivals = [m for m in all_of if not m.fair and not m.broken]
    top = max(rivals, key=lambda m: m.points, default=None)
    cells = []
    for m in all_of:
        if not m.fair or top is None or m.worst is None or top.worst is None:
            cells.append("–")
            continue
        given, share = max(0.0, top.points - m.points), 100 * (top.points - m.points) / max(top.points, 1)
        lifted = m.worst - top.worst
        cells.append(f"{given:,.0f} points ({max(share, 0):.1f} %), which lifts the lowest by {lifted:,.0f}")
    note = "" if top else "Put a scenario that looks at the sum beside it to see the price."
    return Line("Price of fairness", tuple(cells), note=note)


def _inputs(sides: Sequence[_Side], design: Design) -> list[Line]:
    """What was asked of each: weights, limits, shapes, who takes part."""
    params = [s.problem.params for s in sides]
    rows: list[tuple[str, list[str]]] = [
        ("What comes first", ["the worst-served" if s.problem.fairness == "maxmin" else "the sum" for s in sides]),
        (f"{design.words['school'].many.capitalize()} taking part", [str(len(s.problem.schools)) for s in sides]),
        ("Everybody gets a place", ["yes" if all(x.must for x in s.problem.schools) else "no" for s in sides]),
        (f"Points for a shared {design.words['focus_area'].one}", [str(p.focus_points) for p in params]),
        ("Points for shared grades", [str(p.grade_points) for p in params]),
        ("Points for a wish", [str(p.wish_points) for p in params]),
        ("Points for the criteria, first to last",
         [", ".join(str(v) for v in p.criteria_points if v) or "0" for p in params]),
        ("Never further apart than", [f"{p.travel.max_minutes} min" for p in params]),
        ("Kept apart, kept together", [f"{len(s.problem.forbidden)}, {len(s.problem.together)}" for s in sides]),
        ("Own words placed by hand", [str(len(s.scenario.problem.get("placed", []))) for s in sides]),
        ("Locked", [str(len(s.problem.fixed)) for s in sides]),
    ]  # fmt: skip
    for key, shape in design.shapes.items():
        kinds = [s.problem.type_by_name.get(key) for s in sides]
        rows.append(
            (shape.many.capitalize(), [f"{t.min_count} to {t.max_count}" if t else "–" for t in kinds])
        )
    return [Line(label, tuple(cells)) for label, cells in rows]
