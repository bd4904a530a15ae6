"""The words a program uses for the things every program has."""

from dataclasses import dataclass

from .limits import Key, Line, say
from .table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A thing's name, as people in this program say it, within a sentence (so without a capital letter)."""

    key: Key = say("Which thing it names.")
    one: Line = say("One of them.")
    many: Line = say("Several of them.")


_DEFAULTS: tuple[tuple[str, str, str], ...] = (
    ("program", "program", "programs"),
    ("school", "school", "schools"),
    ("host", "host", "hosts"),
    ("partner", "partner", "partners"),
    ("network", "network", "networks"),
    ("cohort", "cohort", "cohorts"),
    ("focus_area", "focus area", "focus areas"),
    ("visit", "visit", "visits"),
    ("facilitator", "facilitator", "facilitators"),
    ("principal", "principal", "principals"),
    ("team", "school team", "school teams"),
    ("reviewer", "reviewer", "reviewers"),
    ("application", "application", "applications"),
    ("agreement", "agreement", "agreements"),
    ("director", "program director", "program directors"),
    ("area", "area", "areas"),
)

DEFAULT_WORDS: Table[Word] = Table((key, Word(key=key, one=one, many=many)) for key, one, many in _DEFAULTS)


def with_defaults(given: Table[Word]) -> Table[Word]:
    """The design's own words, and ours for the things it does not name; always in the same order."""
    return Table((key, given.get(key, DEFAULT_WORDS[key])) for key in DEFAULT_WORDS)
