"""A principal finishes a host application on a 390-pixel phone in one sitting, although its battery dies on the way."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.journeys.browser import PHONE, Visitor, visitor, watch
from tests.journeys.sites import Site
from tests.journeys.test_school import fits

WHY = "Half of our fourth graders stop after one paragraph."
LONG = "In fourteen of nineteen rooms students say how they found an answer. "


def count(uma: Visitor) -> int:
    """The questions a school is asked, without what is only shown from the record."""
    return int(uma.tab.locator("#answers .question:not(:has(.fact-shown))").count())


def answers_each_question(uma: Visitor) -> None:
    """From the top to the bottom, with a thumb: every field is wide enough and none makes the phone zoom in."""
    tab = uma.tab
    fits(uma)
    tab.locator("#id_q-focus_0").select_option(index=3)
    tab.get_by_label("Why these, and why now?").fill(WHY)
    for place in range(5):
        tab.locator(f"[name='q-team-{place}-name']").fill(f"Person {place}")
    for key, words in (("practices", 5), ("adult_learning", 3), ("improvement", 2)):
        tab.locator(f"[name='q-{key}']").fill(LONG * words)
    tab.locator("[name='q-ready'][value='yes']").check()
    tab.locator("[name='q-correction']").fill("Our enrollment is 20 higher since January.")
    assert "60 of 400 words" in uma.text()
    fits(uma)


def the_battery_dies(uma: Visitor) -> None:
    """The line is gone, then the page. What was typed last is offered when she is back."""
    uma.tab.get_by_text(re.compile("^Saved at")).first.wait_for()
    uma.context.set_offline(True)
    uma.tab.get_by_label("Why these, and why now?").fill(f"{WHY} Typed without a line.")
    uma.tab.wait_for_timeout(900)
    address = uma.tab.url
    uma.tab.close()
    uma.context.set_offline(False)
    uma.complaints.clear()  # a request that could not be sent
    uma.tab = uma.context.new_page()
    watch(uma.tab, uma.complaints)
    uma.tab.goto(address)
    uma.says("You typed here before and it was not saved")
    fits(uma)
    uma.tab.get_by_role("button", name="Put it back").click()
    assert uma.tab.get_by_label("Why these, and why now?").input_value().endswith("Typed without a line.")


def gives_a_file(uma: Visitor, file: Path) -> None:
    uma.tab.get_by_label(re.compile("^Is there a report")).set_input_files(str(file))
    uma.press("Upload")
    uma.says("Plan.txt")
    fits(uma)
    assert uma.tab.get_by_label("Why these, and why now?").input_value().endswith("Typed without a line.")


def says_what_the_principal_alone_says(uma: Visitor) -> None:
    uma.follow("Your wishes")
    fits(uma)
    uma.tab.locator("[name='q-known-0']").fill("P.S. 10")
    uma.tab.locator("[name='q-welcomes_new'][value='yes']").check()
    uma.press("Save", exact=True)
    fits(uma)
    uma.follow("Check and submit it")


def test_a_host_application_in_one_sitting(
    site_at: Callable[..., Site], chromium: Any, tmp_path: Path
) -> None:
    file = tmp_path / "Plan.txt"
    file.write_text("One hour a week, with the same protocol.")
    uma = visitor(chromium, site_at("call"), **PHONE)
    uma.be("Uma Ueda")
    uma.follow(re.compile("^Apply for"))
    fits(uma)
    uma.tab.get_by_role("radio", name=re.compile("^Host")).check()
    uma.press("Begin")
    assert count(uma) >= 9
    answers_each_question(uma)
    the_battery_dies(uma)
    gives_a_file(uma, file)
    uma.press("Save and check")
    fits(uma)
    uma.follow("Write on")
    says_what_the_principal_alone_says(uma)
    uma.says("Nothing is missing")
    uma.press("Submit", exact=True)
    uma.says("What happens now")
    fits(uma)
    assert re.search(r"[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}", uma.text())
    # Signing out leaves nothing of it on the phone.
    uma.tab.evaluate("localStorage.setItem('iv-keep:x:y', '{\"at\": 1, \"values\": {}}')")
    uma.tab.locator("summary[aria-label$='your menu']").click()
    uma.press("Sign out")
    assert uma.tab.evaluate("Object.keys(localStorage).filter(k => k.startsWith('iv-keep:'))") == []
    assert uma.complaints == []
    uma.context.close()
