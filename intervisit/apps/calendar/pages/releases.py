"""The draft of a published year, its release, and every release as it was."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, ClassVar

from django.urls import reverse

from intervisit.apps.calendar import actions, bridge, queries
from intervisit.apps.calendar.actions.releases import agreed, needs_asking
from intervisit.apps.calendar.actions.telling import people_in
from intervisit.apps.calendar.forms import ReleaseForm
from intervisit.apps.calendar.models import Change, Proposal, Release, Visit, YearPlan
from intervisit.apps.calendar.states import PlanState, ProposalState, VisitState
from intervisit.apps.networks.bridge.releases import being
from intervisit.apps.networks.models import Network
from intervisit.apps.programs.models import Program
from intervisit.core import scheduling
from intervisit.core.charts import year_timeline
from intervisit.core.charts.years import Happening as OnDay
from intervisit.kit import access
from intervisit.kit.clock import now, today
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused

READS = "program staff. Schools hear only of what concerns them, once it is released."


@dataclass(frozen=True)
class DraftLine:
    """One visit as it is and as it will be."""

    change: Change
    visit: Visit
    off: bool
    must_ask: bool
    asked: Proposal | None
    yes: bool


@dataclass(frozen=True)
class DraftPage(PageRecord):
    template: ClassVar[str] = "calendar/draft.html"
    page_title: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    plan: YearPlan
    lines: list[DraftLine]
    broken: list[str]
    points: int
    people: int
    groups: int
    form: ReleaseForm
    may_release: bool
    waiting: list[Visit]
    new: bool  # some of them never had a day
    status: int = 200


def _lines(plan: YearPlan) -> list[DraftLine]:
    changes = list(
        Change.objects.filter(visit__plan=plan)
        .select_related("visit__school", "visit__network")
        .order_by("visit__network__number", "visit__date")
    )
    day, notice = today(plan.program.district.zone), bridge.problem_of(plan).limits.notice_days
    open_ = {p.visit_id: p for p in Proposal.objects.filter(
        visit__in=[c.visit_id for c in changes], state=ProposalState.OPEN, expires__gt=now())}  # fmt: skip
    yes = agreed(changes)
    return [
        DraftLine(
            c, c.visit, c.visit.state != VisitState.PLANNED, needs_asking(c, day, notice), open_.get(c.visit_id),
            c.visit_id in yes,
        )
        for c in changes
    ]  # fmt: skip


@page("plan.view", at="plans/<uuid:plan>/draft/", model=YearPlan, acts="plan.publish", methods=("GET", "POST"),
      name="plan_release")  # fmt: skip
def plan_release_page(request: Request, plan: YearPlan) -> DraftPage | Go:
    """The draft: what will change, for whom, and its release by a name."""
    form = ReleaseForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                told = actions.publish_plan(plan, by=request.actor, **form.cleaned_data)
                said = f"Released. {being(told)}" if told else "Released. Nothing is new for anybody."
                return Go(reverse("releases", args=[plan.program_id]), said)
            except Refused as refusal:
                add_refusal(form, refusal)
        status = 422
    lines, at = _lines(plan), bridge.standing(plan)
    networks = {line.visit.network_id for line in lines}
    waiting = {at.row(it).pk for it in at.waiting}
    return DraftPage(
        page_title="The draft",
        program=plan.program,
        reads=READS,
        breadcrumbs=_crumbs(plan.program, "The draft"),
        plan=plan,
        lines=lines,
        broken=at.broken if lines else [],
        points=scheduling.value(at.drafted, at.then) - scheduling.value(at.problem, at.now) if lines else 0,
        people=people_in(Network.objects.filter(pk__in=networks).prefetch_related("members__school")),
        groups=len(networks),
        form=form,
        may_release=bool(access.may(request.actor, "plan.publish", plan)),
        waiting=[v for v in at.rows.values() if v.pk in waiting],
        new=any(at.row(it).state == VisitState.OWED for it in at.waiting),
        status=status,
    )


def _crumbs(program: Program, *more: str) -> list[Crumb]:
    return [
        Crumb(str(program), reverse("program", args=[program.pk])),
        Crumb("The year", reverse("program_year", args=[program.pk])),
        *(Crumb(label) for label in more),
    ]


def _visit(request: Request, plan: YearPlan) -> Visit:
    found = plan.visits.select_related(
        "school", "network", "plan__program__version", "plan__program__district"
    )
    return access.load(request.actor, "visit.move", found, pk=_uuid(request.POST.get("visit", "")))


def _uuid(text: str) -> Any:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise access.Hidden from None


@page("plan.view", at="plans/<uuid:plan>/draft/drop/", model=YearPlan, acts="plan.edit", methods=("POST",),
      name="draft_drop")  # fmt: skip
def draft_drop_page(request: Request, plan: YearPlan) -> Go:
    """Take one line out of the draft, or all of them."""
    if request.POST.get("visit"):
        actions.drop_changes(plan, [_visit(request, plan)], by=request.actor)
    else:
        actions.drop_changes(plan, plan.visits.all(), by=request.actor)
    return Go(reverse("plan_release", args=[plan.pk]), "Taken out of the draft.")


@page("plan.view", at="plans/<uuid:plan>/draft/ask/", model=YearPlan, acts="plan.edit", methods=("POST",),
      name="draft_ask")  # fmt: skip
def draft_ask_page(request: Request, plan: YearPlan) -> Go:
    """Ask the schools of one line, because its day is near."""
    visit = _visit(request, plan)
    change = Change.objects.filter(visit=visit).first()
    if change is None or change.date is None:
        raise Refused("not-drafted", "This visit is not in the draft any more.", status=409)
    actions.ask_schools(visit, change.date, by=request.actor)
    return Go(reverse("plan_release", args=[plan.pk]), "Its schools are asked now.")


@dataclass(frozen=True)
class ReleasesPage(PageRecord):
    template: ClassVar[str] = "calendar/releases.html"
    page_title: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    releases: list[Release]
    draft_url: str
    drafted: int


@page("program.work", at="programs/<uuid:program>/releases/", model=Program, name="releases")
def releases_page(request: Request, program: Program) -> ReleasesPage:
    """Every release of the year, the last first."""
    plan = YearPlan.objects.filter(program=program, state=PlanState.PUBLISHED).first()
    return ReleasesPage(
        page_title="Releases",
        program=program,
        reads=READS,
        breadcrumbs=_crumbs(program, "Releases"),
        releases=list(queries.releases_of(program)[:200]),
        draft_url=reverse("plan_release", args=[plan.pk]) if plan is not None else "",
        drafted=Change.objects.filter(visit__plan=plan).count() if plan is not None else 0,
    )


@dataclass(frozen=True)
class ReleasedYear:
    """One network's year as it was released."""

    name: str
    year: Any


@dataclass(frozen=True)
class ReleasePage(PageRecord):
    template: ClassVar[str] = "calendar/release.html"
    page_title: str
    kicker: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    release: Release
    news: list[Any]
    against: Release | None
    others: list[Release]
    years: list[ReleasedYear]


@page("release.view", at="releases/<uuid:release>/", model=Release, name="release")
def release_page(request: Request, release: Release) -> ReleasePage:
    """One release as it was, compared with the one before or with any other."""
    program = release.program
    others = list(queries.releases_of(program).exclude(pk=release.pk)[:100])
    wanted = request.GET.get("against", "")
    earlier = [r for r in others if r.number < release.number]
    against = next((r for r in others if str(r.number) == wanted), earlier[0] if earlier else None)
    found = actions.difference(against, release.entries)
    names = {**(against.names if against is not None else {}), **release.names}
    return ReleasePage(
        page_title=release.name,
        kicker=f"Release {release.number}",
        program=program,
        reads=READS,
        breadcrumbs=[*_crumbs(program), Crumb("Releases", reverse("releases", args=[program.pk])),
                     Crumb(str(release.number))],
        release=release,
        news=queries.news_rows(found, names),
        against=against,
        others=others,
        years=_years(release),
    )  # fmt: skip


def _years(release: Release) -> list[ReleasedYear]:
    program = release.program
    by_network: dict[str, list[dict[str, Any]]] = {}
    for entry in release.entries:
        if entry["state"] == VisitState.PLANNED:
            by_network.setdefault(entry["network"], []).append(entry)
    day = today(program.district.zone)
    return [
        ReleasedYear(
            release.names.get(network, "?"),
            year_timeline(
                [OnDay(dt.date.fromisoformat(e["date"]), release.names.get(e["school"], "?")) for e in entries],
                start=program.first_day, end=program.last_day, today=day,
            ),
        )
        for network, entries in by_network.items()
    ]  # fmt: skip
