"""Schools: the list with its search and filters, one school's page, and the panels later chapters add to it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import QuerySet

from intervisit.apps.people.models import Organization
from intervisit.apps.people.states import OrganizationKind
from intervisit.core.access import Actor
from intervisit.core.text import search_key
from intervisit.kit.access import visible

SORTS = {
    "name": ("name", "code_key"),
    "code": ("code_key",),
    "area": ("area", "name"),
    "level": ("level", "name"),
}


@dataclass(frozen=True)
class PanelRow:
    """One line about a school that a later chapter knows: what, in which year, and its page."""

    what: str
    note: str = ""
    year: str = ""
    url: str = ""


Panel = Callable[[Actor, Organization], list[PanelRow]]
# Later chapters append when they start: each gives the rows that this reader may see of this school.
SCHOOL_PANELS: list[Panel] = []


@dataclass(frozen=True)
class Wanted:
    """What somebody asked of the list of schools."""

    q: str = ""
    area: str = ""
    level: str = ""
    sort: str = "name"


@dataclass(frozen=True)
class Choices:
    """What the list can be narrowed by."""

    areas: list[str] = field(default_factory=list)
    levels: list[str] = field(default_factory=list)


def schools(actor: Actor) -> QuerySet[Organization]:
    """The schools a person may see."""
    return visible(actor, "school.view", Organization).filter(kind=OrganizationKind.SCHOOL)


def find_schools(actor: Actor, wanted: Wanted) -> QuerySet[Organization]:
    """Schools whose name or code contains every word, in the area and of the level asked for."""
    found = schools(actor)
    for word in search_key(wanted.q).split():
        found = found.filter(search_key__contains=word)
    if wanted.area:
        found = found.filter(area=wanted.area)
    if wanted.level:
        found = found.filter(level=wanted.level)
    key = wanted.sort.removeprefix("-")
    order = SORTS.get(key, SORTS["name"])
    return found.order_by(*(f"-{f}" for f in order) if wanted.sort.startswith("-") else order, "pk")


def choices(actor: Actor) -> Choices:
    """The areas and levels that occur. Two queries."""
    mine = schools(actor)

    def distinct(column: str) -> list[str]:
        return list(mine.exclude(**{column: ""}).order_by(column).values_list(column, flat=True).distinct())

    return Choices(distinct("area"), distinct("level"))


def panel_rows(actor: Actor, school: Organization) -> list[PanelRow]:
    """What the later chapters know of a school, for this reader."""
    return [row for panel in SCHOOL_PANELS for row in panel(actor, school)]
