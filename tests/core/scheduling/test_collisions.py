"""When nothing fits: rules that collide, none of them to be spared, in words people use."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intervisit.core.scheduling import (
    Facilitator,
    Infeasible,
    Limits,
    Member,
    Network,
    Pattern,
    Plan,
    Problem,
    SchoolDays,
    SchoolWishes,
    VisitRule,
    solve,
)
from intervisit.core.scheduling.conflicts import explain, rules_of
from intervisit.core.scheduling.cpsat import YearModel
from intervisit.core.scheduling.grid import Grid
from intervisit.core.scheduling.rules import Rule
from intervisit.core.scheduling.smallest import smallest
from tests.core.scheduling.tiny import problems

YEAR = SchoolDays(date(2015, 3, 2), date(2015, 3, 27))  # four weeks
ONCE = Pattern((VisitRule("member", 1),), starts_at="any", max_per_month=9)
TWO = (Member("ps4"), Member("ps9"))


def weekdays(*which: int) -> frozenset[date]:
    every = (YEAR.first + timedelta(days=i) for i in range(26))
    return frozenset(day for day in every if day.weekday() in which)


def test_a_school_and_a_facilitator_without_a_common_day_are_named() -> None:
    problem = Problem(
        YEAR,
        (Network("n", "East side", TWO, ONCE, "fay"),),
        (Facilitator("fay", weekly_meeting_weekday=0, name="Fay"),),
        (
            SchoolWishes("ps4", weekdays(1, 2, 3, 4), name="P.S. 4"),
            SchoolWishes("ps9", weekdays(4), name="P.S. 9"),
        ),
    )
    assert solve(problem, seed=1, seconds=5) == Infeasible(
        (
            "East side owes 2 visits (1 to P.S. 4 and 1 to P.S. 9) on the 20 school days"
            " from Monday 2 March 2015 to Friday 27 March 2015.",
            "Fay meets centrally on Mondays.",
            "P.S. 4 has 16 blocked days, among them all 4 Tuesdays, all 4 Wednesdays, all 4 Thursdays"
            " and all 4 Fridays.",
        ),
        ("n",),
        (
            "Giving up this rule alone is enough: with fewer visits in this network.",
            "Giving up this rule alone is enough: with another facilitator or other days of Fay.",
            "Giving up this rule alone is enough: with other days of P.S. 4.",
        ),
        smallest=True,
    )


def test_two_networks_of_one_facilitator_on_the_only_day_are_named_together() -> None:
    blocked = weekdays(0, 1, 2, 3, 4) - {date(2015, 3, 10), date(2015, 3, 24)}
    problem = Problem(
        YEAR,
        (
            Network("n", "East", TWO, ONCE, "fay"),
            Network("m", "West", (Member("a"), Member("b")), ONCE, "fay"),
        ),
        (Facilitator("fay", blocked, name="Fay"),),
    )
    answer = solve(problem, seed=1, seconds=5)
    assert isinstance(answer, Infeasible)
    assert answer.networks == ("m", "n")
    assert "Fay is present at every visit of" in " ".join(answer.reasons)
    assert len(answer.reasons) == 4  # both networks' visits, Fay's days, never in two places


def test_a_year_without_a_school_day_is_explained() -> None:
    weekend = SchoolDays(date(2015, 3, 7), date(2015, 3, 8))
    answer = solve(Problem(weekend, (Network("n", "East", TWO, ONCE),)), seed=1, seconds=5)
    assert isinstance(answer, Infeasible)
    assert answer.reasons == (
        "East owes 2 visits (1 to ps4 and 1 to ps9) on the 0 school days"
        " from Saturday 7 March 2015 to Sunday 8 March 2015.",
    )


def test_substitutes_that_no_day_has_are_named() -> None:
    problem = Problem(
        YEAR,
        (Network("n", "East", TWO, ONCE),),
        (),
        (SchoolWishes("ps4", district="7", teachers=5), SchoolWishes("ps9", district="7", teachers=4)),
        Limits((("7", 8),)),
    )
    answer = solve(problem, seed=1, seconds=5)
    assert isinstance(answer, Infeasible)
    assert "District 7 has 8 substitutes a day; East needs 9 on each visit day." in answer.reasons
    enough = replace(problem, limits=Limits((("7", 9),)))
    assert isinstance(solve(enough, seed=1, seconds=5), Plan)


def test_days_with_fewer_substitutes_are_kept_and_said() -> None:
    days = Grid(Problem(YEAR, ())).dates
    few = tuple(("7", day, 8) for day in days[:-1])
    problem = Problem(
        YEAR,
        (Network("n", "East", TWO, ONCE),),
        (),
        (SchoolWishes("ps4", district="7", teachers=5), SchoolWishes("ps9", district="7", teachers=4)),
        Limits((("7", 20),), substitute_days=few[1:]),
    )
    plan = solve(problem, seed=1, seconds=5)
    assert isinstance(plan, Plan)
    assert [v.date for v in plan.visits] == [days[0], days[-1]]  # the only two days with enough of them
    answer = solve(replace(problem, limits=Limits((("7", 20),), substitute_days=few)), seed=1, seconds=5)
    assert isinstance(answer, Infeasible)
    said = f"District 7 has 20 substitutes a day, fewer on {len(few)} days (at the least 8)"
    assert f"{said}; East needs 9 on each visit day." in answer.reasons


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(problems())
def test_the_rules_named_collide_and_none_of_them_can_be_spared(problem: Problem) -> None:
    grid = Grid(problem)
    group = grid.joint(grid.courses)
    if YearModel(grid, group).run(seed=1, seconds=10).status != "infeasible":
        return
    answer = explain(grid, group, seed=1)
    named = {course.network.id for course in group.courses if course.network.id in answer.networks}
    small = grid.joint(course for course in group.courses if course.network.id in named)
    every = frozenset(rules_of(grid, small))
    core = [rule for rule in every if _says(grid, small, rule) in answer.reasons]
    assert len(core) == len(answer.reasons) == len(answer.relaxations)
    assert _status(grid, small, every - frozenset(core)) == "infeasible"
    for rule in core:
        assert _status(grid, small, every - frozenset(core) | {rule}) == "optimal"
        enough = _status(grid, group, frozenset({rule})) == "optimal"
        said = answer.relaxations[answer.reasons.index(_says(grid, small, rule))]
        assert said.startswith("Giving up this rule alone is enough") == enough
    assert answer.smallest
    fits: list[frozenset[Rule]] = []  # whatever is part of what has a plan has one too
    for fewer in map(frozenset, combinations(every, len(core) - 1)):
        if not any(fewer <= more for more in fits):
            assert _status(grid, small, every - fewer) != "infeasible"
            fits.append(_grown(grid, small, fewer, every))


def _grown(grid, group, kept, every):  # type: ignore[no-untyped-def]
    """As many rules as have a plan together, `kept` among them."""
    for rule in every - kept:
        if _status(grid, group, every - kept - {rule}) == "optimal":
            kept |= {rule}
    return kept


def _status(grid, group, off):  # type: ignore[no-untyped-def]
    return YearModel(grid, group, off=off).run(seed=1, seconds=10).status


def _says(grid, group, rule):  # type: ignore[no-untyped-def]
    from intervisit.core.scheduling.conflicts import sentence

    return sentence(grid, group, rule)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.frozensets(st.integers(0, 7), min_size=1, max_size=4), min_size=1, max_size=6))
def test_the_smallest_of_all_colliding_sets_is_found(cores: list[frozenset[int]]) -> None:
    """Any family of colliding sets: the answer is as small as its smallest, and that is proven."""
    asked: list[frozenset[int]] = []

    def collides(kept: frozenset[int]) -> bool:
        asked.append(kept)
        return any(core <= kept for core in cores)

    found, proven = smallest(8, collides, cores[0], most=1000)
    assert (len(found), proven) == (min(len(core) for core in cores), True)
    assert collides(found)
    again, sure = smallest(8, collides, cores[0], most=0)
    assert (again, sure) == (cores[0], False) or len(cores[0]) <= 1


def test_what_is_not_decided_is_not_called_proven() -> None:
    assert smallest(5, lambda kept: None, frozenset({1, 2}), most=99) == (frozenset({1, 2}), False)
    many = frozenset(range(9))  # each of forty rules is spared alone: too many sets of five of them to try
    assert smallest(40, lambda kept: many <= kept, many, most=9999) == (many, True)
    assert smallest(40, lambda kept: len(kept) >= 9, many, most=9999) == (many, False)
