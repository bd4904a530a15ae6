"""What is written is never lost: two who write at once, and a network that goes away."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.browser import Visitor
from tests.journeys.sites import Site

DORA = "Dora Yilmaz"  # leads M.S. 30, whose application is a draft
WHY = "Why these, and why now?"


@pytest.fixture(scope="module")
def site(site_at: Callable[..., Site]) -> Site:
    return site_at("call", worker=False)


def at_her_draft(visit: Callable[..., Visitor], site: Site, **looks: Any) -> Visitor:
    dora = visit(site, **looks).be(DORA)
    dora.follow(re.compile("^Finish your application"))
    dora.tab.get_by_label(WHY).wait_for()
    return dora


def test_two_tabs_write_the_same_answer_and_both_versions_stay(
    visit: Callable[..., Visitor], site: Site
) -> None:
    first = at_her_draft(visit, site, java_script_enabled=False)
    second = at_her_draft(visit, site, java_script_enabled=False)
    first.fill(WHY, "The first tab says: our visits are friendly and shallow.")
    first.press("Save", exact=True)
    first.says("Saved")
    second.fill(WHY, "The second tab says: nobody asks for help.")
    second.press("Save", exact=True)
    second.says("both versions stand side by side")
    assert second.tab.get_by_label(WHY).input_value() == "The second tab says: nobody asks for help."
    second.says("The first tab says: our visits are friendly and shallow.")
    second.fill(WHY, "Our visits are friendly and shallow, and nobody asks for help.")
    second.press("Save", exact=True)
    second.says("Saved")
    first.tab.reload()
    assert first.tab.get_by_label(WHY).input_value().endswith("and nobody asks for help.")
    first.complaints.clear()
    second.complaints.clear()  # the browser calls the answer 409 an error


def test_what_was_typed_without_a_network_is_there_after_a_reload(
    visit: Callable[..., Visitor], site: Site
) -> None:
    dora = at_her_draft(visit, site)
    before = dora.tab.get_by_label(WHY).input_value()
    dora.context.set_offline(True)
    dora.fill(WHY, f"{before} Written in the subway.")
    dora.says("Not saved", 20)
    dora.context.set_offline(False)
    dora.tab.reload()
    dora.tab.locator("[data-kept=use]").click()
    assert dora.tab.get_by_label(WHY).input_value() == f"{before} Written in the subway."
    assert [
        c for c in dora.complaints if "ERR_INTERNET_DISCONNECTED" not in c and "Failed to fetch" not in c
    ] == []
    dora.complaints.clear()


def test_a_blank_at_the_end_of_what_was_saved_is_no_alarm(visit: Callable[..., Visitor], site: Site) -> None:
    dora = at_her_draft(visit, site)
    dora.fill(WHY, "Half of our fourth graders stop after one paragraph. \n")
    dora.press("Save", exact=True)
    dora.says("Saved.")
    assert dora.tab.get_by_text("You typed here before").count() == 0
    foot = dora.tab.locator(".write-foot button").first.bounding_box()
    note = dora.tab.locator(".toast").first.bounding_box()
    assert foot is not None
    assert note is None or note["y"] + note["height"] <= foot["y"]  # the note covers no button
