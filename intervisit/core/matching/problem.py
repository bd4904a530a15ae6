"""What is to be matched: schools, network types, rules and weights, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Literal

Role = Literal["host", "partner", "either"]
Fairness = Literal["sum", "maxmin"]

CRITERIA = ("proximity", "population", "network", "superintendent", "known")


@dataclass(frozen=True)
class School:
    """One school that asks for a network.

    `x`, `y` are metres on any plane grid; None where unknown: travel is then estimated from district and
    borough. `grades` are −1 for Pre-K, 0 for kindergarten, then 1..12. `poverty`, `ell`, `swd` are percent.
    `focus` holds one or two focus areas, the first counts more; `strength` says how strong the school is in
    an area, 0..10. `ranking` lists criteria of `CRITERIA`, most important first. `known` and `wants` are
    school ids. `must`: the school has to be placed. `kind`: what a network type's seats go by (district, charter).
    """

    id: str
    role: Role
    grades: tuple[int, ...]
    focus: tuple[str, ...]
    enrollment: int = 1
    x: int | None = None  # metres
    y: int | None = None  # metres
    borough: str = ""
    district: str = ""
    superintendent: str = ""
    network: str = ""
    poverty: int = 0  # percent
    ell: int = 0  # percent
    swd: int = 0  # percent
    new_principal: bool = False
    strength: Mapping[str, int] = field(default_factory=dict, hash=False)
    ranking: tuple[str, ...] = CRITERIA
    known: tuple[str, ...] = ()
    wants: tuple[str, ...] = ()
    prefers_new: bool = False
    must: bool = True
    kind: str = ""


@dataclass(frozen=True)
class Seat:
    """Every network of a type holds at least `min` and at most `max` schools of `kind`, the host included."""

    kind: str
    min: int
    max: int


@dataclass(frozen=True)
class NetworkType:
    """A shape: `min_size`..`max_size` schools (host included), `min_count`..`max_count` networks of it.

    `hosted=False` is a network of equals: nobody hosts, and a member's score is the mean of what it gains
    from each of the others.
    """

    name: str
    min_size: int
    max_size: int
    min_count: int
    max_count: int
    hosted: bool = True
    seats: tuple[Seat, ...] = ()


@dataclass(frozen=True)
class Quota:
    """At least `min` and at most `max` of `members` are placed."""

    name: str
    members: tuple[str, ...]
    min: int
    max: int


@dataclass(frozen=True)
class Travel:
    """Constants of the travel estimate, all in minutes but `metres_per_minute`.

    The last three stand in for the distance when a school has no coordinates.
    """

    base: int = 8
    metres_per_minute: int = 300
    cross_borough: int = 10
    cross_island: int = 25
    full_minutes: int = 15  # proximity counts in full up to here …
    zero_minutes: int = 75  # … and not at all from here on
    max_minutes: int = 90
    island: str = "R"  # the borough that only a bridge or a ferry reaches
    same_district: int = 8
    same_borough: int = 20
    other_borough: int = 35


@dataclass(frozen=True)
class Params:
    """Points and rules of a design. `grade_overlap` = (a, b): shared grades ≥ a/b of the smaller span; and at least
    one, if `share_a_grade`."""

    criteria_points: tuple[int, ...] = (16, 11, 7, 4, 2)
    focus_points: int = 40
    grade_points: int = 10
    wish_points: int = 10
    grade_overlap: tuple[int, int] = (1, 2)
    share_a_grade: bool = True
    travel: Travel = Travel()


@dataclass(frozen=True)
class MatchedNetwork:
    """A network of the answer (or of a board under way). `host` is None in a network of equals."""

    type: str
    host: str | None
    partners: tuple[str, ...]

    @property
    def members(self) -> tuple[str, ...]:
        """Every school in it, the host first."""
        return self.partners if self.host is None else (self.host, *self.partners)


@dataclass(frozen=True)
class Problem:
    """Everything that decides a matching.

    `forbidden`: pairs never in one network. `together`: groups in one network, or nowhere. `fixed`: networks
    that have to be in the answer as they are. `travel_table`: (id, id, minutes) that override the estimate.
    """

    schools: tuple[School, ...]
    types: tuple[NetworkType, ...]
    max_schools: int
    forbidden: tuple[tuple[str, str], ...] = ()
    together: tuple[tuple[str, ...], ...] = ()
    quotas: tuple[Quota, ...] = ()
    fixed: tuple[MatchedNetwork, ...] = ()
    params: Params = Params()
    fairness: Fairness = "sum"
    travel_table: tuple[tuple[str, str, int], ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, School]:
        """School by id."""
        return {s.id: s for s in self.schools}

    @cached_property
    def type_by_name(self) -> Mapping[str, NetworkType]:
        """Network type by name."""
        return {t.name: t for t in self.types}

    @cached_property
    def forbidden_pairs(self) -> frozenset[frozenset[str]]:
        """The forbidden pairs, without order."""
        return frozenset(frozenset(pair) for pair in self.forbidden)

    @cached_property
    def travel_overrides(self) -> Mapping[frozenset[str], int]:
        """Minutes by pair, from the travel table."""
        return {frozenset((a, b)): minutes for a, b, minutes in self.travel_table}


@dataclass(frozen=True)
class Progress:
    """Where a run stands. `objective` is None before the first complete answer."""

    elapsed: float  # seconds
    stage: str
    objective: Fraction | None
    bound: Fraction | None

    @property
    def gap(self) -> Fraction | None:
        """(bound − objective) / objective, or None while either is unknown."""
        return relative_gap(self.objective, self.bound)


@dataclass(frozen=True)
class Solution:
    """An answer. `bound` is proven: no arrangement that keeps the rules scores more."""

    networks: tuple[MatchedNetwork, ...]
    objective: Fraction
    bound: Fraction
    proof: str
    unplaced: tuple[str, ...]
    price: Fraction | None = (
        None  # of fairness: points in sum that serving the worst-served school first costs
    )

    @property
    def gap(self) -> Fraction:
        """(bound − objective) / objective; 0 when proven optimal."""
        return relative_gap(self.objective, self.bound) or Fraction(0)


@dataclass(frozen=True)
class Infeasible:
    """No arrangement keeps every rule: a smallest set of wishes and rules that collide, in words.

    `proven` is False when time ran out before an arrangement was found or excluded.
    """

    reasons: tuple[str, ...]
    proven: bool = True


def relative_gap(objective: Fraction | None, bound: Fraction | None) -> Fraction | None:
    """(bound − objective) / objective; None when one is missing or the objective is 0."""
    if objective is None or bound is None or not objective:
        return None
    return (bound - objective) / abs(objective)
