"""The published figures of a school, as a table by year with where each came from."""

import re
from dataclasses import dataclass

from intervisit.apps.people.models import Organization, SchoolYear

# How often-published figures are called; every other one is called as its column was.
_WORDS = {
    "enrollment": "Students",
    "economic_need_index": "Economic need index",
    "average_class_size": "Average class size",
}
_SHORT = {
    "ell": "English language learners", "swd": "students with disabilities", "poverty": "students in poverty",
    "black": "Black students", "hispanic": "Hispanic students", "white": "White students", "asian": "Asian students",
    "female": "girls", "male": "boys", "high needs": "students with high needs",
    "economically disadvantaged": "economically disadvantaged students",
}  # fmt: skip


@dataclass(frozen=True)
class FactRow:
    """One figure over the years; `cells` in the order of the years, "" where nothing was published."""

    key: str
    words: str
    cells: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class FactTable:
    """Figures of one school by year."""

    years: tuple[str, ...]
    rows: tuple[FactRow, ...]


def fact_words(key: str) -> str:
    """A figure's key in words: `pct_ell` → "Percent English language learners"."""
    if key in _WORDS:
        return _WORDS[key]
    plain = key.replace("_", " ").strip()
    if plain.startswith("pct "):
        rest = plain.removeprefix("pct ")
        return f"Percent {_SHORT.get(rest, rest)}"
    if match := re.fullmatch(r"n grade (\d+)", plain):
        return f"Students in grade {match[1]}"
    return plain[:1].upper() + plain[1:]


def show(value: object) -> str:
    """A figure as it is printed: whole numbers with commas, others as published."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return f"{int(value):,}"
    return str(value)


def facts_of(school: Organization) -> FactTable:
    """All figures of a school. One query."""
    years = list(SchoolYear.objects.filter(school=school).order_by("year"))
    keys = dict.fromkeys(key for year in years for key in year.facts)
    rows = []
    for key in keys:
        cells = tuple(show(year.facts.get(key)) for year in years)
        sources = dict.fromkeys(year.sources.get(key, "") for year in years)
        rows.append(FactRow(key, fact_words(key), cells, "; ".join(s for s in sources if s)))
    return FactTable(tuple(y.year for y in years), tuple(rows))
