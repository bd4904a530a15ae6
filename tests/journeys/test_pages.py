"""Every page that somebody can reach, looked at by axe, by a phone and by the browser's own complaints."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.browser import Visitor, visitor
from tests.journeys.crawl import Place, crawl
from tests.journeys.sites import Site

WHO = ("Dana Okafor", "Hana Whitfield", "Fay Lindqvist", "Ada Nakamura")
LOOKS = ((1280, "light"), (1280, "dark"), (390, "light"), (390, "dark"))
# What a look can change; everything else about a page is checked once for each width.
OF_THE_LOOK = {"runOnly": ["color-contrast", "link-in-text-block"], "resultTypes": ["violations"]}
ALL = {"resultTypes": ["violations"]}
GRAVE = ("serious", "critical")
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
FOCUSED = """() => {
  const e = document.activeElement, s = getComputedStyle(e);
  return e !== document.body && (s.outlineStyle !== 'none' || s.boxShadow !== 'none');
}"""

LOADED = """() => performance.getEntriesByType('resource').map(r => r.name.split('?')[0])
  .filter(name => name.endsWith('.css') || name.endsWith('.js'))"""
SIZES: dict[str, int] = {}


@dataclass
class Looked:
    """What was found on one page."""

    route: str
    found: list[str] = field(default_factory=list)
    bytes: int = 0


@pytest.fixture(scope="module")
def site(site_at: Callable[..., Site]) -> Site:
    return site_at("published", worker=False)


@pytest.fixture(scope="module")
def reached(chromium: Any, site: Site) -> Iterator[dict[str, tuple[Visitor, Place]]]:
    """Each route once: whose browser, and where."""
    found: dict[str, tuple[Visitor, Place]] = {}
    visitors = [visitor(chromium, site).be(name) for name in WHO]
    for who in visitors:
        for place in crawl(who):
            found.setdefault(place.route, (who, place))
    yield found
    for who in visitors:
        who.context.close()


def size_of(who: Visitor, address: str) -> int:
    """Bytes of a script or style that the browser has loaded, not compressed."""
    path = address.removeprefix(who.site.address)
    if path not in SIZES:
        SIZES[path] = len(who.context.request.get(address).body())
    return SIZES[path]


def grave(tab: Any, options: dict[str, Any], look: str) -> list[str]:
    if not tab.evaluate("() => 'axe' in window"):
        tab.evaluate(Axe().axe_script)  # once for a page: it is half a megabyte
    answer = tab.evaluate("options => axe.run(document, options)", options)
    return [
        f"{look}: {v['id']} ({v['impact']}): {v['nodes'][0]['html'][:120]}"
        for v in answer["violations"]
        if v["impact"] in GRAVE
    ]


def look_at(who: Visitor, place: Place) -> Looked:
    seen, tab = Looked(place.route), who.tab
    del who.complaints[:]
    tab.set_viewport_size({"width": 1280, "height": 900})
    tab.emulate_media(color_scheme="light")
    who.go(place.path)
    seen.bytes = sum(size_of(who, address) for address in tab.evaluate(LOADED))
    if tab.locator("h1").count() != 1:
        seen.found.append(f"{tab.locator('h1').count()} first headings")
    if not tab.title().strip() or tab.title().strip() == "Intervisit":
        seen.found.append("no title of its own")
    tab.keyboard.press("Tab")
    if not tab.evaluate(FOCUSED):
        seen.found.append("the focus cannot be seen")
    widths = set()
    for width, scheme in LOOKS:
        tab.set_viewport_size({"width": width, "height": 900 if width > 400 else 844})
        tab.emulate_media(color_scheme=scheme)
        seen.found += grave(tab, ALL if width not in widths else OF_THE_LOOK, f"{width} {scheme}")
        widths.add(width)
    for width in (390, 320):
        tab.set_viewport_size({"width": width, "height": 844})
        if tab.evaluate(SIDEWAYS) > 0:
            seen.found.append(f"scrolls sideways at {width}")
    seen.found += who.complaints
    del who.complaints[:]
    return seen


def test_every_page(reached: dict[str, tuple[Visitor, Place]], capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing grave on any page, and script and style of the heaviest one stay small. One test: one crawl."""
    assert len(reached) >= 40
    looked = [look_at(who, place) for _, (who, place) in sorted(reached.items())]
    heaviest = max(looked, key=lambda one: one.bytes)
    with capsys.disabled():
        print(f"\n  {len(looked)} pages; heaviest first load: {heaviest.route}, {heaviest.bytes:,} bytes")
    assert {one.route: one.found for one in looked if one.found} == {}
    assert 0 < heaviest.bytes < 100_000
