"""Every key of the format, missing, of another type and out of range: refused with its place and a remedy.

The keys are those of docs/reference/matching-format.md (and of the published benchmark's README).
"""

import copy
import re
from pathlib import Path

import pytest

from intervisit.core.matching import BadInstance, Problem, read_instance
from tests.bench.instances import city

ROOT = Path(__file__).resolve().parents[3]
MISSING = object()
NAN, HUGE = float("nan"), 10**30
NO_TEXT = (None, [], {}, True)
NO_TEXTS = ("text", 7, None, {}, [7], [None], [[]])
NO_FLAG = ("yes", 1, None, [])
NO_LIST = ("text", 7, None, {})


def _good():
    data = city(12, 1)
    first, second = (data["schools"][n]["id"] for n in (0, 1))
    data["schools"][0] |= {"known": [second], "wants": [second], "kind": "district"}
    data["types"][0] |= {"equal": False, "seats": [{"kind": "district", "min": 0, "max": 9}]}
    data["forbidden"], data["together"] = [[first, data["schools"][2]["id"]]], []
    data["quotas"] = [{"name": "q", "members": [first], "min": 0, "max": 1}]
    data["fixed"] = []
    data |= {"fairness": "sum", "travel_table": [[first, second, 20]]}
    data["params"] |= {"share_a_grade": True}
    return data


GOOD = _good()
read_instance(GOOD, "good.json")


def _whole(low, high=HUGE):
    """What is no whole number in this range."""
    return ("text", 1.5, None, True, [], {}, NAN, low - 1, high if high == HUGE else high + 1)


SCHOOL = {
    "id": ("", 7, *NO_TEXT),
    "x": ("text", 1.5, True, [], NAN, HUGE),
    "y": ("text", 1.5, True, [], NAN, HUGE),
    "borough": ([], {}, True),
    "district": ([], {}, True),
    "superintendent": ([], {}, True),
    "network": ([], {}, True),
    "role": ("guest", 7, *NO_TEXT),
    "grades": ([], [13], [-2], ["K"], "K-5", None, 7),
    "enrollment": _whole(1),
    "poverty": _whole(0, 100),
    "ell": _whole(0, 100),
    "swd": _whole(0, 100),
    "new_principal": NO_FLAG,
    "focus": ([], ["a", "a"], ["a", "b", "c"], "a", None, 7, [None], [[]]),
    "strength": ("text", None, [], 7, {"1": 11}, {"1": -1}, {"1": "much"}, {"1": 1.5}, {"1": True}),
    "ranking": (["proximity"], ["proximity", "weather", "known"], ["known"] * 3, "known", None, 7, [7] * 3),
    "known": (["nobody"], *NO_TEXTS),
    "wants": (["nobody"], *NO_TEXTS),
    "prefers_new": NO_FLAG,
    "must": NO_FLAG,
    "kind": ([], {}, True),
}
TYPE = {
    "name": ("", 7, *NO_TEXT),
    "min_size": _whole(2),
    "max_size": _whole(2),
    "min_count": _whole(0),
    "max_count": _whole(0),
    "equal": NO_FLAG,
    "seats": (*NO_LIST, [7], [{"kind": "a", "min": 2, "max": 1}], [{"kind": "a", "min": 0}]),
}
TRAVEL = {
    "base": _whole(0),
    "metres_per_minute": _whole(1),
    "cross_borough": _whole(0),
    "cross_island": _whole(0),
    "full_minutes": _whole(0),
    "zero_minutes": _whole(1),
    "max_minutes": _whole(0),
}
PARAMS = {
    "criteria_points": ([1, 2], [1] * 6, ["a"] * 5, [-1] * 5, [1.5] * 5, "text", None, 7),
    "focus_points": _whole(0),
    "grade_points": _whole(0),
    "wish_points": _whole(0),
    "grade_overlap": ([1], [1, 2, 3], [1, 0], [-1, 2], ["a", "b"], "text", None, 7),
    "share_a_grade": NO_FLAG,
    "travel": ("text", 7, None, []),
}
QUOTA = {
    "name": NO_TEXT,
    "members": (["nobody"], *NO_TEXTS),
    "min": _whole(0),
    "max": _whole(0),
}
TOP = {
    "format": ("other/9", 7, *NO_TEXT),
    "schools": ([], [7], [{}], *NO_LIST),
    "types": ([], [7], [{}], *NO_LIST),
    "params": ("text", 7, None, []),
    "max_schools": _whole(0),
    "forbidden": ([["S0001"]], [["S0001", "S0001"]], [["S0001", "nobody"]], [7], *NO_LIST),
    "together": ([["S0001"]], [["S0001", "S0001"]], [["S0001", "nobody"]], [7], *NO_LIST),
    "quotas": ([7], [{}], *NO_LIST),
    "fixed": (
        [{}],
        [{"type": "trio", "host": "S0001", "partners": []}],
        [{"type": "triad", "host": "nobody", "partners": ["S0002"]}],
        [{"type": "triad", "host": "S0001", "partners": ["nobody"]}],
        [{"type": "triad", "host": "S0001", "partners": ["S0001"]}],
        [{"host": "S0001", "partners": []}], [7], *NO_LIST,
    ),
    "fairness": ("luck", 7, None, []),
    "travel_table": ([["S0001", "S0002"]], [["S0001", "S0002", -3]], [["S0001", "nobody", 3]], [7], *NO_LIST),
}  # fmt: skip
# What a file may leave out; everything else is asked for.
OPTIONAL = {
    "schools": {"kind"},
    "types": {"equal", "seats"},
    "params": {"share_a_grade"},
    "params.travel": set(),
    "quotas": set(),
    "": {"fairness", "travel_table", "fixed"},
}
PLACES = {
    "schools": (("schools", 0), SCHOOL),
    "types": (("types", 0), TYPE),
    "params": (("params",), PARAMS),
    "params.travel": (("params", "travel"), TRAVEL),
    "quotas": (("quotas", 0), QUOTA),
    "": ((), TOP),
}


def _place(way):
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in way).lstrip(".")


def _cases():
    return [
        pytest.param(
            (*way, key),
            value,
            id=f"{_place((*way, key))}-{'missing' if value is MISSING else repr(value)[:24]}",
        )
        for kind, (way, keys) in PLACES.items()
        for key, wrong in keys.items()
        for value in (*wrong, *(() if key in OPTIONAL[kind] else (MISSING,)))
    ]


def changed(way, value):
    data = copy.deepcopy(GOOD)
    at = data
    for step in way[:-1]:
        at = at[step]
    if value is MISSING:
        at.pop(way[-1], None)
    else:
        at[way[-1]] = value
    return data


@pytest.mark.parametrize(("way", "value"), _cases())
def test_a_bad_value_is_refused_at_its_place_with_a_remedy(way, value):
    with pytest.raises(BadInstance) as caught:
        read_instance(changed(way, value), "city.json")
    place = _place(way)
    # At the key itself or inside it; an id that is gone is missed where it is named.
    places = [t.place for t in caught.value.problems]
    assert any(p.startswith(place) or (way[-1] in ("id", "name") and p == way[0]) for p in places), places
    assert all(t.file == "city.json" and t.what and t.remedy for t in caught.value.problems)


@pytest.mark.parametrize("kind", OPTIONAL)
def test_what_may_be_left_out_may(kind):
    way, _ = PLACES[kind]
    for key in OPTIONAL[kind]:
        assert isinstance(read_instance(changed((*way, key), MISSING), "city.json"), Problem), key


def test_the_keys_are_those_that_the_reference_names():
    text = (ROOT / "docs" / "reference" / "matching-format.md").read_text()
    named = set(re.findall(r"[`\"](\w+)", text))
    assert {key for _, keys in PLACES.values() for key in keys} - named == set()
