"""The year as a calendar: one's own, a school's, and a whole program's, with ledger and conflicts beside it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import F, Q
from django.urls import reverse

from intervisit.apps.calendar import bridge, queries
from intervisit.apps.calendar.models import Change, FeedAddress, Visit, YearPlan
from intervisit.apps.calendar.states import PlanState
from intervisit.apps.networks.states import NetworkState
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.core.access import Actor
from intervisit.kit import access
from intervisit.kit.clock import today
from intervisit.kit.pages import SIGNED_IN, Crumb, PageRecord, Request, page

OFFICE = "program staff. Schools see their own visits, and only what was released."


@dataclass(frozen=True)
class Way:
    """A button above a calendar."""

    label: str
    url: str
    icon: str
    main: bool = False


@dataclass(frozen=True)
class CalendarPage(PageRecord):
    template: ClassVar[str] = "calendar/calendar.html"
    page_title: str
    reads: str
    breadcrumbs: list[Crumb]
    view: queries.View
    ways: list[Way]
    ledger: bridge.Ledger | None
    ledger_of: str  # what its lines are
    proposals: list[queries.ProposalRow]
    drafted: int  # lines of the draft
    draft_url: str
    find_url: str  # looks for days for new visits
    feed: str
    empty: str  # what to do while there is nothing


def _span(request: Request, usual: str, day: dt.date, first: dt.date, last: dt.date) -> queries.Span:
    return queries.span_of(request.GET.get("view", ""), request.GET.get("on", ""), usual, day, first, last)


def _bounds(visits: Any, day: dt.date) -> tuple[dt.date, dt.date]:
    """The school years of these visits, as one; without any the year that is."""
    found = (
        visits.values_list("plan__program__first_day", "plan__program__last_day").order_by().distinct()[:20]
    )
    rows = list(found)
    if not rows:
        start = day.year if day.month >= 7 else day.year - 1
        return dt.date(start, 9, 1), dt.date(start + 1, 6, 30)
    return min(r[0] for r in rows), max(r[1] for r in rows)


@page(SIGNED_IN, at="calendar/", name="my_calendar")
def my_calendar_page(request: Request) -> CalendarPage:
    """All visits I may see, the next one first, in five views; with the ledger of the networks that I lead."""
    visits = queries.visits_for(request.actor)
    movable = access.visible(request.actor, "visit.move", Visit)
    day = today(settings.TIME_ZONE)
    span = _span(request, "agenda", day, *_bounds(visits, day))
    mine = FeedAddress.objects.filter(person=request.person, network=None).first()
    plan, led = _led(request.actor)
    moves = plan is not None or movable.exists()
    word = plan.program.design.words["network" if len(led) > 1 else "school"].one if plan is not None else ""
    return CalendarPage(
        page_title="My calendar",
        reads="",
        breadcrumbs=[],
        view=queries.view_of(visits, span, request.path, _own_notes(visits, span, plan), movable=moves),
        ways=_own_ways(request.actor, plan.program if plan is not None else None),
        ledger=_ledger(plan, day, led),
        ledger_of=word.capitalize(),
        proposals=queries.waiting_for(request.actor, queries.open_proposals(request.actor)[:10]),
        drafted=0,
        draft_url="",
        find_url="",
        feed=settings.SITE_ADDRESS + queries.address_of(mine) if mine else "",
        empty="When the calendar is published, your visits stand here and you get a mail.",
    )


def _ledger(
    plan: YearPlan | None, day: dt.date, networks: Iterable[Any] | None = None
) -> bridge.Ledger | None:
    """What is owed, held and to come; None where no plan is published, or one of which no rules are kept."""
    return bridge.ledger_of(plan, day, networks) if plan is not None and plan.problem else None


def _own_notes(visits: Any, span: queries.Span, plan: YearPlan | None) -> queries.Notes:
    """Holidays and testing windows, where days are shown that have no visit."""
    if span.kind not in ("month", "week"):
        return queries.Notes({})
    if plan is not None:
        return queries.notes_of([plan.program.district_id], span)
    districts = visits.order_by().values_list("plan__program__district", flat=True).distinct()[:5]
    return queries.notes_of(districts, span)


def _led(actor: Actor) -> tuple[YearPlan | None, list[Any]]:
    """The published year of the networks that somebody facilitates, and which these are. One query."""
    groups = sorted(actor.groups("facilitator"))
    if not groups:
        return None, []
    led = Q(program__networks__group__in=groups, program__networks__state=NetworkState.PUBLISHED)
    rows = YearPlan.objects.filter(led, state=PlanState.PUBLISHED).annotate(led=F("program__networks__pk"))
    plans = list(
        rows.select_related("program__version", "program__district").order_by("-program__first_day", "pk")
    )
    return (plans[0], [p.led for p in plans if p.pk == plans[0].pk]) if plans else (None, [])


def _own_ways(actor: Actor, leads_in: Program | None) -> list[Way]:
    """The calendars of one's own schools, a snow day within two taps, and the address for other programs."""
    mine = access.visible(actor, "school.calendar", Organization)
    closing = access.visible(actor, "school.close", Organization)
    groups = actor.groups("principal") | actor.groups("team")
    ways = [
        Way(school.name, reverse("school_calendar", args=[school.pk]), "school")
        for school in mine.filter(group__pk__in=groups).order_by("name")[:3]
    ]
    ways += [
        Way("We are closed…", reverse("school_close", args=[school.pk]), "warn")
        for school in closing.filter(group__pk__in=groups).order_by("name")[:1]
    ]
    if actor.groups("facilitator"):
        mine_too = access.visible(actor, "program.my_days", Program).order_by("-first_day")
        program = leads_in or mine_too.first()
        if program is not None and access.may(actor, "program.my_days", program):
            ways.append(Way("My days away", reverse("my_days", args=[program.pk]), "clock"))
    return [*ways, Way("Add to my own calendar", reverse("my_feeds"), "calendar")]


@page("school.calendar", at="schools/<uuid:school>/calendar/", model=Organization, name="school_calendar")
def school_calendar_page(request: Request, school: Organization) -> CalendarPage:
    """One school's visits, at home and away, with what it is owed."""
    networks = school.memberships.filter(left__isnull=True).values_list("network_id", flat=True)
    visits = queries.visits_for(request.actor).filter(network__in=list(networks))
    day = today(school.zone)
    span = _span(request, "agenda", day, *_bounds(visits, day))
    plan = _published(visits)
    ways = [Way("For the office wall", reverse("school_wall", args=[school.pk]), "print")]
    if access.may(request.actor, "school.close", school):
        ways.insert(0, Way("We are closed…", reverse("school_close", args=[school.pk]), "warn"))
    proposals = queries.open_proposals(request.actor).filter(visit__network__in=list(networks))[:10]
    homes = [school.pk, school.district_id]
    return CalendarPage(
        page_title=f"Calendar of {school.name}",
        reads="your school's team and the district's staff.",
        breadcrumbs=[
            Crumb("Schools", reverse("schools")),
            Crumb(school.name, reverse("school", args=[school.pk])),
            Crumb("Calendar"),
        ],
        view=queries.view_of(visits, span, request.path, queries.notes_of(homes, span)),
        ways=ways,
        ledger=_ledger(plan, day, networks),
        ledger_of="School",
        proposals=queries.waiting_for(request.actor, proposals),
        drafted=0,
        draft_url="",
        find_url="",
        feed="",
        empty="When the calendar is published, this school's visits stand here.",
    )


def _published(visits: Any) -> YearPlan | None:
    found = visits.first()
    return None if found is None else found.plan


def current_plan(program: Program) -> YearPlan | None:
    """The plan a program lives by: the published one, else the adopted one."""
    plans = YearPlan.objects.filter(program=program, state__in=[PlanState.PUBLISHED, PlanState.ADOPTED])
    return plans.select_related("program__version", "program__district").order_by("-state").first()


@page("program.work", at="programs/<uuid:program>/year/", model=Program, name="program_year")
def program_year_page(request: Request, program: Program) -> CalendarPage:
    """The year of all networks, with the draft; visits can be dragged to another day."""
    plan = current_plan(program)
    day = today(program.district.zone)
    span = _span(request, "month", day, program.first_day, program.last_day)
    visits = Visit.objects.filter(plan=plan) if plan is not None else Visit.objects.none()
    visits = visits.select_related("school", "network").order_by("date", "network__number")
    draft = Change.objects.filter(visit__plan=plan).count() if plan is not None else 0
    return CalendarPage(
        page_title="The year",
        reads=OFFICE,
        breadcrumbs=[
            Crumb(str(program), reverse("program", args=[program.pk])),
            Crumb("Plan the year", reverse("year_plans", args=[program.pk])),
            Crumb("The year"),
        ],
        view=queries.view_of(
            visits,
            span,
            request.path,
            queries.notes_of([program.district_id], span),
            movable=True,
            draft=True,
        ),
        ways=_office_ways(request.actor, program, plan),
        ledger=_ledger(plan, day),
        ledger_of=program.design.words["network"].one.capitalize(),
        proposals=queries.waiting_for(
            request.actor, queries.open_proposals(request.actor).filter(visit__plan=plan)[:10]
        ),
        drafted=draft,
        draft_url=reverse("plan_release", args=[plan.pk]) if plan is not None and draft else "",
        find_url=_find_url(request.actor, plan),
        feed="",
        empty="Plan the year and adopt a plan; then it stands here.",
    )


def _find_url(actor: Actor, plan: YearPlan | None) -> str:
    if plan is None or plan.state != PlanState.PUBLISHED or not access.may(actor, "plan.edit", plan):
        return ""
    return reverse("plan_find_days", args=[plan.pk])


def _office_ways(actor: Actor, program: Program, plan: YearPlan | None) -> list[Way]:
    if plan is None:
        return [Way("Plan the year", reverse("year_plans", args=[program.pk]), "calendar", main=True)]
    ways = [
        Way("Releases", reverse("releases", args=[program.pk]), "clock"),
        Way("Sheets to print", reverse("program_sheets", args=[program.pk]), "print"),
    ]
    if plan.state == PlanState.PUBLISHED and access.may(actor, "plan.edit", plan):
        ways.insert(
            0, Way("Something happened…", reverse("happening_new", args=[plan.pk]), "warn", main=True)
        )
    return ways
