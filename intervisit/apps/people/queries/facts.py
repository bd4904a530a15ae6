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
    """Figures of one school by year: those people ask for first, the others, and what is not a number."""

    years: tuple[str, ...]
    rows: tuple[FactRow, ...]
    other_years: tuple[str, ...]
    others: tuple[FactRow, ...]
    texts: tuple[FactRow, ...]  # the cell is of the latest year that has one
    sources: tuple[str, ...]


def fact_words(key: str) -> str:
    """A figure's key in words: `pct_ell` → "Percent English language learners"."""
    if key in _WORDS:
        return _WORDS[key]
    plain = key.replace("_", " ").strip()
    if plain.startswith("pct "):
        rest = plain.removeprefix("pct ")
        return f"Percent {_SHORT.get(rest, rest)}"
    if plain in ("n pk", "n k"):
        return "Students in Pre-K" if plain == "n pk" else "Students in kindergarten"
    if match := re.fullmatch(r"n grade (\d+)", plain):
        return f"Students in grade {match[1]}"
    return plain[:1].upper() + plain[1:]


def show(value: object) -> str:
    """A figure as it is printed: whole numbers with commas, others as published."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _first(key: str) -> bool:
    """Whether a figure stands in the short table."""
    return key in _WORDS or key.startswith(("pct_", "grad_rate", "average_"))


def facts_of(school: Organization) -> FactTable:
    """All figures of a school. One query."""
    years = list(SchoolYear.objects.filter(school=school).order_by("year"))
    keys = dict.fromkeys(key for year in years for key in year.facts)
    numbers, texts = [], []
    for key in keys:
        values = [year.facts.get(key) for year in years]
        source = "; ".join(dict.fromkeys(s for year in years if (s := year.sources.get(key, ""))))
        if any(isinstance(value, str) for value in values):
            latest = next(show(value) for value in reversed(values) if value is not None)
            texts.append(FactRow(key, fact_words(key), (latest,), source))
        elif any(values):  # a row of nothing but zeros says that the school has no such grade
            numbers.append(FactRow(key, fact_words(key), tuple(map(show, values)), source))
    shown = [row for row in numbers if _first(row.key)]
    rest = [row for row in numbers if not _first(row.key)]
    if not shown:
        shown, rest = rest, []
    sources = dict.fromkeys(s for year in years for s in year.sources.values())
    first, later = _columns(shown, years), _columns(rest, years)
    return FactTable(
        tuple(years[i].year for i in first),
        _narrowed(shown, first),
        tuple(years[i].year for i in later),
        _narrowed(rest, later),
        tuple(texts),
        tuple(sources),
    )


def _columns(rows: list[FactRow], years: list[SchoolYear]) -> list[int]:
    """The years in which any of these figures was published."""
    return [i for i in range(len(years)) if any(row.cells[i] for row in rows)]


def _narrowed(rows: list[FactRow], columns: list[int]) -> tuple[FactRow, ...]:
    return tuple(FactRow(r.key, r.words, tuple(r.cells[i] for i in columns), r.source) for r in rows)
