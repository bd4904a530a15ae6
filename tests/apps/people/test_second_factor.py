"""The second factor: set up with the first right code, each code good once, tries counted, roles asleep until then."""

import datetime as dt

import pyotp
import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from intervisit.apps.people.actions.persons import remove_second_factor
from intervisit.apps.people.keys import unseal
from intervisit.apps.people.models import District, SecondFactor, SessionSeen
from intervisit.kit.refusal import Refused
from tests.world import World

NOW = dt.datetime(2026, 11, 22, 15, 0, 5, tzinfo=dt.UTC)


def secret_of(browser: Client) -> str:
    """What the app reads from the picture."""
    browser.get("/second-factor/set-up/")
    found = unseal(browser.session["new_secret"])
    assert found is not None
    return found


def set_up(browser: Client) -> tuple[pyotp.TOTP, list[str]]:
    app = pyotp.TOTP(secret_of(browser))
    answer = browser.post(
        "/second-factor/set-up/?next=/schools/", {"code": app.at(timezone.now()), "next": "/schools/"}
    )
    assert answer.status_code == 303, answer.content.decode()[-3000:]
    assert answer.headers["Location"].startswith("/second-factor/codes/")
    return app, browser.get(answer.headers["Location"]).context["codes"]


def test_set_up_wakes_the_roles_and_shows_the_codes_once(world: World) -> None:
    browser = world.client("Dana", strong=False)
    with time_machine.travel(NOW, tick=False):
        assert browser.get("/district/people/").status_code == 404
        key = browser.session.session_key
        _, codes = set_up(browser)
        assert len(codes) == len(set(codes)) == 10
        assert browser.session.session_key != key
        assert browser.get("/district/people/").status_code == 200
        assert browser.get("/second-factor/codes/").headers["Location"] == "/account/"
    factor = SecondFactor.objects.get()
    assert not any(code in str(factor.recovery) for code in codes)


def test_the_secret_is_not_in_the_database(world: World) -> None:
    browser = world.client("Dana", strong=False)
    with time_machine.travel(NOW, tick=False):
        app, _ = set_up(browser)
    stored = SecondFactor.objects.get().secret
    assert app.secret not in stored
    assert unseal(stored) == app.secret


def test_a_code_counts_once_and_the_next_one_again(world: World) -> None:
    first, second = world.client("Dana", strong=False), world.client("Dana", strong=False)
    with time_machine.travel(NOW, tick=False) as clock:
        app, _ = set_up(first)
        used = app.at(timezone.now())
        assert second.post("/confirm/", {"code": used}).headers["Location"] == "/confirm/?next=/"
        assert "not right, or was used before" in second.get("/confirm/").content.decode()
        assert "strong_at" not in second.session
        clock.shift(31)
        answer = second.post(
            "/confirm/?next=/schools/", {"code": app.at(timezone.now()), "next": "/schools/"}
        )
        assert answer.headers["Location"] == "/schools/"
        assert "strong_at" in second.session


def test_a_recovery_code_counts_once(world: World) -> None:
    with time_machine.travel(NOW, tick=False):
        _, codes = set_up(world.client("Dana", strong=False))
        one, two = world.client("Dana", strong=False), world.client("Dana", strong=False)
        assert one.post("/confirm/", {"code": codes[0].upper()}).headers["Location"] == "/"
        assert two.post("/confirm/", {"code": codes[0]}).headers["Location"] == "/confirm/?next=/"
        assert len(SecondFactor.objects.get().recovery) == 9


def test_guessing_is_slowed_down_even_with_the_right_code(world: World) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        app, _ = set_up(world.client("Dana", strong=False))
        clock.shift(60)
        guesser = world.client("Dana", strong=False)
        for _ in range(5):
            guesser.post("/confirm/", {"code": "000000"})
            guesser = world.client("Dana", strong=False)  # a new browser does not help
        guesser.post("/confirm/", {"code": app.at(timezone.now())})
        assert "tried too often" in guesser.get("/confirm/").content.decode()
        assert "strong_at" not in guesser.session
        clock.shift(15 * 60 + 1)
        guesser.post("/confirm/", {"code": app.at(timezone.now())})
        assert "strong_at" in guesser.session


def test_another_phone_asks_for_the_present_one_first(world: World) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        browser = world.client("Dana", strong=False)
        set_up(browser)
        clock.shift(16 * 60)  # strong still, fresh no longer
        assert (
            browser.get("/second-factor/set-up/").headers["Location"]
            == "/confirm/?next=/second-factor/set-up/"
        )
        stolen = world.client("Dana", strong=False)
        answer = stolen.post("/second-factor/set-up/", {"code": "123456"})
        assert answer.headers["Location"].startswith("/confirm/")


def test_after_fifteen_minutes_what_matters_asks_again(world: World) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        browser = world.client("Dana", strong=False)
        app, _ = set_up(browser)
        assert browser.get("/district/people/add/").status_code == 200
        clock.shift(16 * 60)
        assert (
            browser.get("/district/people/add/").headers["Location"] == "/confirm/?next=/district/people/add/"
        )
        # What was typed into a form that needs it waits in the browser, and is not taken for sent.
        assert 'data-saved="no"' in browser.get("/confirm/?next=/district/people/add/").content.decode()
        browser.post("/confirm/", {"code": app.at(timezone.now())})
        assert browser.get("/district/people/add/").status_code == 200


def test_the_session_row_follows_the_new_key(world: World) -> None:
    browser = world.client("Dana", strong=False)
    SessionSeen.objects.create(
        person=world.people["Dana"], session_key=browser.session.session_key, seen=timezone.now(), how="link"
    )
    with time_machine.travel(NOW, tick=False):
        set_up(browser)
    assert SessionSeen.objects.get().session_key == browser.session.session_key


def test_a_lost_phone_is_helped_by_somebody_else_only(world: World) -> None:
    with time_machine.travel(NOW, tick=False):
        set_up(world.client("Dana", strong=False))
    district = District.objects.get()
    with pytest.raises(Refused) as refused:
        remove_second_factor(district, by=world.actor("Dana"), person=world.people["Dana"])
    assert refused.value.troubles[0].code == "second-person"
    remove_second_factor(district, by=world.actor("Ada"), person=world.people["Dana"])
    assert not SecondFactor.objects.exists()
