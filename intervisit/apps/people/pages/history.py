"""What happened in the district: who did what to what, when. Never the content of anything."""

from dataclasses import dataclass
from typing import ClassVar

from django.core.paginator import Page, Paginator
from django.http import HttpResponse

from intervisit.apps.people.pages.people import district_for
from intervisit.apps.people.pages.schools import page_number
from intervisit.apps.people.queries.district import HistoryRow, history_of, history_row
from intervisit.core.tables import write_csv
from intervisit.kit.models import HistoryLine
from intervisit.kit.pages import PageRecord, Request, page
from intervisit.kit.sealing import Told, last_check

PER_PAGE = 50
MOST_EXPORTED = 100_000


@dataclass(frozen=True)
class HistoryPage(PageRecord):
    template: ClassVar[str] = "people/district_history.html"
    parts: ClassVar[tuple[str, ...]] = ("found",)
    page_title: str
    lead: str
    reads: str
    found: "Page[HistoryLine]"
    rows: list[HistoryRow]
    who: str
    kind: str
    kinds: list[str]
    query: str
    checked: Told | None


@page("district.history", at="district/history/")
def district_history(request: Request) -> HistoryPage:
    district = district_for(request, "district.history")
    who, kind = request.GET.get("who", "")[:80], request.GET.get("kind", "")[:40]
    paginator = Paginator(history_of(district, who=who, kind=kind), PER_PAGE)
    found = paginator.page(page_number(request, paginator.num_pages))
    filters = request.GET.copy()
    filters.pop("page", None)
    kinds = history_of(district).order_by("kind").values_list("kind", flat=True).distinct()
    return HistoryPage(
        page_title="History",
        lead="Who did what, when. What people wrote is not here.",
        reads="the district’s system administrators.",
        found=found,
        rows=[history_row(line) for line in found],
        who=who,
        kind=kind,
        kinds=list(kinds),
        query=filters.urlencode(),
        checked=last_check(),
    )


@page("district.history", at="district/history/history.csv")
def district_history_csv(request: Request) -> HttpResponse:
    district = district_for(request, "district.history")
    who, kind = request.GET.get("who", "")[:80], request.GET.get("kind", "")[:40]
    lines = history_of(district, who=who, kind=kind)[:MOST_EXPORTED].iterator(chunk_size=1000)
    rows = ((row.line.at.isoformat(), row.line.who, row.what, row.thing) for row in map(history_row, lines))
    body = write_csv(("when", "who", "what", "thing"), rows)
    headers = {"Content-Disposition": 'attachment; filename="history.csv"'}
    return HttpResponse(body, content_type="text/csv; charset=utf-8", headers=headers)
