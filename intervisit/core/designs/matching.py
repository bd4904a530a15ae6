"""Networks of a design: their shapes, and what makes a good match."""

from dataclasses import dataclass
from typing import Annotated, Literal

from .limits import AtLeast, Count, Key, Line, Minutes, Note, Points, Ref, RoleKey, Span, say

Measure = Literal["proximity", "population", "known", "same"]
_Size = Annotated[int, Span(1, 50)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """How many schools of one role a network of this shape has."""

    role: RoleKey = say("The role.")
    min: Annotated[int, Span(0, 50)] = say("At least so many.")
    max: _Size = say("At most so many.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A kind of network."""

    key: Key = say("Name in the data.")
    word: Line = say("One of them, as people say it.")
    many: Line = say("Several of them.")
    hosted: bool = say("Whether one school of the network is its host.")
    min_size: _Size = say("Fewest schools, all roles together.", unit="schools")
    max_size: _Size = say("Most schools.", unit="schools")
    min_count: Count = say("At least so many networks of this shape.", 0)
    max_count: Count = say("At most so many networks of this shape.")
    seats: Annotated[tuple[Seat, ...], AtLeast(1)] = say("Which roles sit in it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One thing besides focus area and grades that makes two schools a good match."""

    key: Key = say("Name in the data.")
    label: Line = say("What people read and rank.")
    measure: Measure = say("How it is measured; `same` compares `fact`.")
    fact: Annotated[str, Ref("facts", optional=True)] = say(
        "With `same`: the fact both schools should share.", ""
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Travel:
    """How travel time between two schools is estimated from their positions."""

    base_minutes: Minutes = say("Every journey: to the stop, waiting, into the building.", 8, unit="minutes")
    metres_per_minute: Annotated[int, Span(1, 2000)] = say("Speed as the crow flies.", 300)
    cross_area_minutes: Minutes = say("Added when the schools lie in different areas.", 0, unit="minutes")
    far_areas: tuple[Line, ...] = say("Areas that are hard to reach from the others.", ())
    cross_far_minutes: Minutes = say(
        "Added instead when exactly one school lies in a far area.", 0, unit="minutes"
    )
    full_minutes: Minutes = say("Up to here a journey counts as near: all points.", 15, unit="minutes")
    zero_minutes: Minutes = say("From here on it earns nothing.", 75, unit="minutes")
    max_minutes: Annotated[int, Span(1, 600)] = say(
        "No two schools of a network lie further apart.", 90, unit="minutes"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """What a host is taken to be strong in before anybody has reviewed it, 0 to 10."""

    first: Annotated[int, Span(0, 10)] = say("In its first focus area.", 9)
    second: Annotated[int, Span(0, 10)] = say("In its second.", 6)
    other: Annotated[int, Span(0, 10)] = say("In every other.", 0)
    from_review: Annotated[str, Ref("review_criteria", optional=True)] = say(
        "The review criterion whose mean replaces the figure for the first area.", ""
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeOverlap:
    """Two schools can work together if they share `shared` of every `of` grades of the one with fewer."""

    shared: Annotated[int, Span(0, 20)] = say("Shared grades …", 1)
    of: Annotated[int, Span(1, 20)] = say("… of so many grades of the school with fewer.", 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fairness:
    """Nobody's match is given up for the average."""

    floor_percent: Annotated[int, Span(0, 100)] = say(
        "A school whose match is worth less than this share of the best it could get is shown as badly off.",
        50,
    )
    worst_first: bool = say("Prefer a higher lowest score over a slightly higher total.", False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """What a match is worth to a school: 100 points in all."""

    focus_points: Points = say("For a shared focus area (for a partner: the host's strength in it).")
    grade_points: Points = say("For shared grades.")
    wish_points: Points = say(
        "For a school that was named, or a host that welcomes new principals and gets one."
    )
    criteria_points: tuple[Points, ...] = say("For the criteria: first in a school's ranking, second, …")
    ranked_by_schools: bool = say(
        "Schools rank the criteria themselves; otherwise the order below holds for all."
    )
    min_ranked: Count = say("A school that ranks, ranks at least so many.", 0)
    criteria: tuple[Criterion, ...] = say("The criteria, most important first.", ())
    grade_overlap: GradeOverlap = say("Which schools can work together at all.", GradeOverlap())
    travel: Travel = say("Travel time.", Travel())
    strength: Strength = say("Hosts' strengths.", Strength())
    fairness: Fairness = say("Fairness.", Fairness())
    shown_to_schools: tuple[Annotated[str, Ref("reasons")], ...] = say(
        "Reasons a school may read about its own match: focus, strength, grades, wishes, and criteria.", ()
    )
    note: Note = say("For the director.", "")
