"""Days on which schools are shut or busy: the district's, and each school's own."""

import base64
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core import signing
from django.urls import reverse

from intervisit.apps.calendar import actions, queries
from intervisit.apps.calendar.actions import availability
from intervisit.apps.calendar.forms import DaysFileForm, DistrictDaysForm, SchoolDaysForm
from intervisit.apps.calendar.models import NamedDays
from intervisit.apps.calendar.states import DayKind
from intervisit.apps.people.models import District, Organization
from intervisit.core.days import DayList
from intervisit.core.tables import ORDERS
from intervisit.core.text import Order
from intervisit.kit import access
from intervisit.kit.columns import DateOrder, date_orders
from intervisit.kit.forms import add_refusal
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.parsing import read_days_in_child
from intervisit.kit.refusal import Refused

_FILE_LIMIT = 5_000_000  # bytes


@dataclass(frozen=True)
class DistrictDaysPage(PageRecord):
    template: ClassVar[str] = "calendar/district_days.html"
    page_title: str
    district: Organization
    days: Any
    form: DistrictDaysForm
    file: DaysFileForm
    preview: DayList | None
    filename: str
    staged: str
    orders: list[DateOrder]
    order: str
    status: int = 200


def _district(request: Request) -> District:
    found = access.visible(request.actor, "district.days", District).order_by("name").first()
    if found is None:
        raise access.Hidden
    return found


def _district_page(
    district: Organization, form: DistrictDaysForm | None = None, file: DaysFileForm | None = None,
    preview: DayList | None = None, filename: str = "", staged: str = "", order: str = "", status: int = 200,
) -> DistrictDaysPage:  # fmt: skip
    return DistrictDaysPage(
        page_title="School days",
        district=district,
        days=queries.days_for(district),
        form=form or DistrictDaysForm(),
        file=file or DaysFileForm(),
        preview=preview,
        filename=filename,
        staged=staged,
        orders=date_orders(preview.written if preview else None, order),
        order=order,
        status=status,
    )


@page("district.days", at="days/", methods=("GET", "POST"), name="district_days")
def district_days_page(request: Request) -> DistrictDaysPage | Go:
    """Holidays, staff days and testing windows of the district."""
    district = _district(request)
    if request.method == "GET":
        return _district_page(district)
    form = DistrictDaysForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.add_days(
                district, by=request.actor, starts=data["starts"], ends=data["ends"] or data["starts"],
                name=data["name"],
                kind=DayKind(data["kind"]), applies_to=data["applies_to"],
            )  # fmt: skip
            return Go(reverse("district_days"), "Added.")
        except Refused as refusal:
            add_refusal(form, refusal)
    return _district_page(district, form, status=422)


@page("district.days", at="days/file/", methods=("POST",), name="district_days_file")
def district_days_file_page(request: Request) -> DistrictDaysPage | Go:
    """Read a file of days: first a preview with every problem, then, once confirmed, all good ones or none."""
    district = _district(request)
    if "staged" in request.POST:
        return _staged(request, district)
    form = DaysFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _district_page(district, file=form, status=422)
    upload = form.cleaned_data["file"]
    if upload.size > _FILE_LIMIT:
        form.add_error("file", f"The file has {upload.size:,} bytes; at most {_FILE_LIMIT:,} fit.")
        return _district_page(district, file=form, status=413)
    data, name = upload.read(), str(upload.name)[:100]
    found = read_days_in_child(data, name, zone=district.zone)
    # The file comes back with the confirmation, signed: nothing is kept of a file nobody confirms.
    staged = (
        signing.dumps({"name": name, "data": base64.b64encode(data).decode()}, compress=True)
        if found.days or _open(found)
        else ""
    )
    return _district_page(
        district, preview=found, filename=name, staged=staged, status=200 if found.days else 422
    )


def _open(found: DayList) -> bool:
    """Whether dates of the file wait for somebody to say whether the month or the day comes first."""
    return found.written is not None and bool(found.written.open)


def _staged(request: Request, district: Organization) -> DistrictDaysPage | Go:
    """The file comes again: to be read with the order that was said, or to be taken."""
    try:
        staged = signing.loads(request.POST["staged"], max_age=3600)
    except signing.BadSignature:
        raise Refused("too-old", "This preview is more than an hour old. Choose the file again.") from None
    order = said_order(request)
    found = read_days_in_child(
        base64.b64decode(staged["data"]), staged["name"], zone=district.zone, order=order
    )
    if "read" in request.POST:
        return _district_page(
            district, preview=found, filename=staged["name"], staged=request.POST["staged"], order=order or "",
            status=200 if found.days else 422,
        )  # fmt: skip
    count = actions.replace_days(district, found.days, by=request.actor, source=staged["name"])
    return Go(reverse("district_days"), f"{count} entries taken from {staged['name']}.")


def said_order(request: Request) -> Order | None:
    """What somebody said about the dates of her file, if anything."""
    said = request.POST.get("order", "")
    return next((order for order in ORDERS if order == said), None)


@page("day.remove", at="days/<uuid:days>/remove/", model=NamedDays, methods=("POST",), name="days_remove")
def days_remove_page(request: Request, days: NamedDays) -> Go:
    organization = days.organization
    actions.remove_days(days, by=request.actor)
    back = (
        reverse("school_days", args=[organization.pk])
        if organization.district_id
        else reverse("district_days")
    )
    return Go(back, "Removed.")


@dataclass(frozen=True)
class SchoolDaysPage(PageRecord):
    template: ClassVar[str] = "calendar/school_days.html"
    page_title: str
    reads: str
    breadcrumbs: list[Crumb]
    school: Organization
    days: Any
    form: SchoolDaysForm
    status: int = 200


@page(
    "school.days",
    at="schools/<uuid:school>/days/",
    model=Organization,
    methods=("GET", "POST"),
    name="school_days",
)
def school_days_page(request: Request, school: Organization) -> SchoolDaysPage | Go:
    """Days that do not suit one school."""
    form = SchoolDaysForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            data = form.cleaned_data
            try:
                actions.add_days(
                    school, by=request.actor, starts=data["starts"], ends=data["ends"] or data["starts"],
                    name=data["name"] or "Does not suit us",
                )  # fmt: skip
                availability.say_answered(school, by=request.actor)
                return Go(reverse("availability", args=[school.pk]), "Kept in mind when the year is planned.")
            except Refused as refusal:
                add_refusal(form, refusal)
        status = 422
    return SchoolDaysPage(
        page_title=f"Days that do not suit {school.name}",
        reads="your school's team and program staff.",
        breadcrumbs=[
            Crumb("Schools", reverse("schools")),
            Crumb(school.name, reverse("school", args=[school.pk])),
            Crumb("Days"),
        ],
        school=school,
        days=queries.days_for(school),
        form=form,
        status=status,
    )
