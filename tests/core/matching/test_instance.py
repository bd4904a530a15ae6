"""Bad instances: each refused with place and remedy, all problems at once."""

import copy
import json

import pytest

from intervisit.core.matching import BadInstance, Trouble, read_instance
from intervisit.web.match_command import main
from tests.bench.instances import city

GOOD = city(12, 1)


def change(path, value):
    """An otherwise good instance with one value changed; DELETE removes the key."""
    data = copy.deepcopy(GOOD)
    *way, last = path
    place = data
    for step in way:
        place = place[step]
    if value is DELETE:
        del place[last]
    else:
        place[last] = value
    return data


DELETE = object()
NAN = float("nan")
BAD = [
    (("format",), "other/9", "format"),
    (("schools",), {}, "schools"),
    (("schools", 0, "id"), "S0002", "schools[1].id"),
    (("schools", 0, "id"), 7, "schools[0].id"),
    (("schools", 0, "id"), DELETE, "schools[0].id"),
    (("schools", 0, "x"), 1.5, "schools[0].x"),
    (("schools", 0, "x"), NAN, "schools[0].x"),
    (("schools", 0, "x"), None, "schools[0].x"),
    (("schools", 0, "x"), 10**30, "schools[0].x"),
    (("schools", 0, "role"), "guest", "schools[0].role"),
    (("schools", 0, "grades"), [], "schools[0].grades"),
    (("schools", 0, "grades"), [13], "schools[0].grades[0]"),
    (("schools", 0, "grades"), "K-5", "schools[0].grades"),
    (("schools", 0, "enrollment"), 0, "schools[0].enrollment"),
    (("schools", 0, "poverty"), 101, "schools[0].poverty"),
    (("schools", 0, "ell"), True, "schools[0].ell"),
    (("schools", 0, "focus"), [], "schools[0].focus"),
    (("schools", 0, "focus"), [1, 1], "schools[0].focus"),
    (("schools", 0, "focus"), [1, 2, 3], "schools[0].focus"),
    (("schools", 0, "strength"), {"1": 11}, "schools[0].strength.1"),
    (("schools", 0, "ranking"), ["proximity", "weather", "known"], "schools[0].ranking[1]"),
    (("schools", 0, "ranking"), ["proximity", "known"], "schools[0].ranking"),
    (("schools", 0, "ranking"), ["known", "known", "network"], "schools[0].ranking"),
    (("schools", 0, "known"), ["S9999"], "schools[0].known[0]"),
    (("schools", 0, "wants"), [3], "schools[0].wants[0]"),
    (("schools", 0, "must"), "yes", "schools[0].must"),
    (("schools", 0, "new_principal"), 1, "schools[0].new_principal"),
    (("types",), [], "types"),
    (("types", 0, "min_size"), 1, "types[0].min_size"),
    (("types", 0, "max_size"), 1, "types[0].max_size"),
    (("types", 0, "min_count"), 99, "types[0].min_count"),
    (("types", 0, "name"), "triad", "types"),
    (("types", 0, "seats"), [{"kind": "a", "min": 2, "max": 1}], "types[0].seats[0].min"),
    (("types", 0, "seats"), [{"kind": "a", "min": 0}], "types[0].seats[0].max"),
    (("types", 0, "seats"), [{"kind": "a", "min": 99, "max": 99}], "types[0].seats[0].min"),
    (("schools", 0, "kind"), True, "schools[0].kind"),
    (("max_schools",), -1, "max_schools"),
    (("max_schools",), DELETE, "max_schools"),
    (("forbidden",), [["S0001"]], "forbidden[0]"),
    (("forbidden",), [["S0001", "S0001"]], "forbidden[0][1]"),
    (("together",), [["S0001"]], "together[0]"),
    (("together",), [["S0001", "nobody"]], "together[0][1]"),
    (("quotas",), [{"name": "q", "members": ["x"], "min": 0, "max": 1}], "quotas[0].members[0]"),
    (("quotas",), [{"name": "q", "members": [], "min": 2, "max": 1}], "quotas[0].min"),
    (("fixed",), [{"type": "trio", "host": "S0001", "partners": []}], "fixed[0].type"),
    (("fixed",), [{"type": "triad", "host": "X", "partners": []}], "fixed[0].host"),
    (("params",), DELETE, "params"),
    (("params", "criteria_points"), [1, 2], "params.criteria_points"),
    (("params", "grade_overlap"), [1], "params.grade_overlap"),
    (("params", "travel", "metres_per_minute"), 0, "params.travel.metres_per_minute"),
    (("params", "travel", "zero_minutes"), 15, "params.travel.zero_minutes"),
    (("fairness",), "luck", "fairness"),
    (("travel_table",), [["S0001", "S0002"]], "travel_table[0]"),
    (("travel_table",), [["S0001", "S0002", -3]], "travel_table[0][2]"),
]


@pytest.mark.parametrize(("path", "value", "place"), BAD, ids=[f"{k}-{b[2]}" for k, b in enumerate(BAD)])
def test_each_is_refused_with_its_place_and_a_remedy(path, value, place):
    with pytest.raises(BadInstance) as caught:
        read_instance(change(path, value), "city.json")
    places = [t.place for t in caught.value.problems]
    assert place in places
    assert all(t.file == "city.json" and t.what and t.remedy for t in caught.value.problems)


def test_the_unchanged_instance_is_read():
    assert len(read_instance(GOOD, "city.json").schools) == 12


def test_all_problems_come_at_once():
    data = change(("schools", 0, "x"), NAN)
    data["schools"][3]["role"] = "guest"
    data["max_schools"] = None
    with pytest.raises(BadInstance) as caught:
        read_instance(data, "f")
    assert [t.place for t in caught.value.problems] == [
        "schools[0].x",
        "schools[3].role",
        "max_schools",
    ]


def test_at_most_a_hundred_problems_are_told():
    data = change(("forbidden",), [["S0001"]] * 500)
    with pytest.raises(BadInstance) as caught:
        read_instance(data, "city.json")
    *told, last = map(str, caught.value.problems)
    assert (len(told), last) == (100, "city.json: file: and 400 more. Correct these first.")


def test_what_is_large_deep_or_not_to_be_seen_is_told_in_a_line():
    deep = []
    for _ in range(900):
        deep = [deep]
    for way, value in (
        (("forbidden",), [deep]),
        (("forbidden",), [list(range(100_000))]),
        (("schools", 0, "id"), "S\u202e1"),
        (("schools", 0, "id"), "S" * 100_000),
        (("schools", 0, "borough"), "\ud800"),
        (("schools", 0, "focus"), ["\x1b[2J"]),
        (("schools", 0, "strength"), {"\x00" * 90_000: 3}),
        (("types", 0, "name"), "\u200b"),
    ):
        with pytest.raises(BadInstance) as caught:
            read_instance(change(way, value), "city.json")
        for line in map(str, caught.value.problems):
            assert line.isprintable()
            assert len(line) < 800


@pytest.mark.parametrize("data", [None, [], 3, "x", {}])
def test_something_that_is_no_instance(data):
    with pytest.raises(BadInstance):
        read_instance(data, "f")


def test_no_coordinates_are_fine():
    data = change(("schools", 0, "x"), None)
    data["schools"][0]["y"] = None
    school = read_instance(data, "f").schools[0]
    assert (school.x, school.y) == (None, None)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{", "is not JSON"),
        ('{"format": 1, "format": 2}', "given twice"),
        ('{"max_schools": NaN}', "NaN is not a number"),
        ('{"max_schools": ' + "9" * 5000 + "}", "too many digits"),
        ("[" * 100_000, "nested too deeply"),
        ("", "is empty"),
    ],
)
def test_bad_files_end_with_status_two(tmp_path, capsys, text, what):
    path = tmp_path / "bad.json"
    path.write_text(text)
    assert main([str(path), "--out", str(tmp_path / "out.json")]) == 2
    error = capsys.readouterr().err
    assert what in error
    assert str(path) in error
    assert not (tmp_path / "out.json").exists()


def test_a_missing_file_and_a_missing_folder(tmp_path, capsys):
    assert main([str(tmp_path / "none.json"), "--out", str(tmp_path / "o.json")]) == 2
    good = tmp_path / "good.json"
    good.write_text(json.dumps(GOOD))
    assert main([str(good), "--out", str(tmp_path / "nowhere" / "o.json")]) == 2
    assert "folder does not exist" in capsys.readouterr().err


def test_a_trouble_reads_as_one_sentence():
    assert str(Trouble("a.json", "x", "is missing", "Add it.")) == "a.json: x: is missing. Add it."
