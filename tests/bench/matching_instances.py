"""Instances of the matching benchmark by name."""

from __future__ import annotations

import json
from typing import Any

from tests.bench.instances import call, city
from tests.bench.real import real_city
from tests.shared_data import SHARED


def instance(name: str) -> dict[str, Any]:
    """n21, n190 (the published ones), city73-3, call306-190-1, real1800-1 (the city's own schools), fair190 (n190 with
    the worst-served school first) …"""
    if name.startswith("fair"):
        rest = name.removeprefix("fair")
        return {**instance("n" + rest if rest.isdigit() else rest), "fairness": "maxmin"}
    if name.startswith("n") and SHARED is not None:
        out: dict[str, Any] = json.loads((SHARED / "bench" / f"{name}.json").read_text())
        return out
    if name.startswith("n"):
        return city(int(name[1:]), 1)
    if name.startswith("call"):
        applicants, places, seed = map(int, name.removeprefix("call").split("-"))
        return call(applicants, places, seed)
    if name.startswith("real"):
        assert SHARED is not None
        n, seed = map(int, name.removeprefix("real").split("-"))
        return real_city(SHARED, n, seed)
    n, seed = map(int, name.removeprefix("city").split("-"))
    return city(n, seed)
