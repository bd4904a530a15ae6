"""The director's desk: how far each stage and each reviewer is; open, extend, close, remind."""

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from intervisit.apps.applications.models import Application
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import crumbs, in_program
from intervisit.apps.programs.queries import day_words, moment_words, said, sentence
from intervisit.apps.reviews.actions.seats import remind
from intervisit.apps.reviews.actions.stages import close_stage, extend_stage, open_stage
from intervisit.apps.reviews.forms import UntilForm
from intervisit.apps.reviews.models import Review, SchoolVisit
from intervisit.apps.reviews.queries import (
    SeatRow,
    StageView,
    applications_of,
    redactions_missing,
    reviews_of,
    seat_rows,
    seats_of,
    shut_to,
    stage_named,
    stages_of,
    visits_of,
)
from intervisit.apps.reviews.states import ReviewState, StageState, VisitState
from intervisit.kit.clock import local_day
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import BadValue, Refused


def desk_url(program: Program, key: str = "") -> str:
    here = reverse("review_desk", args=[program.pk])
    return f"{here}?stage={key}" if key else here


def way(program: Program, last: str, key: str = "") -> list[Crumb]:
    return [*crumbs(program), Crumb("Reviews", desk_url(program, key)), Crumb(last)]


@dataclass(frozen=True)
class VisitRow:
    """One school that is visited in this stage, or will be."""

    school: str
    url: str
    when: str
    who: str
    done: bool
    visit: SchoolVisit | None


@dataclass(frozen=True)
class ReviewDeskPage(PageRecord):
    template: ClassVar[str] = "reviews/desk.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    reads: str
    tabs: Sequence[dict[str, object]]
    stage: StageView
    rights: Sequence[dict[str, str]]
    stats: Sequence[dict[str, str | int]]
    tasks: Sequence[dict[str, str]]
    seats: Sequence[SeatRow]
    owing: int
    visit_rows: Sequence[VisitRow]
    form: UntilForm
    void: int
    status: int = 200


@page("program.work", at="programs/<uuid:program>/reviews/", model=Program, name="review_desk")
def review_desk_page(request: Request, program: Program) -> ReviewDeskPage:
    in_program(request, program)
    return _desk(request, program, request.GET.get("stage", "")[:60])


def _desk(request: Request, program: Program, key: str, form: UntilForm | None = None) -> ReviewDeskPage:
    stages = stages_of(program)
    stage = next((s for s in stages if s.shape.key == key), None) or _current(stages)
    reviews = list(reviews_of(request.actor, stage))
    applications = list(applications_of(stage))
    live = [r for r in reviews if r.state != ReviewState.VOID]
    sent = sum(r.state == ReviewState.SENT for r in live)
    rows = seat_rows(program, reviews) if not stage.visits else []
    visit_rows = _visits(request, stage, applications) if stage.visits else []
    if form is None:
        closes = stage.row.closes if stage.row else None
        form = UntilForm(initial={"until": closes and local_day(closes, program.zone)})
    wanted = stage.wanted * len(applications)
    if stage.visits:
        planned = {"Visits planned": sum(1 for v in visit_rows if v.visit),
                   "Notes complete": sum(1 for v in visit_rows if v.done)}  # fmt: skip
    else:
        planned = {"Reviews wanted": wanted, "Assigned": len(live), "Sent": sent}
    counts = {said("{Applications}", program.design): len(applications)} | planned
    return ReviewDeskPage(
        page_title="Reviews",
        lead=str(program),
        program=program,
        breadcrumbs=crumbs(program, "Reviews"),
        reads=f"the staff of {program.name}. Whoever has a conflict with a school finds nothing of it here.",
        tabs=[
            {"label": s.shape.title, "url": desk_url(program, s.shape.key), "current": s is stage, "count": ""}
            for s in stages
        ],
        stage=stage,
        rights=_rights(stage),
        stats=[{"label": label, "value": value} for label, value in counts.items()],
        tasks=_tasks(program, stage, len(applications), wanted, len(live), sent),
        seats=rows,
        owing=sum(1 for r in rows if r.owes),
        visit_rows=visit_rows,
        form=form,
        void=len(reviews) - len(live),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _current(stages: list[StageView]) -> StageView:
    """The first that is open; else the first that is not closed; else the last."""
    for state in (StageState.OPEN, StageState.PLANNED):
        found = next((s for s in stages if s.state == state), None)
        if found:
            return found
    return stages[-1]


def _rights(stage: StageView) -> list[dict[str, str]]:
    """What the design allows in this stage, in words."""
    shape = stage.shape
    if stage.visits:
        found = [{"label": "Who writes", "value": "Those who visit, together, with the design's form"}]
    else:
        names = "Covered: it is read blind" if shape.blind else "Shown"
        after = "After the close, of what they have read themselves" if stage.peers_read else "Never"
        edit = "Until the stage closes" if shape.may_edit == "until_closed" else "Until it is sent"
        taken = "Reviewers take the least reviewed next" if shape.handed_out == "queue" else "Assigned"
        found = [
            {"label": "Reviews of each", "value": f"{stage.wanted}. {taken}."},
            {"label": "Names", "value": names},
            {"label": "Reviewers see others’", "value": after},
            {"label": "A review can be changed", "value": edit},
        ]
    if shape.starts or shape.ends:
        planned = " – ".join(_day_of_year(d) for d in (shape.starts, shape.ends) if d)
        found.append({"label": "Planned", "value": planned})
    if stage.closes:
        found.append({"label": "Closes", "value": stage.closes})
    return found


def _day_of_year(text: str) -> str:
    """`05-12` → `12 May`."""
    return f"{int(text[3:])} {calendar.month_name[int(text[:2])]}"


def _tasks(
    program: Program, stage: StageView, count: int, wanted: int, assigned: int, sent: int
) -> list[dict[str, str]]:
    """What to do next, in order."""
    found: list[dict[str, str]] = []
    here = [program.pk, stage.shape.key]

    def task(label: str, url: str, note: str = "") -> None:
        found.append({"label": label, "url": url, "note": note})

    if not count or stage.state == StageState.CLOSED:
        return found
    if stage.visits:
        return found
    if not seats_of(program).exists():
        task(
            "Add reviewers",
            reverse("reviewers", args=[program.pk]),
            "They get a link by mail, and see nothing else.",
        )
    missing = redactions_missing(stage).count()
    if missing:
        task(f"Cover the names in {missing} {said('{applications}', program.design)}",
             reverse("redactions", args=here), "This stage is read blind.")  # fmt: skip
    if assigned < wanted and stage.shape.handed_out == "assigned":
        missing_reviews = wanted - assigned
        many = "review" if missing_reviews == 1 else "reviews"
        task(f"Assign {missing_reviews} {many}", reverse("assign_reviews", args=here),
             "You see first who would read what, and that no way is more even.")  # fmt: skip
    if stage.over:
        task("The last day is over: close the stage, or give it more time", "#phase")
    elif stage.state == StageState.OPEN and wanted and sent >= wanted:
        task("Every review is in: close the stage", "#phase")
    elif stage.state == StageState.PLANNED and not missing and assigned >= wanted:
        task("Open the stage", "#phase", "Reviewers are told by mail.")
    if sent:
        task("Compare the results", reverse("review_results", args=here))
    return found


def _visits(request: Request, stage: StageView, applications: Sequence[Application]) -> list[VisitRow]:
    visits = {v.application_id: v for v in visits_of(request.actor, stage)}
    shut = set(shut_to(request.actor).values_list("school", flat=True))
    found = []
    for application in applications:
        if application.school_id in shut:
            continue
        visit = visits.get(application.pk)
        url = reverse("plan_school_visit", args=[stage.program.pk, stage.shape.key, application.pk])
        when = when_words(visit.day, visit.starts) if visit else ""
        who = ", ".join(v.person.name for v in visit.visitors.all()) if visit else ""
        done = visit is not None and visit.state == VisitState.DONE
        found.append(VisitRow(application.school.name, url, when, who, done, visit))
    return found


def when_words(day: dt.date | None, starts: dt.time | None) -> str:
    """`Friday 2 May 2026, 9:30 a.m.`; empty while no day is chosen."""
    if day is None:
        return ""
    if starts is None:
        return day_words(day)
    half = "a.m." if starts.hour < 12 else "p.m."
    return f"{day_words(day)}, {starts.hour % 12 or 12}:{starts.minute:02} {half}"


@page("program.work", at="programs/<uuid:program>/reviews/<slug:stage>/phase/", model=Program,
      methods=("POST",), name="review_phase")  # fmt: skip
def review_phase_page(request: Request, program: Program, stage: str) -> ReviewDeskPage | Go:
    """Open, extend or close a stage."""
    in_program(request, program)
    stage_named(program, stage)
    what, form = request.POST.get("what", ""), UntilForm(request.POST)
    if what == "close":
        close_stage(program, stage, by=request.actor)
        return Go(desk_url(program, stage), "Closed. Nothing can be changed any more.")
    if what not in ("open", "extend"):
        raise Refused("unknown-step", "Choose what to do with the stage.", "what")
    act = open_stage if what == "open" else extend_stage
    try:
        if not form.is_valid():
            return _desk(request, program, stage, form)
        row = act(program, stage, by=request.actor, until=form.cleaned_data["until"])
    except (Refused, BadValue) as refusal:
        if "until" not in {t.field for t in refusal.troubles}:
            raise
        add_refusal(form, refusal)
        return _desk(request, program, stage, form)
    closes = moment_words(row.closes, program.zone)
    until = " " + sentence(f"It closes on {closes}") if closes else " It stays open until you close it."
    return Go(desk_url(program, stage), f"{row.title} is open.{until}")


@page("program.work", at="programs/<uuid:program>/reviews/<slug:stage>/remind/", model=Program,
      methods=("POST",), name="remind_reviewers")  # fmt: skip
def remind_reviewers_page(request: Request, program: Program, stage: str) -> Go:
    written = remind(program, stage, by=request.actor)
    said_ = "Nobody was written to: all have had a reminder today." if not written else f"{written} reminded."
    return Go(desk_url(program, stage), said_)


def void_of(review: Review) -> str:
    """Why a review does not count, in words."""
    words = {
        "declared": "a conflict was declared",
        "own_school": "the reviewer works there",
        "former_school": "the reviewer has worked there",
        "same_superintendent": "same superintendent",
        "reviewer_left": "the reviewer has left",
        "taken_back": "taken back by the office",
    }
    return words.get(review.void_because, review.void_because.replace("_", " "))
