"""Rows of applications become a matching instance; results become boards a person may edit.

The instance is kept with its scenario in the format of docs/reference/matching-format.md, so that any run can be
replayed.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from intervisit.apps.applications.models import Application
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.networks.bridge.kept import Kept, kept
from intervisit.apps.networks.bridge.schools import Applicants, criterion_slots, guests
from intervisit.apps.networks.bridge.travel import travel_table
from intervisit.apps.networks.models import DraftNetwork, DraftPlace, Scenario, Veto
from intervisit.apps.programs.models import Program
from intervisit.core import matching
from intervisit.core.designs import Design

FORMAT = "learning-network-matching/1"


@dataclass(frozen=True)
class Weights:
    """What a match is worth to a school, where a scenario weighs otherwise than the design."""

    focus: int
    grades: int
    wishes: int
    criteria: tuple[int, ...]  # first in the ranking, second, …


@dataclass(frozen=True)
class Wanted:
    """What a director asks of one scenario beside the design's own rules."""

    counts: Mapping[str, tuple[int, int]]  # shape key -> fewest, most networks
    everybody: bool = True  # every accepted school gets a place
    worst_first: bool = False
    included: frozenset[str] | None = None  # application ids; None: all accepted
    weights: Weights | None = None  # None: those of the design
    max_minutes: int | None = None  # None: that of the design


def accepted(program: Program) -> list[Application]:
    """The applications a matching is about: accepted, with a role."""
    found = Application.objects.filter(program=program, state=ApplicationState.ACCEPTED)
    return list(found.select_related("school").order_by("school__code_key"))


def instance(
    program: Program, wanted: Wanted, fixed: Iterable[matching.MatchedNetwork] = ()
) -> dict[str, Any]:
    """The matching instance of a program as it stands. Raises nothing: what is missing is left out and said."""
    applications = [a for a in accepted(program) if wanted.included is None or str(a.pk) in wanted.included]
    applicants = Applicants.of(program, applications, everybody=wanted.everybody)
    design, pairs = program.design, _pairs(program, applicants)
    return {
        "format": FORMAT,
        "name": str(program),
        "seed": 0,
        "schools": applicants.rows(),
        **_judged(design, applicants),
        "placed": applicants.placed(),  # what people made of own words; already in `focus`
        "types": [_type(design, key, wanted.counts) for key in design.shapes],
        "max_schools": len(applications),
        "forbidden": [list(p) for p in sorted({tuple(sorted(p)) for together, p in pairs if not together})],
        "together": sorted(sorted(p) for together, p in pairs if together),
        "quotas": [],
        "fixed": [{"type": n.type, "host": n.host, "partners": list(n.partners)} for n in fixed],
        "params": _params(design, applicants.slots, wanted),
        "fairness": "maxmin" if wanted.worst_first else "sum",
        "travel_table": travel_table(program, {a.school_id: a.school.code for a in applications}),
        "facilitators": {
            "count": 0,
            "load": [design.facilitators.min_networks, design.facilitators.max_networks],
        },
    }


def _judged(design: Design, applicants: Applicants) -> dict[str, Any]:
    """Where reviews count as strength: by which criterion, and of whom; already in `strength`."""
    criterion = design.matching.strength.from_review
    return (
        {"strength_from_review": {"criterion": criterion, "hosts": applicants.judged()}} if criterion else {}
    )


def _pairs(program: Program, applicants: Applicants) -> list[tuple[bool, list[str]]]:
    """(together?, two codes): what the office wants kept apart or together, then whom schools avoid."""
    codes = applicants.codes
    vetoes = [
        v for v in Veto.objects.filter(program=program) if {str(v.first_id), str(v.second_id)} <= codes.keys()
    ]
    found = [(v.together, [codes[str(v.first_id)], codes[str(v.second_id)]]) for v in vetoes]
    return found + [(False, pair) for pair in applicants.avoided()]


def with_vetoes(problem: Mapping[str, Any], program: Program) -> dict[str, Any]:
    """The same problem with every pair that is kept apart or together by now."""
    inside = {row["id"] for row in problem["schools"]}
    found = dict(problem)
    for veto in Veto.objects.filter(program=program).select_related("first", "second"):
        pair = sorted((veto.first.code, veto.second.code))
        if set(pair) <= inside:
            key, other = ("together", "forbidden") if veto.together else ("forbidden", "together")
            found[key] = [*(p for p in found[key] if sorted(p) != pair), pair]
            found[other] = [p for p in found[other] if sorted(p) != pair]
    return found


def with_schools(
    problem: Mapping[str, Any], fresh: Mapping[str, Any], codes: Iterable[str]
) -> dict[str, Any]:
    """The same problem with schools of a fresh one: their rows, whom they are kept from, their measured ways.

    The planes of both are laid through the middle of different schools, so positions are brought to this one's.
    """
    known, wanted = {row["id"]: row for row in problem["schools"]}, set(codes)
    dx, dy = _between_planes(known, fresh)
    rows = [row for row in fresh["schools"] if row["id"] in wanted]
    inside = known.keys() | {row["id"] for row in rows}
    found = dict(problem)
    found["schools"] = [*problem["schools"], *(_brought(row, dx, dy, inside) for row in rows)]
    found["max_schools"] = max(problem["max_schools"], len(found["schools"]))
    for key in ("forbidden", "together"):
        more = [pair for pair in fresh[key] if set(pair) & wanted and set(pair) <= inside]
        found[key] = [*problem[key], *(pair for pair in more if pair not in problem[key])]
    ways = [way for way in fresh["travel_table"] if set(way[:2]) & wanted and set(way[:2]) <= inside]
    found["travel_table"] = [*problem.get("travel_table", ()), *ways]
    return found


def _between_planes(known: Mapping[str, Mapping[str, Any]], fresh: Mapping[str, Any]) -> tuple[int, int]:
    """How far a school of both lies from itself. Nothing where no school of both has a position."""
    for row in fresh["schools"]:
        at = known.get(row["id"])
        if at is not None and None not in (at["x"], at["y"], row["x"], row["y"]):
            return at["x"] - row["x"], at["y"] - row["y"]
    return 0, 0


def _brought(row: Mapping[str, Any], dx: int, dy: int, inside: Container[str]) -> dict[str, Any]:
    found = {**row, **{key: [i for i in row[key] if i in inside] for key in ("wants", "known")}}
    if row["x"] is not None and row["y"] is not None:
        found |= {"x": row["x"] + dx, "y": row["y"] + dy}
    return found


def without(problem: Mapping[str, Any], places: Iterable[str]) -> dict[str, Any]:
    """The same problem without schools that have given their place back meanwhile. `places`: codes that have one."""
    kept = {row["id"] for row in problem["schools"]} & set(places)
    found = dict(problem)
    found["schools"] = [
        {**row, **{key: [i for i in row[key] if i in kept] for key in ("wants", "known")}}
        for row in problem["schools"]
        if row["id"] in kept
    ]
    found["max_schools"] = min(problem["max_schools"], len(kept))
    for key in ("forbidden", "together"):
        found[key] = [pair for pair in problem[key] if set(pair) <= kept]
    return found


def _type(design: Design, key: str, counts: Mapping[str, tuple[int, int]]) -> dict[str, Any]:
    shape = design.shapes[key]
    fewest, most = counts.get(key, (shape.min_count, shape.max_count))
    found: dict[str, Any] = {
        "name": key, "min_size": shape.min_size, "max_size": shape.max_size, "min_count": fewest, "max_count": most,
    }  # fmt: skip
    if not shape.hosted:
        found["equal"] = True
    if len(guests(design, shape)) > 1:
        found["seats"] = [{"kind": s.role, "min": s.min, "max": s.max} for s in guests(design, shape)]
    return found


def design_weights(design: Design) -> Weights:
    """The weights a program's design gives, as far as its criteria go."""
    m = design.matching
    return Weights(
        m.focus_points, m.grade_points, m.wish_points, m.criteria_points[: len(criterion_slots(design))]
    )


def _params(design: Design, slots: Mapping[str, str], wanted: Wanted) -> dict[str, Any]:
    m, t = design.matching, design.matching.travel
    weights = wanted.weights or design_weights(design)
    points = [*weights.criteria[: len(slots)], *([0] * len(matching.CRITERIA))][: len(matching.CRITERIA)]
    return {
        "criteria_points": points,
        "focus_points": weights.focus,
        "grade_points": weights.grades,
        "wish_points": weights.wishes,
        "grade_overlap": [m.grade_overlap.shared, m.grade_overlap.of],
        "travel": {
            "base": t.base_minutes,
            "metres_per_minute": t.metres_per_minute,
            "cross_borough": t.cross_area_minutes,
            "cross_island": t.cross_far_minutes,
            "island": "far",
            "full_minutes": t.full_minutes,
            "zero_minutes": t.zero_minutes,
            "max_minutes": wanted.max_minutes or t.max_minutes,
        },
    }


def kept_of(scenario: Scenario) -> Kept:
    """The problem a scenario was made of, exactly as it was then, with what was weighed by it. Raises BadInstance."""
    return kept(scenario.problem, f"scenario {scenario.name}")


def problem_of(scenario: Scenario) -> matching.Problem:
    """The problem a scenario was made of, exactly as it was then. Raises BadInstance."""
    return kept_of(scenario).problem


def places_of(scenario: Scenario) -> QuerySet[DraftPlace]:
    """The places of a board with school and network, hosts first; without the long texts of the applications."""
    found = DraftPlace.objects.filter(scenario=scenario).select_related("network", "application__school")
    found = found.defer("application__answers", "application__editors", "application__reason")
    return found.order_by("-hosts", "application__school__code_key")


def board_of(scenario: Scenario) -> list[matching.MatchedNetwork]:
    """The scenario's board as it stands, in the core's terms."""
    return board_from(places_of(scenario).filter(network__isnull=False))


def board_from(places: Iterable[DraftPlace]) -> list[matching.MatchedNetwork]:
    """The networks of places with their network and school, hosts first."""
    rows: dict[int, list[DraftPlace]] = {}
    types: dict[int, str] = {}
    for place in places:
        if place.network is not None:
            rows.setdefault(place.network.number, []).append(place)
            types[place.network.number] = place.network.type
    return [as_network(types[n], rows[n]) for n in sorted(rows)]


def as_network(kind: str, places: list[DraftPlace]) -> matching.MatchedNetwork:
    return network_of(kind, ((p.application.school.code, p.hosts) for p in places))


def network_of(kind: str, seats: Iterable[tuple[str, bool]]) -> matching.MatchedNetwork:
    """A network of (code, hosts). Of several hosts the first one counts."""
    rows = list(seats)
    hosts = [code for code, hosts in rows if hosts]
    partners = tuple(code for code, hosts in rows if not hosts)
    return matching.MatchedNetwork(kind, hosts[0] if hosts else None, (*hosts[1:], *partners))


def lay_out(
    scenario: Scenario, networks: Iterable[matching.MatchedNetwork], keep: frozenset[str] = frozenset()
) -> None:
    """Replace a scenario's board by `networks`. `keep`: codes of schools whose network stays locked."""
    by_code = {a.school.code: a for a in accepted(scenario.program)}
    inside = {row["id"] for row in scenario.problem.get("schools", ())}
    scenario.places.all().delete()
    scenario.networks.all().delete()
    placed: set[str] = set()
    rows: list[DraftPlace] = []
    for number, network in enumerate(networks, start=1):
        locked = bool(keep.intersection(network.members))
        draft = DraftNetwork.objects.create(
            scenario=scenario, number=number, type=network.type, locked=locked
        )
        for code in network.members:
            if code in by_code:
                placed.add(code)
                rows.append(
                    DraftPlace(
                        scenario=scenario,
                        network=draft,
                        application=by_code[code],
                        hosts=code == network.host,
                    )
                )
    rows += [
        DraftPlace(scenario=scenario, network=None, application=a)
        for code, a in by_code.items()
        if code in inside and code not in placed
    ]
    DraftPlace.objects.bulk_create(rows)


def in_words(sentence: str, names: Mapping[str, str]) -> str:
    """A sentence of the core, which knows schools by code, with their names."""
    out = []
    for word in sentence.split(" "):
        bare = word.strip(".,;:()’'\"")
        out.append(word.replace(bare, names[bare]) if bare in names else word)
    return " ".join(out)
