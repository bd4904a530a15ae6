"""With the keyboard alone: sign in, move a school on the board, decide an application."""

import re
from collections.abc import Callable

import pytest

from tests.journeys.browser import Visitor
from tests.journeys.sites import Site

NAME = """() => {
  const e = document.activeElement;
  const label = e.labels && e.labels[0] ? e.labels[0].innerText : '';
  return (e.getAttribute('aria-label') || label || e.textContent || '').trim();
}"""


@pytest.fixture(scope="module")
def site(site_at: Callable[..., Site]) -> Site:
    return site_at("matched", worker=False)


def tab_to(who: Visitor, name: str, most: int = 200) -> None:
    """Press Tab until something of that name has the focus."""
    for _ in range(most):
        who.tab.keyboard.press("Tab")
        if re.match(name, who.tab.evaluate(NAME)):
            return
    raise AssertionError(f"{most} times Tab on {who.path}, and nothing is called {name}")


def enter(who: Visitor) -> None:
    """Press Enter and wait for the page that follows."""
    with who.leaving():
        who.tab.keyboard.press("Enter")


def test_sign_in(visit: Callable[..., Visitor], site: Site) -> None:
    piet = visit(site)
    piet.go("/sign-in/")
    tab_to(piet, "Your e-mail address")
    piet.tab.keyboard.type("piet.abara@harborcity.test")
    enter(piet)
    tab_to(piet, "Open the mail here")
    enter(piet)
    tab_to(piet, "Open the link")
    enter(piet)
    tab_to(piet, "Sign in")
    enter(piet)
    assert piet.title == "Hello Piet"


def test_skip_to_the_page(visit: Callable[..., Visitor], site: Site) -> None:
    dana = visit(site).be("Dana Okafor")
    dana.go("/schools/")
    dana.tab.keyboard.press("Tab")
    assert dana.tab.evaluate(NAME) == "Skip to the page"
    dana.tab.keyboard.press("Enter")
    dana.tab.keyboard.press("Tab")
    assert dana.tab.evaluate("() => document.querySelector('main').contains(document.activeElement)")


def test_move_a_school(visit: Callable[..., Visitor], site: Site) -> None:
    dana = visit(site).be("Dana Okafor")
    dana.menu("Programs")
    dana.follow("Learning Partners")
    dana.menu("Matching")
    tab_to(dana, "Worst-served school first")
    enter(dana)
    tab_to(dana, r"Move P\.S\. ")
    enter(dana)
    tab_to(dana, r"\d+ that would break a rule")  # every place is taken: folded away, and a key opens it
    dana.tab.keyboard.press("Enter")
    tab_to(dana, "Move to")
    enter(dana)
    dana.says("The board breaks a rule")
    tab_to(dana, "Undo")
    enter(dana)
    assert dana.tab.get_by_text("The board breaks a rule").count() == 0


def test_decide_an_application(visit: Callable[..., Visitor], site: Site) -> None:
    dana = visit(site).be("Dana Okafor")
    dana.menu("Programs")
    dana.follow("Learning Partners")
    dana.menu("Applications")
    dana.tab.get_by_label("State", exact=True).focus()
    dana.tab.keyboard.type("Sub")
    tab_to(dana, "Show")
    enter(dana)
    tab_to(dana, "[PMH][.]S[.] ")
    enter(dana)
    tab_to(dana, "Accept as host")
    dana.tab.keyboard.press("ArrowDown")
    dana.tab.keyboard.press("ArrowUp")
    tab_to(dana, "Reason")
    dana.tab.keyboard.type("Practices seen in most classrooms.")
    tab_to(dana, "Decide")
    enter(dana)
    dana.says("accepted. Not told yet.")
