"""One's own account: name, look, sessions, identities, second factor, and what is held about oneself."""

import json
from dataclasses import dataclass
from typing import ClassVar

from django.http import HttpResponse
from django.urls import reverse

from intervisit.apps.people.actions.accounts import change_person, note_export
from intervisit.apps.people.actions.second_factor import factor_of
from intervisit.apps.people.actions.sign_in import end_other_sessions, end_session
from intervisit.apps.people.forms import AccountForm
from intervisit.apps.people.models import Identity, SecondFactor, SessionSeen
from intervisit.apps.people.pages.door import close_session
from intervisit.apps.people.queries.accounts import HeldRole, held_about, roles_of
from intervisit.core.access import SECOND_FACTOR_ROLES
from intervisit.core.text import BadValue
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import SIGNED_IN, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused


@dataclass(frozen=True)
class AccountPage(PageRecord):
    template: ClassVar[str] = "people/account.html"
    page_title: str
    reads: str
    form: AccountForm
    email: str
    roles: list[HeldRole]
    sessions: list[SessionSeen]
    this_session: str
    identities: list[Identity]
    factor: SecondFactor | None
    codes_left: int
    factor_needed: bool
    feeds_url: str
    status: int = 200


def _show(request: Request, form: AccountForm, status: int = 200) -> AccountPage:
    person, factor = request.person, factor_of(request.person)
    return AccountPage(
        page_title="Your account",
        reads="you. Your name is shown to the people you work with here.",
        form=form,
        email=person.email,
        roles=roles_of(person),
        sessions=list(SessionSeen.objects.filter(person=person).order_by("-seen")),
        this_session=request.session.session_key or "",
        identities=list(Identity.objects.filter(person=person)),
        factor=factor,
        codes_left=len(factor.recovery) if factor else 0,
        factor_needed=bool({r for r, _ in person.roles_held()} & SECOND_FACTOR_ROLES),
        feeds_url="/calendar/addresses/",
        status=status,
    )


@page(SIGNED_IN, at="account/", methods=("GET", "POST"))
def account(request: Request) -> AccountPage | Go:
    person = request.person
    if request.method == "GET":
        return _show(request, AccountForm(initial={"name": person.name}))
    form = AccountForm(request.POST)
    if form.is_valid():
        try:
            change_person(person, by=request.actor, name=form.cleaned_data["name"])
        except (Refused, BadValue) as refusal:
            add_refusal(form, refusal)
        else:
            return Go(reverse("account"), said="Saved.")
    return _show(request, form, status=422)


@page("session.end", at="account/sessions/<uuid:session>/end/", model=SessionSeen, methods=("POST",))
def session_end(request: Request, session: SessionSeen) -> Go:
    if session.session_key == request.session.session_key:
        close_session(request)
        return Go(reverse("sign_in"), said="You are signed out.")
    end_session(session, by=request.actor)
    return Go(reverse("account"), said="That browser is signed out.")


@page(SIGNED_IN, at="account/sessions/end-others/", methods=("POST",))
def sessions_end_others(request: Request) -> Go:
    ended = end_other_sessions(request.person, by=request.actor, key=request.session.session_key or "")
    said = "One other browser is signed out." if ended == 1 else f"{ended} other browsers are signed out."
    return Go(reverse("account"), said=said)


@page(SIGNED_IN, at="account/export/")
def account_export(request: Request) -> HttpResponse:
    """Everything held about oneself, as one JSON file."""
    note_export(request.person, by=request.actor)
    body = json.dumps(held_about(request.person), ensure_ascii=False, indent=1, default=str)
    headers = {"Content-Disposition": 'attachment; filename="intervisit-about-me.json"'}
    return HttpResponse(body, content_type="application/json; charset=utf-8", headers=headers)
