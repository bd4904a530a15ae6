"""A school that comes during the year: what it is owed, and which days and rules are its own."""

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from math import ceil

from hypothesis import given, settings
from hypothesis import strategies as st

from intervisit.core.scheduling import (
    Infeasible,
    Limits,
    Member,
    Network,
    Pattern,
    PlannedVisit,
    Problem,
    SchoolDays,
    SchoolWishes,
    VisitRule,
    accounts,
    free_dates,
    resolve,
    still_owed,
    violations,
)
from intervisit.core.scheduling.model import Role

FIRST = dt.date(2026, 9, 7)
PATTERN = Pattern((VisitRule("host", 3), VisitRule("partner", 2)), min_gap_days=7)
CAME = dt.date(2026, 11, 2)
YEAR = Problem(
    days=SchoolDays(FIRST, dt.date(2027, 1, 29)),
    networks=(Network("n", "East", (Member("h", "host"), Member("p", "partner")), PATTERN),),
    schools=(SchoolWishes("h", name="P.S. 1"), SchoolWishes("p", name="P.S. 2")),
    limits=Limits(notice_days=7),
)


def _visit(school: str, number: int, day: dt.date) -> PlannedVisit:
    return PlannedVisit("n", school, number, day)


HELD = (
    _visit("h", 1, dt.date(2026, 9, 8)),
    _visit("p", 1, dt.date(2026, 9, 22)),
    _visit("h", 2, dt.date(2026, 10, 6)),
)
TO_COME = (_visit("p", 2, dt.date(2026, 12, 1)), _visit("h", 3, dt.date(2027, 1, 12)))


def _with_newcomer(blocked: frozenset[dt.date] = frozenset()) -> Problem:
    came = Member("x", "partner", since=CAME, owed=2)
    network = replace(YEAR.networks[0], members=(*YEAR.networks[0].members, came))
    return replace(
        YEAR, networks=(network,), schools=(*YEAR.schools, SchoolWishes("x", blocked, name="P.S. 7"))
    )


@given(st.integers(-20, 200), st.integers(0, 4), st.sampled_from(["host", "partner", "member"]))
@settings(max_examples=60, deadline=None)
def test_the_rest_of_the_year_owes_its_part_rounded_up_and_never_twice(
    passed: int, had: int, role: Role
) -> None:
    day = FIRST + dt.timedelta(days=passed)
    every = [FIRST + dt.timedelta(days=n) for n in range((YEAR.days.last - FIRST).days + 1)]
    school = [each for each in every if each.weekday() < 5]
    times = {"host": 3, "partner": 2, "member": 0}[role]
    share = ceil(Fraction(times * sum(each > day for each in school), len(school)))
    assert still_owed(YEAR, PATTERN, role, day, had) == max(0, min(share, times - had))


def test_what_was_before_it_came_is_no_concern_of_a_newcomer() -> None:
    """Neither its blocked days nor the first round; from the day it came on, both the ledger and the days are its."""
    blocked = frozenset(v.date for v in HELD) | {dt.date(2026, 12, 1)}
    problem = _with_newcomer(blocked)
    assert violations(problem, [*HELD, *TO_COME]) == (
        "East: P.S. 7 is owed 2 visits; 0 planned.",
        "East, Tuesday 1 December 2026: P.S. 7 has blocked this day.",
    )
    lines = accounts(problem, [*HELD, *TO_COME], today=CAME)
    assert [(a.school, a.owed, a.held, a.planned, a.missed) for a in lines] == [
        ("h", 3, 2, 1, 0), ("p", 2, 1, 1, 0), ("x", 2, 0, 0, 2),
    ]  # fmt: skip


def test_its_visits_find_days_and_nothing_else_moves() -> None:
    free = {dt.date(2026, 12, 15), dt.date(2027, 1, 26)}
    ahead = [CAME + dt.timedelta(days=n) for n in range((YEAR.days.last - CAME).days + 1)]
    problem = _with_newcomer(frozenset(ahead) - free - {v.date for v in TO_COME})
    new = [_visit("x", n, FIRST - dt.timedelta(days=1)) for n in (1, 2)]
    found = resolve(problem, [*HELD, *TO_COME, *new], postponed=new, today=CAME, seed=1, seconds=5)
    assert not isinstance(found, Infeasible)
    assert {(v.school, v.date) for v in found.moved} == {("x", day) for day in free}
    assert violations(problem, found.visits) == ()
    one = [*HELD, *TO_COME, replace(new[0], date=dt.date(2026, 12, 15))]
    assert [d for d in free_dates(problem, [*one, new[1]], new[1]) if d > CAME] == [dt.date(2027, 1, 26)]


def test_where_it_has_no_day_the_rules_that_collide_are_named() -> None:
    ahead = [CAME + dt.timedelta(days=n) for n in range((YEAR.days.last - CAME).days + 1)]
    problem = _with_newcomer(frozenset(ahead) - {v.date for v in TO_COME})
    new = [_visit("x", n, FIRST - dt.timedelta(days=1)) for n in (1, 2)]
    found = resolve(problem, [*HELD, *TO_COME, *new], postponed=new, today=CAME, seed=1, seconds=5)
    assert isinstance(found, Infeasible)
    assert any("P.S. 7" in reason for reason in found.reasons)


def test_who_has_left_blocks_no_day_to_come() -> None:
    day = dt.date(2026, 12, 1)
    gone = replace(Member("x", "partner", owed=0), until=CAME)
    network = replace(YEAR.networks[0], members=(*YEAR.networks[0].members, gone))
    wishes = SchoolWishes("x", frozenset({day, HELD[2].date}), name="P.S. 7")
    problem = replace(YEAR, networks=(network,), schools=(*YEAR.schools, wishes))
    assert violations(problem, [*HELD, *TO_COME]) == (
        "East, Tuesday 6 October 2026: P.S. 7 has blocked this day.",
    )
