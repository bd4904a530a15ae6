"""Row 19 for those whom it is about: who did what in a team's own space, and who touched what is one's own."""

from dataclasses import dataclass
from typing import ClassVar

from django.core.paginator import Page, Paginator
from django.urls import reverse

from intervisit.apps.people.models import Organization
from intervisit.apps.people.pages.schools import page_number
from intervisit.apps.people.queries.opened import DoneRow, about_person, done_rows, in_school
from intervisit.kit.models import HistoryLine
from intervisit.kit.pages import SIGNED_IN, Crumb, PageRecord, Request, page

PER_PAGE = 50


@dataclass(frozen=True)
class DonePage(PageRecord):
    template: ClassVar[str] = "people/done.html"
    page_title: str
    lead: str
    reads: str
    breadcrumbs: list[Crumb]
    found: "Page[HistoryLine]"
    rows: list[DoneRow]
    empty: str


@page("school.history", at="schools/<uuid:school>/history/", model=Organization, name="school_history")
def school_history_page(request: Request, school: Organization) -> DonePage:
    """What happened in the space of one school: who, what and when; no words and no names of things."""
    paginator = Paginator(in_school(school), PER_PAGE)
    found = paginator.page(page_number(request, paginator.num_pages))
    return DonePage(
        page_title=f"What happened at {school.name}",
        lead="Who did what, and when. What people wrote is not here.",
        reads="your school’s team.",
        breadcrumbs=[
            Crumb("Schools", reverse("schools")),
            Crumb(school.name, reverse("school", args=[school.pk])),
            Crumb("What happened"),
        ],
        found=found,
        rows=done_rows(found),
        empty="What people do for your school appears here.",
    )


@page(SIGNED_IN, at="account/opened/", name="account_opened")
def account_opened_page(request: Request) -> DonePage:
    """Who gave me parts, ended them, or took out and opened what is mine: never my own deeds."""
    paginator = Paginator(about_person(request.person), PER_PAGE)
    found = paginator.page(page_number(request, paginator.num_pages))
    return DonePage(
        page_title="Who opened what is mine",
        lead="Your parts, your account, and files that were made of what you wrote. Your own deeds are not listed.",
        reads="you alone. Administrators read who did what, without content.",
        breadcrumbs=[Crumb("Your account", reverse("account")), Crumb("Who opened what is mine")],
        found=found,
        rows=done_rows(found),
        empty="Nobody else has touched what is yours.",
    )
