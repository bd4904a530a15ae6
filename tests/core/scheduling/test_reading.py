"""Instances from files: good ones come back as they were, bad ones are refused with every place and a remedy."""

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intervisit.core.scheduling import BadInstance, Problem, Trouble, read_instance, write_instance
from tests.core.scheduling.tiny import problems

GOOD: dict[str, Any] = {
    "format": "learning-network-calendar/1",
    "days": {
        "first": "2016-09-08",
        "last": "2017-06-28",
        "closed": [{"first": "2016-12-26", "last": "2017-01-02", "name": "Winter recess"}],
        "windows": [{"first": "2017-03-28", "last": "2017-03-30", "name": "ELA tests", "level": "middle"}],
    },
    "patterns": {"triad": {"visits": [{"role": "host", "times": 5}, {"role": "partner", "times": 3}]}},
    "schools": [{"id": "A", "weekdays": ["Tuesday"]}, {"id": "B"}, {"id": "C", "blocked": ["2016-10-05"]}],
    "facilitators": [{"id": "F", "meets_on": "Monday"}],
    "networks": [
        {
            "id": "N1",
            "pattern": "triad",
            "facilitator": "F",
            "members": [
                {"school": "A", "role": "host"},
                {"school": "B", "role": "partner"},
                {"school": "C", "role": "partner"},
            ],
        }
    ],
}


def refused(change: str, value: object) -> list[tuple[str, str, str]]:
    """The faults after one place of the good instance was changed: (place, what, remedy)."""
    data: Any = copy.deepcopy(GOOD)
    at = data
    *path, last = [int(key) if key.isdigit() else key for key in change.split("/")]
    for key in path:
        at = at[key]
    if value is None:
        del at[last]
    else:
        at[last] = value
    with pytest.raises(BadInstance) as caught:
        read_instance(data, "year.json")
    assert {fault.file for fault in caught.value.problems} == {"year.json"}
    return [(fault.place, fault.what, fault.remedy) for fault in caught.value.problems]


def test_a_good_instance_is_read() -> None:
    problem = read_instance(GOOD, "year.json")
    assert [member.school for member in problem.networks[0].members] == ["A", "B", "C"]
    assert len(problem.days.closed) == 8
    assert problem.days.windows[0].grades == frozenset({6, 7, 8})
    assert problem.facilitators[0].weekly_meeting_weekday == 0


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(problems())
def test_what_is_written_is_read_again(problem: Problem) -> None:
    assert read_instance(json.loads(json.dumps(write_instance(problem))), "year.json") == problem


@pytest.mark.parametrize(
    ("change", "value", "place", "what", "remedy"),
    [
        ("format", "x/9", "format", "'x/9' is not a known format.", 'Write "learning-network-calendar/1".'),
        ("days/first", None, "days.first", "this key is missing.", "Add it."),
        (
            "days/first",
            "2016-02-30",
            "days.first",
            "'2016-02-30' is not a date that exists.",
            "Write it as YYYY-MM-DD.",
        ),
        (
            "schools/2/blocked/0",
            "9999-12-31",
            "schools[2].blocked[0]",
            "9999-12-31 is out of range.",
            "Choose a date from 2000-07-01 to 2100-06-30.",
        ),
        (
            "schools/0/weekdays/0",
            "Sunday",
            "schools[0].weekdays[0]",
            "'Sunday' is not a school weekday.",
            "Write one of: Monday, Tuesday, Wednesday, Thursday, Friday.",
        ),
        (
            "patterns/triad/visits/0/times",
            5.5,
            "patterns.triad.visits[0].times",
            "5.5 is not possible.",
            "Write a whole number from 0 to 60.",
        ),
        (
            "patterns/triad/min_gap_day",
            7,
            "patterns.triad.min_gap_day",
            "this key is unknown.",
            "Remove it, or use one of: first_round, max_per_month, min_gap_days, monthly, starts_at, visits.",
        ),
        (
            "networks/0/members/1/school",
            "Z",
            "networks[0].members[1].school",
            'there is no school "Z".',
            "Add it to schools.",
        ),
        (
            "networks/0/members/1/role",
            "member",
            "networks[0].members[1].role",
            'the pattern "triad" says nothing about member schools.',
            "Give it one of these roles: host, partner; or add a rule to the pattern.",
        ),
        (
            "networks/0/facilitator",
            "G",
            "networks[0].facilitator",
            'there is no facilitator "G".',
            "Add it to facilitators.",
        ),
        ("schools/1/id", "A", "schools[1]", '"A" is also schools[0].', "Name it once."),
        (
            "schools/0/id",
            "A\u202e",
            "schools[0].id",
            r"'A\u202e' contains a character that cannot be seen.",
            "Remove it.",
        ),
        ("networks", [], "networks", "0 given.", "At least 1 needed."),
        (
            "days/windows/0/level",
            "college",
            "days.windows[0].level",
            '"college" is not a level.',
            "Write elementary, middle or high, or give grades.",
        ),
        (
            "days/closed/0/last",
            "2016-12-01",
            "days.closed[0].last",
            "2016-12-01 is before 2016-12-26.",
            "Exchange first and last.",
        ),
    ],
)
def test_a_fault_is_told_with_its_place_and_a_remedy(
    change: str, value: object, place: str, what: str, remedy: str
) -> None:
    assert (place, what, remedy) in refused(change, value)


def test_every_fault_is_told_at_once() -> None:
    data = copy.deepcopy(GOOD)
    data["days"]["last"] = "soon"
    data["schools"][0]["weekdays"] = "Tuesday"
    data["networks"][0]["pattern"] = "quad"
    with pytest.raises(BadInstance) as caught:
        read_instance(data, "year.json")
    places = {fault.place for fault in caught.value.problems}
    assert {"days.last", "schools[0].weekdays", "networks[0].pattern"} == places


def test_at_most_a_hundred_faults_are_told() -> None:
    data = copy.deepcopy(GOOD)
    data["schools"][0]["blocked"] = ["x"] * 500
    with pytest.raises(BadInstance) as caught:
        read_instance(data, "year.json")
    *told, last = map(str, caught.value.problems)
    assert (len(told), last) == (100, "year.json: the file: and 400 more. Correct these first.")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def faults_of(data: object) -> tuple[Trouble, ...] | None:
    """None: the instance is read."""
    try:
        read_instance(data, "year.json")
    except BadInstance as bad:
        return bad.problems
    return None


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(GOOD)), ANYTHING)
def test_whatever_stands_in_the_file_is_read_or_refused(key: str, value: object) -> None:
    faults = faults_of({**GOOD, key: value})
    assert faults is None or (faults and all(fault.place and fault.what and fault.remedy for fault in faults))


@settings(max_examples=50, deadline=None)
@given(ANYTHING)
def test_a_file_of_anything_is_refused(value: object) -> None:
    with pytest.raises(BadInstance):
        read_instance(value, "year.json")
