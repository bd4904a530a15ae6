"""The director at the workbench: she drags a school, puts scenarios side by side, and lets a school leave mid-year."""

import re
from collections.abc import Callable

import pytest

from tests.journeys.browser import Visitor
from tests.journeys.sites import Site


@pytest.fixture(scope="module")
def site(site_at: Callable[..., Site]) -> Site:
    return site_at("published", worker=False)


def _program(dana: Visitor) -> None:
    dana.be("Dana Okafor")
    dana.menu("Programs")
    this_year = dana.tab.get_by_role("main").get_by_role("listitem").filter(has_text="Learning Partners")
    with dana.leaving():
        this_year.get_by_role("link").first.click()


def _scenarios(dana: Visitor) -> None:
    _program(dana)
    dana.menu("Matching")


def test_a_school_is_dragged_and_the_numbers_follow_the_hand(
    visit: Callable[..., Visitor], site: Site
) -> None:
    dana = visit(site)
    _scenarios(dana)
    dana.follow("Two change places")
    columns = dana.tab.locator(".board article")
    before = columns.all_inner_texts()
    item = columns.nth(0).locator("li[draggable=true]").last
    name = item.get_attribute("data-name")
    total = dana.tab.locator("[data-total]").inner_text()
    item.hover(position={"x": 30, "y": 12})
    dana.tab.mouse.down()
    at = columns.nth(1).locator("li").last.bounding_box()
    for step in range(1, 4):  # a hand does not jump: the browser takes a drag up after some of its way
        dana.tab.mouse.move(at["x"] + 40 + 10 * step, at["y"] + 10 + 5 * step, steps=4)
        dana.tab.wait_for_timeout(100)
    now = dana.tab.locator("[data-now]")
    dana.tab.locator("[data-now]", has_text="points together").wait_for()
    assert name in now.inner_text()
    assert "Breaks:" in now.inner_text()
    assert dana.tab.locator("[data-total]").inner_text() != total
    told = dana.tab.locator("[data-total]").inner_text()
    dana.tab.mouse.up()
    dana.says("The board breaks a rule")
    assert dana.tab.locator("[data-total]").inner_text() == told
    assert name in columns.nth(1).inner_text()
    dana.press("Undo")
    dana.tab.get_by_role("button", name="Do again").wait_for()
    assert columns.all_inner_texts() == before


def test_two_scenarios_side_by_side(visit: Callable[..., Visitor], site: Site) -> None:
    dana = visit(site)
    _scenarios(dana)
    for box in dana.tab.get_by_role("checkbox", name=re.compile("^Compare ")).all():
        box.uncheck()
    for name in (
        "As the design says",
        "Two change places",
    ):  # the second is the first, with one exchange by hand
        dana.tab.get_by_role("checkbox", name=f"Compare {name}").check()
    dana.press("Put the chosen ones side by side")
    assert dana.title == "Side by side"
    text = dana.text()
    assert "Worst-served" in text
    assert "Who would be with whom" in text
    assert dana.tab.locator(".maps svg").count() == 2
    assert dana.tab.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


def test_a_school_leaves_and_the_director_chooses_how_to_go_on(
    visit: Callable[..., Visitor], site: Site
) -> None:
    dana = visit(site)
    _program(dana)
    dana.menu("Networks", of_program=True)
    dana.follow(re.compile("^Change"))
    dana.tab.get_by_role("link", name=re.compile("^It leaves")).last.click()
    dana.tab.get_by_role("heading", level=1).get_by_text("leaves").wait_for()
    leaving = dana.title.removesuffix(" leaves")
    ways = dana.tab.get_by_role("button", name="Let it leave, and do this")
    assert ways.count() > 1
    dana.fill("Why", "The principal is called to another school.")
    dana.press("Let it leave, and do this")
    dana.says("Nobody has been told yet")
    assert leaving in dana.tab.get_by_role("region", name="Who was here before").inner_text()
    mails = site.rows(
        "SELECT COUNT(*) FROM kit_outgoingmail WHERE kind LIKE 'network.%' AND state = 'waiting'"
    )
    dana.follow("What is new for whom")
    dana.says(f"{leaving} has left.")
    dana.press("Publish the changes")
    dana.says("people are being told")
    after = site.rows(
        "SELECT COUNT(*) FROM kit_outgoingmail WHERE kind LIKE 'network.%' AND state = 'waiting'"
    )
    assert after[0][0] > mails[0][0]  # type: ignore[operator]
    assert "called to another school" not in str(site.rows("SELECT body FROM kit_outgoingmail"))
