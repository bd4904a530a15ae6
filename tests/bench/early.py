"""Settings with a defect on purpose: submits are answered before they are committed.

Only `python -m tests.bench.kill9 --acknowledge-early` runs with them, to show that the trials see a loss.
"""

import threading
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from intervisit.web import settings as real
from intervisit.web.settings import *  # noqa: F403 - all of them, and one more middleware

MIDDLEWARE = ["tests.bench.early.answer_first", *real.MIDDLEWARE]


def answer_first(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """303 at once for every submit of a day; the work is done a moment later."""

    def handle(request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or not request.path.endswith("/days/"):
            return get_response(request)
        _ = request.body

        def later() -> None:
            time.sleep(0.05)
            get_response(request)

        threading.Thread(target=later, daemon=True).start()
        return HttpResponse(status=303, headers={"Location": request.path})

    return handle
