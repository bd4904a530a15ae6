"""Signing in by a mailed link: once, for fifteen minutes, by pressing a button, and the same answer to everybody."""

import datetime as dt
import re

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from intervisit.apps.people.keys import digest
from intervisit.apps.people.models import Identity, RoleHeld, SessionSeen, SignInLink
from intervisit.kit.models import HistoryLine, OutgoingMail
from intervisit.kit.outbox import path_in, send_due
from tests.world import World

SAID = "is known here, a link is on its way"


def ask(browser: Client, email: str, onward: str = "") -> str:
    """Ask for a link; the text of the answer."""
    answer = browser.post("/sign-in/", {"email": email, "next": onward}, follow=True)
    return str(answer.content.decode())


def mailed_path(world: World, name: str) -> str:
    mail = OutgoingMail.objects.filter(to=world.people[name], kind="sign_in.link").latest("created")
    return path_in(mail)


def test_known_and_unknown_get_the_same_answer(world: World) -> None:
    known, unknown = ask(Client(), world.people["Hana"].email), ask(Client(), "nobody@nowhere.test")
    assert SAID in known
    bare = [re.sub(r'value="[^"]*"|<strong>[^<]*</strong>', "", t) for t in (known, unknown)]
    assert bare[0] == bare[1]
    assert [m.to for m in OutgoingMail.objects.all()] == [world.people["Hana"]]


def test_link_signs_in_once_by_post_only(world: World) -> None:
    ask(Client(), world.people["Hana"].email.upper(), "/schools/?q=1")
    path = mailed_path(world, "Hana")
    browser = Client(headers={"user-agent": "Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile"})
    looked = browser.get(path)
    assert looked.status_code == 200
    assert "Hana Whitfield" in looked.content.decode()
    assert "_auth_user_id" not in browser.session
    answer = browser.post(path)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/schools/?q=1")
    assert browser.session["_auth_user_id"] == str(world.people["Hana"].pk)
    seen = SessionSeen.objects.get()
    assert (seen.person, seen.how, seen.device) == (world.people["Hana"], "link", "Chrome on Android")
    again = Client().post(path)
    assert again.status_code == 422
    assert "no longer works" in again.content.decode()
    assert Client().get(path).status_code == 410


def test_link_is_over_after_fifteen_minutes(world: World) -> None:
    start = timezone.now()
    ask(Client(), world.people["Hana"].email)
    path = mailed_path(world, "Hana")
    with time_machine.travel(start + dt.timedelta(minutes=14, seconds=50)):
        assert Client().get(path).status_code == 200
    with time_machine.travel(start + dt.timedelta(minutes=15, seconds=5)):
        assert Client().get(path).status_code == 410
        assert Client().post(path).status_code == 422
    assert not SessionSeen.objects.exists()


def test_link_opens_the_browser_it_is_opened_in_not_the_one_that_asked(world: World) -> None:
    asking, opening = Client(), Client()
    ask(asking, world.people["Hana"].email)
    opening.post(mailed_path(world, "Hana"))
    assert "_auth_user_id" not in asking.session
    assert opening.session["_auth_user_id"] == str(world.people["Hana"].pk)


def test_signing_in_changes_the_session_key(world: World) -> None:
    browser = Client()
    ask(browser, world.people["Hana"].email)
    before = browser.session.session_key
    browser.post(mailed_path(world, "Hana"))
    assert browser.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_the_token_is_in_the_mail_and_nowhere_in_the_database(world: World, mailoutbox: list) -> None:
    ask(Client(), world.people["Hana"].email)
    token = mailed_path(world, "Hana").split("/")[-2]
    send_due()
    assert token in mailoutbox[-1].body
    assert SignInLink.objects.get().digest == digest(token)
    rows = [str(list(m.objects.values())) for m in (OutgoingMail, SignInLink, HistoryLine)]
    rows += [str(s.get_decoded()) for s in Session.objects.all()]
    assert not any(token in row for row in rows)


@pytest.mark.parametrize(
    "onward", ["//evil.test/x", "https://evil.test/", "/\\evil.test", "javascript:alert(1)", ""]
)
def test_onward_path_is_ours(world: World, onward: str) -> None:
    ask(Client(), world.people["Hana"].email, onward)
    assert Client().post(mailed_path(world, "Hana")).headers["Location"] == "/"


def test_who_has_left_gets_no_link_even_with_the_old_address(world: World) -> None:
    assert SAID in ask(Client(), world.people["Rex"].email)
    assert not OutgoingMail.objects.exists()


def test_a_link_dies_with_the_role(world: World) -> None:
    ask(Client(), world.people["Tess"].email)
    path = mailed_path(world, "Tess")
    RoleHeld.objects.filter(person=world.people["Tess"]).update(ends=dt.date(2021, 1, 1))
    assert Client().post(path).status_code == 422


def test_somebody_with_sign_on_gets_no_key_by_mail(world: World, settings) -> None:
    settings.OIDC_ISSUER = "https://id.district.test"
    Identity.objects.create(person=world.people["Hana"], issuer=settings.OIDC_ISSUER, subject="h-1")
    ask(Client(), world.people["Hana"].email)
    mail = OutgoingMail.objects.get()
    assert (mail.kind, path_in(mail)) == ("sign_in.use_sign_on", "/sign-in/")
    assert not SignInLink.objects.exists()


def test_asking_is_slowed_down_for_an_account_that_exists_and_for_one_that_does_not(world: World) -> None:
    for email in (world.people["Hana"].email, "nobody@nowhere.test"):
        codes = [Client().post("/sign-in/", {"email": email}).status_code for _ in range(6)]
        assert codes == [303] * 5 + [429]
    assert OutgoingMail.objects.count() == 5


def test_asking_is_slowed_down_for_a_network_address(world: World) -> None:
    codes = [Client().post("/sign-in/", {"email": f"a{n}@x.test"}).status_code for n in range(41)]
    assert codes == [303] * 40 + [429]


@pytest.mark.parametrize(
    ("typed", "code"),
    [("not an address", "not-an-email"), ("a\u202eb@x.org", "invisible-character"), ("", "required")],
)
def test_b12_b13_address_is_checked_and_kept_in_the_form(world: World, typed: str, code: str) -> None:
    answer = Client().post("/sign-in/", {"email": typed})
    assert answer.status_code == 422
    form = answer.context["form"]
    assert [e.code for e in form.errors.as_data()["email"]] == [code]
    assert form["email"].value() == typed


def test_b08_control_character_is_refused(world: World) -> None:
    assert Client().post("/sign-in/", {"email": "a\x00b@x.org"}).status_code == 422


def test_signing_out_ends_the_session(world: World) -> None:
    browser = Client()
    ask(browser, world.people["Hana"].email)
    browser.post(mailed_path(world, "Hana"))
    key = browser.session.session_key
    assert browser.get("/sign-out/").status_code == 405
    assert browser.post("/sign-out/").headers["Location"] == "/sign-in/"
    assert not SessionSeen.objects.exists()
    assert not Session.objects.filter(session_key=key).exists()
    assert browser.get("/account/").status_code == 302


def test_staff_are_led_to_the_second_factor(world: World) -> None:
    ask(Client(), world.people["Dana"].email, "/schools/")
    answer = Client().post(mailed_path(world, "Dana"))
    assert answer.headers["Location"] == "/second-factor/set-up/?next=/schools/"
