"""Rows of applications become a matching instance; results become boards a person may edit.

The instance is kept with its scenario in the format of docs/reference/matching-format.md, so that any run can be
replayed. Schools are named by their code; distances are metres on a plane laid through the middle of the
applicants.
"""

import math
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from intervisit.apps.applications.models import Application, Wishes
from intervisit.apps.applications.states import ApplicationState
from intervisit.apps.networks.bridge.travel import travel_table
from intervisit.apps.networks.models import DraftNetwork, DraftPlace, Scenario, Veto
from intervisit.apps.people.models import Organization, SchoolYear
from intervisit.apps.programs.models import Program
from intervisit.core import matching
from intervisit.core.designs import Criterion, Design
from intervisit.core.designs.matching import Seat, Shape

FORMAT = "learning-network-matching/1"
SLOTS = ("superintendent", "network")  # the two "have it in common" criteria of the method
_EARTH = 6_371_000  # metres
_NEW_PRINCIPAL_YEARS = 4  # the partner profile of the announcement: two to four years (seed 003)


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
    design = program.design
    applications = [a for a in accepted(program) if wanted.included is None or str(a.pk) in wanted.included]
    codes = {str(a.school_id): a.school.code for a in applications}
    facts = latest_facts([a.school_id for a in applications])
    wishes = {w.application_id: w for w in Wishes.objects.filter(application__in=applications)}
    middle = _Middle.of([a.school for a in applications])
    slots = criterion_slots(design)
    schools = [
        _school(
            a, design, facts.get(a.school_id, {}), wishes.get(a.pk), codes, middle, slots, wanted.everybody
        )
        for a in applications
    ]
    _fill_gaps(schools)
    vetoes = [
        v for v in Veto.objects.filter(program=program) if {str(v.first_id), str(v.second_id)} <= codes.keys()
    ]
    pairs = [(v.together, [codes[str(v.first_id)], codes[str(v.second_id)]]) for v in vetoes]
    own = {a.pk: a.school.code for a in applications}
    pairs += [
        (False, [own[w.pk], codes[i]])
        for w in wishes.values()
        for i in w.avoid
        if i in codes and codes[i] != own[w.pk]
    ]
    return {
        "format": FORMAT,
        "name": str(program),
        "seed": 0,
        "schools": schools,
        "types": [_type(design, key, wanted.counts) for key in design.shapes],
        "max_schools": len(schools),
        "forbidden": [list(p) for p in sorted({tuple(sorted(p)) for together, p in pairs if not together})],
        "together": sorted(sorted(p) for together, p in pairs if together),
        "quotas": [],
        "fixed": [{"type": n.type, "host": n.host, "partners": list(n.partners)} for n in fixed],
        "params": _params(design, slots, wanted),
        "fairness": "maxmin" if wanted.worst_first else "sum",
        "travel_table": travel_table(program, {a.school_id: a.school.code for a in applications}),
        "facilitators": {
            "count": 0,
            "load": [design.facilitators.min_networks, design.facilitators.max_networks],
        },
    }


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


def latest_facts(schools: Iterable[Any]) -> dict[Any, dict[str, Any]]:
    """School id -> fact key -> value of the latest year that has it."""
    found: dict[Any, dict[str, Any]] = {}
    for row in SchoolYear.objects.filter(school__in=list(schools)).order_by("year"):
        found.setdefault(row.school_id, {}).update(
            {k: v for k, v in row.facts.items() if v not in (None, "")}
        )
    return found


def criterion_slots(design: Design) -> dict[str, str]:
    """Design's criterion key -> the method's criterion. The two "same" slots go to the first two such criteria."""
    free = list(SLOTS)
    slots: dict[str, str] = {}
    for criterion in design.matching.criteria:
        if criterion.measure != "same":
            slots[criterion.key] = criterion.measure
        elif free:
            slots[criterion.key] = free.pop(0)
    return slots


def _same_fact(criterion: Criterion, school: Organization, facts: Mapping[str, Any]) -> str:
    own = {"superintendent": school.superintendent, "support_network": school.support_network,
           "borough": school.area, "area": school.area, "sector": school.sector}  # fmt: skip
    return str(own.get(criterion.fact) or facts.get(criterion.fact) or "")


def _school(
    a: Application,
    design: Design,
    facts: Mapping[str, Any],
    wishes: Wishes | None,
    codes: Mapping[str, str],
    middle: "_Middle",
    slots: Mapping[str, str],
    everybody: bool,
) -> dict[str, Any]:
    school = a.school
    hosts_exist = any(r.hosts for r in design.roles.values())
    role = "either" if not hosts_exist else ("host" if design.roles[a.role].hosts else "partner")
    x, y = middle.place(school)
    travel = design.matching.travel
    years = facts.get("principal_years_at_school")
    row: dict[str, Any] = {
        "id": school.code,
        "x": x,
        "y": y,
        "borough": "far" if school.area in travel.far_areas else school.area,
        "district": school.subdistrict,
        "role": role,
        "grades": list(school.grades),
        "enrollment": _whole(facts.get("enrollment")),
        "poverty": _whole(facts.get("pct_poverty", facts.get("pct_economically_disadvantaged"))),
        "ell": _whole(facts.get("pct_ell")),
        "swd": _whole(facts.get("pct_swd")),
        "new_principal": isinstance(years, int | float) and years <= _NEW_PRINCIPAL_YEARS,
        "focus": list(a.focus[:2]) or ["none"],
        "strength": _strength(design, a) if role != "partner" else {},
        "ranking": _ranking(design, wishes, slots),
        "known": [
            codes[i] for i in (wishes.known if wishes else []) if i in codes and codes[i] != school.code
        ],
        "wants": [
            codes[i] for i in (wishes.schools if wishes else []) if i in codes and codes[i] != school.code
        ],
        "prefers_new": bool(wishes and wishes.welcomes_new),
        "must": everybody,
        "kind": a.role if _mixed(design) else "",
        "superintendent": "",
        "network": "",
    }
    for criterion in design.matching.criteria:
        slot = slots.get(criterion.key)
        if slot in SLOTS:
            # Schools without the fact have nothing in common with each other, so each gets a value of its own.
            row[slot] = _same_fact(criterion, school, facts) or f"?{school.code}"
    return row


def _whole(value: object) -> int | None:
    return round(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _fill_gaps(schools: list[dict[str, Any]]) -> None:
    """A figure that nobody knows is taken to be the applicants' median, so that it neither draws nor repels."""
    for key in ("enrollment", "poverty", "ell", "swd"):
        known = [s[key] for s in schools if s[key] is not None]
        middle = round(statistics.median(known)) if known else 0
        for s in schools:
            if s[key] is None:
                s[key] = middle
        if key == "enrollment":
            for s in schools:
                s[key] = max(1, s[key])


def _strength(design: Design, a: Application) -> dict[str, int]:
    rule = design.matching.strength
    found = {area.key: rule.other for area in design.focus_areas if rule.other}
    if len(a.focus) > 1:
        found[a.focus[1]] = rule.second
    if a.focus:
        found[a.focus[0]] = rule.first
    return found


def _ranking(design: Design, wishes: Wishes | None, slots: Mapping[str, str]) -> list[str]:
    """The school's own ranking, filled up in the design's order to the three that the method asks for."""
    own = [slots[k] for k in (wishes.ranking if wishes else []) if k in slots]
    rest = [slots[c.key] for c in design.matching.criteria if c.key in slots] + list(matching.CRITERIA)
    filled = list(dict.fromkeys([*own, *rest]))
    return filled[: max(3, len(own))] if own else filled[: max(3, min(len(matching.CRITERIA), len(slots)))]


def _type(design: Design, key: str, counts: Mapping[str, tuple[int, int]]) -> dict[str, Any]:
    shape = design.shapes[key]
    fewest, most = counts.get(key, (shape.min_count, shape.max_count))
    found: dict[str, Any] = {
        "name": key, "min_size": shape.min_size, "max_size": shape.max_size, "min_count": fewest, "max_count": most,
    }  # fmt: skip
    if not shape.hosted:
        found["equal"] = True
    if len(_guests(design, shape)) > 1:
        found["seats"] = [{"kind": s.role, "min": s.min, "max": s.max} for s in _guests(design, shape)]
    return found


def _guests(design: Design, shape: Shape) -> list[Seat]:
    """Seats of roles that do not host. A single one says no more than the size does."""
    return [s for s in shape.seats if not design.roles[s.role].hosts]


def _mixed(design: Design) -> bool:
    """Whether some network needs schools of several roles beside its host."""
    return any(len(_guests(design, shape)) > 1 for shape in design.shapes.values())


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


@dataclass(frozen=True)
class _Middle:
    """The point through which the plane is laid (equirectangular; off by under 0.1 % across a city)."""

    latitude: float
    longitude: float

    @classmethod
    def of(cls, schools: Iterable[Organization]) -> "_Middle":
        spots = [
            (s.latitude, s.longitude) for s in schools if s.latitude is not None and s.longitude is not None
        ]
        if not spots:
            return cls(0, 0)
        return cls(statistics.fmean(a for a, _ in spots), statistics.fmean(b for _, b in spots))

    def place(self, school: Organization) -> tuple[int | None, int | None]:
        if school.latitude is None or school.longitude is None:
            return None, None
        x = math.radians(school.longitude - self.longitude) * math.cos(math.radians(self.latitude)) * _EARTH
        return round(x), round(math.radians(school.latitude - self.latitude) * _EARTH)


def problem_of(scenario: Scenario) -> matching.Problem:
    """The problem a scenario was made of, exactly as it was then."""
    return matching.read_instance(scenario.problem, f"scenario {scenario.name}")


def is_guess(problem: matching.Problem, a: str, b: str) -> bool:
    """Whether the minutes between two schools are only a rough estimate: a position is missing, no table has them."""
    one, two = problem.by_id[a], problem.by_id[b]
    return None in (one.x, one.y, two.x, two.y) and frozenset((a, b)) not in problem.travel_overrides


def board_of(scenario: Scenario) -> list[matching.MatchedNetwork]:
    """The scenario's board as it stands, in the core's terms."""
    places = scenario.places.filter(network__isnull=False).select_related("network", "application__school")
    return board_from(places.order_by("-hosts", "application__school__code_key"))


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
    hosts = [p.application.school.code for p in places if p.hosts]
    partners = tuple(p.application.school.code for p in places if not p.hosts)
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
