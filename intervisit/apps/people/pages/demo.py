"""The demo's door: be anybody of the cast. It exists only in the demo, and answers 404 everywhere else."""

import uuid
from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.http import Http404
from django.urls import reverse

from intervisit.apps.people.actions.sign_in import become
from intervisit.apps.people.models import Person
from intervisit.apps.people.pages.door import open_session
from intervisit.apps.people.queries.people import (
    CastGroup,
    CastMember,
    cast_of_the_demo,
    first_of_the_cast,
)
from intervisit.core.text import search_key
from intervisit.kit.outbox import mails_to, path_in
from intervisit.kit.pages import PUBLIC_PAGE, Go, PageRecord, Request, page


@dataclass(frozen=True)
class DemoPage(PageRecord):
    template: ClassVar[str] = "people/demo.html"
    page_title: str
    lead: str
    cast: list[CastMember]
    groups: list[CastGroup]
    q: str
    more: int


@dataclass(frozen=True)
class DemoMailPage(PageRecord):
    template: ClassVar[str] = "people/demo_mail.html"
    page_title: str
    subject: str
    body: str
    link: str


def only_in_the_demo() -> None:
    if not settings.DEMO or settings.SECURE:
        raise Http404


@page(PUBLIC_PAGE, at="demo/", methods=("GET", "POST"), name="demo_cast")
def demo_cast(request: Request) -> DemoPage | Go:
    only_in_the_demo()
    if request.method == "POST":
        person = _of_the_cast(request.POST.get("person", ""))
        become(person, by=request.actor)
        open_session(request, person, "demo", strong=True)
        return Go("/", said=f"You are {person.name} now.")
    q = request.GET.get("q", "")[:80]
    cast = [] if q else first_of_the_cast()
    groups, more = ([], 0) if cast else cast_of_the_demo(search_key(q))
    lead = "The figures of the schools are real; the names of schools and people are made up."
    return DemoPage("Who would you like to be?", lead, cast, groups, q, more)


def _of_the_cast(value: str) -> Person:
    try:
        wanted = uuid.UUID(value)
    except ValueError:
        raise Http404 from None
    found = Person.objects.filter(pk=wanted, is_active=True).first()
    if found is None:
        raise Http404
    return found


@page(PUBLIC_PAGE, at="demo/mail/")
def demo_mail(request: Request) -> DemoMailPage | Go:
    """The sign-in mail that was just asked for in this browser: the demo sends none."""
    only_in_the_demo()
    email = str(request.session.get("asked_for", ""))
    person = Person.objects.filter(email=email).first()
    mail = mails_to(person).filter(kind__startswith="sign_in.").first() if person else None
    if mail is None:
        return Go(reverse("sign_in"), said="No mail was written: nobody here has that address.")
    return DemoMailPage(f"Mail to {email}", mail.subject, mail.body, path_in(mail))
