"""A teacher applies for a post on a phone; a principal accepts the memorandum by name."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.browser import PHONE, Visitor
from tests.journeys.sites import Site
from tests.journeys.test_school import fits

pytestmark = pytest.mark.browser


def test_a_teacher_applies_on_a_phone_and_the_principal_says_yes(
    site_at: Callable[..., Site], visit: Callable[..., Visitor]
) -> None:
    site = site_at("matched", worker=False)
    pim = visit(site, **PHONE)
    pim.be("Pim Ostrowski")
    pim.menu("Teacher leaders")
    fits(pim)
    pim.follow("Model Teacher")
    pim.says("$7,500 a year")
    fits(pim)
    pim.press(re.compile("^Apply from"))
    fits(pim)
    pim.press(re.compile("^Save and send"))
    pim.says("Saved, and not sent yet")
    _answer(pim)
    pim.press(re.compile("^Save and send"))
    pim.says("Waits for the principal")
    fits(pim)
    piet = visit(site)
    piet.be("Piet Abara")
    piet.menu("Teacher leaders")
    assert "Ostrowski" in piet.text()
    assert "Two voices" not in piet.text()
    piet.press("I agree")
    piet.says("It goes to the committee")


def _answer(pim: Visitor) -> None:
    tab: Any = pim.tab
    for question in ("What do you teach", "What in your practice", "How have you helped", "Which feedback"):
        pim.fill(question, "Two voices before mine.")
    for question in ("Do you work full time", "Do you have tenure"):
        tab.get_by_role("group", name=re.compile(f"^{question}")).get_by_label("Yes").check()


def test_a_principal_accepts_the_memorandum_with_her_own_name(
    site_at: Callable[..., Site], visit: Callable[..., Visitor]
) -> None:
    site = site_at("matched", worker=False)
    nadia = visit(site)
    nadia.be("Nadia Brandt")
    nadia.follow(re.compile("^Accept the"))
    nadia.fill("Your name", "Hana Whitfield")
    nadia.press(re.compile("^Accept for"))
    nadia.says("Nobody can accept for somebody else")
    nadia.complaints[:] = [c for c in nadia.complaints if "422" not in c]  # the browser notes the refusal too
    nadia.fill("Your name", "Nadia Brandt")
    nadia.press(re.compile("^Accept for"))
    nadia.says("accepted by Nadia Brandt on")
