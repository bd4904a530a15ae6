"""Who is told of which visit: those of the networks concerned, and of them only what is new, moved or called off."""

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Iterable
from typing import Any

from django.utils.dateformat import time_format

from intervisit.apps.calendar.models import Visit, YearPlan
from intervisit.apps.calendar.states import VisitState
from intervisit.apps.networks.actions.networks import people_of
from intervisit.apps.networks.models import Network
from intervisit.apps.people.models import Person
from intervisit.core.access import Actor
from intervisit.core.text import long_date
from intervisit.kit.outbox import mail_kind, send_later

PUBLISHED_MAIL = mail_kind("visits.published", "network.view")
CHANGED_MAIL = mail_kind("visits.changed", "network.view")

News = list[tuple[Visit, dict[str, Any]]]  # a visit as it is, and as it was last told ({}: never)


def facts_of(visit: Visit) -> dict[str, Any]:
    """What the people of a visit know of it."""
    return {
        "date": visit.date.isoformat(),
        "starts": visit.starts.isoformat("minutes"),
        "ends": visit.ends.isoformat("minutes"),
        "school": str(visit.school_id),
        "state": visit.state,
    }


def news_of(plan: YearPlan, network: Network) -> News:
    """The visits of a network that are not as they were last told; from now on they are. Call it in an action."""
    news: News = []
    rows = plan.visits.filter(network=network).exclude(state=VisitState.OWED)
    for visit in rows.select_related("school").order_by("date"):
        facts = facts_of(visit)
        if facts == visit.told:
            continue
        news.append((visit, visit.told))
        visit.sequence += 1 if visit.told else 0
        visit.told = facts
        visit.save(update_fields=["told", "sequence"])
    return news


def tell(plan: YearPlan, network: Network, *, by: Actor, note: str = "", subject: str = "") -> set[str]:
    """Tell the people of one network what is new, moved or called off, each once; not whoever did it. Returns whom."""
    news = news_of(plan, network)
    # Nobody needs to hear of a visit that was called off before anybody had heard of it.
    news = [(v, before) for v, before in news if before or v.state != VisitState.CANCELLED]
    if not news:
        return set()
    first = all(not before for _, before in news)
    told = json.dumps([[v.told, v.sequence] for v, _ in news], sort_keys=True)
    digest = hashlib.sha256(told.encode()).hexdigest()[:16]
    people = [person for person in people_of(network) if str(person.pk) != by.person]
    how = (first, digest, note, subject)
    return {str(person.pk) for person in people if _mail(plan, network, person, news, how)}


def _mail(
    plan: YearPlan, network: Network, person: Person, news: News, how: tuple[bool, str, str, str]
) -> bool:
    first, digest, note, subject = how
    words = plan.program.design.words
    many = words["visit"].many
    lines = "\n".join(line(visit, before) for visit, before in news)
    usual = f"Your {many} for {plan.program.year}" if first else f"Some of your {many} have changed"
    said = f"{note}\n\n" if note else ""
    sent = send_later(
        PUBLISHED_MAIL if first else CHANGED_MAIL, person,
        subject=subject or usual,
        body=f"{network.name}\n\n{said}{lines}\n\nOn the page below you can add them to your own calendar.",
        about=network, link="/calendar/", key=f"visits:{network.pk}:{digest}:{person.pk}",
    )  # fmt: skip
    return sent is not None


def line(visit: Visit, before: dict[str, Any]) -> str:
    """One visit in a mail."""
    when = f"{when_of(visit)}, {visit.school.name}"
    if visit.state == VisitState.CANCELLED:
        return f"- cancelled: {when}"
    if not before:
        return f"- {when}"
    was = dt.date.fromisoformat(before["date"])
    return (
        f"- {when} (was {was:%a} {long_date(was)})" if was != visit.date else f"- {when} (takes place again)"
    )


def when_of(visit: Visit) -> str:
    """Such as "Tue 3 November 2026, 8:30 a.m. to 3 p.m."."""
    hours = f"{time_format(visit.starts, 'g:i a')} to {time_format(visit.ends, 'g:i a')}"
    return f"{visit.date:%a} {long_date(visit.date)}, {hours}"


def people_in(networks: Iterable[Network], *, but: Collection[str | None] = ()) -> int:
    """How many people are in these networks, without those named by id."""
    return len({str(person.pk) for network in networks for person in people_of(network)} - set(but))
