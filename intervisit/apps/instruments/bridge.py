"""A school's record as the facts that a design's forms show and its rules read."""

from collections.abc import Iterable
from typing import Any

from intervisit.apps.people.models import Organization, SchoolYear
from intervisit.core.designs import Design, Fact, Known
from intervisit.core.text import BadValue, finite_number
from intervisit.kit import prepared

# Facts that stand in the school's own row, under every name a design may give them.
_ON_RECORD = {
    "area": "area", "borough": "area", "town": "area", "superintendent": "superintendent",
    "support_network": "support_network", "sector": "sector", "level": "level", "subdistrict": "subdistrict",
}  # fmt: skip
_GRADES = ("grades", "grades_served")
_SECTORS = {"is_charter": "charter", "is_district": "district", "is_private": "private"}  # yes-or-no facts


def known_facts(
    design: Design, school: Organization, years: Iterable[SchoolYear] | None = None
) -> dict[str, Known]:
    """What is known of a school for each fact of the design; a fact that is not known is left out.

    Of several years the newest that has the fact counts. `years`: the school's rows, when they are at hand.
    """
    rows = sorted(
        prepared.of(school, "years") if years is None else years, key=lambda row: row.year, reverse=True
    )
    found: dict[str, Known] = {}
    for key in design.facts:
        known = _of_years(key, rows, design) or _of_row(key, school)
        if known is not None:
            found[key] = known
    return found


def _of_years(key: str, rows: list[SchoolYear], design: Design) -> Known | None:
    for row in rows:
        value: Any = row.facts.get(key)
        if value is not None and value != "":
            source = row.sources.get(key) or design.facts[key].source
            return Known(_read(value, design.facts[key]), str(source), row.year)
    return None


def _of_row(key: str, school: Organization) -> Known | None:
    if key in _GRADES and school.grades:
        return Known(
            [{-1: "PK", 0: "K"}.get(g, str(g)) for g in sorted(school.grades)],
            "the district’s list of schools",
        )
    if key in _SECTORS and school.sector:
        return Known(school.sector.lower() == _SECTORS[key], "the district’s list of schools")
    value = getattr(school, _ON_RECORD.get(key, ""), "") if key in _ON_RECORD else ""
    return Known(value, "the district’s list of schools") if value else None


def _read(value: Any, fact: Fact) -> Any:
    """A published value in the kind the design expects; what does not fit stays as it is and counts as unknown."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if fact.kind == "yes_no":
        return {"yes": True, "no": False, "true": True, "false": False}.get(text.lower(), value)
    if fact.kind == "level":  # published by its key or by its words
        return next(
            (level.key for level in fact.levels if text.lower() in (level.key.lower(), level.label.lower())),
            text,
        )
    if fact.kind == "number":
        try:
            return finite_number(text.removesuffix("%"), field=fact.key)
        except BadValue:
            return value
    return [part.strip() for part in text.split(",")] if fact.kind == "list" else value


def shown_fact(design: Design, key: str, known: Known | None) -> str:
    """A fact as people read it; empty when it is not known."""
    if known is None or known.value in (None, "", []):
        return ""
    fact, value = design.facts[key], known.value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        number = f"{value:,.2f}".rstrip("0").rstrip(".")
        return f"{number}{'' if fact.unit in ('', '%') else ' '}{fact.unit}"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return next((level.label for level in fact.levels if level.key == value), str(value))


__all__ = ["known_facts", "shown_fact"]
