"""A browser in the hand of one of the cast."""

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.journeys.sites import Site

QUIET = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}
DESK = {"viewport": {"width": 1280, "height": 900}}


def chromium_path() -> str | None:
    """The browser of the machine; IV_CHROMIUM names another one."""
    named = os.environ.get("IV_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    return named if named and Path(named).exists() else None


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """Chromium, driven by playwright, without its own traffic."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium_path(), args=QUIET)
        yield browser
        browser.close()


OPEN: list["Visitor"] = []  # whose browsers are open, for the report of a failure


@dataclass
class Visitor:
    """One person's browser: a tab, where she is, and everything the browser complained about."""

    site: Site
    context: Any
    tab: Any
    complaints: list[str] = field(default_factory=list)
    name: str = ""

    def go(self, path: str) -> None:
        """Open an address of the site, or one that a mail gave."""
        self.tab.goto(path if path.startswith("http") else self.site.address + path)

    def be(self, name: str) -> "Visitor":
        """Be one of the cast, by the demo's door."""
        self.go("/demo/")
        self.tab.get_by_label("Find a person or a school").fill(name)
        self.tab.get_by_label("Find a person or a school").press("Enter")
        self.tab.wait_for_url("**/demo/?*")
        self.tab.get_by_role("button", name=re.compile(rf"\({re.escape(name)},")).click()
        self.tab.wait_for_url(self.site.address + "/")
        self.name = name
        return self

    def menu(self, label: str, *, of_program: bool = False) -> None:
        """Follow an entry of the menu; of two with one name the program's where it is asked for."""
        self.tab.wait_for_load_state()
        if self.tab.viewport_size["width"] < 800:
            self.tab.get_by_role("button", name="Menu", exact=True).click()
        found = self.tab.get_by_role("navigation", name="Main").get_by_role("link", name=label, exact=True)
        with self.leaving():
            (found.last if of_program else found.first).click()

    @contextlib.contextmanager
    def leaving(self) -> Iterator[None]:
        """What happens inside leads to another page: wait until all of it is there.

        A new address alone is not that page: a search that answers while one types replaces the address too,
        so what is waited for is that another document has loaded.
        """
        self.tab.wait_for_load_state()
        with self.tab.expect_event("load"):
            yield

    def press(self, label: str | re.Pattern[str], **more: Any) -> None:
        """Press a button by what it says, and wait for the page that follows."""
        with self.leaving():
            self.tab.get_by_role("button", name=label, **more).first.click()

    def follow(self, label: str | re.Pattern[str], **more: Any) -> None:
        """Follow a link of the page itself by what it says."""
        with self.leaving():
            self.tab.get_by_role("main").get_by_role("link", name=label, **more).first.click()

    def fill(self, label: str, value: str) -> None:
        """Write into a field whose label begins like this."""
        named = re.compile(rf"^{re.escape(label)}")
        self.tab.get_by_role("main").get_by_role("textbox", name=named).first.fill(value)

    def says(self, text: str, seconds: float = 15) -> None:
        """Wait until the page says something."""
        self.tab.get_by_text(text).locator("visible=true").first.wait_for(timeout=seconds * 1000)

    @property
    def title(self) -> str:
        return str(self.tab.locator("h1").first.inner_text())

    @property
    def path(self) -> str:
        return str(self.tab.url).removeprefix(self.site.address)

    def text(self) -> str:
        return str(self.tab.get_by_role("main").inner_text())


def visitor(browser: Any, site: Site, **looks: Any) -> Visitor:
    """A new browser profile that looks at a site."""
    options = {**DESK, "reduced_motion": "reduce", **looks}
    context = browser.new_context(**options)
    context.set_default_timeout(20_000)
    found = Visitor(site, context, context.new_page())
    watch(found.tab, found.complaints)
    OPEN.append(found)
    context.on("close", lambda: OPEN.remove(found))
    return found


def watch(tab: Any, complaints: list[str]) -> None:
    """Keep what the browser complains about: errors of scripts, refused styles, missing files."""
    tab.on("console", lambda m: complaints.append(f"{tab.url}: {m.text}") if m.type == "error" else None)
    tab.on("pageerror", lambda e: complaints.append(f"{tab.url}: {e}"))
