"""On a phone: a school says in a minute which days do not suit it; a tap on a bad line says so and can be repeated."""

import datetime as dt
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.journeys.browser import PHONE, visitor
from tests.journeys.sites import Site
from tests.journeys.test_school import fits


@pytest.fixture(scope="module")
def published(site_at: Callable[..., Site]) -> Site:
    return site_at("published", worker=False)


def a_school_taps_its_days(chromium: Any, site: Site) -> None:
    tess = visitor(chromium, site, **PHONE).be("Tess Moreau")
    tess.menu("Our days")
    fits(tess)
    grid = tess.tab.locator('input[name="day"]:not(:checked)')
    first = grid.first
    day = first.get_attribute("value")
    first.check()
    tess.tab.get_by_label("Wednesday", exact=True).check()
    tess.press("Save")
    tess.says("Saved:")
    fits(tess)
    query = (
        "SELECT d.starts FROM calendar_nameddays d JOIN people_organization s ON s.id = d.organization_id"
        " WHERE s.name = 'P.S. 10' AND d.starts <= ? AND d.ends >= ?"
    )
    assert len(site.rows(query, day, day)) == 1
    tess.press("Undo")
    tess.says("Undone")
    assert site.rows(query, day, day) == []
    tess.tab.get_by_role("link", name="Paste dates").click()
    tess.tab.get_by_label("Your dates").fill(f"{day} Open house\nsometime")
    tess.press("Read the dates")
    tess.says("Line 2")
    fits(tess)
    tess.press("Block this one")
    tess.says("Open house")
    assert len(site.rows(query, day, day)) == 1
    assert tess.complaints == []
    tess.context.close()


def a_tap_on_a_bad_line(chromium: Any, site: Site) -> None:
    today = dt.datetime.now(ZoneInfo("America/New_York")).date().isoformat()  # the site's own day
    (visit, date), *_ = site.rows(
        "SELECT v.id, v.date FROM calendar_visit v JOIN networks_networkmember m ON m.network_id = v.network_id"
        " JOIN people_organization s ON s.id = m.school_id LEFT JOIN gatherings_visitnote n ON n.uid = v.uid"
        " WHERE s.name = 'P.S. 10' AND v.state = 'planned' AND n.closed IS NULL ORDER BY v.date DESC"
    )
    word = "Excuse" if str(date) > today else "Here"
    fay = visitor(chromium, site, **PHONE).be("Fay Lindqvist")
    key = str(visit)
    fay.go(f"/visits/{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}/attendance/")
    fits(fay)
    tap = fay.tab.get_by_role(
        "button", name=f"{word} Pim Ostrowski" if word == "Excuse" else "Here: Pim Ostrowski"
    )
    fay.context.set_offline(True)
    tap.click()
    fay.says("Not saved: no answer came back")
    count = "SELECT COUNT(*) FROM gatherings_attendance a JOIN people_person p ON p.id = a.person_id WHERE p.name = 'Pim Ostrowski' AND a.uid = (SELECT uid FROM calendar_visit WHERE id = ?)"  # noqa: E501
    assert site.rows(count, key) == [(0,)]
    fay.context.set_offline(False)
    tap.click()
    fay.tab.get_by_role("button", name="Pim Ostrowski. Take it back").wait_for()
    assert site.rows(count, key) == [(1,)]
    assert [
        c for c in fay.complaints if "ERR_INTERNET_DISCONNECTED" not in c and "htmx" not in c.lower()
    ] == []
    fay.context.close()


def an_outsider_guesses_no_address(site: Site) -> None:
    """What an address shows when one letter of it is another is what any address shows that never was."""
    right = "0123456789abcdef" * 4 + "01234567"
    answers = set()
    for path in (f"/feeds/{right}.ics", f"/feeds/{right[::-1]}.ics", "/feeds/x.ics"):
        try:
            with urllib.request.urlopen(site.address + path) as answer:
                answers.add(answer.status)
        except urllib.error.HTTPError as error:
            answers.add(error.code)
    assert answers == {404}


def test_days_taps_and_addresses(chromium: Any, published: Site) -> None:
    a_school_taps_its_days(chromium, published)
    a_tap_on_a_bad_line(chromium, published)
    an_outsider_guesses_no_address(published)
