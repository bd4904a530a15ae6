"""A map of schools without a map: only where they stand to each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import asin, cos, floor, isfinite, log10, pi, radians, sin, sqrt

from intervisit.core.charts.labels import Box, place_labels
from intervisit.core.charts.values import (
    Attribute,
    Chart,
    ChartError,
    element,
    listed,
    picture,
    shortened,
    words,
)

WIDTH, HEIGHT = 440.0, 340.0  # user units; the style sheet decides how large that is
SIDE, FOOT = 30.0, 40.0  # free edge for labels; room for the scale bar
LABEL = 12.0  # size of a label
RADIUS = {"host": 9.0, "partner": 6.0, "other": 5.0}
EARTH_KM = 6371.0088  # mean radius, IUGG
KM_PER_MILE = 1.609344
SMALLEST_KM = 0.6  # schools on one block should not look like a journey
ROLE_WORDS: Mapping[str, str] = {"host": "Host", "partner": "Partner", "other": "School"}


@dataclass(frozen=True)
class Point:
    """A school. Degrees north and east, None where no position is on file; kind: host, partner or other."""

    key: str
    name: str
    latitude: float | None
    longitude: float | None
    kind: str = "other"


@dataclass(frozen=True)
class Link:
    """Two schools that visit each other, by their keys."""

    a: str
    b: str


@dataclass(frozen=True)
class Spot:
    """Where a point is drawn, in user units."""

    point: Point
    x: float
    y: float
    grain: float = 1.0  # smaller where there are many

    @property
    def radius(self) -> float:
        return RADIUS.get(self.point.kind, RADIUS["other"]) * self.grain


def distance_km(a: Point, b: Point) -> float | None:
    """Great-circle distance in km (haversine: Sinnott, Sky & Telescope 68(2), 1984), None if unknown."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return None
    north, east = radians(b.latitude - a.latitude), radians(b.longitude - a.longitude)
    h = sin(north / 2) ** 2 + cos(radians(a.latitude)) * cos(radians(b.latitude)) * sin(east / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(h)))


def network_map(
    points: Sequence[Point],
    links: Sequence[Link] = (),
    *,
    title: str,
    sentence: str = "",
    unit: str = "mi",
    name: str = "map",
    role_words: Mapping[str, str] = ROLE_WORDS,
    labelled: frozenset[str] | None = None,
) -> Chart:
    """Schools and who visits whom, drawn from coordinates.

    `unit`: mi or km, for the scale bar and the table. `name`: unique on the page (it begins the ids).
    `sentence`: said instead of the one made here. Points without a position are left to the table, and
    counted in the sentence. `labelled`: keys of the points whose name is written (None: of all, as room allows),
    for small maps beside each other. Raises `ChartError` for an impossible position, a key twice, a link to nowhere.
    """
    _check(points, links, unit)
    spots, km_per_unit = _project([p for p in points if p.latitude is not None and p.longitude is not None])
    said = sentence or _sentence(points, links, unit, role_words)
    head, rows = _table(points, links, unit, role_words)
    parts = [_lines(spots, links), *_dots(spots, role_words), _names(spots, links, labelled)]
    if spots:
        parts.append(_scale(km_per_unit, unit))
    return Chart(title, said, picture(name, WIDTH, HEIGHT, title, said, parts), head, rows)


def _check(points: Sequence[Point], links: Sequence[Link], unit: str) -> None:
    if unit not in ("mi", "km"):
        raise ChartError(f"unit is {unit!r}; give mi or km")
    keys = {p.key for p in points}
    if len(keys) < len(points):
        raise ChartError("two points have the same key")
    for p in points:
        for value, limit, what in ((p.latitude, 90, "latitude"), (p.longitude, 180, "longitude")):
            if value is not None and not (isfinite(value) and -limit <= value <= limit):
                raise ChartError(f"{p.name}: {what} is {value}; it lies between -{limit} and {limit}")
    for link in links:
        if missing := {link.a, link.b} - keys:
            raise ChartError(f"a link names {sorted(missing)[0]!r}, which is not among the points")


def _project(points: list[Point]) -> tuple[list[Spot], float]:
    """Flat around the middle (equirectangular), as large as fits. Returns the spots and km per user unit."""
    if not points:
        return [], 1.0
    lat = [p.latitude or 0.0 for p in points]
    lon = [p.longitude or 0.0 for p in points]
    middle_lat, middle_lon = (min(lat) + max(lat)) / 2, (min(lon) + max(lon)) / 2
    km = EARTH_KM * pi / 180
    east = [(v - middle_lon) * km * cos(radians(middle_lat)) for v in lon]
    north = [(v - middle_lat) * km for v in lat]
    room_x, room_y = WIDTH - 2 * SIDE, HEIGHT - SIDE - FOOT - 10
    scale = max((max(east) - min(east)) / room_x, (max(north) - min(north)) / room_y, SMALLEST_KM / room_x)
    grain = 1.0 if len(points) <= 12 else 0.8 if len(points) <= 30 else 0.6
    spots = [
        Spot(p, WIDTH / 2 + e / scale, SIDE + room_y / 2 - n / scale, grain)
        for p, e, n in zip(points, east, north, strict=True)
    ]
    return _apart(spots), scale


def _apart(spots: list[Spot]) -> list[Spot]:
    """Schools of one building would hide each other: those on one spot are set on a small ring around it."""
    together: dict[tuple[int, int], list[Spot]] = {}
    for spot in spots:
        together.setdefault((round(spot.x / 6), round(spot.y / 6)), []).append(spot)
    moved: dict[str, Spot] = {}
    for group in together.values():
        ring = 0.0 if len(group) == 1 else max(9.0, 13.0 * len(group) / (2 * pi))
        for i, spot in enumerate(sorted(group, key=lambda s: s.point.key)):
            turn = 2 * pi * i / len(group)
            moved[spot.point.key] = replace(spot, x=spot.x + ring * cos(turn), y=spot.y + ring * sin(turn))
    return [moved[s.point.key] for s in spots]


def _lines(spots: list[Spot], links: Sequence[Link]) -> str:
    at = {s.point.key: s for s in spots}
    drawn = [
        element("line", {"x1": at[k.a].x, "y1": at[k.a].y, "x2": at[k.b].x, "y2": at[k.b].y})
        for k in links
        if k.a in at and k.b in at
    ]
    style: dict[str, Attribute] = {
        "class": "chart-link",
        "stroke_width": 2 if len(links) <= 12 else 1.4,
        "stroke_linecap": "round",
        "stroke_dasharray": "0.1 5" if len(links) <= 12 else "0.1 3.5",
    }
    return element("g", style, *drawn)


def _dots(spots: list[Spot], role_words: Mapping[str, str]) -> list[str]:
    """Small ones last, so that a partner next door to its host is seen."""
    return [
        element(
            "circle",
            {
                "class": f"chart-{s.point.kind if s.point.kind in RADIUS else 'other'}",
                "cx": s.x,
                "cy": s.y,
                "r": s.radius,
                "stroke_width": 2 * s.grain,
            },
            element("title", {}, words(f"{s.point.name} ({role_words.get(s.point.kind, s.point.kind)})")),
        )
        for s in sorted(spots, key=lambda s: -s.radius)
    ]


def _names(spots: list[Spot], links: Sequence[Link], labelled: frozenset[str] | None) -> str:
    """Labels, hosts first; where there is no room a small school goes without (its dot says its name)."""
    named = spots if labelled is None else [s for s in spots if s.point.key in labelled]
    order = sorted(named, key=lambda s: (-s.radius, s.point.key))
    at = {s.point.key: s for s in spots}
    lines = [((at[k.a].x, at[k.a].y), (at[k.b].x, at[k.b].y)) for k in links if k.a in at and k.b in at]
    dots = [Box(s.x - s.radius, s.y - s.radius, s.x + s.radius, s.y + s.radius) for s in order]
    texts = [shortened(s.point.name, 28) for s in order]
    found = place_labels(dots, texts, size=LABEL, lines=lines, width=WIDTH, height=HEIGHT - FOOT + 12, must=3)
    written: dict[str, list[str]] = {"chart-major": [], "chart-minor": []}
    for spot, text, label in zip(order, texts, found, strict=True):
        if label is not None:
            where: dict[str, Attribute] = {"x": label.x, "y": label.y, "text_anchor": label.anchor}
            minor = spot.grain < 1 and spot.point.kind != "host"  # left out on a phone
            written["chart-minor" if minor else "chart-major"].append(element("text", where, words(text)))
    groups = [element("g", {"class": name}, *texts) for name, texts in written.items() if texts]
    face: dict[str, Attribute] = {"class": "chart-label chart-name", "font_size": LABEL, "font_weight": 600}
    halo: dict[str, Attribute] = {"stroke_width": 4, "stroke_linejoin": "round", "paint_order": "stroke"}
    return element("g", {**face, **halo}, *groups)


def _scale(km_per_unit: float, unit: str) -> str:
    """A bar of 1, 2 or 5 times a power of ten, at most a third of the width."""
    per_unit = km_per_unit / (KM_PER_MILE if unit == "mi" else 1.0)
    longest = per_unit * WIDTH / 3
    power = 10.0 ** floor(log10(longest))
    length = max(m * power for m in (1, 2, 5) if m * power <= longest)
    end = 12 + length / per_unit
    said = f"{length:g} {'mile' if unit == 'mi' and length == 1 else 'miles' if unit == 'mi' else 'km'}"
    y = HEIGHT - 14
    return element(
        "g",
        {},
        element(
            "path",
            {
                "class": "chart-line",
                "d": f"M12 {y - 5:g}V{y:g}H{end:.1f}V{y - 5:g}",
                "fill": "none",
                "stroke_width": 1.5,
            },
        ),
        element(
            "text",
            {"class": "chart-label chart-soft", "x": end + 7, "y": y + 1, "font_size": 11},
            words(said),
        ),
    )


def _far(km: float, unit: str) -> str:
    return f"{km / KM_PER_MILE:.1f} miles" if unit == "mi" else f"{km:.1f} km"


def _pairs(points: Sequence[Point], links: Sequence[Link]) -> list[tuple[float, Point, Point]]:
    by_key = {p.key: p for p in points}
    found = [(distance_km(by_key[k.a], by_key[k.b]), by_key[k.a], by_key[k.b]) for k in links]
    return [(km, a, b) for km, a, b in found if km is not None]


def _sentence(
    points: Sequence[Point], links: Sequence[Link], unit: str, role_words: Mapping[str, str]
) -> str:
    if not points:
        return "There are no schools to show yet."
    hosts = [p for p in points if p.kind == "host"]
    count = "1 school" if len(points) == 1 else f"{len(points)} schools"
    led = (
        f", {len(hosts)} of them as {role_words['host'].lower()}"
        if hosts and len(hosts) < len(points)
        else ""
    )
    if len(hosts) == 1 and len(points) > 1:
        count, led = f"{hosts[0].name} and {len(points) - 1} {'other' if len(points) == 2 else 'others'}", ""
    far = ""
    if pairs := _pairs(points, links):
        km, a, b = max(pairs, key=lambda p: p[0])
        far = f"; the longest way is {_far(km, unit)} in a straight line, between {listed([a.name, b.name])}"
    lost = sum(p.latitude is None or p.longitude is None for p in points)
    missing = f" {lost} without a position on file {'is' if lost == 1 else 'are'} not drawn." if lost else ""
    return f"{count}{led}{far}.{missing}"


def _table(
    points: Sequence[Point], links: Sequence[Link], unit: str, role_words: Mapping[str, str]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    by_key = {p.key: p for p in points}
    others: dict[str, list[Point]] = {p.key: [] for p in points}
    for link in links:
        others[link.a].append(by_key[link.b])
        others[link.b].append(by_key[link.a])
    rows = []
    for p in points:
        ways = []
        for other in others[p.key]:
            km = distance_km(p, other)
            ways.append(f"{other.name} ({'distance unknown' if km is None else _far(km, unit)})")
        rows.append((p.name, role_words.get(p.kind, p.kind), "; ".join(ways) or "–"))
    return ("School", "Role", "Visits, in a straight line"), tuple(rows)
