"""What a year of visits is made of: networks, patterns, days, wishes, limits; and what a plan is.

All values are frozen. Dates are school days in the district's own calendar, without a clock time;
weekdays are 0 (Monday) to 6 (Sunday); grades are −1 (Pre-K) to 12.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Role = Literal["host", "partner", "member"]
Part = Literal["whole", "half"]
NO_DATES: frozenset[date] = frozenset()
TOLD = 300  # characters of a place, a fault or a remedy


@dataclass(frozen=True)
class VisitRule:
    """How often every school of one role in a network is visited, and for how much of a day."""

    kind: Role
    times: int  # visits a year to each school of this role
    part: Part = "whole"


@dataclass(frozen=True)
class Pattern:
    """The rhythm a design gives to its networks."""

    rules: tuple[VisitRule, ...]
    starts_at: Literal["host", "any"] = "host"  # where the first visit of the year goes
    first_round: bool = True  # every school is seen once before any school is seen again
    min_gap_days: int = 7  # calendar days between two visits of one network, at least
    max_per_month: int = 2  # visits of one network in a calendar month, at most
    monthly: bool = True  # wish: a visit in every month


@dataclass(frozen=True)
class Member:
    """One school of a network and the part it plays there.

    The last three are of a year under way only: they are computed anew each time and stand in no instance.
    """

    school: str  # id
    role: Role = "member"
    since: date | None = None  # it came on this day, after the year was planned
    until: date | None = None  # it left on this day; visits to it that were held stay
    owed: int | None = None  # visits owed to it where that is not what the pattern gives its role

    def on(self, day: date) -> bool:
        """Does it belong to its network on this day?"""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Network:
    """Schools that visit each other by one pattern. `facilitator`: an id; None: nobody has to be present."""

    id: str
    name: str
    members: tuple[Member, ...]
    pattern: Pattern
    facilitator: str | None = None

    @property
    def staying(self) -> tuple[Member, ...]:
        """The schools that have not left: the days to come are theirs."""
        return tuple(member for member in self.members if member.until is None)


@dataclass(frozen=True)
class Facilitator:
    """Somebody who is present at every visit of their networks."""

    id: str
    blocked: frozenset[date] = NO_DATES
    weekly_meeting_weekday: int | None = None  # the central meeting: no visits on that weekday
    name: str = ""
    two_halves: bool = False  # may lead two half-day visits on one day; else one visit a day


@dataclass(frozen=True)
class Closed:
    """A day without school for everybody."""

    date: date
    name: str = "closed"


@dataclass(frozen=True)
class Window:
    """Days on which schools with some of these grades cannot (as a wish: should not) leave or be visited."""

    first: date
    last: date
    name: str
    grades: frozenset[int] = frozenset()  # empty: every school
    wish: bool = False  # True: rather not; False: never


@dataclass(frozen=True)
class SchoolDays:
    """The days of the district's year: Monday to Friday from `first` to `last`, without the closed ones."""

    first: date
    last: date
    closed: tuple[Closed, ...] = ()
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True)
class SchoolWishes:
    """What a school brings: blocked days (a rule), weekdays it prefers, days it would rather not (wishes)."""

    school: str  # id
    blocked: frozenset[date] = NO_DATES
    weekdays: frozenset[int] = frozenset()  # preferred; empty: no preference
    grades: frozenset[int] = frozenset()  # empty: no window with grades concerns it
    avoid: frozenset[date] = NO_DATES
    name: str = ""
    district: str = ""
    teachers: int = (
        0  # who need a substitute on each visit day of the school's network, its own visits included
    )


@dataclass(frozen=True)
class Meeting:
    """Principals' or team meetings with given dates: the schools concerned have no visit on those days."""

    name: str
    dates: frozenset[date]
    schools: frozenset[str] = frozenset()  # ids; empty: every school


@dataclass(frozen=True)
class Limits:
    """What runs out."""

    substitutes: tuple[tuple[str, int], ...] = ()  # (district, teachers that can be replaced on one day)
    absences_per_month: int | None = None  # visits to other schools, per school and calendar month
    notice_days: int = 7  # a visit nearer than this is not moved without being asked
    # (district, day, number): on these days another number than usual
    substitute_days: tuple[tuple[str, date, int], ...] = ()


@dataclass(frozen=True)
class Weights:
    """Points for each wish that is met. Rules have no weight: they never bend."""

    weekday_visited: int = 2  # the visit is on a weekday the visited school prefers
    weekday_visiting: int = 1  # … one of the visiting schools prefers; each counts
    month: int = 4  # a month in which the network has a visit
    avoid: int = 3  # a school spared a day it would rather not have


@dataclass(frozen=True, order=True)
class PlannedVisit:
    """The `number`-th visit (from 1) of a network to one of its schools."""

    network: str
    school: str
    number: int
    date: date
    part: Part = "whole"


@dataclass(frozen=True)
class Problem:
    """A year to be planned.

    `fixed` visits stay where they are, whatever rules they break by themselves; `missed` ones were given up:
    they are owed no more.
    """

    days: SchoolDays
    networks: tuple[Network, ...]
    facilitators: tuple[Facilitator, ...] = ()
    schools: tuple[SchoolWishes, ...] = ()
    limits: Limits = Limits()
    meetings: tuple[Meeting, ...] = ()
    weights: Weights = Weights()
    fixed: tuple[PlannedVisit, ...] = ()
    missed: tuple[PlannedVisit, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A year that breaks no rule. No plan has more points than `bound`; `value` is what this one has."""

    visits: tuple[PlannedVisit, ...]  # by date, then network
    value: int  # points of the wishes met
    bound: int
    proof: str  # in words: how the bound is known, or why the search stopped
    wishes_missed: tuple[str, ...] = ()
    moved: tuple[PlannedVisit, ...] = ()  # re-solving: the visits that changed their date, with the new one
    moved_bound: int = 0  # re-solving: no plan moves fewer


@dataclass(frozen=True)
class Infeasible:
    """No plan exists. `reasons`: rules that collide; without any one of them the others can be kept."""

    reasons: tuple[str, ...]
    networks: tuple[str, ...] = ()  # ids of the networks concerned
    relaxations: tuple[str, ...] = ()  # what giving up each rule would give, in the order of `reasons`
    smallest: bool = False  # proven: no fewer rules collide


@dataclass(frozen=True)
class Trouble:
    """One fault of an instance: where it is, what it is, what to do."""

    file: str
    place: str  # such as networks[3].members[0].school
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}: {_plain(self.place)}: {_plain(self.what)} {_plain(self.remedy)}"


def _plain(text: str) -> str:
    """What a file says may not steer a terminal nor fill it."""
    seen = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text[: TOLD + 1])
    return seen if len(seen) <= TOLD else seen[:TOLD] + "…"


class BadInstance(Exception):
    """The instance cannot be read; `problems` lists every fault at once (at most 100)."""

    def __init__(self, problems: tuple[Trouble, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)
