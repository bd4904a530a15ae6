"""Who reads what: the automatic assignment with its preview, and one application by hand."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.urls import reverse

from intervisit.apps.applications.models import Application
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import in_program
from intervisit.apps.programs.queries import moment_words, said
from intervisit.apps.reviews.actions.assigning import add_review, apply_assignment, remove_review
from intervisit.apps.reviews.bridge import Choice, Plan, plan, score_of
from intervisit.apps.reviews.models import Review, Seat
from intervisit.apps.reviews.pages.desk import desk_url, void_of, way
from intervisit.apps.reviews.queries import (
    StageView,
    applications_of,
    conflicts_of,
    judged_as,
    reviews_of,
    seats_of,
    shut_to,
    stage_named,
)
from intervisit.apps.reviews.states import REVIEW_LABELS, REVIEW_TONES, ReviewState
from intervisit.core.access import Actor
from intervisit.core.reviewing import Assigned
from intervisit.kit.access import Hidden, visible
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused


@dataclass(frozen=True)
class Load:
    """One reviewer in the preview."""

    name: str
    load: int
    fresh: int


@dataclass(frozen=True)
class AssignPage(PageRecord):
    template: ClassVar[str] = "reviews/assign.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    stage: StageView
    afresh: bool
    mark: str
    troubles: Sequence[str]
    loads: Sequence[Load]
    fresh: int
    gone: int
    conflicts: int
    fewest: int
    busiest: int
    proven: bool
    reviewers: int
    applications: int
    changed: bool
    status: int = 200


@page("program.work", at="programs/<uuid:program>/reviews/<slug:stage>/assign/", model=Program,
      methods=("GET", "POST"), name="assign_reviews")  # fmt: skip
def assign_reviews_page(request: Request, program: Program, stage: str) -> AssignPage | Go:
    """The preview; posted, what it showed is applied, or a new preview shown if something has changed."""
    in_program(request, program)
    view = stage_named(program, stage)
    if view.visits:
        raise Hidden
    changed = False
    asked = request.POST if request.method == "POST" else request.GET
    choice = Choice(asked.get("afresh", "") == "1")
    if request.method == "POST":
        try:
            done = apply_assignment(
                program, stage, by=request.actor, mark=request.POST.get("mark", "")[:40], afresh=choice.afresh
            )
            return Go(
                desk_url(program, stage),
                f"{len(done.new)} reviews are assigned." if len(done.new) != 1 else "One review is assigned.",
            )
        except Refused as refusal:
            if refusal.troubles[0].code not in ("changed-meanwhile", "cannot-assign"):
                raise
            changed = refusal.troubles[0].code == "changed-meanwhile"
    return _preview(
        program, view, plan(view, choice), choice, changed, 409 if request.method == "POST" else 200
    )


def _preview(
    program: Program, stage: StageView, found: Plan, choice: Choice, changed: bool, status: int
) -> AssignPage:
    answer = found.answer
    loads = [Load(str(s.person), load, fresh) for s, load, fresh in found.loads]
    each = [row.load for row in loads]
    return AssignPage(
        page_title="Assign reviewers",
        lead=f"{stage.shape.title}: {stage.wanted} reviews of each {said('{application}', program.design)}",
        program=program,
        breadcrumbs=way(program, "Assign", stage.shape.key),
        stage=stage,
        afresh=choice.afresh,
        mark=found.mark,
        troubles=found.troubles,
        loads=loads,
        fresh=len(found.new),
        gone=len(found.gone),
        conflicts=found.conflicts,
        fewest=min(each, default=0),
        busiest=max(each, default=0),
        proven=isinstance(answer, Assigned) and answer.proven,
        reviewers=len(found.seats),
        applications=len(found.applications),
        changed=changed,
        status=status,
    )


@dataclass(frozen=True)
class LevelShown:
    label: str
    chosen: str
    counts: bool


@dataclass(frozen=True)
class ReviewShown:
    """One review as the office reads it."""

    review: Review
    reviewer: str
    state: str
    tone: str
    score: str
    levels: Sequence[LevelShown]
    sent: str
    void: str


@dataclass(frozen=True)
class ReviewedPage(PageRecord):
    template: ClassVar[str] = "reviews/reviewed.html"
    page_title: str
    lead: str
    program: Program
    application: Application
    breadcrumbs: list[Crumb]
    reads: str
    stage: StageView
    rows: Sequence[ReviewShown]
    choices: Sequence[tuple[str, str]]
    conflicts: Sequence[str]
    may_assign: bool
    problem: str
    status: int = 200


def the_application(actor: Actor, stage: StageView, number: uuid.UUID) -> Application:
    """An application of this stage; one that is foreign, unknown, or in conflict with the reader is not there."""
    rows = visible(actor, "application.view", applications_of(stage))
    shut = shut_to(actor).values("school")
    found = rows.exclude(school__in=shut).select_related("school__district").filter(pk=number).first()
    if found is None:
        raise Hidden
    found.program = stage.program
    return found


@page("program.work", at="programs/<uuid:program>/reviews/<slug:stage>/of/<uuid:application>/", model=Program,
      methods=("GET", "POST"), name="reviews_of_application")  # fmt: skip
def reviews_of_application_page(
    request: Request, program: Program, stage: str, application: uuid.UUID
) -> ReviewedPage | Go:
    """All reviews of one application; one more reviewer by hand."""
    in_program(request, program)
    view = stage_named(program, stage)
    if view.visits:
        raise Hidden
    found = the_application(request.actor, view, application)
    if request.method == "POST":
        if not request.POST.get("seat"):
            return _reviewed(request, program, view, found, "Choose who reads it.")
        seat = _seat(program, request.POST["seat"])
        add_review(program, stage, found, seat, by=request.actor)
        return Go(request.path, f"{seat.person} reads it too.")
    return _reviewed(request, program, view, found)


def _reviewed(
    request: Request, program: Program, stage: StageView, application: Application, problem: str = ""
) -> ReviewedPage:
    rows = list(reviews_of(request.actor, stage).filter(application=application).order_by("created", "pk"))
    seats = list(seats_of(program))
    shut = {
        c.person
        for c in conflicts_of(
            [s.person for s in seats], [application.school], program.design.review.conflicts
        )
    }
    taken = {r.seat_id for r in rows if r.state != ReviewState.VOID}
    return ReviewedPage(
        page_title=application.school.name,
        lead=stage.shape.title,
        program=program,
        application=application,
        breadcrumbs=way(program, application.school.name, stage.shape.key),
        reads=f"the staff of {program.name}. The school never reads it.",
        stage=stage,
        rows=[shown(stage, application, r) for r in rows],
        choices=[(str(s.pk), s.person.name) for s in seats if s.pk not in taken and s.person_id not in shut],
        conflicts=[s.person.name for s in seats if s.person_id in shut],
        may_assign=stage.state != "closed",
        problem=problem,
        status=422 if problem else 200,
    )


def shown(stage: StageView, application: Application, review: Review) -> ReviewShown:
    """A review with its levels in words and what it comes to."""
    levels = []
    for criterion in judged_as(stage, application):
        value = review.levels.get(criterion.key)
        label = next((v.label for v in criterion.levels if v.value == value), "")
        if label or criterion.required:
            levels.append(LevelShown(criterion.label, label, bool(criterion.weight)))
    points = score_of(stage, application, review.levels) if review.state == ReviewState.SENT else None
    return ReviewShown(
        review=review,
        reviewer=review.seat.person.name,
        state=REVIEW_LABELS[review.state],
        tone=REVIEW_TONES[review.state],
        score="" if points is None else f"{points:.0f}",
        levels=levels if review.levels else [],
        sent=moment_words(review.sent, stage.program.zone),
        void=void_of(review) if review.state == ReviewState.VOID else "",
    )


def _seat(program: Program, number: Any) -> Seat:
    """A reviewer of this program; anybody else is not there (B11)."""
    try:
        found = seats_of(program).filter(pk=uuid.UUID(str(number))).first()
    except ValueError:
        found = None
    if found is None:
        raise Hidden
    return found


@page("review.view", at="reviews/<uuid:review>/remove/", model=Review, acts="review.assign", methods=("POST",),
      name="remove_review")  # fmt: skip
def remove_review_page(request: Request, review: Review) -> Go:
    """The office takes an application from a reviewer again."""
    stage, application = review.stage, review.application
    remove_review(review, by=request.actor)
    back = reverse("reviews_of_application", args=[stage.program_id, stage.key, application.pk])
    return Go(back, "Taken back. What was written is kept and does not count.")
