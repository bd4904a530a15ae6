"""Matching instances of any size, in the shape of the program's real years, on synthetic schools.

`city(n, seed)` draws n schools over five boroughs (one an island), with grade bands, sizes, poverty, focus
areas, roles and wishes in proportions like those of the published benchmark file n190, and asks for the same
mix of networks: per 190 schools 1 pair, 28 triads, 6 quads, 10 cohorts of 5–9 (2016–17), or triads only.
`call(applicants, places, seed)` adds the question who is left out: optional schools, a limit, quotas by
borough. The same arguments give the same instance. Not every instance of a small size has an answer.
"""

from __future__ import annotations

import random
from typing import Any

BOROUGHS = {  # weight, centre and spread in metres, districts
    "K": (67, (5900, -4750), (3300, 4200), (*range(13, 24), 32)),
    "X": (47, (9500, 14700), (2100, 2300), tuple(range(7, 13))),
    "Q": (37, (15300, 2400), (4250, 4050), tuple(range(24, 31))),
    "M": (31, (3050, 6250), (1450, 4650), tuple(range(1, 7))),
    "R": (8, (-10200, -14850), (770, 1470), (31,)),
}
TRIES = 20_000  # pairs drawn for groups that stay together; small places may have none
BANDS = {  # grades and how often
    (9, 10, 11, 12): 46,
    (0, 1, 2, 3, 4, 5): 37,
    (6, 7, 8): 37,
    (-1, 0, 1, 2, 3, 4, 5): 34,
    (0, 1, 2, 3, 4, 5, 6, 7, 8): 30,
    (6, 7, 8, 9, 10, 11, 12): 6,
}
FOCUS = (29, 21, 15, 18, 9, 15, 11, 14, 12, 9, 7, 6, 7, 9, 7, 4)  # how often each of 16 areas comes first
RANKINGS = {"proximity": 79, "population": 41, "known": 31, "network": 20, "superintendent": 19}
PARAMS = {
    "criteria_points": [16, 11, 7, 4, 2],
    "focus_points": 40,
    "grade_overlap": [1, 2],
    "grade_points": 10,
    "travel": {
        "base": 8,
        "cross_borough": 10,
        "cross_island": 25,
        "full_minutes": 15,
        "max_minutes": 90,
        "metres_per_minute": 300,
        "zero_minutes": 75,
    },
    "wish_points": 10,
}


def city(n: int, seed: int, triads_only: bool = False) -> dict[str, Any]:
    """An instance in which every one of `n` schools has to be placed."""
    rng = random.Random(seed)
    schools = [_school(rng, k) for k in range(n)]
    _acquaint(rng, schools)
    return {
        "format": "learning-network-matching/1",
        "name": f"city{n}-{seed}",
        "seed": seed,
        "synthetic": True,
        "params": PARAMS,
        "schools": schools,
        "types": _triads(n) if triads_only else _mix(n),
        "max_schools": n,
        "forbidden": _forbidden(rng, schools),
        "together": [] if triads_only else _together(rng, schools),
        "quotas": [],
        "fixed": [],
    }


def call(applicants: int, places: int, seed: int) -> dict[str, Any]:
    """An instance in which `applicants` schools ask for `places` places, with quotas by borough."""
    out = city(applicants, seed)
    out["name"] = f"call{applicants}-{places}-{seed}"
    out["types"] = _mix(places)
    out["max_schools"] = places
    rng = random.Random(seed + 1)
    for school in out["schools"]:
        school["must"] = rng.random() < 0.05
    for borough in BOROUGHS:
        members = [s["id"] for s in out["schools"] if s["borough"] == borough]
        share = len(members) * places // applicants
        low, high = share * 8 // 10, share * 12 // 10 + 1
        out["quotas"].append({"name": f"borough {borough}", "members": members, "min": low, "max": high})
    return out


def _pick(rng: random.Random, weights: dict[Any, Any]) -> Any:
    return rng.choices(list(weights), [w[0] if isinstance(w, tuple) else w for w in weights.values()])[0]


def _clip(value: float, low: int, high: int) -> int:
    return max(low, min(high, round(value)))


def _school(rng: random.Random, k: int) -> dict[str, Any]:
    borough = _pick(rng, BOROUGHS)
    _, (x, y), (dx, dy), districts = BOROUGHS[borough]
    district = rng.choice(districts)
    tilt = (districts.index(district) + 0.5) / len(districts) - 0.5  # districts lie along the borough
    grades = list(_pick(rng, BANDS))
    role = rng.choices(["partner", "either", "host"], [106, 57, 27])[0]
    areas = list(range(len(FOCUS)))
    first = rng.choices(areas, FOCUS)[0]
    second = rng.choice([a for a in areas if a != first])
    focus = [first, second] if rng.random() < 0.77 else [first]
    strength = {str(a): rng.randint(0, 5) for a in rng.sample(areas, rng.randint(1, 4))}
    for rank, area in enumerate(focus):
        strength[str(area)] = rng.randint(0, 4) if role == "partner" else rng.randint(6 - rank, 10 - rank)
    if role != "partner":
        strength[str(rng.choice(areas))] = rng.randint(5, 9)
    ranking: list[str] = []
    while len(ranking) < 5:
        ranking.append(_pick(rng, {c: w for c, w in RANKINGS.items() if c not in ranking}))
    high = grades == [9, 10, 11, 12]
    return {
        "id": f"S{k + 1:04d}",
        "x": round(x + 2.2 * tilt * dx + rng.gauss(0, 0.6 * dx)),
        "y": round(y - 2.2 * tilt * dy + rng.gauss(0, 0.6 * dy)),
        "borough": borough,
        "district": district,
        "superintendent": f"HS-{borough}-{rng.randint(0, 1)}" if high else f"D{district:02d}",
        "network": f"N{rng.randint(0, 11):02d}",
        "role": role,
        "grades": grades,
        "enrollment": _clip(rng.gauss(560, 260), 120, 1460),
        "poverty": _clip(rng.gauss(69, 18), 20, 99),
        "ell": _clip(rng.gauss(12, 8), 0, 40),
        "swd": _clip(rng.gauss(20, 5), 5, 35),
        "new_principal": rng.random() < 0.26,
        "focus": focus,
        "strength": strength,
        "ranking": ranking[: rng.choice((3, 4, 5, 5, 5))],
        "known": [],
        "wants": [],
        "prefers_new": role != "partner" and rng.random() < 0.31,
        "must": True,
    }


def _acquaint(rng: random.Random, schools: list[dict[str, Any]]) -> None:
    for s in schools:
        near = [o["id"] for o in schools if o is not s and o["borough"] == s["borough"]]
        every = [o["id"] for o in schools if o is not s]
        if not every:
            continue
        for _ in range(rng.randint(0, 4)):
            other = rng.choice(near) if near and rng.random() < 0.6 else rng.choice(every)
            if other not in s["known"]:
                s["known"].append(other)
        if rng.random() < 0.37:
            s["wants"] = rng.sample(every, min(len(every), rng.randint(1, 2)))


def _forbidden(rng: random.Random, schools: list[dict[str, Any]]) -> list[list[str]]:
    return [[a["id"], b["id"]] for a, b in (rng.sample(schools, 2) for _ in range(len(schools) // 8))]


def _together(rng: random.Random, schools: list[dict[str, Any]]) -> list[list[str]]:
    """Pairs of partners with the same grades in one borough; fewer, or none, where there are not so many."""
    out: list[list[str]] = []
    used: set[str] = set()
    able = [s for s in schools if s["role"] != "host"]
    for _ in range(TRIES if len(able) > 1 else 0):
        if len(out) >= max(1, len(schools) // 63):
            break
        a, b = rng.sample(able, 2)
        if a["grades"] == b["grades"] and a["borough"] == b["borough"] and not {a["id"], b["id"]} & used:
            out.append([a["id"], b["id"]])
            used |= {a["id"], b["id"]}
    return out


def _triads(n: int) -> list[dict[str, Any]]:
    count = n // 3
    return [{"name": "triad", "min_size": 3, "max_size": 3, "min_count": count, "max_count": count}]


def _mix(n: int) -> list[dict[str, Any]]:
    share = n / 190
    counts = {"pair": round(share), "triad": round(28 * share), "quad": round(6 * share)}
    sizes = {"pair": 2, "triad": 3, "quad": 4}
    left = n - sum(counts[k] * sizes[k] for k in counts)
    out = [
        {"name": k, "min_size": sizes[k], "max_size": sizes[k], "min_count": c, "max_count": c}
        for k, c in counts.items()
    ]
    cohorts = max(1, round(left / 7.8), -(-left // 9))
    out.append({"name": "cohort", "min_size": 5, "max_size": 9, "min_count": cohorts, "max_count": cohorts})
    return out


if __name__ == "__main__":
    import json
    import sys

    args = [int(a) for a in sys.argv[1:]]
    json.dump(call(*args) if len(args) == 3 else city(args[0], args[1]), sys.stdout, indent=1)
