"""Years to plan: real closings and tests of New York City, networks of the real shape, made-up schools."""

import csv
import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from intervisit.core.scheduling import (
    Closed,
    Facilitator,
    Limits,
    Member,
    Network,
    Pattern,
    Problem,
    SchoolDays,
    SchoolWishes,
    VisitRule,
    Window,
)

GRADES = {
    "elementary": range(-1, 6),
    "middle": range(6, 9),
    "high": range(9, 13),
    "K-8": range(9),
    "6-12": range(6, 13),
}
APPLIES = {
    "all schools": frozenset(),
    "elementary": frozenset(GRADES["elementary"]),
    "middle": frozenset(GRADES["middle"]),
    "high": frozenset(GRADES["high"]),
    "elementary and middle": frozenset(range(-1, 9)),
    "grades 3-8": frozenset(range(3, 9)),
    "grades 10-11": frozenset({10, 11}),
}
TRIAD = Pattern((VisitRule("host", 5), VisitRule("partner", 3)))
QUAD = Pattern((VisitRule("host", 4), VisitRule("partner", 2)))
PAIR = Pattern((VisitRule("member", 4),), starts_at="any")
COHORT = Pattern((VisitRule("host", 2, "half"), VisitRule("partner", 1, "half")), min_gap_days=10)
# 2016–17: 28 triads, 6 quads, 1 pair and 10 cohorts of 5 to 9 schools: 45 networks, 190 schools
REAL_SHAPE = [3] * 28 + [4] * 6 + [2] + [5, 7, 8, 9, 9, 9, 8, 8, 8, 9]


@dataclass(frozen=True)
class Event:
    """One row of the district's calendar."""

    first: date
    last: date
    name: str
    category: str
    grades: frozenset[int]
    attend: bool


def district_year(path: Path, year: str) -> SchoolDays:
    """School days of `year` ("2016-17") out of the published calendar: closings, tests, conferences."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["school_year"] == year]
    events = [
        Event(
            date.fromisoformat(row["start_date"]),
            date.fromisoformat(row["end_date"]),
            row["event"],
            row["category"],
            APPLIES[row["applies_to"]],
            row["students_attend"] == "1",
        )
        for row in rows
        if row["applies_to"] in APPLIES
    ]
    first = next(e.first for e in events if e.category == "first day")
    last = next(e.last for e in events if e.category == "last day")
    closed = [e for e in events if not e.attend and not e.grades]
    windows = [e for e in events if e.category == "state tests" or (not e.attend and e.grades)]
    conferences = [e for e in events if e.category == "parent-teacher conferences"]
    return SchoolDays(
        first,
        last,
        tuple(
            Closed(e.first + timedelta(i), e.name) for e in closed for i in range((e.last - e.first).days + 1)
        ),
        tuple(Window(e.first, e.last, e.name, e.grades) for e in windows)
        + tuple(Window(e.first, e.last, e.name, e.grades, wish=True) for e in conferences),
    )


def program_year(days: SchoolDays, networks: int, seed: int) -> Problem:
    """A program of so many networks in the shape of 2016–17; schools, wishes, facilitators from a seed."""
    rng = random.Random(seed)
    open_days = [days.first + timedelta(i) for i in range((days.last - days.first).days + 1)]
    open_days = [day for day in open_days if day.weekday() < 5]
    sizes = [REAL_SHAPE[i % 45] for i in range(networks)]
    rng.shuffle(sizes)
    facilitators = max(1, round(networks / 3.7))
    schools: list[SchoolWishes] = []
    made = []
    for n, size in enumerate(sizes):
        members = [_school(rng, len(schools) + i, open_days) for i in range(size)]
        schools += members
        roles = ["member"] * 2 if size == 2 else ["host"] + ["partner"] * (size - 1)
        pattern = {2: PAIR, 3: TRIAD, 4: QUAD}.get(size, COHORT)
        made.append(
            Network(
                f"N{n:03}",
                f"Network {n}",
                tuple(Member(s.school, role) for s, role in zip(members, roles, strict=True)),  # type: ignore[arg-type]
                pattern,
                f"F{n % facilitators:03}",
            )
        )
    led = tuple(
        Facilitator(f"F{f:03}", frozenset(rng.sample(open_days, 10)), weekly_meeting_weekday=0)
        for f in range(facilitators)
    )
    substitutes = tuple((f"D{d:02}", 16 * max(1, networks // 90)) for d in range(32))
    return Problem(days, tuple(made), led, tuple(schools), Limits(substitutes, absences_per_month=2))


def _school(rng: random.Random, number: int, open_days: list[date]) -> SchoolWishes:
    weekdays = rng.sample([1, 2, 3, 4], rng.choice([1, 2, 2])) if rng.random() < 0.6 else []
    return SchoolWishes(
        f"S{number:04}",
        frozenset(rng.sample(open_days, 8)),
        frozenset(weekdays),
        frozenset(GRADES[rng.choice(list(GRADES))]),
        frozenset(rng.sample(open_days, 6)),
        district=f"D{rng.randrange(32):02}",
        teachers=rng.choice([3, 4, 5]),
    )
