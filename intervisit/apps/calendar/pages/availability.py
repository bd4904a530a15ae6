"""When a school can be visited: tap days, paste dates, or let its own calendar be read."""

import base64
import datetime as dt
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core import signing
from django.urls import reverse

from intervisit.apps.calendar.actions import availability as actions
from intervisit.apps.calendar.bridge.availability import Grid, bounds, grid_of
from intervisit.apps.calendar.forms import DaysFileForm, PastedDaysForm
from intervisit.apps.calendar.models import AvailabilityCall
from intervisit.apps.calendar.pages.days import said_order
from intervisit.apps.calendar.queries import availability as queries
from intervisit.apps.people.models import Organization
from intervisit.apps.programs.models import Program
from intervisit.core.days import DayList, Pasted, Stretch, read_pasted
from intervisit.core.text import BadValue, read_date
from intervisit.kit.access import visible
from intervisit.kit.columns import DateOrder, date_orders
from intervisit.kit.forms import add_refusal
from intervisit.kit.history import verb_words
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.parsing import read_days_in_child
from intervisit.kit.refusal import Refused

READS = "your school’s team and the district’s program staff. Others see only whether you have answered."
_FILE_LIMIT = 2_000_000  # bytes


@dataclass(frozen=True)
class DayRow:
    """One stretch of days that do not suit, as listed."""

    first: dt.date
    last: dt.date
    name: str
    source: str


@dataclass(frozen=True)
class ChangeRow:
    """Who changed something, and when."""

    who: str
    did: str
    at: dt.datetime


@dataclass(frozen=True)
class AvailabilityPage(PageRecord):
    template: ClassVar[str] = "calendar/availability.html"
    page_title: str
    reads: str
    breadcrumbs: list[Crumb]
    program: Program | None
    school: Organization
    grid: Grid
    weekdays: list[tuple[int, str, bool]]
    rows: list[DayRow]
    answered: dt.datetime | None
    call: AvailabilityCall | None
    owes: bool
    seen: str
    changes: list[ChangeRow]
    own_calendar: Any


def crumbs(school: Organization, last: str = "") -> list[Crumb]:
    """The way to a page about a school's days."""
    here = [Crumb(last)] if last else []
    page_ = reverse("availability", args=[school.pk]) if last else ""
    return [Crumb("Schools", reverse("schools")), Crumb(school.name, reverse("school", args=[school.pk])),
            Crumb("Days", page_), *here]  # fmt: skip


def _dates(values: list[str]) -> list[dt.date]:
    found = []
    for value in values[:400]:
        try:
            found.append(read_date(value, field="day"))
        except BadValue as bad:
            raise Refused.of(bad.troubles) from None
    return found


@page("school.days", at="schools/<uuid:school>/availability/", model=Organization, methods=("GET", "POST"))
def availability_page(request: Request, school: Organization) -> AvailabilityPage | Go:
    """The days of the year to tap, and the weekdays a school prefers."""
    program = queries.program_of(school)
    said_so_far = queries.said_by(school)
    grid = grid_of(school, program, said_so_far)
    if request.method == "POST":
        chosen = {int(n) for n in request.POST.getlist("weekday") if n in "01234" and len(n) == 1}
        blocked = actions.save_days(
            school, by=request.actor, shown=grid.days, wanted=_dates(request.POST.getlist("day")),
            weekdays=sorted(chosen), seen=request.POST.get("seen", ""),
        )  # fmt: skip
        said = f"Saved: {blocked} days do not suit you." if blocked else "Saved: every school day suits you."
        here = reverse("availability", args=[school.pk])
        return Go(here, said, undo=reverse("availability_undo", args=[school.pk]))
    return _page(school, program, grid, said_so_far)


def _page(school: Organization, program: Program | None, grid: Grid, found: queries.Said) -> AvailabilityPage:
    said = found.availability
    call = queries.call_of(program) if program else None
    owes = call is not None and (said.answered is None or said.answered < call.asked)
    return AvailabilityPage(
        page_title=f"Which days do not suit {school.name}?",
        reads=READS,
        breadcrumbs=crumbs(school),
        program=program,
        school=school,
        grid=grid,
        weekdays=[(n, name, n in said.weekdays) for n, name in enumerate(queries.WEEKDAYS)],
        rows=[DayRow(s.first, s.last, s.name, s.source) for s in sorted((*found.entered, *found.followed))],
        answered=said.answered,
        call=call,
        owes=owes,
        seen=actions.mark_of(found.state),
        changes=[ChangeRow(line.who, verb_words(line.verb), line.at) for line in queries.changes_of(school)],
        own_calendar=getattr(school, "days_subscription", None),
    )


@page("school.days", at="schools/<uuid:school>/availability/undo/", model=Organization, methods=("POST",))
def availability_undo_page(request: Request, school: Organization) -> Go:
    actions.undo_days(school, by=request.actor)
    return Go(reverse("availability", args=[school.pk]), "Undone: the days are as they were before.")


@dataclass(frozen=True)
class PastePage(PageRecord):
    template: ClassVar[str] = "calendar/availability_paste.html"
    page_title: str
    reads: str
    breadcrumbs: list[Crumb]
    school: Organization
    form: PastedDaysForm
    found: Pasted | None
    status: int = 200


@page(
    "school.days", at="schools/<uuid:school>/availability/paste/", model=Organization, methods=("GET", "POST")
)
def availability_paste_page(request: Request, school: Organization) -> PastePage | Go:
    """Dates from anywhere: first what was understood, then the days are blocked."""
    form = PastedDaysForm(request.POST or None)
    found, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            first, last = bounds(school, queries.program_of(school))
            order = form.cleaned_data["order"] or None
            found = read_pasted(form.cleaned_data["text"], first=first, last=last, order=order)
            status = 200 if found.days else 422
            if found.days and "take" in request.POST:
                try:
                    return _taken(request, school, [s for _, s in found.days], "pasted")
                except Refused as refusal:
                    add_refusal(form, refusal)
                    status = 422
    return PastePage(
        page_title="Paste dates",
        reads=READS,
        breadcrumbs=crumbs(school, "Paste dates"),
        school=school,
        form=form,
        found=found,
        status=status,
    )


def _taken(request: Request, school: Organization, found: list[Stretch], source: str) -> Go:
    count = actions.add_stretches(school, found, by=request.actor, source=source)
    said = f"{count} {'entries are' if count > 1 else 'entry is'} blocked."
    return Go(
        reverse("availability", args=[school.pk]), said, undo=reverse("availability_undo", args=[school.pk])
    )


@dataclass(frozen=True)
class FileRow:
    """One entry of a file, with whether it is ticked at first."""

    number: int
    entry: Any
    ticked: bool


@dataclass(frozen=True)
class DaysFilePage(PageRecord):
    template: ClassVar[str] = "calendar/availability_file.html"
    page_title: str
    reads: str
    breadcrumbs: list[Crumb]
    school: Organization
    file: DaysFileForm
    preview: DayList | None
    rows: list[FileRow]
    filename: str
    staged: str
    orders: list[DateOrder]
    order: str
    problem: str
    status: int = 200


@page(
    "school.days", at="schools/<uuid:school>/availability/file/", model=Organization, methods=("GET", "POST")
)
def availability_file_page(request: Request, school: Organization) -> DaysFilePage | Go:
    """An .ics, CSV or XLSX file: first what is in it, then the entries that were ticked."""
    if request.method == "GET":
        return _file_page(school, DaysFileForm())
    if "staged" in request.POST:
        return _apply_file(request, school)
    form = DaysFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _file_page(school, form, status=422)
    upload = form.cleaned_data["file"]
    if upload.size > _FILE_LIMIT:
        form.add_error("file", f"The file has {upload.size:,} bytes; at most {_FILE_LIMIT:,} fit.")
        return _file_page(school, form, status=413)
    data, name = upload.read(), str(upload.name)[:100]
    found = read_days_in_child(data, name, zone=school.zone)
    kept = {"name": name, "data": base64.b64encode(data).decode(), "school": str(school.pk)}
    asks = found.written is not None and bool(found.written.open)
    staged = signing.dumps(kept, compress=True) if found.days or asks else ""
    return _file_page(school, form, found, name, staged, 200 if found.days else 422)


def _file_page(
    school: Organization, form: DaysFileForm, preview: DayList | None = None, name: str = "", staged: str = "",
    status: int = 200, order: str = "", problem: str = "",
) -> DaysFilePage:  # fmt: skip
    # Sent back with nothing ticked, it stays so.
    rows = [
        FileRow(n, d, not problem and d.kind != "other")
        for n, d in enumerate(preview.days if preview else ())
    ]
    return DaysFilePage(
        page_title="Days from a file",
        reads=READS,
        breadcrumbs=crumbs(school, "From a file"),
        school=school,
        file=form,
        preview=preview,
        rows=rows,
        filename=name,
        staged=staged,
        orders=date_orders(preview.written if preview else None, order),
        order=order,
        problem=problem,
        status=status,
    )


def _apply_file(request: Request, school: Organization) -> DaysFilePage | Go:
    try:
        kept = signing.loads(request.POST["staged"], max_age=3600)
    except signing.BadSignature:
        raise Refused("too-old", "This preview is more than an hour old. Choose the file again.") from None
    if kept["school"] != str(school.pk):
        raise Refused("other-school", "This preview belongs to another school. Choose the file again.")
    order, name, staged = said_order(request), kept["name"], request.POST["staged"]
    found = read_days_in_child(base64.b64decode(kept["data"]), name, zone=school.zone, order=order)
    if "read" in request.POST:
        status = 200 if found.days else 422
        return _file_page(school, DaysFileForm(), found, name, staged, status, order or "")
    ticked = set(request.POST.getlist("take")[:5000])
    chosen = [Stretch(d.start, d.end, d.name) for n, d in enumerate(found.days) if str(n) in ticked]
    if not chosen:
        said = "Tick the entries that do not suit you."
        return _file_page(school, DaysFileForm(), found, name, staged, 422, order or "", said)
    return _taken(request, school, chosen, name)


@dataclass(frozen=True)
class OurDaysPage(PageRecord):
    template: ClassVar[str] = "calendar/availability_schools.html"
    page_title: str
    schools: list[Organization]


@page("school.own_days", at="our-days/")
def our_days_page(request: Request) -> OurDaysPage | Go:
    """The way from the menu to the days of one's own school."""
    mine = list(visible(request.actor, "school.own_days", Organization).order_by("name")[:50])
    if len(mine) == 1:
        return Go(reverse("availability", args=[mine[0].pk]))
    return OurDaysPage(page_title="Days that do not suit us", schools=mine)
