"""The visits a reader may see."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet

from intervisit.apps.calendar.models import NamedDays, Visit, YearPlan
from intervisit.apps.calendar.states import KNOWN
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor
from intervisit.core.charts import Happening, Year, year_timeline
from intervisit.kit.access import visible
from intervisit.kit.clock import now


@dataclass(frozen=True)
class VisitRow:
    """One visit in a list of days (`ul.days`)."""

    visit: Visit
    network: str
    when: str
    past: bool


def visits_for(actor: Actor) -> QuerySet[Visit]:
    """Published visits this actor may see, by date, with what a list shows."""
    found = visible(actor, "visit.view", Visit).filter(plan__state="published", state__in=KNOWN)
    # The plan is fetched beside the visits, so that all share one: a join would read the whole design for every row.
    plans = YearPlan.objects.select_related("program__version", "program__district")
    return (
        found.select_related("school", "network")
        .prefetch_related(Prefetch("plan", plans))
        .order_by("date", "network__number")
    )


def nearest_visits(actor: Actor, most: int) -> list[Visit]:
    """At most so many visits this actor may see, those nearest to today, by date. Two questions for few and many."""
    day = now().date()
    dates = list(
        visible(actor, "visit.view", Visit)
        .filter(plan__state="published", state__in=KNOWN)
        .values_list("pk", "date")
    )
    near = sorted(dates, key=lambda row: abs((row[1] - day).days))[:most]
    return list(visits_for(actor).filter(pk__in=[pk for pk, _ in near]))


def rows_of(visits: Iterable[Visit], today: dt.date) -> list[VisitRow]:
    return [
        VisitRow(
            visit=v,
            network=v.network.name,
            when=f"{v.starts:%H:%M} to {v.ends:%H:%M}",
            past=v.date < today,
        )
        for v in visits
    ]


def timeline(
    visits: Iterable[Visit], first: dt.date, last: dt.date, today: dt.date, *, links: bool = True
) -> Year:
    """The year of these visits, month by month. The next one is marked as what is due is, with the colour of a host."""
    rows = list(visits)
    due = min((v.date for v in rows if v.date >= today), default=None)
    happenings = [
        Happening(
            on=v.date,
            label=v.school.name,
            kind="host" if v.date == due else "",
            url=f"/visits/{v.pk}/" if links else "",
        )
        for v in rows
    ]
    return year_timeline(happenings, start=first, end=last, today=today)


def days_for(organization: Organization) -> QuerySet[NamedDays]:
    """The named days of a district, or the days one school has blocked."""
    return NamedDays.objects.filter(organization=organization).order_by("starts", "ends")


def plans_of(program: Program) -> QuerySet[YearPlan]:
    found = YearPlan.objects.filter(program=program).annotate(
        size=Count("visits", filter=Q(visits__state__in=KNOWN))
    )
    return found.select_related("job", "person").order_by("-created")
