"""A reviewer writes, sends, takes the next."""

from collections.abc import Mapping

from django.db import IntegrityError, transaction

from intervisit.apps.applications.models import Application
from intervisit.apps.programs.queries import sentence
from intervisit.apps.reviews.bridge.results import judged
from intervisit.apps.reviews.models import Review, Seat
from intervisit.apps.reviews.queries import (
    StageView,
    in_conflict,
    judged_as,
    stage_named,
    takeable,
    unreadable,
)
from intervisit.apps.reviews.states import LIVE, OWED, ReviewState, StageState
from intervisit.core.access import Actor
from intervisit.core.reviewing import unanswered
from intervisit.core.text import clean
from intervisit.kit.access import Hidden, require
from intervisit.kit.clock import now
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Refused, Stale

LONGEST = 6000  # characters of a comment


def readable(review: Review) -> StageView:
    """The stage of a review whose reviewer may go on: no conflict has come up, names are covered. Raises Hidden."""
    application = review.application
    if in_conflict(review.seat.person, application.school, application.program.design.review.conflicts):
        raise Hidden
    if unreadable(review):
        raise Hidden
    return stage_named(application.program, review.stage.key)


@action("review.write")
def save_review(
    review: Review, *, by: Actor, levels: Mapping[str, int], comment: str, version: int, tab: str = ""
) -> Review:
    """Keep what was written so far.

    Raises Stale when another page has written meanwhile, Refused: stage-over, sent-already, unknown-level; BadValue
    for a comment that is not text.
    """
    stage = _may_write(review, by)
    fields = _fields(stage, review, levels, comment)
    state = ReviewState.DRAFT if review.state in OWED else review.state
    _write(review, {**fields, "state": state}, version, tab, stage)
    record(by, "review.write", review, changes={"state": (None, state)}, group=stage.program.group_id)
    return review


@action("review.send")
def send_review(
    review: Review, *, by: Actor, levels: Mapping[str, int], comment: str, version: int, tab: str = ""
) -> Review:
    """Hand a review in. Raises Refused: incomplete, and those of `save_review`."""
    stage = _may_write(review, by)
    fields = _fields(stage, review, levels, comment)
    left = unanswered(judged(judged_as(stage, review.application)), fields["levels"])  # type: ignore[arg-type]
    if left:
        labels = {c.key: c.label for c in stage.program.design.review.criteria}
        said = "; ".join(labels[key] for key in left)
        raise Refused("incomplete", f"Choose a level for: {said}.", f"level-{left[0]}", status=422)
    before = review.state
    moment = {"state": ReviewState.SENT, "sent": review.sent or now()}
    _write(review, {**fields, **moment}, version, tab, stage)
    record(
        by, "review.send", review, changes={"state": (before, ReviewState.SENT)}, group=stage.program.group_id
    )
    return review


def _may_write(review: Review, by: Actor) -> StageView:
    require(by, "review.write", review)
    stage = readable(review)
    if stage.over:
        over = sentence(f"The stage closed on {stage.closes}")
        text = f"{over} Ask the program office for more time; your text is still here."
        raise Refused("stage-over", text, status=409)
    if review.state == ReviewState.SENT and stage.shape.may_edit == "until_sent":
        raise Refused("sent-already", "In this stage a review that was sent stands as it is.", status=409)
    return stage


def _fields(stage: StageView, review: Review, levels: Mapping[str, int], comment: str) -> dict[str, object]:
    known = {c.key: {level.value for level in c.levels} for c in judged_as(stage, review.application)}
    for key, value in levels.items():
        if value not in known.get(key, set()):
            raise Refused("unknown-level", "Choose one of the levels.", f"level-{key}")
    return {
        "levels": dict(levels),
        "comment": clean(comment, field="comment", max_length=LONGEST, kind="long"),
    }


def _write(review: Review, fields: dict[str, object], version: int, tab: str, stage: StageView) -> None:
    """Write, unless another page of the same reviewer has written since this one was loaded (B07)."""
    rows = Review.objects.filter(pk=review.pk, state__in=sorted(LIVE))
    current = rows.first()
    if current is None:
        raise Hidden
    same = current.version == version or (bool(tab) and current.tab == tab)
    if not same:
        mine, theirs = _words(stage, review, fields["levels"], fields["comment"]), _words(
            stage, current, current.levels, current.comment
        )  # fmt: skip
        if mine != theirs:
            raise Stale(mine, theirs, "Another page of yours")
    changed = rows.filter(version=current.version).update(
        **fields, version=current.version + 1, tab=tab, changed=now()
    )
    if not changed:
        raise Refused("busy", "Two pages are saving at once. Try again in a moment.", status=409)
    review.refresh_from_db()


def _words(stage: StageView, review: Review, levels: object, comment: object) -> dict[str, str]:
    """A review as its two versions are laid side by side."""
    chosen: Mapping[str, int] = levels if isinstance(levels, dict) else {}
    found = {}
    for criterion in judged_as(stage, review.application):
        label = next((v.label for v in criterion.levels if v.value == chosen.get(criterion.key)), "")
        found[criterion.label] = label or "Not chosen"
    found["Comment"] = str(comment)
    return found


@action("review.take")
def take_next(seat: Seat, key: str, *, by: Actor) -> Review:
    """In a stage of the queue kind: the application with the fewest reviews becomes this reviewer's.

    Raises Refused: one-at-a-time, nothing-left.
    """
    require(by, "seat.use", seat)
    stage = stage_named(seat.program, key)
    if stage.row is None or stage.state != StageState.OPEN or stage.shape.handed_out != "queue":
        raise Hidden
    if Review.objects.filter(stage=stage.row, seat=seat, state__in=sorted(OWED)).exists():
        raise Refused("one-at-a-time", "Send the one you have begun first.", status=409)
    for pk in takeable(seat, stage):
        application = Application.objects.select_related("school__district").get(pk=pk)
        if in_conflict(seat.person, application.school, stage.program.design.review.conflicts):
            continue
        try:
            with transaction.atomic():
                review = Review.objects.create(stage=stage.row, application=application, seat=seat)
        except IntegrityError:
            continue
        record(by, "review.take", review, group=seat.program.group_id)
        return review
    raise Refused("nothing-left", "Everything has enough reviews. Thank you.", status=409)
