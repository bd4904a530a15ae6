"""Reviewers of a program: added, given a limit, reminded, thanked and let go."""

from intervisit.apps.people.actions.persons import person_named
from intervisit.apps.people.actions.roles import hold_role
from intervisit.apps.people.models import Person, RoleHeld
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.queries import moment_words, sentence
from intervisit.apps.reviews.actions.conflicts import keep_derived, void
from intervisit.apps.reviews.models import Review, Seat
from intervisit.apps.reviews.queries import stage_named
from intervisit.apps.reviews.queries.desk import owing
from intervisit.apps.reviews.states import OWED, ReviewState, StageState
from intervisit.core.access import Actor
from intervisit.kit.access import require
from intervisit.kit.clock import today
from intervisit.kit.history import action, record
from intervisit.kit.outbox import mail_kind, send_later
from intervisit.kit.refusal import Refused

REMINDER_MAIL = mail_kind("review.reminder", "seat.remind")


@action("seat.add")
def add_reviewer(
    program: Program, *, by: Actor, name: str, email: str, most: int | None = None, sure: bool = False
) -> Seat:
    """Make somebody a reviewer of the program; who is not known yet is added.

    Raises Refused: missing, look-alike, role-overlaps; BadValue for a name or address that cannot be one.
    """
    require(by, "program.work", program)
    known = Person.objects.filter(email=email).first()
    if known is None and not name:
        raise Refused("missing", "Nobody has this address yet. Add the name.", "name")
    person, made = (known, False) if known else person_named(name, email, sure=sure)
    if made:
        record(by, "person.add", person, group=program.group_id)
    held = RoleHeld.objects.filter(
        person=person, role="reviewer", group=program.group_id, ends=None, taken_back=False
    ).first()
    if held is None or Seat.objects.filter(held=held).exists():
        held = hold_role(
            person, "reviewer", program.group, by=by, starts=today(program.zone), zone=program.zone
        )
    seat = Seat.objects.create(program=program, person=person, held=held, most=most)
    record(by, "seat.add", seat, changes={"most": (None, most)}, group=program.group_id)
    keep_derived(program)
    return seat


@action("seat.limit")
def set_limit(seat: Seat, *, by: Actor, most: int | None) -> Seat:
    """How many applications this reviewer takes at most; none: as the design says."""
    require(by, "seat.change", seat)
    before, seat.most = seat.most, most
    seat.save(update_fields=["most"])
    record(by, "seat.limit", seat, changes={"most": (before, most)}, group=seat.program.group_id)
    return seat


@action("seat.end")
def end_reviewer(seat: Seat, *, by: Actor) -> int:
    """The reviewer leaves. What they sent counts on; what they had not sent is free again. Returns how many."""
    require(by, "seat.change", seat)
    _end(seat, by=by)
    freed = list(Review.objects.filter(seat=seat, state__in=sorted(OWED)))
    for review in freed:
        if review.state == ReviewState.ASSIGNED and not review.levels and not review.comment:
            review.delete()
        else:
            void(review, "reviewer_left", by)
    record(by, "seat.end", seat, changes={"unsent": (len(freed), 0)}, group=seat.program.group_id)
    return len(freed)


def _end(seat: Seat, *, by: Actor) -> None:
    """As the end of any role of a program; staff may end this one, as they gave it."""
    held, day = seat.held, today(seat.program.zone)
    if held.starts < day:
        held.ends = day.fromordinal(day.toordinal() - 1)
    else:
        held.ends, held.taken_back = held.starts, True
    held.save(update_fields=["ends", "taken_back"])
    record(by, "role.end", held, label=str(held), group=seat.program.group_id)


@action("stage.remind")
def remind(program: Program, key: str, *, by: Actor) -> int:
    """Write to those who still owe a review, once a day at most. Returns to how many. Raises Refused: not-open."""
    require(by, "program.work", program)
    stage = stage_named(program, key)
    if stage.row is None or stage.state != StageState.OPEN:
        raise Refused("not-open", "Open this stage first.", status=409)
    day, written = today(program.zone), 0
    for seat in owing(stage):
        left = Review.objects.filter(stage=stage.row, seat=seat, state__in=sorted(OWED)).count()
        many = "review is" if left == 1 else "reviews are"
        until = moment_words(stage.row.closes, program.zone)
        when = "\n\n" + sentence(f"The stage closes on {until}") if until else ""
        body = f"Dear {seat.person.name},\n\n{left} {many} still open in {program}.{when}\n\nThe next one is here:"
        mail = send_later(
            REMINDER_MAIL, seat.person, subject=f"{program.name}: reviews still open", body=body, link="/reviews/",
            about=seat, key=f"review-remind:{stage.row.pk}:{seat.pk}:{day}",
        )  # fmt: skip
        written += mail is not None
    record(by, "stage.remind", stage.row, changes={"letters": (0, written)}, group=program.group_id)
    return written


__all__ = ["add_reviewer", "end_reviewer", "remind", "set_limit"]
