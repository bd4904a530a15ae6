"""Mail: once for each piece of news, and only to those who may still know it."""

import datetime as dt
from collections.abc import Iterator
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail as sent_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import OperationalError, transaction

from intervisit.apps.people.models import Person, RoleHeld
from intervisit.kit import outbox
from intervisit.kit.clock import now, today
from intervisit.kit.models import MailState, OutgoingMail
from intervisit.kit.outbox import mail_kind, mails_to, send_due, send_later
from tests import factories
from tests.world import World

NEWS, OWN, KEYED = "trial.news", "trial.own", "trial.keyed"


@pytest.fixture(autouse=True)
def _kinds(settings: Any) -> Iterator[None]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail_kind(NEWS, "network.view")
    mail_kind(OWN, "")
    mail_kind(KEYED, "", opens=lambda path: f"{path}?key=signed")
    yield
    for kind in (NEWS, OWN, KEYED):
        outbox.MAIL_KINDS.pop(kind)
        outbox._OPENERS.pop(kind, None)


@pytest.fixture
def hana(db: None) -> Person:
    return factories.person("Hana Whitfield")


def own(to: Person, key: str = "", **other: str) -> OutgoingMail | None:
    return send_later(OWN, to, subject="News", body="Something happened.", key=key, **other)


def news(world: World, to: str) -> OutgoingMail:
    about = world.networks["East"]
    made = send_later(
        NEWS, world.people[to], subject="A network", body="Look.", link="/networks/1/", about=about
    )
    assert made is not None
    return made


def state_of(made: OutgoingMail | None) -> str:
    assert made is not None
    return str(OutgoingMail.objects.get(pk=made.pk).state)


def make_due() -> None:
    earlier = now() - dt.timedelta(seconds=1)
    OutgoingMail.objects.update(due=earlier)
    OutgoingMail.objects.exclude(claimed_until=None).update(claimed_until=earlier)


def test_a_mail_is_sent_once(hana: Person) -> None:
    made = own(hana, link="/account/")
    assert [send_due(), send_due()] == [1, 0]
    (message,) = sent_mail.outbox
    assert (message.to, message.subject) == (["hana@whitfield.test"], "News")
    assert message.body == "Something happened.\n\nhttp://localhost:8000/account/\n"
    assert message.extra_headers["Message-ID"].startswith(f"<{made.pk}@")  # type: ignore[union-attr]
    assert state_of(made) == "sent"


def test_mail_is_of_the_transaction_of_its_news(hana: Person) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 - the transaction is part of it
        own(hana)
        _ = 1 / 0
    assert (send_due(), sent_mail.outbox) == (0, [])


def test_the_same_news_is_told_once(hana: Person) -> None:
    assert own(hana, key="published:1:hana") is not None
    assert own(hana, key="published:1:hana") is None
    assert own(hana, key="published:2:hana") is not None
    assert send_due() == 2


def test_without_a_key_two_mails_are_two(hana: Person) -> None:
    assert [own(hana) is not None for _ in range(2)] == [True, True]


def test_a_kind_has_one_rule_and_says_what_it_is_about(hana: Person) -> None:
    with pytest.raises(ValueError, match="two rules"):
        mail_kind(NEWS, "network.publish")
    with pytest.raises(ValueError, match="what it is about"):
        send_later(NEWS, hana, subject="x", body="x")
    with pytest.raises(KeyError):
        send_later("no.such", hana, subject="x", body="x")


def test_a_key_to_the_door_is_in_the_mail_and_not_in_the_database(hana: Person) -> None:
    send_later(KEYED, hana, subject="x", body="x", link="/door/")
    send_due()
    assert "/door/?key=signed" in str(sent_mail.outbox[0].body)
    assert "signed" not in str(list(OutgoingMail.objects.values()))


# --------------------------------------------------------------------------- asked again when it is sent


def test_whoever_may_know_gets_it(world: World) -> None:
    made = [news(world, name) for name in ("Hana", "Tess", "Fay", "Dana", "Sol")]
    send_due()
    assert [state_of(m) for m in made] == ["sent"] * 5


@pytest.mark.parametrize("name", ["Ova", "Sue", "Rex", "Ada", "Noa"])
def test_whoever_may_not_know_gets_nothing(world: World, name: str) -> None:
    made = news(world, name)
    send_due()
    assert (state_of(made), sent_mail.outbox) == ("withheld", [])
    assert OutgoingMail.objects.get(pk=made.pk).sent is None


def test_a_right_that_ended_after_the_news_counts(world: World) -> None:
    made = news(world, "Fay")
    RoleHeld.objects.filter(person=world.people["Fay"]).update(ends=today(world.district.zone) - dt.timedelta(days=1))
    send_due()
    assert (state_of(made), sent_mail.outbox) == ("withheld", [])


def test_a_thing_that_is_gone_is_not_told(world: World) -> None:
    made = news(world, "Hana")
    OutgoingMail.objects.filter(pk=made.pk).update(thing="00000000-0000-4000-8000-000000000000")
    send_due()
    assert state_of(made) == "withheld"


def test_an_account_that_was_closed_gets_nothing(hana: Person) -> None:
    made = own(hana)
    Person.objects.filter(pk=hana.pk).update(is_active=False)
    send_due()
    assert (state_of(made), sent_mail.outbox) == ("withheld", [])


# ------------------------------------------------------------------------------------ when it does not work


class Broken(BaseEmailBackend):
    """A mail server that is not there."""

    def send_messages(self, messages: Any) -> int:
        raise SMTPServerDisconnected("secret words of the server")


def breaking(settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Broken"


def test_r18_a_mail_server_that_is_away_is_tried_later_and_longer(hana: Person, settings: Any) -> None:
    made, waits = own(hana), []
    breaking(settings)
    for _ in range(4):
        assert send_due() == 1
        found = OutgoingMail.objects.get(pk=made.pk)  # type: ignore[union-attr]
        assert (found.state, found.problem) == ("waiting", "SMTPServerDisconnected")
        waits.append(round((found.due - now()).total_seconds() / 60))
        assert send_due() == 0
        make_due()
    assert waits == [2, 4, 8, 16]
    assert (send_due(), state_of(made)) == (1, "failed")
    make_due()
    assert send_due() == 0


def test_after_a_failure_it_is_sent_when_the_server_is_back(hana: Person, settings: Any) -> None:
    made, good = own(hana), settings.EMAIL_BACKEND
    breaking(settings)
    send_due()
    make_due()
    settings.EMAIL_BACKEND = good
    assert (send_due(), state_of(made), len(sent_mail.outbox)) == (1, "sent", 1)


def test_one_mail_that_cannot_be_made_does_not_hold_up_the_others(hana: Person) -> None:
    poison = own(hana)
    OutgoingMail.objects.filter(pk=poison.pk).update(action="network.view", model="no.Such")  # type: ignore[union-attr]
    good = own(hana)
    send_due()
    assert (state_of(poison), state_of(good)) == ("waiting", "sent")


def test_r5_a_database_that_went_away_is_not_the_mails_fault(hana: Person, monkeypatch: Any) -> None:
    made = own(hana)

    def away(_: object) -> bool:
        raise OperationalError("gone")

    monkeypatch.setattr(outbox, "_still_allowed", away)
    with pytest.raises(OperationalError):
        send_due()
    monkeypatch.undo()
    assert send_due() == 0  # still claimed
    make_due()
    assert (send_due(), state_of(made)) == (1, "sent")


def test_r18_a_mail_whose_worker_is_gone_is_sent_by_the_next(hana: Person) -> None:
    made = own(hana)
    assert outbox._claim() is not None
    assert send_due() == 0
    make_due()
    assert (send_due(), state_of(made), len(sent_mail.outbox)) == (1, "sent", 1)


def test_r18_a_worker_that_wakes_up_late_writes_nothing(hana: Person) -> None:
    made = own(hana)
    late = outbox._claim()
    make_due()
    send_due()
    before = OutgoingMail.objects.values().get()
    assert late is not None
    outbox._retry(late, "late")
    outbox._finish(late, MailState.FAILED, "late")
    assert (OutgoingMail.objects.values().get(), state_of(made)) == (before, "sent")


def test_the_limit_of_one_round(hana: Person) -> None:
    for _ in range(5):
        own(hana)
    assert [send_due(3), send_due(3), send_due(3)] == [3, 2, 0]


def test_mails_of_one_person_newest_first(world: World) -> None:
    made = [own(world.people["Hana"]), own(world.people["Ova"]), own(world.people["Hana"])]
    assert list(mails_to(world.people["Hana"])) == [made[2], made[0]]
