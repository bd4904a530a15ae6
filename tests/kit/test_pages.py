"""Pages: the loader is the check, a submit is asked again, and htmx is sent on rather than swapped."""

import uuid
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from intervisit.apps.calendar.models import NamedDays
from intervisit.kit import pages
from intervisit.kit.models import HistoryLine, SubmittedForm
from intervisit.kit.refusal import BadValue, Refused, Trouble
from tests.world import World, words_of

HTMX = {"HX-Request": "true"}


@pytest.fixture
def hana(world: World) -> Client:
    return world.client("Hana")


def days_of(world: World, number: int = 1) -> str:
    return reverse("school_days", args=[world.schools[number].pk])


def after(world: World) -> str:
    """Where a day that was added is shown."""
    return reverse("availability", args=[world.schools[1].pk])


def test_hidden_and_missing_answer_alike(world: World, hana: Client) -> None:
    missing = hana.get(reverse("school_days", args=[uuid.uuid4()]))
    hidden = hana.get(days_of(world, 4))
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert words_of(hidden) == words_of(missing)
    assert dict(hidden.headers) | {"X-Request-Id": ""} == dict(missing.headers) | {"X-Request-Id": ""}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "head"])
def test_hidden_and_missing_answer_alike_however_asked(world: World, hana: Client, method: str) -> None:
    missing = getattr(hana, method)(reverse("school_days", args=[uuid.uuid4()]))
    hidden = getattr(hana, method)(days_of(world, 4))
    assert (hidden.status_code, words_of(hidden)) == (404, words_of(missing))


def test_a_key_that_was_used_tells_nothing_of_hidden_things(world: World, hana: Client) -> None:
    form = {"starts": "2027-02-03", "name": "Concert", "submit_key": str(uuid.uuid4())}
    assert hana.post(days_of(world), form).status_code == 303
    hana.get("/schools/")  # where "saved" is said
    never = reverse("school_days", args=[uuid.uuid4()])
    missing, hidden = hana.post(never, form), hana.post(days_of(world, 4), form)
    assert (hidden.status_code, missing.status_code) == (409, 409)
    assert words_of(hidden).replace(days_of(world, 4), never) == words_of(missing)


def test_seen_but_not_allowed_says_why_and_gives_the_text_back(world: World) -> None:
    browser = world.client("Sol")
    assert world.plan is not None
    before = HistoryLine.objects.count()
    answer = browser.post(reverse("plan_publish", args=[world.plan.pk]), {"why": "It is <late>"})
    text = answer.content.decode()
    assert (answer.status_code, HistoryLine.objects.count()) == (403, before)
    assert "It is &lt;late&gt;" in text
    assert "Why" in text


def test_a_value_that_is_none_is_a_refusal_on_every_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page has not caught itself is told with what was typed; what the page sent along is not."""

    def bad(request: Any) -> Any:
        raise BadValue(Trouble("too-long", "Write less.", "cover"))

    shown: list[Any] = []
    monkeypatch.setattr(pages, "_page", lambda *given: shown.append(given[1:]))
    pages._run(RequestFactory().post("/", {"q-cover": "mine", "version": "3", "what": "save"}), bad, {})  # type: ignore[arg-type]
    [(template, context, status)] = shown
    assert (template, status, context["refusal"].message) == ("ui/refused.html", 422, "Write less.")
    assert context["posted"] == [("cover", "mine")]


def test_a_refusal_leads_back_to_the_page_it_was_sent_from(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that only takes submits cannot be gone back to."""

    def no(request: Any) -> Any:
        raise Refused("no", "No.")

    shown: list[Any] = []
    monkeypatch.setattr(pages, "_page", lambda *given: shown.append(given[2]["back"]))
    for sent_from in (
        "http://testserver/networks/?q=a%20b",
        "https://evil.test/x",
        "http://testserver//evil.test/",
        "",
    ):
        headers = {"HTTP_REFERER": sent_from} if sent_from else {}
        pages._run(RequestFactory().post("/do/", **headers), no, {})  # type: ignore[arg-type]
    assert shown == ["/networks/?q=a%20b", "/do/", "/do/", "/do/"]


def test_a_method_the_page_does_not_know(world: World, hana: Client) -> None:
    answer = hana.delete(days_of(world))
    assert (answer.status_code, sorted(answer.headers["Allow"].split(", "))) == (405, ["GET", "POST"])


def test_after_a_submit_the_browser_goes_on(world: World, hana: Client) -> None:
    answer = hana.post(days_of(world), {"starts": "2027-02-03", "name": "Concert"})
    assert (answer.status_code, answer.headers["Location"]) == (303, after(world))
    assert "Kept in mind" in hana.get(after(world)).content.decode()
    assert "Kept in mind" not in hana.get(after(world)).content.decode()


def test_a_form_with_mistakes_comes_back_with_what_was_typed(world: World, hana: Client) -> None:
    before = NamedDays.objects.count(), SubmittedForm.objects.count()
    form = {"starts": "2027-02-29", "name": "Concert in the hall", "submit_key": str(uuid.uuid4())}
    answer = hana.post(days_of(world), form)
    assert answer.status_code == 422
    assert "Concert in the hall" in answer.content.decode()
    assert (NamedDays.objects.count(), SubmittedForm.objects.count()) == before


# ---------------------------------------------------------------------------------------------------- htmx


def test_htmx_is_sent_on_after_a_submit(world: World, hana: Client) -> None:
    answer = hana.post(days_of(world), {"starts": "2027-02-03", "name": "Concert"}, headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Redirect"], answer.content) == (200, after(world), b"")


@pytest.mark.parametrize("method", ["get", "post"])
def test_htmx_is_sent_to_sign_in_and_swaps_nothing(world: World, method: str) -> None:
    for data in ({}, {"name": "Concert"}):
        answer = getattr(Client(), method)(days_of(world), data, headers=HTMX)
        assert (answer.status_code, answer.headers["HX-Redirect"], answer.content) == (200, "/sign-in/", b"")


def test_htmx_may_ask_for_a_named_part_only(world: World, hana: Client) -> None:
    whole = hana.get(reverse("schools"))
    other = hana.get(reverse("schools") + "?part=no-such-part", headers=HTMX)
    assert [b"<html" in page.content for page in (whole, other)] == [True, True]


# ----------------------------------------------------------------------------------------------- signed out


def test_signed_out_a_page_leads_to_sign_in_and_back(world: World) -> None:
    answer = Client().get(days_of(world) + "?q=a&b=c")
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        f"/sign-in/?next={days_of(world)}%3Fq%3Da%26b%3Dc",
    )


def test_signed_out_there_is_no_difference_between_things(world: World) -> None:
    there, never = (Client().get(f"/schools/{key}/days/") for key in (world.schools[1].pk, uuid.uuid4()))
    assert (there.status_code, there.content) == (never.status_code, never.content) == (302, b"")


def test_signed_out_while_typing_the_text_comes_back(world: World, hana: Client) -> None:
    hana.logout()
    answer = hana.post(
        days_of(world), {"starts": "2027-02-03", "name": "A long thought", "submit_key": "k-9"}
    )
    text = answer.content.decode()
    assert (answer.status_code, "A long thought" in text, "k-9" in text) == (403, True, False)
    assert f"/sign-in/?next={days_of(world)}" in text
    never = hana.post(f"/schools/{uuid.uuid4()}/days/", {"name": "A long thought"})
    assert never.status_code == 403


def test_signed_out_an_empty_submit_leads_to_sign_in(world: World) -> None:
    answer = Client().post(days_of(world))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in/")
