"""Setting up the second factor, showing it, and confirming before something that matters."""

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote

import segno
from django.urls import reverse

from intervisit.apps.people.actions.second_factor import (
    code_was_right,
    confirm_second_factor,
    count_code,
    factor_of,
    new_secret,
    provisioning_address,
    renew_recovery_codes,
    set_up_second_factor,
    spelled,
)
from intervisit.apps.people.forms import CodeForm
from intervisit.apps.people.keys import seal, unseal
from intervisit.apps.people.pages.door import ours, strengthen_session
from intervisit.core.access import ROLES
from intervisit.kit.pages import SIGNED_IN, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused


@dataclass(frozen=True)
class SetUpPage(PageRecord):
    template: ClassVar[str] = "people/second_factor_set_up.html"
    page_title: str
    qr: str  # data: address of an SVG
    secret: str
    form: CodeForm
    onward: str
    waiting: list[str]  # roles that sleep until then
    replaces: bool
    refused: str


@dataclass(frozen=True)
class CodesPage(PageRecord):
    template: ClassVar[str] = "people/second_factor_codes.html"
    page_title: str
    codes: list[str]
    onward: str


@dataclass(frozen=True)
class ConfirmPage(PageRecord):
    template: ClassVar[str] = "people/confirm.html"
    page_title: str
    form: CodeForm
    onward: str
    waiting: list[str]
    refused: str


def _problem(request: Request) -> str:
    return str(request.session.pop("code_problem", ""))


def _waiting(request: Request) -> list[str]:
    return [ROLES[key].words.removeprefix("the ") for key in sorted(request.actor.asleep)]


def _onward(request: Request) -> str:
    return ours(request.POST.get("next") or request.GET.get("next") or "/")


@page(SIGNED_IN, at="second-factor/set-up/", methods=("GET", "POST"))
def second_factor_set_up(request: Request) -> SetUpPage | Go:
    onward, here = _onward(request), reverse("second_factor_set_up")
    earlier = factor_of(request.person)
    if earlier is not None and not request.actor.fresh:
        return Go(f"{reverse('confirm')}?next={quote(here)}")
    if request.method == "GET":
        sealed = request.session.get("new_secret") or new_secret()
        request.session["new_secret"] = sealed
        return SetUpPage(
            page_title="Set up your second factor",
            qr=segno.make(provisioning_address(sealed, request.person), error="m").svg_data_uri(
                scale=5, border=2
            ),
            secret=spelled(sealed),
            form=CodeForm(),
            onward=onward,
            waiting=_waiting(request),
            replaces=earlier is not None,
            refused=_problem(request),
        )
    # A wrong code goes back by a redirect, so that the count of tries is kept and not rolled back with the form.
    try:
        count_code(request.person)
        sealed = str(request.session.get("new_secret", ""))
        code = request.POST.get("code", "")[:40]
        codes = set_up_second_factor(request.person, by=request.actor, sealed=sealed, code=code)
    except Refused as refusal:
        request.session["code_problem"] = refusal.message
        return Go(f"{here}?next={quote(onward)}")
    code_was_right(request.person)
    request.session.pop("new_secret", None)
    strengthen_session(request)
    return _to_codes(request, codes, onward)


def _to_codes(request: Request, codes: list[str], onward: str) -> Go:
    request.session["new_codes"] = seal(" ".join(codes))
    return Go(f"{reverse('second_factor_codes')}?next={quote(onward)}")


@page(SIGNED_IN, at="second-factor/codes/", methods=("GET", "POST"))
def second_factor_codes(request: Request) -> CodesPage | Go:
    """The recovery codes, once: shown from the session and forgotten by it. POST makes new ones."""
    if request.method == "POST":
        if not request.actor.fresh:
            return Go(f"{reverse('confirm')}?next={quote(reverse('account'))}")
        return _to_codes(request, renew_recovery_codes(request.person, by=request.actor), reverse("account"))
    codes = (unseal(str(request.session.pop("new_codes", ""))) or "").split()
    if not codes:
        return Go(reverse("account"))
    return CodesPage("Keep these recovery codes", codes, _onward(request))


@page(SIGNED_IN, at="confirm/", methods=("GET", "POST"))
def confirm(request: Request) -> ConfirmPage | Go:
    """Wakes sleeping roles after sign-in, and renews the confirmation before something that matters."""
    onward = _onward(request)
    if factor_of(request.person) is None:
        return Go(f"{reverse('second_factor_set_up')}?next={quote(onward)}")
    if request.method == "GET":
        return ConfirmPage("Confirm that it is you", CodeForm(), onward, _waiting(request), _problem(request))
    try:
        count_code(request.person)
        code = request.POST.get("code", "")[:40]
        confirm_second_factor(request.person, by=request.actor, code=code)
    except Refused as refusal:
        request.session["code_problem"] = refusal.message
        return Go(f"{reverse('confirm')}?next={quote(onward)}")
    code_was_right(request.person)
    strengthen_session(request)
    return Go(onward)
