"""Reviewers are given applications: by the optimiser after a preview, or by hand."""

from intervisit.apps.applications.models import Application
from intervisit.apps.programs.models import Program
from intervisit.apps.reviews.actions.conflicts import keep_derived, void
from intervisit.apps.reviews.actions.stages import row_of
from intervisit.apps.reviews.bridge import Choice, Plan, plan
from intervisit.apps.reviews.models import Review, Seat
from intervisit.apps.reviews.queries import conflicts_of, stage_named
from intervisit.apps.reviews.states import CONFLICT_LABELS, ReviewState, StageState
from intervisit.core.access import Actor
from intervisit.kit.access import require
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Refused


@action("review.assign")
def apply_assignment(program: Program, key: str, *, by: Actor, mark: str, afresh: bool = False) -> Plan:
    """Assign as the preview said. Raises Refused: changed-meanwhile, cannot-assign, stage-closed."""
    require(by, "program.work", program)
    keep_derived(program)
    stage = stage_named(program, key)
    _check_open(stage.state)
    found = plan(stage, Choice(afresh))
    if found.troubles:
        raise Refused("cannot-assign", " ".join(found.troubles), status=409)
    if found.mark != mark:
        text = "Something has changed since this preview: look at the new one, then apply it."
        raise Refused("changed-meanwhile", text, status=409)
    row = row_of(stage)
    Review.objects.filter(pk__in=[r.pk for r in found.gone]).delete()
    Review.objects.bulk_create(Review(stage=row, application=a, seat=s) for a, s in found.new)
    record(by, "review.assign", row, changes={"assigned": (len(found.gone), len(found.new))},
           group=program.group_id)  # fmt: skip
    return found


def _check_open(state: str) -> None:
    if state == StageState.CLOSED:
        raise Refused("stage-closed", "This stage is closed. Open it again first.", status=409)


@action("review.add")
def add_review(program: Program, key: str, application: Application, seat: Seat, *, by: Actor) -> Review:
    """Give one reviewer one application by hand. Raises Refused: in-conflict, assigned-already, stage-closed."""
    require(by, "program.work", program)
    stage = stage_named(program, key)
    _check_open(stage.state)
    stand = conflicts_of([seat.person], [application.school], program.design.review.conflicts)
    if stand:
        why = ", ".join(dict.fromkeys(CONFLICT_LABELS[c.kind] for c in stand))
        raise Refused("in-conflict", f"{seat.person} may not read this: {why}.", "seat", status=409)
    row = row_of(stage)
    if (
        Review.objects.filter(stage=row, application=application, seat=seat)
        .exclude(state=ReviewState.VOID)
        .exists()
    ):
        raise Refused("assigned-already", f"{seat.person} has this already.", "seat", status=409)
    review = Review.objects.create(stage=row, application=application, seat=seat, by_hand=True)
    record(by, "review.add", review, changes={"state": (None, review.state)}, group=program.group_id)
    return review


@action("review.remove")
def remove_review(review: Review, *, by: Actor) -> None:
    """Take an application from a reviewer again. What was written is kept and does not count."""
    require(by, "review.assign", review)
    if review.state == ReviewState.VOID:
        raise Refused("void-already", "This review does not count any more.", status=409)
    if review.state == ReviewState.ASSIGNED and not review.levels and not review.comment:
        record(by, "review.remove", review, group=review.stage.program.group_id)
        review.delete()
        return
    void(review, "taken_back", by)
