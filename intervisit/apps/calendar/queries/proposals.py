"""Proposals of other days, and what differs between releases, as pages show them."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from intervisit.apps.calendar.models import Proposal, ProposalAnswer, Release
from intervisit.apps.calendar.states import ProposalState, Reply
from intervisit.apps.people.models import Organization
from intervisit.core.access import Actor
from intervisit.core.scheduling import Difference, Entry
from intervisit.kit.access import visible
from intervisit.kit.clock import now


@dataclass(frozen=True)
class ProposalRow:
    """One proposal in a list, with who has answered."""

    proposal: Proposal
    yes: tuple[str, ...]
    waiting: tuple[str, ...]
    mine: bool  # waits for an answer of this reader's school
    late: bool


def open_proposals(actor: Actor, at: dt.datetime | None = None) -> QuerySet[Proposal]:
    """Proposals this actor may see that can still be answered, the first to end first."""
    moment = at or now()
    found = visible(actor, "proposal.view", Proposal).filter(state=ProposalState.OPEN, expires__gt=moment)
    return found.select_related("visit__school", "visit__network", "school", "swap__school").order_by(
        "expires"
    )


def waiting_for(actor: Actor, proposals: Iterable[Proposal]) -> list[ProposalRow]:
    """These proposals with their answers, in one more query."""
    rows = list(proposals)
    if not rows:
        return []
    answers: dict[Any, list[ProposalAnswer]] = {p.pk: [] for p in rows}
    for answer in (
        ProposalAnswer.objects.filter(proposal__in=rows).select_related("school").order_by("school__name")
    ):
        answers[answer.proposal_id].append(answer)
    groups = actor.groups("principal") | actor.groups("team")
    return [
        ProposalRow(
            proposal=p,
            yes=tuple(a.school.name for a in answers[p.pk] if a.reply == Reply.YES),
            waiting=tuple(a.school.name for a in answers[p.pk] if a.reply == Reply.WAITING),
            mine=any(a.reply == Reply.WAITING and str(a.school.group_id) in groups for a in answers[p.pk]),
            late=p.expires <= now(),
        )
        for p in rows
    ]


def answering(actor: Actor, proposal: Proposal) -> list[Organization]:
    """The schools of this reader that are asked and have not answered."""
    groups = actor.groups("principal") | actor.groups("team")
    found = Organization.objects.filter(group__pk__in=groups)
    asked = proposal.answers.filter(reply=Reply.WAITING).values("school")
    return list(found.filter(pk__in=asked).order_by("name"))


@dataclass(frozen=True)
class NewsRow:
    """One visit that differs between two releases."""

    what: str  # new, moved, cancelled
    network: str
    school: str
    day: dt.date
    was: dt.date | None
    hours: str


def news_rows(found: Difference, names: Mapping[str, str]) -> list[NewsRow]:
    """A difference as a table, by network and day; names are those of the later release."""

    def row(what: str, entry: Entry, was: dt.date | None = None) -> NewsRow:
        hours = f"{entry.starts:%H:%M} to {entry.ends:%H:%M}"
        network, school = (names.get(key, "?") for key in (entry.network, entry.school))
        return NewsRow(what, network, school, entry.date, was, hours)

    rows = [row("new", e) for e in found.new]
    rows += [row("moved", after, before.date) for before, after in found.moved]
    rows += [row("cancelled", e) for e in found.cancelled]
    return sorted(rows, key=lambda r: (r.network, r.day))


def releases_of(program: Any) -> QuerySet[Release]:
    """Every release of a program, the last first, without what they keep."""
    return Release.objects.filter(program=program).defer("entries", "names").select_related("person")
