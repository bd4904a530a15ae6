"""A teacher applies; her principal says yes or no to a name; nobody who rates her reads a word."""

import datetime as dt

import pytest
from django.urls import reverse

from intervisit.apps.leaders.actions.applying import (
    answer_consent,
    check_rule,
    close_posts,
    open_posts,
    reopen_application,
    save_application,
    start_application,
    submit_application,
    withdraw_application,
)
from intervisit.apps.leaders.bridge import findings_of
from intervisit.apps.leaders.models import Interview, LeaderApplication, LeaderCheck
from intervisit.apps.leaders.queries.applying import takes_applications
from intervisit.core.designs import Outcome
from intervisit.core.posts import verdict
from intervisit.kit.access import Hidden, NotAllowed, may
from intervisit.kit.models import HistoryLine, OutgoingMail
from intervisit.kit.refusal import Refused, Stale
from tests.apps.leaders.conftest import Posts

pytestmark = pytest.mark.django_db


def mails(kind: str) -> list[str]:
    return [
        m.to.name.split()[0]
        for m in OutgoingMail.objects.filter(kind=kind).select_related("to").order_by("to__name")
    ]


def test_from_the_first_word_to_the_committee(posts: Posts) -> None:
    made = submit_application(posts.started(), by=posts.world.actor("Tess"))
    assert (made.state, mails("leader.consent"), mails("leader.receipt")) == ("consent", ["Hana"], ["Tess"])
    answer_consent(made.consent, by=posts.world.actor("Hana"), agrees=True)
    made.refresh_from_db()
    assert (made.state, mails("leader.consent_answered")) == ("submitted", ["Tess"])


def test_a_no_stops_it_and_it_can_be_sent_again(posts: Posts) -> None:
    made, tess = posts.started(), posts.world.actor("Tess")
    submit_application(made, by=tess)
    answer_consent(made.consent, by=posts.world.actor("Hana"), agrees=False)
    made.refresh_from_db()
    assert made.state == "stopped"
    with pytest.raises(NotAllowed, match="has been answered"):
        answer_consent(made.consent, by=posts.world.actor("Hana"), agrees=True)
    reopen_application(withdraw_application(made, by=tess), by=tess)
    made.refresh_from_db()
    assert submit_application(made, by=tess).state == "consent"
    assert len(mails("leader.consent")) == 2


def test_the_principal_reads_the_name_and_never_the_text(posts: Posts) -> None:
    """She rates her teachers: neither the consent's page nor any other shows her what was written."""
    made = posts.sent()
    hana = posts.world.actor("Hana")
    assert not may(hana, "leader_application.view", made)
    answers = [
        posts.world.client("Hana").get(path)
        for path in (
            "/leaders/",
            f"/leader-applications/{made.pk}/",
            f"/programs/{posts.program.pk}/leaders/pool/",
        )
    ]
    assert [a.status_code for a in answers] == [200, 404, 200]
    assert [a for a in answers if b"canary" in a.content] == []


def test_only_ones_own_school_and_kind_of_post(posts: Posts) -> None:
    program, world = posts.program, posts.world
    teacher, principal = (program.design.positions[k] for k in ("model_teacher", "model_principal"))
    for who, post, number in (
        ("Tess", teacher, 2),
        ("Hana", teacher, 1),
        ("Tess", principal, 1),
        ("Hana", principal, 2),
    ):
        with pytest.raises(Hidden):
            start_application(program, by=world.actor(who), post=post, school=world.schools[number])
    with pytest.raises(NotAllowed):
        start_application(program, by=world.actor("Fay"), post=teacher, school=world.schools[1])
    assert (
        start_application(program, by=world.actor("Hana"), post=principal, school=world.schools[1]).state
        == "draft"
    )


def test_once_and_from_last_time(posts: Posts) -> None:
    made = posts.started()
    with pytest.raises(Refused, match="already"):
        posts.started()
    assert made.answers["subject"] == "Grade 4"


def test_what_is_missing_is_told_all_at_once(posts: Posts) -> None:
    made = start_application(
        posts.program, by=posts.world.actor("Tess"), post=posts.program.design.positions["model_teacher"],
        school=posts.world.schools[1],
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        submit_application(made, by=posts.world.actor("Tess"))
    assert [t.field for t in refused.value.troubles] == [
        "subject", "full_time", "tenured", "practice", "colleagues", "feedback",
    ]  # fmt: skip


def test_two_windows_lose_nothing(posts: Posts) -> None:
    made, tess = posts.started(), posts.world.actor("Tess")
    save_application(made, by=tess, answers={"subject": "Grade 5"}, shares=[], seen=2)
    with pytest.raises(Stale) as stale:
        save_application(made, by=tess, answers={"subject": "Grade 6"}, shares=[], seen=2)
    assert (stale.value.mine, stale.value.theirs) == (
        {"What do you teach or lead?": "Grade 6"}, {"What do you teach or lead?": "Grade 5"},
    )  # fmt: skip


def test_the_last_day_counts_to_midnight_there_and_a_minute_more(posts: Posts) -> None:
    call = open_posts(posts.program, by=posts.world.actor("Dana"), closes=dt.date(2090, 3, 1))
    midnight = dt.datetime(2090, 3, 2, 5, 0, tzinfo=dt.UTC)  # in New York
    found = [
        takes_applications(posts.program, call, midnight + dt.timedelta(seconds=s)) for s in (-1, 59, 60)
    ]
    assert found == [True, True, False]
    made = posts.started()
    close_posts(posts.program, by=posts.world.actor("Dana"))
    with pytest.raises(Refused, match="draft is kept"):
        submit_application(made, by=posts.world.actor("Tess"))
    with pytest.raises(NotAllowed):
        open_posts(posts.program, by=posts.world.actor("Sol"), closes=None)
    with pytest.raises(Refused, match="past"):
        open_posts(posts.program, by=posts.world.actor("Dana"), closes=dt.date(2020, 1, 1))


def test_checked_by_on_and_no_rating_anywhere(posts: Posts) -> None:
    """There is no field for a rating: a check keeps yes or no, who and when."""
    made = posts.sent()
    assert verdict(findings_of(made)) is Outcome.UNKNOWN
    check_rule(made, by=posts.world.actor("Sol"), rule="evaluation", met=True)
    assert verdict(findings_of(made)) is Outcome.MET
    assert {f.name for f in LeaderCheck._meta.get_fields()} == {
        "id",
        "application",
        "rule",
        "met",
        "person",
        "on",
    }
    page = posts.world.client("Tess").get(f"/leader-applications/{made.pk}/").content.decode()
    assert "Checked by Sol Rivera, " in page
    check_rule(made, by=posts.world.actor("Sol"), rule="evaluation", met=None)
    assert not LeaderCheck.objects.exists()
    for who in ("Tess", "Hana", "Cora"):
        with pytest.raises(NotAllowed):
            check_rule(made, by=posts.world.actor(who), rule="evaluation", met=True)
    with pytest.raises(Refused, match="not one of the post"):
        check_rule(made, by=posts.world.actor("Sol"), rule="rating", met=True)


def test_withdrawing_takes_the_committees_notes_along(posts: Posts) -> None:
    made = posts.met()
    withdraw_application(made, by=posts.world.actor("Tess"))
    assert not Interview.objects.exists()
    assert not may(posts.world.actor("Sol"), "leader_application.view", LeaderApplication.objects.get())


def test_on_a_phone_saved_and_sent(posts: Posts) -> None:
    """The whole way in the browser's forms, without JavaScript."""
    tess, program = posts.world.client("Tess"), posts.program
    assert "Model Teacher" in tess.get("/leaders/").content.decode()
    post = reverse("post", args=[program.pk, "model_teacher"])
    assert "$7,500 a year" in tess.get(post).content.decode()
    answer = tess.post(post, {"school": posts.world.schools[1].pk})
    here = answer["Location"]
    data = {"seen": "1", "q-subject": "Grade 4", "q-full_time": "yes", "q-tenured": "yes", "q-practice": "Open door",
            "q-colleagues": "", "q-feedback": "Counted", "shares": ["practice"]}  # fmt: skip
    answer = tess.post(f"{here}?then=send", data)
    page = tess.get(answer["Location"]).content.decode()
    assert "How have you helped other adults learn?: not answered yet" in page
    assert "Open door" in page  # saved, though it could not be sent
    sent = tess.post(f"{here}?then=send", {**data, "seen": "2", "q-colleagues": "Planned together"})
    assert sent["Location"] == f"/leader-applications/{LeaderApplication.objects.get().pk}/"
    assert LeaderApplication.objects.get().state == "consent"
    assert b"would like to be Model Teacher" in posts.world.client("Hana").get("/leaders/").content


def test_the_history_holds_no_text(posts: Posts) -> None:
    posts.met()
    lines = HistoryLine.objects.values_list("label", "changes")
    assert [line for line in map(str, lines) if "canary" in line] == []
    bodies = OutgoingMail.objects.values_list("subject", "body")
    assert [b for b in map(str, bodies) if "canary" in b] == []
