"""Applications for posts: one's own, those of a program, and whether the program takes any."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from intervisit.apps.leaders.models import LeaderApplication, LeaderCall, LeaderConsent
from intervisit.apps.leaders.queries.committee import NOBODY
from intervisit.apps.leaders.states import APPLY_LABELS, IN_HAND, ConsentState
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.states import Phase
from intervisit.core.access import Actor
from intervisit.core.designs import Position
from intervisit.core.text import search_key
from intervisit.kit.access import visible
from intervisit.kit.clock import now

_GRACE = dt.timedelta(seconds=60)


def call_of(program: Program) -> LeaderCall | None:
    return LeaderCall.objects.filter(program=program).first()


def takes_applications(program: Program, call: LeaderCall | None, at: dt.datetime | None = None) -> bool:
    """Whether applications for posts can be sent: opened, and not past the last day in the district's zone."""
    if call is None or call.opened is None or program.phase == Phase.CLOSED:
        return False
    if call.closes is None:
        return True
    midnight = dt.datetime.combine(call.closes + dt.timedelta(days=1), dt.time(), ZoneInfo(program.zone))
    return (at or now()) < midnight + _GRACE


def programs_with_posts(actor: Actor) -> list[Program]:
    """Programs of this actor's schools (or her own) that have posts, newest first."""
    rows = visible(actor, "program.posts", Program).exclude(phase=Phase.CLOSED)
    return [p for p in rows.select_related("version", "district", "leader_call") if p.design.positions]


def schools_for(actor: Actor, program: Program, post: Position) -> QuerySet[Organization]:
    """Where somebody could apply from: the school whose team she is on, or that she leads."""
    groups = actor.groups("team" if post.kind == "teacher" else "principal")
    rows = Organization.objects.filter(group__in=sorted(groups), district=program.district_id, closed=False)
    return rows.order_by("name")


def own(actor: Actor) -> QuerySet[LeaderApplication]:
    """One's own applications, newest first."""
    rows = visible(actor, "leader_application.view", LeaderApplication).filter(
        person__pk=actor.person or NOBODY
    )
    return rows.select_related("school", "program__version", "program__district").order_by("-created")


def consents_for(actor: Actor) -> QuerySet[LeaderConsent]:
    """What this principal is asked."""
    rows = visible(actor, "leader_consent.answer", LeaderConsent).filter(state=ConsentState.ASKED)
    related = (
        "school",
        "application__person",
        "application__program__version",
        "application__program__district",
    )
    return rows.select_related(*related).order_by("asked")


@dataclass(frozen=True)
class Filters:
    """What the program's list is narrowed to; empty: nothing."""

    text: str = ""
    position: str = ""
    state: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Filters":
        return cls(asked.get("q", "")[:100], asked.get("post", "")[:60], asked.get("state", "")[:20])

    @property
    def any(self) -> bool:
        return bool(self.text or self.position or self.state)

    def apply(self, rows: QuerySet[LeaderApplication]) -> QuerySet[LeaderApplication]:
        for word in search_key(self.text).split():
            rows = rows.filter(person__search_key__contains=word) | rows.filter(
                school__search_key__contains=word
            )
        if self.position:
            rows = rows.filter(position=self.position)
        if self.state:
            rows = rows.filter(state=self.state)
        return rows


def in_hand(actor: Actor, program: Program) -> QuerySet[LeaderApplication]:
    """What the program reads: with the committee, or decided."""
    rows = visible(
        actor, "leader_application.view", program.leader_applications.filter(state__in=sorted(IN_HAND))
    )
    return rows.select_related("person", "school").order_by("state", "submitted", "pk")


STATES = [(state, label) for state, label in APPLY_LABELS.items() if state in IN_HAND]
