"""A new program: choose a design, bring one of your own, name it, date it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, ClassVar

from django.http import HttpRequest
from django.urls import reverse

from intervisit.apps.people.models import District
from intervisit.apps.programs.actions import add_design, create_program, keep_version
from intervisit.apps.programs.bridge import read_upload, shipped, shipped_design
from intervisit.apps.programs.forms import ProgramForm, UploadForm, choices_of
from intervisit.apps.programs.models import DesignVersion
from intervisit.core.designs import Design, Problem, Problems
from intervisit.kit.access import Hidden, visible
from intervisit.kit.clock import today
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.refusal import Refused

FRIDAY = 4


@dataclass(frozen=True)
class DesignCard:
    """A design as one chooses it."""

    value: str
    title: str
    summary: str
    facts: str
    chosen: bool


@dataclass(frozen=True)
class NewProgramPage(PageRecord):
    template: ClassVar[str] = "programs/new.html"
    page_title: str
    lead: str
    breadcrumbs: list[Crumb]
    form: ProgramForm
    designs: list[DesignCard]
    districts: list[District]
    district: District
    status: int = 200


def _district(request: Request) -> tuple[District, list[District]]:
    """The district a new program is for: the one asked for, or the only one."""
    mine = visible(request.actor, "district.create_program", District).order_by("name")
    asked = request.POST.get("district") or request.GET.get("district") or ""
    found = list(mine)
    if asked:
        chosen = next((d for d in found if str(d.pk) == asked), None)
        if chosen is None:
            raise Hidden
        return chosen, found
    return found[0], found


def _uploaded(district: District) -> list[DesignVersion]:
    """The newest version of each design this district has brought, for those that differ from the shipped ones."""
    newest: dict[str, DesignVersion] = {}
    for version in DesignVersion.objects.filter(uploaded_to=district.pk).order_by("number"):
        newest[version.slug] = version
    return list(newest.values())


@page("district.create_program", at="programs/new/", methods=("GET", "POST"), name="new_program")
def new_program_page(request: Request) -> NewProgramPage | Go:
    district, districts = _district(request)
    designs, uploaded = shipped(), _uploaded(district)
    choices = choices_of(designs, uploaded)
    form = ProgramForm(initial=_suggestion(request, designs, district), zone=district.zone, designs=choices)
    status = 200
    if request.method == "POST":
        form = ProgramForm(request.POST, zone=district.zone, designs=choices)
        status = 422
        if form.is_valid():
            try:
                return _create(request, district, form.cleaned_data)
            except Refused as refusal:
                add_refusal(form, refusal)
    chosen = str(form["design"].value() or "")
    cards = [_card(f"shipped:{d.slug}", d, chosen) for d in designs]
    cards += [_card(f"kept:{v.pk}", v.design, chosen) for v in uploaded]
    return NewProgramPage(
        page_title="A new program",
        lead="Choose what kind of program it is. Its design is copied and stays as it is, whatever changes later.",
        breadcrumbs=[Crumb("Programs", reverse("programs")), Crumb("New")],
        form=form,
        designs=cards,
        districts=districts if len(districts) > 1 else [],
        district=district,
        status=status,
    )


def _create(request: Request, district: District, values: dict[str, Any]) -> Go:
    version = _version(values["design"], district)
    program = create_program(
        district,
        by=request.actor,
        version=version,
        name=values["name"] or version.design.title[:120],
        first_day=values["first_day"],
        last_day=values["last_day"],
        call_opens=values["call_opens"],
        call_closes=values["call_closes"],
    )
    return Go(reverse("program", args=[program.pk]), f"{program} is there. You direct it.")


def _version(choice: str, district: District) -> DesignVersion:
    kind, _, name = choice.partition(":")
    if kind == "kept":
        found = DesignVersion.objects.filter(uploaded_to=district.pk, pk=name).first()
        if found is not None:
            return found
    design = shipped_design(name)
    if design is None:
        raise Refused("unknown-design", "Choose one of the designs.", "design")
    return keep_version(design)


def _suggestion(request: HttpRequest, designs: list[Design], district: District) -> dict[str, Any]:
    """This coming school year, and the design asked for by ?design=."""
    day = today(district.zone)
    year = day.year if day.month < 9 else day.year + 1
    wanted = request.GET.get("design", "")
    first = designs[0] if designs else None
    chosen = next((d for d in designs if wanted == f"shipped:{d.slug}"), first)
    return {
        "design": wanted or (f"shipped:{chosen.slug}" if chosen else ""),
        "first_day": first_weekday(dt.date(year, 9, 8)),
        "last_day": last_weekday(dt.date(year + 1, 6, 25)),
    }


def first_weekday(day: dt.date) -> dt.date:
    """The day itself, or the Monday after it."""
    return day + dt.timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > FRIDAY else 0)


def last_weekday(day: dt.date) -> dt.date:
    """The day itself, or the Friday before it."""
    return day - dt.timedelta(days=max(0, day.weekday() - FRIDAY))


def _card(value: str, design: Design, chosen: str) -> DesignCard:
    roles = ", ".join(r.many for r in design.roles.values())
    shapes = ", ".join(s.many for s in design.shapes.values())
    facts = f"Roles: {roles}. In {shapes}. {len(design.focus_areas)} {design.words['focus_area'].many}."
    return DesignCard(value, design.title, design.summary.strip(), facts, value == chosen)


@dataclass(frozen=True)
class UploadDesignPage(PageRecord):
    template: ClassVar[str] = "programs/upload.html"
    page_title: str
    lead: str
    breadcrumbs: list[Crumb]
    form: UploadForm
    problems: list[Problem]
    more: int
    status: int = 200


@page("district.create_program", at="programs/designs/new/", methods=("GET", "POST"), name="upload_design")
def upload_design_page(request: Request) -> UploadDesignPage | Go:
    """Bring a design; what is wrong with it is told by file and line, and nothing is kept."""
    district, _ = _district(request)
    form, problems, status = UploadForm(), Problems(()), 200
    if request.method == "POST":
        status = 422
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            found = read_upload((f.name or "", f.read()) for f in form.cleaned_data["design_files"])
            if isinstance(found, Design):
                version = add_design(district, by=request.actor, design=found)
                kind = f"kept:{version.pk}" if version.uploaded_to_id else f"shipped:{version.slug}"
                return Go(
                    f"{reverse('new_program')}?design={kind}",
                    f"{found.title} has no mistakes and can be used.",
                )
            problems = found
    return UploadDesignPage(
        page_title="Bring a design",
        lead="Check a design of your own here. Nothing is kept unless it has no mistakes.",
        breadcrumbs=[
            Crumb("Programs", reverse("programs")),
            Crumb("New", reverse("new_program")),
            Crumb("Design"),
        ],
        form=form,
        problems=list(problems)[:100],
        more=max(0, len(problems) - 100),
        status=status,
    )
