"""The assignment of reviewers as the core's problem, and its answer in names."""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

from intervisit.apps.applications.models import Application
from intervisit.apps.reviews.models import Review, Seat
from intervisit.apps.reviews.queries import StageView, applications_of, conflicts_of, seats_of
from intervisit.apps.reviews.states import LIVE, ReviewState
from intervisit.core.reviewing import Assigned, Infeasible, Problem, Reviewer, assign

_PLACE = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Choice:
    """Keep everything that is assigned already, or start over with what nobody has begun."""

    afresh: bool = False


@dataclass
class Plan:
    """What assigning would do. `mark` tells it from any other: what was looked at is what is applied."""

    answer: Assigned | Infeasible
    mark: str
    applications: dict[str, Application]
    seats: dict[str, Seat]
    new: list[tuple[Application, Seat]] = field(default_factory=list)
    gone: list[Review] = field(default_factory=list)
    conflicts: int = 0
    troubles: list[str] = field(default_factory=list)

    @property
    def loads(self) -> list[tuple[Seat, int, int]]:
        """(reviewer, how many in all, how many of them new), the busiest first."""
        if isinstance(self.answer, Infeasible):
            return []
        fresh: dict[Any, int] = {}
        for _, seat in self.new:
            fresh[seat.pk] = fresh.get(seat.pk, 0) + 1
        loads = self.answer.loads
        rows = [(s, loads[pk], fresh.get(s.pk, 0)) for pk, s in self.seats.items()]
        return sorted(rows, key=lambda row: (-row[1], row[0].person.name))


def forbidden(
    stage: StageView, seats: list[Seat], applications: list[Application]
) -> frozenset[tuple[str, str]]:
    """(application id, seat id) of every pair with a conflict on record."""
    schools = {a.school_id: a.school for a in applications}
    found = conflicts_of([s.person for s in seats], schools.values(), stage.program.design.review.conflicts)
    shut = {(c.person, c.school) for c in found}
    return frozenset(
        (str(a.pk), str(s.pk)) for a in applications for s in seats if (s.person_id, a.school_id) in shut
    )


def plan(stage: StageView, choice: Choice) -> Plan:
    """Solve the assignment as things stand. Reads only: the same rows give the same plan."""
    applications = list(applications_of(stage).select_related("school__district"))
    seats = list(seats_of(stage.program))
    rows = (
        Review.objects.filter(stage=stage.row, state__in=sorted(LIVE)) if stage.row else Review.objects.none()
    )
    standing = list(rows.select_related("seat__person", "application__school"))
    here = {a.pk for a in applications}
    gone = [r for r in standing if choice.afresh and _loose(r) and r.application_id in here]
    kept = frozenset(
        (str(r.application_id), str(r.seat_id))
        for r in standing
        if r not in gone and r.application_id in here
    )
    shut = forbidden(stage, seats, applications)
    usual = stage.program.design.review.max_per_reviewer
    problem = Problem(
        tuple(str(a.pk) for a in applications),
        tuple(Reviewer(str(s.pk), s.most if s.most is not None else usual) for s in seats),
        stage.wanted,
        shut,
        kept,
    )
    mark = hashlib.sha256(repr((problem.applications, problem.reviewers, problem.reviews, sorted(shut), sorted(kept),
                                choice.afresh)).encode()).hexdigest()[:24]  # fmt: skip
    found = Plan(assign(problem, seed=int(mark[:8], 16)), mark, {str(a.pk): a for a in applications},
                 {str(s.pk): s for s in seats}, gone=gone, conflicts=len(shut))  # fmt: skip
    if isinstance(found.answer, Infeasible):
        found.troubles = [_named(reason, found) for reason in found.answer.reasons]
    else:
        pairs = sorted(found.answer.pairs - kept)
        found.new = [(found.applications[a], found.seats[s]) for a, s in pairs]
    return found


def _loose(review: Review) -> bool:
    return review.state == ReviewState.ASSIGNED and not review.by_hand


def _named(reason: str, found: Plan) -> str:
    """A reason of the core with names in the places of its ids."""

    def name(match: re.Match[str]) -> str:
        key = match.group(1)
        if key in found.applications:
            return found.applications[key].school.name
        return str(found.seats[key]) if key in found.seats else "a former reviewer"

    return _PLACE.sub(name, reason)
