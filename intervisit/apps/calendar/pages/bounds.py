"""What the year keeps: central meetings and days away of those who facilitate, regular meetings, absences."""

import uuid
from dataclasses import dataclass
from typing import Any, ClassVar

from django.urls import reverse

from intervisit.apps.calendar.actions import bounds as actions
from intervisit.apps.calendar.forms import GuideForm, RegularMeetingForm
from intervisit.apps.calendar.models import RegularMeeting
from intervisit.apps.calendar.pages.plans import days_url
from intervisit.apps.calendar.queries import bounds as queries
from intervisit.apps.calendar.states import MeetsOn
from intervisit.apps.networks.models import Network
from intervisit.apps.people.models import Person
from intervisit.apps.programs.models import Program
from intervisit.core.days import Pasted, read_pasted
from intervisit.kit import access
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused


@dataclass(frozen=True)
class LimitsPage(PageRecord):
    template: ClassVar[str] = "calendar/limits.html"
    page_title: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    guides: list[queries.GuideRow]
    days_url: str
    usual: str  # weekday of the central meeting by the design
    meetings: list[queries.MeetingRow]
    supplies: list[queries.SupplyRow]
    without_number: int  # parts of the district without a number
    form: RegularMeetingForm
    status: int = 200


def _weekday(number: int | None) -> str:
    return "" if number is None else f"{queries.WEEKDAYS[number].capitalize()}s"


def _whom(program: Program) -> list[tuple[str, str]]:
    """Who can meet: everybody, the schools of a role, those of one network (by its number: no id is typed)."""
    design = program.design
    roles = [(f"role:{key}", f"All {role.many}") for key, role in design.roles.items()]
    networks = Network.objects.filter(program=program, closed=None).order_by("number")
    return [
        ("all", f"All {design.words['school'].many}"),
        *(roles if len(roles) > 1 else []),
        *((f"network:{n.number}", n.name) for n in networks),
    ]


@page(
    "program.work", at="programs/<uuid:program>/limits/", model=Program, methods=("GET", "POST"), name="program_limits"
)  # fmt: skip
def program_limits_page(request: Request, program: Program) -> LimitsPage | Go:
    """Everything that keeps days free or runs out, in one place, and the form for another meeting."""
    form = RegularMeetingForm(
        _whom(program), request.POST or None, initial={"starts": program.first_day, "whom": "all"}
    )
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                _add_meeting(request, program, form.cleaned_data)
                said = "Kept. It counts in every plan that is begun from now on."
                return Go(reverse("program_limits", args=[program.pk]), said)
            except Refused as refusal:
                add_refusal(form, refusal)
        status = 422
    supplies = queries.supplies_of(program)
    return LimitsPage(
        page_title="What the year keeps",
        program=program,
        reads="program staff; days away also by the person herself.",
        breadcrumbs=[
            Crumb(str(program), reverse("program", args=[program.pk])),
            Crumb("Plan the year", reverse("year_plans", args=[program.pk])),
            Crumb("What it keeps"),
        ],
        guides=queries.guides_of_program(program),
        days_url=days_url(request),
        usual=_weekday(queries.weekday_number(program.design.facilitators.meet_on)),
        meetings=queries.meetings_of(program),
        supplies=supplies,
        without_number=sum(row.per_day is None for row in supplies),
        form=form,
        status=status,
    )


def _add_meeting(request: Request, program: Program, data: dict[str, Any]) -> None:
    kind, _, key = data.pop("whom").partition(":")
    network = Network.objects.filter(program=program, number=key).first() if kind == "network" else None
    role = key if kind == "role" else ""
    actions.add_meeting(program, by=request.actor, role=role, network=network, **data)


@page("meeting.remove", at="meetings/<uuid:meeting>/remove/", model=RegularMeeting, methods=("POST",),
      name="meeting_remove")  # fmt: skip
def meeting_remove_page(request: Request, meeting: RegularMeeting) -> Go:
    program = meeting.program_id
    actions.remove_meeting(meeting, by=request.actor)
    return Go(reverse("program_limits", args=[program]), "Removed.")


@dataclass(frozen=True)
class GuidePage(PageRecord):
    template: ClassVar[str] = "calendar/guide.html"
    page_title: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    row: queries.GuideRow
    form: GuideForm
    found: Pasted | None
    back: str
    status: int = 200


@page(
    "program.work", at="programs/<uuid:program>/limits/<uuid:person>/", model=Program, methods=("GET", "POST"),
    name="program_guide",
)  # fmt: skip
def program_guide_page(request: Request, program: Program, person: uuid.UUID) -> GuidePage | Go:
    """The office: the week and the days away of one who facilitates."""
    row = next((r for r in queries.guides_of_program(program) if r.person.pk == person), None)
    if row is None:
        raise access.Hidden
    crumbs = [
        Crumb(str(program), reverse("program", args=[program.pk])),
        Crumb("What the year keeps", reverse("program_limits", args=[program.pk])),
        Crumb(row.person.name),
    ]
    back = reverse("program_limits", args=[program.pk])
    return _guide_page(request, program, row, f"Days of {row.person.name}", crumbs, back)


@page(
    "program.my_days",
    at="programs/<uuid:program>/my-days/",
    model=Program,
    methods=("GET", "POST"),
    name="my_days",
)
def my_days_page(request: Request, program: Program) -> GuidePage | Go:
    """One's own week and days away."""
    crumbs = [Crumb("My calendar", reverse("my_calendar")), Crumb("My days away")]
    row = queries.guides_in(program, [request.person])[0]
    return _guide_page(request, program, row, "My days away", crumbs, reverse("my_calendar"))


def _guide_page(
    request: Request, program: Program, row: queries.GuideRow, title: str, crumbs: list[Crumb], back: str
) -> GuidePage | Go:
    start = {"meets_on": row.meets_on, "two_halves": row.two_halves, "away": row.as_text}
    usual = queries.weekday_number(program.design.facilitators.meet_on)
    form = GuideForm(usual, request.POST or None, initial=start)
    found, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            found = _read(program, form.cleaned_data)
            if found is None or not len(found.troubles):
                try:
                    count = _save(request, program, row.person, form.cleaned_data, found)
                    return Go(
                        back,
                        f"Kept. {count} school day{'' if count == 1 else 's'} away."
                        if count
                        else "Kept. No day away.",
                    )
                except Refused as refusal:
                    add_refusal(form, refusal)
    return GuidePage(
        page_title=title,
        program=program,
        reads="program staff and the person herself.",
        breadcrumbs=crumbs,
        row=row,
        form=form,
        found=found,
        back=back,
        status=status,
    )


def _read(program: Program, data: dict[str, Any]) -> Pasted | None:
    """The days of the text; None where it is empty."""
    if not data["away"].strip():
        return None
    order = data["order"] or None
    return read_pasted(data["away"], first=program.first_day, last=program.last_day, order=order)


def _save(
    request: Request, program: Program, person: Person, data: dict[str, Any], found: Pasted | None
) -> int:
    return actions.save_guide(
        program, person, by=request.actor, meets_on=MeetsOn(data["meets_on"]), two_halves=data["two_halves"],
        away=[stretch for _, stretch in found.days] if found else [],
    )  # fmt: skip
