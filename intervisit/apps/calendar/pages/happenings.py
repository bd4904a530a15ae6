"""What befalls a year: said by the office or by a school, its effect first, then the ways out to choose from."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, ClassVar

from django.http import HttpResponse
from django.urls import reverse

from intervisit.apps.calendar import actions, bridge
from intervisit.apps.calendar.actions.telling import people_in
from intervisit.apps.calendar.forms import ClosingForm, HappeningForm
from intervisit.apps.calendar.models import Happening, Visit, YearPlan
from intervisit.apps.calendar.states import HappeningKind, HappeningState, VisitState
from intervisit.apps.people.models import Organization, Person
from intervisit.apps.programs.models import Program
from intervisit.kit import access
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused


@dataclass(frozen=True)
class Hit:
    """What a closing would do, before it is declared."""

    visits: list[Visit]
    people: int
    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class SchoolClosePage(PageRecord):
    template: ClassVar[str] = "calendar/school_close.html"
    page_title: str
    reads: str
    breadcrumbs: list[Crumb]
    form: ClosingForm
    hit: Hit | None
    status: int = 200


@page("school.close", at="schools/<uuid:school>/closed/", model=Organization, methods=("GET", "POST"),
      name="school_close")  # fmt: skip
def school_close_page(request: Request, school: Organization) -> SchoolClosePage | Go:
    """A snow day: first what it would call off and who would be told; then it is declared."""
    given = request.POST or (request.GET if "first" in request.GET else None)
    form = ClosingForm(given)
    status, hit = 200, None
    if given is not None and form.is_valid():
        data = form.cleaned_data
        first, last = data["first"], data["last"] or data["first"]
        if request.method == "POST":
            try:
                gone = actions.close_school(
                    school, by=request.actor, first=first, last=last, reason=data["reason"]
                )
                said = "Declared. No visit was planned for these days, so nobody had to be told."
                if gone:
                    said = "Declared. Those concerned are being told, and a new day will be found."
                return Go(reverse("school_calendar", args=[school.pk]), said)
            except Refused as refusal:
                add_refusal(form, refusal)
        elif first <= last:
            visits = actions.hit_by_closing(school, first, last)
            networks = {v.network_id: v.network for v in visits}
            me = {request.actor.person}
            hit = Hit(visits, people_in(networks.values(), but=me), first, last)
    if given is not None and form.errors:
        status = 422
    return SchoolClosePage(
        page_title=f"{school.name} is closed",
        reads="everybody who has a visit on these days reads the reason.",
        breadcrumbs=[
            Crumb("Calendar", reverse("school_calendar", args=[school.pk])),
            Crumb("We are closed"),
        ],
        form=form,
        hit=hit,
        status=status,
    )


@dataclass(frozen=True)
class NewHappeningPage(PageRecord):
    template: ClassVar[str] = "calendar/happening_new.html"
    page_title: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    form: HappeningForm
    hit: Hit | None
    earlier: list[Happening]
    status: int = 200


def _crumbs(program: Program, label: str) -> list[Crumb]:
    return [
        Crumb(str(program), reverse("program", args=[program.pk])),
        Crumb("The year", reverse("program_year", args=[program.pk])),
        Crumb(label),
    ]


@page("plan.view", at="plans/<uuid:plan>/happened/", model=YearPlan, acts="plan.edit", methods=("GET", "POST"),
      name="happening_new")  # fmt: skip
def happening_new_page(request: Request, plan: YearPlan) -> NewHappeningPage | Go:
    """Say what happened; see what it calls off; declare it. The ways out are weighed then."""
    guides = sorted(set(bridge.guides_of(plan.program).values()), key=lambda p: p.name)
    given = request.POST or (request.GET if request.GET.get("kind") else None)
    form = HappeningForm(given, facilitators=[(str(p.pk), p.name) for p in guides])
    status, hit = 200, None
    if given is not None and form.is_valid():
        if request.method == "POST":
            try:
                made = _declare(request, plan, form.cleaned_data, guides)
                return Go(reverse("happening", args=[made.pk]), "Noted. The ways out are being weighed.")
            except Refused as refusal:
                add_refusal(form, refusal)
        else:
            hit = _hit(plan, form.cleaned_data, request)
    if given is not None and form.errors:
        status = 422
    return NewHappeningPage(
        page_title="Something happened",
        program=plan.program,
        reads="program staff. The reason is read by everybody concerned.",
        breadcrumbs=_crumbs(plan.program, "Something happened"),
        form=form,
        hit=hit,
        earlier=list(plan.happenings.all()[:20]),
        status=status,
    )


def _hit(plan: YearPlan, data: dict[str, Any], request: Request) -> Hit:
    first, last = data["first"], data["last"] or data["first"]
    rows = plan.visits.filter(state=VisitState.PLANNED, date__range=(first, last))
    if data["kind"] == HappeningKind.FACILITATOR:
        led = [n for n, who in bridge.guides_of(plan.program).items() if str(who.pk) == data["facilitator"]]
        rows = rows.filter(network__pk__in=led)
    visits = list(rows.select_related("school", "network__group").order_by("date")[:60])
    networks = {v.network_id: v.network for v in visits}
    people = people_in(networks.values(), but={request.actor.person})
    return Hit(visits, people if data["kind"] == HappeningKind.CLOSED else 0, first, last)


def _declare(request: Request, plan: YearPlan, data: dict[str, Any], guides: list[Person]) -> Happening:
    first, last = data["first"], data["last"] or data["first"]
    if data["kind"] == HappeningKind.CLOSED:
        return actions.close_days(plan, by=request.actor, first=first, last=last, reason=data["reason"])
    who = next((p for p in guides if str(p.pk) == data["facilitator"]), None)
    if who is None:
        raise Refused("who", "Choose who is away.", "facilitator")
    return actions.facilitator_away(
        plan, by=request.actor, facilitator=who, first=first, last=last, reason=data["reason"]
    )


@page("visit.move", at="visits/<uuid:visit>/postpone/", model=Visit, methods=("POST",), name="visit_postpone")
def visit_postpone_page(request: Request, visit: Visit) -> Go:
    """Look for another day for one visit, with as few others moved as possible."""
    access.require(request.actor, "plan.edit", visit.plan)
    reason = " ".join(request.POST.get("reason", "").split())[:100] or "to be postponed"
    made = actions.postpone_visit(visit, by=request.actor, reason=reason)
    return Go(reverse("happening", args=[made.pk]), "The ways out are being weighed. Nobody has been told.")


@page("plan.view", at="plans/<uuid:plan>/find-days/", model=YearPlan, acts="plan.edit", methods=("POST",),
      name="plan_find_days")  # fmt: skip
def plan_find_days_page(request: Request, plan: YearPlan) -> Go:
    """Look for days for the visits of schools that have come into a network."""
    made = actions.find_days(plan, by=request.actor)
    return Go(reverse("happening", args=[made.pk]), "The days are being weighed. Nobody has been told.")


@dataclass(frozen=True)
class Step:
    """One visit of a way: from when to when."""

    visit: Visit
    to: dt.date | None


@dataclass(frozen=True)
class WayOut:
    """One way, as it is weighed."""

    key: str
    title: str
    about: str
    steps: list[Step]
    points: int
    asks: bool
    people: int
    chosen: bool


_TITLES = {
    "fewest": ("Fewest moves", "The new days that meet most wishes."),
    "soonest": ("Soonest", "As few moves, and the new days as near as the notice allows."),
    "asked": ("Sooner, if its schools agree", "A day inside the notice period: its schools are asked first."),
    "given_up": ("Not made up", "The visits are given up; the ledger counts them as missed."),
}


@dataclass(frozen=True)
class HappeningPage(PageRecord):
    template: ClassVar[str] = "calendar/happening.html"
    parts: ClassVar[tuple[str, ...]] = ("progress",)
    page_title: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    happening: Happening
    weighing: bool
    failed: bool
    poll_url: str
    ways: list[WayOut]
    least: int
    draft_url: str
    may_choose: bool


@page("happening.view", at="happenings/<uuid:happening>/", model=Happening, name="happening")
def happening_page(request: Request, happening: Happening) -> HappeningPage | HttpResponse:
    """What happened, and the ways out, the one with the fewest moves first."""
    job = happening.job
    running = happening.state == HappeningState.WEIGHING
    failed = running and (job is None or job.over)
    weighing = running and not failed
    if request.GET.get("part") == "progress" and not weighing and request.headers.get("HX-Request"):
        return HttpResponse(status=200, headers={"HX-Redirect": request.path})
    ways = [way for way in _ways(happening) if way.steps]
    return HappeningPage(
        page_title=happening.reason,
        program=happening.plan.program,
        reads="program staff.",
        breadcrumbs=_crumbs(happening.plan.program, "What happened"),
        happening=happening,
        weighing=weighing,
        failed=failed,
        poll_url=f"{request.path}?part=progress" if weighing else "",
        ways=ways,
        least=next((len(w.steps) for w in ways if w.key == "fewest"), 0),
        draft_url=reverse("plan_release", args=[happening.plan_id]),
        may_choose=bool(access.may(request.actor, "happening.choose", happening)),
    )


def _ways(happening: Happening) -> list[WayOut]:
    rows = {
        str(v.pk): v for v in happening.plan.visits.select_related("school", "network__group").filter(
            pk__in={key for way in happening.ways for key, _ in way["moves"]}
        )
    }  # fmt: skip
    found = []
    for way in happening.ways:
        steps = [
            Step(rows[key], None if iso is None else dt.date.fromisoformat(iso))
            for key, iso in way["moves"]
            if key in rows
        ]
        title, about = _TITLES[way["key"]]
        networks = {s.visit.network_id: s.visit.network for s in steps}
        found.append(
            WayOut(
                way["key"], title, about, steps, way["points"], bool(way["asked"]), people_in(networks.values()),
                happening.chosen == way["key"],
            )
        )  # fmt: skip
    return found


@page("happening.view", at="happenings/<uuid:happening>/choose/", model=Happening, acts="happening.choose",
      methods=("POST",), name="happening_choose")  # fmt: skip
def happening_choose_page(request: Request, happening: Happening) -> Go:
    """Put one way into the draft."""
    asked = actions.choose_way(happening, request.POST.get("way", ""), by=request.actor)
    said = "It is in the draft. Nobody has been told yet."
    if asked:
        said = "It is in the draft, and the schools whose day is near are asked."
    return Go(reverse("plan_release", args=[happening.plan_id]), said)


@page("happening.view", at="happenings/<uuid:happening>/again/", model=Happening, acts="happening.choose",
      methods=("POST",), name="happening_again")  # fmt: skip
def happening_again_page(request: Request, happening: Happening) -> Go:
    """Weigh the ways once more."""
    actions.weigh_again(happening, by=request.actor)
    return Go(reverse("happening", args=[happening.pk]))


@page("happening.view", at="happenings/<uuid:happening>/drop/", model=Happening, acts="happening.choose",
      methods=("POST",), name="happening_drop")  # fmt: skip
def happening_drop_page(request: Request, happening: Happening) -> Go:
    """Nothing needs to be done about it."""
    actions.drop_happening(happening, by=request.actor)
    return Go(reverse("program_year", args=[happening.plan.program_id]), "Put aside.")
