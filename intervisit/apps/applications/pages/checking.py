"""A person's word on the rules of eligibility, and what superintendents see: that an application is there."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from intervisit.apps.applications.actions.checking import say_rule, take_back_rule
from intervisit.apps.applications.bridge import Check, checks, roles_considered
from intervisit.apps.applications.forms.changing import RuleForm
from intervisit.apps.applications.models import Application
from intervisit.apps.applications.pages.mine import state_for_school
from intervisit.apps.applications.pages.writing import ready
from intervisit.apps.applications.states import LABELS, TONES
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import crumbs
from intervisit.core.designs import Rule
from intervisit.kit.access import visible
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import BadValue, Refused


@dataclass(frozen=True)
class CheckPage(PageRecord):
    template: ClassVar[str] = "applications/check.html"
    page_title: str
    lead: str
    program: Program
    application: Application
    breadcrumbs: list[Crumb]
    reads: str
    checks: Sequence[Check]
    form: RuleForm
    status: int = 200


def _rules(application: Application) -> list[Rule]:
    design = application.program.design
    return list({r.key: r for role in roles_considered(application) for r in design.rules_for(role)}.values())


@page("application.check", at="applications/<uuid:application>/check/", model=Application, methods=("GET", "POST"),
      name="application_check")  # fmt: skip
def application_check_page(request: Request, application: Application) -> CheckPage | Go:
    """What is computed, from which fact of which day; and what a person says who has looked."""
    application = ready(request, application)
    rules = _rules(application)
    initial = {"rule": request.GET.get("rule", "")[:60]}
    form, status = RuleForm(rules=rules, initial=initial), 200
    if request.method == "POST":
        form, status = RuleForm(request.POST, rules=rules), 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                word = say_rule(application, by=request.actor, rule=given["rule"], met=given["met"] == "yes",
                                reason=given["reason"])  # fmt: skip
                undo = reverse("application_uncheck", args=[application.pk, word.pk])
                return Go(request.path, "Noted, with your name and today’s date.", undo=undo)
            except (Refused, BadValue) as refusal:
                add_refusal(form, refusal)
    program = application.program
    return CheckPage(
        page_title="Check the rules",
        lead=application.school.name,
        program=program,
        application=application,
        breadcrumbs=[*crumbs(program), Crumb(application.school.name, reverse("application", args=[application.pk])),
                     Crumb("Rules")],
        reads=f"the staff of {program.name} and the team of {application.school.name}",
        checks=checks(application),
        form=form,
        status=status,
    )  # fmt: skip


@page("application.check", at="applications/<uuid:application>/check/<uuid:word>/take-back/", model=Application,
      methods=("POST",), name="application_uncheck")  # fmt: skip
def application_uncheck_page(request: Request, application: Application, word: uuid.UUID) -> Go:
    take_back_rule(ready(request, application), by=request.actor, word=word)
    return Go(
        reverse("application_check", args=[application.pk]), "Taken back. What is computed counts again."
    )


@dataclass(frozen=True)
class StatusRow:
    school: str
    program: str
    state: str
    tone: str


@dataclass(frozen=True)
class StatusPage(PageRecord):
    template: ClassVar[str] = "applications/status.html"
    page_title: str
    lead: str
    reads: str
    rows: Sequence[StatusRow]


@page("application.status", at="applications/status/", name="application_statuses")
def application_statuses_page(request: Request) -> StatusPage:
    """For superintendents: which schools have applied, and what was told them. No word of what they wrote."""
    found = visible(request.actor, "application.status", Application).select_related("school", "program")
    rows = []
    for application in found.order_by("-program__first_day", "program__name", "school__name")[:2000]:
        state = state_for_school(application)
        rows.append(StatusRow(application.school.name, str(application.program), LABELS[state], TONES[state]))
    return StatusPage(
        page_title="Who has applied",
        lead="Drafts are not listed. A decision shows when the school has been told.",
        reads="superintendents of the district. What schools write stays between them and the program.",
        rows=rows,
    )
