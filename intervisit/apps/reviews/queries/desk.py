"""What the program's office sees of the reviewing: who has how much to read, and how far it is."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from intervisit.apps.programs.models import Program
from intervisit.apps.reviews.models import Review, SchoolVisit, Seat
from intervisit.apps.reviews.queries.stages import StageView
from intervisit.apps.reviews.states import OWED, ReviewState
from intervisit.core.access import Actor
from intervisit.kit.access import visible


def seats_of(program: Program) -> QuerySet[Seat]:
    """Reviewers whose role is held today, by name."""
    rows = Seat.objects.filter(program=program, person__is_active=True, held__ends__isnull=True)
    return rows.filter(held__taken_back=False).select_related("person", "held").order_by("person__name", "pk")


def reviews_of(actor: Actor, stage: StageView, action: str = "review.view") -> QuerySet[Review]:
    """The reviews of a stage that this person may read: none of a school she has a conflict with."""
    if stage.row is None:
        return Review.objects.none()
    rows = visible(actor, action, Review.objects.filter(stage=stage.row))
    return rows.select_related("seat__person", "application__school")


def visits_of(actor: Actor, stage: StageView) -> QuerySet[SchoolVisit]:
    if stage.row is None:
        return SchoolVisit.objects.none()
    rows = visible(actor, "school_visit.view", SchoolVisit.objects.filter(stage=stage.row))
    return rows.select_related("application__school").prefetch_related("visitors__person")


@dataclass(frozen=True)
class SeatRow:
    """One reviewer in one stage."""

    seat: Seat
    assigned: int
    sent: int
    begun: int
    most: int

    @property
    def owes(self) -> int:
        return self.assigned - self.sent

    @property
    def percent(self) -> int:
        return round(100 * self.sent / self.assigned) if self.assigned else 0


def seat_rows(program: Program, reviews: Sequence[Review]) -> list[SeatRow]:
    """Every reviewer with what they have; those who have left only if they have written."""
    usual = program.design.review.max_per_reviewer
    counts: dict[Any, Counter[str]] = {}
    seats = {s.pk: s for s in seats_of(program)}
    for review in reviews:
        if review.state == ReviewState.VOID:
            continue
        seats.setdefault(review.seat_id, review.seat)
        counts.setdefault(review.seat_id, Counter())[review.state] += 1
    found = []
    for pk, seat in seats.items():
        mine = counts.get(pk, Counter())
        found.append(
            SeatRow(
                seat=seat,
                assigned=sum(mine.values()),
                sent=mine[ReviewState.SENT],
                begun=mine[ReviewState.DRAFT],
                most=seat.most if seat.most is not None else usual,
            )
        )
    return sorted(found, key=lambda row: row.seat.person.name)


def owing(stage: StageView) -> QuerySet[Seat]:
    """Reviewers who hold their role today and have something left to send in an open stage."""
    if stage.row is None:
        return Seat.objects.none()
    owed = Review.objects.filter(stage=stage.row, state__in=sorted(OWED)).values("seat")
    return seats_of(stage.program).filter(pk__in=owed)


__all__ = ["SeatRow", "owing", "reviews_of", "seat_rows", "seats_of", "visits_of"]
