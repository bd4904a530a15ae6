"""What reviewers are written, word by word, and what the desk counts of them."""

import datetime as dt

import pytest
import time_machine

from intervisit.apps.reviews.actions.assigning import add_review
from intervisit.apps.reviews.actions.seats import remind
from intervisit.apps.reviews.actions.stages import extend_stage, open_stage
from intervisit.apps.reviews.models import Review
from intervisit.apps.reviews.queries.desk import seat_rows
from intervisit.kit.models import OutgoingMail
from intervisit.kit.refusal import Refused
from tests.apps.reviews.conftest import Reading

MONDAY = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)


def letters(kind: str) -> dict[str, str]:
    return {mail.to.name: mail.body for mail in OutgoingMail.objects.filter(kind=kind).select_related("to")}


@pytest.mark.parametrize(
    ("until", "begin"),
    [
        (None, "\n\nBegin here:"),
        (
            dt.date(2026, 11, 27),
            "\n\nPlease send your reviews until Friday 27 November 2026, 11:59 p.m.\n\nBegin here:",
        ),
    ],
)
def test_the_letter_when_a_stage_opens(reading: Reading, until: dt.date | None, begin: str) -> None:
    reading.give("Ruth", 1)
    reading.give("Rob", 1)
    reading.give("Rob", 2)
    reading.stage(state="planned")
    with time_machine.travel(MONDAY, tick=False):
        open_stage(reading.program, "reading", by=reading.director, until=until)
    name = reading.program
    assert letters("review.open") == {
        "Ruth Adler": f"Dear Ruth Adler,\n\n1 application waits for your review in {name}.{begin}",
        "Rob Bauer": f"Dear Rob Bauer,\n\n2 applications wait for your review in {name}.{begin}",
    }


@pytest.mark.parametrize("day", [None, dt.date(2026, 11, 27)])
def test_the_letter_that_reminds(reading: Reading, day: dt.date | None) -> None:
    reading.give("Ruth", 1)
    reading.give("Rob", 1, state="draft")
    reading.give("Rob", 2)
    with time_machine.travel(MONDAY, tick=False):
        if day:
            extend_stage(reading.program, "reading", by=reading.director, until=day)
        assert remind(reading.program, "reading", by=reading.director) == 2
    name, when = reading.program, ""
    if day:
        when = "\n\nThe stage closes on Friday 27 November 2026, 11:59 p.m."
    assert letters("review.reminder") == {
        "Ruth Adler": f"Dear Ruth Adler,\n\n1 review is still open in {name}.{when}\n\nThe next one is here:",
        "Rob Bauer": f"Dear Rob Bauer,\n\n2 reviews are still open in {name}.{when}\n\nThe next one is here:",
    }


def test_today_is_a_closing_day_until_its_last_minute(reading: Reading) -> None:
    """Where the district is: 23:59 in New York is 04:59 of the next day in UTC."""
    reading.stage(state="planned")
    with time_machine.travel(dt.datetime(2026, 11, 24, 4, 58, 59, tzinfo=dt.UTC), tick=False):
        row = open_stage(reading.program, "reading", by=reading.director, until=dt.date(2026, 11, 23))
        assert row.closes == dt.datetime(2026, 11, 24, 4, 59, tzinfo=dt.UTC)
    with time_machine.travel(dt.datetime(2026, 11, 24, 4, 59, tzinfo=dt.UTC), tick=False):
        with pytest.raises(Refused) as refused:
            extend_stage(reading.program, "reading", by=reading.director, until=dt.date(2026, 11, 23))
        assert [(t.code, t.field) for t in refused.value.troubles] == [("date-passed", "until")]


def test_what_the_state_forbids_is_a_conflict_and_what_was_typed_is_not(reading: Reading) -> None:
    """409 sends the page back as it is now; 422 keeps what was typed beside its field."""
    reading.give("Ruth", 1)
    statuses = []
    for refuse in (
        lambda: open_stage(reading.program, "reading", by=reading.director),
        lambda: add_review(reading.program, "reading", reading.applications[1], reading.seats["Ruth"],
                           by=reading.director),
        lambda: extend_stage(reading.program, "reading", by=reading.director, until=dt.date(2020, 1, 1)),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            refuse()
        statuses.append((refused.value.troubles[0].code, refused.value.status))
    reading.stage(state="closed")
    with pytest.raises(Refused) as refused:
        add_review(
            reading.program, "reading", reading.applications[2], reading.seats["Ruth"], by=reading.director
        )
    statuses.append((refused.value.troubles[0].code, refused.value.status))
    assert statuses == [
        ("open-already", 409),
        ("assigned-already", 409),
        ("date-passed", 422),
        ("stage-closed", 409),
    ]


def test_the_desk_counts_what_stands(reading: Reading) -> None:
    """Void reviews count nowhere; who has left is told as long as something of theirs stands."""
    reading.give("Ruth", 1, state="sent")
    reading.give("Ruth", 2, state="draft")
    reading.give("Ruth", 3)
    reading.give("Ruth", 4, state="void")
    reading.give("Rob", 1, state="void")
    found = seat_rows(reading.program, list(Review.objects.select_related("seat__person")))
    usual = reading.program.design.review.max_per_reviewer
    assert [(r.seat.person.name, r.assigned, r.sent, r.begun, r.owes, r.percent, r.most) for r in found] == [
        ("Ria Castro", 0, 0, 0, 0, 0, usual),
        ("Rob Bauer", 0, 0, 0, 0, 0, usual),
        ("Ruth Adler", 3, 1, 1, 2, 33, usual),
    ]
