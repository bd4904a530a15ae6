"""Reviewers of a program: added, limited, let go; conflicts of interest that are known."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import in_program
from intervisit.apps.reviews.actions.conflicts import lift
from intervisit.apps.reviews.actions.seats import add_reviewer, end_reviewer, set_limit
from intervisit.apps.reviews.forms import MostForm, ReviewerForm
from intervisit.apps.reviews.models import Conflict, Seat
from intervisit.apps.reviews.pages.desk import way
from intervisit.apps.reviews.queries import seats_of, shut_to
from intervisit.apps.reviews.queries.mine import NOBODY
from intervisit.apps.reviews.states import CONFLICT_LABELS, ConflictKind
from intervisit.kit.access import load, visible
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import BadValue, Refused


@dataclass(frozen=True)
class ConflictRow:
    school: str
    why: str
    lift: str  # where to lift it; empty: it follows from the record


@dataclass(frozen=True)
class ReviewerRow:
    seat: Seat
    conflicts: Sequence[ConflictRow]


@dataclass(frozen=True)
class ReviewersPage(PageRecord):
    template: ClassVar[str] = "reviews/reviewers.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    rows: Sequence[ReviewerRow]
    usual: int
    form: ReviewerForm
    status: int = 200


@page("program.work", at="programs/<uuid:program>/reviewers/", model=Program, methods=("GET", "POST"),
      name="reviewers")  # fmt: skip
def reviewers_page(request: Request, program: Program) -> ReviewersPage | Go:
    in_program(request, program)
    form, status = ReviewerForm(), 200
    if request.method == "POST":
        form, status = ReviewerForm(request.POST), 422
        if form.is_valid():
            try:
                seat = add_reviewer(program, by=request.actor, **form.cleaned_data)
                return Go(request.path, f"{seat.person} reviews in this program.")
            except (Refused, BadValue) as refusal:
                add_refusal(form, refusal)
    seats = list(seats_of(program))
    people = [s.person_id for s in seats]
    rows = (
        visible(request.actor, "conflict.view", Conflict)
        .filter(person__in=people)
        .exclude(person__pk=request.actor.person or NOBODY)
    )
    shut = shut_to(request.actor).values("school")
    conflicts: dict[object, list[ConflictRow]] = {}
    for c in rows.exclude(school__in=shut).select_related("school").order_by("school__name"):
        url = reverse("lift_conflict", args=[program.pk, c.pk]) if c.kind == ConflictKind.DECLARED else ""
        conflicts.setdefault(c.person_id, []).append(ConflictRow(c.school.name, CONFLICT_LABELS[c.kind], url))
    return ReviewersPage(
        page_title="Reviewers",
        lead="They read what they are given, and see nothing else of the program.",
        program=program,
        breadcrumbs=way(program, "Reviewers"),
        rows=[ReviewerRow(s, conflicts.get(s.person_id, [])) for s in seats],
        usual=program.design.review.max_per_reviewer,
        form=form,
        status=status,
    )


@page("seat.view", at="reviewers/<uuid:seat>/limit/", model=Seat, acts="seat.change", methods=("POST",),
      name="limit_reviewer")  # fmt: skip
def limit_reviewer_page(request: Request, seat: Seat) -> Go:
    form = MostForm(request.POST)
    if not form.is_valid():
        raise Refused("out-of-range", "Write a whole number from 0 to 500, or leave it empty.", "most")
    set_limit(seat, by=request.actor, most=form.cleaned_data["most"])
    return Go(reverse("reviewers", args=[seat.program_id]), "Changed.")


@page("seat.view", at="reviewers/<uuid:seat>/end/", model=Seat, acts="seat.change", methods=("POST",),
      name="end_reviewer")  # fmt: skip
def end_reviewer_page(request: Request, seat: Seat) -> Go:
    freed = end_reviewer(seat, by=request.actor)
    more = f" {freed} not sent can be assigned to others." if freed else ""
    return Go(reverse("reviewers", args=[seat.program_id]), f"{seat.person} no longer reviews.{more}")


@page("program.work", at="programs/<uuid:program>/reviewers/conflicts/<uuid:conflict>/lift/", model=Program,
      methods=("POST",), name="lift_conflict")  # fmt: skip
def lift_conflict_page(request: Request, program: Program, conflict: uuid.UUID) -> Go:
    shut = shut_to(request.actor).values("school")
    known = Conflict.objects.filter(person__in=seats_of(program).values("person")).exclude(school__in=shut)
    found = load(request.actor, "conflict.lift", known, pk=conflict)
    lift(found, program, by=request.actor)
    return Go(reverse("reviewers", args=[program.pk]), "Lifted. Reviews that were set aside stay so.")
