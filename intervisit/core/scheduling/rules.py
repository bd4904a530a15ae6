"""The names of the rules, so that one can be given up to see whether it is to blame."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "owed",  # subject: network — its schools are visited as often as the pattern says
    "start",  # network — the first visit goes to the host
    "round",  # network — every school once before any school twice
    "gap",  # network — days between two visits
    "monthly",  # network — visits in a month at most
    "window",  # number of a testing window
    "meeting",  # number of a meeting
    "central",  # facilitator — weekly central meeting
    "away",  # facilitator — blocked days
    "one_place",  # facilitator — never in two places
    "blocked",  # school — blocked days
    "one_visit",  # school — never in two places
    "absences",  # school — visits to others in a month
    "substitutes",  # district — teachers replaced on one day
    "fixed",  # network — visits that stay where they are
    "notice",  # no subject — new dates are far enough away; lost dates are not used again
]


@dataclass(frozen=True, order=True)
class Rule:
    """One rule that may collide with others; `subject` is an id or a number."""

    kind: Kind
    subject: str
