"""Words and numbers as they occur, for the living style guide (`ui/styleguide.html`): one triad, a few
applications, a district of points. Nothing here is real but the manner of speaking.
"""

import datetime as dt
import re
from math import cos, sin, sqrt
from pathlib import Path
from typing import Any

from django import forms
from django.core.paginator import Paginator

from intervisit.core.charts import (
    Bar,
    Chart,
    Happening,
    Link,
    Point,
    Year,
    bars,
    distance_km,
    network_map,
    year_timeline,
)

SPRITE = Path(__file__).parent / "static" / "ui" / "icons.svg"
ICONS = re.findall(r'<symbol id="([a-z]+)"', SPRITE.read_text(encoding="utf-8"))

_PROGRAM = "Schools Together 2026–27"


class ApplicationForm(forms.Form):
    """Every kind of field."""

    school = forms.ChoiceField(choices=[("", "Choose your school"), ("12", "P.S. 12"), ("40", "P.S. 40")])
    principal = forms.CharField(label="Principal’s name")
    email = forms.EmailField(label="Your e-mail", help_text="We write only about this program.")
    practice = forms.CharField(
        label="A practice you are ready to show",
        help_text="What would a visitor see in a classroom on an ordinary Tuesday?",
        widget=forms.Textarea(attrs={"rows": 5, "data-max-words": 60}),
    )
    wants = forms.ChoiceField(
        label="Your school would like to be",
        widget=forms.RadioSelect,
        choices=[("host", "A host: others learn from us"), ("partner", "A partner: we learn with a host")],
        error_messages={"required": "Choose one of the two."},
    )
    focus = forms.MultipleChoiceField(
        label="Focus areas",
        help_text="At most two.",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("a", "Student discussion"), ("b", "Formative assessment"), ("c", "Family engagement")],
    )
    since = forms.DateField(
        label="In the school since", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    plan = forms.FileField(label="Your school’s plan", required=False, help_text="PDF, at most 10 MB.")
    agree = forms.BooleanField(
        label="Our staff have talked about this and are ready",
        help_text="No signature needed.",
        error_messages={"required": "Tick this once your staff have talked."},
    )


def _form() -> ApplicationForm:
    """Partly filled, with three mistakes."""
    form = ApplicationForm(
        {
            "school": "12",
            "email": "hana at ps12",
            "principal": "Hana Lindqvist",
            "practice": "Students lead the discussion and ask each other for reasons.",
        }
    )
    form.is_valid()
    return form


def _triad() -> Chart:
    points = [
        Point("12", "P.S. 12", 40.6781, -74.0092, "host"),
        Point("40", "P.S. 40 Samuel Huntington", 40.6905, -73.9904, "partner"),
        Point("126", "M.S. 126", 40.6610, -73.9870, "partner"),
    ]
    return network_map(
        points, [Link("12", "40"), Link("12", "126")], title="Where the triad is", name="triad"
    )


def _district() -> Chart:
    """Sixty points on a golden spiral, each partner joined to the nearest host: the same every time."""
    points = []
    for i in range(60):
        far, turn = sqrt(i / 60), i * 2.39996  # the golden angle, in radians
        where = (40.72 + 0.12 * far * sin(turn), -73.93 + 0.16 * far * cos(turn))
        points.append(Point(f"d{i}", f"P.S. {101 + 7 * i}", *where, "host" if i % 5 == 0 else "partner"))
    hosts = [p for p in points if p.kind == "host"]
    links = [
        Link(min(hosts, key=lambda h: distance_km(h, p) or 0.0).key, p.key)
        for p in points
        if p.kind != "host"
    ]
    return network_map(points, links, title="All networks of the year", name="district")


def _bars() -> Chart:
    values = [
        Bar("Student discussion", 21),
        Bar("Formative assessment", 14),
        Bar("Family engagement", 9, 2),
        Bar("Advisory", 0),
    ]
    return bars(values, title="What schools want to work on", unit=" schools", name="focus")


def _year() -> Year:
    visits = [
        Happening(dt.date(2026, 10, 6), "P.S. 12", "host", "#v1"),
        Happening(dt.date(2026, 11, 17), "P.S. 40", "", "#v2"),
        Happening(dt.date(2027, 1, 14), "P.S. 12", "host", "#v3"),
        Happening(dt.date(2027, 2, 9), "M.S. 126", "", "#v4"),
        Happening(dt.date(2027, 3, 2), "P.S. 12", "host", "#v5"),
        Happening(dt.date(2027, 3, 23), "P.S. 40", "", "#v6"),
        Happening(dt.date(2027, 5, 11), "M.S. 126", "", "#v7"),
    ]
    return year_timeline(
        visits, start=dt.date(2026, 9, 1), end=dt.date(2027, 6, 30), today=dt.date(2027, 1, 8)
    )


def _rows(names: str, *rows: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Rows of values as records: `names` are the fields, separated by blanks."""
    return [dict(zip(names.split(), row, strict=False)) for row in rows]


def _what_now() -> dict[str, Any]:
    return {
        "steps": _rows(
            "label state url",
            ("Call for schools", "done", "#a"),
            ("Review", "done", "#b"),
            ("Networks", "now"),
            ("Year plan", "later"),
            ("Publish", "later"),
        ),
        "tasks": _rows(
            "label url note when badge tone",
            ("Read three applications", "#t1", "P.S. 15, M.S. 51, P.S. 295", "until Friday"),
            ("Confirm the visit on 9 February", "#t2", "M.S. 126 hosts", "", "Due today", "warn"),
            ("Two schools have no position on the map", "#t3", "", "no hurry"),
        ),
        "tabs": _rows(
            "label url current count",
            ("Overview", "#", True, ""),
            ("Applications", "#1", False, 64),
            ("Networks", "#2", False, 19),
            ("Calendar", "#3", False, ""),
        ),
        "stats": _rows(
            "label value note",
            ("Schools applied", 64, "7 more than last year"),
            ("Accepted", 57),
            ("Networks", 19, "18 triads, 1 pair"),
            ("Minutes of travel", 23, "median"),
        ),
        "badges": _rows(
            "label tone",
            ("Host", "host"),
            ("Partner", "partner"),
            ("Accepted", "good"),
            ("In review", "info"),
            ("Waiting for the principal", "warn"),
            ("Withdrawn", "bad"),
            ("Draft", ""),
            ("Published", "brand"),
        ),
    }


def _tables() -> dict[str, Any]:
    return {
        "schools": _rows(
            "name wants focus students status tone",
            ("P.S. 015 Roberto Clemente", "Host", "Student discussion", 178, "Accepted", "good"),
            ("M.S. 126 John Ericsson", "Partner", "Formative assessment", 251, "In review", "info"),
            (
                "P.S. 40 Samuel Huntington",
                "Partner",
                "Student discussion",
                402,
                "Waiting for the principal",
                "warn",
            ),
        ),
        "places": _rows(
            "value label note",
            ("1", "Red Hook triad", "P.S. 12 hosts, 11 minutes away"),
            ("2", "Sunset Park triad", "P.S. 169 hosts, 26 minutes away"),
        ),
        "page": Paginator(range(190), 10).page(4),
        "networks": _rows(
            "host partners minutes",
            ("P.S. 12", "P.S. 40, M.S. 126", 23),
            ("P.S. 169", "P.S. 94, P.S. 506", 9),
            ("M.S. 51", "P.S. 295, M.S. 88", 14),
        ),
        "facts": _rows(
            "label value url",
            ("Host", "P.S. 12, Hana Lindqvist", "#c"),
            ("Focus area", "Student discussion", "#c"),
            ("Why these schools", "Same focus, all PK–5, at most 23 minutes apart."),
        ),
        "days": _rows(
            "iso number month title note badge tone",
            ("2027-01-14", 14, "Jan", "Visit at P.S. 12", "8:30 to 12:00, six people", "Host", "host"),
            ("2027-02-09", 9, "Feb", "Visit at M.S. 126", "Not yet confirmed", "Asked", "info"),
        ),
    }


class Note(str):
    """A message with its undo, as the base layout expects it."""

    undo = "#undo"
    tags = "success"


def sample() -> dict[str, Any]:
    """What the parts of the style guide show."""
    return {
        **_what_now(),
        **_tables(),
        "map": _triad(),
        "district": _district(),
        "bars": _bars(),
        "year": _year(),
        "form": _form(),
        "ranks": ["Near each other", "Same focus area", "Same grades"],
        "numbers": [1, 2, 3],
        "icons": ICONS,
    }


def context() -> dict[str, Any]:
    """Everything the base layout can show, at once, and the parts."""
    return {
        "page_title": "Style guide",
        "lead": "Every part of Intervisit’s pages, with words as they occur.",
        "navigation": _rows(
            "label url icon current group count",
            ("Today", "#home", "home", True, "", 0),
            ("My calendar", "#calendar", "calendar", False, "", 0),
            ("Schools", "#schools", "school", False, "", 0),
            ("Applications", "#applications", "form", False, _PROGRAM, 3),
            ("Networks", "#networks", "network", False, _PROGRAM, 0),
            ("Calendar", "#visits", "visit", False, _PROGRAM, 0),
            ("People", "#people", "people", False, "District", 0),
        ),
        "person": "Sol Abara",
        "person_role": "Program director",
        "person_menu": _rows("label url icon", ("Your account", "#account", "person")),
        "program": _PROGRAM,
        "breadcrumbs": _rows("label url", ("Today", "#"), ("Style guide", "")),
        "reads": "everybody who builds this. Real pages name the schools and people.",
        "demo": True,
        "demo_url": "#demo",
        "sign_out_url": "#out",
        "messages": [Note("Networks published. 57 schools have been told.")],
        "sample": sample(),
    }
