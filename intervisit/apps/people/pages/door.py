"""The door itself: opening and closing the session of a browser, and where to go from there."""

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import login, logout
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme

from intervisit.apps.people.actions.second_factor import factor_of
from intervisit.apps.people.actions.sign_in import begin_session, end_session, touch_session
from intervisit.apps.people.models import Person, SessionSeen
from intervisit.core.access import Actor
from intervisit.kit.access import actor_for
from intervisit.kit.clock import now

BACKEND = "intervisit.kit.sessions.People"
_TOUCH = dt.timedelta(minutes=10)
_PENDING = dt.timedelta(minutes=30)

_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "Chromebook"),
    ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def device_of(agent: str) -> str:
    """The browser's own words in a few of ours: "Chrome on Android"."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "A browser")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return f"{browser} on {system}" if system else browser


def ours(path: str) -> str:
    """A path of this site to go to, or the home page: never another site, never a page that only acts."""
    if path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return path[:300]
    return "/"


def open_session(request: HttpRequest, person: Person, how: str, *, strong: bool = False) -> Actor:
    """Sign a person in to this browser: a new session key, a row that its owner can end. Returns the actor."""
    request.session.flush()
    login(request, person, backend=BACKEND)
    request.session["touched_at"] = now().isoformat()
    if strong:
        request.session["strong_at"] = now().isoformat()
    device = device_of(request.headers.get("User-Agent", ""))
    by = actor_for(person, strong=strong, fresh=strong)
    begin_session(person, by=by, key=cast("str", request.session.session_key), device=device, how=how)
    return by


def strengthen_session(request: HttpRequest) -> None:
    """The second factor was shown in this session: a new key for it, and from when it counts."""
    before = request.session.session_key
    request.session.cycle_key()
    SessionSeen.objects.filter(session_key=before).update(session_key=request.session.session_key)
    request.session["strong_at"] = now().isoformat()


def remember_sign_on(request: HttpRequest, *, issuer: str, subject: str, name: str) -> None:
    """Somebody signed on whom we do not know: kept in this browser until they have proven their account."""
    request.session["sign_on"] = {
        "issuer": issuer,
        "subject": subject[:200],
        "name": name,
        "at": now().isoformat(),
    }


def pending_sign_on(request: HttpRequest) -> dict[str, str] | None:
    """The sign-on that waits in this browser for its account; a while later it may be somebody else's browser."""
    found = request.session.get("sign_on")
    if found is None or now() - dt.datetime.fromisoformat(found["at"]) > _PENDING:
        return None
    return cast("dict[str, str]", found)


def close_session(request: HttpRequest) -> None:
    """Sign this browser out."""
    seen = SessionSeen.objects.filter(session_key=request.session.session_key or "").first()
    if seen is not None:
        end_session(seen, by=cast("Any", request).actor)
    logout(request)


def onward_for(by: Actor, person: Person, path: str) -> str:
    """Where to go after signing in: by way of the second factor, when a role waits for it."""
    there = ours(path)
    if not by.asleep:
        return there
    step = "/confirm/" if factor_of(person) else "/second-factor/set-up/"
    return f"{step}?next={quote(there)}"


def in_use(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: note now and then that a session is in use; one unused for twelve hours ends by itself."""

    def handle(request: HttpRequest) -> HttpResponse:
        touched = (
            request.session.get("touched_at") if settings.SESSION_COOKIE_NAME in request.COOKIES else None
        )
        if touched is not None and now() - dt.datetime.fromisoformat(touched) > _TOUCH:
            request.session["touched_at"] = now().isoformat()
            with suppress(DatabaseError):  # a full disk must not keep anybody from reading
                touch_session(cast("str", request.session.session_key))
        return get_response(request)

    return handle
