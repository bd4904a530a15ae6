"""Forms of posts save themselves while somebody types, by the same part as the applications of schools."""

from typing import Any

import pytest
from django.urls import reverse

from intervisit.apps.leaders.actions.applying import start_application
from intervisit.apps.leaders.actions.interviewing import arrange_interview
from intervisit.apps.leaders.models import InterviewSheet, LeaderApplication
from intervisit.kit.models import HistoryLine
from tests.apps.leaders.conftest import FORM, Posts

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(posts: Posts) -> LeaderApplication:
    post = posts.program.design.positions["model_teacher"]
    return start_application(
        posts.program, by=posts.world.actor("Tess"), post=post, school=posts.world.schools[1]
    )


def keeps(posts: Posts, draft: LeaderApplication, who: str = "Tess", **data: Any) -> Any:
    return posts.world.client(who).post(reverse("leader_autosave", args=[draft.pk]), {"tab": "t", **data})


def test_what_is_typed_is_kept_and_the_page_gets_its_next_version(
    posts: Posts, draft: LeaderApplication
) -> None:
    here = posts.world.client("Tess").get(reverse("leader_write", args=[draft.pk])).content.decode()
    assert f'hx-post="{reverse("leader_autosave", args=[draft.pk])}"' in here
    assert 'id="saved"' in here
    answer = keeps(posts, draft, **{"seen": "1", "q-practice": "Every Tuesday", "shares": ["practice"]})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Saved at" in text
    assert 'name="seen" id="seen" value="2" hx-swap-oob="true"' in text
    assert "still to do" in text
    draft.refresh_from_db()
    assert (draft.answers["practice"], draft.shares, draft.version, draft.state) == (
        "Every Tuesday", ["practice"], 2, "draft",
    )  # fmt: skip


def test_an_answer_that_got_lost_does_not_make_her_collide_with_herself(
    posts: Posts, draft: LeaderApplication
) -> None:
    assert keeps(posts, draft, **{"seen": "1", "q-practice": "One"}).status_code == 200
    assert keeps(posts, draft, **{"seen": "1", "q-practice": "One and two"}).status_code == 200
    draft.refresh_from_db()
    assert (draft.answers["practice"], draft.version) == ("One and two", 3)


def test_another_window_is_told_and_nothing_is_lost(posts: Posts, draft: LeaderApplication) -> None:
    keeps(posts, draft, **{"seen": "1", "q-practice": "Here", "tab": "here"})
    answer = keeps(posts, draft, **{"seen": "1", "q-practice": "There", "tab": "there"})
    assert answer.status_code == 409
    assert "Your text is still here." in answer.content.decode()
    draft.refresh_from_db()
    assert draft.answers["practice"] == "Here"
    # The button shows both, as ever.
    both = posts.world.client("Tess").post(
        reverse("leader_write", args=[draft.pk]), {"seen": "1", "q-practice": "There", "tab": "there"}
    )
    assert both.status_code == 409
    assert "There" in both.content.decode()


def test_the_same_text_again_is_no_event_and_a_wrong_one_is_named(
    posts: Posts, draft: LeaderApplication
) -> None:
    keeps(posts, draft, **{"seen": "1", "q-practice": "Here"})
    lines = HistoryLine.objects.filter(verb="leader_application.write").count()
    assert keeps(posts, draft, **{"seen": "2", "q-practice": "Here"}).status_code == 200
    assert HistoryLine.objects.filter(verb="leader_application.write").count() == lines
    answer = keeps(posts, draft, **{"seen": "2", "q-practice": "word " * 5000, "q-subject": "Grade 4"})
    assert ", except:" in answer.content.decode()
    draft.refresh_from_db()
    assert (draft.answers["practice"], draft.answers["subject"]) == ("Here", "Grade 4")


def test_nobody_else_writes_it(posts: Posts, draft: LeaderApplication) -> None:
    for who in ("Hana", "Piet", "Dana", "Cora", "Rex"):
        assert keeps(posts, draft, who, seen="1").status_code == 404


def test_a_form_of_the_committee_keeps_itself_and_is_not_handed_in(posts: Posts) -> None:
    made = posts.sent()
    arrange_interview(
        made, by=posts.world.actor("Sol"), at=None, place="Room 4", seats=list(posts.seats.values())
    )
    sheet = InterviewSheet.objects.get(interview__application=made, seat=posts.seats["Cora"])
    url = reverse("interview_autosave", args=[sheet.pk])
    cora = posts.world.client("Cora")
    assert url in cora.get(reverse("interview", args=[sheet.interview_id])).content.decode()
    data = {f"q-{k}": v for k, v in FORM.items()}
    answer = cora.post(url, {**data, "seen": "1", "tab": "t"})
    assert 'name="seen" id="seen" value="2"' in answer.content.decode()
    sheet.refresh_from_db()
    assert (sheet.answers, sheet.state) == (FORM, "open")
    assert cora.post(url, {**data, "q-adults": "Else", "seen": "1", "tab": "u"}).status_code == 409
    for who in ("Uli", "Tess", "Hana"):
        assert posts.world.client(who).post(url, {**data, "seen": "2"}).status_code == 404
