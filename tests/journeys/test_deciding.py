"""The director decides with the board before her, words a letter, and proposes; a second person releases."""

import re
from collections.abc import Callable
from typing import Any

from tests.journeys.browser import Visitor
from tests.journeys.sites import Site


def _stands(site: Site) -> set[tuple[Any, ...]]:
    """What schools of the program could learn: state and whether they were told."""
    return set(site.rows("SELECT state, released IS NOT NULL FROM applications_application"))


def decides_for_two_with_the_board(dana: Visitor) -> None:
    dana.follow(re.compile("wait for a decision"))
    dana.follow("Decide", exact=True)
    assert dana.title == "Decide"
    words = dana.tab.get_by_role("table", name=re.compile("^Capacity and need")).inner_text()
    assert "ask for it" in words
    before = dana.tab.get_by_role("heading", name=re.compile("^Undecided")).inner_text()
    boxes = dana.tab.locator("input[name=ids]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    dana.tab.get_by_role("radio", name="Decline").check()
    dana.fill("Reason", "The places for this focus are taken.")
    dana.press("Decide")
    dana.says("Nobody has been told yet")
    after = dana.tab.get_by_role("heading", name=re.compile("^Undecided")).inner_text()
    assert _number(after) == _number(before) - 2


def _number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def words_the_letter_and_reads_it_first(dana: Visitor) -> None:
    dana.follow("Letters", exact=True)
    dana.follow("Decline", exact=True)
    dana.fill("Letter", "Dear {principal},\n\n{name} cannot take part.")
    dana.press("Preview")
    dana.says("{name} is not a field of letters")
    assert [c for c in dana.complaints if " 422 " not in c] == []
    dana.complaints.clear()  # a form that comes back with its errors is one to the browser
    dana.fill("Letter", "Dear {principal},\n\n{school} cannot take part. {reasons}")
    dana.press("Preview")
    dana.says("cannot take part. The")
    dana.press("Save")
    dana.says("Saved")


def proposes_and_the_other_releases(dana: Visitor, sol: Visitor, site: Site) -> None:
    dana.menu("Applications", of_program=True)
    dana.follow(re.compile(r"^Release \d+"))
    dana.press(re.compile("^Propose to release all"))
    dana.says("proposed. A second person")
    assert dana.tab.get_by_role("button", name="Release and send the letters").count() == 0
    assert _stands(site) == {("submitted", 0), ("draft", 0)}
    sol.be("Sol Rivera")
    sol.follow(re.compile("to be released by two people"))
    sol.press("Release and send the letters")
    sol.says("The letters are on their way")
    assert _stands(site) == {("submitted", 0), ("draft", 0), ("accepted", 1), ("declined", 1)}
    sol.go(sol.path.replace("applications/", "letters-sent/"))
    assert sol.tab.get_by_role("rowheader").count() == 10


def test_two_people_decide_and_release(site_at: Callable[..., Site], visit: Callable[..., Visitor]) -> None:
    site = site_at("review", worker=False)
    dana, sol = visit(site).be("Dana Okafor"), visit(site)
    decides_for_two_with_the_board(dana)
    words_the_letter_and_reads_it_first(dana)
    proposes_and_the_other_releases(dana, sol, site)
