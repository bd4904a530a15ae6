"""Every page that somebody can reach, looked at by axe, by a phone and by the browser's own complaints."""

import fcntl
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.browser import Visitor, visitor
from tests.journeys.crawl import crawl
from tests.journeys.sites import Site

PARTS = 6
WHO = ("Dana Okafor", "Hana Whitfield", "Fay Lindqvist", "Ada Nakamura")
# Each page at both widths and in both lights; which width has which light changes from page to page.
LOOKS = (((1280, "light"), (390, "dark")), ((1280, "dark"), (390, "light")))
ALL = {"resultTypes": ["violations"]}
Looks = tuple[tuple[int, str], ...]
GRAVE = ("serious", "critical")
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
FOCUSED = """() => {
  const e = document.activeElement, s = getComputedStyle(e);
  return e !== document.body && (s.outlineStyle !== 'none' || s.boxShadow !== 'none');
}"""

TWICE = """() => [...document.querySelectorAll('[id]')].map(e => e.id).filter((id, n, all) => all.indexOf(id) !== n)"""
# What can be pressed and lies below something else: a mouse would press that.
COVERED = """() => [...document.querySelectorAll('main button, main summary, main a.button')].filter(e => {
  if (!e.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true})) return false;
  e.scrollIntoView({block: 'center'});
  const r = e.getBoundingClientRect(), at = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2);
  return r.width > 1 && at && !e.contains(at) && !at.contains(e);
}).map(e => e.innerText)"""
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


def _found(site: Site, chromium: Any) -> list[tuple[str, str, str]]:
    """Each route once: its name, who got there, and where. Followed by each of them from the home page."""
    found: dict[str, tuple[str, str, str]] = {}
    for name in WHO:
        who = visitor(chromium, site).be(name)
        for place in crawl(who):
            found.setdefault(place.route, (place.route, name, place.path))
        who.context.close()
    return sorted(found.values())


@pytest.fixture(scope="module")
def reached(chromium: Any, site: Site, stages: Path) -> list[tuple[str, str, str]]:
    """Found once for all processes of a run: their sites are copies of one."""
    kept = stages / "reached.json"
    with (stages / "reached.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_text(json.dumps(_found(site, chromium)))
        return [(route, name, path) for route, name, path in json.loads(kept.read_text())]


@pytest.fixture(scope="module")
def visitors(chromium: Any, site: Site) -> Iterator[dict[str, Visitor]]:
    made = {name: visitor(chromium, site).be(name) for name in WHO}
    yield made
    for who in made.values():
        who.context.close()


def size_of(who: Visitor, address: str) -> int:
    """Bytes of a script or style that the browser has loaded, not compressed."""
    path = address.removeprefix(who.site.address)
    if path not in SIZES:
        SIZES[path] = len(who.context.request.get(address).body())
    return SIZES[path]


def grave(tab: Any, look: str) -> list[str]:
    if not tab.evaluate("() => 'axe' in window"):
        tab.evaluate(Axe().axe_script)  # once for a page: it is half a megabyte
    answer = tab.evaluate("options => axe.run(document, options)", ALL)
    return [
        f"{look}: {v['id']} ({v['impact']}): {v['nodes'][0]['html'][:120]}"
        for v in answer["violations"]
        if v["impact"] in GRAVE
    ]


def look_at(who: Visitor, route: str, path: str, looks: Looks) -> Looked:
    seen, tab = Looked(route), who.tab
    del who.complaints[:]
    tab.set_viewport_size({"width": 1280, "height": 900})
    tab.emulate_media(color_scheme="light")
    who.go(path)
    seen.bytes = sum(size_of(who, address) for address in tab.evaluate(LOADED))
    if tab.locator("h1").count() != 1:
        seen.found.append(f"{tab.locator('h1').count()} first headings")
    if not tab.title().strip() or tab.title().strip() == "Intervisit":
        seen.found.append("no title of its own")
    seen.found += [f"the id {name} stands twice" for name in tab.evaluate(TWICE)]
    seen.found += [f"something lies over “{text}”" for text in tab.evaluate(COVERED)]
    tab.keyboard.press("Tab")
    if not tab.evaluate(FOCUSED):
        seen.found.append("the focus cannot be seen")
    for width, scheme in looks:
        tab.set_viewport_size({"width": width, "height": 900 if width > 400 else 844})
        tab.emulate_media(color_scheme=scheme)
        seen.found += grave(tab, f"{width} {scheme}")
    for width in (390, 320):
        tab.set_viewport_size({"width": width, "height": 844})
        if tab.evaluate(SIDEWAYS) > 0:
            seen.found.append(f"scrolls sideways at {width}")
    seen.found += who.complaints
    del who.complaints[:]
    return seen


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page(
    reached: list[tuple[str, str, str]], visitors: dict[str, Visitor], part: int,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """Nothing grave on any page, and script and style of the heaviest one stay small."""
    assert len(reached) >= 40
    looked = [
        look_at(visitors[name], route, path, LOOKS[number % 2])
        for number, (route, name, path) in enumerate(reached[part::PARTS])
    ]
    heaviest = max(looked, key=lambda one: one.bytes)
    with capsys.disabled():
        print(f"\n  {len(looked)} pages; heaviest first load: {heaviest.route}, {heaviest.bytes:,} bytes")
    assert {one.route: one.found for one in looked if one.found} == {}
    assert 0 < heaviest.bytes < 100_000
