"""What one reviewer has to read, in the order to read it, and what others wrote once that may be seen."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from intervisit.apps.programs.models import Program
from intervisit.apps.reviews.models import Conflict, Redaction, Review, Seat
from intervisit.apps.reviews.queries.conflicts import conflicts_of
from intervisit.apps.reviews.queries.stages import StageView, applications_of, stages_of
from intervisit.apps.reviews.states import OWED, ReviewState, StageState
from intervisit.core.access import Actor
from intervisit.core.reviewing import Waiting, next_up
from intervisit.kit.access import visible

NOBODY = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Mine:
    """One reviewer's part in one stage: to do in reading order, and what is sent."""

    stage: StageView
    todo: list[Review]
    sent: list[Review]


def my_seats(actor: Actor) -> QuerySet[Seat]:
    """Where this person reviews now."""
    rows = visible(actor, "seat.view", Seat).filter(person__pk=actor.person or NOBODY)
    rows = rows.filter(program__group__in=sorted(actor.groups("reviewer")))
    return rows.select_related("program__version", "program__district").order_by("-program__year", "pk")


def queue_of(actor: Actor, program: Program) -> list[Mine]:
    """One's own reviews by stage, the least reviewed application first. Nothing here counts what one may not see."""
    mine = visible(actor, "review.view", Review).filter(
        seat__person__pk=actor.person or NOBODY, stage__program=program, state__in=[*OWED, ReviewState.SENT]
    )
    mine = mine.exclude(stage__state=StageState.PLANNED)
    rows = list(mine.select_related("application__school__district", "stage", "seat__person"))
    rows = _without_conflict(rows, program)
    others = _counts([r.application_id for r in rows], [r.stage_id for r in rows])
    covered: set[Any] = set()
    if any(s.blind for s in program.design.review.stages):
        known = Redaction.objects.filter(pk__in={r.application_id for r in rows})
        covered = set(known.values_list("pk", flat=True))
    found = []
    for stage in stages_of(program):
        own = [r for r in rows if stage.row is not None and r.stage_id == stage.row.pk]
        if not own and not (stage.state == StageState.OPEN and stage.shape.handed_out == "queue"):
            continue
        if stage.shape.blind:  # an application whose names nobody has covered yet waits for that
            own = [r for r in own if r.application_id in covered]
        todo = [r for r in own if r.state in OWED]
        found.append(
            Mine(stage, _ordered(todo, others, actor), [r for r in own if r.state == ReviewState.SENT])
        )
    return found


def _without_conflict(rows: list[Review], program: Program) -> list[Review]:
    """Without what the record speaks against since it was assigned: gone at this very request."""
    if not rows:
        return []
    person = rows[0].seat.person
    schools = {r.application.school_id: r.application.school for r in rows}
    shut = {c.school for c in conflicts_of([person], schools.values(), program.design.review.conflicts)}
    return [r for r in rows if r.application.school_id not in shut]


def _counts(applications: list[Any], stages: list[Any]) -> dict[Any, Counter[str]]:
    """(application, stage) → how many reviews are in which state, of anybody's. Only their order is ever used."""
    found: dict[Any, Counter[str]] = defaultdict(Counter)
    rows = Review.objects.filter(application__in=applications, stage__in=set(stages))
    for application, stage, state in rows.values_list("application", "stage", "state"):
        found[application, stage][state] += 1
    return found


def _ordered(todo: list[Review], others: dict[Any, Counter[str]], actor: Actor) -> list[Review]:
    waiting = []
    for review in todo:
        counts = others[review.application_id, review.stage_id]
        begun = review.state == ReviewState.DRAFT
        waiting.append(
            Waiting(str(review.pk), counts[ReviewState.SENT], counts[ReviewState.DRAFT] - begun, begun)
        )
    place = {pk: n for n, pk in enumerate(next_up(waiting, str(actor.person)))}
    return sorted(todo, key=lambda r: place[str(r.pk)])


def takeable(seat: Seat, stage: StageView) -> list[Any]:
    """In a stage of the queue kind: ids of applications this reviewer may take, the least reviewed first."""
    if stage.row is None or stage.state != StageState.OPEN or stage.shape.handed_out != "queue":
        return []
    rows = applications_of(stage).exclude(reviews__stage=stage.row, reviews__seat=seat)
    rows = rows.exclude(school__in=Conflict.objects.filter(person=seat.person_id).values("school"))
    if stage.shape.blind:
        rows = rows.filter(redaction__isnull=False)
    ids = list(rows.values_list("pk", flat=True))
    others = _counts(ids, [stage.row.pk])
    waiting = []
    for pk in ids:
        counts = others[pk, stage.row.pk]
        taken = sum(counts[s] for s in (*OWED, ReviewState.SENT))
        if taken < stage.wanted:
            waiting.append(Waiting(str(pk), counts[ReviewState.SENT], taken - counts[ReviewState.SENT]))
    return next_up(waiting, str(seat.person_id))


def peers_of(actor: Actor, review: Review) -> list[Review]:
    """Others' reviews of the same application in the same stage, when this person may read them (row 3)."""
    rows = visible(actor, "review.peer", Review).filter(
        stage=review.stage_id, application=review.application_id
    )
    return list(rows.exclude(pk=review.pk).select_related("seat__person").order_by("sent", "pk"))
