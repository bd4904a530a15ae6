"""Pages: a function that loads and asks, reads or acts, and shows a record.

    @page("school.view", at="schools/<uuid:school>/", model=Organization)
    def school(request: Request, school: Organization) -> SchoolPage: ...

The decorator is the only way to an address: it loads the thing of the address through the policy (hidden and
missing both answer 404), asks the action again when something is submitted (403 with the reason), answers a
repeated submit with the first answer, and shows the record with the template it names.
"""

import functools
import uuid
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar, cast
from urllib.parse import quote, urlsplit

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import URLPattern, path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from intervisit.kit import access, submits
from intervisit.kit.refusal import BadValue, Refused, Stale


class Request(HttpRequest):
    """A request as pages see it."""

    actor: access.Actor
    person: Any  # the signed-in person, or None
    thing: Any  # what the address names, once it was loaded


class PageRecord:
    """What one page shows. Subclasses are frozen dataclasses; a test compares their fields with the template."""

    template: ClassVar[str] = ""
    parts: ClassVar[tuple[str, ...]] = ()  # named parts of the template that htmx may ask for alone
    framed: ClassVar[bool] = True  # False: a piece for htmx that needs neither menu nor keys
    status: int = 200


@dataclass(frozen=True)
class Go:
    """Go to another page, with a sentence about what was done and perhaps a way to undo it."""

    to: str
    said: str = ""
    undo: str = ""  # path to post to


@dataclass(frozen=True)
class Crumb:
    """One step of the way to a page. The last one has no address."""

    label: str
    url: str = ""


Answer = PageRecord | Go | HttpResponse
View = Callable[..., Answer]


@dataclass(frozen=True)
class Route:
    """One address and its rule."""

    at: str
    name: str
    action: str  # asked to load the thing, and for GET
    acts: str  # asked when something is submitted
    model: type[models.Model] | None
    key: str
    methods: tuple[str, ...]
    public: bool
    view: Callable[..., HttpResponse]
    record: type | None


ROUTES: dict[str, list[Route]] = {}  # module -> its routes

PUBLIC_PAGE = "public"
SIGNED_IN = "signed_in"


def page(
    action: str,
    *,
    at: str,
    model: type[models.Model] | None = None,
    key: str = "pk",
    acts: str = "",
    methods: tuple[str, ...] = ("GET",),
    name: str = "",
) -> Callable[[View], View]:
    """Give a function its address and its rule.

    `action` is "kind.verb" of the policy, or `SIGNED_IN` (pages about oneself), or `PUBLIC_PAGE`. `model` is what
    the first part of the address names, looked up by `key`. `acts` is asked instead of `action` on POST.
    """

    def wrap(function: View) -> View:
        route_name = name or function.__name__.removesuffix("_page")

        @functools.wraps(function)
        def view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            return _answer(cast("Request", request), route, function, kwargs)

        route = Route(
            at=at,
            name=route_name,
            action=action,
            acts=acts or action,
            model=model,
            key=key,
            methods=methods,
            public=action == PUBLIC_PAGE,
            view=cast("Callable[..., HttpResponse]", never_cache(view)),
            record=function.__annotations__.get("return"),
        )
        cast("Any", route.view).route = route
        ROUTES.setdefault(function.__module__, []).append(route)
        return cast("View", route.view)

    return wrap


def urls_of(module: Any) -> list[URLPattern]:
    """The addresses of a pages module (or of several, for a package)."""
    return [path(r.at, r.view, name=r.name) for r in ROUTES.get(module.__name__, [])]


def _answer(request: Request, route: Route, function: View, kwargs: dict[str, Any]) -> HttpResponse:
    method = "GET" if request.method == "HEAD" else (request.method or "GET")
    if request.actor.person is None and not route.public:
        return _sign_in(request)
    if method == "POST" and method in route.methods:
        repeated = submits.answered_before(request)  # even where the first submit took the thing away
        if repeated is not None:
            return repeated
    found = _load(request, route, kwargs)
    if method not in route.methods:
        return HttpResponseNotAllowed(route.methods)
    if method == "POST":
        refused = _refusal(request, route, found)
        if refused:
            return show_refusal(request, refused)
        return submits.answer_once(request, lambda: _run(request, function, kwargs))
    return _run(request, function, kwargs)


def _load(request: Request, route: Route, kwargs: dict[str, Any]) -> models.Model | None:
    if route.model is None:
        if route.action not in (PUBLIC_PAGE, SIGNED_IN) and not access.may_anywhere(
            request.actor, route.action
        ):
            raise Http404
        return None
    argument = next(iter(kwargs))
    wanted = kwargs[argument]
    try:
        found = access.load(request.actor, route.action, route.model, **{route.key: wanted})
    except access.Hidden:
        raise Http404 from None
    kwargs[argument] = found
    request.thing = found
    return found


def _refusal(request: Request, route: Route, found: models.Model | None) -> str:
    if found is None:
        if route.acts in (PUBLIC_PAGE, SIGNED_IN, route.action) or access.may_anywhere(
            request.actor, route.acts
        ):
            return ""
        return "You may look at this page, but not change anything on it."
    if route.acts in (PUBLIC_PAGE, SIGNED_IN):
        return ""
    return access.may(request.actor, route.acts, found).reason


def _run(request: Request, function: View, kwargs: dict[str, Any]) -> HttpResponse:
    try:
        answer = function(request, **kwargs)
    except access.Hidden:
        raise Http404 from None
    except access.NotAllowed as error:
        return show_refusal(request, error.reason)
    except Stale as stale:
        return _page(request, "ui/409.html", {"refusal": stale, "posted": posted(request)}, 409)
    except (Refused, BadValue) as wrong:  # a page that shows its form again has caught them itself
        refusal = wrong if isinstance(wrong, Refused) else Refused.of(wrong.troubles)
        context = {"refusal": refusal, "posted": posted(request), "back": _back(request)}
        return _page(request, "ui/refused.html", context, refusal.status)
    return show(request, answer)


def _back(request: Request) -> str:
    """Where a refused form stood: the page it was sent from, if that is one of ours; else the address itself."""
    came = urlsplit(request.headers.get("Referer", ""))
    if came.netloc != request.get_host() or not url_has_allowed_host_and_scheme(came.path, None):
        return request.get_full_path()
    return f"{came.path}?{came.query}" if came.query else came.path


def show(request: Request, answer: Answer) -> HttpResponse:
    """Turn what a page function returned into a response."""
    if isinstance(answer, HttpResponseBase):
        return answer  # also a download in parts
    if isinstance(answer, Go):
        if answer.said:
            request.session["said"] = {"text": answer.said, "undo": answer.undo}
        if is_htmx(request):
            return HttpResponse(status=200, headers={"HX-Redirect": answer.to})
        response = HttpResponseRedirect(answer.to)
        response.status_code = 303
        return response
    context = {f.name: getattr(answer, f.name) for f in fields(cast("Any", answer))}
    template = answer.template
    if not answer.framed:
        return HttpResponse(render_to_string(template, context), status=answer.status)
    part = request.headers.get("HX-Part", "") or request.GET.get("part", "")
    if is_htmx(request) and part in answer.parts:
        template = f"{template}#{part}"
    return _page(request, template, context, answer.status)


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    response = render(request, template, context, status=status)
    if b" hx-" not in response.content:  # four pages of five ask for nothing in part
        response.content = response.content.replace(_htmx().encode(), b"")
    return response


def _htmx() -> str:
    """The line of ui/head.html that loads htmx."""
    return f'<script defer src="{static("ui/vendor/htmx.min.js")}"></script>\n'


def show_refusal(request: HttpRequest, reason: str) -> HttpResponse:
    """403 with the reason: only where the person may know that the thing exists."""
    return _page(request, "ui/403.html", {"reason": reason, "posted": posted(request)}, 403)


# Fields of forms that carry what the page itself needs: nobody has typed them.
_OURS = {
    "csrfmiddlewaretoken",
    submits.FIELD,
    "version",
    "seen",
    "tab",
    "base",
    "mark",
    "what",
    "then",
    "ids",
}


def posted(request: HttpRequest) -> list[tuple[str, str]]:
    """What the person typed, so that an error page can give it back. Tokens and keys are not theirs."""
    if request.method != "POST":
        return []
    pairs = ((k, v) for k, values in request.POST.lists() if k not in _OURS for v in values)
    return [(k.removeprefix("q-"), str(v)) for k, v in pairs if str(v).strip()]


def is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _sign_in(request: HttpRequest) -> HttpResponse:
    target = "/sign-in/"
    if request.method in ("GET", "HEAD") and not is_htmx(request):
        target = f"{target}?next={quote(request.get_full_path())}"
    if is_htmx(request):
        return HttpResponse(status=200, headers={"HX-Redirect": target})
    typed = posted(request)
    if typed:  # a session that ended while somebody was writing must not cost the text
        way = f"{target}?next={quote(request.path)}"
        return _page(request, "ui/signed_out.html", {"posted": typed, "sign_in_url": way}, 403)
    return HttpResponseRedirect(target)


def new_key() -> str:
    """A key for a form that is about to be shown."""
    return str(uuid.uuid4())
