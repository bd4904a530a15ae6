"""Without JavaScript: a school applies and submits, the program matches."""

import re
from collections.abc import Callable

from tests.journeys.browser import Visitor
from tests.journeys.forms import fill_in
from tests.journeys.sites import Site


def test_a_school_applies_saves_and_submits(
    visit: Callable[..., Visitor], site_at: Callable[..., Site]
) -> None:
    site = site_at("call", worker=False)
    amina = visit(site, java_script_enabled=False).be("Bea Jensen")
    amina.follow(re.compile("^Apply for"))
    amina.tab.get_by_role("radio", name=re.compile("^Host")).check()
    amina.press("Begin")
    fill_in(amina.tab, "#answers")
    amina.press("Save", exact=True)
    amina.says("Saved")
    amina.press("Save and check")
    amina.says("Nothing is missing")
    amina.press("Submit")
    amina.says("Submitted")
    rows = site.rows("SELECT a.state FROM applications_application a JOIN people_organization s"
                     " ON s.id = a.school_id WHERE s.name = 'P.S. 28 Bellweather'")  # fmt: skip
    assert rows == [("submitted",)]


def test_the_program_matches_and_reads_the_board(
    visit: Callable[..., Visitor], site_at: Callable[..., Site]
) -> None:
    dana = visit(site_at("matched"), java_script_enabled=False).be("Dana Okafor")
    dana.menu("Programs")
    dana.follow("Learning Partners")
    dana.menu("Matching")
    dana.press(re.compile("^Find the best"))
    for _ in range(30):
        if dana.tab.locator(".board article").count():
            break
        dana.tab.wait_for_timeout(1000)
        dana.tab.reload()
    assert dana.tab.locator(".board article").count() == 7
    dana.tab.get_by_role("link", name=re.compile("^Move")).first.click()
    dana.tab.locator("summary").filter(
        has_text="that would break a rule"
    ).click()  # folded away without script too
    dana.press(re.compile("^Move to"))
    dana.says("The board breaks a rule")
    dana.press("Undo")
    assert dana.tab.get_by_text("The board breaks a rule").count() == 0
