"""A school's side: its applications, and the start of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from intervisit.apps.applications.actions.writing import open_roles, start_application
from intervisit.apps.applications.forms import StartForm
from intervisit.apps.applications.models import Application
from intervisit.apps.applications.queries import own_applications, schools_of
from intervisit.apps.applications.states import LABELS, TONES, ApplicationState
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import in_program
from intervisit.apps.programs.queries import CallState, call_state, moment_words, open_calls, zone_words
from intervisit.kit.access import load
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
    for found in own_applications(request.actor):
        state = state_for_school(found)
        rows.append(
            MineRow(
                found, found.program, LABELS[state], TONES[state], reverse("application", args=[found.pk])
            )
        )
    mine = {row.application.program_id for row in rows if row.application.program_id}
    single = schools_of(request.actor).count() < 2
    calls = [
        CallRow(p, moment_words(p.call_closes, p.zone), reverse("apply", args=[p.pk]))
        for p in open_calls(request.actor)
        if call_state(p) == CallState.OPEN and not (single and p.pk in mine)
    ]
    return MyApplicationsPage(
        "Applications",
        "What your school has applied for, and what it could apply for now.",
        "you and your school’s team. A program reads an application once it is submitted.",
        rows,
        calls,
    )


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
    closes: str
    one_school: bool
    status: int = 200


@page(
    "program.apply", at="programs/<uuid:program>/apply/", model=Program, methods=("GET", "POST"), name="apply"
)
def apply_page(request: Request, program: Program) -> ApplyPage | Go:
    """Begin, or go on where it was begun."""
    in_program(request, program)
    schools = list(schools_of(request.actor).filter(district=program.district_id))
    begun = Application.objects.filter(program=program, school__in=schools)
    if len(schools) == begun.count():
        return Go(reverse("application", args=[begun.first().pk]))  # type: ignore[union-attr]
    taken = set(begun.values_list("school_id", flat=True))
    schools = [s for s in schools if s.pk not in taken]
    roles = open_roles(program)
    form, status = StartForm(schools=schools, roles=roles), 200
    if request.method == "POST":
        form, status = StartForm(request.POST, schools=schools, roles=roles), 422
        if form.is_valid():
            school = load(
                request.actor, "school.view", schools_of(request.actor), pk=form.cleaned_data["school"]
            )
            try:
                made = start_application(
                    program, by=request.actor, school=school, role=form.cleaned_data["role"]
                )
                return Go(reverse("application_write", args=[made.pk]), "Begun. It is saved while you type.")
            except Refused as refusal:
                add_refusal(form, refusal)
    closes = moment_words(program.call_closes, program.zone)
    return ApplyPage(
        page_title=f"Apply to {program.name}",
        lead=program.call.title,
        program=program,
        breadcrumbs=[Crumb("Applications", reverse("my_applications")), Crumb("Begin")],
        reads="your school’s team while you write. The program reads it once your principal submits it.",
        form=form,
        roles=_about(program, roles, str(form["role"].value() or "")),
        closes=f"{closes} ({zone_words(program.zone)})" if closes else "",
        one_school=len(schools) == 1,
        status=status,
    )


def _about(program: Program, roles: list[tuple[str, str]], chosen: str) -> list[dict[str, str]]:
    design = program.design
    return [
        {
            "key": key,
            "label": label[:1].upper() + label[1:],
            "about": design.roles[key].about.strip() if key in design.roles else "",
            "checked": "yes" if key == chosen else "",
        }
        for key, label in roles
    ]
