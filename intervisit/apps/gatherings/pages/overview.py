"""Who came over the year: for the office, in counts."""

from dataclasses import dataclass
from typing import ClassVar

from django.http import HttpResponse
from django.urls import reverse

from intervisit.apps.gatherings.queries.overview import SchoolCount, counts_of
from intervisit.apps.programs.models import Program
from intervisit.core.tables import Cell, write_csv
from intervisit.kit.pages import Crumb, PageRecord, Request, page

_HEADER = ("School code", "School", "Days", "Here", "Did not come", "Excused", "Alternates", "Memorandum")


@dataclass(frozen=True)
class ProgramAttendancePage(PageRecord):
    template: ClassVar[str] = "gatherings/overview.html"
    page_title: str
    program: Program
    reads: str
    breadcrumbs: list[Crumb]
    rows: list[SchoolCount]


@page(
    "program.attendance", at="programs/<uuid:program>/attendance/", model=Program, name="program_attendance"
)
def program_attendance_page(request: Request, program: Program) -> ProgramAttendancePage:
    """School by school, those that slip first."""
    return ProgramAttendancePage(
        page_title="Who came",
        program=program,
        reads="program staff. Counts only: who it was stands on the list of each day.",
        breadcrumbs=[Crumb(str(program), reverse("program", args=[program.pk])), Crumb("Who came")],
        rows=counts_of(program),
    )


@page(
    "program.attendance", at="programs/<uuid:program>/attendance/file/", model=Program, name="attendance_csv"
)
def attendance_csv_page(request: Request, program: Program) -> HttpResponse:
    """The same counts as a file."""
    rows: list[list[Cell]] = [
        [
            c.school.code,
            c.school.name,
            c.days,
            c.here,
            c.missing,
            c.excused,
            c.stood_in,
            c.agreed.label if c.agreed else "",
        ]
        for c in counts_of(program)
    ]
    return HttpResponse(
        write_csv(_HEADER, rows), content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="attendance.csv"'},
    )  # fmt: skip
