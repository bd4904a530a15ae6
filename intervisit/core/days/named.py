"""Days with a name: when schools are closed, tests are written, staff or parents meet."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, get_args

from intervisit.core.tables import DatesWritten, Note
from intervisit.core.text import Troubles

DayKind = Literal["closed", "testing", "staff", "conference", "other"]
DAY_KINDS: tuple[DayKind, ...] = get_args(DayKind)

NAME_LENGTH = 200  # characters of a day's name
MOST_EVENTS = 5_000


@dataclass(frozen=True, slots=True)
class NamedDays:
    """One day or several in a row, `end` included. `applies_to`: the file's own words, empty for all schools.

    `line`: where in its file it stands, from 1.
    """

    start: date
    end: date
    name: str
    kind: DayKind
    applies_to: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class DayList:
    """The days that can be taken, in the order of time, and all that is wrong with the others."""

    days: tuple[NamedDays, ...]
    troubles: Troubles = field(default_factory=Troubles)
    notes: tuple[Note, ...] = ()
    written: DatesWritten | None = None  # how a table writes its dates

    @property
    def needs_confirmation(self) -> bool:
        """Some entries cannot be taken, or something was recognised rather than given: a person decides."""
        return bool(len(self.troubles)) or any(note.confirm for note in self.notes)


# Words of a category, or of a name where there is no category; the first line that fits decides.
_WORDS: Mapping[DayKind, re.Pattern[str]] = {
    "testing": re.compile(r"\b(tests?|testing|exams?|examinations?|regents|assessments?|nysesl\w*|mcas)\b"),
    "conference": re.compile(r"\bparents?\b.*\b(conferences?|evenings?|meetings?)\b|\bopen school\b"),
    "staff": re.compile(
        r"\bconference days?\b|\bstaff\b|\bprofessional (development|learning)\b|\bteacher (work)?days?\b"
        r"|\bclerical\b|\bin-?service\b|\bpd day\b"
    ),
    "closed": re.compile(
        r"\b(closed|closure|closing|no school|recess|holidays?|vacation|break|snow day|not in session)\b"
        r"|\b(thanksgiving|christmas|new year|rosh hashanah|yom kippur|eid|diwali|juneteenth)\b"
        r"|\b(good friday|easter)\b"
        r"|\b(memorial|labor|columbus|indigenous peoples|veterans|presidents|independence|election)"
        r" ?'?s?'? day\b|\bmartin luther king\b|\bwashington's birthday\b|\bpassover\b"
    ),
}


def kind_of(category: str, name: str, students_attend: bool | None = None) -> DayKind:
    """What a day is, by its category if that says it, else by its name; a day without students is closed."""
    for words in (category, name):
        plain = words.casefold().replace("’", "'").replace("_", " ")
        for kind, pattern in _WORDS.items():
            if pattern.search(plain):
                return kind
    return "closed" if students_attend is False else "other"


def in_order(days: list[NamedDays]) -> tuple[NamedDays, ...]:
    """By date, then by the place in the file."""
    return tuple(sorted(days, key=lambda day: (day.start, day.end, day.line)))
