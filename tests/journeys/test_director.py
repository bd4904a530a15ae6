"""The director, from an empty installation to a published year, by the pages alone."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.journeys import files
from tests.journeys.browser import Visitor, visitor
from tests.journeys.door import sign_in
from tests.journeys.sites import Site, run

DANA, ADA, SOL = "dana@harbor.test", "ada@harbor.test", "sol@harbor.test"
FAY, FINN = "fay@harbor.test", "finn@harbor.test"
TODAY = dt.datetime.now(ZoneInfo("America/New_York")).date()
YEAR = TODAY.year + (1 if TODAY.month >= 9 else 0)
LONG = 60  # seconds that a solver and a busy machine may take


@pytest.fixture(scope="module")
def site(site_at: Callable[..., Site]) -> Site:
    """An installation on its first day: a district and two people, made by the command of the operator's guide."""
    found = site_at("empty")
    for name, email in (("Dana Okafor", DANA), ("Ada Nakamura", ADA)):
        run(
            found.data,
            "first-admin",
            "--district",
            "Harbor City",
            "--code",
            "HC",
            "--name",
            name,
            "--email",
            email,
        )
    return found


@pytest.fixture(scope="module")
def dana(chromium: Any, site: Site) -> Iterator[Visitor]:
    """Dana's browser: one for the whole journey, as hers would be."""
    found = visitor(chromium, site)
    yield found
    found.context.close()


def upload(who: Visitor, name: str, content: bytes) -> None:
    who.tab.locator("input[type=file]").set_input_files(files.upload(name, content))


def mails(site: Site, kind: str) -> set[str]:
    """Addresses to which a mail of such a kind was written."""
    rows = site.rows("SELECT p.email FROM kit_outgoingmail m JOIN people_person p ON p.id = m.to_id"
                     " WHERE m.kind = ?", kind)  # fmt: skip
    return {str(email) for (email,) in rows}


def signs_in_by_a_mailed_link_and_sets_up_a_second_factor(dana: Visitor) -> None:
    sign_in(dana, DANA)
    assert dana.title == "Hello Dana"
    assert dana.tab.get_by_text("Some of your rights are asleep").count() == 0


def imports_the_schools(dana: Visitor, site: Site) -> None:
    name, content = files.schools()
    dana.menu("Import schools")
    upload(dana, name, content)
    dana.press("Read the file")
    dana.press("Show what would change")
    confirm = dana.tab.get_by_label("I have looked: the file was read correctly.")
    if confirm.count():
        confirm.check()
    dana.press("Apply all of it")
    dana.says("Applied, whole", LONG)
    rows = site.rows("SELECT COUNT(*) FROM people_organization WHERE kind = 'school'")
    assert rows == [(content.decode("utf-8-sig").count("\n") - 1,)]


def imports_the_holidays(dana: Visitor) -> None:
    dana.menu("School days")
    upload(dana, "days.csv", files.holidays(YEAR))
    dana.press("Look into it")
    dana.press("Take these 3")
    dana.says("3 entries taken")
    days = dana.tab.get_by_role("region", name="Harbor City")
    assert days.locator("tbody tr").count() == 3
    assert "Winter recess" in days.inner_text()


def makes_a_program_from_a_design_and_names_its_people(dana: Visitor, chromium: Any, site: Site) -> None:
    dana.menu("Programs")
    dana.follow("Make the first program")
    dana.tab.get_by_role("radio", name=re.compile("^Learning Partners Program, pilot 2014")).check()
    dana.fill("Name", "Learning Partners")
    dana.press("Make the program")
    assert dana.title == "Learning Partners"
    dana.follow("People", exact=True)
    for name, email, role in (
        ("Fay Lindqvist", FAY, "Facilitator"), ("Finn Castellanos", FINN, "Facilitator"),
        ("Sol Rivera", SOL, "Program staff: read applications, match, plan"),
    ):  # fmt: skip
        dana.fill("E-mail address", email)
        dana.fill("Name", name)
        dana.tab.get_by_role("radio", name=role).check()
        dana.press("Add", exact=True)
        dana.tab.get_by_role("rowheader", name=re.compile(name)).wait_for()
    ada = visitor(chromium, site)
    sign_in(ada, ADA)
    ada.follow(re.compile("waits? for a second person"))
    ada.press(re.compile("^Confirm"))
    ada.context.close()
    rows = site.rows(
        "SELECT COUNT(*) FROM people_roleheld WHERE role = 'staff' AND confirmed_by_id IS NOT NULL"
    )
    assert rows == [(1,)]


def opens_the_call_and_imports_applications(dana: Visitor, site: Site) -> None:
    dana.go("/")
    dana.follow("Open the call")
    dana.press("Open the call")
    dana.says("The call is open")
    dana.menu("Applications")
    dana.follow("Import")
    upload(dana, "applications.csv", files.applications(files.school_codes(9)))
    dana.press("Read the file")
    dana.press("Show what would happen")
    confirm = dana.tab.get_by_label("I have looked: the file was read correctly.")
    if confirm.count():
        confirm.check()
    dana.press("Apply all of it")
    dana.says("Applied, whole", LONG)
    assert site.rows("SELECT COUNT(*) FROM applications_application WHERE state = 'submitted'") == [(9,)]


def accepts_with_roles_and_two_people_release(dana: Visitor, chromium: Any, site: Site) -> None:
    dana.menu("Applications")
    for role, decision in (("Host", "Accept as host"), ("Partner", "Accept as partner")):
        dana.tab.get_by_label("Role", exact=True).select_option(role.lower())
        dana.press("Show", exact=True)
        dana.tab.wait_for_url(f"**role={role.lower()}*")
        for box in dana.tab.locator("input[name=ids]").all():
            box.check()
        dana.tab.get_by_role("radio", name=decision).check()
        dana.fill("Reason", "A clear aim, and a team that already meets.")
        dana.press("Decide")
        dana.tab.get_by_text("Undo").first.wait_for()
    dana.follow("Release 9")
    dana.press("Propose to release all 9")
    dana.says("Proposed")
    assert mails(site, "application.decision") == set()
    sol = visitor(chromium, site)
    sign_in(sol, SOL)
    sol.follow(re.compile("to be released by two people"))
    sol.press("Release and send the letters")
    codes = [files.principal_email(c) for c in files.school_codes(9)]
    sol.tab.wait_for_url("**/applications/")
    assert mails(site, "application.decision") == set(codes)
    assert sol.complaints == []
    sol.context.close()


def closes_the_call_and_matches(dana: Visitor) -> None:
    dana.menu("Overview")
    for button in ("Close the call", "Go on to matching"):
        dana.press(re.compile(button))
    dana.menu("Matching")
    dana.press(re.compile("^Find the best"))
    dana.tab.get_by_role("heading", name=re.compile("^(No other arrangement|At most)")).or_(
        dana.tab.get_by_text("this is proven")
    ).first.wait_for(timeout=LONG * 1000)
    assert dana.tab.locator(".board article").count() == 3


def reads_why_moves_a_school_undoes_it_and_locks(dana: Visitor) -> None:
    def board() -> list[str]:
        return [re.sub(r"\d+ points.*", "", t) for t in dana.tab.locator(".board article").all_inner_texts()]

    before = board()
    dana.follow(re.compile("^Why"))
    assert dana.title.startswith("Why ")
    assert "You both want to work on" in dana.text()
    dana.tab.go_back()
    dana.tab.locator(".board article").first.get_by_role("link", name=re.compile("^Move")).last.click()
    breaking = dana.tab.locator("details", has_text="that would break a rule")
    if breaking.get_attribute("open") is None:
        breaking.locator("summary").click()
    breaking.get_by_role("button", name=re.compile("^Move to")).first.click()
    dana.says("The board breaks a rule")
    dana.press("Undo")
    dana.tab.get_by_role("button", name="Do again").wait_for()
    assert board() == before
    dana.press(re.compile("^Lock"))
    dana.tab.get_by_role("button", name=re.compile("^Unlock")).wait_for()


def adopts_shares_out_facilitators_and_publishes(dana: Visitor, site: Site) -> None:
    dana.press("Adopt this")
    dana.says("Adopted")
    dana.menu("Networks", of_program=True)
    dana.press("Share them out")
    chosen = [s.input_value() for s in dana.tab.locator("select[name=person]").all()]
    assert "" not in chosen
    assert len(set(chosen)) == 2
    assert mails(site, "network.published") == set()
    dana.press("Publish", exact=True)
    dana.says("Published, and everybody knows")
    codes = {files.principal_email(c) for c in files.school_codes(9)}
    assert mails(site, "network.published") == codes | {FAY, FINN}


def plans_the_year_moves_a_visit_adopts_and_publishes(dana: Visitor, site: Site) -> None:
    dana.menu("Plan the year")
    dana.fill("Name", "The year")
    dana.press("Plan the year")
    dana.says("Every rule is kept", LONG)
    dana.tab.locator("summary", has_text="Days, and moving them").first.click()
    dana.tab.get_by_role("link", name=re.compile("^Move the visit")).first.click()
    dana.tab.locator(".day-pick").first.click()
    dana.says("All are kept.")
    wanted = dana.tab.locator("input[type=hidden][name=date]").input_value()
    dana.press("Move it there")
    dana.says("Every rule is kept")
    assert site.rows("SELECT COUNT(*) FROM calendar_visit WHERE date = ?", wanted)[0][0] != 0
    dana.press("Adopt this")
    dana.press("Publish", exact=True)
    dana.tab.get_by_role("button", name="Take back").wait_for()
    codes = {files.principal_email(c) for c in files.school_codes(9)}
    assert mails(site, "visits.published") == codes | {FAY, FINN}


def the_browser_had_nothing_to_complain_about(dana: Visitor) -> None:
    assert dana.complaints == []


def test_from_an_empty_installation_to_a_published_year(dana: Visitor, chromium: Any, site: Site) -> None:
    """One journey, so that no step of it is ever run on another machine's installation."""
    signs_in_by_a_mailed_link_and_sets_up_a_second_factor(dana)
    imports_the_schools(dana, site)
    imports_the_holidays(dana)
    makes_a_program_from_a_design_and_names_its_people(dana, chromium, site)
    opens_the_call_and_imports_applications(dana, site)
    accepts_with_roles_and_two_people_release(dana, chromium, site)
    closes_the_call_and_matches(dana)
    reads_why_moves_a_school_undoes_it_and_locks(dana)
    adopts_shares_out_facilitators_and_publishes(dana, site)
    plans_the_year_moves_a_visit_adopts_and_publishes(dana, site)
    the_browser_had_nothing_to_complain_about(dana)
