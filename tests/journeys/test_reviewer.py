"""A reviewer does a review by keyboard alone, and declares a conflict; the office reads what came in."""

from collections.abc import Callable

import pytest

from tests.journeys.browser import Visitor
from tests.journeys.sites import Site
from tests.journeys.test_keyboard import enter, tab_to


@pytest.fixture(scope="module")
def site(site_at: Callable[..., Site]) -> Site:
    return site_at("review", worker=False)


def left(site: Site) -> int:
    found = site.rows(
        "SELECT count(*) FROM reviews_review r JOIN reviews_seat s ON s.id = r.seat_id "
        "JOIN people_person p ON p.id = s.person_id WHERE p.name = 'Rae Winslow' AND r.state IN ('assigned', 'draft')"
    )
    return int(str(found[0][0]))


def test_a_review_by_keyboard_alone(visit: Callable[..., Visitor], site: Site) -> None:
    rae = visit(site).be("Rae Winslow")
    rae.go("/reviews/")
    before = left(site)
    tab_to(rae, "Next to review")
    enter(rae)
    here, keys = rae.path, rae.tab.keyboard
    count = rae.tab.locator("[data-criterion]").count()
    for number in range(count):
        keys.press("j")
        keys.press(str(1 + number % 3))
    keys.press("k")
    keys.press("2")
    chosen = rae.tab.locator("#rubric input:checked")
    assert chosen.count() == count
    keys.press("c")
    keys.type("1 clear aim, and jokes about it: they know what they do not know.")
    assert chosen.count() == count  # digits and letters in the comment are words
    rae.tab.get_by_text("Saved at").wait_for()
    with rae.leaving():
        keys.press("Control+Enter")
    assert rae.path != here
    rae.tab.get_by_text("Sent, thank you. Here is the next").wait_for()
    assert left(site) == before - 1
    kept = site.rows(
        "SELECT comment, state FROM reviews_review WHERE id = ?", here.split("/")[2].replace("-", "")
    )
    assert kept == [("1 clear aim, and jokes about it: they know what they do not know.", "sent")]


def test_what_is_written_is_there_again_after_the_browser_died(
    visit: Callable[..., Visitor], site: Site
) -> None:
    rae = visit(site).be("Rae Winslow")
    rae.go("/reviews/")
    rae.follow("Next to review")
    here = rae.path
    rae.tab.locator("#comment").fill("Half a thought, then the battery.")
    rae.tab.get_by_text("Saved at").wait_for()
    again = visit(site).be("Rae Winslow")
    again.go(here)
    assert again.tab.locator("#comment").input_value() == "Half a thought, then the battery."


def test_a_conflict_takes_the_application_away(visit: Callable[..., Visitor], site: Site) -> None:
    rae = visit(site).be("Rae Winslow")
    rae.go("/reviews/")
    rae.follow("Next to review")
    here, name = rae.path, rae.title
    rae.press("I have a conflict of interest")
    assert rae.path == "/reviews/"
    assert rae.tab.get_by_role("link", name=name, exact=True).count() == 0
    rae.go(here)
    rae.tab.get_by_text("There is nothing here for you").wait_for()
    rae.complaints.clear()
