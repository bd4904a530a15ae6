"""Reading `learning-network-matching/1` (the JSON instance format) and writing solutions.

The format is the contract of `intervisit match`. Additions of ours, all optional: "equal": true on a type
(a network without host), "seats": [{"kind": …, "min": …, "max": …}] on a type and "kind": … on a school (so many
schools of a kind in each network), "fairness": "sum" | "maxmin", "travel_table": [[id, id, minutes], …], and null
for `x` and `y` of a school without coordinates; in `params`, "share_a_grade": false lets schools without a common grade
be in one network.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from typing import Any, cast

from intervisit.core.matching.problem import (
    CRITERIA,
    Fairness,
    MatchedNetwork,
    NetworkType,
    Params,
    Problem,
    Quota,
    Role,
    School,
    Seat,
    Solution,
    Travel,
)
from intervisit.core.matching.trouble import Reader, shown

FORMAT = "learning-network-matching/1"
MANY = 1_000_000  # more schools, points or minutes than anybody has; keeps the integers small
FAR = 10_000_000  # metres; a quarter of the way round the earth


def read_instance(data: Any, file: str) -> Problem:
    """The problem in parsed JSON. Raises BadInstance with every trouble found, not only the first."""
    r = Reader(file)
    top = r.table(data, "file")
    if not top:
        if not r.problems:
            r.note("file", "is empty", "Give an instance object.")
        r.finish()
    if top.get("format") != FORMAT:
        r.note("format", f"{shown(top.get('format'))} is not known", f'Write "format": "{FORMAT}".')
    raw = r.items(top, "schools", "")
    if not raw and not r.problems:
        r.note("schools", "is empty", "Give at least two schools.")
    known = _known_ids(r, raw)
    params = _params(r, top)
    schools = tuple(_school(r, row, place, known, params) for place, row in r.rows(raw, "schools"))
    types = tuple(_type(r, row, place) for place, row in r.rows(r.items(top, "types", ""), "types"))
    if not types and "types" in top:
        r.note("types", "is empty", "Give at least one network type.")
    for name, count in Counter(t.name for t in types).items():
        if count > 1:
            r.note("types", f"there are {count} types named {shown(name)}", "Give each type its own name.")
    problem = Problem(
        schools=schools,
        types=types,
        max_schools=r.whole(top, "max_schools", "", 0, MANY),
        forbidden=_forbidden(r, top, known),
        together=_together(r, top, known),
        quotas=tuple(_quota(r, row, at, known) for at, row in r.rows(r.items(top, "quotas", ""), "quotas")),
        fixed=_fixed(r, top, known, types),
        params=params,
        fairness=cast(Fairness, r.choice(top.get("fairness", "sum"), "fairness", ("sum", "maxmin"))),
        travel_table=_travel_table(r, top, known),
    )
    r.finish()
    return problem


def write_solution(solution: Solution) -> dict[str, Any]:
    """The answer as JSON: networks, objective, bound, proof. The bound is never rounded below its value."""
    networks = [
        {"type": n.type, "host": n.host, "partners": list(n.partners)}
        for n in sorted(solution.networks, key=lambda n: (n.type, n.host or "", n.partners))
    ]
    bound = float(solution.bound)
    return {
        "networks": networks,
        "objective": float(solution.objective),
        "bound": bound if bound >= solution.bound else bound + abs(bound) * 2**-52,
        "proof": solution.proof,
        "unplaced": list(solution.unplaced),
    }


def _known_ids(r: Reader, raw: list[Any]) -> set[str]:
    seen: dict[str, int] = {}
    for k, row in enumerate(raw):
        value = row.get("id") if isinstance(row, dict) else None
        if not isinstance(value, str):
            continue  # noted when the school is read
        if value in seen:
            what = f"the id {shown(value)} is already used by schools[{seen[value]}]"
            r.note(f"schools[{k}].id", what, "Give each school its own id, or remove one of the two.")
        seen.setdefault(value, k)
    return set(seen)


def _params(r: Reader, top: dict[str, Any]) -> Params:
    if "params" not in top:
        r.note("params", "is missing", "Give points and travel constants.")
        return Params()
    p = r.table(top["params"], "params")
    points = r.items(p, "criteria_points", "params.")
    if len(points) != len(CRITERIA):
        r.note("params.criteria_points", f"{len(points)} values", f"Give {len(CRITERIA)}, one for each rank.")
    overlap = r.items(p, "grade_overlap", "params.")
    if len(overlap) != 2:
        r.note("params.grade_overlap", f"{len(overlap)} values", "Give two, as in [1, 2] for one half.")
        overlap = [1, 2]
    travel = r.table(p.get("travel", {}), "params.travel")
    values: dict[str, Any] = {}
    for f in fields(Travel):
        optional = f.name.startswith(("same_", "other_"))
        if f.name == "island":
            values["island"] = r.text(travel, "island", "params.travel.") if "island" in travel else "R"
        elif not optional or f.name in travel:
            low = 1 if f.name == "metres_per_minute" else 0
            values[f.name] = r.whole(travel, f.name, "params.travel.", low, MANY)
    if values["zero_minutes"] <= values["full_minutes"]:
        what = f"{values['zero_minutes']} is not above full_minutes ({values['full_minutes']})"
        r.note("params.travel.zero_minutes", what, "Proximity falls from full_minutes to zero_minutes.")
        values["zero_minutes"] = values["full_minutes"] + 1
    return Params(
        criteria_points=tuple(
            r.number(v, f"params.criteria_points[{k}]", 0, 10_000) for k, v in enumerate(points)
        ),
        focus_points=r.whole(p, "focus_points", "params.", 0, 10_000),
        grade_points=r.whole(p, "grade_points", "params.", 0, 10_000),
        wish_points=r.whole(p, "wish_points", "params.", 0, 10_000),
        grade_overlap=(
            r.number(overlap[0], "params.grade_overlap[0]", 0, 1000),
            r.number(overlap[1], "params.grade_overlap[1]", 1, 1000),
        ),
        share_a_grade=r.flag(p, "share_a_grade", "params.", True),
        travel=Travel(**values),
    )


def _school(r: Reader, row: dict[str, Any], at: str, known: set[str], params: Params) -> School:
    coordinates: dict[str, int | None] = {"x": None, "y": None}
    for axis in ("x", "y"):
        if axis not in row:
            r.note(f"{at}{axis}", "is missing", "Give metres as a whole number, or null when unknown.")
        elif row[axis] is not None:
            coordinates[axis] = r.whole(row, axis, at, -FAR, FAR)
    if (coordinates["x"] is None) != (coordinates["y"] is None) and "x" in row and "y" in row:
        r.note(f"{at}x", "only one of x and y is given", "Give both, or null for both.")
    if "id" in row and not isinstance(row["id"], str):
        r.note(f"{at}id", f"{shown(row['id'])} is not a text", "Write the id in quotation marks.")
    return School(
        id=r.text(row, "id", at, empty=False) if isinstance(row.get("id", ""), str) else "",
        role=cast(Role, r.choice(row.get("role"), f"{at}role", ("either", "host", "partner"))),
        grades=_grades(r, row, at),
        focus=_focus(r, row, at),
        enrollment=r.whole(row, "enrollment", at, 1, MANY),
        x=coordinates["x"],
        y=coordinates["y"],
        borough=r.text(row, "borough", at),
        district=r.text(row, "district", at),
        superintendent=r.text(row, "superintendent", at),
        network=r.text(row, "network", at),
        poverty=r.whole(row, "poverty", at, 0, 100),
        ell=r.whole(row, "ell", at, 0, 100),
        swd=r.whole(row, "swd", at, 0, 100),
        new_principal=r.flag(row, "new_principal", at),
        strength=_strength(r, row, at),
        ranking=_ranking(r, row, at, params),
        known=r.ids(r.items(row, "known", at), f"{at}known", known),
        wants=r.ids(r.items(row, "wants", at), f"{at}wants", known),
        prefers_new=r.flag(row, "prefers_new", at),
        must=r.flag(row, "must", at),
        kind=r.text(row, "kind", at) if "kind" in row else "",
    )


def _grades(r: Reader, row: dict[str, Any], at: str) -> tuple[int, ...]:
    grades = r.items(row, "grades", at)
    if "grades" in row and row["grades"] == []:
        r.note(f"{at}grades", "is empty", "Give the grades served: −1 Pre-K, 0 kindergarten, 1 to 12.")
    out = [r.number(g, f"{at}grades[{k}]", -1, 12) for k, g in enumerate(grades)]
    return tuple(dict.fromkeys(out))


def _focus(r: Reader, row: dict[str, Any], at: str) -> tuple[str, ...]:
    areas = r.items(row, "focus", at)
    if "focus" in row and isinstance(row["focus"], list) and not 1 <= len(areas) <= 2:
        r.note(f"{at}focus", f"{len(areas)} focus areas", "Give one or two, the more important first.")
    out = []
    for k, area in enumerate(areas):
        if isinstance(area, bool) or not isinstance(area, int | str) or area == "":
            what = f"{shown(area)} is not a focus area"
            r.note(f"{at}focus[{k}]", what, "Give the number or the name of an area.")
            area = k
        elif isinstance(area, str):
            r.readable(area, f"{at}focus[{k}]")
        out.append(str(area))
    if len(set(out)) < len(out):
        r.note(f"{at}focus", f"the area {out[0]} is given twice", "Name each area once.")
    return tuple(out) or ("?",)


def _strength(r: Reader, row: dict[str, Any], at: str) -> dict[str, int]:
    if "strength" not in row:
        r.note(f"{at}strength", "is missing", "Give area → 0..10, or {} when nothing is known.")
        return {}
    table = r.table(row["strength"], f"{at}strength")
    for area in table:
        r.readable(area, f"{at}strength.{area}")
    return {area: r.number(value, f"{at}strength.{area}", 0, 10) for area, value in table.items()}


def _ranking(r: Reader, row: dict[str, Any], at: str, params: Params) -> tuple[str, ...]:
    names = r.items(row, "ranking", at)
    out = tuple(r.choice(name, f"{at}ranking[{k}]", CRITERIA) for k, name in enumerate(names))
    if "ranking" in row and isinstance(row["ranking"], list) and not 3 <= len(names) <= len(CRITERIA):
        r.note(f"{at}ranking", f"{len(names)} criteria", f"Rank 3 to 5 of {', '.join(CRITERIA)}.")
    elif len(set(map(str, names))) < len(names):
        r.note(f"{at}ranking", "a criterion is ranked twice", "Name each criterion once.")
    return out


def _type(r: Reader, row: dict[str, Any], at: str) -> NetworkType:
    low_size = r.whole(row, "min_size", at, 2, 40)
    high_size = r.whole(row, "max_size", at, 2, 40)
    if low_size > high_size:
        r.note(f"{at}min_size", f"{low_size} is above max_size ({high_size})", "Exchange the two.")
    low = r.whole(row, "min_count", at, 0, MANY)
    high = r.whole(row, "max_count", at, 0, MANY)
    if low > high:
        r.note(f"{at}min_count", f"{low} is above max_count ({high})", "Exchange the two.")
    equal = r.flag(row, "equal", at, default=False)
    name = r.text(row, "name", at, empty=False)
    if "name" in row and not isinstance(row["name"], str):
        r.note(f"{at}name", f"{shown(row['name'])} is not a text", "Write the name in quotation marks.")
    return NetworkType(name, low_size, high_size, low, high, not equal, _seats(r, row, at, high_size))


def _seats(r: Reader, row: dict[str, Any], at: str, size: int) -> tuple[Seat, ...]:
    out: list[Seat] = []
    for place, seat in r.rows(r.items(row, "seats", at, needed=False), f"{at}seats"):
        low, high = r.whole(seat, "min", place, 0, 40), r.whole(seat, "max", place, 0, 40)
        kind = r.text(seat, "kind", place, empty=False)
        if low > high:
            r.note(f"{place}min", f"{low} is above max ({high})", "Exchange the two.")
        if any(kind == s.kind for s in out):
            r.note(f"{place}kind", f"seats of kind {kind} are given twice", "Give each kind once.")
        out.append(Seat(kind, low, high))
    if (least := sum(s.min for s in out)) > size:
        r.note(f"{at}seats", f"they need {least} schools, the network holds {size}", "Ask for fewer.")
    return tuple(out)


def _forbidden(r: Reader, top: dict[str, Any], known: set[str]) -> tuple[tuple[str, str], ...]:
    out = []
    for k, pair in enumerate(r.items(top, "forbidden", "")):
        if not isinstance(pair, list) or len(pair) != 2:
            r.note(f"forbidden[{k}]", f"{shown(pair)} is not a pair", "Write two school ids: [a, b].")
            continue
        ids = r.ids(pair, f"forbidden[{k}]", known)
        if len(ids) == 2:
            out.append((ids[0], ids[1]))
    return tuple(out)


def _together(r: Reader, top: dict[str, Any], known: set[str]) -> tuple[tuple[str, ...], ...]:
    out = []
    for k, group in enumerate(r.items(top, "together", "")):
        if not isinstance(group, list) or len(group) < 2:
            r.note(f"together[{k}]", f"{shown(group)} is not a group", "Write two or more school ids.")
            continue
        out.append(r.ids(group, f"together[{k}]", known))
    return tuple(out)


def _quota(r: Reader, row: dict[str, Any], at: str, known: set[str]) -> Quota:
    low = r.whole(row, "min", at, 0, MANY)
    high = r.whole(row, "max", at, 0, MANY)
    if low > high:
        r.note(f"{at}min", f"{low} is above max ({high})", "Exchange the two.")
    members = r.ids(r.items(row, "members", at), f"{at}members", known)
    return Quota(r.text(row, "name", at), members, low, high)


def _fixed(
    r: Reader, top: dict[str, Any], known: set[str], types: tuple[NetworkType, ...]
) -> tuple[MatchedNetwork, ...]:
    out = []
    by_name = {t.name: t for t in types}
    for at, row in r.rows(r.items(top, "fixed", "", needed=False), "fixed"):
        name = row.get("type")
        if not isinstance(name, str) or name not in by_name:
            r.note(f"{at}type", f"there is no type {shown(name)}", "Use the name of a type in `types`.")
            continue
        host = row.get("host")
        if host is not None and (not isinstance(host, str) or host not in known):
            r.note(f"{at}host", f"there is no school {shown(host)}", "Use the id of a school, or null.")
            host = None
        partners = r.ids(r.items(row, "partners", at), f"{at}partners", known)
        for k, code in enumerate(partners):
            if code == host or code in partners[:k]:
                r.note(f"{at}partners[{k}]", f"{code} is in it twice", "Name each school of a network once.")
        out.append(MatchedNetwork(name, host, partners))
    return tuple(out)


def _travel_table(r: Reader, top: dict[str, Any], known: set[str]) -> tuple[tuple[str, str, int], ...]:
    out = []
    for k, row in enumerate(r.items(top, "travel_table", "", needed=False)):
        if not isinstance(row, list) or len(row) != 3:
            r.note(f"travel_table[{k}]", f"{shown(row)} is not a trip", "Write [id, id, minutes].")
            continue
        ids = r.ids(row[:2], f"travel_table[{k}]", known)
        ride = r.number(row[2], f"travel_table[{k}][2]", 0, MANY)
        if len(ids) == 2:
            out.append((ids[0], ids[1], ride))
    return tuple(out)
