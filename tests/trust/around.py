"""Rows 9 and 18 around a visit: its note and its list, answers, cover, budgets, and a school's own calendar."""

import datetime as dt
from decimal import Decimal
from typing import Any

from intervisit.apps.budget.models import BudgetLine, CoverRequest, SchoolBudget
from intervisit.apps.calendar.models import (
    AvailabilityCall,
    DaysSubscription,
    Invitation,
    RegularMeeting,
    Visit,
)
from intervisit.apps.gatherings.models import Attendance, VisitNote
from tests import factories
from tests.world import canary

DAY = dt.date(2026, 10, 14)
NOW = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)


def build(places: Any) -> None:
    """Add one of everything, near and far."""
    world = places.world
    for where, school, program, visit, person in (
        ("", world.schools[1], world.program, world.visits["East"], "Hana"),
        ("far ", places.far_school, places.far_program, places.things["far visit"], "Lou"),
    ):
        _of(places, where, school, program, visit, world.people[person])
    # Somebody who facilitates in the far program, and asks for nothing.
    places.things["far guide"] = factories.person("Gil Farrow")
    for program in (places.far_program, places.near("call")):
        factories.role(places.things["far guide"], "facilitator", program.group)
    other = SchoolBudget.objects.create(program=world.program, school=world.schools[4], supplies=Decimal(10))
    places.things["other budget"] = other


def _of(places: Any, where: str, school: Any, program: Any, visit: Visit, person: Any) -> None:
    things, word = places.things, where.strip() or "near"
    VisitNote.objects.create(uid=visit.uid, network=visit.network, text=canary(f"{word}-day-note"), version=1,
                             person=person, edited=NOW)  # fmt: skip
    things[f"{where}attendance"] = Attendance.objects.create(
        uid=visit.uid, visit=visit, network=visit.network, school=school, name=canary(f"{word}-alternate"),
        state="present", at=NOW,
    )  # fmt: skip
    things[f"{where}invitation"] = Invitation.objects.create(
        person=person, network=visit.network, uid=visit.uid, facts={"place": canary(f"{word}-facts")}
    )
    DaysSubscription.objects.create(
        school=school, url=f"https://cal.test/{canary(f'{word}-own-calendar')}.ics",
        found=[["2026-11-05", "2026-11-05", canary(f"{word}-own-entry")]], read=NOW, tried=NOW, accepted=True,
    )  # fmt: skip
    AvailabilityCall.objects.create(program=program, closes=DAY, asked=NOW)
    things[f"{where}meeting" if where else "near meeting"] = RegularMeeting.objects.create(
        program=program, name=canary(f"{word}-meeting"), weekday=3, every_weeks=2, starts=program.first_day
    )
    budget = SchoolBudget.objects.create(program=program, school=school, substitutes=Decimal("4321.00"))
    things[f"{where}budget"] = budget
    things[f"{where}cover"] = CoverRequest.objects.create(
        budget=budget,
        network=visit.network,
        visit=visit,
        uid=visit.uid,
        date=DAY,
        needed=3,
        rate=Decimal("217.31"),
    )
    things[f"{where}line"] = BudgetLine.objects.create(
        budget=budget,
        category="meals",
        text=canary(f"{word}-line"),
        date=DAY,
        asked=Decimal("77.13"),
        person=person,
    )


def things_of(places: Any, one: Any) -> dict[str, tuple[Any, Any]]:
    """Each thing, typed by hand. `one` makes a Thing as the oracle does."""
    made, people = places.things, places.world.people
    found: dict[str, Any] = {
        "other budget": one("budget", program="program", school="4", district="district")
    }
    for where, school, program, district, network, person in (
        ("", "1", "program", "district", "East", "Hana"),
        ("far ", "9", "far_program", "far", "far_network", "Lou"),
    ):
        money = {"program": program, "school": school, "district": district}
        found[f"{where}meeting" if where else "near meeting"] = one("meeting", program=program)
        found[f"{where}budget"] = one("budget", **money)
        found[f"{where}cover"] = one("cover", "asked", network=network, **money)
        found[f"{where}line"] = one("line", "asked", **money)
        found[f"{where}invitation"] = one("invitation", "", {"person": people[person]})
    return {name: (made[name], thing) for name, thing in found.items()}


TRIED: dict[str, tuple[str, ...]] = {
    "SchoolBudget": ("budget", "other budget", "far budget"),
    "CoverRequest": ("cover", "far cover"),
    "BudgetLine": ("line", "far line"),
    "RegularMeeting": ("near meeting", "far meeting"),
}

OPENED: dict[str, tuple[tuple[str, str], ...]] = {
    "near-day-note": (("visit.note", "visit East"),),
    "far-day-note": (("visit.note", "far visit"),),
    "near-alternate": (("visit.attendance", "visit East"),),
    "far-alternate": (("visit.attendance", "far visit"),),
    "near-own-calendar": (("school.days", "school 1"),),
    "near-own-entry": (("school.days", "school 1"),),
    "far-own-calendar": (("school.days", "far school"),),
    "far-own-entry": (("school.days", "far school"),),
    # the name of a meeting stands on the page of program staff
    "near-meeting": (("program.work", "program"),),
    "far-meeting": (("program.work", "far program"),),
    "near-line": (("line.view", "line"),),
    "far-line": (("line.view", "far line"),),
}


def cells(who: Any) -> tuple[tuple[int, str, str, set[str]], ...]:
    """The cells of this part; `who` is tests/trust/cells.py with the names of its columns."""
    meet = {who.T, who.P, who.N, who.NT, who.F}
    office, leads, money = set(who.OFFICE), {who.F}, {"$ finance"}
    own = {who.P} | office | money
    return (
        (9, "visit.note", "visit East", meet | office | {who.E}),
        (9, "visit.write_note", "visit East", meet),
        (9, "visit.attendance", "visit East", meet | office),
        (9, "visit.sign_in", "visit East", meet | office),
        (9, "visit.take_attendance", "visit East", leads | office),
        (9, "visit.close_attendance", "visit East", leads | office),
        (9, "visit.hold", "visit East", leads | office),
        (9, "visit.answer", "visit East", meet),
        (9, "visit.answers", "visit East", leads | office),
        (9, "program.attendance", "program", office),
        (9, "invitation.own", "invitation", {who.P}),
        (9, "school.own_days", "school 1", {who.T, who.P}),
        (18, "budget.view", "budget", own),
        (18, "budget.export", "budget", own),
        (18, "budget.ask", "budget", own),
        (18, "budget.write", "budget", office | money),
        (18, "budget.view", "other budget", office | money | {who.OTHER_P}),
        (18, "budget.view", "far budget", {who.LOU, who.LEA}),
        (18, "cover.view", "cover", own | leads),
        (18, "cover.status", "cover", own | leads | {who.T}),
        (18, "cover.change", "cover", own),
        (18, "cover.approve", "cover", office | money),
        (18, "cover.use", "cover", set()),  # nothing is approved yet
        (18, "line.view", "line", own),
        (18, "line.approve", "line", office | money),
        (18, "line.spend", "line", set()),
        (18, "line.remove", "line", own),
        (18, "program.budget", "program", office | money),
        (18, "program.cover_file", "program", office | money),
        (18, "program.budget_totals", "program", office | money | {who.V, "E evaluator"}),
    )
