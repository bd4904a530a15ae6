"""Charts: well-formed, escaped, without style; they say what is so, and refuse what cannot be."""

import datetime as dt
import math
import time
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

import intervisit.core.charts as charts
from intervisit.core.charts import (
    Bar,
    Chart,
    ChartError,
    Happening,
    Link,
    Point,
    bars,
    distance_km,
    network_map,
    year_timeline,
)
from intervisit.core.charts.labels import Box, overlap, place_labels

SVG = "{http://www.w3.org/2000/svg}"
HOST = Point("12", "P.S. 12", 40.6781, -74.0092, "host")
NEAR = Point("40", "P.S. 40", 40.6905, -73.9904, "partner")
FAR = Point("126", "M.S. 126", 40.6610, -73.9870, "partner")
TRIAD = [Link("12", "40"), Link("12", "126")]


def tree(chart: Chart) -> ET.Element:
    return ET.fromstring(chart.svg)


def strict(chart: Chart) -> None:
    """What the content security policy and a screen reader ask of every chart."""
    root = tree(chart)
    for element in root.iter():
        assert element.tag.removeprefix(SVG) in {
            "svg",
            "title",
            "desc",
            "g",
            "circle",
            "line",
            "path",
            "rect",
            "text",
        }
        assert not [a for a in element.attrib if a == "style" or a.startswith("on")]
        for value in element.attrib.values():
            assert "nan" not in value.split()
            assert "inf" not in value.split()
    assert root.attrib["role"] == "img"
    title, desc = root.find(SVG + "title"), root.find(SVG + "desc")
    assert title is not None
    assert desc is not None
    assert (title.attrib["id"], desc.attrib["id"]) == (
        root.attrib["aria-labelledby"],
        root.attrib["aria-describedby"],
    )


def test_public_names() -> None:
    assert charts.__all__ == [
        "Bar", "Chart", "ChartError", "Happening", "Link", "Month", "Point", "Year",
        "bars", "distance_km", "network_map", "year_timeline",
    ]  # fmt: skip


def test_distance_of_a_degree_and_of_known_cities() -> None:
    """A degree of latitude is 111.195 km on a sphere of 6,371.0088 km; New York–London 5,570 km."""
    assert distance_km(Point("a", "A", 0, 0), Point("b", "B", 1, 0)) == pytest.approx(111.195, abs=0.001)
    new_york, london = Point("n", "N", 40.7128, -74.0060), Point("l", "L", 51.5074, -0.1278)
    assert distance_km(new_york, london) == pytest.approx(5570.2, abs=0.5)
    assert distance_km(new_york, Point("x", "X", None, None)) is None


def test_a_triad() -> None:
    chart = network_map([HOST, NEAR, FAR], TRIAD, title="Where the triad is")
    strict(chart)
    assert chart.sentence == (
        "P.S. 12 and 2 others; the longest way is 1.7 miles in a straight line, between P.S. 12 and M.S. 126."
    )
    assert chart.head == ("School", "Role", "Visits, in a straight line")
    assert chart.rows == (
        ("P.S. 12", "Host", "P.S. 40 (1.3 miles); M.S. 126 (1.7 miles)"),
        ("P.S. 40", "Partner", "P.S. 12 (1.3 miles)"),
        ("M.S. 126", "Partner", "P.S. 12 (1.7 miles)"),
    )
    kinds = [c.attrib["class"] for c in tree(chart).iter(SVG + "circle")]
    assert kinds == ["chart-host", "chart-partner", "chart-partner"]
    assert len(list(tree(chart).iter(SVG + "line"))) == 2


def test_north_is_up_and_east_is_right() -> None:
    root = tree(
        network_map([Point("n", "N", 41, -74), Point("s", "S", 40, -74), Point("e", "E", 40, -73)], title="T")
    )
    at = {c[0].text: (float(c.attrib["cx"]), float(c.attrib["cy"])) for c in root.iter(SVG + "circle")}
    assert at["N (School)"][1] < at["S (School)"][1]
    assert at["N (School)"][0] == at["S (School)"][0]
    assert at["E (School)"][0] > at["S (School)"][0]
    # at 40.5° north a degree east is 0.76 of a degree north
    ratio = (at["E (School)"][0] - at["S (School)"][0]) / (at["S (School)"][1] - at["N (School)"][1])
    assert ratio == pytest.approx(math.cos(math.radians(40.5)), abs=0.01)


def test_schools_of_one_building_are_both_seen() -> None:
    twin = Point("13", "P.S. 13", HOST.latitude, HOST.longitude, "partner")
    circles = list(tree(network_map([HOST, twin], title="T")).iter(SVG + "circle"))
    (x, y), (x2, y2) = [(float(c.attrib["cx"]), float(c.attrib["cy"])) for c in circles]
    assert math.hypot(x - x2, y - y2) > 9 + 6


def test_missing_positions_are_said_and_listed() -> None:
    chart = network_map([HOST, Point("x", "P.S. X", None, None, "partner")], [Link("12", "x")], title="T")
    strict(chart)
    assert chart.sentence == "P.S. 12 and 1 other. 1 without a position on file is not drawn."
    assert chart.rows[1] == ("P.S. X", "Partner", "P.S. 12 (distance unknown)")
    assert len(list(tree(chart).iter(SVG + "circle"))) == 1


@pytest.mark.parametrize("points", [[], [HOST], [Point("x", "X", None, None)]])
def test_none_and_one(points: list[Point]) -> None:
    chart = network_map(points, title="T")
    strict(chart)
    placed = [p for p in points if p.latitude is not None]
    assert (len(chart.rows), len(list(tree(chart).iter(SVG + "circle")))) == (len(points), len(placed))


def test_a_design_has_its_own_words_and_a_district_its_own_unit() -> None:
    words = {"host": "Lead school", "partner": "Companion", "other": "School"}
    chart = network_map([HOST, NEAR], [Link("12", "40")], title="T", unit="km", role_words=words)
    assert chart.rows[0] == ("P.S. 12", "Lead school", "P.S. 40 (2.1 km)")
    assert "km" in [t.text.split()[-1] for t in tree(chart).iter(SVG + "text") if t.text]


@pytest.mark.parametrize(
    ("points", "links", "unit", "says"),
    [
        ([HOST], [Link("12", "99")], "mi", "'99'"),
        ([HOST, HOST], [], "mi", "same key"),
        ([Point("a", "A", 91.0, 0.0)], [], "mi", "latitude is 91.0"),
        ([Point("a", "A", 0.0, math.nan)], [], "mi", "longitude is nan"),
        ([HOST], [], "yards", "give mi or km"),
    ],
)
def test_a_map_refuses(points: list[Point], links: list[Link], unit: str, says: str) -> None:
    with pytest.raises(ChartError, match=says.replace(".", r"\.")):
        network_map(points, links, title="T", unit=unit)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
degrees = st.tuples(st.floats(-89, 89), st.floats(-179, 179))


@given(st.lists(st.tuples(texts, degrees), max_size=25), texts)
def test_any_map_is_well_formed_and_escaped(found: list[tuple[str, tuple[float, float]]], title: str) -> None:
    points = [
        Point(str(i), name, *at, ("host", "partner", "other")[i % 3]) for i, (name, at) in enumerate(found)
    ]
    links = [Link("0", p.key) for p in points[1:]]
    chart = network_map(points, links, title=title)
    strict(chart)
    assert len(list(tree(chart).iter(SVG + "circle"))) == len(points)


def test_markup_in_names_stays_text() -> None:
    evil = '</title><script>alert("1")</script>'
    for chart in (
        network_map([Point("a", evil, 40, -74)], title=evil, sentence=evil, name='m"><b'),
        bars([Bar(evil, 3)], title=evil, unit=evil, mark=1, mark_label=evil),
    ):
        strict(chart)
        assert "<script" not in chart.svg


boxes = st.builds(
    lambda x, y, r: Box(x - r, y - r, x + r, y + r), st.floats(0, 440), st.floats(0, 300), st.floats(3, 9)
)


@given(st.lists(st.tuples(boxes, st.text("abc ", min_size=1, max_size=20)), max_size=20))
def test_labels_hardly_cover_each_other(found: list[tuple[Box, str]]) -> None:
    """Beyond the first three, which are written whatever they cover, no label costs more than its limit allows."""
    dots, names = [d for d, _ in found], [t for _, t in found]
    labels = place_labels(dots, names, size=12, width=440, height=312)
    written = [label.box for label in labels if label is not None]
    for i, a in enumerate(written):
        for b in written[:i]:
            assert overlap(a, b) <= 15


def test_a_state_is_drawn_in_a_moment() -> None:
    """1,800 schools in one picture: names for the first ninety only, no search of all against all."""
    points = [
        Point(
            str(i),
            f"School {i}",
            41 + (i * 0.618) % 1,
            -73 + (i * 0.414) % 1,
            "host" if i % 9 == 0 else "partner",
        )
        for i in range(1800)
    ]
    links = [Link(str(i - i % 9), str(i)) for i in range(1800) if i % 9]
    start = time.process_time()
    chart = network_map(points, links, title="T")
    assert time.process_time() - start < 5  # 101 s before names were limited; about half a second now
    strict(chart)
    assert len(list(tree(chart).iter(SVG + "circle"))) == 1800


def test_labels_far_apart_are_all_written() -> None:
    dots = [Box(x, y, x + 10, y + 10) for x in (50, 200, 350) for y in (50, 150, 250)]
    labels = place_labels(dots, ["P.S. 12"] * 9, size=12, width=440, height=312)
    assert None not in labels
    assert {label.anchor for label in labels if label} == {"start"}


def test_bars() -> None:
    chart = bars(
        [Bar("Discussion", 20), Bar("Advisory", 5), Bar("Arts", 0), Bar("Music", None)],
        title="T",
        unit=" schools",
    )
    strict(chart)
    assert chart.sentence == "From 0 schools (Arts) to 20 schools (Discussion)."
    assert chart.rows == (
        ("Discussion", "20 schools"), ("Advisory", "5 schools"), ("Arts", "0 schools"), ("Music", "no data")
    )  # fmt: skip
    widths = [r.attrib["width"] for r in tree(chart).iter(SVG + "rect") if r.attrib["class"] == "chart-s1"]
    assert widths == ["440", "110"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([], "There are no numbers to show yet."),
        ([Bar("A", None)], "There are no numbers to show yet."),
        ([Bar("A", 3)], "A: 3."),
        ([Bar("A", 3), Bar("B", 3)], "All are at 3."),
    ],
)
def test_what_few_bars_say(values: list[Bar], sentence: str) -> None:
    chart = bars(values, title="T")
    strict(chart)
    assert chart.sentence == sentence


@pytest.mark.parametrize("value", [-1.0, math.nan, math.inf, 11.0])
def test_bars_refuse(value: float) -> None:
    with pytest.raises(ChartError):
        bars([Bar("A", value)], title="T", most=10)


def test_a_year() -> None:
    happenings = [
        Happening(dt.date(2027, 3, 2), "P.S. 12", "host"),
        Happening(dt.date(2026, 10, 6), "P.S. 12", "host"),
        Happening(dt.date(2027, 3, 2), "M.S. 126"),
    ]
    year = year_timeline(
        happenings, start=dt.date(2026, 9, 1), end=dt.date(2027, 6, 30), today=dt.date(2027, 1, 8)
    )
    assert [m.label for m in year.months] == [
        "Sep 2026", "Oct", "Nov", "Dec", "Jan 2027", "Feb", "Mar", "Apr", "May", "Jun"
    ]  # fmt: skip
    assert [m.state for m in year.months] == ["past"] * 4 + ["now"] + ["later"] * 5
    assert [len(m.items) for m in year.months] == [0, 1, 0, 0, 0, 0, 2, 0, 0, 0]
    assert [h.label for h in year.months[6].items] == ["M.S. 126", "P.S. 12"]
    assert year.sentence == "1 done, 2 to come; next M.S. 126, Tue 2 Mar."
    assert year.rows[0] == ("2026-10-06", "Tue 6", "P.S. 12")


def test_a_year_refuses() -> None:
    day = dt.date(2026, 9, 1)
    with pytest.raises(ChartError, match="before it starts"):
        year_timeline([], start=day, end=day - dt.timedelta(1), today=day)
    with pytest.raises(ChartError, match="outside"):
        year_timeline([Happening(dt.date(2026, 10, 1), "V")], start=day, end=day, today=day)
    with pytest.raises(ChartError, match="five years"):
        year_timeline([], start=day, end=dt.date(2031, 9, 1), today=day)


def test_what_quiet_years_say() -> None:
    day = dt.date(2026, 9, 1)
    span = {"start": day, "end": dt.date(2026, 12, 31)}
    assert year_timeline([], **span, today=day).sentence == "Nothing is planned yet."
    past = [Happening(day, "P.S. 12")]
    assert year_timeline(past, **span, today=dt.date(2026, 12, 1)).sentence == "P.S. 12 is behind us."
