"""What can be done after something happened: patches, ways to choose from, effects, releases, the ledger."""

import itertools
from collections import Counter
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intervisit.core.scheduling import (
    Difference,
    Entry,
    Facilitator,
    Member,
    Network,
    Plan,
    Problem,
    SchoolDays,
    SchoolWishes,
    Weights,
    accounts,
    alternatives,
    away,
    blocked_for,
    closed_for_all,
    compare,
    effect_of,
    led_by,
    lost_visits,
    solve,
    violations,
)
from tests.core.scheduling.instances import TRIAD

YEAR = SchoolDays(date(2015, 9, 8), date(2016, 6, 24))
EAST = Network(
    "east", "East", (Member("a", "host"), Member("b", "partner"), Member("c", "partner")), TRIAD, "fay"
)
WEST = Network(
    "west", "West", (Member("d", "host"), Member("e", "partner"), Member("f", "partner")), TRIAD, "fay"
)
PROBLEM = Problem(
    YEAR, (EAST, WEST), (Facilitator("fay", name="Fay"),), (SchoolWishes("b", weekdays=frozenset({1})),)
)


@pytest.fixture(scope="module")
def plan() -> Plan:
    found = solve(PROBLEM, seed=1, seconds=10)
    assert isinstance(found, Plan)
    return found


def test_a_snow_day_at_one_school_takes_only_its_own_visits(plan: Plan) -> None:
    visit = next(v for v in plan.visits if v.network == "east" and v.number == 2)
    today = visit.date - timedelta(days=1)
    snowed = blocked_for(PROBLEM, "c", [visit.date])
    assert lost_visits(snowed, plan.visits, today=today) == (visit,)
    assert lost_visits(blocked_for(PROBLEM, "d", [visit.date]), plan.visits, today=today) == ()
    choices = alternatives(snowed, plan.visits, today=today, seed=1, seconds=10)
    assert choices.lost == (visit,)
    assert next(way.key for way in choices.ways) == "fewest"
    first = choices.ways[0].plan
    assert (len(first.moved), first.moved_bound) == (1, 1)
    assert all(violations(snowed, way.plan.visits) == () for way in choices.ways if not way.given_up)


def test_ways_keep_the_notice_unless_somebody_is_asked(plan: Plan) -> None:
    visit = plan.visits[8]
    today = visit.date - timedelta(days=2)
    choices = alternatives(PROBLEM, plan.visits, postponed=[visit], today=today, seed=1, seconds=10)
    horizon = today + timedelta(days=PROBLEM.limits.notice_days)
    for way in choices.ways:
        near = {v.network for v in way.plan.moved if v.date < horizon}
        assert near == set(way.asked)
        kept = {v for v in plan.visits if v.date < horizon and v != visit}
        assert kept <= set(way.plan.visits)
    (last,) = [way for way in choices.ways if way.key == "given_up"]
    assert (last.given_up, last.plan.moved) == ((visit,), ())
    keys = [way.key for way in choices.ways]
    assert len(set(keys)) == len(keys)


def test_the_last_visit_of_a_year_cannot_be_made_up_and_says_why(plan: Plan) -> None:
    last = plan.visits[-1]
    ending = replace(PROBLEM, days=replace(YEAR, last=last.date))
    choices = alternatives(
        closed_for_all(ending, [last.date], "heat"), plan.visits, today=last.date, seed=1, seconds=10
    )
    assert [way.key for way in choices.ways] == ["given_up"]
    assert choices.refused is not None
    assert "New dates need 7 days of notice" in " ".join(choices.refused.reasons)


def test_a_facilitator_who_is_lost_and_the_one_who_follows(plan: Plan) -> None:
    visit = plan.visits[4]
    without = away(PROBLEM, "fay", [visit.date])
    assert lost_visits(without, plan.visits, today=visit.date) == (visit,)
    heir = led_by(without, [visit.network], Facilitator("finn", name="Finn"))
    assert lost_visits(heir, plan.visits, today=visit.date) == ()
    assert [n.facilitator for n in heir.networks if n.id == visit.network] == ["finn"]
    assert closed_for_all(closed_for_all(PROBLEM, [visit.date], "snow"), [visit.date], "ice") == (
        closed_for_all(PROBLEM, [visit.date], "snow")
    )


def test_the_effect_of_a_move_is_known_before_it_is_made(plan: Plan) -> None:
    visit = next(v for v in plan.visits if v.network == "east" and v.date.weekday() == 1)
    today = visit.date - timedelta(days=30)
    day = visit.date + timedelta(days=1)  # a Wednesday: P.S. b prefers Tuesdays
    effect = effect_of(PROBLEM, plan.visits, {visit: day}, today=today)
    after = [replace(v, date=day) if v == visit else v for v in plan.visits]
    assert effect.broken == tuple(
        x for x in violations(PROBLEM, after) if x not in violations(PROBLEM, plan.visits)
    )
    assert effect.points == -(2 if visit.school == "b" else 1)
    assert len(effect.missed) == 1
    assert "b prefers Tuesdays" in effect.missed[0]
    assert (effect.met, effect.short) == ((), ())
    soon = effect_of(PROBLEM, plan.visits, {visit: day}, today=visit.date - timedelta(days=3))
    assert soon.short == (visit,)
    saturday = visit.date + timedelta(days=4)
    assert not effect_of(PROBLEM, plan.visits, {visit: saturday}, today=today).sound
    gone = effect_of(PROBLEM, plan.visits, {plan.visits[-1]: None}, today=today)
    assert gone.broken == ()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_the_ledger_of_a_year_under_way_adds_up(plan: Plan, data: st.DataObject) -> None:
    today = data.draw(st.dates(YEAR.first, YEAR.last))
    off = data.draw(st.frozensets(st.sampled_from(plan.visits), max_size=6))
    again = data.draw(st.frozensets(st.sampled_from(plan.visits), max_size=3)) - off
    lines = accounts(PROBLEM, plan.visits, today=today, off=off, made_up=again)
    assert Counter(line.owed for line in lines) == Counter({5: 2, 3: 4})
    assert all(line.owed == line.held + line.planned + line.missed for line in lines)
    assert sum(line.missed for line in lines) == len(off)
    assert sum(line.held for line in lines) == sum(v.date < today for v in plan.visits if v not in off)
    assert sum(line.made_up for line in lines) == len(again)


def entry(uid: str, day: int, *, on: bool = True, network: str = "east") -> Entry:
    return Entry(date(2015, 10, day), uid, network, "a", time(8, 30), time(15), on)


def test_two_releases_differ_in_what_is_new_moved_and_cancelled() -> None:
    before = [entry("1", 5), entry("2", 6), entry("3", 7), entry("4", 8, on=False), entry("5", 9)]
    after = [
        entry("1", 5),
        entry("2", 12),
        entry("3", 7, on=False),
        entry("4", 14),
        entry("6", 15, network="west"),
    ]
    found = compare(before, after)
    assert found == Difference(
        new=(entry("6", 15, network="west"),),
        moved=((entry("2", 6), entry("2", 12)), (entry("4", 8, on=False), entry("4", 14))),
        cancelled=(entry("3", 7), entry("5", 9)),
    )
    assert found.networks == {"east", "west"}
    assert compare(after, after) == Difference()
    assert not compare(after, after)


def test_years_are_even_and_days_are_shared_where_nothing_else_decides() -> None:
    """Eight networks without a wish: no two weeks apart at a month's end, and no day with everybody on it."""
    networks = tuple(
        Network(
            f"n{i}",
            f"N{i}",
            (Member(f"{i}a", "host"), Member(f"{i}b", "partner"), Member(f"{i}c", "partner")),
            TRIAD,
        )
        for i in range(8)
    )
    found = solve(Problem(YEAR, networks, weights=Weights()), seed=1, seconds=10)
    assert isinstance(found, Plan)
    assert found.value == found.bound
    per_day = Counter(v.date for v in found.visits)
    assert max(per_day.values()) <= 3
    for network in networks:
        dates = sorted(v.date for v in found.visits if v.network == network.id)
        gaps = [(b - a).days for a, b in itertools.pairwise(dates)]
        assert min(gaps) >= 14
    assert sum(v.date.day >= 25 for v in found.visits) < len(found.visits) / 2
