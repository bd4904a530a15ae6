"""Who runs a program: directors, staff, facilitators."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.urls import reverse

from intervisit.apps.people.models import RoleHeld
from intervisit.apps.programs.actions import add_person, confirm_person, end_person
from intervisit.apps.programs.forms import PersonForm
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import crumbs, in_program
from intervisit.apps.programs.queries import day_words, people_of
from intervisit.kit.access import Hidden, may
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import BadValue, Refused


@dataclass(frozen=True)
class PersonRow:
    held: RoleHeld
    role: str
    since: str
    waits: bool
    may_confirm: bool
    may_end: bool


@dataclass(frozen=True)
class ProgramPeoplePage(PageRecord):
    template: ClassVar[str] = "programs/people.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    rows: Sequence[PersonRow]
    form: PersonForm
    status: int = 200


_OTHERS = {"staff": "Program staff", "director": "Program director", "evaluator": "Evaluator"}


def _roles(program: Program, manages: bool) -> list[tuple[str, str]]:
    facilitator = program.design.words["facilitator"].one
    mine = [("facilitator", facilitator[:1].upper() + facilitator[1:])]
    if manages:
        mine += [
            ("staff", "Program staff: read applications, match, plan"),
            ("director", "Program director"),
            ("evaluator", "Evaluator: numbers, decisions that were told, and what schools share"),
        ]
    return mine


@page("program.people", at="programs/<uuid:program>/people/", model=Program, methods=("GET", "POST"),
      name="program_people")  # fmt: skip
def program_people_page(request: Request, program: Program) -> ProgramPeoplePage | Go:
    in_program(request, program)
    manages = bool(may(request.actor, "program.manage", program))
    roles = _roles(program, manages)
    form, status = PersonForm(roles=roles, initial={"role": "facilitator"}), 200
    if request.method == "POST":
        form, status = PersonForm(request.POST, roles=roles), 422
        if form.is_valid():
            try:
                held = add_person(program, by=request.actor, **form.cleaned_data)
                waits = (
                    " Another director, or the district’s office, has to confirm it."
                    if held.needs_second
                    else ""
                )
                return Go(request.path, f"{held.person} is added.{waits}")
            except (Refused, BadValue) as refusal:
                add_refusal(form, refusal)
    rows = [_row(request, held, manages, dict(roles)) for held in people_of(program)]
    lead = "Staff and directors read applications, so a second person confirms them."
    return ProgramPeoplePage("People", lead, program, crumbs(program, "People"), rows, form, status)


def _row(request: Request, held: RoleHeld, manages: bool, labels: dict[str, str]) -> PersonRow:
    waits = held.needs_second and held.confirmed_by_id is None
    mine = request.actor.person in (str(held.granted_by_id), str(held.person_id))
    label = labels.get(held.role) or _OTHERS.get(held.role, held.role)
    return PersonRow(
        held=held,
        role=label.partition(":")[0],
        since=day_words(held.starts),
        waits=waits,
        may_confirm=waits and manages and not mine,
        may_end=manages or held.role == "facilitator",
    )


def _held(program: Program, number: str) -> RoleHeld:
    """A role of this program; any other role is not there (B11)."""
    found = people_of(program).filter(pk=number).first()
    if found is None:
        raise Hidden
    return found


@page("program.people", at="programs/<uuid:program>/people/<uuid:held>/end/", model=Program, methods=("POST",),
      name="end_program_role")  # fmt: skip
def end_program_role_page(request: Request, program: Program, held: str) -> Go:
    found = end_person(program, _held(program, held), by=request.actor)
    return Go(
        reverse("program_people", args=[program.pk]), f"{found.person} has no part in the program any more."
    )


@page("program.manage", at="programs/<uuid:program>/people/<uuid:held>/confirm/", model=Program, methods=("POST",),
      name="confirm_program_role")  # fmt: skip
def confirm_program_role_page(request: Request, program: Program, held: str) -> Go:
    found = confirm_person(program, _held(program, held), by=request.actor)
    return Go(reverse("program_people", args=[program.pk]), f"{found.person} is confirmed.")
