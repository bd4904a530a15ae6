"""The reviewer's side: what to read next, the rubric beside the text, a conflict declared."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.urls import reverse

from intervisit.apps.instruments.pages.saved import saved_at
from intervisit.apps.instruments.queries import find_schools
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import in_program
from intervisit.apps.programs.queries import moment_words, said
from intervisit.apps.reviews.actions.conflicts import declare, declare_on
from intervisit.apps.reviews.actions.reviewing import LONGEST, readable, save_review, send_review, take_next
from intervisit.apps.reviews.bridge import Reading, reading
from intervisit.apps.reviews.bridge.reading import code_name, told
from intervisit.apps.reviews.bridge.results import judged
from intervisit.apps.reviews.forms import levels_in
from intervisit.apps.reviews.models import Redaction, Review, Seat
from intervisit.apps.reviews.pages.assigning import ReviewShown, shown
from intervisit.apps.reviews.queries import (
    Mine,
    StageView,
    judged_as,
    my_seats,
    peers_of,
    queue_of,
    shut_to,
    takeable,
)
from intervisit.apps.reviews.states import CONFLICT_LABELS, OWED, ReviewState, StageState
from intervisit.core.designs import ReviewCriterion
from intervisit.core.reviewing import unanswered
from intervisit.core.text import Trouble
from intervisit.kit.access import Hidden, may
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import BadValue, Refused, Stale


@dataclass(frozen=True)
class QueueRow:
    """One application in the queue."""

    title: str
    url: str
    begun: bool
    first: bool


@dataclass(frozen=True)
class StageQueue:
    """One stage of one program, as its reviewer sees it."""

    program: Program
    title: str
    closes: str
    open: bool
    blind: bool
    rows: Sequence[QueueRow]
    sent: Sequence[QueueRow]
    take_url: str
    take_more: bool

    @property
    def percent(self) -> int:
        all_of_them = len(self.rows) + len(self.sent)
        return round(100 * len(self.sent) / all_of_them) if all_of_them else 0


@dataclass(frozen=True)
class MyReviewsPage(PageRecord):
    template: ClassVar[str] = "reviews/mine.html"
    page_title: str
    lead: str
    queues: Sequence[StageQueue]
    next_url: str
    conflicts: Sequence[tuple[str, str]]
    declare_url: str
    programs: Sequence[Program]
    problem: str
    typed: str
    status: int = 200


@page("program.review", at="reviews/", name="my_reviews", methods=("GET", "POST"))
def my_reviews_page(request: Request) -> MyReviewsPage | Go:
    """The queue; posted, a school is named that this reviewer must not read."""
    seats, problem, typed = list(my_seats(request.actor)), "", ""
    if request.method == "POST":
        typed = request.POST.get("school", "")[:200]
        try:
            school = _declare(request, seats, typed)
            return Go(reverse("my_reviews"), f"Noted. Nothing of {school} will reach you.")
        except (Refused, BadValue) as refusal:
            problem = " ".join(t.message for t in refusal.troubles)
    queues = []
    for seat in seats:
        queues += [_queue(seat, mine) for mine in queue_of(request.actor, seat.program)]
    own = shut_to(request.actor).select_related("school").order_by("school__name")
    return MyReviewsPage(
        page_title="Reviews",
        lead="What you have been given to read, the one that most needs a review first.",
        queues=queues,
        next_url=next((row.url for q in queues if q.open for row in q.rows), ""),
        conflicts=[(c.school.name, CONFLICT_LABELS[c.kind]) for c in own],
        declare_url=reverse("my_reviews"),
        programs=[s.program for s in seats],
        problem=problem,
        typed=typed if problem else "",
        status=422 if problem else 200,
    )


def _declare(request: Request, seats: list[Seat], typed: str) -> Organization:
    """Any school of the district can be named: that one may be named says nothing of who has applied."""
    if not seats:
        raise Hidden
    seat = seats[0]
    found = find_schools([typed], seat.program.district).get(typed.strip())
    if found is None:
        raise Refused("missing", "Write the name or the code of the school.", "school")
    if isinstance(found, Trouble):
        raise Refused(found.code, found.message, "school")
    school = Organization.objects.get(pk=found)
    declare(seat, school, by=request.actor)
    return school


def _queue(seat: Seat, mine: Mine) -> StageQueue:
    stage = mine.stage
    todo = [_row(stage, r, n == 0) for n, r in enumerate(mine.todo)]
    take = stage.shape.handed_out == "queue" and not todo and bool(takeable(seat, stage))
    return StageQueue(
        program=seat.program,
        title=stage.shape.title,
        closes=stage.closes,
        open=stage.state == StageState.OPEN and not stage.over,
        blind=stage.shape.blind,
        rows=todo,
        sent=[_row(stage, r, False) for r in mine.sent],
        take_url=reverse("take_review", args=[seat.pk, stage.shape.key]),
        take_more=take,
    )


def _row(stage: StageView, review: Review, first: bool) -> QueueRow:
    application = review.application
    title = code_name(application) if stage.shape.blind else application.school.name
    return QueueRow(title, reverse("review", args=[review.pk]), review.state == ReviewState.DRAFT, first)


@page("seat.view", at="reviewers/<uuid:seat>/take/<slug:stage>/", model=Seat, acts="seat.use", methods=("POST",),
      name="take_review")  # fmt: skip
def take_review_page(request: Request, seat: Seat, stage: str) -> Go:
    review = take_next(seat, stage, by=request.actor)
    return Go(reverse("review", args=[review.pk]))


# ------------------------------------------------------------------ one review


@dataclass(frozen=True)
class Level:
    value: int
    label: str
    key: str  # the digit that chooses it
    chosen: bool


@dataclass(frozen=True)
class Asked:
    """One criterion on the rubric."""

    key: str
    label: str
    help: str
    note: str
    levels: Sequence[Level]
    problem: str


@dataclass(frozen=True)
class ReviewPage(PageRecord):
    template: ClassVar[str] = "reviews/review.html"
    page_title: str
    lead: str
    program: Program
    review: Review
    breadcrumbs: list[Crumb]
    reads: str
    text: Reading
    asked: Sequence[Asked]
    comment: str
    limit: int
    version: int
    tab: str
    may_write: bool
    sent: str
    over: bool
    closes: str
    last_edit: str
    left: int
    peers: Sequence[ReviewShown]
    named_peers: bool
    outcome: str
    reason: str
    problem: str
    saved_note: str
    status: int = 200


@page("review.view", at="reviews/<uuid:review>/", model=Review, acts="review.write", methods=("GET", "POST"),
      name="review")  # fmt: skip
def review_page(request: Request, review: Review) -> ReviewPage | Go:
    """The application and the rubric. The office is led to what it reads of the same review."""
    review = _whole(request, review)
    if str(review.seat.person_id) != request.actor.person:
        stage, application = review.stage, review.application_id
        return Go(reverse("reviews_of_application", args=[stage.program_id, stage.key, application]))
    view = readable(review)
    if request.method != "POST":
        return _show(request, review, view, review.levels, review.comment, str(uuid.uuid4()))
    levels = levels_in(request.POST, judged_as(view, review.application))
    comment, tab = request.POST.get("comment", ""), request.POST.get("tab", "")[:40]
    act = send_review if request.GET.get("then") == "send" else save_review
    try:
        act(review, by=request.actor, levels=levels, comment=comment, version=_version(request), tab=tab)
    except Stale:
        raise
    except (Refused, BadValue) as refusal:
        found = [t.message for t in refusal.troubles]
        status = refusal.status if isinstance(refusal, Refused) else 422
        return _show(request, review, view, levels, comment, tab, " ".join(found), status)
    if act is save_review:
        return Go(request.path, "Saved. It counts once you send it.")
    return _onward(request, review)


def _whole(request: Request, review: Review) -> Review:
    rows = Review.objects.select_related(
        "seat__person", "stage__program", "application__program__version", "application__program__district",
        "application__school__district",
    )  # fmt: skip
    found = rows.get(pk=review.pk)
    found.stage.program = found.application.program
    in_program(request, found.application.program)
    return found


def _version(request: Request) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _onward(request: Request, review: Review) -> Go:
    """To the next in the queue; to the list when nothing is left."""
    for mine in queue_of(request.actor, review.application.program):
        if mine.todo and mine.stage.state == StageState.OPEN:
            left = len(mine.todo)
            more = "one more" if left == 1 else f"{left} more"
            return Go(
                reverse("review", args=[mine.todo[0].pk]),
                f"Sent, thank you. Here is the next; {more} to read.",
            )
    return Go(reverse("my_reviews"), "Sent, thank you. Nothing more waits for you.")


def _show(
    request: Request, review: Review, stage: StageView, levels: Any, comment: str, tab: str, problem: str = "",
    status: int = 200,
) -> ReviewPage:  # fmt: skip
    application, program = review.application, review.application.program
    blind = stage.shape.blind
    redaction = Redaction.objects.filter(pk=application.pk).first() if blind else None
    text = reading(application, blind=blind, redaction=redaction)
    criteria = judged_as(stage, application)
    left = unanswered(judged(criteria), levels)
    writes = bool(may(request.actor, "review.write", review))
    stands = review.state == ReviewState.SENT and stage.shape.may_edit == "until_sent"
    peers = peers_of(request.actor, review)
    released = bool(may(request.actor, "review.decision", review))
    outcome, reason = told(application, blind=blind, redaction=redaction) if released else ("", "")
    return ReviewPage(
        page_title=text.title,
        lead=f"{stage.shape.title}, {said('{application}', program.design)} as {text.role}",
        program=program,
        review=review,
        breadcrumbs=[Crumb("Reviews", reverse("my_reviews")), Crumb(text.title)],
        reads=_reads(program, stage),
        text=text,
        asked=[_asked(c, levels, problem != "" and c.key in left) for c in criteria],
        comment=comment,
        limit=LONGEST,
        version=review.version,
        tab=tab,
        may_write=writes and not stands and not stage.over,
        sent=moment_words(review.sent, program.zone),
        over=stage.over or stage.state == StageState.CLOSED,
        closes=stage.closes,
        last_edit="until the stage closes" if stage.shape.may_edit == "until_closed" else "until you send it",
        left=len(left),
        peers=[shown(stage, application, r) for r in peers],
        named_peers=not blind,
        outcome=outcome,
        reason=reason,
        problem=problem,
        saved_note=_saved(review),
        status=status,
    )


def _reads(program: Program, stage: StageView) -> str:
    others = " Other reviewers of it do once the stage is closed." if stage.peers_read else ""
    return f"you and the staff of {program.name}.{others} The school never does."


def _saved(review: Review) -> str:
    if review.changed is None:
        return "Nothing saved yet"
    return f"Saved {moment_words(review.changed, review.application.program.zone)}"


def _asked(criterion: ReviewCriterion, levels: Any, missing: bool) -> Asked:
    notes = [] if criterion.required else ["optional"]
    if not criterion.weight:
        notes.append("noted, not counted")
    return Asked(
        key=criterion.key,
        label=criterion.label,
        help=criterion.help,
        note=", ".join(notes),
        levels=[
            Level(v.value, v.label, str(n), levels.get(criterion.key) == v.value)
            for n, v in enumerate(criterion.levels, 1)
        ],
        problem="Choose a level." if missing else "",
    )


@dataclass(frozen=True)
class SavedPart(PageRecord):
    template: ClassVar[str] = "reviews/saved.html"
    text: str
    tone: str
    version: int
    left: int
    status: int = 200


@page("review.view", at="reviews/<uuid:review>/autosave/", model=Review, acts="review.write", methods=("POST",),
      name="review_autosave")  # fmt: skip
def review_autosave_page(request: Request, review: Review) -> SavedPart:
    """Keep what is written so far; a review that was sent changes only by its button."""
    review = _whole(request, review)
    if str(review.seat.person_id) != request.actor.person:
        raise Hidden
    view = readable(review)
    criteria = judged_as(view, review.application)
    levels = levels_in(request.POST, criteria)
    left = len(unanswered(judged(criteria), levels))
    if review.state not in OWED:
        return SavedPart("Changed, not sent yet: press “Send again”.", "warn", _version(request), left)
    try:
        save_review(review, by=request.actor, levels=levels, comment=request.POST.get("comment", ""),
                    version=_version(request), tab=request.POST.get("tab", "")[:40])  # fmt: skip
    except Stale as stale:
        return SavedPart(f"{stale.message} Press “Save” to see both.", "bad", _version(request), left, 409)
    except (Refused, BadValue) as refusal:
        message = " ".join(t.message for t in refusal.troubles)
        return SavedPart(f"Not saved: {message}", "bad", _version(request), left, 422)
    return SavedPart(saved_at(review.application.program.zone), "good", review.version, left)


@page("review.view", at="reviews/<uuid:review>/conflict/", model=Review, acts="review.conflict", methods=("POST",),
      name="review_conflict")  # fmt: skip
def review_conflict_page(request: Request, review: Review) -> Go:
    """A conflict: at the next request nothing of this school is there any more."""
    declare_on(_whole(request, review), by=request.actor)
    return Go(
        reverse("my_reviews"),
        "Thank you for saying so. It is taken from you, and what you wrote does not count.",
    )
