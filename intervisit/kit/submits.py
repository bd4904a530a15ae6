"""A submitted form is answered once; the same submit again gets the same answer (R6, B06).

Every form carries a key. Its row is written in the transaction of the change itself, so a form was either
answered and remembered, or neither. The same key with another body is a 409.
"""

import contextlib
import hashlib
import json
import threading
import uuid
from collections.abc import Callable, Iterator

from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from intervisit.kit.models import SubmittedForm

FIELD = "submit_key"

# SQLite lets one write at a time, and whoever waits for it sleeps and looks again, up to 100 ms at once. Threads of one
# process queue here instead and go on the moment the one before has finished.
_ONE_WRITER = threading.RLock()


class _Rollback(Exception):
    """The page showed its form again, so nothing may stay of what it tried."""


def _digest(request: HttpRequest) -> str:
    typed = sorted((k, v) for k, v in request.POST.lists() if k != "csrfmiddlewaretoken")
    found = hashlib.sha256(json.dumps(typed).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            found.update(json.dumps([name, file.name, file.size]).encode())
            for chunk in file.chunks():
                found.update(chunk)
            file.seek(0)
    return found.hexdigest()


def _key(request: HttpRequest) -> uuid.UUID | None:
    try:
        return uuid.UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return None


def answered_before(request: HttpRequest) -> HttpResponse | None:
    """The first answer to this very submit, if there was one: asked before anything else, since a submit that
    was answered has often changed what its person may do next."""
    key = _key(request)
    earlier = SubmittedForm.objects.filter(pk=key).first() if key is not None else None
    return None if earlier is None else _again(request, earlier)


def answer_once(request: HttpRequest, run: Callable[[], HttpResponse]) -> HttpResponse:
    """Run a submit in one transaction, unless this very submit was answered before.

    An answer below 400 is kept, and remembered when it sends the browser on; a form shown again with its errors
    leaves nothing behind.
    """
    key = _key(request)
    if key is None:
        return _atomically(run)
    earlier = SubmittedForm.objects.filter(pk=key).first()
    if earlier is not None:
        return _again(request, earlier)
    answer: list[HttpResponse] = []
    try:
        with _writing():
            row = SubmittedForm.objects.create(
                key=key,
                person_id=getattr(getattr(request, "actor", None), "person", None),
                path=request.path[:300],
                digest=_digest(request),
                location="",
            )
            answer.append(run())
            if answer[0].status_code >= 400:
                raise _Rollback
            if not _moves_on(answer[0]):
                row.delete()  # a part of a page: what it says is saved stays saved, but it is no answer to repeat
                return answer[0]
            row.location = (answer[0].headers.get("Location") or answer[0].headers.get("HX-Redirect", ""))[
                :300
            ]
            row.save(update_fields=["location"])
    except _Rollback:
        pass
    except IntegrityError:
        earlier = SubmittedForm.objects.filter(pk=key).first()
        if earlier is None:
            raise
        return _again(request, earlier)
    return answer[0]


def _moves_on(response: HttpResponse) -> bool:
    return response.status_code in (302, 303) or "HX-Redirect" in response.headers


def _atomically(run: Callable[[], HttpResponse]) -> HttpResponse:
    answer: list[HttpResponse] = []
    try:
        with _writing():
            answer.append(run())
            if answer[0].status_code >= 400:
                raise _Rollback
    except _Rollback:
        pass
    return answer[0]


@contextlib.contextmanager
def _writing() -> Iterator[None]:
    """The transaction of one submit."""
    with _ONE_WRITER if connection.vendor == "sqlite" else contextlib.nullcontext(), transaction.atomic():
        yield


def _again(request: HttpRequest, earlier: SubmittedForm) -> HttpResponse:
    person = getattr(getattr(request, "actor", None), "person", None)
    same = earlier.digest == _digest(request) and earlier.path == request.path[:300]
    if not same or str(earlier.person_id or "") != str(person or ""):
        posted = [
            (k, str(v))
            for k, vs in request.POST.lists()
            if k not in (FIELD, "csrfmiddlewaretoken")
            for v in vs
        ]
        context = {"code": "key-reused", "posted": posted}
        return render(request, "ui/key_reused.html", context, status=409)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=200, headers={"HX-Redirect": earlier.location})
    response = HttpResponseRedirect(earlier.location)
    response.status_code = 303
    return response
