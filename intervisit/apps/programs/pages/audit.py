"""Row 19 for program staff: how much was done in a program, by kind. No person, no title, no text."""

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from django.db.models import Count, Q

from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import crumbs, in_program
from intervisit.apps.programs.queries import said
from intervisit.kit.clock import now
from intervisit.kit.history import verb_words
from intervisit.kit.models import HistoryLine
from intervisit.kit.pages import Crumb, PageRecord, Request, page

WEEK, MONTH = dt.timedelta(days=7), dt.timedelta(days=30)


@dataclass(frozen=True)
class Counted:
    """One kind of deed, and how often it was done."""

    what: str
    week: int
    month: int
    ever: int


@dataclass(frozen=True)
class AuditPage(PageRecord):
    template: ClassVar[str] = "programs/audit.html"
    page_title: str
    program: Program
    breadcrumbs: list[Crumb]
    reads: str
    rows: list[Counted]


@page("program.audit", at="programs/<uuid:program>/history/counts/", model=Program, name="program_audit")
def program_audit_page(request: Request, program: Program) -> AuditPage:
    in_program(request, program)
    moment = now()
    counts = (
        HistoryLine.objects.filter(group=program.group_id)
        .values("verb")
        .annotate(
            week=Count("pk", filter=Q(at__gte=moment - WEEK)),
            month=Count("pk", filter=Q(at__gte=moment - MONTH)),
            ever=Count("pk"),
        )
        .order_by("-month", "-ever", "verb")
    )
    return AuditPage(
        page_title="How much was done",
        program=program,
        breadcrumbs=crumbs(program, "How much was done"),
        reads="program staff: counts alone. Who did what is read by the district’s administrators.",
        rows=[Counted(_what(c["verb"], program), c["week"], c["month"], c["ever"]) for c in counts],
    )


def _what(verb: str, program: Program) -> str:
    return verb_words(verb, lambda text: said(text, program.design))
