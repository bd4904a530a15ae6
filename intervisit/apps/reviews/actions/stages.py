"""A stage is opened, given more time, closed."""

import datetime as dt
from zoneinfo import ZoneInfo

from intervisit.apps.programs.models import Program
from intervisit.apps.programs.queries import moment_words, sentence
from intervisit.apps.reviews.actions.conflicts import keep_derived
from intervisit.apps.reviews.models import Review, Stage
from intervisit.apps.reviews.queries import StageView, redactions_missing, stage_named
from intervisit.apps.reviews.states import OWED, StageState
from intervisit.core.access import Actor
from intervisit.kit.access import require
from intervisit.kit.clock import now
from intervisit.kit.history import action, record
from intervisit.kit.outbox import mail_kind, send_later
from intervisit.kit.refusal import Refused

OPEN_MAIL = mail_kind("review.open", "seat.view")


def row_of(stage: StageView) -> Stage:
    """The row of a stage, made when something is first prepared for it. For actions, which have asked already."""
    row, _ = Stage.objects.get_or_create(
        program=stage.program,
        key=stage.shape.key,
        defaults={"title": stage.shape.title, "peers_read": stage.peers_read},
    )
    return row


def end_of(day: dt.date, zone: str) -> dt.datetime:
    """The last minute of a day where the district is."""
    return dt.datetime.combine(day, dt.time(23, 59), ZoneInfo(zone))


@action("stage.open")
def open_stage(program: Program, key: str, *, by: Actor, until: dt.date | None = None) -> Stage:
    """Let reviewers begin, and tell those who have something to read.

    Raises Refused: open-already, names-not-covered (blind), date-passed.
    """
    require(by, "program.work", program)
    stage = stage_named(program, key)
    keep_derived(program)
    row = row_of(stage)
    if row.state == StageState.OPEN:
        raise Refused("open-already", "This stage is open already.", status=409)
    missing = redactions_missing(stage).count()
    if missing:
        text = (
            f"In {missing} of them nobody has covered the names yet. This stage is read blind: do that first."
        )
        raise Refused("names-not-covered", text, status=409)
    closes = _closing(program, until)
    if not Stage.objects.filter(pk=row.pk, state=row.state).update(
        state=StageState.OPEN, opened=now(), closes=closes, closed=None, peers_read=stage.peers_read
    ):
        raise Refused("changed-meanwhile", "Somebody has just changed this stage.", status=409)
    before = row.state
    row.refresh_from_db()
    record(by, "stage.open", row, changes={"state": (before, row.state), "closes": (None, closes)},
           group=program.group_id)  # fmt: skip
    if not stage.visits:
        _tell(row)
    return row


def _closing(program: Program, until: dt.date | None) -> dt.datetime | None:
    closes = end_of(until, program.zone) if until else None
    if closes is not None and closes <= now():
        raise Refused("date-passed", "This day is over. Choose a later one, or leave it empty.", "until")
    return closes


def _tell(stage: Stage) -> None:
    rows = Review.objects.filter(stage=stage, state__in=sorted(OWED)).select_related("seat__person")
    counts: dict[object, int] = {}
    seats = {}
    for review in rows:
        seats[review.seat_id] = review.seat
        counts[review.seat_id] = counts.get(review.seat_id, 0) + 1
    until = moment_words(stage.closes, stage.program.zone)
    for pk, seat in seats.items():
        many = "application waits" if counts[pk] == 1 else "applications wait"
        when = "\n\n" + sentence(f"Please send your reviews until {until}") if until else ""
        body = (
            f"Dear {seat.person.name},\n\n{counts[pk]} {many} for your review in {stage.program}.{when}"
            "\n\nBegin here:"
        )
        send_later(OPEN_MAIL, seat.person, subject=f"{stage.program.name}: your reviews can begin", body=body,
                   link="/reviews/", about=seat, key=f"review-open:{stage.pk}:{pk}:{stage.opened}")  # fmt: skip


@action("stage.extend")
def extend_stage(program: Program, key: str, *, by: Actor, until: dt.date | None) -> Stage:
    """Another closing day for an open stage; none: until somebody closes it. Raises Refused: not-open, date-passed."""
    require(by, "program.work", program)
    row = row_of(stage_named(program, key))
    if row.state != StageState.OPEN:
        raise Refused("not-open", "Open this stage first.", status=409)
    before, row.closes = row.closes, _closing(program, until)
    row.save(update_fields=["closes"])
    record(by, "stage.extend", row, changes={"closes": (before, row.closes)}, group=program.group_id)
    return row


@action("stage.close")
def close_stage(program: Program, key: str, *, by: Actor) -> Stage:
    """No review changes any more; reviewers may see each other's, if the design says so. Raises Refused: not-open."""
    require(by, "program.work", program)
    row = row_of(stage_named(program, key))
    if not Stage.objects.filter(pk=row.pk, state=StageState.OPEN).update(
        state=StageState.CLOSED, closed=now()
    ):
        raise Refused("not-open", "This stage is not open.", status=409)
    row.refresh_from_db()
    record(by, "stage.close", row, changes={"state": ("open", "closed")}, group=program.group_id)
    return row
