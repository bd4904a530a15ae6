"""The pictures of the documentation, made from the demo: `python -m tests.journeys.screenshots`.

Writes docs/images/*.png: 1280 × 800 for a desk, 390 × 844 for a phone, one point a pixel.
"""

import os
import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.journeys.browser import DESK, Visitor, chromium, visitor
from tests.journeys.sites import ROOT, Site, prepare, running

IMAGES = ROOT / "docs" / "images"
LOOKS: dict[str, dict[str, Any]] = {
    "desk": DESK | {"viewport": {"width": 1280, "height": 800}},
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
    who.menu(place)


def _board(who: Visitor) -> None:
    _program(who, "Matching")
    who.follow("Worst-served school first")
    who.tab.locator("#board").scroll_into_view_if_needed()


def _why(who: Visitor) -> None:
    _board(who)
    who.follow(re.compile("^Why"))


def _plan(who: Visitor) -> None:
    _program(who, "Plan the year")
    who.follow("The year")


def _network(who: Visitor) -> None:
    who.follow(re.compile("triad"))


def _writing(who: Visitor) -> None:
    who.follow(re.compile("^Finish your"))


PICTURES = (
    Picture("home", "matched", "Dana Okafor", lambda who: who.go("/")),
    Picture("applications", "review", "Dana Okafor", lambda who: _program(who, "Applications")),
    Picture("board", "matched", "Dana Okafor", _board),
    Picture("why", "matched", "Dana Okafor", _why),
    Picture("year", "published", "Dana Okafor", _plan),
    Picture("network", "published", "Hana Whitfield", _network),
    Picture("network-phone", "published", "Hana Whitfield", _network, "phone", "dark"),
    Picture("application-phone", "call", "Dora Yilmaz", _writing, "phone"),
)


def take(picture: Picture, browser: Any, site: Site) -> Path:
    """One picture."""
    who = visitor(browser, site, color_scheme=picture.scheme, **LOOKS[picture.look])
    who.be(picture.who)
    picture.way(who)
    who.tab.wait_for_load_state("networkidle")
    who.tab.evaluate("() => document.querySelector('.ribbon')?.remove()")
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
