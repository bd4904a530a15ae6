"""The demo's door exists in the demo and nowhere else."""

import pytest
from django.test import Client

from intervisit.apps.people.actions.sign_in import become
from intervisit.kit.access import Hidden, anonymous
from intervisit.kit.models import OutgoingMail
from intervisit.web.safety import unsafe_settings
from tests.apps.people.test_sign_in import ask
from tests.world import World


@pytest.fixture
def demo(settings) -> None:
    settings.DEMO, settings.SECURE = True, False


@pytest.fixture
def no_demo(settings) -> None:
    settings.DEMO = False


def test_be_anybody_of_the_cast(world: World, demo: None) -> None:
    browser = Client()
    page = browser.get("/demo/")
    assert [g.name for g in page.context["groups"]][:3] == ["Harbor City Schools", "Learning year", "P.S. 1"]
    assert "Principal at P.S. 1" in page.content.decode()
    answer = browser.post("/demo/", {"person": str(world.people["Dana"].pk)})
    assert answer.status_code == 303
    assert browser.get("/district/people/").status_code == 200


def test_search_among_the_cast(world: World, demo: None) -> None:
    page = Client().get("/demo/?q=WHÍTFIELD")
    assert [m.person.name for g in page.context["groups"] for m in g.members] == ["Hana Whitfield"]


@pytest.mark.parametrize("value", ["", "x", "00000000-0000-4000-8000-000000000000", "9" * 40, "'; drop"])
def test_b10_b11_nobody_of_that_key(world: World, demo: None, value: str) -> None:
    assert Client().post("/demo/", {"person": value}).status_code == 404


@pytest.mark.parametrize("path", ["/demo/", "/demo/mail/", "/mailbox/"])
def test_outside_the_demo_no_route(world: World, no_demo: None, path: str) -> None:
    browser = world.client("Hana")
    browser.raise_request_exception = False
    never = browser.get("/never-was/")
    found = browser.get(path)
    assert (found.status_code, len(found.content)) == (404, len(never.content))


def test_outside_the_demo_no_post(world: World, no_demo: None) -> None:
    browser = Client()
    assert browser.post("/demo/", {"person": str(world.people["Dana"].pk)}).status_code == 404
    assert "_auth_user_id" not in browser.session


def test_outside_the_demo_no_action(world: World, no_demo: None) -> None:
    with pytest.raises(Hidden):
        become(world.people["Dana"], by=anonymous())


def test_on_a_site_with_https_the_demo_is_shut_and_the_start_refused(world: World, settings) -> None:
    settings.DEMO, settings.SECURE, settings.SECURE_SSL_REDIRECT = True, True, False
    assert any("IV_DEMO" in line for line in unsafe_settings())
    assert Client().get("/demo/").status_code == 404
    with pytest.raises(Hidden):
        become(world.people["Dana"], by=anonymous())


def test_the_mailbox_shows_my_mails_with_their_links(world: World, demo: None) -> None:
    ask(Client(), world.people["Hana"].email)
    browser = world.client("Hana")
    mail = OutgoingMail.objects.get()
    assert f"/mailbox/{mail.pk}/" in browser.get("/mailbox/").content.decode()
    page = browser.get(f"/mailbox/{mail.pk}/")
    link = page.context["link"]
    assert Client().get(link).status_code == 200
    assert world.client("Ova").get(f"/mailbox/{mail.pk}/").status_code == 404


def test_the_link_mail_can_be_opened_where_it_was_asked_for(world: World, demo: None) -> None:
    browser = Client()
    ask(browser, world.people["Hana"].email)
    link = browser.get("/demo/mail/").context["link"]
    browser.post(link)
    assert browser.session["_auth_user_id"] == str(world.people["Hana"].pk)
    assert Client().get("/demo/mail/").status_code == 303
