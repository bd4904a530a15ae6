"""A new version shows what it changes."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from intervisit.core.designs import Change, Design, Table, Word, difference, from_json, to_json
from tests.shipped import SLUGS, shipped

PILOT = shipped("lpp-2014-pilot")


def test_a_design_does_not_differ_from_itself() -> None:
    for slug in SLUGS:
        assert difference(shipped(slug), from_json(to_json(shipped(slug)))) == ()


def test_a_changed_word_a_new_area_and_a_dropped_amount() -> None:
    words = Table({**PILOT.words, "host": Word(key="host", one="lead school", many="lead schools")})
    area = replace(PILOT.focus_areas[0], key="sleep", label="Sleep")
    new = replace(PILOT, version=2, words=words, focus_areas=(*PILOT.focus_areas, area), money=())
    assert difference(PILOT, new) == (
        Change("version", "1", "2"),
        Change("words › host › one", "host", "lead school"),
        Change("words › host › many", "hosts", "lead schools"),
        Change("focus_areas › sleep", None, "Sleep"),
        Change("money › school", "Overtime and substitute teachers", None),
    )


def test_a_visit_more_is_told_by_role() -> None:
    rules = (replace(PILOT.visits.rules[0], times=6), PILOT.visits.rules[1])
    new = replace(PILOT, visits=replace(PILOT.visits, rules=rules, months=(9, 10)))
    assert difference(PILOT, new) == (
        Change("visits › rules › host › times", "5", "6"),
        Change("visits › months", "9, 10, 11, 12, 1, 2, 3, 4, 5, 6", "9, 10"),
    )


def test_another_order_is_a_change() -> None:
    new = replace(PILOT, phases=(PILOT.phases[1], PILOT.phases[0], *PILOT.phases[2:]))
    assert difference(PILOT, new) == (
        Change(
            "phases › order",
            "call, review, decide, match, plan, learn, close",
            "review, call, decide, match, plan, learn, close",
        ),
    )


@given(st.sampled_from(SLUGS), st.sampled_from(SLUGS))
def test_designs_differ_exactly_if_they_are_not_equal(one: str, other: str) -> None:
    old, new = shipped(one), shipped(other)
    assert (difference(old, new) == ()) == (old == new)


def test_the_way_back_has_before_and_after_exchanged() -> None:
    def places(old: Design, new: Design) -> set[tuple[str, str | None, str | None]]:
        return {(change.place, change.before, change.after) for change in difference(old, new)}

    old, new = shipped("lpp-2014-pilot"), shipped("lpp-2014-15")
    assert {(place, after, before) for place, before, after in places(old, new)} == places(new, old)
