"""Sign-on by the district: the stable id opens the account, an equal e-mail address never does."""

import datetime as dt
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from joserfc.jwk import RSAKey

from intervisit.apps.people.models import Identity, RoleHeld, SessionSeen
from intervisit.kit.models import OutgoingMail
from tests.apps.people import provider
from tests.apps.people.test_sign_in import ask, mailed_path
from tests.world import World


@pytest.fixture
def district(settings) -> Iterator[provider.Provider]:
    with provider.running() as found:
        settings.OIDC_ISSUER, settings.OIDC_NAME = found.issuer, "Harbor City sign-on"
        settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = provider.CLIENT, provider.SECRET
        yield found


def sign_on(browser: Client, district: provider.Provider, onward: str = "") -> object:
    """Off to the provider and back; the answer to coming back."""
    off = browser.get(f"/sign-on/?next={onward}")
    assert off.status_code == 302
    return browser.get(district.authorize(off.headers["Location"]))


def signed_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def test_asks_with_state_nonce_and_pkce(world: World, district: provider.Provider) -> None:
    address = Client().get("/sign-on/").headers["Location"]
    asked = {k: v[0] for k, v in parse_qs(urlsplit(address).query).items()}
    assert address.startswith(f"{district.issuer}/authorize?")
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert all(asked[key] for key in ("state", "nonce", "code_challenge"))
    assert asked["redirect_uri"].endswith("/sign-on/back/")


def test_a_known_identity_signs_in(world: World, district: provider.Provider) -> None:
    Identity.objects.create(person=world.people["Hana"], issuer=district.issuer, subject="d-100")
    district.email = "another@address.test"
    browser = Client()
    answer = sign_on(browser, district, "/schools/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/schools/")  # type: ignore[attr-defined]
    assert browser.session["_auth_user_id"] == str(world.people["Hana"].pk)
    assert SessionSeen.objects.get().how == "sign-on"
    assert district.token_requests[0]["code_verifier"]


def test_an_equal_address_opens_nothing_until_it_is_proven_once(
    world: World, district: provider.Provider
) -> None:
    browser = Client()
    answer = sign_on(browser, district, "/schools/")
    assert answer.headers["Location"] == "/sign-in/?next=/schools/"  # type: ignore[attr-defined]
    assert not signed_in(browser)
    assert "One more step, this once" in browser.get("/sign-in/").content.decode()
    ask(browser, world.people["Hana"].email, "/schools/")
    path = mailed_path(world, "Hana")
    assert browser.get(path).context["binds"] == "Hana Whitfield"
    assert browser.post(path, {"bind": "yes"}).headers["Location"] == "/schools/"
    found = Identity.objects.get()
    assert (found.person, found.issuer, found.subject) == (world.people["Hana"], district.issuer, "d-100")
    again = Client()
    sign_on(again, district)
    assert signed_in(again)


def test_a_link_opened_in_another_browser_binds_nothing(world: World, district: provider.Provider) -> None:
    """Somebody signs on as themselves, asks a link for Hana, and Hana opens it: her account stays hers."""
    attacker, hana = Client(), Client()
    sign_on(attacker, district)
    ask(attacker, world.people["Hana"].email)
    hana.post(mailed_path(world, "Hana"), {"bind": "yes"})
    assert signed_in(hana)
    assert not signed_in(attacker)
    assert not Identity.objects.exists()


def test_a_recycled_address_gives_no_access(world: World, district: provider.Provider) -> None:
    """Hana has left, her address went to somebody new: neither sign-on nor a mailed link opens her account."""
    Identity.objects.create(person=world.people["Hana"], issuer=district.issuer, subject="d-old")
    newcomer = Client()
    sign_on(newcomer, district)
    assert not signed_in(newcomer)
    ask(newcomer, world.people["Hana"].email)
    assert [m.kind for m in OutgoingMail.objects.all()] == ["sign_in.use_sign_on"]
    assert Identity.objects.get().subject == "d-old"


def test_an_account_bound_meanwhile_refuses_another_subject(
    world: World, district: provider.Provider
) -> None:
    browser = Client()
    sign_on(browser, district)
    ask(browser, world.people["Hana"].email)
    path = mailed_path(world, "Hana")
    Identity.objects.create(person=world.people["Hana"], issuer=district.issuer, subject="d-old")
    assert browser.post(path, {"bind": "yes"}).status_code in (409, 422)
    assert not signed_in(browser)
    assert Identity.objects.count() == 1


def test_one_identity_never_opens_two_accounts(world: World, district: provider.Provider) -> None:
    browser = Client()
    sign_on(browser, district)
    ask(browser, world.people["Hana"].email)
    path = mailed_path(world, "Hana")
    Identity.objects.create(person=world.people["Piet"], issuer=district.issuer, subject="d-100")
    assert browser.post(path, {"bind": "yes"}).status_code == 409
    assert not signed_in(browser)


def test_who_has_left_is_refused(world: World, district: provider.Provider) -> None:
    Identity.objects.create(person=world.people["Rex"], issuer=district.issuer, subject="d-100")
    browser = Client()
    assert sign_on(browser, district).status_code == 403  # type: ignore[attr-defined]
    assert not signed_in(browser)
    assert not RoleHeld.objects.filter(person=world.people["Rex"], ends__isnull=True).exists()


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another client"},
        {"iss": "https://other.test"},
        {"nonce": "replayed"},
        {"exp": 1_000},
        {"sub": None},
    ],
)
def test_a_token_for_somebody_else_is_refused(
    world: World, district: provider.Provider, claims: dict
) -> None:
    Identity.objects.create(person=world.people["Hana"], issuer=district.issuer, subject="d-100")
    district.claims = claims
    browser = Client()
    assert sign_on(browser, district).status_code == 502  # type: ignore[attr-defined]
    assert not signed_in(browser)


def test_a_token_signed_by_another_key_is_refused(world: World, district: provider.Provider) -> None:
    Identity.objects.create(person=world.people["Hana"], issuer=district.issuer, subject="d-100")
    district.sign_with = RSAKey.generate_key(2048, {"kid": "k1"})
    browser = Client()
    assert sign_on(browser, district).status_code == 502  # type: ignore[attr-defined]
    assert not signed_in(browser)


def test_state_of_another_browser_is_refused(world: World, district: provider.Provider) -> None:
    Identity.objects.create(person=world.people["Hana"], issuer=district.issuer, subject="d-100")
    one, two = Client(), Client()
    back = district.authorize(one.get("/sign-on/").headers["Location"])
    two.get("/sign-on/")
    assert two.get(back).status_code == 502
    assert not signed_in(two)


def test_coming_back_twice_is_refused(world: World, district: provider.Provider) -> None:
    Identity.objects.create(person=world.people["Hana"], issuer=district.issuer, subject="d-100")
    browser = Client()
    back = district.authorize(browser.get("/sign-on/").headers["Location"])
    assert browser.get(back).status_code == 303
    assert Client().get(back).status_code == 502


def test_provider_says_no_or_is_away(world: World, district: provider.Provider, settings) -> None:
    browser = Client()
    browser.get("/sign-on/")
    assert browser.get("/sign-on/back/?error=access_denied").status_code == 502
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    assert Client().get("/sign-on/").status_code == 502


def test_without_settings_there_is_no_sign_on(world: World, settings) -> None:
    settings.OIDC_ISSUER = ""
    assert Client().get("/sign-on/").status_code == 404
    assert Client().get("/sign-on/back/?code=x&state=y").status_code == 404


def test_staff_meet_the_second_factor_after_sign_on(world: World, district: provider.Provider) -> None:
    Identity.objects.create(person=world.people["Dana"], issuer=district.issuer, subject="d-100")
    answer = sign_on(Client(), district, "/schools/")
    assert answer.headers["Location"] == "/second-factor/set-up/?next=/schools/"  # type: ignore[attr-defined]


def test_linking_can_be_declined_and_is_forgotten_after_a_while(
    world: World, district: provider.Provider
) -> None:
    browser = Client()
    start = timezone.now()
    sign_on(browser, district)
    ask(browser, world.people["Hana"].email)
    browser.post(mailed_path(world, "Hana"))
    assert signed_in(browser)
    assert not Identity.objects.exists()
    later = Client()
    sign_on(later, district)
    with time_machine.travel(start + dt.timedelta(minutes=40)):
        ask(later, world.people["Piet"].email)
        later.post(mailed_path(world, "Piet"), {"bind": "yes"})
    assert not Identity.objects.exists()
