"""The year of a program: plan, weigh, move, adopt, publish."""

from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, ClassVar

from django.http import HttpResponse
from django.urls import reverse

from intervisit.apps.calendar import actions, bridge, queries
from intervisit.apps.calendar.forms import PlanForm
from intervisit.apps.calendar.models import Change, YearPlan
from intervisit.apps.calendar.states import PlanState
from intervisit.apps.networks.bridge.releases import being
from intervisit.apps.networks.models import Network
from intervisit.apps.programs.models import Program
from intervisit.kit import access
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused

READS = "program staff. Schools see their own visits once the calendar is published."


def days_url(request: Request) -> str:
    """Where the district's school days are; empty for who has no business there."""
    return reverse("district_days") if access.may_anywhere(request.actor, "district.days") else ""


@dataclass(frozen=True)
class PlansPage(PageRecord):
    template: ClassVar[str] = "calendar/plans.html"
    page_title: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    plans: Any
    networks: int
    days_url: str
    form: PlanForm
    status: int = 200


@page(
    "program.work",
    at="programs/<uuid:program>/calendar/",
    model=Program,
    methods=("GET", "POST"),
    name="year_plans",
)
def year_plans_page(request: Request, program: Program) -> PlansPage | Go:
    """Every plan of the year, and the form for another."""
    form = PlanForm(
        request.POST or None,
        initial={"name": f"Year plan {YearPlan.objects.filter(program=program).count() + 1}"},
    )
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                made = actions.draft_plan(program, by=request.actor, **form.cleaned_data)
                return Go(reverse("year_plan", args=[made.pk]))
            except Refused as refusal:
                add_refusal(form, refusal)
        status = 422
    return PlansPage(
        page_title="Plan the year",
        program=program,
        reads=READS,
        breadcrumbs=[Crumb(str(program), reverse("program", args=[program.pk])), Crumb("Plan the year")],
        plans=queries.plans_of(program),
        networks=Network.objects.filter(program=program).count(),
        days_url=days_url(request),
        form=form,
        status=status,
    )


@dataclass(frozen=True)
class PlanPage(PageRecord):
    template: ClassVar[str] = "calendar/plan.html"
    parts: ClassVar[tuple[str, ...]] = ("progress",)
    page_title: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    plan: YearPlan
    solving: bool
    poll_url: str
    view: bridge.PlanView | None
    days_url: str
    may_adopt: bool
    may_publish: bool
    published: bool
    editable: bool
    drafted: int
    collisions: list[tuple[str, str]]  # each rule, and what giving it up would give


@page("plan.view", at="plans/<uuid:plan>/", model=YearPlan, name="year_plan")
def year_plan_page(request: Request, plan: YearPlan) -> PlanPage | HttpResponse:
    """One plan: solving, impossible, or the year of every network."""
    solving = plan.state == PlanState.SOLVING and not (plan.job and plan.job.over)
    if request.GET.get("part") == "progress" and not solving and request.headers.get("HX-Request"):
        return HttpResponse(status=200, headers={"HX-Redirect": request.path})
    shown = plan.state in (PlanState.READY, PlanState.ADOPTED, PlanState.PUBLISHED)
    program = plan.program
    return PlanPage(
        page_title=plan.name,
        program=program,
        reads=READS,
        breadcrumbs=[
            Crumb(str(program), reverse("program", args=[program.pk])),
            Crumb("Plan the year", reverse("year_plans", args=[program.pk])),
            Crumb(plan.name),
        ],
        plan=plan,
        solving=solving,
        poll_url=f"{request.path}?part=progress" if solving else "",
        view=bridge.plan_view(plan) if shown else None,
        days_url=days_url(request),
        may_adopt=bool(access.may(request.actor, "plan.adopt", plan)),
        may_publish=bool(access.may(request.actor, "plan.publish", plan)),
        published=plan.state == PlanState.PUBLISHED,
        editable=bool(access.may(request.actor, "plan.edit", plan)),
        drafted=Change.objects.filter(visit__plan=plan).count(),
        collisions=list(zip_longest(plan.reasons, plan.relaxations, fillvalue="")),
    )


def _back(plan: YearPlan, said: str) -> Go:
    return Go(reverse("year_plan", args=[plan.pk]), said)


@page("plan.view", at="plans/<uuid:plan>/stop/", model=YearPlan, methods=("POST",))
def plan_stop(request: Request, plan: YearPlan) -> Go:
    actions.stop_planning(plan, by=request.actor)
    return _back(plan, "It ends with the best plan found so far.")


@page("plan.view", at="plans/<uuid:plan>/adopt/", model=YearPlan, acts="plan.adopt", methods=("POST",))
def plan_adopt(request: Request, plan: YearPlan) -> Go:
    actions.adopt_plan(plan, by=request.actor)
    return _back(plan, "Adopted. Nobody has been told yet.")


@page("plan.view", at="plans/<uuid:plan>/publish/", model=YearPlan, acts="plan.publish", methods=("POST",))
def plan_publish(request: Request, plan: YearPlan) -> Go:
    told = actions.publish_plan(plan, by=request.actor)
    return _back(
        plan,
        f"Published. {being(told)}" if told else "Published. Nothing is new, so nobody is told.",
    )


@page("plan.view", at="plans/<uuid:plan>/withdraw/", model=YearPlan, acts="plan.withdraw", methods=("POST",))
def plan_withdraw(request: Request, plan: YearPlan) -> Go:
    actions.withdraw_plan(plan, by=request.actor)
    return _back(plan, "Taken back. Schools and their calendars no longer show it.")
