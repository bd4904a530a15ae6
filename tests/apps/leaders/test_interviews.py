"""A joint committee: each form is its writer's until both are in; a conflict shuts everything of that person."""

import datetime as dt

import pytest
from django.urls import reverse

from intervisit.apps.leaders.actions.applying import check_rule
from intervisit.apps.leaders.actions.interviewing import (
    add_member,
    arrange_interview,
    decide,
    declare_conflict,
    end_member,
    save_sheet,
    undo_decision,
)
from intervisit.apps.leaders.models import Interview, InterviewSheet, LeaderApplication, PoolEntry
from intervisit.apps.leaders.queries.committee import interviews_of, sheets_read
from intervisit.apps.people.models import Rates
from intervisit.kit.access import NotAllowed, may
from intervisit.kit.models import OutgoingMail
from intervisit.kit.refusal import Refused, Stale
from tests import factories
from tests.apps.leaders.conftest import FORM, Posts

pytestmark = pytest.mark.django_db
NOTES = b"canary-interview-practice-7f3a"


def arranged(posts: Posts) -> tuple[LeaderApplication, dict[str, InterviewSheet]]:
    made = posts.sent()
    when = dt.datetime(2026, 5, 4, 19, 30, tzinfo=dt.UTC)
    arrange_interview(
        made, by=posts.world.actor("Sol"), at=when, place="Room 4", seats=list(posts.seats.values())
    )
    return made, {name: InterviewSheet.objects.get(seat=seat) for name, seat in posts.seats.items()}


def test_each_form_is_read_by_its_writer_then_by_those_who_are_done(posts: Posts) -> None:
    _, sheets = arranged(posts)
    interview = Interview.objects.get()
    save_sheet(sheets["Cora"], by=posts.world.actor("Cora"), answers=FORM, seen=1, hand_in=True)

    def reads(who: str) -> list[str]:
        return [s.seat.person.name.split()[0] for s in sheets_read(posts.world.actor(who), interview)]

    assert {who: reads(who) for who in ("Cora", "Uli", "Sol", "Dana", "Tess", "Hana", "Sue", "Ada")} == {
        "Cora": ["Cora"], "Uli": [], "Sol": ["Cora"], "Dana": ["Cora"], "Tess": [], "Hana": [], "Sue": [], "Ada": [],
    }  # fmt: skip
    save_sheet(sheets["Uli"], by=posts.world.actor("Uli"), answers=FORM, seen=1, hand_in=True)
    assert (reads("Cora"), reads("Uli")) == (["Cora", "Uli"], ["Cora", "Uli"])
    with pytest.raises(NotAllowed, match="handed in"):
        save_sheet(
            InterviewSheet.objects.get(pk=sheets["Uli"].pk), by=posts.world.actor("Uli"), answers={}, seen=2
        )


def test_the_applicant_never_sees_a_form_and_reads_one_sentence(posts: Posts) -> None:
    made = posts.met()
    decide(
        made,
        by=posts.world.actor("Sol"),
        qualified=False,
        sentence="Show us next year what your visitors took home.",
    )
    answer = posts.world.client("Tess").get(f"/leader-applications/{made.pk}/")
    assert b"Show us next year" in answer.content
    assert NOTES not in answer.content
    assert posts.world.client("Tess").get(reverse("interview", args=[made.interview.pk])).status_code == 404
    assert (
        OutgoingMail.objects.filter(body__contains="Show us").count() == 0
    )  # read on the page, not in a mail
    office = posts.world.client("Sol").get(f"/leader-applications/{made.pk}/")
    assert NOTES in office.content


@pytest.mark.parametrize("when", ["works there now", "worked there once", "rates her", "declared"])
def test_a_member_with_a_conflict_sees_nothing_of_that_person(posts: Posts, when: str) -> None:
    """Whatever came first, at the next request there is no name, no count and no text."""
    made, sheets = arranged(posts)
    world, cora = posts.world, posts.world.people["Cora"]
    save_sheet(sheets["Cora"], by=world.actor("Cora"), answers=FORM, seen=1)
    assert b"Tess Moreau" in world.client("Cora").get("/leaders/").content
    if when == "works there now":
        factories.role(cora, "team", world.schools[1].group)
    elif when == "worked there once":
        factories.role(cora, "team", world.schools[1].group, ends=dt.date(2021, 6, 30))
    elif when == "rates her":
        Rates.objects.create(rater=cora, rated=world.people["Tess"], starts=factories.LONG_AGO)
    else:
        declare_conflict(sheets["Cora"], by=world.actor("Cora"))
    actor, browser = world.actor("Cora"), world.client("Cora")
    assert list(interviews_of(actor)) == []
    assert b"Tess Moreau" not in browser.get("/leaders/").content
    here = reverse("interview", args=[made.interview.pk])
    assert (browser.get(here).status_code, browser.post(here).status_code) == (404, 404)
    form = reverse("interview_sheet", args=[sheets["Cora"].pk])
    assert browser.post(form, {"seen": "2", "q-adults": "still me"}).status_code == 404
    assert not may(actor, "interview_sheet.write", sheets["Cora"])
    assert world.client("Uli").get(here).status_code == 200
    if when == "declared":
        with pytest.raises(Refused, match="1 of the district"):
            decide_ready(posts, made)


def decide_ready(posts: Posts, made: LeaderApplication) -> None:
    check_rule(made, by=posts.world.actor("Sol"), rule="evaluation", met=True)
    for sheet in InterviewSheet.objects.filter(away=False, state="open"):
        save_sheet(sheet, by=posts.world.actor("Uli"), answers=FORM, seen=1, hand_in=True)
    decide(made, by=posts.world.actor("Sol"), qualified=True, sentence="Good.")


def test_nobody_with_a_conflict_is_asked(posts: Posts) -> None:
    made = posts.sent()
    factories.role(
        posts.world.people["Cora"], "team", posts.world.schools[1].group, ends=dt.date(2021, 6, 30)
    )
    with pytest.raises(Refused) as refused:
        arrange_interview(
            made, by=posts.world.actor("Sol"), at=None, place="", seats=list(posts.seats.values())
        )
    assert [(t.code, "Cora Amsel works or worked" in t.message) for t in refused.value.troubles] == [
        ("conflict", True)
    ]
    with pytest.raises(Refused) as alone:
        arrange_interview(made, by=posts.world.actor("Sol"), at=None, place="", seats=[posts.seats["Uli"]])
    assert [t.message for t in alone.value.troubles] == [
        "1 more from the district: the committee is a joint one."
    ]
    assert not Interview.objects.exists()


def test_a_seat_given_to_somebody_else_closes(posts: Posts) -> None:
    made, sheets = arranged(posts)
    zoe = factories.person("Zoe Haas")
    posts.world.people["Zoe"] = zoe
    seat = add_member(posts.program, by=posts.world.actor("Dana"), name="", email=zoe.email, side="district")
    arrange_interview(made, by=posts.world.actor("Sol"), at=None, place="", seats=[seat, posts.seats["Uli"]])
    assert not InterviewSheet.objects.filter(pk=sheets["Cora"].pk).exists()  # nothing was written yet
    assert [s.interview for s in interviews_of(posts.world.actor("Zoe"))] == [made.interview]


def test_leaving_the_committee_closes_everything(posts: Posts) -> None:
    made, _ = arranged(posts)
    end_member(posts.seats["Cora"], by=posts.world.actor("Dana"), program=posts.program)
    assert posts.world.client("Cora").get(reverse("interview", args=[made.interview.pk])).status_code == 404
    with pytest.raises(NotAllowed):
        end_member(posts.seats["Uli"], by=posts.world.actor("Sol"), program=posts.program)


def test_the_outcome_waits_for_eligibility_and_both_sides(posts: Posts) -> None:
    made, sheets = arranged(posts)
    sol = posts.world.actor("Sol")
    with pytest.raises(Refused, match="not known yet"):
        decide(made, by=sol, qualified=True, sentence="Yes.")
    check_rule(made, by=sol, rule="evaluation", met=True)
    with pytest.raises(Refused, match="1 of the district and 1 of the teachers' union"):
        decide(made, by=sol, qualified=True, sentence="Yes.")
    save_sheet(sheets["Cora"], by=posts.world.actor("Cora"), answers=FORM, seen=1, hand_in=True)
    with pytest.raises(Refused, match=r"missing: 1 of the teachers' union\."):
        decide(made, by=sol, qualified=True, sentence="Yes.")
    check_rule(made, by=sol, rule="evaluation", met=False)
    with pytest.raises(Refused, match="not met"):
        decide(made, by=sol, qualified=True, sentence="Yes.")
    for who in ("Cora", "Uli", "Tess", "Hana", "Fay"):
        with pytest.raises(NotAllowed):
            decide(made, by=posts.world.actor(who), qualified=False, sentence="No.")
    assert decide(made, by=sol, qualified=False, sentence="Not this year.").state == "not_yet"
    assert not PoolEntry.objects.exists()


def test_an_outcome_can_be_opened_again_by_the_director(posts: Posts) -> None:
    entry = posts.qualified()
    made = entry.application
    with pytest.raises(NotAllowed):
        undo_decision(made, by=posts.world.actor("Sol"))
    undo_decision(made, by=posts.world.actor("Dana"))
    assert (made.state, made.sentence, PoolEntry.objects.count()) == ("submitted", "", 0)


def test_a_form_in_the_browser(posts: Posts) -> None:
    made, sheets = arranged(posts)
    browser, here = posts.world.client("Uli"), reverse("interview", args=[made.interview.pk])
    there = reverse("interview_sheet", args=[sheets["Uli"].pk])
    page = browser.get(here).content.decode()
    assert ("Monday 4 May 2026, 3:30 p.m." in page, "What was said" in page) == (True, True)
    refused = browser.post(f"{there}?then=send", {"seen": "1", "q-practice": "kept in the form"})
    assert (refused.status_code, "kept in the form" in refused.content.decode()) == (422, True)
    data = {"seen": "1", "q-practice": "Said much", "q-adults": "Asked", "q-ready": "ready"}
    assert browser.post(f"{there}?then=send", data).status_code == 303
    assert InterviewSheet.objects.get(pk=sheets["Uli"].pk).state == "in"
    other = reverse("interview_sheet", args=[sheets["Cora"].pk])
    assert browser.post(other, data).status_code == 404


def test_a_form_in_two_windows(posts: Posts) -> None:
    _, sheets = arranged(posts)
    uli = posts.world.actor("Uli")
    save_sheet(sheets["Uli"], by=uli, answers={"practice": "first"}, seen=1)
    with pytest.raises(Stale):
        save_sheet(sheets["Uli"], by=uli, answers={"practice": "second"}, seen=1)
    assert InterviewSheet.objects.get(pk=sheets["Uli"].pk).answers == {"practice": "first"}
