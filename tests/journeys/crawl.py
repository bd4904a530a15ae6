"""Every page that somebody can reach by following links."""

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import Resolver404, resolve

from tests.journeys.browser import Visitor

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Place:
    """A page that was reached: its address, the name of its route, and its text."""

    path: str
    route: str
    text: str

    @property
    def has_id(self) -> bool:
        return _ID.search(self.path) is not None


def links(text: str) -> Iterator[str]:
    """Addresses of this site to which a page leads."""
    for found in re.findall(r'<a [^>]*?href="([^"]+)"', text):
        path = html.unescape(found).partition("#")[0]
        if path.startswith("/") and not path.startswith("/static/"):
            yield path


def route_of(path: str) -> str:
    """The name of the page at an address; "" where the product has none."""
    try:
        return resolve(path.partition("?")[0]).url_name or ""
    except Resolver404:
        return ""


def crawl(who: Visitor, *, each_route: int = 1, start: str = "/") -> list[Place]:
    """Follow every link from the home page, at most so many pages of each kind. Fails at a link that is dead."""
    waiting, seen, taken = [start], {start}, Counter[str]()
    found: list[Place] = []
    while waiting:
        path = waiting.pop(0)
        route = route_of(path)
        assert route, f"a link leads to {path}, where there is nothing"
        if taken[route] >= each_route:
            continue
        taken[route] += 1
        answer = who.context.request.get(who.site.address + path)
        assert answer.status == 200, f"{path} ({route}): {answer.status}"
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        found.append(Place(path, route, answer.text()))
        fresh = [p for p in links(found[-1].text) if p not in seen]
        seen.update(fresh)
        waiting += fresh
    return found


def plain(text: str) -> str:
    """A page without its one-time keys and the name of its request."""
    text = re.sub(r'(name="(?:csrfmiddlewaretoken|submit_key)" value=")[^"]*', r"\1", text)
    return re.sub(r"<code>[0-9a-f]{12}</code>", "<code>request</code>", text)
