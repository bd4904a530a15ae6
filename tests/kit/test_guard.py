"""What stands before every page: texts, sizes, keys of forms, and a database that is away."""

import json
from unittest.mock import patch

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import InterfaceError, OperationalError
from django.test import Client
from django.urls import reverse

from intervisit.apps.calendar.models import NamedDays
from intervisit.apps.people.models import Person
from intervisit.kit.guard import _database_is_away
from tests.world import World

BAD = ["\x00", "\x07", "\x1b", "\x7f"]


def quiet(browser: Client) -> Client:
    browser.raise_request_exception = False
    return browser


@pytest.fixture
def hana(world: World) -> Client:
    return quiet(world.client("Hana"))


def days_of(world: World) -> str:
    return reverse("school_days", args=[world.schools[1].pk])


# --------------------------------------------------------------------------------------- B08: odd characters


@pytest.mark.parametrize("bad", BAD, ids=[f"U+{ord(c):04X}" for c in BAD])
def test_b08_in_a_field(world: World, hana: Client, bad: str) -> None:
    before = NamedDays.objects.count()
    answer = hana.post(days_of(world), {"starts": "2027-02-03", "name": f"Con{bad}cert"})
    assert (answer.status_code, NamedDays.objects.count()) == (422, before)
    assert "“name”" in answer.content.decode()
    assert "position 4" in answer.content.decode()


@pytest.mark.parametrize("bad", BAD, ids=[f"U+{ord(c):04X}" for c in BAD])
def test_b08_in_a_search_and_in_the_name_of_a_field(world: World, hana: Client, bad: str) -> None:
    assert hana.get("/schools/", {"q": f"a{bad}"}).status_code == 422
    assert hana.get("/schools/", {f"q{bad}": "a"}).status_code == 422


@pytest.mark.parametrize("path", ["/schools/%00/", "/%00", "/feeds/a%00b.ics", "/sign-in/link/%00/"])
def test_b08_in_a_path(world: World, hana: Client, path: str) -> None:
    never = hana.get("/never-was/")
    found = hana.get(path)
    assert (found.status_code, len(found.content)) == (404, len(never.content))


def test_b08_in_a_cookie(world: World) -> None:
    browser = quiet(Client())
    browser.cookies.load('sessionid="aaaaaaaaaa\\000aaaaaaaaaa"')
    answer = browser.get(
        "/sign-in/", headers={"Cookie": 'sessionid="aaaaaaaaaa\\000aaaaaaaaaa"; csrftoken="\\001"'}
    )
    assert answer.status_code == 200


def test_line_ends_and_tabs_are_text(world: World, hana: Client) -> None:
    assert hana.get("/schools/", {"q": "a\r\n\tb"}).status_code == 200


# -------------------------------------------------------------------------------------------------- B14: size


def test_b14_a_body_that_says_how_large_it_is_is_not_read(world: World, hana: Client) -> None:
    class Never:
        def read(self, *_: object) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    request = hana.generic("POST", days_of(world), b"x", CONTENT_LENGTH="30000000", **{"wsgi.input": Never()})
    assert request.status_code == 413
    assert "25 MB" in request.content.decode()


def test_b14_a_form_larger_than_any_form(world: World, hana: Client) -> None:
    before = NamedDays.objects.count()
    answer = hana.post(days_of(world), {"starts": "2027-02-03", "name": "x" * 3_200_000})
    assert (answer.status_code, NamedDays.objects.count()) == (413, before)


def test_b14_more_fields_than_any_form_has(world: World, hana: Client) -> None:
    assert hana.post(days_of(world), {f"f{n}": "" for n in range(5100)}).status_code == 413


def test_b14_a_text_that_is_too_long_comes_back(world: World, hana: Client) -> None:
    answer = hana.post(days_of(world), {"starts": "2027-02-03", "name": "word " * 400})
    assert answer.status_code == 422
    assert "word word word" in answer.content.decode()


@pytest.mark.parametrize("length", ["", "x", "-5"])
def test_a_length_that_is_none(world: World, hana: Client, length: str) -> None:
    assert hana.generic("GET", "/schools/", CONTENT_LENGTH=length).status_code == 200


# ---------------------------------------------------------------------------------------------- keys of forms


def test_a_form_without_its_token_gives_the_text_back(world: World) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.people["Hana"])
    answer = browser.post(
        days_of(world), {"starts": "2027-02-03", "name": "A long text", "submit_key": "secret-key-9"}
    )
    text = answer.content.decode()
    assert (answer.status_code, "A long text" in text, "secret-key-9" in text) == (403, True, False)
    assert NamedDays.objects.filter(name="A long text").count() == 0


def test_private_pages_are_not_kept_by_a_browser(world: World, hana: Client) -> None:
    assert hana.get("/schools/").headers["Cache-Control"].count("no-store") == 1


def test_every_answer_has_a_name_of_its_own(world: World, hana: Client) -> None:
    names = [hana.get(path).headers["X-Request-Id"] for path in ("/schools/", "/schools/", "/never-was/")]
    assert len(set(names)) == 3


# --------------------------------------------------------------------------- R4, R5: the database is away


def away(*_: object, **__: object) -> None:
    raise OperationalError("database or disk is full")


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("connection already closed")])
def test_r5_a_submit_while_the_database_is_away(world: World, hana: Client, error: Exception) -> None:
    with patch.object(NamedDays.objects.__class__, "create", side_effect=error):
        answer = hana.post(
            days_of(world), {"starts": "2027-02-03", "name": "Kept <b>text</b>", "submit_key": "x-9"}
        )
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Kept &lt;b&gt;text&lt;/b&gt;" in answer.content.decode()
    assert "x-9" not in answer.content.decode()


def test_r4_a_page_can_be_read_although_no_session_can_be_kept(world: World, hana: Client) -> None:
    assert hana.post(days_of(world), {"starts": "2027-02-03", "name": "Concert"}).status_code == 303
    with patch.object(SessionStore, "save", away):  # the page would take the sentence of the submit out of it
        assert hana.get(days_of(world)).status_code == 200
    assert "Kept in mind" in hana.get(days_of(world)).content.decode()


def test_r4_a_submit_whose_session_cannot_be_kept_is_not_called_saved(world: World, hana: Client) -> None:
    form = {"starts": "2027-02-03", "name": "Concert", "submit_key": "7f3a0f4e-0f3e-4d57-9a10-3c4a8f6d2b11"}
    with patch.object(SessionStore, "save", away):
        assert hana.post(days_of(world), form).status_code == 503
    assert hana.post(days_of(world), form).status_code == 303
    assert NamedDays.objects.filter(name="Concert").count() == 1


def test_r5_a_session_that_cannot_be_read(world: World, hana: Client) -> None:
    with patch.object(SessionStore, "load", away):
        answer = hana.post(days_of(world), {"starts": "2027-02-03", "name": "Still here"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Still here" in answer.content.decode()


def test_a_defect_of_ours_stays_one(world: World, hana: Client) -> None:
    with patch.object(NamedDays.objects.__class__, "create", side_effect=ZeroDivisionError):
        assert hana.post(days_of(world), {"starts": "2027-02-03", "name": "Concert"}).status_code == 500


def test_what_counts_as_away() -> None:
    wrapped = ValueError("outer")
    wrapped.__context__ = OperationalError("inner")
    assert [_database_is_away(e) for e in (OperationalError(), InterfaceError(), wrapped)] == [True] * 3
    assert [_database_is_away(e) for e in (ValueError(), Person.DoesNotExist(), None)] == [False] * 3


def test_the_health_page_says_how_it_is(db: None) -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, json.loads(answer.content)["ok"]) == (200, True)
