"""One's own account: sessions that can be ended, and everything that is held about oneself."""

import datetime as dt
import json

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from intervisit.apps.people.models import Identity, SessionSeen
from tests.apps.people.test_sign_in import ask, mailed_path
from tests.world import World


def sign_in(world: World, name: str, agent: str = "Firefox/130.0 (Windows)") -> Client:
    browser = Client(headers={"user-agent": agent})
    ask(browser, world.people[name].email)
    browser.post(mailed_path(world, name))
    return browser


def test_sessions_are_listed_and_one_can_be_ended_from_another(world: World) -> None:
    phone, laptop = sign_in(world, "Hana", "Safari/605 (iPhone)"), sign_in(world, "Hana")
    page = phone.get("/account/")
    assert {s.device for s in page.context["sessions"]} == {"Safari on iPhone", "Firefox on Windows"}
    other = SessionSeen.objects.get(device="Firefox on Windows")
    assert phone.post(f"/account/sessions/{other.pk}/end/").headers["Location"] == "/account/"
    assert laptop.get("/account/").status_code == 302
    assert phone.get("/account/").status_code == 200
    assert not Session.objects.filter(session_key=other.session_key).exists()


def test_ending_the_own_session_signs_out(world: World) -> None:
    browser = sign_in(world, "Hana")
    own = SessionSeen.objects.get()
    assert browser.post(f"/account/sessions/{own.pk}/end/").headers["Location"] == "/sign-in/"
    assert browser.get("/account/").status_code == 302


def test_sign_out_everywhere_else(world: World) -> None:
    browsers = [sign_in(world, "Hana") for _ in range(3)]
    browsers[0].post("/account/sessions/end-others/")
    assert [b.get("/account/").status_code for b in browsers] == [200, 302, 302]


def test_b11_the_session_of_somebody_else_is_not_there(world: World) -> None:
    sign_in(world, "Tess")
    theirs = SessionSeen.objects.get()
    browser = world.client("Hana")
    known = browser.post(f"/account/sessions/{theirs.pk}/end/")
    unknown = browser.post("/account/sessions/00000000-0000-4000-8000-000000000000/end/")
    assert (known.status_code, len(known.content)) == (404, len(unknown.content))
    assert SessionSeen.objects.count() == 1


def test_a_session_in_use_lives_on_and_an_idle_one_ends(world: World) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        browser, idle = sign_in(world, "Hana"), sign_in(world, "Hana")
        for _ in range(4):
            clock.shift(dt.timedelta(hours=4))
            assert browser.get("/account/").status_code == 200
        assert idle.get("/account/").status_code == 302
        assert SessionSeen.objects.order_by("-seen").first().seen == start + dt.timedelta(hours=16)


def test_everything_held_about_me_in_one_file(world: World) -> None:
    Identity.objects.create(person=world.people["Hana"], issuer="https://id.test", subject="h-1")
    browser = sign_in(world, "Hana")
    answer = browser.get("/account/export/")
    held = json.loads(answer.content)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="intervisit-about-me.json"'
    assert held["person"]["email"] == world.people["Hana"].email
    assert [r["where"] for r in held["roles"]] == ["P.S. 1"]
    assert held["sign-on identities"][0]["subject"] == "h-1"
    assert [p["rater__name"] for p in held["people who rate you"]] == ["Sue Marchetti"]
    assert world.people["Ova"].email not in answer.content.decode()


def test_the_name_can_be_changed(world: World) -> None:
    browser = world.client("Hana")
    assert browser.post("/account/", {"name": "  Hana  Brontë "}).status_code == 303
    hana = world.people["Hana"]
    hana.refresh_from_db()
    assert (hana.name, hana.search_key) == ("Hana Brontë", "hana bronte")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("\u202eanaH", "invisible-character"),
        ("\u200b", "invisible-character"),
        ("x" * 121, "too-long"),
        ("", "required"),
    ],
)
def test_b12_b14_a_name_that_cannot_be_one_is_refused_and_kept(world: World, name: str, code: str) -> None:
    answer = world.client("Hana").post("/account/", {"name": name})
    assert answer.status_code == 422
    assert [e.code for e in answer.context["form"].errors.as_data()["name"]] == [code]
    assert answer.context["form"]["name"].value() == name
    world.people["Hana"].refresh_from_db()
    assert world.people["Hana"].name == "Hana Whitfield"


def test_b15_a_name_is_shown_as_typed(world: World) -> None:
    browser = world.client("Hana")
    browser.post("/account/", {"name": "<img src=x onerror=alert(1)> {{7*7}}"})
    page = browser.get("/account/").content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt; {{7*7}}" in page
