"""Ova, of another network, and Sue, who rates the principals, try every address of the others."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.journeys.browser import Visitor, visitor
from tests.journeys.crawl import crawl, plain
from tests.journeys.sites import Site

# What one may open although somebody else's link led there: public or about schools, never about people.
OPEN = {
    "Ova Lindgren": {"school"},
    "Sue Marchetti": {"school", "program", "program_design"},
}
MENUS = {
    "Ova Lindgren": [
        "Today",
        "My calendar",
        "Our days",
        "Networks",
        "Applications",
        "Budget",
        "Teacher leaders",
        "Schools",
    ],
    "Sue Marchetti": ["Today", "My calendar", "Days of visits", "Who has applied", "Schools", "Programs"],
}


@pytest.fixture(scope="module")
def site(site_at: Callable[..., Site]) -> Site:
    return site_at("published", worker=False)


@pytest.fixture(scope="module")
def addresses(chromium: Any, site: Site) -> dict[str, tuple[str, str]]:
    """Addresses with an id in them that Hana, Fay, Dana or Sol can open: path → (route, who)."""
    found: dict[str, tuple[str, str]] = {}
    for name in ("Hana Whitfield", "Finn Castellanos", "Dana Okafor", "Sol Rivera"):
        who = visitor(chromium, site).be(name)
        for place in crawl(who, each_route=2):
            if place.has_id:
                found.setdefault(place.path, (place.route, name))
        who.context.close()
    return found


@pytest.fixture(params=list(OPEN))
def outsider(request: Any, chromium: Any, site: Site) -> Iterator[Visitor]:
    found = visitor(chromium, site).be(request.param)
    yield found
    found.context.close()


def test_hidden_and_missing_look_the_same(outsider: Visitor, addresses: dict[str, tuple[str, str]]) -> None:
    mine = {p.path for p in crawl(outsider, each_route=12) if p.has_id}
    theirs = {path: route for path, (route, _) in addresses.items() if path not in mine}
    assert len(theirs) > 20
    get = outsider.context.request.get
    never = plain(get(outsider.site.address + "/networks/00000000-0000-4000-8000-000000000000/").text())
    opened, told = set(), {}
    for path, route in theirs.items():
        answer = get(outsider.site.address + path)
        if answer.status == 200:
            opened.add(route)
        elif answer.status != 404 or plain(answer.text()) != never:
            told[path] = (route, answer.status)
    assert told == {}
    assert opened <= OPEN[outsider.name]


def test_the_menu_shows_only_what_is_theirs(outsider: Visitor) -> None:
    outsider.go("/")
    labels = outsider.tab.locator("nav.places .place span:first-of-type").all_inner_texts()
    assert labels == MENUS[outsider.name]
