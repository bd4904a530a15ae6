"""A reviewer writes, sends, is in conflict, leaves; others see what they may and nothing earlier."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from intervisit.apps.applications.models import Application
from intervisit.apps.people.actions.roles import hold_role
from intervisit.apps.people.models import Rates
from intervisit.apps.reviews.actions.conflicts import declare, declare_on, lift
from intervisit.apps.reviews.actions.reviewing import save_review, send_review, take_next
from intervisit.apps.reviews.actions.seats import add_reviewer, end_reviewer, remind, set_limit
from intervisit.apps.reviews.actions.stages import close_stage, extend_stage, open_stage
from intervisit.apps.reviews.models import Conflict, Review, Stage
from intervisit.apps.reviews.queries import conflicts_of, peers_of, queue_of, takeable
from intervisit.apps.reviews.queries.stages import stage_named
from intervisit.kit.access import Hidden, NotAllowed, may, visible
from intervisit.kit.models import HistoryLine, OutgoingMail
from intervisit.kit.outbox import send_due
from intervisit.kit.refusal import Refused, Stale
from tests import factories
from tests.apps.reviews.conftest import PARTNER, Reading


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [t.code for t in refused.value.troubles]


def test_a_review_is_written_and_sent(reading: Reading) -> None:
    review, ruth = reading.give("Ruth", 1), reading.by("Ruth")
    save_review(review, by=ruth, levels={"need": 2}, comment="So far.", version=1)
    assert (review.state, review.levels, review.comment, review.version) == (
        "draft",
        {"need": 2},
        "So far.",
        2,
    )
    with pytest.raises(Refused) as refused:
        send_review(review, by=ruth, levels={"need": 2}, comment="", version=2)
    assert (
        refused.value.message == "Choose a level for: Readiness to learn together; Openness to other schools."
    )
    send_review(review, by=ruth, levels=PARTNER, comment="A clear need.", version=2)
    assert (review.state, review.levels, review.comment) == ("sent", PARTNER, "A clear need.")
    verbs = list(HistoryLine.objects.filter(kind="review").order_by("pk").values_list("verb", "label"))
    assert verbs == [("review.write", "A review"), ("review.send", "A review")]
    assert "clear need" not in str(list(HistoryLine.objects.values_list("changes", flat=True)))


def test_two_pages_of_one_reviewer_lose_nothing(reading: Reading) -> None:
    review, ruth = reading.give("Ruth", 1), reading.by("Ruth")
    save_review(review, by=ruth, levels={}, comment="From the phone.", version=1, tab="phone")
    with pytest.raises(Stale) as stale:
        save_review(review, by=ruth, levels={"need": 3}, comment="From the desk.", version=1, tab="desk")
    assert (stale.value.mine["Comment"], stale.value.theirs["Comment"]) == (
        "From the desk.",
        "From the phone.",
    )
    assert Review.objects.get(pk=review.pk).comment == "From the phone."
    save_review(review, by=ruth, levels={}, comment="On the phone, on.", version=1, tab="phone")
    assert review.comment == "On the phone, on."


def test_a_level_that_is_none_is_refused(reading: Reading) -> None:
    review = reading.give("Ruth", 1)
    with pytest.raises(Refused) as refused:
        save_review(review, by=reading.by("Ruth"), levels={"need": 9}, comment="", version=1)
    assert codes(refused) == ["unknown-level"]


def test_nobody_writes_for_another_nor_in_a_closed_stage(reading: Reading) -> None:
    review = reading.give("Ruth", 1)
    for who in (reading.by("Rob"), reading.director):
        with pytest.raises(NotAllowed):
            save_review(review, by=who, levels={}, comment="x", version=1)
    close_stage(reading.program, "reading", by=reading.director)
    with pytest.raises(NotAllowed):
        save_review(
            Review.objects.get(pk=review.pk), by=reading.by("Ruth"), levels={}, comment="x", version=1
        )


def test_after_the_last_day_and_its_grace_nothing_is_taken(reading: Reading) -> None:
    review, closes = reading.give("Ruth", 1), timezone.now()
    reading.stage(closes=closes)
    review.refresh_from_db()
    with time_machine.travel(closes + dt.timedelta(seconds=50), tick=False):
        save_review(review, by=reading.by("Ruth"), levels={}, comment="In time.", version=1)
    with (
        time_machine.travel(closes + dt.timedelta(seconds=70), tick=False),
        pytest.raises(Refused) as refused,
    ):
        save_review(review, by=reading.by("Ruth"), levels={}, comment="Late.", version=2)
    assert codes(refused) == ["stage-over"]


def test_where_the_design_says_so_what_was_sent_stands(reading: Reading) -> None:
    review, ruth = reading.give("Ruth", 1, key="panel"), reading.by("Ruth")
    send_review(review, by=ruth, levels=PARTNER, comment="", version=1)
    with pytest.raises(Refused) as refused:
        save_review(review, by=ruth, levels=PARTNER, comment="No, wait.", version=2)
    assert codes(refused) == ["sent-already"]


# ------------------------------------------------------------------ row 3: who reads what others wrote


def test_others_are_read_after_the_close_by_those_who_have_sent_theirs(reading: Reading) -> None:
    mine = reading.give("Ruth", 1, state="sent", levels=PARTNER)
    other = reading.give("Rob", 1, state="sent", levels=PARTNER)
    owed = reading.give("Ria", 1)
    elsewhere = reading.give("Rob", 2, state="sent", levels=PARTNER)
    assert peers_of(reading.by("Ruth"), mine) == []
    close_stage(reading.program, "reading", by=reading.director)
    assert peers_of(reading.by("Ruth"), mine) == [other]
    assert peers_of(reading.by("Ria"), owed) == []
    assert peers_of(reading.by("Ruth"), elsewhere) == []
    Stage.objects.update(peers_read=False)
    assert peers_of(reading.by("Ruth"), mine) == []


def test_one_stage_does_not_open_another(reading: Reading) -> None:
    mine = reading.give("Ruth", 1, state="sent")
    panel = reading.give("Rob", 1, key="panel", state="sent")
    Stage.objects.update(state="closed")
    assert peers_of(reading.by("Ruth"), panel) == []
    assert peers_of(reading.by("Ruth"), mine) == []


def test_nothing_is_seen_before_the_stage_opens(reading: Reading) -> None:
    reading.give("Ruth", 1)
    reading.stage(state="planned")
    assert visible(reading.by("Ruth"), "review.view", Review).count() == 0
    open_stage(reading.program, "reading", by=reading.director)
    assert visible(reading.by("Ruth"), "review.view", Review).count() == 1


# ------------------------------------------------------------------ conflicts


def test_a_conflict_declared_late_takes_everything_at_once(reading: Reading) -> None:
    """trust.md 2.5: assignment, names and counts vanish; the earlier score is void and kept for audit."""
    review, ruth = reading.give("Ruth", 1, state="sent", levels=PARTNER, comment="Fine."), reading.by("Ruth")
    other = reading.give("Rob", 1, state="sent", levels=PARTNER)
    assert declare_on(review, by=ruth) == 1
    assert queue_of(ruth, reading.program) == []
    assert visible(ruth, "review.view", Review).count() == 0
    assert not may(ruth, "review.view", review)
    close_stage(reading.program, "reading", by=reading.director)
    assert not may(ruth, "review.peer", other)
    kept = Review.objects.get(pk=review.pk)
    assert (kept.state, kept.void_because, kept.comment) == ("void", "declared", "Fine.")
    assert may(reading.director, "review.view", kept)


def test_a_conflict_outweighs_the_rights_of_staff(reading: Reading) -> None:
    """B17: a right that one role denies is not given back by another."""
    review = reading.give("Rob", 1, state="sent")
    dana = reading.director
    assert may(dana, "review.view", review)
    Conflict.objects.create(person=reading.people["Dana"], school=reading.schools[1], kind="declared")
    assert not may(dana, "review.view", review)
    assert (
        may(dana, "review.view", review).reason
        == "You have a conflict of interest here, so it is closed to you."
    )
    assert visible(dana, "review.view", Review).count() == 0


def test_a_school_can_be_named_beforehand_and_lifted_by_the_office(reading: Reading) -> None:
    ruth, seat = reading.by("Ruth"), reading.seats["Ruth"]
    declare(seat, reading.schools[2], by=ruth)
    with pytest.raises(Refused) as refused:
        declare(seat, reading.schools[2], by=ruth)
    assert codes(refused) == ["declared-already"]
    with pytest.raises(NotAllowed):
        declare(seat, reading.schools[3], by=reading.by("Rob"))
    conflict = Conflict.objects.get()
    with pytest.raises(NotAllowed):
        lift(conflict, reading.program, by=ruth)
    lift(conflict, reading.program, by=reading.director)
    assert not Conflict.objects.exists()


def test_conflicts_on_record(reading: Reading) -> None:
    people, schools = reading.people, reading.schools
    factories.role(people["Ruth"], "team", schools[1].group)
    factories.role(people["Ruth"], "team", schools[2].group, ends=dt.date(2024, 6, 30))
    for number in (1, 3):
        schools[number].superintendent = "Sue Marchetti"
        schools[number].save()
    schools[4].superintendent = "rob  BAUER"
    schools[4].save()
    principal = factories.person("Petra Lang")
    factories.role(principal, "principal", schools[2].group)
    Rates.objects.create(rater=people["Ria"], rated=principal, starts=factories.LONG_AGO)

    def of(name: str, *kinds: str) -> set[tuple[int, str]]:
        numbers = {s.pk: n for n, s in schools.items()}
        return {
            (numbers[c.school], str(c.kind)) for c in conflicts_of([people[name]], schools.values(), kinds)
        }

    every = ("own_school", "former_school", "same_superintendent", "declared")
    assert of("Ruth", *every) == {(1, "own_school"), (2, "former_school"), (1, "same_superintendent"),
                                  (3, "same_superintendent")}  # fmt: skip
    assert of("Ruth") == {(1, "own_school")}
    assert of("Rob", *every) == {(4, "same_superintendent")}
    assert of("Ria", *every) == {(2, "same_superintendent")}


def test_a_new_role_at_a_school_takes_its_review_away(reading: Reading) -> None:
    review = reading.give("Ruth", 1, state="draft", comment="Begun.")
    hold_role(
        reading.people["Ruth"],
        "team",
        reading.schools[1].group,
        by=reading.director,
        starts=dt.date(2026, 9, 1),
    )
    kept = Review.objects.get(pk=review.pk)
    assert (kept.state, kept.void_because) == ("void", "own_school")
    assert queue_of(reading.by("Ruth"), reading.program) == []


def test_what_the_record_shows_meanwhile_is_gone_even_before_it_is_written_down(reading: Reading) -> None:
    review, ruth = reading.give("Ruth", 1), reading.by("Ruth")
    factories.role(reading.people["Ruth"], "team", reading.schools[1].group)  # past the product's own actions
    assert queue_of(ruth, reading.program) == []
    with pytest.raises(Hidden):
        save_review(review, by=ruth, levels={}, comment="x", version=1)


# ------------------------------------------------------------------ reviewers come and go


def test_a_reviewer_who_leaves_sees_nothing_more(reading: Reading) -> None:
    sent = reading.give("Ruth", 1, state="sent", levels=PARTNER)
    reading.give("Ruth", 2)
    begun = reading.give("Ruth", 3, state="draft", comment="Half.")
    assert end_reviewer(reading.seats["Ruth"], by=reading.director) == 2
    assert visible(reading.by("Ruth"), "review.view", Review).count() == 0
    states = dict(Review.objects.values_list("pk", "state"))
    assert states == {sent.pk: "sent", begun.pk: "void"}


def test_the_office_ending_the_role_elsewhere_is_enough(reading: Reading) -> None:
    reading.give("Ruth", 1)
    held = reading.seats["Ruth"].held
    held.ends = dt.date(2021, 1, 1)
    held.save()
    assert visible(reading.by("Ruth"), "review.view", Review).count() == 0


def test_adding_a_reviewer(reading: Reading) -> None:
    seat = add_reviewer(
        reading.program, by=reading.director, name="Noor Haddad", email="noor@haddad.test", most=4
    )
    assert (seat.person.name, seat.held.role, seat.held.group, seat.most) == (
        "Noor Haddad", "reviewer", reading.program.group, 4
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        add_reviewer(reading.program, by=reading.director, name="", email="noor@haddad.test")
    assert codes(refused) == ["role-overlaps"]
    assert set_limit(seat, by=reading.director, most=None).most is None
    with pytest.raises(NotAllowed):
        add_reviewer(reading.program, by=reading.by("Ruth"), name="X Y", email="x@y.test")


def test_only_those_who_owe_are_reminded_and_once_a_day(reading: Reading) -> None:
    reading.give("Ruth", 1, state="sent")
    owed = reading.give("Rob", 1)
    reading.give("Rob", 2, state="draft")
    assert remind(reading.program, "reading", by=reading.director) == 1
    assert remind(reading.program, "reading", by=reading.director) == 0
    mail = OutgoingMail.objects.get(kind="review.reminder")
    assert (mail.to, mail.link) == (reading.people["Rob"], "/reviews/")
    assert "2 reviews are still open" in mail.body
    assert "P.S." not in mail.subject + mail.body
    Review.objects.filter(seat=owed.seat).update(state="sent")
    send_due()
    assert OutgoingMail.objects.get(pk=mail.pk).state == "withheld"


# ------------------------------------------------------------------ stages


def test_a_stage_opens_tells_and_closes(reading: Reading) -> None:
    reading.give("Ruth", 1)
    reading.stage(state="planned")
    until = timezone.localdate() + dt.timedelta(days=3)
    row = open_stage(reading.program, "reading", by=reading.director, until=until)
    assert (row.state, row.closes and timezone.localtime(row.closes).date()) == ("open", until)
    assert [m.to.name for m in OutgoingMail.objects.filter(kind="review.open")] == ["Ruth Adler"]
    with pytest.raises(Refused) as refused:
        open_stage(reading.program, "reading", by=reading.director)
    assert codes(refused) == ["open-already"]
    with pytest.raises(Refused) as refused:
        extend_stage(reading.program, "reading", by=reading.director, until=dt.date(2020, 1, 1))
    assert codes(refused) == ["date-passed"]
    later = extend_stage(reading.program, "reading", by=reading.director, until=until + dt.timedelta(days=1))
    assert later.closes
    assert timezone.localtime(later.closes).date() == until + dt.timedelta(days=1)
    assert close_stage(reading.program, "reading", by=reading.director).state == "closed"
    with pytest.raises(Refused) as refused:
        close_stage(reading.program, "reading", by=reading.director)
    assert codes(refused) == ["not-open"]
    with pytest.raises(Hidden):
        open_stage(reading.program, "no-such-stage", by=reading.director)


def test_a_stage_of_the_queue_kind_gives_the_least_reviewed(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    shape = stage_named(reading.program, "reading").shape
    object.__setattr__(shape, "handed_out", "queue")
    try:
        for number in (1, 2, 3):
            reading.give("Rob", number, state="sent")
        factories.role(reading.people["Ruth"], "team", reading.schools[4].group)
        Conflict.objects.create(person=reading.people["Ruth"], school=reading.schools[4], kind="own_school")
        seat = reading.seats["Ruth"]
        reading.give("Ria", 1, state="sent")
        open_now = takeable(seat, stage_named(reading.program, "reading"))
        numbers = {str(a.pk): n for n, a in reading.applications.items()}
        assert sorted(numbers[pk] for pk in open_now) == [2, 3]  # 1 has its two, 4 is in conflict
        taken = take_next(seat, "reading", by=reading.by("Ruth"))
        assert str(taken.application_id) == open_now[0]
        with pytest.raises(Refused) as refused:
            take_next(seat, "reading", by=reading.by("Ruth"))
        assert codes(refused) == ["one-at-a-time"]
    finally:
        object.__setattr__(shape, "handed_out", "assigned")


def test_what_is_withdrawn_is_not_reviewed(reading: Reading) -> None:
    from intervisit.apps.reviews.queries import applications_of

    Application.objects.filter(pk=reading.applications[1].pk).update(state="withdrawn")
    assert applications_of(stage_named(reading.program, "reading")).count() == 3
