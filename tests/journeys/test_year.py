"""The year under way, on phones: a facilitator moves a visit, a school has a snow day, and who hears of it."""

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from tests.journeys.browser import PHONE, Visitor
from tests.journeys.sites import Site
from tests.journeys.test_school import fits


@pytest.fixture(scope="module")
def site(site_at: Callable[..., Site]) -> Site:
    return site_at("published")


def mails(site: Site) -> list[tuple[object, ...]]:
    """News of visits. Invitations go out beside them, in their own time."""
    return site.rows(
        """select p.name, m.subject from kit_outgoingmail m join people_person p on p.id = m.to_id
           where m.kind in ('visits.published', 'visits.changed')"""
    )


def new_mails(site: Site, before: list[Any]) -> set[tuple[object, ...]]:
    found = mails(site)
    for one in before:
        found.remove(one)
    assert len(found) == len(set(found))
    return set(found)


def people_of(site: Site, network: str) -> set[object]:
    """Principals and teams of a network's schools, and its facilitator, read from the database."""
    rows = site.rows(
        """select p.name from people_roleheld r join people_person p on p.id = r.person_id
           where r.ends is null and r.role in ('principal', 'team', 'facilitator') and (
             r.group_id in (select o.group_id from networks_networkmember m
                            join people_organization o on o.id = m.school_id where m.network_id = ?)
             or r.group_id in (select group_id from networks_network where id = ?))""",
        network, network,
    )  # fmt: skip
    return {row[0] for row in rows}


def test_a_facilitator_moves_a_visit_on_a_phone(visit: Callable[..., Visitor], site: Site) -> None:
    before = mails(site)
    fay = visit(site, **PHONE).be("Fay Lindqvist")
    fay.menu("My calendar")
    fits(fay)
    for kind in ("Month", "Week", "List", "Year", "Agenda"):
        fay.follow(kind, exact=True)
        fits(fay)
    fay.tab.get_by_role("main").get_by_role("link", name=re.compile("^Move…")).last.click()
    fay.says("Days on which everybody can")
    fits(fay)
    moved = uuid.UUID(fay.path.split("/")[2]).hex
    fay.tab.locator(".day-pick").last.click()
    fay.says("All are kept.")
    fits(fay)
    assert mails(site) == before  # nothing is done before it was seen
    fay.press("Move it there")
    fay.says("Moved.")
    network, sequence = site.rows("select network_id, sequence from calendar_visit where id = ?", moved)[0]
    assert sequence == 1
    hears = people_of(site, str(network)) - {"Fay Lindqvist"}
    assert {name for name, _ in new_mails(site, before)} == hears


def test_a_school_declares_a_snow_day_and_three_people_get_the_mail(
    visit: Callable[..., Visitor], site: Site
) -> None:
    network, school, day = site.rows(
        """select v.network_id, v.school_id, v.date from calendar_visit v where v.date > date('now', '+1 day')
           and v.state = 'planned' and v.network_id not in (select m.network_id from networks_networkmember m
             join people_organization o on o.id = m.school_id
             join people_roleheld r on r.group_id = o.group_id where r.role = 'team' and r.ends is null)
           order by v.date"""
    )[0]  # fmt: skip
    (name,) = site.rows(
        """select p.name from people_roleheld r join people_person p on p.id = r.person_id
           join people_organization o on o.group_id = r.group_id
           where o.id = ? and r.role = 'principal' and r.ends is null""",
        school,
    )[0]  # fmt: skip
    others = people_of(site, str(network)) - {name}
    assert len(others) == 3
    before = mails(site)
    principal = visit(site, **PHONE).be(str(name))
    principal.menu("My calendar")
    principal.follow(re.compile("^We are closed"))
    fits(principal)
    principal.tab.get_by_label("Which day?").fill(str(day))
    principal.fill("Why", "Snow day")
    principal.press("See what it would do")
    principal.says("3 people get a mail at once, and nobody else.")
    fits(principal)
    assert mails(site) == before
    principal.press("We are closed")
    principal.says("Declared.")
    fits(principal)
    assert new_mails(site, before) == {(other, "A visit is called off") for other in others}
    director = visit(site).be("Dana Okafor")
    director.tab.get_by_role("main").get_by_role("link", name=re.compile("Snow day")).first.wait_for()
    director.follow(re.compile("Snow day"))
    director.says("fewest possible, proven", 60)  # the worker weighs the ways
    director.press(re.compile("^Put this into the draft"))
    director.says("Every rule is kept")
    drafted = site.rows(
        "select distinct v.network_id from calendar_change c join calendar_visit v on v.id = c.visit_id"
    )
    told = set().union(
        *(people_of(site, str(one)) for (one,) in drafted)
    )  # the demo's draft had a line before
    assert others | {name} <= told
    before = mails(site)
    director.press("Release", exact=True)
    director.says(f"Released. {len(told)} people are being told.")
    assert {other for other, _ in new_mails(site, before)} == told
