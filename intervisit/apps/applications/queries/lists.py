"""Applications somebody may read, in lists and in numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from intervisit.apps.applications.models import Application, Wishes
from intervisit.apps.applications.states import DECIDED, IN_HAND, LABELS, ApplicationState
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor
from intervisit.core.designs import Design
from intervisit.core.text import search_key
from intervisit.kit.access import visible

SORTS: dict[str, tuple[str, ...]] = {
    "school": ("school__name",),
    "state": ("state", "school__name"),
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
    return found.select_related("school").prefetch_related("program__version", "program__district").order_by("-created")


def in_hand(actor: Actor, program: Program) -> QuerySet[Application]:
    """What was submitted to a program and not withdrawn, as far as the actor may read it."""
    found = visible(actor, "application.view", program.applications.filter(state__in=sorted(IN_HAND)))
    return found.select_related("school").prefetch_related("program__version")  # one design, not one a row


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

    def apply(self, rows: QuerySet[Application]) -> QuerySet[Application]:
        for word in search_key(self.text).split():
            rows = rows.filter(school__search_key__contains=word)
        if self.state:
            rows = rows.filter(state=self.state)
        if self.role:
            rows = rows.filter(Q(role=self.role) | Q(role="", role_wanted=self.role))
        if self.focus:
            rows = rows.filter(Q(focus__0=self.focus) | Q(focus__1=self.focus))
        if self.area:
            rows = rows.filter(school__area=self.area)
        down = self.sort.startswith("-")
        order = SORTS.get(self.sort.lstrip("-"), ("school__name",))
        return rows.order_by(*(f"-{key}" if down else key for key in order), "pk")


def count_by_state(program: Program) -> dict[str, int]:
    """How many applications are in each state. Of drafts this number is all that the program knows."""
    rows = program.applications.order_by().values_list("state").annotate(Count("pk"))
    counted = dict(rows)
    return {state: counted.get(state, 0) for state in LABELS}


def accepted_percent(counts: Mapping[str, int]) -> int | None:
    """Accepted of all that were submitted, in whole percent; None when nothing was."""
    submitted = sum(counts.get(state, 0) for state in IN_HAND)
    return round(100 * counts.get(ApplicationState.ACCEPTED, 0) / submitted) if submitted else None


@dataclass(frozen=True)
class RoleCount:
    """One role: how many want it, how many have it, how many places there are."""

    key: str
    label: str
    wanted: int
    accepted: int
    places: int | None


@dataclass(frozen=True)
class FocusCount:
    """One focus area: how many schools of each role name it, and how many first."""

    key: str
    label: str
    by_role: tuple[int, ...]
    first: int


@dataclass(frozen=True)
class Balance:
    """Capacity against need."""

    roles: tuple[RoleCount, ...]
    focus: tuple[FocusCount, ...]
    either: int


def balance(design: Design, rows: Iterable[tuple[str, str, list[str]]]) -> Balance:
    """Counts over (role wanted, role accepted for, focus areas) of applications in hand."""
    wanted: Counter[str] = Counter()
    accepted: Counter[str] = Counter()
    named: Counter[tuple[str, str]] = Counter()
    first: Counter[str] = Counter()
    for role_wanted, role, focus in rows:
        wanted[role_wanted] += 1
        if role:
            accepted[role] += 1
        for place, key in enumerate(focus):
            named[key, role or role_wanted] += 1
            first[key] += place == 0
    roles = tuple(
        RoleCount(r.key, r.many, wanted[r.key], accepted[r.key], r.places) for r in design.roles.values()
    )
    areas = tuple(
        FocusCount(a.key, a.label, tuple(named[a.key, r] for r in design.roles), first[a.key])
        for a in design.focus_areas
        if any(named[a.key, r] for r in (*design.roles, "either"))
    )
    return Balance(roles, areas, wanted["either"])


def waiting_for_release(program: Program) -> QuerySet[Application]:
    """Decided, and the schools do not know yet."""
    found = program.applications.filter(state__in=sorted(DECIDED), released=None)
    return found.select_related("school", "release_asked_by").order_by("state", "role", "school__name")


def wishes_seen(actor: Actor, applications: Iterable[Application]) -> dict[Any, Wishes]:
    """The wishes of these applications that the actor may read, by application."""
    ids = [a.pk for a in applications]
    return {w.pk: w for w in visible(actor, "wishes.view", Wishes).filter(pk__in=ids)}


def history_of_school(actor: Actor, school: Organization) -> list[Application]:
    """A school's part in programs: its own people see what has been released, staff all that is in hand."""
    rows = Application.objects.filter(school=school).select_related("program__version", "school")
    readable = visible(actor, "application.read_decision", rows) | visible(actor, "application.view", rows)
    return list(readable.distinct().order_by("-program__year", "-created"))
