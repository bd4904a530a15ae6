"""Years so small that every plan can be tried, and the twin that tries them all."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import permutations, product
from typing import Any

from hypothesis import strategies as st

from intervisit.core.scheduling import (
    Closed,
    Facilitator,
    Limits,
    Meeting,
    Member,
    Network,
    Pattern,
    PlannedVisit,
    Problem,
    SchoolDays,
    SchoolWishes,
    VisitRule,
    Weights,
    Window,
    write_instance,
)
from tests.bench.check_plan import Year, broken, points

FIRST, LAST = date(2015, 3, 26), date(2015, 4, 8)  # ten school days in two months
DAYS = [FIRST + timedelta(i) for i in range((LAST - FIRST).days + 1)]
days = st.frozensets(st.sampled_from(DAYS), max_size=4)


@st.composite
def patterns(draw: st.DrawFn) -> Pattern:
    part = st.sampled_from(["whole", "half"])
    return Pattern(
        (
            VisitRule("host", draw(st.integers(1, 2)), draw(part)),
            VisitRule("partner", draw(st.integers(0, 1)), draw(part)),
        ),
        starts_at=draw(st.sampled_from(["host", "any"])),
        first_round=draw(st.booleans()),
        min_gap_days=draw(st.integers(1, 4)),
        max_per_month=draw(st.integers(1, 3)),
        monthly=draw(st.booleans()),
    )


@st.composite
def schools(draw: st.DrawFn, name: str) -> SchoolWishes:
    return SchoolWishes(
        name,
        draw(days),
        draw(st.frozensets(st.integers(0, 4), max_size=2)),
        draw(st.frozensets(st.sampled_from([3, 10]), max_size=2)),
        draw(days),
        district=draw(st.sampled_from(["", "D1"])),
        teachers=draw(st.integers(0, 2)),
    )


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """One or two networks of two or three schools; the second may share a facilitator or a school with the first."""
    names = ["A", "B", "C", "D", "E"]
    first = [Member("A", "host"), Member("B", "partner")]
    second = [Member(draw(st.sampled_from(["A", "C"])), "host"), Member("D", "partner")]
    if draw(st.booleans()):
        first.append(Member("E", "partner"))
    led = st.sampled_from(["F", "G", None])
    networks = [Network("one", "One", tuple(first), draw(patterns()), draw(led))]
    if draw(st.booleans()):
        networks.append(Network("two", "Two", tuple(second), draw(patterns()), draw(led)))
    return Problem(
        SchoolDays(
            FIRST,
            LAST,
            tuple(
                Closed(day, "snow") for day in sorted(draw(st.frozensets(st.sampled_from(DAYS), max_size=2)))
            ),
            (
                Window(DAYS[4], DAYS[5], "tests", frozenset({draw(st.sampled_from([3, 4]))})),
                Window(DAYS[12], DAYS[13], "conferences", frozenset({10}), wish=True),
            ),
        ),
        tuple(networks),
        (
            Facilitator("F", draw(days), draw(st.sampled_from([None, 0, 2])), two_halves=draw(st.booleans())),
            Facilitator("G"),
        ),
        tuple(draw(schools(name)) for name in names),
        Limits(
            (("D1", draw(st.integers(1, 6))),),
            draw(st.sampled_from([None, 1, 2])),
            notice_days=2,
            substitute_days=tuple(
                ("D1", day, draw(st.integers(0, 6)))
                for day in sorted(draw(days) if draw(st.booleans()) else ())
            ),
        ),
        (Meeting("principals", frozenset({DAYS[7]}), frozenset({"B"})),),
        Weights(avoid=draw(st.integers(0, 3))),
        missed=draw(st.sampled_from([(), (PlannedVisit("one", "A", 1, FIRST),)])),
    )


def year_of(problem: Problem) -> Year:
    """The problem as the independent checker sees it."""
    return Year(write_instance(problem))


def as_json(visits: tuple[PlannedVisit, ...]) -> list[dict[str, Any]]:
    """Visits in the form of the plan file."""
    return [
        {
            "network": v.network,
            "school": v.school,
            "number": v.number,
            "date": v.date.isoformat(),
            "part": v.part,
        }
        for v in visits
    ]


def every_plan(problem: Problem) -> Iterator[tuple[list[dict[str, Any]], int]]:
    """Every plan that keeps the rules, with its points: all networks' sound years combined."""
    year = year_of(problem)
    alone = [list(_years(year, network)) for network in problem.networks]
    for combined in product(*alone):
        visits = [visit for part in combined for visit in part]
        if not broken(year, visits):
            yield visits, points(year, visits)


def _years(year: Year, network: Network) -> Iterator[list[dict[str, Any]]]:
    owed = [(school, part) for school, (times, part) in year.owed(network.id).items() for _ in range(times)]
    seen = set()
    for chosen in permutations(sorted(year.school_days), len(owed)):
        spots = sorted(zip(chosen, owed, strict=True))
        if tuple(spots) in seen:
            continue
        seen.add(tuple(spots))
        number: dict[str, int] = {}
        visits = []
        for day, (school, part) in spots:
            number[school] = number.get(school, 0) + 1
            visits.append(
                {
                    "network": network.id,
                    "school": school,
                    "number": number[school],
                    "date": day.isoformat(),
                    "part": part,
                }
            )
        others_left_out = [
            fault for fault in broken(year, visits) if not _of_another(fault, year, network.id)
        ]
        if not others_left_out:
            yield visits


def _of_another(fault: str, year: Year, network: str) -> bool:
    return any(fault.startswith(f"{other}:") for other in year.networks if other != network)
