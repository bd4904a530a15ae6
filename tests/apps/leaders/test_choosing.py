"""The pool shows what somebody agreed to show; principals choose within their places; a term is asked about in time."""

import csv
import datetime as dt
import io
from dataclasses import replace

import pytest
from django.urls import reverse
from django.utils import timezone

from intervisit.apps.leaders.actions.applying import share_answers
from intervisit.apps.leaders.actions.choosing import (
    answer_offer,
    answer_renewal,
    ask_and_end,
    end_term,
    offer_again,
    offer_post,
    show_in_pool,
    take_back_offer,
)
from intervisit.apps.leaders.models import LeaderTerm, PoolEntry
from intervisit.apps.leaders.queries.pool import Wanted, numbers, pool
from intervisit.core.access import system_actor
from intervisit.kit import outbox
from intervisit.kit.access import Hidden, NotAllowed, may
from intervisit.kit.models import OutgoingMail
from intervisit.kit.refusal import Refused
from tests import factories
from tests.apps.leaders.conftest import Posts

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 10, 5)  # in the first autumn of the program


@pytest.fixture(autouse=True)
def in_october(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intervisit.apps.leaders.actions.choosing.today", lambda zone: DAY)
    monkeypatch.setattr("intervisit.apps.leaders.queries.pool.today", lambda zone: DAY)


def found(posts: Posts, who: str, text: str = "") -> list[str]:
    return [e.person.name for e in pool(posts.world.actor(who), posts.program, Wanted(text))]


def test_who_sees_the_pool(posts: Posts) -> None:
    posts.qualified()
    seen = {
        who: found(posts, who)
        for who in ("Hana", "Piet", "Ova", "Dana", "Sol", "Tess", "Pim", "Fay", "Sue", "Cora", "Rex")
    }
    tess = ["Tess Moreau"]
    assert seen == {"Hana": tess, "Piet": tess, "Ova": tess, "Dana": tess, "Sol": tess, "Tess": tess,
                    "Pim": [], "Fay": [], "Sue": [], "Cora": [], "Rex": []}  # fmt: skip


def test_only_what_she_agreed_to_show_is_shown_and_searched(posts: Posts) -> None:
    entry = posts.qualified()
    page = posts.world.client("Piet").get(reverse("leader_pool", args=[posts.program.pk])).content.decode()
    assert ("canary-leader-practice-7f3a" in page, "canary-leader-colleagues-7f3a" in page) == (True, False)
    assert (found(posts, "Piet", "canary-leader-practice"), found(posts, "Piet", "canary-leader-colleagues")) == (
        ["Tess Moreau"], [],
    )  # fmt: skip
    share_answers(
        entry.application, by=posts.world.actor("Tess"), shares=["tenured", "committee_note", "unknown"]
    )
    entry.refresh_from_db()
    assert (entry.shown, entry.application.shares) == ([], [])  # what is not hers to show is not shown
    assert found(posts, "Piet", "canary-leader-practice") == []
    show_in_pool(entry, by=posts.world.actor("Tess"), shown=False)
    assert found(posts, "Piet") == []
    with pytest.raises(NotAllowed):
        show_in_pool(entry, by=posts.world.actor("Hana"), shown=True)


def test_the_pool_holds_for_the_year(posts: Posts) -> None:
    entry = posts.qualified()
    assert entry.until == posts.program.last_day
    PoolEntry.objects.update(until=dt.date(2020, 1, 1))
    entry.refresh_from_db()
    assert found(posts, "Hana") == []
    with pytest.raises(Refused, match="not in the pool any more"):
        offer_post(entry, by=posts.world.actor("Hana"), school=posts.world.schools[1])


def test_offer_accept_and_the_days_of_a_term(posts: Posts) -> None:
    made = posts.serving()
    assert (made.state, made.pay, made.currency, made.starts, made.ends) == (
        "serving", 7500, "USD", DAY, dt.date(2028, 6, 25),
    )  # fmt: skip
    assert "Tess Moreau accepts" in OutgoingMail.objects.get(kind="leader.answer").body
    school = (
        posts.world.client("Hana").get(reverse("school", args=[posts.world.schools[1].pk])).content.decode()
    )
    assert "Model Teacher until Sunday 25 June 2028" in school
    assert "7,500" not in school


@pytest.mark.parametrize(("who", "school"), [("Hana", 2), ("Piet", 1), ("Ova", 1), ("Hana", 7)])
def test_a_principal_offers_at_her_own_school(posts: Posts, who: str, school: int) -> None:
    entry = posts.qualified()
    with pytest.raises(Hidden):
        offer_post(entry, by=posts.world.actor(who), school=posts.world.schools[school])
    assert not LeaderTerm.objects.exists()


def test_the_director_does_not_choose_for_a_principal(posts: Posts) -> None:
    with pytest.raises(Refused, match="principals choose"):
        offer_post(posts.qualified(), by=posts.world.actor("Dana"), school=posts.world.schools[1])
    with pytest.raises(NotAllowed):
        offer_post(PoolEntry.objects.get(), by=posts.world.actor("Sol"), school=posts.world.schools[1])


def test_a_school_has_no_more_than_its_places(posts: Posts) -> None:
    """Three at a school: the fourth is refused, and one that ends makes room."""
    world = posts.world
    for number in range(3):
        someone = factories.person(f"Nr{number} Teacher")
        LeaderTerm.objects.create(
            program=posts.program, position="model_teacher", person=someone, school=world.schools[1], state="serving",
            offered=timezone.now(), starts=posts.program.first_day, ends=posts.program.last_day,
        )  # fmt: skip
    entry = posts.qualified()
    with pytest.raises(Refused, match="3 of 3 Model Teachers"):
        offer_post(entry, by=world.actor("Hana"), school=world.schools[1])
    LeaderTerm.objects.filter(person__name="Nr0 Teacher").update(state="ended")
    assert offer_post(entry, by=world.actor("Hana"), school=world.schools[1]).state == "offered"
    with pytest.raises(Refused, match="already"):
        offer_post(entry, by=world.actor("Piet"), school=world.schools[2])


def test_an_offer_is_answered_by_the_person_alone(posts: Posts) -> None:
    made = posts.offered()
    for who in ("Hana", "Dana", "Pim"):
        with pytest.raises(NotAllowed):
            answer_offer(made, by=posts.world.actor(who), accepts=True)
    assert answer_offer(made, by=posts.world.actor("Tess"), accepts=False).state == "declined"
    with pytest.raises(NotAllowed, match="not open any more"):
        answer_offer(made, by=posts.world.actor("Tess"), accepts=True)


def test_an_offer_taken_back_mails_nobody_an_offer(posts: Posts) -> None:
    """The mail that waits is withheld: its reader may not answer it any more."""
    made = posts.offered()
    take_back_offer(made, by=posts.world.actor("Hana"))
    outbox.send_due()
    rows = OutgoingMail.objects.filter(kind__in=["leader.offer", "leader.ended"])
    states = dict(rows.values_list("kind", "state"))
    assert states == {"leader.offer": "withheld", "leader.ended": "sent"}


def test_pay_is_for_payee_payer_and_finance(posts: Posts) -> None:
    made = posts.serving()
    flo = factories.person("Flo Brandt")
    posts.world.people["Flo"] = flo
    factories.role(flo, "finance", posts.world.district.group)
    seen = {who for who in posts.world.people if may(posts.world.actor(who), "leader_term.view", made)}
    assert seen == {"Tess", "Hana", "Dana", "Sol", "Flo"}
    answers = {
        who: posts.world.client(who).get(reverse("leader_payroll", args=[posts.program.pk])).status_code
        for who in ("Flo", "Sol", "Hana", "Tess", "Sue", "Ada", "Fay")
    }
    assert answers == {"Flo": 200, "Sol": 200, "Hana": 404, "Tess": 404, "Sue": 404, "Ada": 404, "Fay": 404}


def test_the_file_for_payroll_runs_nothing(posts: Posts) -> None:
    """B23: a name that begins like a formula is text in the file."""
    posts.serving()
    person = posts.world.people["Tess"]
    person.name = "=HYPERLINK(1)"
    person.save()
    body = posts.world.client("Sol").get(reverse("leader_payroll", args=[posts.program.pk])).content
    (row,) = csv.DictReader(io.StringIO(body.decode("utf-8-sig")))
    assert row["Person"] == "'=HYPERLINK(1)"
    assert (row["Post"], row["A year"], row["Currency"], row["Starts"], row["Ends"]) == (
        "Model Teacher", "7500", "USD", DAY.isoformat(), "2028-06-25",
    )  # fmt: skip


@pytest.mark.parametrize(("day", "asked", "state"), [
    (dt.date(2028, 2, 25), 0, "serving"), (dt.date(2028, 2, 26), 1, "serving"), (dt.date(2028, 6, 26), 0, "ended"),
])  # fmt: skip
def test_what_the_days_bring(
    posts: Posts, monkeypatch: pytest.MonkeyPatch, day: dt.date, asked: int, state: str
) -> None:
    made = posts.serving()
    monkeypatch.setattr("intervisit.apps.leaders.actions.choosing.today", lambda zone: day)
    assert ask_and_end(by=system_actor("nightly"))[0] == asked
    made.refresh_from_db()
    assert (made.state, OutgoingMail.objects.filter(kind="leader.renewal").count()) == (state, asked)
    assert ask_and_end(by=system_actor("nightly")) == (0, 0)  # asked once, ended once


def test_going_on_is_said_by_the_person_and_heard_by_the_principal(posts: Posts) -> None:
    made = posts.serving()
    answer_renewal(made, by=posts.world.actor("Tess"), goes_on=True)
    assert (
        "would like to go on as Model Teacher" in OutgoingMail.objects.get(kind="leader.renewal_answer").body
    )
    with pytest.raises(Refused, match="applies again"):
        offer_again(made, by=posts.world.actor("Hana"))
    page = posts.world.client("Tess").get("/leaders/").content.decode()
    assert "Apply again for this post" in page


def test_both_sides_agree_where_the_design_says_so(posts: Posts, monkeypatch: pytest.MonkeyPatch) -> None:
    made = posts.serving()
    monkeypatch.setattr(LeaderTerm, "post", property(_agree))
    with pytest.raises(Refused, match="has not said"):
        offer_again(made, by=posts.world.actor("Hana"))
    answer_renewal(made, by=posts.world.actor("Tess"), goes_on=True)
    following = offer_again(made, by=posts.world.actor("Hana"))
    assert (following.renews, following.starts, following.ends) == (
        made,
        dt.date(2028, 6, 26),
        dt.date(2030, 6, 25),
    )


def _agree(term: LeaderTerm) -> object:
    return replace(term.program.design.positions[term.position], renewal="agree")


def test_a_post_ends_before_its_time(posts: Posts) -> None:
    made = posts.serving()
    for day, words in ((dt.date(2020, 1, 1), "began on"), (dt.date(2030, 1, 1), "anyhow")):
        with pytest.raises(Refused, match=words):
            end_term(made, by=posts.world.actor("Hana"), last_day=day)
    with pytest.raises(NotAllowed):
        end_term(made, by=posts.world.actor("Piet"), last_day=made.ends)
    end_term(made, by=posts.world.actor("Hana"), last_day=dt.date(2027, 6, 25))
    assert LeaderTerm.objects.get().ends == dt.date(2027, 6, 25)


def test_numbers_for_the_director(posts: Posts) -> None:
    posts.serving()
    posts.sent("Pim", school=2)
    first, *_ = numbers(posts.program)
    assert (first.title, first.waiting, first.qualified, first.serving, first.share) == (
        "Model Teachers",
        1,
        1,
        1,
        None,
    )
    assert first.places == 3 * 6  # six schools take part, each with three places


def test_pages_ask_a_constant_number_of_times(posts: Posts, django_assert_max_num_queries: object) -> None:
    posts.serving()
    for who, name, most in (
        ("Sol", "program_leaders", 14),
        ("Hana", "leader_pool", 16),
        ("Sol", "leader_terms", 12),
    ):
        browser = posts.world.client(who)
        with django_assert_max_num_queries(most):  # type: ignore[operator]
            assert browser.get(reverse(name, args=[posts.program.pk])).status_code == 200
