"""The office assigns: as the preview said, within conflicts and limits, keeping what was chosen."""

import pytest
from django.urls import reverse

from intervisit.apps.reviews.actions.assigning import add_review, apply_assignment, remove_review
from intervisit.apps.reviews.bridge import Choice, plan, results
from intervisit.apps.reviews.models import Conflict, Review
from intervisit.apps.reviews.queries import applications_of, stage_named
from intervisit.kit.access import NotAllowed
from intervisit.kit.refusal import Refused
from tests import factories
from tests.apps.reviews.conftest import PARTNER, Reading
from tests.apps.reviews.test_pages import client


def view(reading: Reading, key: str = "reading"):  # type: ignore[no-untyped-def]
    return stage_named(reading.program, key)


def apply(reading: Reading, **choice: bool) -> None:
    found = plan(view(reading), Choice(**choice))
    assert found.troubles == []
    apply_assignment(reading.program, "reading", by=reading.director, mark=found.mark, **choice)


def loads(reading: Reading) -> dict[str, int]:
    return {
        name: Review.objects.filter(seat=seat).exclude(state="void").count()
        for name, seat in reading.seats.items()
    }


def test_what_the_preview_showed_is_applied(reading: Reading) -> None:
    factories.role(reading.people["Ruth"], "team", reading.schools[1].group)
    before = plan(view(reading), Choice())
    assert (len(before.new), before.conflicts, sorted(n for _, n, _ in before.loads)) == (8, 1, [2, 3, 3])
    assert Review.objects.count() == 0
    apply(reading)
    assert sorted(loads(reading).values()) == [2, 3, 3]
    assert not Review.objects.filter(seat=reading.seats["Ruth"], application=reading.applications[1]).exists()
    assert list(Conflict.objects.values_list("person__name", "school__name", "kind")) == [
        ("Ruth Adler", "P.S. 1", "own_school")
    ]
    assert plan(view(reading), Choice()).new == []


def test_a_preview_that_is_out_of_date_assigns_nothing(reading: Reading) -> None:
    mark = plan(view(reading), Choice()).mark
    Conflict.objects.create(person=reading.people["Rob"], school=reading.schools[2], kind="declared")
    with pytest.raises(Refused) as refused:
        apply_assignment(reading.program, "reading", by=reading.director, mark=mark)
    assert refused.value.troubles[0].code == "changed-meanwhile"
    assert Review.objects.count() == 0


def test_starting_over_keeps_what_was_chosen_begun_or_sent(reading: Reading) -> None:
    loose = [reading.give("Ruth", n) for n in (1, 2)]
    by_hand = reading.give("Ruth", 3, by_hand=True)
    begun = reading.give("Ruth", 4, state="draft")
    apply(reading, afresh=True)
    left = set(Review.objects.values_list("pk", flat=True))
    assert {by_hand.pk, begun.pk} <= left
    assert not {r.pk for r in loose} & left
    assert sorted(loads(reading).values()) == [2, 3, 3]


def test_limits_hold_and_too_little_is_said_in_names(reading: Reading) -> None:
    for seat in reading.seats.values():
        seat.most = 2
        seat.save()
    found = plan(view(reading), Choice())
    assert found.troubles == ["8 reviews are needed, and all reviewers together take at most 6 more."]
    with pytest.raises(Refused) as refused:
        apply_assignment(reading.program, "reading", by=reading.director, mark=found.mark)
    assert refused.value.troubles[0].code == "cannot-assign"
    for name in ("Ruth", "Rob"):
        Conflict.objects.create(person=reading.people[name], school=reading.schools[1], kind="declared")
    assert plan(view(reading), Choice()).troubles == ["P.S. 1 needs 2 reviews, and only 1 may read it."]


def test_a_void_review_is_replaced_by_somebody_else(reading: Reading) -> None:
    apply(reading)
    one = Review.objects.filter(application=reading.applications[1]).first()
    assert one
    remove_review(one, by=reading.director)
    assert Review.objects.filter(pk=one.pk).count() == 0  # nothing was written: nothing is kept
    assert len(plan(view(reading), Choice()).new) == 1


def test_by_hand(reading: Reading) -> None:
    application, seat = reading.applications[1], reading.seats["Ruth"]
    review = add_review(reading.program, "reading", application, seat, by=reading.director)
    assert review.by_hand
    with pytest.raises(Refused) as refused:
        add_review(reading.program, "reading", application, seat, by=reading.director)
    assert refused.value.troubles[0].code == "assigned-already"
    factories.role(reading.people["Rob"], "team", reading.schools[1].group)
    with pytest.raises(Refused) as refused:
        add_review(reading.program, "reading", application, reading.seats["Rob"], by=reading.director)
    assert refused.value.message == "Rob Bauer may not read this: works there."
    with pytest.raises(NotAllowed):
        add_review(reading.program, "reading", application, seat, by=reading.by("Ruth"))
    Review.objects.filter(pk=review.pk).update(comment="Words.", state="sent")
    review.refresh_from_db()
    remove_review(review, by=reading.director)
    review.refresh_from_db()
    assert (review.state, review.void_because, review.comment) == ("void", "taken_back", "Words.")


def test_nobody_chosen_comes_back_to_the_page(reading: Reading) -> None:
    url = reverse("reviews_of_application", args=[reading.program.pk, "reading", reading.applications[1].pk])
    answer = client(reading, "Dana").post(url, {"seat": ""})
    assert (answer.status_code, answer.context["problem"]) == (422, "Choose who reads it.")
    assert "Choose who reads it." in answer.content.decode()
    assert Review.objects.count() == 0


def test_results_come_from_what_is_sent_and_counts(reading: Reading) -> None:
    low = {"readiness": 1, "openness": 1, "need": 1}
    reading.give("Ruth", 1, state="sent", levels=PARTNER)
    reading.give("Rob", 1, state="sent", levels=low)
    reading.give("Ria", 1, state="void", levels=PARTNER)
    reading.give("Ruth", 2, state="draft", levels=PARTNER)
    stage = view(reading)
    found = results(stage, list(applications_of(stage)), list(Review.objects.select_related("seat")))
    rows = {r.application.pk: r for r in found.rows}
    first, second = rows[reading.applications[1].pk], rows[reading.applications[2].pk]
    # readiness 3 of 1–4 with weight 3, openness 2 of 1–3 with weight 2, need 3 of 1–3 with weight 3: (2 + 1 + 3) / 8
    assert (first.mean, first.spread, first.sent, first.assigned) == (37.5, 75.0, 2, 2)
    assert (second.mean, second.spread, second.sent, second.assigned) == (None, None, 0, 1)
