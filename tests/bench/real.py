"""Matching instances on real New York schools, from the published files beside the checkout.

Places, grades, sizes, poverty and superintendents are the schools' own (2016–17); focus areas are drawn by the
shares in which applicants listed the elements of the Framework; roles, strengths, wishes and criteria are drawn as in
`instances.city`. Nothing of the files is copied here.
"""

from __future__ import annotations

import csv
import math
import random
from pathlib import Path
from typing import Any

from tests.bench.instances import PARAMS, RANKINGS, _acquaint, _forbidden, _mix, _pick

BOROUGHS = {"Brooklyn": "K", "Bronx": "X", "Queens": "Q", "Manhattan": "M", "Staten Island": "R"}
GRADES = {"PK": -1, "K": 0, **{str(g): g for g in range(1, 13)}}
SHARE = "share of Framework elements listed on applications: "
ORIGIN = 40.7, -73.95  # degrees; metres are counted from here
YEAR = "2016-17"


def real_city(shared: Path, n: int, seed: int) -> dict[str, Any]:
    """`n` schools drawn from all of the city that have coordinates and figures (all of them when there are fewer)."""
    rng = random.Random(seed)
    rows = _rows(shared)
    rows = rng.sample(rows, min(n, len(rows)))
    shares = _shares(shared)
    schools = [_school(rng, row, figures, shares) for row, figures in rows]
    _acquaint(rng, schools)
    n = len(schools)
    return {
        "format": "learning-network-matching/1",
        "name": f"real{n}-{seed}",
        "params": PARAMS,
        "schools": schools,
        "types": _mix(n),
        "max_schools": n,
        "forbidden": _forbidden(rng, schools),
        "together": [],
        "quotas": [],
        "fixed": [],
    }


def _rows(shared: Path) -> list[tuple[dict[str, str], dict[str, str]]]:
    with (shared / "data" / "nyc_demographics_2014_2017.csv").open(newline="", encoding="utf-8") as file:
        figures = {row["dbn"]: row for row in csv.DictReader(file) if row["school_year"] == YEAR}
    with (shared / "data" / "nyc_schools.csv").open(newline="", encoding="utf-8") as file:
        return [
            (row, figures[row["dbn"]])
            for row in csv.DictReader(file)
            if row["latitude"] and row["dbn"] in figures and figures[row["dbn"]]["pct_poverty"]
        ]


def _shares(shared: Path) -> dict[str, int]:
    with (shared / "data" / "lpp_program_facts.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    return {row[0].removeprefix(SHARE): int(row[2]) for row in rows if row[0].startswith(SHARE)}


def _school(
    rng: random.Random, row: dict[str, str], figures: dict[str, str], shares: dict[str, int]
) -> dict[str, Any]:
    role = rng.choices(["partner", "either", "host"], [106, 57, 27])[0]
    areas = list(shares)
    first = rng.choices(areas, list(shares.values()))[0]
    second = rng.choice([a for a in areas if a != first])
    focus = [first, second] if rng.random() < 0.77 else [first]
    strength = {a: rng.randint(0, 5) for a in areas}
    for rank, area in enumerate(focus):
        strength[area] = rng.randint(0, 4) if role == "partner" else rng.randint(6 - rank, 10 - rank)
    ranking: list[str] = []
    while len(ranking) < 5:
        ranking.append(_pick(rng, {c: w for c, w in RANKINGS.items() if c not in ranking}))
    lat, lon = float(row["latitude"]), float(row["longitude"])
    district = int(row["geographic_district"] or row["district"])
    return {
        "id": row["dbn"],
        "x": round((lon - ORIGIN[1]) * 111_320 * math.cos(math.radians(ORIGIN[0]))),
        "y": round((lat - ORIGIN[0]) * 110_540),
        "borough": BOROUGHS[row["borough"]],
        "district": district,
        "superintendent": row["superintendent_2015_16"] or row["superintendent_2018_19"] or f"D{district}",
        "network": row["field_support_center_2015_16"] or row["field_support_center_2018_19"],
        "role": role,
        "grades": sorted(GRADES[g] for g in figures["grades_served"].split(",")),
        "enrollment": max(1, int(figures["enrollment"])),
        "poverty": round(float(figures["pct_poverty"])),
        "ell": round(float(figures["pct_ell"] or 0)),
        "swd": round(float(figures["pct_swd"] or 0)),
        "new_principal": rng.random() < 0.26,
        "focus": focus,
        "strength": strength,
        "ranking": ranking[: rng.choice((3, 4, 5, 5, 5))],
        "known": [],
        "wants": [],
        "prefers_new": role != "partner" and rng.random() < 0.31,
        "must": True,
    }
