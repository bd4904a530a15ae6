"""Schools: the list, its files, the finder for pickers, and one school's page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from intervisit.apps.people.models import District, Organization
from intervisit.apps.people.queries.facts import FactTable, facts_of
from intervisit.apps.people.queries.people import SchoolPerson, people_of_school
from intervisit.apps.people.queries.schools import (
    Choices,
    PanelRow,
    Wanted,
    choices,
    find_schools,
    panel_rows,
)
from intervisit.apps.people.states import OrganizationKind
from intervisit.core.charts import Chart, Point, network_map
from intervisit.core.tables import Cell, write_csv, write_xlsx
from intervisit.core.text import BadValue, whole_number
from intervisit.kit.access import may, visible
from intervisit.kit.pages import Crumb, PageRecord, Request, page
from intervisit.kit.refusal import Refused

PER_PAGE = 50
NEIGHBOURS = 12
HEAD = ("code", "name", "area", "level", "grades", "sector", "address", "latitude", "longitude")


@dataclass(frozen=True)
class SchoolsPage(PageRecord):
    template: ClassVar[str] = "people/schools.html"
    parts: ClassVar[tuple[str, ...]] = ("found",)
    page_title: str
    found: "Page[Organization]"
    wanted: Wanted
    choices: Choices
    may_import: bool
    query: str  # the filters, for the links to the files


@dataclass(frozen=True)
class SchoolPage(PageRecord):
    template: ClassVar[str] = "people/school.html"
    page_title: str
    breadcrumbs: list[Crumb]
    school: Organization
    about: list[dict[str, str]]
    facts: FactTable
    position: Chart | None
    people: list[SchoolPerson]
    sees_people: bool
    proposes: bool
    panels: list[PanelRow]


def _wanted(request: Request) -> Wanted:
    get = request.GET.get
    return Wanted(get("q", "")[:120], get("area", "")[:60], get("level", "")[:60], get("sort", "name")[:12])


def page_number(request: Request, pages: int) -> int:
    """Which page of a list is asked for. Raises Refused: out-of-range, not-a-whole-number."""
    value = request.GET.get("page", "")
    if not value:
        return 1
    try:
        return whole_number(value, field="page", minimum=1, maximum=max(1, pages))
    except BadValue as bad:
        raise Refused.of(bad.troubles) from bad


@page("school.view", at="schools/")
def schools(request: Request) -> SchoolsPage:
    wanted = _wanted(request)
    paginator = Paginator(find_schools(request.actor, wanted), PER_PAGE)
    filters = request.GET.copy()
    for key in ("page", "part"):
        filters.pop(key, None)
    return SchoolsPage(
        page_title="Schools",
        found=paginator.page(page_number(request, paginator.num_pages)),
        wanted=wanted,
        choices=choices(request.actor),
        may_import=visible(request.actor, "district.import_schools", District).exists(),
        query=filters.urlencode(),
    )


def _rows(request: Request) -> Iterator[list[Cell]]:
    for school in find_schools(request.actor, _wanted(request)).iterator(chunk_size=500):
        yield [
            school.code, school.name, school.area, school.level, school.grade_words, school.sector, school.address,
            school.latitude, school.longitude,
        ]  # fmt: skip


@page("school.view", at="schools/schools.csv")
def schools_csv(request: Request) -> HttpResponse:
    """The list as it is filtered. Text that a spreadsheet would run is made harmless."""
    body = write_csv(HEAD, _rows(request))
    return HttpResponse(body, content_type="text/csv; charset=utf-8", headers=_named("schools.csv"))


@page("school.view", at="schools/schools.xlsx")
def schools_xlsx(request: Request) -> HttpResponse:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return HttpResponse(write_xlsx(HEAD, _rows(request)), content_type=kind, headers=_named("schools.xlsx"))


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


@page("school.view", at="schools/find/")
def schools_find(request: Request) -> HttpResponse:
    """Options for a picker: at most twenty schools whose name or code contains what was typed."""
    found = find_schools(request.actor, Wanted(q=request.GET.get("q", "")[:120]))[:20]
    return render(request, "people/schools_found.html", {"schools": found})


@page("school.view", at="schools/<uuid:school>/", model=Organization)
def school(request: Request, school: Organization) -> SchoolPage:
    actor = request.actor
    sees_people = bool(may(actor, "school.people", school))
    return SchoolPage(
        page_title=school.name,
        breadcrumbs=[Crumb("Schools", reverse("schools")), Crumb(school.name)],
        school=school,
        about=_about(school),
        facts=facts_of(school),
        position=_position(school),
        people=people_of_school(school) if sees_people else [],
        sees_people=sees_people,
        proposes=bool(may(actor, "school.propose_person", school)),
        panels=panel_rows(actor, school),
    )


def _about(school: Organization) -> list[dict[str, str]]:
    district = school.district.name if school.district else ""
    rows = (
        ("Code", school.code), ("Grades", school.grade_words), ("Level", school.level), ("Area", school.area),
        ("Address", school.address), ("Sector", school.sector), ("Subdistrict", school.subdistrict),
        ("Superintendent", school.superintendent), ("Support network", school.support_network), ("District", district),
    )  # fmt: skip
    return [{"label": label, "value": value} for label, value in rows if value]


def _position(school: Organization) -> Chart | None:
    """The school among its nearest neighbours; None without coordinates."""
    if school.latitude is None or school.longitude is None:
        return None
    near = 0.02  # degrees, about 2 km
    around = (
        Organization.objects.filter(
            kind=OrganizationKind.SCHOOL,
            district=school.district_id,
            latitude__range=(school.latitude - near, school.latitude + near),
            longitude__range=(school.longitude - near, school.longitude + near),
        )
        .exclude(pk=school.pk)
        .order_by("code_key")[:NEIGHBOURS]
    )
    points = [Point(str(school.pk), school.name, school.latitude, school.longitude, "host")]
    points += [Point(str(o.pk), o.code, o.latitude, o.longitude) for o in around]
    others = len(points) - 1
    sentence = (
        f"{school.name} and {others} schools nearby."
        if others
        else f"{school.name}; no other school is near."
    )
    words = {"host": "This school", "partner": "", "other": "School nearby"}
    return network_map(points, title="Where it is", sentence=sentence, role_words=words)
