"""The pictures of the documentation, made from the demo: `python -m tests.journeys.screenshots`.

Writes docs/images/*.png: 1280 points wide for a desk, 390 × 844 for a phone, one point a pixel.
"""

import os
import re
import sys
import tempfile
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.journeys.browser import DESK, Visitor, chromium, visitor
from tests.journeys.sites import ROOT, Site, prepare, running

IMAGES = ROOT / "docs" / "images"
LOOKS: dict[str, dict[str, Any]] = {
    "desk": DESK | {"viewport": {"width": 1280, "height": 800}},
    "tall": DESK | {"viewport": {"width": 1280, "height": 1240}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True},
}


@dataclass(frozen=True)
class Picture:
    """One picture: its file, at which stage of the demo, whose page, and the way to it."""

    name: str
    stage: str
    who: str
    way: Callable[[Visitor], None]
    look: str = "desk"
    scheme: str = "light"


def _program(who: Visitor, place: str) -> None:
    who.menu("Programs")
    who.follow("Learning Partners")
    who.menu(place, of_program=True)


def _at(place: str, *links: str, top: str = "") -> Callable[[Visitor], None]:
    """The way to a place of the program: an entry of its menu, links by how they begin, and what stands on top."""

    def go(who: Visitor) -> None:
        _program(who, place)
        for link in links:
            who.follow(re.compile(f"^{link}"))
        _scroll(who, top)

    return go


def _mine(*places: str, top: str = "") -> Callable[[Visitor], None]:
    """The way to something of one's own: an entry of the menu, then links by how they begin."""

    def go(who: Visitor) -> None:
        menu, *links = places
        if menu != "Today":
            who.menu(menu)
        for link in links:
            who.follow(re.compile(f"^{link}"))
        _scroll(who, top)

    return go


def _scroll(who: Visitor, top: str) -> None:
    """Move the page until this stands at its top, below the bar."""
    if top:
        who.tab.locator(top).first.evaluate("e => window.scrollTo(0, e.getBoundingClientRect().top - 88)")


def _attendance(who: Visitor) -> None:
    """The newest visit of a network of hers that is still to be noted, as it is on the day."""
    query = (
        "SELECT v.id FROM calendar_visit v JOIN networks_network n ON n.id = v.network_id"
        " LEFT JOIN gatherings_visitnote t ON t.uid = v.uid WHERE n.name = 'P.S. 10 triad'"
        " AND v.state = 'planned' AND v.date <= date() AND t.closed IS NULL ORDER BY v.date DESC"
    )
    (key, *_), *_ = who.site.rows(query)
    who.go(f"/visits/{uuid.UUID(str(key))}/attendance/")


def _compare(who: Visitor) -> None:
    _program(who, "Matching")
    for box in who.tab.locator("main input[type=checkbox]").all()[:3]:
        box.check()
    who.press(re.compile("side by side$"))


BEST = "Worst-served school first"
PICTURES = (
    Picture("home", "matched", "Dana Okafor", _mine("Today")),
    Picture("form", "call", "Dana Okafor", _at("Forms", "Application$")),
    Picture("applications", "review", "Dana Okafor", _at("Applications")),
    Picture("reviews", "review", "Dana Okafor", _at("Reviews")),
    Picture("review", "review", "Rae Winslow", _mine("Reviews", "Next to review")),
    Picture("decide", "review", "Dana Okafor", _at("Applications", "Decide")),
    Picture("compare", "matched", "Dana Okafor", _compare),
    Picture("board", "matched", "Dana Okafor", _at("Matching", BEST, top=".alert"), "tall"),
    Picture("why", "matched", "Dana Okafor", _at("Matching", BEST, "Why")),
    Picture("days", "published", "Dana Okafor", _at("Days that do not suit")),
    Picture("year", "published", "Dana Okafor", _at("Plan the year", "The year")),
    Picture("budget", "published", "Dana Okafor", _at("Budget")),
    Picture("leaders", "published", "Dana Okafor", _at("Teacher leaders")),
    Picture("facilitator-phone", "published", "Fay Lindqvist", _mine("My calendar"), "phone"),
    Picture("attendance-phone", "published", "Fay Lindqvist", _attendance, "phone"),
    Picture("network", "published", "Hana Whitfield", _mine("Today", ".*triad")),
    Picture("network-phone", "published", "Hana Whitfield", _mine("Today", ".*triad"), "phone", "dark"),
    Picture("our-days-phone", "published", "Hana Whitfield", _mine("Our days"), "phone"),
    Picture("calendar-phone", "published", "Hana Whitfield", _mine("My calendar", "Month"), "phone"),
    Picture("application-phone", "call", "Dora Yilmaz", _mine("Today", "Finish your"), "phone"),
)


def take(picture: Picture, browser: Any, site: Site) -> Path:
    """One picture."""
    who = visitor(browser, site, color_scheme=picture.scheme, **LOOKS[picture.look])
    who.be(picture.who)
    picture.way(who)
    who.tab.wait_for_load_state("networkidle")
    who.tab.evaluate("() => document.querySelectorAll('.ribbon, .toast').forEach(e => e.remove())")
    path = IMAGES / f"{picture.name}.png"
    who.tab.screenshot(path=str(path))
    who.context.close()
    return path


def main(names: list[str]) -> int:
    """Take the pictures of these names, or all."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intervisit.web.settings")
    IMAGES.mkdir(parents=True, exist_ok=True)
    chosen = [p for p in PICTURES if not names or p.name in names]
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        for stage in sorted({p.stage for p in chosen}):
            prepared = prepare(stage, Path(folder) / "stages")
            with running(prepared, Path(folder) / stage, worker=False) as site:
                for picture in (p for p in chosen if p.stage == stage):
                    path = take(picture, browser, site)
                    print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
