"""Days tapped one by one and the stretches they make: a dictionary of dates says the same."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from intervisit.core.days import Stretch, covered, regroup

MONDAY = date(2026, 10, 5)
FRESH = Stretch(date.min, date.min, "Does not suit us", "tapped")
GRID = [day for day in (MONDAY + timedelta(n) for n in range(28)) if day.weekday() < 5]

days = st.integers(0, 27).map(lambda n: MONDAY + timedelta(n))
lengths = st.tuples(days, st.integers(0, 9), st.sampled_from(["Fair", "Retreat", ""]))


def stretches(rows: list[tuple[date, int, str]]) -> list[Stretch]:
    """Stretches that do not touch the same date twice."""
    found: list[Stretch] = []
    for first, more, name in rows:
        made = Stretch(first, first + timedelta(more), name, "entered")
        if not covered(found) & covered([made]):
            found.append(made)
    return found


@settings(max_examples=150, deadline=None)
@given(st.lists(lengths, max_size=5), st.sets(st.sampled_from(GRID)))
def test_exactly_what_was_tapped_is_blocked_and_names_stay(
    rows: list[tuple[date, int, str]], on: set[date]
) -> None:
    before = stretches(rows)
    after = regroup(before, on, GRID, fresh=FRESH)
    assert covered(after) & set(GRID) == on
    names = {day: s.name for s in before for day in s.dates()}
    now = {day: s.name for s in after for day in s.dates()}
    assert all(now[day] == names.get(day, FRESH.name) for day in on)
    whole = [s for s in before if not covered([s]) & set(GRID)]
    assert set(whole) <= set(after)  # what was not shown stays
    assert sum((s.last - s.first).days + 1 for s in after) == len(covered(after)) or len(after) == 0
    assert regroup(after, on, GRID, fresh=FRESH) == after  # saving again changes nothing


def test_a_weekend_holds_a_stretch_together_and_a_gap_parts_it() -> None:
    week = [MONDAY + timedelta(n) for n in (3, 4, 7, 8)]  # Thursday, Friday, Monday, Tuesday
    (one,) = regroup([], week, GRID, fresh=FRESH)
    assert (one.first, one.last, one.name) == (week[0], week[-1], "Does not suit us")
    parts = regroup([one], [*week[:1], *week[2:]], GRID, fresh=FRESH)
    assert [(s.first, s.last) for s in parts] == [(week[0], week[0]), (week[1] + timedelta(1), week[-1])]


def test_a_fair_on_the_saturday_keeps_its_day() -> None:
    fair = Stretch(MONDAY + timedelta(5), MONDAY + timedelta(5), "Fair", "entered")
    friday, monday = MONDAY + timedelta(4), MONDAY + timedelta(7)
    after = regroup([fair], [friday, monday], GRID, fresh=FRESH)
    assert [(s.first, s.last, s.name) for s in after] == [
        (friday, friday, FRESH.name),
        (fair.first, fair.last, "Fair"),
        (monday, monday, FRESH.name),
    ]
