"""Applications somebody may read, in lists and in numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from intervisit.apps.applications.models import Application, Wishes
from intervisit.apps.applications.queries.decisions import standing
from intervisit.apps.applications.states import IN_HAND, LABELS, ApplicationState
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor
from intervisit.core.text import search_key
from intervisit.kit.access import visible

SORTS: dict[str, tuple[str, ...]] = {
    "school": ("school__name",),
    "state": ("stands", "school__name"),
    "role": ("role_wanted", "school__name"),
    "area": ("school__area", "school__name"),
    "submitted": ("submitted", "school__name"),
}


def schools_of(actor: Actor) -> QuerySet[Organization]:
    """Schools whose principal or team the actor is today."""
    groups = actor.groups("principal") | actor.groups("team")
    return Organization.objects.filter(group__in=sorted(groups), kind="school").order_by("name")


def own_applications(actor: Actor) -> QuerySet[Application]:
    """Applications of the actor's own schools, newest first."""
    found = visible(actor, "application.view", Application).filter(school__in=schools_of(actor))
    rows = found.select_related("school", "form", "program__version", "program__district")
    return rows.order_by("-created")


def in_hand(actor: Actor, program: Program) -> QuerySet[Any]:
    """What was submitted to a program and not withdrawn, for its staff: each as it stands, told or not."""
    found = standing(
        visible(actor, "application.view", program.applications.filter(state__in=sorted(IN_HAND)))
    )
    # One design, not one a row; its edited form and what people said of rules come along.
    return found.select_related("school", "form").prefetch_related("program__version", "rule_words__by")


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty: nothing."""

    text: str = ""
    state: str = ""
    role: str = ""
    focus: str = ""
    area: str = ""
    sort: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Filters":
        return cls(
            text=asked.get("q", "")[:100],
            state=asked.get("state", "")[:20],
            role=asked.get("role", "")[:60],
            focus=asked.get("focus", "")[:60],
            area=asked.get("area", "")[:60],
            sort=asked.get("sort", "")[:20],
        )

    @property
    def any(self) -> bool:
        return bool(self.text or self.state or self.role or self.focus or self.area)

    def apply(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow and order what `in_hand` gave."""
        for word in search_key(self.text).split():
            rows = rows.filter(school__search_key__contains=word)
        if self.state:
            rows = rows.filter(stands=self.state)
        if self.role:
            rows = rows.filter(Q(stands_role=self.role) | Q(stands_role="", role_wanted=self.role))
        if self.focus:
            rows = rows.filter(Q(focus__0=self.focus) | Q(focus__1=self.focus))
        if self.area:
            rows = rows.filter(school__area=self.area)
        down = self.sort.startswith("-")
        order = SORTS.get(self.sort.lstrip("-"), ("school__name",))
        return rows.order_by(*(f"-{key}" if down else key for key in order), "pk")


def count_by_state(program: Program) -> dict[str, int]:
    """How many applications stand in each state, told or not. Of drafts this number is all that the program knows."""
    rows = standing(program.applications.all()).order_by().values_list("stands").annotate(Count("pk"))
    counted = dict(rows)
    return {state: counted.get(state, 0) for state in LABELS}


def accepted_percent(counts: Mapping[str, int]) -> int | None:
    """Accepted of all that were submitted, in whole percent; None when nothing was."""
    submitted = sum(counts.get(state, 0) for state in IN_HAND)
    return round(100 * counts.get(ApplicationState.ACCEPTED, 0) / submitted) if submitted else None


def wishes_seen(actor: Actor, applications: Iterable[Application]) -> dict[Any, Wishes]:
    """The wishes of these applications that the actor may read, by application."""
    ids = [a.pk for a in applications]
    return {w.pk: w for w in visible(actor, "wishes.view", Wishes).filter(pk__in=ids)}


def history_of_school(actor: Actor, school: Organization) -> list[Application]:
    """A school's part in programs: its own people see what has been released, staff all that is in hand."""
    rows = Application.objects.filter(school=school).select_related("program__version", "school")
    readable = visible(actor, "application.read_decision", rows) | visible(actor, "application.view", rows)
    return list(readable.distinct().order_by("-program__year", "-created"))
