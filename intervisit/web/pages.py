"""The home pages."""

from dataclasses import dataclass
from typing import ClassVar

from intervisit.kit.pages import SIGNED_IN, PageRecord, Request, page


@dataclass(frozen=True)
class HomePage(PageRecord):
    template: ClassVar[str] = "web/home.html"
    page_title: str


@page(SIGNED_IN, at="", name="home")
def home_page(request: Request) -> HomePage:
    return HomePage("Today")
