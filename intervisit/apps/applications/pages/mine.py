"""A school's side: its applications, and the start of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from intervisit.apps.applications.actions.starting import open_roles, standing_in_the_way, start_application
from intervisit.apps.applications.bridge.carrying import last_year
from intervisit.apps.applications.forms import StartForm
from intervisit.apps.applications.models import Application
from intervisit.apps.applications.queries import own_applications, schools_of
from intervisit.apps.applications.states import LABELS, TONES, ApplicationState
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import in_program
from intervisit.apps.programs.queries import (
    CallNow,
    call_named,
    calls_open,
    foremost,
    moment_words,
    open_calls,
    zone_words,
)
from intervisit.core.access import Actor
from intervisit.kit.access import asked, load
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import SIGNED_IN, Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused


@dataclass(frozen=True)
class MineRow:
    application: Application
    program: Program
    state: str
    tone: str
    url: str


@dataclass(frozen=True)
class CallRow:
    program: Program
    title: str
    closes: str
    url: str


@dataclass(frozen=True)
class MyApplicationsPage(PageRecord):
    template: ClassVar[str] = "applications/mine.html"
    page_title: str
    lead: str
    reads: str
    rows: Sequence[MineRow]
    calls: Sequence[CallRow]


def state_for_school(application: Application) -> str:
    """The state as the school may know it: a decision shows only when it is released."""
    decided = application.state not in (
        ApplicationState.DRAFT, ApplicationState.SUBMITTED, ApplicationState.WITHDRAWN
    )  # fmt: skip
    return ApplicationState.SUBMITTED if decided and application.released is None else application.state


@page(SIGNED_IN, at="applications/", name="my_applications")
def my_applications_page(request: Request) -> MyApplicationsPage:
    """The applications of one's schools, and the calls they could answer."""
    rows = []
    for found in asked(request.actor, own_applications):
        state = state_for_school(found)
        rows.append(
            MineRow(
                found, found.program, LABELS[state], TONES[state], reverse("application", args=[found.pk])
            )
        )
    calls = [row for program in asked(request.actor, open_calls) for row in _open_to(request.actor, program)]
    return MyApplicationsPage(
        "Applications",
        "What your school has applied for, and what it could apply for now.",
        "you and your school’s team. A program reads an application once it is submitted.",
        rows,
        calls,
    )


def _open_to(actor: Actor, program: Program) -> list[CallRow]:
    """The open calls of a program that a school of this person can still answer."""
    schools = [s for s in asked(actor, schools_of) if s.district_id == program.district_id]
    found = []
    for call in calls_open(program):
        if any(standing_in_the_way(program, school, call) is None for school in schools):
            url = f"{reverse('apply', args=[program.pk])}?call={call.key}"
            found.append(CallRow(program, call.call.title, moment_words(call.closes, program.zone), url))
    return found


@dataclass(frozen=True)
class ApplyPage(PageRecord):
    template: ClassVar[str] = "applications/start.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    reads: str
    form: StartForm
    roles: Sequence[dict[str, str]]
    calls: Sequence[dict[str, str]]
    call: str
    closes: str
    one_school: bool
    last_year: str
    status: int = 200


@page(
    "program.apply", at="programs/<uuid:program>/apply/", model=Program, methods=("GET", "POST"), name="apply"
)
def apply_page(request: Request, program: Program) -> ApplyPage | Go:
    """Begin, or go on where it was begun."""
    in_program(request, program)
    call = _chosen_call(request, program)
    every = list(schools_of(request.actor).filter(district=program.district_id))
    begun = {s.pk: standing_in_the_way(program, s, call) for s in every}
    schools = [s for s in every if begun[s.pk] is None]
    if not schools:
        standing = next(a for a in begun.values() if a is not None)
        return Go(reverse("application", args=[standing.pk]))
    roles = open_roles(program, call)
    form, status = StartForm(schools=schools, roles=roles), 200
    if request.method == "POST":
        form, status = StartForm(request.POST, schools=schools, roles=roles), 422
        if form.is_valid():
            school = load(
                request.actor, "school.view", schools_of(request.actor), pk=form.cleaned_data["school"]
            )
            try:
                made = start_application(
                    program, by=request.actor, school=school, role=form.cleaned_data["role"], call=call.key,
                    from_last_year=form.cleaned_data["from_last_year"],
                )  # fmt: skip
                return Go(reverse("application_write", args=[made.pk]), "Begun. It is saved while you type.")
            except Refused as refusal:
                add_refusal(form, refusal)
    return _apply_page(program, call, schools, form, status)


def _chosen_call(request: Request, program: Program) -> CallNow:
    """The call of the address, of the form, or the one people mean."""
    key = (request.POST if request.method == "POST" else request.GET).get("call", "")[:60]
    found = call_named(program, key) if key else None
    return found or foremost(program)


def _apply_page(
    program: Program, call: CallNow, schools: list[Organization], form: StartForm, status: int
) -> ApplyPage:
    closes = moment_words(call.closes, program.zone)
    before = last_year(program, schools[0]) if len(schools) == 1 else None
    others = [c for c in calls_open(program) if c.key != call.key]
    return ApplyPage(
        page_title=f"Apply to {program.name}",
        lead=call.call.title,
        program=program,
        breadcrumbs=[Crumb("Applications", reverse("my_applications")), Crumb("Begin")],
        reads="your school’s team while you write. The program reads it once your principal submits it.",
        form=form,
        roles=_about(program, open_roles(program, call), str(form["role"].value() or "")),
        calls=[{"title": c.call.title, "url": f"?call={c.key}"} for c in others],
        call=call.key,
        closes=f"{closes} ({zone_words(program.zone)})" if closes else "",
        one_school=len(schools) == 1,
        last_year=str(before.program) if before else "",
        status=status,
    )


def _about(program: Program, roles: list[tuple[str, str]], chosen: str) -> list[dict[str, str]]:
    design = program.design
    return [
        {
            "key": key,
            "label": label[:1].upper() + label[1:],
            "about": design.roles[key].about.strip() if key in design.roles else "",
            "checked": "yes" if key == chosen or len(roles) == 1 else "",
        }
        for key, label in roles
    ]
