"""A school on a phone: the principal applies, a colleague helps; later they find their network and subscribe."""

import re
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import icalendar
import pytest
import vobject

from tests.journeys.browser import PHONE, Visitor, visitor
from tests.journeys.door import sign_in
from tests.journeys.forms import fill_in
from tests.journeys.sites import Site

FITS = """() => ({
  wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  small: [...document.querySelectorAll('main input:not([type=hidden]), main select, main textarea')]
    .filter(e => e.offsetParent && !['checkbox', 'radio', 'submit'].includes(e.type))
    .filter(e => parseFloat(getComputedStyle(e).fontSize) < 16).map(e => e.name || e.id),
})"""
TEO = "teo@harborcity.test"


def fits(who: Visitor) -> None:
    """Nothing to scroll sideways, nothing that makes a phone zoom in when it is typed into."""
    assert who.tab.evaluate(FITS) == {"wide": 0, "small": []}, who.path


@pytest.fixture(scope="module")
def call(site_at: Callable[..., Site]) -> Site:
    return site_at("call")


@pytest.fixture(scope="module")
def uma(chromium: Any, call: Site) -> Iterator[Visitor]:
    found = visitor(chromium, call, **PHONE)
    found.be("Uma Ueda")
    yield found
    found.context.close()


def the_principal_begins_and_names_a_colleague(uma: Visitor, chromium: Any, call: Site) -> None:
    fits(uma)
    uma.follow(re.compile("^Apply for"))
    fits(uma)
    uma.tab.get_by_role("radio", name=re.compile("^Partner")).check()
    uma.press("Begin")
    fits(uma)
    uma.menu("Schools")
    uma.tab.get_by_placeholder("Name or code").fill("Lantern")
    uma.follow(re.compile("Lantern Hill"))
    fits(uma)
    uma.follow("Change who is on the team")
    fits(uma)
    uma.fill("Name", "Teo Brandt")
    uma.fill("E-mail address", TEO)
    uma.press("Propose")
    uma.says("Teo Brandt")
    dana = visitor(chromium, call).be("Dana Okafor")
    dana.follow(re.compile("waits? for a second person"))
    dana.press(re.compile("^Confirm"))
    dana.context.close()


def the_colleague_writes_but_may_not_submit(chromium: Any, call: Site) -> None:
    teo = visitor(chromium, call, **PHONE)
    sign_in(teo, TEO)
    teo.follow(re.compile("^Finish your application"))
    fits(teo)
    fill_in(teo.tab, "#answers")
    teo.press("Save and check")
    teo.says("Is it complete?")
    fits(teo)
    assert teo.tab.get_by_role("button", name="Submit").count() == 0
    answer = teo.context.request.post(teo.tab.url, headers={"Referer": teo.tab.url})
    assert answer.status == 403
    assert teo.complaints == []
    teo.context.close()


def the_principal_submits(uma: Visitor, call: Site) -> None:
    uma.go("/")
    uma.follow(re.compile("^Finish your application"))
    assert uma.tab.get_by_label("Why these, and why now?").input_value() != ""
    uma.press("Save and check")
    uma.says("Nothing is missing")
    uma.press("Submit")
    uma.tab.wait_for_load_state()
    fits(uma)
    assert "Submitted" in uma.text()
    rows = call.rows("SELECT p.email FROM kit_outgoingmail m JOIN people_person p ON p.id = m.to_id"
                     " WHERE m.kind = 'application.receipt'")  # fmt: skip
    assert rows == [("principal.21@harborcity.test",)]
    assert uma.complaints == []


def test_a_school_applies_together_on_a_phone(uma: Visitor, chromium: Any, call: Site) -> None:
    the_principal_begins_and_names_a_colleague(uma, chromium, call)
    the_colleague_writes_but_may_not_submit(chromium, call)
    the_principal_submits(uma, call)


def test_later_she_finds_her_network_and_subscribes(site_at: Callable[..., Site], chromium: Any) -> None:
    published = site_at("published", worker=False)
    hana = visitor(chromium, published, **PHONE).be("Hana Whitfield")
    fits(hana)
    hana.follow(re.compile("P.S. 10 triad"))
    fits(hana)
    assert "Why you are together" in hana.text()
    hana.follow("Add to my own calendar")
    fits(hana)
    hana.press("Make an address")
    address = hana.tab.get_by_label("Address").first.input_value()
    fits(hana)
    with urllib.request.urlopen(address) as answer:
        assert answer.headers["Content-Type"].startswith("text/calendar")
        text = answer.read().decode()
    ours = published.rows("SELECT COUNT(*) FROM calendar_visit v JOIN networks_networkmember m ON"
                          " m.network_id = v.network_id JOIN people_organization s ON s.id = m.school_id"
                          " WHERE s.name = 'P.S. 10'")  # fmt: skip
    read = icalendar.Calendar.from_ical(text)
    assert [(len(read.walk("VEVENT")),)] == ours
    other = vobject.readOne(text)
    assert sorted(str(e.uid.value) for e in other.vevent_list) == sorted(
        str(e["UID"]) for e in read.walk("VEVENT")
    )
    assert {str(e["LOCATION"]) for e in read.walk("VEVENT")} >= {"P.S. 10"}
    assert hana.complaints == []
    hana.context.close()
