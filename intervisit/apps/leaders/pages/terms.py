"""Every offer and post of a program, and the file for payroll."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.urls import reverse

from intervisit.apps.leaders.models import LeaderTerm
from intervisit.apps.leaders.pages.pool import TermRow, term_row
from intervisit.apps.leaders.queries.pool import terms_of
from intervisit.apps.leaders.states import TERM_LABELS, TermState
from intervisit.apps.people.pages.schools import page_number
from intervisit.apps.programs.models import Program
from intervisit.apps.programs.pages.desk import crumbs, in_program
from intervisit.core.tables import write_csv, write_xlsx
from intervisit.core.text import search_key
from intervisit.kit.access import may
from intervisit.kit.pages import Crumb, PageRecord, Request, page

PAGE_SIZE = 50
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PAID = (TermState.SERVING, TermState.ENDED)
_HEADER = [
    "Person",
    "E-mail",
    "School code",
    "School",
    "Post",
    "Starts",
    "Ends",
    "A year",
    "Currency",
    "State",
]


@dataclass(frozen=True)
class TermsPage(PageRecord):
    template: ClassVar[str] = "leaders/terms.html"
    page_title: str
    lead: str
    program: Program
    breadcrumbs: list[Crumb]
    reads: str
    q: str
    state: str
    states: Sequence[tuple[str, str]]
    rows: Sequence[TermRow]
    listed: "Page[LeaderTerm]"
    total: str


@page("program.payroll", at="programs/<uuid:program>/leaders/terms/", model=Program, name="leader_terms")
def leader_terms_page(request: Request, program: Program) -> TermsPage:
    in_program(request, program)
    text, state = request.GET.get("q", "")[:100], request.GET.get("state", "")[:20]
    rows = terms_of(request.actor, program)
    paid = [t.pay for t in rows if t.state == TermState.SERVING and t.pay]
    for word in search_key(text).split():
        rows = rows.filter(person__search_key__contains=word) | rows.filter(school__search_key__contains=word)
    if state in TERM_LABELS:
        rows = rows.filter(state=state)
    paginator = Paginator(rows, PAGE_SIZE)
    listed = paginator.page(page_number(request, paginator.num_pages))
    for term in listed:
        term.program = program
    works = bool(may(request.actor, "program.work", program))
    way = [Crumb(str(program))]
    if works:
        way = [*crumbs(program), Crumb("Teacher leaders", reverse("program_leaders", args=[program.pk]))]
    currency = program.design.currency
    return TermsPage(
        page_title="Posts and terms",
        lead="Who has been offered which post, who holds it, and until when.",
        program=program,
        breadcrumbs=[*way, Crumb("Posts and terms")],
        reads="the program’s staff and the finance office. Pay is read by the person and the school as well.",
        q=text,
        state=state,
        states=list(TERM_LABELS.items()),
        rows=[term_row(request, term) for term in listed],
        listed=listed,
        total=f"{sum(paid):,} {currency} a year for {len(paid)} people" if paid else "",
    )


@page("program.payroll", at="programs/<uuid:program>/leaders/payroll/", model=Program, name="leader_payroll")
def leader_payroll_page(request: Request, program: Program) -> HttpResponse:
    """Posts that are or were held, for payroll, as CSV or XLSX: names that begin like a formula stay text (B23)."""
    rows = (
        terms_of(request.actor, program).filter(state__in=_PAID).order_by("school__code_key", "person__name")
    )
    posts = program.design.positions
    lines = [
        [
            t.person.name, t.person.email, t.school.code, t.school.name, posts[t.position].title, t.starts, t.ends,
            t.pay, t.currency, TERM_LABELS[t.state],
        ]
        for t in rows
    ]  # fmt: skip
    name = f"payroll-{program.year}"
    if request.GET.get("format") == "xlsx":
        return _file(write_xlsx(_HEADER, lines, sheet="Payroll"), _XLSX, f"{name}.xlsx")
    return _file(write_csv(_HEADER, lines), "text/csv; charset=utf-8", f"{name}.csv")


def _file(data: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        data, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
