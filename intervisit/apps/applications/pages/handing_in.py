"""The end of writing: the principal's wishes, the last look, and the button."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from intervisit.apps.applications.actions.handing_in import submit_application
from intervisit.apps.applications.actions.starting import call_for
from intervisit.apps.applications.actions.writing import save_wishes
from intervisit.apps.applications.bridge import Check, checks, form_for, missing_in, wishes_as_answers
from intervisit.apps.applications.models import Application, Wishes
from intervisit.apps.applications.pages.writing import ready, way
from intervisit.apps.applications.queries.hosts import asks_for_hosts, hosts_of
from intervisit.apps.applications.queries.late import late_for
from intervisit.apps.instruments.answers import Missing
from intervisit.apps.instruments.forms import PREFIX, AnswersForm, ItemSection, build_form, items
from intervisit.apps.instruments.ordered import place_moved
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.queries import CallState, moment_words, said, zone_words
from intervisit.kit import prepared
from intervisit.kit.access import Hidden, may
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page


@dataclass(frozen=True)
class WishesPage(PageRecord):
    template: ClassVar[str] = "applications/wishes.html"
    page_title: str
    lead: str
    program: Program
    application: Application
    breadcrumbs: list[Crumb]
    reads: str
    form: AnswersForm
    sections: Sequence[ItemSection]
    version: int
    status: int = 200


@page("application.view", at="applications/<uuid:application>/wishes/", model=Application, methods=("GET", "POST"),
      name="application_wishes")  # fmt: skip
def application_wishes_page(request: Request, application: Application) -> WishesPage | Go:
    """What the principal alone says: for the team this page is not there."""
    application = ready(request, application)
    # Nothing is written by looking: the row begins with its first wish.
    wishes = prepared.one(Wishes, application.pk) or Wishes(application=application)
    wishes.application = application
    if not may(request.actor, "wishes.write", wishes):
        raise Hidden
    shape, design = form_for(application), application.program.design
    posted = request.POST if request.method == "POST" else None
    form = build_form(shape, design, application.role_wanted, district=application.program.district, data=posted,
                      answers=wishes_as_answers(shape, application.role_wanted, wishes), wishes=True,
                      search_url=reverse("application_schools", args=[application.pk]),
                      hosts=hosts_of(application.program) if asks_for_hosts(application) else ())  # fmt: skip
    status = 200
    if posted is not None:
        status = 422
        if form.is_valid():
            version = request.POST.get("version", "")
            save_wishes(wishes, by=request.actor, answers=form.answers(),
                        version=int(version) if re.fullmatch("[0-9]{1,8}", version) else 0)  # fmt: skip
            at = place_moved(request.POST, PREFIX)
            onward = request.path + at if at else reverse("application", args=[application.pk])
            return Go(onward, "Your wishes are saved.")
    return WishesPage(
        page_title="Your wishes",
        lead=said("What you would like for your {network}. It is weighed, and not a promise.", design),
        program=application.program,
        application=application,
        breadcrumbs=way(application, "Wishes"),
        reads=said(
            "you, and after submitting program staff. Not your team, and never another {school}.", design
        ),
        form=form,
        sections=items(form, shape, application.role_wanted, wishes=True),
        version=wishes.version,
        status=status,
    )


@dataclass(frozen=True)
class SubmitPage(PageRecord):
    template: ClassVar[str] = "applications/submit.html"
    page_title: str
    program: Program
    application: Application
    breadcrumbs: list[Crumb]
    reads: str
    todo: Sequence[Missing]
    wishes_todo: Sequence[Missing]
    checks: Sequence[Check]
    promises: Sequence[str]
    may_submit: bool
    why_not: str
    closes: str


@page("application.view", at="applications/<uuid:application>/submit/", model=Application, acts="application.submit",
      methods=("GET", "POST"), name="application_submit")  # fmt: skip
def application_submit_page(request: Request, application: Application) -> SubmitPage | Go:
    """What is missing, what the record says, and the button: the principal's alone."""
    application = ready(request, application)
    here = reverse("application", args=[application.pk])
    if request.method == "POST":
        submit_application(application, by=request.actor)
        receipt = reverse("application_receipt", args=[application.pk])
        return Go(receipt, "Submitted. A receipt is on its way by mail as well.")
    if not may(request.actor, "application.write", application):
        return Go(here)
    todo, wished = missing_in(application, prepared.one(Wishes, application.pk))
    decision = may(request.actor, "application.submit", application)
    program, design = application.program, application.program.design
    call = call_for(application)
    late = late_for(program, call, application.school)
    closes = moment_words(late.until if late else call.closes, program.zone)
    role = application.role_wanted
    promises = design.expectations_for(role) if role in design.roles else design.expectations
    open_now = call.state() == CallState.OPEN or late is not None
    return SubmitPage(
        page_title="Submit",
        program=program,
        application=application,
        breadcrumbs=way(application, "Submit"),
        reads=f"after submitting: your team and the staff of {program.name}. Reviewers they name, when there are any.",
        todo=todo,
        wishes_todo=wished if decision else [],
        checks=checks(application),
        promises=[e.text for e in promises],
        may_submit=bool(decision) and not todo and not wished and open_now,
        why_not=_why_not(application, bool(decision), bool(todo or wished), open_now),
        closes=f"{closes} ({zone_words(program.zone)})" if closes else "",
    )


def _why_not(application: Application, principal: bool, gaps: bool, open_now: bool) -> str:
    words = application.program.design.words
    if not open_now:
        return "The call takes nothing now. Your draft is kept."
    if not principal:
        return f"Only your {words['principal'].one} can submit. Tell them when it is ready."
    return "A few things are missing first." if gaps else ""
