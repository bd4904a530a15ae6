"""What the reviews of a stage come to: scores, how far they lie apart, and how reviewers compare."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from intervisit.apps.applications.models import Application
from intervisit.apps.reviews.models import Review
from intervisit.apps.reviews.queries import StageView, judged_as
from intervisit.apps.reviews.states import ReviewState
from intervisit.core.designs import ReviewCriterion
from intervisit.core.reviewing import Agreement, Calibration, Judged, agreement, calibrate, score


def judged(criteria: Iterable[ReviewCriterion]) -> list[Judged]:
    """The design's criteria as the core counts them."""
    return [Judged(c.key, tuple(level.value for level in c.levels), c.weight, c.required) for c in criteria]


def score_of(stage: StageView, application: Application, levels: Mapping[str, int]) -> float | None:
    """What one review comes to, 0 to 100; levels that the design no longer knows do not count."""
    criteria = judged(judged_as(stage, application))
    known = {c.key: levels[c.key] for c in criteria if levels.get(c.key) in c.values}
    return score(criteria, known)


@dataclass(frozen=True)
class ResultRow:
    """One application in one stage. `spread`: from the lowest score to the highest."""

    application: Application
    sent: int
    assigned: int
    mean: float | None
    spread: float | None
    calibrated: float | None


@dataclass(frozen=True)
class Results:
    rows: Sequence[ResultRow]
    calibration: Calibration
    agreement: Agreement


def results(stage: StageView, applications: Iterable[Application], reviews: Iterable[Review]) -> Results:
    """Of what is sent and counts. `reviews` are those the reader may see: what she may not does not move a number."""
    known = {a.pk: a for a in applications}
    marks: list[tuple[str, str, float]] = []
    given: dict[Any, list[float]] = defaultdict(list)
    assigned: dict[Any, int] = defaultdict(int)
    sent: dict[Any, int] = defaultdict(int)
    for review in reviews:
        if review.application_id not in known or review.state == ReviewState.VOID:
            continue
        assigned[review.application_id] += 1
        if review.state != ReviewState.SENT:
            continue
        sent[review.application_id] += 1
        mark = score_of(stage, known[review.application_id], review.levels)
        if mark is not None:
            given[review.application_id].append(mark)
            marks.append((str(review.application_id), str(review.seat_id), mark))
    calibration = calibrate(marks)
    rows = []
    for pk, application in known.items():
        found = given[pk]
        rows.append(
            ResultRow(
                application=application,
                sent=sent[pk],
                assigned=assigned[pk],
                mean=sum(found) / len(found) if found else None,
                spread=max(found) - min(found) if len(found) > 1 else None,
                calibrated=calibration.scores.get(str(pk)),
            )
        )
    return Results(rows, calibration, agreement((a, m) for a, _, m in marks))
