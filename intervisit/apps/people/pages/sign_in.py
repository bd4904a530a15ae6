"""Signing in by a mailed link, and signing out."""

from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from intervisit.apps.people.actions.attempts import count_attempt
from intervisit.apps.people.actions.sign_in import has_a_place, link_of, send_link, use_link
from intervisit.apps.people.actions.sign_on import link_identity
from intervisit.apps.people.forms import AskLinkForm
from intervisit.apps.people.models import Person
from intervisit.apps.people.pages.door import close_session, onward_for, open_session, pending_sign_on
from intervisit.kit.access import actor_for
from intervisit.kit.pages import PUBLIC_PAGE, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused


@dataclass(frozen=True)
class SignInPage(PageRecord):
    template: ClassVar[str] = "people/sign_in.html"
    page_title: str
    form: AskLinkForm
    sign_on_name: str  # "" when the district has no sign-on here
    proving: bool  # a first sign-on asks for the account it belongs to
    refused: str
    demo_here: bool
    status: int = 200


@dataclass(frozen=True)
class LinkSentPage(PageRecord):
    template: ClassVar[str] = "people/sign_in_sent.html"
    page_title: str
    email: str
    demo_here: bool


@dataclass(frozen=True)
class LinkPage(PageRecord):
    template: ClassVar[str] = "people/sign_in_link.html"
    page_title: str
    name: str  # "" when the link is over
    email: str
    binds: str  # whom the sign-on that waits in this browser belongs to
    refused: str
    status: int = 200


def _show(request: Request, form: AskLinkForm, *, refused: str = "", status: int = 200) -> SignInPage:
    return SignInPage(
        page_title="Sign in",
        form=form,
        sign_on_name=settings.OIDC_NAME if settings.OIDC_ISSUER else "",
        proving=pending_sign_on(request) is not None,
        refused=refused,
        demo_here=settings.DEMO,
        status=status,
    )


@page(PUBLIC_PAGE, at="sign-in/", methods=("GET", "POST"))
def sign_in(request: Request) -> SignInPage | Go:
    if request.method == "GET":
        return _show(request, AskLinkForm(initial={"next": request.GET.get("next", "")}))
    form = AskLinkForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    email = form.cleaned_data["email"]
    try:
        count_attempt("link-address", address_of(request))
        count_attempt("link-account", email)
    except Refused as refusal:
        return _show(request, form, refused=refusal.message, status=refusal.status)
    person = Person.objects.filter(email=email).first()
    if person is not None and has_a_place(person):
        send_link(person, by=request.actor, onward=form.cleaned_data["next"])
    request.session["asked_for"] = email
    return Go(reverse("sign_in_sent"))


@page(PUBLIC_PAGE, at="sign-in/sent/")
def sign_in_sent(request: Request) -> LinkSentPage:
    return LinkSentPage("Look at your mail", str(request.session.get("asked_for", "")), settings.DEMO)


@page(PUBLIC_PAGE, at="sign-in/link/<str:token>/", methods=("GET", "POST"))
def sign_in_link(request: Request, token: str) -> LinkPage | Go:
    if request.method == "GET":
        return _link(request, token)
    try:
        link = use_link(token, by=request.actor)
        pending = pending_sign_on(request)
        if pending and "bind" in request.POST:
            by = actor_for(link.person)
            link_identity(link.person, by=by, issuer=pending["issuer"], subject=pending["subject"])
    except Refused as refusal:
        return _link(request, token, refused=refusal.message, status=refusal.status)
    by = open_session(request, link.person, "link")
    return Go(onward_for(by, link.person, link.onward))


def _link(request: Request, token: str, *, refused: str = "", status: int = 200) -> LinkPage:
    """Looking at a link does nothing: mail programs open links on their own."""
    found = None if refused else link_of(token)
    pending = pending_sign_on(request)
    return LinkPage(
        page_title="Sign in" if found else "This link no longer works",
        name=found.person.name if found else "",
        email=found.person.email if found else "",
        binds=(pending["name"] or "the district’s sign-on") if pending else "",
        refused=refused,
        status=status if found or refused else 410,
    )


@page(PUBLIC_PAGE, at="sign-out/", methods=("POST",))
def sign_out(request: Request) -> Go:
    close_session(request)
    return Go(reverse("sign_in"), said="You are signed out.")


def address_of(request: HttpRequest) -> str:
    """The network address a request came from, as the server says."""
    return str(request.META.get("REMOTE_ADDR", ""))
