"""Those who qualified, posts offered and held, and numbers for the director."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from intervisit.apps.leaders.models import LeaderApplication, LeaderTerm, PoolEntry
from intervisit.apps.leaders.queries.committee import NOBODY
from intervisit.apps.leaders.states import IN_HAND, TAKES_A_PLACE, ApplyState, TermState
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.queries.agreements import schools_taking_part
from intervisit.core.access import Actor
from intervisit.core.designs import Position
from intervisit.core.posts import free
from intervisit.core.text import search_key
from intervisit.kit.access import visible
from intervisit.kit.clock import today


@dataclass(frozen=True)
class Wanted:
    """What the pool is narrowed to."""

    text: str = ""
    position: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Wanted":
        return cls(asked.get("q", "")[:100], asked.get("post", "")[:60])

    @property
    def any(self) -> bool:
        return bool(self.text or self.position)


def pool(actor: Actor, program: Program, wanted: Wanted | None = None) -> QuerySet[PoolEntry]:
    """Those who can be chosen today, as this reader may see them. Search goes over what they show, nothing else."""
    rows = visible(actor, "pool_entry.view", program.pool.filter(until__gte=today(program.zone), away=False))
    asked = wanted or Wanted()
    for word in search_key(asked.text).split():
        rows = rows.filter(search_key__contains=word)
    if asked.position:
        rows = rows.filter(position=asked.position)
    return rows.select_related("person", "school").order_by("position", "person__name")


def taken(program: Program, entries: Iterable[PoolEntry]) -> dict[tuple[str, str], LeaderTerm]:
    """(person, post) → the offer or post somebody has already."""
    people = [entry.person_id for entry in entries]
    rows = program.terms.filter(person__in=people, state__in=sorted(TAKES_A_PLACE)).order_by("offered")
    return {(str(row.person_id), row.position): row for row in rows}


def schools_led(actor: Actor, program: Program) -> list[tuple[Organization, str]]:
    """Schools of the program that this actor leads, with their roles."""
    led = actor.groups("principal")
    return [(s, role) for s, role in schools_taking_part(program) if str(s.group_id) in led]


def running(school: Organization, post: Position, *, on: dt.date) -> int:
    """How many hold a post at a school on a day, or are offered it."""
    rows = LeaderTerm.objects.filter(school=school, position=post.key, state__in=sorted(TAKES_A_PLACE))
    return rows.filter(ends__gte=on, renews__isnull=True).count()


def free_at(school: Organization, role: str, post: Position, *, on: dt.date) -> int | None:
    """How many more a school can have; None: no limit."""
    return free(post.most_at(role), running(school, post, on=on))


def terms_of(actor: Actor, program: Program) -> QuerySet[LeaderTerm]:
    rows = visible(actor, "leader_term.view", program.terms.all())
    return rows.select_related("person", "school", "offered_by").order_by(
        "position", "person__name", "-offered"
    )


def my_terms(actor: Actor) -> QuerySet[LeaderTerm]:
    """One's own offers and posts, newest first."""
    rows = visible(actor, "leader_term.view", LeaderTerm).filter(person__pk=actor.person or NOBODY)
    return rows.select_related("school", "program__version", "program__district").order_by("-offered")


def terms_at(actor: Actor, program: Program) -> QuerySet[LeaderTerm]:
    """Offers and posts at the schools this principal leads."""
    rows = visible(
        actor, "leader_term.view", program.terms.filter(school__group__in=sorted(actor.groups("principal")))
    )
    return (
        rows.exclude(person__pk=actor.person or NOBODY)
        .select_related("person", "school")
        .order_by("state", "person__name")
    )


@dataclass(frozen=True)
class Numbers:
    """One post in numbers. `places`: of all schools together; None: no limit."""

    key: str
    title: str
    writing: int
    waiting: int
    qualified: int
    not_yet: int
    offered: int
    serving: int
    places: int | None

    @property
    def share(self) -> int | None:
        """Qualified of all that were decided, in percent; None while they are fewer than five."""
        decided = self.qualified + self.not_yet
        return round(100 * self.qualified / decided) if decided >= 5 else None


def numbers(program: Program) -> list[Numbers]:
    """Every post of a program in numbers, in three queries."""
    applied: Counter[tuple[str, str]] = Counter(
        LeaderApplication.objects.filter(program=program).values_list("position", "state")
    )
    terms: Counter[tuple[str, str]] = Counter(program.terms.values_list("position", "state"))
    roles = [role for _, role in schools_taking_part(program)]
    found = []
    for key, post in program.design.positions.items():
        most = [post.most_at(role) for role in roles]
        found.append(
            Numbers(
                key=key,
                title=post.many,
                writing=applied[key, ApplyState.DRAFT] + applied[key, ApplyState.CONSENT],
                waiting=applied[key, ApplyState.SUBMITTED],
                qualified=applied[key, ApplyState.QUALIFIED],
                not_yet=applied[key, ApplyState.NOT_YET],
                offered=terms[key, TermState.OFFERED],
                serving=terms[key, TermState.SERVING],
                places=None if None in most else sum(m or 0 for m in most),
            )
        )
    return found


__all__ = [
    "IN_HAND", "Numbers", "Wanted", "free_at", "my_terms", "numbers", "pool", "running", "schools_led", "taken",
    "terms_at", "terms_of",
]  # fmt: skip
