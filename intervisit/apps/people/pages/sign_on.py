"""Sign-on by the district (OpenID Connect: authorization code, PKCE, nonce), by Authlib."""

import logging
from functools import cache
from typing import Any
from urllib.parse import quote

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from joserfc.errors import JoseError
from requests import RequestException

from intervisit.apps.people.actions.sign_in import has_a_place
from intervisit.apps.people.actions.sign_on import person_of_identity
from intervisit.apps.people.pages.door import onward_for, open_session, ours, remember_sign_on
from intervisit.kit.pages import PUBLIC_PAGE, Go, Request, page
from intervisit.kit.refusal import Refused

TIMEOUT_SECONDS = 10
log = logging.getLogger("intervisit.sign_on")


@cache
def _client(issuer: str, client_id: str, client_secret: str) -> Any:
    """The district's provider, known by the address of its own description."""
    return OAuth().register(
        "district",
        client_id=client_id,
        client_secret=client_secret or None,
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile",
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT_SECONDS,
            "token_endpoint_auth_method": "client_secret_basic" if client_secret else "none",
        },
    )


def _provider() -> Any:
    if not settings.OIDC_ISSUER:
        raise Http404
    return _client(settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET)


def _failed(request: Request, error: Exception) -> Refused:
    log.warning("sign-on failed: %s", type(error).__name__)
    return Refused(
        "sign-on-failed", f"The {settings.OIDC_NAME} did not answer as expected. Try once more.", status=502
    )


@page(PUBLIC_PAGE, at="sign-on/")
def sign_on(request: Request) -> HttpResponse:
    """Off to the district. State, nonce and verifier wait in the session."""
    provider = _provider()
    request.session["sign_on_next"] = ours(request.GET.get("next", ""))
    back = settings.SITE_ADDRESS + reverse("sign_on_back")
    try:
        answer: HttpResponse = provider.authorize_redirect(request, back)
    except (AuthlibBaseError, RequestException, RuntimeError, ValueError) as error:
        raise _failed(request, error) from error
    return answer


@page(PUBLIC_PAGE, at="sign-on/back/")
def sign_on_back(request: Request) -> Go:
    """Back from the district: a known identity signs in, an unknown one proves its account by a mailed link."""
    provider = _provider()
    wanted = {
        "iss": {"essential": True, "value": settings.OIDC_ISSUER},
        "aud": {"essential": True, "value": settings.OIDC_CLIENT_ID},
        "sub": {"essential": True},
    }
    try:
        token = provider.authorize_access_token(request, claims_options=wanted, leeway=60)
        subject = str(token["userinfo"]["sub"])
    except (
        AuthlibBaseError,
        JoseError,
        RequestException,
        RuntimeError,
        ValueError,
        KeyError,
        TypeError,
    ) as error:
        raise _failed(request, error) from error
    onward = str(request.session.pop("sign_on_next", "/"))
    person = person_of_identity(settings.OIDC_ISSUER, subject)
    if person is None:
        called = str(token["userinfo"].get("name") or "")[:120]
        remember_sign_on(request, issuer=settings.OIDC_ISSUER, subject=subject, name=called)
        return Go(f"{reverse('sign_in')}?next={quote(onward)}")
    if not has_a_place(person):
        raise Refused(
            "no-place", "Your account has no place here now. Ask your district's administrator.", status=403
        )
    by = open_session(request, person, "sign-on")
    return Go(onward_for(by, person, onward))
