"""Changes that staff ask for: asked by the program, written by the team, sent by the principal."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from intervisit.apps.applications.actions.changing import (
    ask_changes,
    changeable,
    changed_answers,
    open_change,
    save_changes,
    send_changes,
    take_back_changes,
)
from intervisit.apps.applications.bridge import form_for
from intervisit.apps.applications.forms.changing import AskChangesForm
from intervisit.apps.applications.models import Application, ChangeAsked
from intervisit.apps.applications.pages.writing import ready, way
from intervisit.apps.applications.queries.hosts import asks_for_hosts, hosts_of
from intervisit.apps.applications.queries.people import writes
from intervisit.apps.instruments.answers import Missing, missing
from intervisit.apps.instruments.forms import PREFIX, AnswersForm, Item, build_form, items
from intervisit.apps.instruments.ordered import place_moved
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import crumbs
from intervisit.apps.programs.queries import moment_words, said
from intervisit.kit.access import Hidden, may
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import BadValue, Refused


@dataclass(frozen=True)
class AskChangesPage(PageRecord):
    template: ClassVar[str] = "applications/ask_changes.html"
    page_title: str
    lead: str
    program: Program
    application: Application
    breadcrumbs: list[Crumb]
    reads: str
    form: AskChangesForm
    asked: ChangeAsked | None
    asked_when: str
    labels: Sequence[str]
    status: int = 200


@page("application.ask_changes", at="applications/<uuid:application>/ask-changes/", model=Application,
      methods=("GET", "POST"), name="application_ask_changes")  # fmt: skip
def application_ask_changes_page(request: Request, application: Application) -> AskChangesPage | Go:
    """Name the questions and say what should change; or take that back."""
    application = ready(request, application)
    here = reverse("application", args=[application.pk])
    asked = changeable(application)
    form, status = AskChangesForm(asked=asked), 200
    if request.method == "POST" and request.POST.get("what") == "take_back":
        take_back_changes(application, by=request.actor)
        return Go(here, "Taken back. The application stays as it was submitted.")
    if request.method == "POST":
        form, status = AskChangesForm(request.POST, asked=asked), 422
        if form.is_valid():
            try:
                ask_changes(application, by=request.actor, keys=form.cleaned_data["questions"],
                            note=form.cleaned_data["note"])  # fmt: skip
                return Go(
                    here, "The school is asked to change that. You read it when its principal sends it."
                )
            except (Refused, BadValue) as refusal:
                add_refusal(form, refusal)
    standing, program = open_change(application), application.program
    labels = {q.key: q.label for q in asked}
    list_page = reverse("program_applications", args=[program.pk])
    return AskChangesPage(
        page_title="Ask for changes",
        lead=application.school.name,
        program=program,
        application=application,
        breadcrumbs=[*crumbs(program), Crumb(said("{Applications}", program.design), list_page),
                     Crumb(application.school.name, here), Crumb("Changes")],
        reads=f"the team of {application.school.name} and the staff of {program.name}",
        form=form,
        asked=standing,
        asked_when=moment_words(standing.asked, program.zone) if standing else "",
        labels=[labels.get(k, k) for k in standing.questions] if standing else [],
        status=status,
    )  # fmt: skip


@dataclass(frozen=True)
class ChangesPage(PageRecord):
    template: ClassVar[str] = "applications/changes.html"
    page_title: str
    lead: str
    program: Program
    application: Application
    breadcrumbs: list[Crumb]
    reads: str
    asked: ChangeAsked
    asked_by: str
    form: AnswersForm
    items: Sequence[Item]
    todo: Sequence[Missing]
    may_send: bool
    may_write: bool
    status: int = 200


def _asked(request: Request, application: Application) -> ChangeAsked:
    """The changes asked of one's own school; for everybody else the page is not there."""
    asked = open_change(application)
    if asked is None or not may(request.actor, "application.change", application):
        raise Hidden
    return asked


@page("application.view", at="applications/<uuid:application>/changes/", model=Application, acts="application.change",
      methods=("GET", "POST"), name="application_changes")  # fmt: skip
def application_changes_page(request: Request, application: Application) -> ChangesPage | Go:
    """The named questions alone, with the note; what is written here the program reads when it is sent."""
    application = ready(request, application)
    asked = _asked(request, application)
    shape, role = form_for(application), application.role_wanted
    posted = request.POST if request.method == "POST" else None
    answers = changed_answers(application, asked)
    form = build_form(shape, application.program.design, role, district=application.program.district, data=posted,
                      answers=answers, search_url=reverse("application_schools", args=[application.pk]),
                      hosts=hosts_of(application.program) if asks_for_hosts(application) else ())  # fmt: skip
    status = 200
    if posted is not None:
        status = 422
        wanted = [name for name in form.fields if name.removeprefix("q-") in asked.questions]
        form.is_valid()
        if not any(name in form.errors for name in wanted):
            version = request.POST.get("version", "")
            save_changes(application, by=request.actor, posted=form.answers(),
                         version=int(version) if re.fullmatch("[0-9]{1,8}", version) else 0)  # fmt: skip
            return Go(
                request.path + place_moved(request.POST, PREFIX),
                "Saved. The program reads it when your principal sends it.",
            )
    every = [i for s in items(form, shape, role) for i in s.items if i.question.key in asked.questions]
    return ChangesPage(
        page_title="Asked of you: changes",
        lead=str(application.program),
        program=application.program,
        application=application,
        breadcrumbs=way(application, "Changes"),
        reads=f"the team of {application.school.name}; the staff of {application.program.name} once they are sent",
        asked=asked,
        asked_by=f"{asked.by or application.program}, {moment_words(asked.asked, application.program.zone)}",
        form=form,
        items=every,
        todo=missing([i.question for i in every], answers),
        may_send=bool(may(request.actor, "application.send_changes", application)),
        may_write=writes(request.actor, application),
        status=status,
    )


@page("application.view", at="applications/<uuid:application>/changes/send/", model=Application,
      acts="application.send_changes", methods=("POST",), name="application_send_changes")  # fmt: skip
def application_send_changes_page(request: Request, application: Application) -> Go:
    application = ready(request, application)
    _asked(request, application)
    send_changes(application, by=request.actor)
    return Go(reverse("application", args=[application.pk]), "Sent. The program reads your new answers now.")
