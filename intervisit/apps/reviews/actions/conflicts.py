"""Conflicts of interest: derived from the record, declared by the person. Whatever they shut is shut at once."""

from collections.abc import Iterable

from intervisit.apps.applications.models import Application
from intervisit.apps.applications.states import IN_HAND
from intervisit.apps.people.events import RoleGranted
from intervisit.apps.people.models import Organization, Person
from intervisit.apps.programs.models import Program
from intervisit.apps.reviews.models import Conflict, Review, Seat
from intervisit.apps.reviews.queries import conflicts_of, seats_of
from intervisit.apps.reviews.states import LIVE, ConflictKind, ReviewState
from intervisit.core.access import Actor, system_actor
from intervisit.kit.access import person_of, require
from intervisit.kit.clock import now
from intervisit.kit.history import action, record
from intervisit.kit.refusal import Refused


def void(review: Review, because: str, by: Actor) -> None:
    """It counts no more and is kept for audit. For actions, which ask the policy first."""
    before = review.state
    review.state, review.void_because = ReviewState.VOID, because
    review.voided, review.voided_by = now(), person_of(by)
    review.save(update_fields=["state", "void_because", "voided", "voided_by"])
    record(by, "review.void", review, changes={"state": (before, ReviewState.VOID)},
           group=review.stage.program.group_id)  # fmt: skip


def _void_all(person: Person, schools: Iterable[Organization], because: str, by: Actor) -> int:
    rows = Review.objects.filter(
        seat__person=person, application__school__in=list(schools), state__in=sorted(LIVE)
    )
    found = list(rows.select_related("stage__program"))
    for review in found:
        void(review, because, by)
    return len(found)


@action("review.conflict")
def declare_on(review: Review, *, by: Actor) -> int:
    """The reviewer has a conflict with the school they read about. Returns how many reviews fall."""
    require(by, "review.conflict", review)
    return _declare(review.seat.person, review.application.school, by=by)


@action("conflict.declare")
def declare(seat: Seat, school: Organization, *, by: Actor) -> int:
    """A reviewer names a school they must not read, whether it has applied or not. Raises Refused: declared-already."""
    require(by, "seat.use", seat)
    if Conflict.objects.filter(person=seat.person, school=school, kind=ConflictKind.DECLARED).exists():
        raise Refused("declared-already", f"You have named {school} already.", "school")
    return _declare(seat.person, school, by=by)


def _declare(person: Person, school: Organization, *, by: Actor) -> int:
    conflict, _ = Conflict.objects.get_or_create(person=person, school=school, kind=ConflictKind.DECLARED)
    record(by, "conflict.declare", conflict, group=None)
    return _void_all(person, [school], ConflictKind.DECLARED, by)


@action("conflict.lift")
def lift(conflict: Conflict, program: Program, *, by: Actor) -> None:
    """Take back a conflict that was declared by mistake. What it has voided stays void."""
    require(by, "conflict.lift", conflict)
    record(by, "conflict.lift", conflict, group=program.group_id)
    conflict.delete()


def keep_derived(program: Program) -> int:
    """Write down what the record says of the program's reviewers and the schools that applied; void what it shuts.

    Conflicts that the record no longer shows are lifted. For actions, and for the reaction to a new role; returns
    how many reviews fell.
    """
    by, design = system_actor("conflict of interest on record"), program.design
    people = {s.person_id: s.person for s in seats_of(program)}
    rows = Application.objects.filter(program=program, state__in=sorted(IN_HAND)).select_related(
        "school__district"
    )
    schools = {a.school_id: a.school for a in rows}
    found = [c for c in conflicts_of(people.values(), schools.values(), design.review.conflicts)
             if c.kind != ConflictKind.DECLARED]  # fmt: skip
    standing = Conflict.objects.filter(person__in=people, school__in=schools).exclude(
        kind=ConflictKind.DECLARED
    )
    known = {(c.person_id, c.school_id, c.kind): c for c in standing}
    wanted = {(c.person, c.school, str(c.kind)) for c in found}
    for key, conflict in known.items():
        if key not in wanted:
            conflict.delete()
    fresh = wanted - known.keys()
    Conflict.objects.bulk_create(Conflict(person_id=p, school_id=s, kind=k) for p, s, k in fresh)
    return _void_derived(program, wanted, by)


def _void_derived(program: Program, wanted: set[tuple[object, object, str]], by: Actor) -> int:
    why = {(p, s): k for p, s, k in wanted}
    rows = Review.objects.filter(stage__program=program, state__in=sorted(LIVE))
    fallen = 0
    for review in rows.select_related("seat", "application", "stage__program"):
        because = why.get((review.seat.person_id, review.application.school_id))
        if because:
            void(review, because, by)
            fallen += 1
    return fallen


def follow_role(event: RoleGranted) -> None:
    """Somebody who reviews has been given a role: what they may not read any more falls at once."""
    programs = Program.objects.filter(review_seats__person=event.held.person_id).distinct()
    for program in programs.select_related("version", "district"):
        keep_derived(program)
