"""What stands before every page: who is asking, whether what came in is text, and what to say when we cannot.

Parts: `actor` (who), `clean_input`, `clean_cookies` (B08, B09), `too_large` (B14), `unavailable` and `on_broken`
(R4, R5: 503 with the text kept), `request_id` (a name for one request in the log), `csrf_failed`.
"""

import datetime as dt
import logging
import re
import sqlite3
import uuid
from collections.abc import Callable
from typing import Any, cast

from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from intervisit.kit import access
from intervisit.kit.clock import now
from intervisit.kit.faults import where

Handler = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger("intervisit.requests")

STRONG_FOR = dt.timedelta(hours=12)
FRESH_FOR = dt.timedelta(minutes=15)
_BODY_LIMIT = 25_000_000  # bytes of a whole request, files included


# Control characters other than tab and line ends, and halves of surrogate pairs: no database stores them alike.
_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def _bad_at(text: str) -> int | None:
    found = _BAD.search(text)
    return None if found is None else found.start()


def _since(request: HttpRequest, key: str) -> dt.timedelta | None:
    value = request.session.get(key)
    return None if value is None else now() - dt.datetime.fromisoformat(value)


def actor(get_response: Handler) -> Handler:
    """Give the request its person and its actor, with today's rights."""

    def handle(request: HttpRequest) -> HttpResponse:
        asked = cast("Any", request)
        user = request.user
        if user.is_authenticated and user.is_active:
            since = _since(request, "strong_at")
            strong = since is not None and since < STRONG_FOR
            fresh = strong and since is not None and since < FRESH_FOR
            asked.person = user
            asked.actor = access.actor_for(user, strong=strong, fresh=fresh)
        else:
            asked.person = None
            asked.actor = access.anonymous()
        response = get_response(request)
        if asked.person is not None:
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    return handle


def request_id(get_response: Handler) -> Handler:
    """Name each request, so that a person can quote it and an operator can find it; the log holds no content."""

    def handle(request: HttpRequest) -> HttpResponse:
        name = uuid.uuid4().hex[:12]
        cast("Any", request).request_id = name
        response = get_response(request)
        response.headers["X-Request-Id"] = name
        return response

    return handle


def too_large(get_response: Handler) -> Handler:
    """Refuse a body that is too large before reading it to its end."""

    def handle(request: HttpRequest) -> HttpResponse:
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        if length > _BODY_LIMIT:
            context = {"limit_mb": _BODY_LIMIT // 1_000_000}
            return HttpResponse(render_to_string("ui/413.html", context), status=413)
        return get_response(request)

    return handle


def clean_input(get_response: Handler) -> Handler:
    """Refuse control characters and broken text in every address and form, before any of it reaches a database."""

    def handle(request: HttpRequest) -> HttpResponse:
        if _bad_at(request.path) is not None:
            return render(request, "ui/404.html", status=404)
        trouble = _first_trouble(request)
        if trouble:
            field, position, code = trouble
            message = f"The text in “{field}” has a character that cannot be stored, at position {position}. Remove it."
            context = {"message": message, "code": code}
            return render(request, "ui/bad_text.html", context, status=422)
        return get_response(request)

    return handle


def clean_cookies(get_response: Handler) -> Handler:
    """Forget a cookie that holds what no cookie of ours holds: a quoted one can carry any character (B08)."""

    def handle(request: HttpRequest) -> HttpResponse:
        for name in [n for n, value in request.COOKIES.items() if _bad_at(value) is not None]:
            del request.COOKIES[name]
        return get_response(request)

    return handle


def _first_trouble(request: HttpRequest) -> tuple[str, int, str] | None:
    """The first field with what is no text, where in it, and the code of the refusal."""
    sources = [(request.GET, request.META.get("QUERY_STRING", "").encode("latin-1", "replace"))]
    if request.method == "POST":
        simple = request.content_type == "application/x-www-form-urlencoded"
        sources.append((request.POST, request.body if simple else b""))
    for source, sent in sources:
        for name, values in source.lists():
            for value in (name, *map(str, values)):
                found, code = _bad_at(value), "control-character"
                if found is None and sent and _broken(value, sent):
                    found, code = value.index(_REPLACED), "not-valid-text"
                if found is not None:
                    clean = "".join(c for c in name if c.isprintable())[:60]
                    return clean or "a field", found + 1, code
    return None


# Bytes that are not UTF-8 come out of Django's parser as this character. Whoever typed it sent it as itself.
_REPLACED = "\ufffd"


def _broken(value: str, sent: bytes) -> bool:
    """Whether a replacement character stands for bytes that were no text (B09)."""
    itself = sent.upper().count(b"%EF%BF%BD") + sent.count(_REPLACED.encode())
    return _REPLACED in value and not itself


_OURS = {"csrfmiddlewaretoken", "submit_key"}


def unavailable(get_response: Handler) -> Handler:
    """Answer 503 and give the text back when the database is full, locked or away."""

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Http404 | PermissionDenied | SuspiciousOperation):
            return None  # answers, not faults
        if not _database_is_away(error):
            log.error("%s failed\n%s", getattr(request, "request_id", ""), where(error))
            return None
        log.error(
            "%s: the database is not available (%s)", getattr(request, "request_id", ""), type(error).__name__
        )
        return not_saved(request)

    return _Catching(get_response, process_exception)


class _Catching:
    """Middleware with a `process_exception`, which Django asks before it turns an exception into a bare 500."""

    def __init__(
        self, get_response: Handler, on_error: Callable[[HttpRequest, Exception], HttpResponse | None]
    ) -> None:
        self._next = get_response
        self.process_exception = on_error

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self._next(request)
        except (
            OperationalError,
            InterfaceError,
        ) as error:  # where this is called without Django's own layers
            found = self.process_exception(request, error)
            if found is None:
                raise
            return found


def on_broken(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """For the 500 page: what another middleware ran into (a session that cannot be read or kept) is no defect of
    ours when the database is away. Django turns such an exception into a 500 before `unavailable` can see it."""
    if error is None or not _database_is_away(error):
        return None
    log.error(
        "%s: the database is not available (%s)", getattr(request, "request_id", ""), type(error).__name__
    )
    return not_saved(request)


def not_saved(request: HttpRequest) -> HttpResponse:
    """503: what was typed comes back, and the browser may try again. Asks the database for nothing."""
    pairs: list[tuple[str, str]] = []
    if request.method == "POST":
        pairs = [
            (k, str(v)) for k, vs in request.POST.lists() if k not in _OURS for v in vs if str(v).strip()
        ]
    body = render_to_string("ui/503.html", {"posted": pairs})
    return HttpResponse(body, status=503, headers={"Retry-After": "5", "Cache-Control": "no-store"})


def _database_is_away(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, InterfaceError | OperationalError | sqlite3.OperationalError):
            return True
        if isinstance(error, DatabaseError) and "full" in str(error).lower():
            return True
        error = error.__cause__ or error.__context__
    return False


class Sessions(SessionMiddleware):
    """Sessions; and pages that can be read although no session can be kept, as with a full disk (R4)."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except (SessionInterrupted, DatabaseError) as error:
            if not _database_is_away(error):
                raise
            if request.method in ("GET", "HEAD"):
                return response  # what the session would have noted is noted another time
            return not_saved(request)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from another site, or a page left open over night: the text comes back."""
    pairs = [(k, str(v)) for k, vs in request.POST.lists() if k not in _OURS for v in vs if str(v).strip()]
    context = {
        "reason": "This page was open for too long. Copy your text, load the page again and send it.",
        "posted": pairs,
    }
    return render(request, "ui/403.html", context, status=403)
