"""What is answered when there is no page: the same words for what is hidden and what never was."""

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from intervisit.kit.guard import on_broken


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "ui/404.html", status=404)


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "ui/403.html", {"reason": "You may not do this."}, status=403)


def not_understood(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return HttpResponse(render_to_string("ui/413.html", {}), status=413)
    message = "Your browser sent something we could not read. Go back, and try once more."
    return HttpResponse(
        render_to_string("ui/bad_text.html", {"message": message, "code": "not-understood"}), status=400
    )


def broken(request: HttpRequest) -> HttpResponse:
    """500, or 503 where the database is away. Asks nothing of the database."""
    away = on_broken(request, sys.exc_info()[1])
    if away is not None:
        return away
    return HttpResponse(render_to_string("ui/500.html"), status=500)
