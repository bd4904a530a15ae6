"""Which schools have said which days do not suit them: ask, see who owes, remind them."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.urls import reverse

from intervisit.apps.calendar.actions import availability as actions
from intervisit.apps.calendar.forms import AskForDaysForm
from intervisit.apps.calendar.models import AvailabilityCall
from intervisit.apps.calendar.queries import availability as queries
from intervisit.apps.networks.bridge.releases import being
from intervisit.apps.programs.models import Program
from intervisit.kit.clock import today
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused

_NEVER = dt.datetime(1, 1, 1, tzinfo=dt.UTC)
_SORTS: dict[str, Callable[[queries.SchoolAnswer], Any]] = {
    "name": lambda r: r.school.name.casefold(),
    "days": lambda r: r.days,
    "answered": lambda r: r.answered or _NEVER,
}


@dataclass(frozen=True)
class ProgramAvailabilityPage(PageRecord):
    template: ClassVar[str] = "calendar/availability_program.html"
    page_title: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    call: AvailabilityCall | None
    late: bool
    rows: list[queries.SchoolAnswer]
    owing: int
    form: AskForDaysForm
    status: int = 200


@page("program.work", at="programs/<uuid:program>/availability/", model=Program, methods=("GET", "POST"),
      name="program_availability")  # fmt: skip
def program_availability_page(request: Request, program: Program) -> ProgramAvailabilityPage | Go:
    """Ask the schools, and see who has answered."""
    call = queries.call_of(program)
    form = AskForDaysForm(request.POST or None, initial={"closes": call.closes if call else None})
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                told = actions.ask_schools_for_days(program, by=request.actor, **form.cleaned_data)
                people = being(told, "asked") if told else "Nobody owes an answer, so nobody is asked."
                return Go(reverse("program_availability", args=[program.pk]), people)
            except Refused as refusal:
                add_refusal(form, refusal)
        status = 422
    rows = _sorted(queries.answers_of(program, call), request.GET.get("sort", ""))
    return ProgramAvailabilityPage(
        page_title="Days that do not suit",
        program=program,
        reads="program staff. Why a day does not suit is read by the school and the district’s office.",
        breadcrumbs=[
            Crumb(str(program), reverse("program", args=[program.pk])),
            Crumb("Plan the year", reverse("year_plans", args=[program.pk])),
            Crumb("Days"),
        ],
        call=call,
        late=call is not None and call.closes < today(program.district.zone),
        rows=rows,
        owing=sum(row.answered is None for row in rows),
        form=form,
        status=status,
    )


def _sorted(rows: list[queries.SchoolAnswer], sort: str) -> list[queries.SchoolAnswer]:
    key = _SORTS.get(sort.removeprefix("-"))
    return sorted(rows, key=key, reverse=sort.startswith("-")) if key else rows


@page("program.work", at="programs/<uuid:program>/availability/remind/", model=Program, methods=("POST",),
      name="availability_remind")  # fmt: skip
def availability_remind_page(request: Request, program: Program) -> Go:
    told = actions.remind_owing(program, by=request.actor)
    said = being(told, "reminded") if told else "Everybody who owes was reminded today already."
    return Go(reverse("program_availability", args=[program.pk]), said)
