"""A sign-in sheet from a file: which column is what, who is whom, then all of it or nothing."""

import base64
from dataclasses import dataclass
from typing import ClassVar

from django.core import signing
from django.urls import reverse

from intervisit.apps.calendar.models import Visit
from intervisit.apps.gatherings.actions.sheets import COLUMNS, Reading, apply_sheet, read_sheet
from intervisit.apps.gatherings.forms import SheetFileForm
from intervisit.apps.gatherings.pages.attendance import crumbs, kicker_of, reads_of
from intervisit.apps.programs.models import Program
from intervisit.core.tables import Table
from intervisit.core.text import Trouble, Troubles
from intervisit.kit.pages import Crumb, Go, PageRecord, Request, page
from intervisit.kit.parsing import read_table_in_child
from intervisit.kit.refusal import Refused

_FILE_LIMIT = 2_000_000  # bytes


@dataclass(frozen=True)
class SheetColumn:
    """One thing a sheet may say, and the column chosen for it."""

    key: str
    label: str
    chosen: int  # -1: not in the file


@dataclass(frozen=True)
class SheetFilePage(PageRecord):
    template: ClassVar[str] = "gatherings/sheet_file.html"
    page_title: str
    kicker: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    visit: Visit
    file: SheetFileForm
    filename: str
    header: list[tuple[int, str]]
    columns: list[SheetColumn]
    reading: Reading | None
    staged: str
    status: int = 200


@page("visit.take_attendance", at="visits/<uuid:visit>/attendance/file/", model=Visit, methods=("GET", "POST"),
      name="attendance_file")  # fmt: skip
def attendance_file_page(request: Request, visit: Visit) -> SheetFilePage | Go:
    """Upload, look, apply. Nothing is kept of a file that nobody confirms: it travels with the form, signed."""
    if request.method == "GET":
        return _page(visit, SheetFileForm())
    if "staged" in request.POST:
        return _staged(request, visit)
    form = SheetFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(visit, form, status=422)
    upload = form.cleaned_data["file"]
    if upload.size > _FILE_LIMIT:
        form.add_error("file", f"The file has {upload.size:,} bytes; at most {_FILE_LIMIT:,} fit.")
        return _page(visit, form, status=413)
    data, name = upload.read(), str(upload.name)[:100]
    table = read_table_in_child(data, name)
    kept = {"name": name, "data": base64.b64encode(data).decode(), "visit": str(visit.pk)}
    if not isinstance(table, Table):
        return _page(visit, form, name, Reading((), table), status=422)
    return _page(visit, form, name, read_sheet(visit, table, name), table, signing.dumps(kept, compress=True))


def _staged(request: Request, visit: Visit) -> SheetFilePage | Go:
    try:
        kept = signing.loads(request.POST["staged"], max_age=3600)
    except signing.BadSignature:
        raise Refused("too-old", "This preview is more than an hour old. Choose the file again.") from None
    if kept["visit"] != str(visit.pk):
        raise Refused("other-visit", "This preview belongs to another day. Choose the file again.")
    name = kept["name"]
    table = read_table_in_child(base64.b64decode(kept["data"]), name)
    if not isinstance(table, Table):
        return _page(visit, SheetFileForm(), name, Reading((), table), status=422)
    reading = read_sheet(visit, table, name, _choices(request, table))
    if "apply" not in request.POST or reading.troubles.items:
        status = 422 if "apply" in request.POST else 200
        return _page(visit, SheetFileForm(), name, reading, table, request.POST["staged"], status)
    try:
        here = apply_sheet(visit, reading, by=request.actor)
    except Refused as refusal:
        told = Reading(
            reading.rows,
            Troubles(tuple(Trouble(t.code, t.message) for t in refusal.troubles)),
            reading.mapping,
        )
        return _page(visit, SheetFileForm(), name, told, table, request.POST["staged"], 422)
    return Go(reverse("attendance", args=[visit.pk]), f"{here} people are noted as here.")


def _choices(request: Request, table: Table) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for column in COLUMNS:
        value = request.POST.get(f"column_{column.key}", "")
        found[column.key] = int(value) if value.isascii() and value.isdigit() and len(value) < 4 else None
    return found


def _page(
    visit: Visit, form: SheetFileForm, name: str = "", reading: Reading | None = None, table: Table | None = None,
    staged: str = "", status: int = 200,
) -> SheetFilePage:  # fmt: skip
    places = reading.mapping if reading else {}
    return SheetFilePage(
        page_title="Sign-in sheet from a file",
        kicker=kicker_of(visit),
        program=visit.plan.program,
        reads=reads_of(visit),
        breadcrumbs=crumbs(visit, "From a file"),
        visit=visit,
        file=form,
        filename=name,
        header=list(enumerate(table.header)) if table else [],
        columns=[SheetColumn(c.key, c.label, places.get(c.key, -1)) for c in COLUMNS],
        reading=reading,
        staged=staged,
        status=status,
    )
